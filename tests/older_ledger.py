"""A ledger with a full outbox as commit cfe810d wrote it: `tests/data/README.md` tells what it holds."""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterator
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path

import psycopg

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
    return server.url(name)
