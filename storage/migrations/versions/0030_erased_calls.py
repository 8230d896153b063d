"""Calls about changed records and signatures can be emptied of what people said, as those about records."""

from alembic import op

from storage.migrations import run_script

revision = "0030"
down_revision = "0029"


def upgrade() -> None:
    if op.get_bind().dialect.name == "postgresql":  # SQLite's trigger lets any fact of a call go
        run_script(op.get_bind(), revision)
