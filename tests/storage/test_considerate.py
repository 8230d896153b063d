"""Long work that reads lets short work run in between, and loses nothing itself."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator

from storage.considerate import ITEMS_AT_ONCE, STRETCH_SECONDS, considerately
from storage.database import Database, Transaction

STRETCHES = 20


async def test_others_run_after_each_stretch_of_long_work(database: Database) -> None:
    turns, turns_seen = 0, set[int]()

    async def others() -> None:
        nonlocal turns
        while True:
            turns += 1
            await asyncio.sleep(0)

    def each_portion_takes_a_stretch() -> Iterator[int]:
        for number in range(STRETCHES * ITEMS_AT_ONCE):
            if number % ITEMS_AT_ONCE == 0:
                turns_seen.add(turns)
                until = time.monotonic() + 1.1 * STRETCH_SECONDS
                while time.monotonic() < until:
                    pass
            yield number

    def read(tx: Transaction) -> list[int]:
        return list(considerately(each_portion_takes_a_stretch()))

    other = asyncio.create_task(others())
    assert await database.read(read) == list(range(STRETCHES * ITEMS_AT_ONCE))
    other.cancel()
    assert len(turns_seen) == STRETCHES
