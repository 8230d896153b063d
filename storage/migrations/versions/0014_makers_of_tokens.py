"""Who made each API token."""

from alembic import op

from storage.migrations import run_script

revision = "0014"
down_revision = "0013"


def upgrade() -> None:
    run_script(op.get_bind(), revision)
