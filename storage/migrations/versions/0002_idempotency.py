"""Answers to requests that carried an Idempotency-Key, kept for a day so that a repeated request gets the same one."""

from alembic import op

revision = "0002"
down_revision = "0001"


def upgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        return  # PostgreSQL begins with 0004
    op.execute(
        """
        CREATE TABLE idempotency_keys (
            workspace_id TEXT NOT NULL,
            user_id      TEXT NOT NULL,
            key          TEXT NOT NULL,
            request      TEXT NOT NULL,
            answer       TEXT NOT NULL,
            created_at   INTEGER NOT NULL,
            PRIMARY KEY (workspace_id, user_id, key)
        ) STRICT, WITHOUT ROWID
        """
    )
    op.execute("CREATE INDEX idempotency_keys_by_age ON idempotency_keys (workspace_id, created_at)")
