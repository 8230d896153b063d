"""A ledger with a full outbox as commit cfe810d wrote it: `tests/data/README.md` tells what it holds."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import psycopg
from sqlalchemy import Connection, create_engine, inspect, make_url, text

from storage.postgresql import migrate_as_owner
from tests.postgresql_server import OWNER, SERVING, Server

WRITTEN_UNTIL = datetime(2026, 11, 25, 9, 15, 30, tzinfo=UTC)
"""When its last row was written: what waits in its queues is due, but for `homes` at 09:16."""
ENCRYPTION_KEY = "9Uy5bL0m7kq3Yw1rXH2o8cVt6sZfJdGnBpA4eQiKxRM="
"""Opens its installations, and the secret of the webhook at /wiki."""

DATA = Path(__file__).parent / "data"


def load_into_file(path: Path) -> str:
    """Loads it into a new SQLite file, as it was left; returns the address."""
    with closing(sqlite3.connect(path)) as connection:
        connection.executescript((DATA / "ledger_cfe810d_sqlite.sql").read_text())
    return f"sqlite:///{path}"


@contextmanager
def loaded_into_server(server: Server) -> Iterator[str]:
    """Loads it into a new PostgreSQL database, as it was left, with the owner's rights alone; gives its name."""
    name = server.database("empty_template")
    with psycopg.connect(server.url(name, OWNER), autocommit=True) as connection:
        connection.execute((DATA / "ledger_cfe810d_postgresql.sql").read_bytes())
    yield name
    server.drop(name)


def migrate_server(server: Server, name: str) -> str:
    """Migrates it as operators do; returns the address for the role that serves."""
    asyncio.run(migrate_as_owner(server.url(name, OWNER), serve_as=SERVING))
    server.let_tests_set_the_time(name)
    return server.url(name)


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A connection that knows nothing of this program."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg") if "postgresql" in url else url)
    with engine.connect() as connection:
        yield connection
    engine.dispose()


def rows_of(url: str) -> dict[str, list[dict[str, Any]]]:
    """Everything there is, table by table, as the driver gives it."""
    with connected(url) as connection:
        inspector = inspect(connection)
        found = {}
        for table in set(inspector.get_table_names()) - {"alembic_version"}:
            keys = ", ".join(inspector.get_pk_constraint(table)["constrained_columns"])
            answer = connection.execute(text(f"SELECT * FROM {table} ORDER BY {keys}"))
            found[table] = [dict(row) for row in answer.mappings()]
        return found
