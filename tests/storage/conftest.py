"""The ledger on both engines, also opened behind the code's back by a plain connection with the engine's defaults."""

from __future__ import annotations

from collections.abc import Iterator

import pytest

from bot.runtime.services import Services
from storage.database import Database
from tests.builders import workplace
from tests.storage.raw import Raw, raw_connection


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def services(database: Database) -> Services:
    return await workplace(database, {"U0ANA": "Europe/Berlin", "U0BEN": "America/New_York"})


@pytest.fixture
def raw(services: Services, database_url: str) -> Iterator[Raw]:
    with raw_connection(database_url) as opened:
        yield opened
