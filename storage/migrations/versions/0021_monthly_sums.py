"""Sums by person and month, so that a report of a year needn't read every record."""

from alembic import op

from storage import monthly_sums
from storage.migrations import run_script

revision = "0021"
down_revision = "0020"


def upgrade() -> None:
    run_script(op.get_bind(), revision)
    monthly_sums.fill(op.get_bind())
