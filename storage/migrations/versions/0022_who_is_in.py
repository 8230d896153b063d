"""Indexes that count who is in and who isn't, and find the first of them by name."""

from alembic import op

from storage.migrations import run_script

revision = "0022"
down_revision = "0021"


def upgrade() -> None:
    run_script(op.get_bind(), revision)
