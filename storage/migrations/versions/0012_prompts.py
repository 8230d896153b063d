"""Stores where the bot's own questions are in the chat, so that they can be updated."""

from alembic import op

from storage.migrations import run_script

revision = "0012"
down_revision = "0011"


def upgrade() -> None:
    run_script(op.get_bind(), revision)
