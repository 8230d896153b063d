"""Finds what the audit tells of one pair without reading all of it."""

from alembic import op

revision = "0003"
down_revision = "0002"


def upgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        return  # PostgreSQL begins with 0004
    op.execute("CREATE INDEX audit_entries_by_subject ON audit_entries (workspace_id, subject)")
