"""The schema that every database begins with."""

from alembic import op

from storage.migrations import run_script

revision = "0009"
down_revision = None


def upgrade() -> None:
    run_script(op.get_bind(), "baseline")
