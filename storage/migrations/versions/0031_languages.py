"""The language of each person: their own choice, and the locale that their chat tells."""

from alembic import op

from storage.migrations import run_script

revision = "0031"
down_revision = "0030"


def upgrade() -> None:
    run_script(op.get_bind(), revision)
