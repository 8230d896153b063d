"""Several events can share a post in the log channel: finds those of a post."""

from alembic import op

from storage.migrations import run_script

revision = "0019"
down_revision = "0018"


def upgrade() -> None:
    run_script(op.get_bind(), revision)
