"""A request that is repeated with its key, also at the same time and at another replica, has one effect."""

from __future__ import annotations

import asyncio
from collections import Counter
from typing import Any

import pytest

from bot.attendance import recording
from bot.attendance.idempotency import AlreadyAnswered, IdempotentRequest
from bot.attendance.recording import NewRecord, Recorded
from bot.errors import KeyReused
from bot.runtime.services import Services
from storage.database import open_database
from storage.errors import Overlap
from tests.builders import caller, utc
from tests.conftest import Clock
from tests.storage.raw import Raw

ANA = "U0ANA"
SHIFT = NewRecord(ANA, utc("2026-11-20T08:00"), utc("2026-11-20T16:00"))


def once(services: Services, key: str, request: str = "a record") -> Services:
    def render(result: Any) -> str:
        assert isinstance(result, Recorded)
        return result.pair.clock_in.id

    return IdempotentRequest(caller(ANA), key, request, render).services(services)


async def record(services: Services, key: str, request: str = "a record") -> str:
    """The id of the event that was made, also where that was before."""
    try:
        return (await recording.record(once(services, key, request), caller(ANA), SHIFT)).pair.clock_in.id
    except AlreadyAnswered as replayed:
        return f"again {replayed.answer}"


async def test_many_at_once_at_two_replicas_have_one_effect_and_one_answer(
    services: Services, database_url: str, clock: Clock, raw: Raw
) -> None:
    """On SQLite a second process is the command line's."""
    other = await open_database(database_url, clock=clock)
    replicas = [services, Services(other, services.directory)]
    answers = await asyncio.gather(*(record(replicas[number % 2], "key") for number in range(20)))
    (first,) = (answer for answer in answers if not answer.startswith("again"))
    assert Counter(answers) == {first: 1, f"again {first}": 19}
    assert raw.count() == 1
    await other.close()


async def test_a_key_belongs_to_one_request_for_a_day(services: Services, clock: Clock, raw: Raw) -> None:
    first = await record(services, "key")
    with pytest.raises(KeyReused):
        await record(services, "key", "another")
    clock.advance(hours=23)
    assert await record(services, "key") == f"again {first}"
    clock.advance(hours=2)
    with pytest.raises(Overlap):  # a day later it is a new request, and the ledger's own rules refuse it
        await record(services, "key")
    assert raw.count("idempotency_keys") == 1  # the refused request changed nothing, and didn't take the key


async def test_keys_of_the_day_before_are_deleted(services: Services, clock: Clock, raw: Raw) -> None:
    await record(services, "old")
    clock.advance(hours=25)
    later = NewRecord(ANA, utc("2026-11-21T08:00"), utc("2026-11-21T16:00"))
    await recording.record(once(services, "new"), caller(ANA), later)
    assert raw.execute("SELECT key FROM idempotency_keys").fetchall() == [("new",)]
