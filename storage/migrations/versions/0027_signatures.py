"""Signatures under periods, and the locks of rule 9."""

from alembic import op

from storage.migrations import run_script

revision = "0027"
down_revision = "0026"


def upgrade() -> None:
    run_script(op.get_bind(), revision)
