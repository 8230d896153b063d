"""Long reads hand over part by part: never more than one is under way, and whoever leaves holds nothing."""

from __future__ import annotations

import asyncio
from collections.abc import Generator

import pytest
from sqlalchemy import text

from storage.database import Database, Transaction
from storage.errors import Unavailable

SEVERAL = 5
MORE_THAN_CONNECTIONS = 30


class Parts:
    """Some parts, and how far they were asked for."""

    def __init__(self) -> None:
        self.begun = self.made = 0
        self.ended = False

    def work(self, tx: Transaction) -> Generator[int, None, str]:
        self.begun += 1
        try:
            for number in range(SEVERAL):
                self.made += 1
                tx.connection.execute(text("SELECT 1")).scalar_one()
                yield number
            return "all"
        finally:
            self.ended = True


async def test_a_part_is_made_when_the_one_before_was_taken(database: Database) -> None:
    parts, taken = Parts(), []

    async def take(part: int) -> None:
        await asyncio.sleep(0)
        assert parts.made == part + 1
        taken.append(part)

    assert await database.stream(parts.work, take) == "all"
    assert taken == list(range(SEVERAL))
    assert (parts.begun, parts.ended) == (1, True)


@pytest.mark.parametrize("error", [ConnectionResetError("gone"), TimeoutError("stalled"), ValueError("wrong")])
async def test_who_takes_no_more_ends_the_reading_and_nothing_is_begun_again(
    database: Database, error: Exception
) -> None:
    parts = Parts()

    async def take(part: int) -> None:
        raise error

    with pytest.raises(type(error)) as raised:
        await database.stream(parts.work, take)
    assert raised.value.args == error.args  # between threads, a copy
    assert (parts.begun, parts.made) == (1, 1)


async def test_whoever_leaves_the_work_is_ended_while_its_snapshot_still_stands(database: Database) -> None:
    """Not later, by whoever forgets the error last, on a connection that others read from by then."""
    ended: list[bool] = []

    def work(tx: Transaction) -> Generator[int, None, None]:
        try:
            yield from tx.connection.execution_options(yield_per=1).execute(text("SELECT 1 UNION SELECT 2")).scalars()
        finally:
            ended.append(tx.connection.in_transaction())

    async def take(part: int) -> None:
        raise ConnectionResetError("gone")

    with pytest.raises(ConnectionResetError):
        await database.stream(work, take)
    assert ended == [True]


async def test_whoever_is_cancelled_the_work_is_ended_and_the_connection_serves_others(database: Database) -> None:
    ended: list[bool] = []

    def work(tx: Transaction) -> Generator[int, None, None]:
        try:
            yield from tx.connection.execution_options(yield_per=1).execute(text("SELECT 1 UNION SELECT 2")).scalars()
        finally:
            ended.append(True)

    async def forever(part: int) -> None:
        begun.set()
        await asyncio.Event().wait()

    for _ in range(MORE_THAN_CONNECTIONS):
        begun = asyncio.Event()
        stream = asyncio.ensure_future(database.stream(work, forever))
        async with asyncio.timeout(10):
            await begun.wait()
            stream.cancel()
            with pytest.raises(asyncio.CancelledError):
                await stream
            assert await database.read(lambda tx: tx.connection.execute(text("SELECT 1")).scalar_one()) == 1
    await database.close()
    assert len(ended) == MORE_THAN_CONNECTIONS


async def test_what_the_work_raises_comes_back_as_it_is(database: Database) -> None:
    def work(tx: Transaction) -> Generator[int, None, None]:
        yield 1
        raise KeyError("x")

    async def take(part: int) -> None: ...

    with pytest.raises(KeyError):
        await database.stream(work, take)


async def test_readers_of_whom_all_are_cancelled_are_free_again(database: Database) -> None:
    async def forever(part: int) -> None:
        begun.release()
        await asyncio.Event().wait()

    begun = asyncio.Semaphore(0)
    streams = [asyncio.ensure_future(database.stream(Parts().work, forever)) for _ in range(4)]
    async with asyncio.timeout(10):
        for _ in streams:
            await begun.acquire()
    for stream in streams:
        stream.cancel()
    assert {type(ended) for ended in await asyncio.gather(*streams, return_exceptions=True)} == {asyncio.CancelledError}
    async with asyncio.timeout(10):
        for _ in range(20):
            await database.read(lambda tx: tx.connection.execute(text("SELECT 1")).scalar_one())
    await database.close()


async def test_a_ledger_that_fails_half_way_is_unavailable_and_nothing_is_taken_twice(database: Database) -> None:
    taken: list[int] = []

    def work(tx: Transaction) -> Generator[int, None, None]:
        yield 1
        tx.connection.execute(text("DELETE FROM people"))  # which a reader may not

    async def take(part: int) -> None:
        taken.append(part)

    with pytest.raises(Unavailable):
        await database.stream(work, take)
    assert taken == [1]


async def test_a_closed_ledger_streams_nothing(database: Database) -> None:
    await database.close()

    async def take(part: int) -> None: ...

    with pytest.raises(Unavailable):
        await database.stream(Parts().work, take)
