"""Records that take the place of others, and the entries that say so."""

from alembic import op

from storage.migrations import run_script

revision = "0029"
down_revision = "0028"


def upgrade() -> None:
    run_script(op.get_bind(), revision)
