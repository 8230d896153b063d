"""A database that can't be served from stops the start with a sentence, and stays as it was."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
import sys
from contextlib import closing
from pathlib import Path

import pytest
from alembic.config import Config
from alembic.migration import MigrationContext
from alembic.script import ScriptDirectory
from sqlalchemy import create_engine, inspect

from storage import migrations
from storage.database import open_database
from storage.errors import UnusableDatabase
from storage.tables import metadata
from tests.conftest import ROOT


@pytest.fixture
def engine() -> str:
    return "sqlite"


def create(path: Path) -> None:
    asyncio.run(opened_and_closed(path))


async def opened_and_closed(path: Path) -> None:
    await (await open_database(f"sqlite:///{path}")).close()


def foreign(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("CREATE TABLE invoices (id)")
        connection.commit()


def foreign_with_a_log(path: Path) -> None:
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("PRAGMA journal_mode=WAL")
        connection.execute("CREATE TABLE invoices (id)")
        connection.commit()


def with_schema(path: Path, revision: str) -> None:
    create(path)
    with closing(sqlite3.connect(path)) as connection:
        connection.execute("UPDATE alembic_version SET version_num = ?", [revision])
        connection.commit()


def truncated(path: Path) -> None:
    create(path)
    path.write_bytes(path.read_bytes()[:5000])


@pytest.mark.parametrize(
    ("make", "sentence"),
    [
        (foreign, "belongs to another program"),
        (foreign_with_a_log, "belongs to another program"),
        (lambda path: with_schema(path, "9999"), "written by a newer version"),
        (lambda path: with_schema(path, "0008"), "Export its records with the version that wrote it"),
        (truncated, "isn't a readable SQLite database"),
        (lambda path: path.write_text("Dear diary,\n" * 1000), "isn't a readable SQLite database"),
        (lambda path: path.write_bytes(b"\0" * 4096), "isn't a readable SQLite database"),
        (lambda path: path.mkdir(), "isn't a file"),
    ],
)
def test_a_foreign_file_is_left_unchanged(tmp_path: Path, make: object, sentence: str) -> None:
    path = tmp_path / "ledger.db"
    make(path)  # type: ignore[operator]
    before = path.read_bytes() if path.is_file() else None
    with pytest.raises(UnusableDatabase, match=sentence):
        asyncio.run(open_database(f"sqlite:///{path}"))
    assert (path.read_bytes() if path.is_file() else None) == before
    assert [entry.name for entry in tmp_path.iterdir()] == ["ledger.db"]


def test_a_missing_folder_is_named(tmp_path: Path) -> None:
    with pytest.raises(UnusableDatabase, match=r"The folder .*nowhere doesn't exist"):
        asyncio.run(open_database(f"sqlite:///{tmp_path}/nowhere/ledger.db"))


def test_a_command_that_only_reads_creates_nothing(tmp_path: Path) -> None:
    with pytest.raises(UnusableDatabase, match="There's no database"):
        asyncio.run(open_database(f"sqlite:///{tmp_path}/ledger.db", create=False))
    assert list(tmp_path.iterdir()) == []


async def test_an_empty_file_becomes_a_ledger_and_a_closed_one_is_a_single_file(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    path.touch()
    await opened_and_closed(path)
    await (await open_database(f"sqlite:///{path}")).close()
    assert [entry.name for entry in tmp_path.iterdir()] == ["ledger.db"]


async def test_the_migrations_create_the_tables_of_the_code(tmp_path: Path) -> None:
    path = tmp_path / "ledger.db"
    await (await open_database(f"sqlite:///{path}")).close()
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        assert MigrationContext.configure(connection).get_current_revision() == migrations.HEAD
        inspector = inspect(connection)
        assert set(inspector.get_table_names()) == {*metadata.tables, "alembic_version"}
        for name, table in metadata.tables.items():
            found = [(column["name"], column["nullable"]) for column in inspector.get_columns(name)]
            assert found == [(column.name, column.nullable) for column in table.columns], name
            key = inspector.get_pk_constraint(name)["constrained_columns"]
            assert key == [column.name for column in table.primary_key], name
    engine.dispose()


def test_head_is_the_newest_migration() -> None:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    assert ScriptDirectory.from_config(config).get_current_head() == migrations.HEAD


SLOW_START = """
import asyncio, sys, time
from storage import sqlite
from storage.database import open_database

def migrate_slowly(connection):
    time.sleep(2 * sqlite.BUSY_TIMEOUT_SECONDS)
    migrate(connection)

async def start():
    await (await open_database(sys.argv[1])).close()

sqlite.BUSY_TIMEOUT_SECONDS = 1.0
migrate, sqlite.migrate = sqlite.migrate, migrate_slowly
asyncio.run(start())
"""


def test_processes_may_start_on_the_same_new_file_however_slowly_the_first_migrates(tmp_path: Path) -> None:
    starter = [sys.executable, "-W", "error", "-c", SLOW_START, f"sqlite:///{tmp_path}/ledger.db"]
    starting = [subprocess.Popen(starter, cwd=ROOT, stderr=subprocess.PIPE) for _ in range(4)]
    ended = [(process.communicate(timeout=120)[1], process.returncode) for process in starting]
    assert ended == [(b"", 0)] * 4
