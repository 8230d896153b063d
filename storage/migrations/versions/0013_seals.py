"""Sealed secrets are bound to their rows."""

from alembic import op

from storage.migrations import run_script

revision = "0013"
down_revision = "0012"


def upgrade() -> None:
    run_script(op.get_bind(), revision)
