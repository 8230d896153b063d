"""Updates a database to this program's schema. Loads Alembic only if there is something to do."""

from __future__ import annotations

import re
from pathlib import Path

from sqlalchemy import Connection, inspect, text

from storage.errors import UnusableDatabase

OLDEST, HEAD = "0009", "0032"
"""The oldest schema that can be upgraded, and the one of this program."""
FOLDER = Path(__file__).parent


def migrate(connection: Connection) -> None:
    """Applies what is missing, within the caller's transaction. Raises UnusableDatabase for another program's
    schema."""
    if (current := revision(connection)) == HEAD:
        return
    if current is not None and current > HEAD:
        raise UnusableDatabase(
            f"The database has schema {current}, this program knows schemas up to {HEAD}. "
            "It was written by a newer version: start that version instead."
        )
    if current is not None and current < OLDEST:
        raise UnusableDatabase(
            f"The database has schema {current}, and this program upgrades from {OLDEST} on. Export its records with "
            "the version that wrote it (attendance export), and import them into a new database (attendance import)."
        )
    from alembic import command
    from alembic.config import Config

    config = Config()
    config.set_main_option("script_location", str(FOLDER).replace("%", "%%"))
    config.attributes["connection"] = connection
    command.upgrade(config, "head")


def run_script(connection: Connection, name: str) -> None:
    """Executes the engine's SQL file, for example `baseline_sqlite.sql`. A blank line ends a statement.

    Skips tables, indexes and triggers that already exist.
    """
    names = set(connection.exec_driver_sql(_NAMES[connection.dialect.name]).scalars())
    script = (FOLDER / f"{name}_{connection.dialect.name}.sql").read_text(encoding="utf-8")
    for statement in script.split("\n\n"):
        made = _MADE.search(statement)
        if made is None or made[1] not in names:
            connection.exec_driver_sql(statement)
        names.difference_update(_DROPPED.findall(statement))


_MADE = re.compile(r"^CREATE (?:UNIQUE )?(?:TABLE|INDEX|TRIGGER) (\w+)", re.MULTILINE)
_DROPPED = re.compile(r"^DROP (?:TABLE|INDEX|TRIGGER) (\w+)", re.MULTILINE)
_NAMES = {
    "sqlite": "SELECT name FROM sqlite_schema",
    "postgresql": "SELECT relname FROM pg_class WHERE relnamespace = current_schema()::regnamespace UNION "
    "SELECT tgname FROM pg_trigger JOIN pg_class ON pg_class.oid = tgrelid "
    "WHERE relnamespace = current_schema()::regnamespace",
}


def is_current(connection: Connection) -> bool:
    """Whether the schema is up to date."""
    return revision(connection) == HEAD


def revision(connection: Connection) -> str | None:
    """The schema's revision, for example "0009". None in an empty database."""
    if not inspect(connection).has_table("alembic_version"):
        return None
    return connection.execute(text("SELECT version_num FROM alembic_version")).scalar()
