"""New rows begin with bound secrets, and no row becomes another's."""

from alembic import op

from storage.migrations import run_script

revision = "0016"
down_revision = "0015"


def upgrade() -> None:
    run_script(op.get_bind(), revision)
