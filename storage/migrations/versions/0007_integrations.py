"""What integrators need: addresses that are told of every change, and tokens that end by themselves."""

from alembic import op

revision = "0007"
down_revision = "0006"


def upgrade() -> None:
    is_sqlite = op.get_context().dialect.name == "sqlite"
    for statement in STATEMENTS:
        if is_sqlite:
            statement = statement.replace("timestamptz", "INTEGER").replace("text", "TEXT").replace("bigint", "INTEGER")
            if statement.lstrip().startswith("CREATE TABLE"):
                statement += " STRICT, WITHOUT ROWID"
        op.get_bind().exec_driver_sql(statement)


STATEMENTS = (
    "ALTER TABLE tokens ADD COLUMN expires_at timestamptz",
    "ALTER TABLE tokens ADD COLUMN last_used_at timestamptz",
    """
    CREATE TABLE webhooks (
        workspace_id text NOT NULL REFERENCES workspaces,
        webhook_id   text NOT NULL CHECK (webhook_id <> ''),
        url          text NOT NULL CHECK (url <> ''),
        secret       text NOT NULL,
        created_by   text NOT NULL,
        created_at   timestamptz NOT NULL,
        removed_at   timestamptz,
        PRIMARY KEY (workspace_id, webhook_id)
    )""",
    # `number` counts a person's events at an address, from 1: what is told in this order is told in the order it was
    # done, whatever the clocks of several replicas say.
    """
    CREATE TABLE webhook_calls (
        workspace_id text NOT NULL,
        webhook_id   text NOT NULL,
        user_id      text NOT NULL,
        number       bigint NOT NULL CHECK (number > 0),
        event_id     text NOT NULL,
        event_type   text NOT NULL,
        created_at   timestamptz NOT NULL,
        facts        text NOT NULL,
        queued_at    timestamptz NOT NULL,
        due_at       timestamptz NOT NULL,
        attempts     integer NOT NULL,
        attempted_at timestamptz,
        answer       text,
        taken_at     timestamptz,
        given_up_at  timestamptz,
        PRIMARY KEY (workspace_id, webhook_id, user_id, number),
        FOREIGN KEY (workspace_id, webhook_id) REFERENCES webhooks (workspace_id, webhook_id)
    )""",
    """
    CREATE INDEX webhook_calls_waiting ON webhook_calls (workspace_id, webhook_id, user_id, number)
    WHERE taken_at IS NULL AND given_up_at IS NULL
    """,
    "CREATE INDEX webhook_calls_by_age ON webhook_calls (workspace_id, webhook_id, created_at)",
)
