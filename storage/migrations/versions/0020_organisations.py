"""An installation can belong to an organisation: then that row's token is used."""

from alembic import op

from storage.migrations import run_script

revision = "0020"
down_revision = "0019"


def upgrade() -> None:
    run_script(op.get_bind(), revision)
