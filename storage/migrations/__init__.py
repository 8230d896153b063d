"""Brings a database to this program's schema. Alembic is loaded only where there is something to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.errors import UnusableDatabase

HEAD = "0009"


def migrate(connection: Connection) -> None:
    """Applies what is missing within the caller's transaction. Raises UnusableDatabase for a newer schema."""
    if (current := revision(connection)) == HEAD:
        return
    if current is not None and current > HEAD:
        raise UnusableDatabase(
            f"The database has schema {current}, this program knows schemas up to {HEAD}. "
            "It was written by a newer version: start that version instead."
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(Path(__file__).parent).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def is_current(connection: Connection) -> bool:
    """Whether there is nothing to do."""
    return revision(connection) == HEAD


def revision(connection: Connection) -> str | None:
    """The schema's revision, such as "0001"; None in an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
