-- Questions that the bot asked on its own, so that they can be updated when they are answered.
CREATE TABLE prompts (
    workspace_id TEXT NOT NULL REFERENCES workspaces,
    about        TEXT NOT NULL CHECK (about <> ''),
    message_id   TEXT NOT NULL,
    recipient    TEXT NOT NULL,
    kind         TEXT NOT NULL,
    facts        TEXT NOT NULL,
    channel      TEXT NOT NULL,
    posted_ts    TEXT NOT NULL,
    sent_at      INTEGER NOT NULL,
    PRIMARY KEY (workspace_id, about, message_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX prompts_by_post ON prompts (workspace_id, channel, posted_ts);
