"""Corrections: somebody asks, the person and an employer answer."""

from alembic import op

from storage.migrations import run_script

revision = "0032"
down_revision = "0031"


def upgrade() -> None:
    run_script(op.get_bind(), revision)
