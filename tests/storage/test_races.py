"""Many at once: one winner, one clear answer each, and never half a pair. Through the code and behind its back."""

from __future__ import annotations

import asyncio
import random
import re
import threading
from collections import Counter
from collections.abc import Coroutine
from datetime import timedelta
from typing import Any

import psycopg

from bot.attendance import recording
from bot.attendance.recording import NewRecord
from bot.runtime.services import Services
from storage.errors import AlreadyClockedIn, AlreadyDeleted, NotClockedIn, NotDeleted, Overlap, Refusal
from storage.verify import verify
from tests.builders import ADMIN, caller, raw_pair, utc
from tests.conftest import Clock
from tests.storage.raw import Refused, raw_connection

ANA = "U0ANA"
HOUR = 3_600_000_000
MONTH_START = utc("2026-10-01T00:00")


AT_ONCE = 100
"""More than there are connections. Three hundred would wait for one longer than anybody has to, on a slow machine."""


async def outcomes(*operations: Coroutine[Any, Any, object]) -> Counter[str]:
    """The result of each operation: its refusal's name, or "done"."""
    places = asyncio.Semaphore(AT_ONCE)

    async def in_turn(operation: Coroutine[Any, Any, object]) -> object:
        async with places:
            return await operation

    results = await asyncio.gather(*map(in_turn, operations), return_exceptions=True)
    for result in results:
        if isinstance(result, BaseException) and not isinstance(result, Refusal):
            raise result
    return Counter(type(result).__name__ if isinstance(result, Refusal) else "done" for result in results)


async def faults(services: Services) -> list[object]:
    return await services.database.read(lambda tx: list(verify(tx.connection)))


async def test_a_hundred_clock_ins_of_one_person_give_one_event(services: Services) -> None:
    ended = await outcomes(*(recording.clock_in(services, caller(ANA), ANA) for _ in range(100)))
    assert ended == {"done": 1, AlreadyClockedIn.__name__: 99}
    assert await faults(services) == []


async def test_a_hundred_clock_outs_of_one_person_end_one_clock_in(services: Services, clock: Clock) -> None:
    await recording.clock_in(services, caller(ANA), ANA)
    clock.advance(hours=1)
    ended = await outcomes(*(recording.clock_out(services, caller(ANA), ANA) for _ in range(100)))
    assert ended == {"done": 1, NotClockedIn.__name__: 99}
    assert await faults(services) == []


def random_records(seed: int) -> list[NewRecord]:
    """Three hundred records of one person over four days, most of them in each other's way."""
    chance = random.Random(seed)
    records = []
    for _ in range(300):
        start = MONTH_START + timedelta(minutes=chance.randrange(4 * 24 * 60))
        records.append(NewRecord(ANA, start, start + timedelta(minutes=chance.randrange(1, 600))))
    return records


async def test_three_hundred_overlapping_records_at_once_leave_no_overlap(services: Services) -> None:
    records = random_records(1)
    ended = await outcomes(*(recording.record(services, caller(ANA), record) for record in records))
    assert ended["done"] + ended[Overlap.__name__] == 300
    assert ended["done"] > 5
    assert await faults(services) == []


async def test_of_many_deletions_and_restorations_one_wins_each(services: Services) -> None:
    new = NewRecord(ANA, utc("2026-11-20T08:00"), utc("2026-11-20T16:00"))
    event_id = (await recording.record(services, caller(ANA), new)).pair.clock_in.id
    ended = await outcomes(*(recording.delete(services, ADMIN, event_id) for _ in range(50)))
    assert ended == {"done": 1, AlreadyDeleted.__name__: 49}
    ended = await outcomes(*(recording.restore(services, ADMIN, event_id) for _ in range(50)))
    assert ended == {"done": 1, NotDeleted.__name__: 49}
    assert await faults(services) == []


def behind_its_back(url: str, rows: list[dict[str, object]], threads: int = 8) -> Counter[str]:
    """Writes the rows with plain connections from several threads at once; how each ended."""
    ended: Counter[str] = Counter()
    together = threading.Barrier(threads)

    def write(share: list[dict[str, object]]) -> None:
        with raw_connection(url) as raw:
            if not raw.is_sqlite:
                # Two of these who wait for each other hold up the code's writes until the server notices.
                raw.execute("SET deadlock_timeout = '20ms'")
            together.wait()
            for row in share:
                try:
                    raw.insert(row)
                except Refused as error:
                    ended["overlap" if re.search("overlap|one_open", str(error)) else str(error)] += 1
                except psycopg.errors.DeadlockDetected:
                    ended["overlap"] += 1  # as PostgreSQL's constraint says it when two meet: nothing was written
                else:
                    ended["done"] += 1

    workers = [threading.Thread(target=write, args=(rows[number::threads],)) for number in range(threads)]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    return ended


async def test_a_hundred_direct_inserts_of_a_clock_in_give_one_event(services: Services, database_url: str) -> None:
    nothing = {f"out_{name}": None for name in ("id", "at", "recorded_at", "by", "via", "zone")}
    rows = [raw_pair(in_id=f"raw-{number}", **nothing) for number in range(100)]
    ended = await asyncio.to_thread(behind_its_back, database_url, rows)
    assert ended == {"done": 1, "overlap": 99}


async def test_records_of_the_code_and_direct_inserts_at_once_leave_no_overlap(
    services: Services, database_url: str
) -> None:
    records = random_records(2)
    rows = [
        raw_pair(
            in_id=f"raw-in-{number}",
            out_id=f"raw-out-{number}",
            in_at=int(record.in_at.timestamp()) * 1_000_000,
            out_at=int(record.out_at.timestamp()) * 1_000_000,
            work_date=str(record.in_at.date()),
        )
        for number, record in enumerate(random_records(3))
    ]
    behind = asyncio.to_thread(behind_its_back, database_url, rows)
    through = outcomes(*(recording.record(services, caller(ANA), record) for record in records))
    ended_behind, ended_through = await asyncio.gather(behind, through)
    assert set(ended_behind) == {"done", "overlap"}
    assert set(ended_through) == {"done", Overlap.__name__}
    found = await faults(services)
    # Direct inserts have no audit entry. That, and nothing else, is wrong with them.
    assert {fault.what for fault in found} == {"isn't in the audit trail: it was added outside the bot"}  # type: ignore[attr-defined]
    assert len(found) == ended_behind["done"]
