-- Where people are reached in Microsoft Teams: the id that Teams gives a person for this bot, and their personal chat.
CREATE TABLE msteams_people (
    workspace_id    text NOT NULL REFERENCES workspaces,
    user_id         text NOT NULL,
    teams_id        text NOT NULL CHECK (teams_id <> ''),
    service_url     text NOT NULL CHECK (service_url <> ''),
    conversation_id text CHECK (conversation_id <> ''),
    PRIMARY KEY (workspace_id, user_id)
);

CREATE INDEX msteams_people_by_teams_id ON msteams_people (workspace_id, teams_id);

-- The channels and group chats there that the bot is in. Without a name if Teams gave none.
CREATE TABLE msteams_channels (
    workspace_id    text NOT NULL REFERENCES workspaces,
    conversation_id text NOT NULL CHECK (conversation_id <> ''),
    service_url     text NOT NULL CHECK (service_url <> ''),
    name            text NOT NULL,
    team_id         text CHECK (team_id <> ''),
    PRIMARY KEY (workspace_id, conversation_id)
)
