"""The ledger's file, also opened behind the code's back: by a plain connection with SQLite's own defaults."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import pytest

from bot.services import Services
from storage.database import Database
from tests.builders import workplace


@pytest.fixture
async def services(database: Database) -> Services:
    return await workplace(database, {"U0ANA": "Europe/Berlin", "U0BEN": "America/New_York"})


@pytest.fixture
def raw(services: Services, tmp_path: Path) -> Iterator[sqlite3.Connection]:
    """A connection that knows nothing of this program: foreign keys and recursive triggers are off."""
    with closing(sqlite3.connect(tmp_path / "ledger.db", isolation_level=None, timeout=30)) as connection:
        yield connection
