"""Brings a database to this program's schema. Alembic is loaded only where there is something to do."""

from __future__ import annotations

from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.errors import UnusableDatabase

BASELINE, HEAD = "0009", "0010"
"""The schema that a new database begins with, and the newest one."""
FOLDER = Path(__file__).parent


def migrate(connection: Connection) -> None:
    """Applies what is missing within the caller's transaction. Raises UnusableDatabase for another program's schema."""
    if (current := revision(connection)) == HEAD:
        return
    if current is not None and current > HEAD:
        raise UnusableDatabase(
            f"The database has schema {current}, this program knows schemas up to {HEAD}. "
            "It was written by a newer version: start that version instead."
        )
    if current is not None and current < BASELINE:
        raise UnusableDatabase(
            f"The database has schema {current}, and this program upgrades from {BASELINE} on. Export its records with "
            "the version that wrote it (attendance export), and import them into a new database (attendance import)."
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def run_script(connection: Connection, name: str) -> None:
    """Executes the engine's SQL file, such as `baseline_sqlite.sql`. In it, a blank line ends a statement."""
    script = (FOLDER / f"{name}_{connection.dialect.name}.sql").read_text(encoding="utf-8")
    for statement in script.split("\n\n"):
        connection.exec_driver_sql(statement)


def is_current(connection: Connection) -> bool:
    """Whether there is nothing to do."""
    return revision(connection) == HEAD


def revision(connection: Connection) -> str | None:
    """The schema's revision, such as "0009"; None in an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
