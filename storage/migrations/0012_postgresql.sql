-- Questions that the bot asked on its own, so that they can be updated when they are answered.
CREATE TABLE prompts (
    workspace_id text NOT NULL REFERENCES workspaces,
    about        text COLLATE "C" NOT NULL CHECK (about <> ''), -- its beginnings are searched for
    message_id   text NOT NULL,
    recipient    text NOT NULL,
    kind         text NOT NULL,
    facts        text NOT NULL,
    channel      text NOT NULL,
    posted_ts    text NOT NULL,
    sent_at      timestamptz NOT NULL,
    PRIMARY KEY (workspace_id, about, message_id)
);

CREATE INDEX prompts_by_post ON prompts (workspace_id, channel, posted_ts);
