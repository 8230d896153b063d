"""Finds what was given up for a recipient."""

from alembic import op

from storage.migrations import run_script

revision = "0025"
down_revision = "0024"


def upgrade() -> None:
    run_script(op.get_bind(), revision)
