"""What was changed since a moment is found by the audit: programs keep in step by asking for it."""

from alembic import op

revision = "0006"
down_revision = "0005"


def upgrade() -> None:
    op.execute("CREATE INDEX audit_entries_by_moment ON audit_entries (workspace_id, at)")
