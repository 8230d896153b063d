-- Where people are reached in Microsoft Teams: the id that Teams gives a person for this bot, and their personal chat.
CREATE TABLE msteams_people (
    workspace_id    TEXT NOT NULL REFERENCES workspaces,
    user_id         TEXT NOT NULL,
    teams_id        TEXT NOT NULL CHECK (teams_id <> ''),
    service_url     TEXT NOT NULL CHECK (service_url <> ''),
    conversation_id TEXT CHECK (conversation_id <> ''),
    PRIMARY KEY (workspace_id, user_id)
) STRICT, WITHOUT ROWID;

CREATE INDEX msteams_people_by_teams_id ON msteams_people (workspace_id, teams_id);

-- The channels and group chats there that the bot is in. Without a name if Teams gave none.
CREATE TABLE msteams_channels (
    workspace_id    TEXT NOT NULL REFERENCES workspaces,
    conversation_id TEXT NOT NULL CHECK (conversation_id <> ''),
    service_url     TEXT NOT NULL CHECK (service_url <> ''),
    name            TEXT NOT NULL,
    team_id         TEXT CHECK (team_id <> ''),
    PRIMARY KEY (workspace_id, conversation_id)
) STRICT, WITHOUT ROWID
