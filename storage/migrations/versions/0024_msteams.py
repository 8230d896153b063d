"""Where people and channels are reached in Microsoft Teams."""

from alembic import op

from storage.migrations import run_script

revision = "0024"
down_revision = "0022"


def upgrade() -> None:
    run_script(op.get_bind(), revision)
