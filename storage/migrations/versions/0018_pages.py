"""Indexes for pages of events, and for a person's deleted records."""

from alembic import op

from storage.migrations import run_script

revision = "0018"
down_revision = "0017"


def upgrade() -> None:
    run_script(op.get_bind(), revision)
