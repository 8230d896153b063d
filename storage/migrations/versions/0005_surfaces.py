"""What the other surfaces keep: appointed admins, groups in teams, working hours, opened Home tabs, posts in the log
channel, messages with buttons, and installations in many workspaces."""

from alembic import op

revision = "0005"
down_revision = "0004"


def upgrade() -> None:
    is_sqlite = op.get_context().dialect.name == "sqlite"
    limit = "900000000" if is_sqlite else "interval '15 minutes'"
    for statement in (*STATEMENTS, ENTERED_BY_HAND.replace("LIMIT", limit)):
        if is_sqlite:
            statement = (
                statement.replace("timestamptz", "INTEGER").replace("boolean", "INTEGER").replace("text", "TEXT")
            )
            if statement.lstrip().startswith("CREATE TABLE"):
                statement += " STRICT, WITHOUT ROWID"
        op.get_bind().exec_driver_sql(statement)


STATEMENTS = (
    """
    CREATE TABLE appointed_admins (
        workspace_id text NOT NULL,
        user_id      text NOT NULL,
        appointed_by text NOT NULL,
        appointed_at timestamptz NOT NULL,
        PRIMARY KEY (workspace_id, user_id),
        FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id)
    )""",
    # A team follows user groups of the chat platform; who is in one is what the platform told last.
    """
    CREATE TABLE team_groups (
        workspace_id text NOT NULL,
        team         text NOT NULL,
        group_id     text NOT NULL CHECK (group_id <> ''),
        PRIMARY KEY (workspace_id, team, group_id),
        FOREIGN KEY (workspace_id, team) REFERENCES teams (workspace_id, name)
    )""",
    """
    CREATE TABLE group_members (
        workspace_id text NOT NULL REFERENCES workspaces,
        group_id     text NOT NULL CHECK (group_id <> ''),
        user_id      text NOT NULL CHECK (user_id <> ''),
        PRIMARY KEY (workspace_id, group_id, user_id)
    )""",
    "CREATE INDEX group_members_by_user ON group_members (workspace_id, user_id)",
    # Such as "mon-fri 09:00-17:00"; nothing where the workspace's hold.
    "ALTER TABLE teams ADD COLUMN working_hours text",
    """
    CREATE TABLE home_tabs (
        workspace_id text NOT NULL,
        user_id      text NOT NULL,
        opened_at    timestamptz NOT NULL,
        sees_others  boolean NOT NULL,
        PRIMARY KEY (workspace_id, user_id),
        FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id)
    )""",
    # Where an event was posted, so that the post can follow what becomes of it.
    """
    CREATE TABLE log_posts (
        workspace_id text NOT NULL REFERENCES workspaces,
        event_id     text NOT NULL CHECK (event_id <> ''),
        channel      text NOT NULL,
        posted_ts    text NOT NULL,
        PRIMARY KEY (workspace_id, event_id)
    )""",
    # A message of another kind than plain text is drawn by the door that sends it, from these facts (JSON).
    "CREATE INDEX home_tabs_that_see_others ON home_tabs (workspace_id) WHERE sees_others",
    "ALTER TABLE outbox ADD COLUMN kind text NOT NULL DEFAULT 'text'",
    "ALTER TABLE outbox ADD COLUMN facts text",
    """
    CREATE TABLE installations (
        workspace_id   text NOT NULL PRIMARY KEY REFERENCES workspaces,
        sealed         text NOT NULL,
        installed_by   text,
        installed_at   timestamptz NOT NULL,
        uninstalled_at timestamptz
    )""",
    """
    CREATE TABLE oauth_states (
        state      text NOT NULL PRIMARY KEY,
        expires_at timestamptz NOT NULL
    )""",
)

# The few pairs that were written down long after they happened: reports count them.
ENTERED_BY_HAND = """
    CREATE INDEX pairs_by_hand ON pairs (workspace_id, work_date, user_id)
    WHERE deleted_at IS NULL AND (in_recorded_at - in_at > LIMIT OR out_recorded_at - out_at > LIMIT)
"""
