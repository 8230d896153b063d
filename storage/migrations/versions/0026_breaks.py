"""Breaks, remarks, offices' countries and own days, and what working-time rules ask about a person."""

from alembic import op

from storage.migrations import run_script

revision = "0026"
down_revision = "0025"


def upgrade() -> None:
    run_script(op.get_bind(), revision)
