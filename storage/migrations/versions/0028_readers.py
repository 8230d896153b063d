"""Tokens that only read: of which people and days, and why they were made."""

from alembic import op

from storage.migrations import run_script

revision = "0028"
down_revision = "0027"


def upgrade() -> None:
    run_script(op.get_bind(), revision)
