"""Long reads are made part by part: only one part is in memory, and a reader who leaves holds nothing."""

from __future__ import annotations

import asyncio
import gc
import random
import threading
import time
import tracemalloc
from collections.abc import Callable, Generator, Iterator
from contextlib import aclosing
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from typing import Any, TypeVar

import pytest
from sqlalchemy import Connection, event, insert, text

import storage.database
from bot.runtime.services import Services
from storage import audit, events, pair_queries, pairs_at_once, people, tables, totals
from storage.database import (
    CONNECTIONS,
    LONG_READERS_OF_EACH,
    READERS,
    READERS_ALONE,
    READERS_OF_EACH,
    Database,
    Transaction,
    open_database,
    reads_for,
)
from storage.errors import Unavailable
from storage.ids import new_id
from storage.pairs import Pair, PairEvent, Scope
from tests.conftest import WORKSPACE
from tests.storage.raw import Raw

P = TypeVar("P")

SEVERAL = 5
ALL = list(range(1, SEVERAL + 1))
MORE_THAN_READERS = 30
MANY = 4_000
HERS = frozenset({"U0ANA"})
EVERYTHING = Scope(WORKSPACE, date.min, date.max)
SLOW = {
    "sqlite": "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n LIMIT 300000000) SELECT max(i) FROM n",
    "postgresql": "SELECT pg_sleep(20)",
}


class Parts:
    """Some parts, and how far they were asked for."""

    def __init__(self) -> None:
        self.begun = self.made = 0
        self.ended_in_transaction: bool | None = None

    def work(self, tx: Transaction) -> Generator[int, None, None]:
        self.begun += 1
        try:
            for number in tx.connection.execution_options(yield_per=1).execute(_numbers(SEVERAL)).scalars():
                self.made += 1
                yield number
        finally:
            self.ended_in_transaction = tx.connection.in_transaction()


def _numbers(how_many: int) -> Any:
    query = "WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < :many) SELECT i FROM n"
    return text(query).bindparams(many=how_many)


def one(tx: Transaction) -> int:
    return int(tx.connection.execute(text("SELECT 1")).scalar_one())


def server_process(tx: Transaction) -> int:
    return int(tx.connection.execute(text("SELECT pg_backend_pid()")).scalar_one())


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("storage.postgresql.TRY_AGAIN_FOR_SECONDS", 0.3)


def checked_out(database: Database) -> int:
    return int(database._readers.pool.checkedout())  # type: ignore[attr-defined]


async def whole(database: Database, work: Callable[[Transaction], Generator[P, None, None]]) -> list[P]:
    async with aclosing(database.stream(work)) as stream:
        return [part async for part in stream]


async def stalled_for(workspace_id: str, database: Database, *, long: bool = False) -> asyncio.Task[None]:
    """A reader of that workspace who stalls."""
    before = reads_for.set(workspace_id)
    try:
        return await stalled(database, Parts().work, long=long)
    finally:
        reads_for.reset(before)


async def stalled(
    database: Database, work: Callable[[Transaction], Generator[int, None, None]], *, long: bool = False
) -> asyncio.Task[None]:
    """A reader who takes the first part, and then no more."""
    begun = asyncio.Event()

    async def take() -> None:
        async with aclosing(database.stream(work, long=long)) as stream:
            async for _ in stream:
                begun.set()
                await asyncio.Event().wait()

    task = asyncio.ensure_future(take())
    async with asyncio.timeout(10):
        await begun.wait()
    return task


async def leave(task: asyncio.Task[Any]) -> float:
    """Cancels it; how long that took."""
    started = time.perf_counter()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task
    return time.perf_counter() - started


async def test_a_part_is_made_after_the_one_before_was_consumed(database: Database) -> None:
    parts, taken = Parts(), []
    async with aclosing(database.stream(parts.work)) as stream:
        async for part in stream:
            await asyncio.sleep(0)
            assert parts.made == part
            taken.append(part)
    assert taken == ALL
    assert (parts.begun, checked_out(database)) == (1, 0)


async def test_a_stream_without_parts_ends_at_once(database: Database) -> None:
    def work(tx: Transaction) -> Generator[int, None, None]:
        yield from []

    assert await whole(database, work) == []


@pytest.mark.parametrize("error", [ConnectionResetError("gone"), TimeoutError("stalled"), ValueError("wrong")])
async def test_an_error_of_the_reader_ends_the_stream_and_nothing_is_read_again(
    database: Database, error: Exception
) -> None:
    """The work ends while its snapshot is still open, not later on a connection that others already use."""
    parts = Parts()

    async def take() -> None:
        async with aclosing(database.stream(parts.work)) as stream:
            async for _ in stream:
                raise error

    with pytest.raises(type(error)) as raised:
        await take()
    assert raised.value is error
    assert (parts.begun, parts.made, parts.ended_in_transaction) == (1, 1, True)
    assert checked_out(database) == 0


async def test_an_error_of_the_work_is_raised_unchanged(database: Database) -> None:
    def work(tx: Transaction) -> Generator[int, None, None]:
        yield 1
        raise KeyError("x")

    with pytest.raises(KeyError):
        await whole(database, work)


@pytest.mark.parametrize("parts", [0, 1])
async def test_a_full_disk_during_a_read_is_not_reported_as_unavailable(database: Database, parts: int) -> None:
    def work(tx: Transaction) -> Generator[int, None, None]:
        yield from range(parts)
        raise OSError(28, "No space left on device")

    with pytest.raises(OSError, match="No space left"):
        await whole(database, work)


async def test_a_database_that_fails_half_way_is_unavailable_and_no_part_comes_twice(database: Database) -> None:
    taken: list[int] = []

    def work(tx: Transaction) -> Generator[int, None, None]:
        yield 1
        tx.connection.execute(text("DELETE FROM people"))  # which a reader may not

    async def take() -> None:
        async with aclosing(database.stream(work)) as stream:
            async for part in stream:
                taken.append(part)

    with pytest.raises(Unavailable):
        await take()
    assert taken == [1]


async def test_a_closed_database_streams_nothing(database: Database) -> None:
    await database.close()
    with pytest.raises(Unavailable):
        await anext(database.stream(Parts().work))


async def test_closing_waits_for_a_stream(database: Database) -> None:
    parts = Parts()
    async with aclosing(database.stream(parts.work)) as stream:
        await anext(stream)
        closing = asyncio.ensure_future(database.close())
        await asyncio.sleep(0)
        assert [part async for part in stream] == [2, 3, 4, 5]
    await closing


def test_a_loop_ends_without_a_warning_once_its_ledger_is_closed(
    database_url: str, engine: str, caplog: pytest.LogCaptureFixture
) -> None:
    async def live() -> None:
        database = await open_database(database_url)
        await leave(await stalled(database, Parts().work))
        begun = asyncio.Event()
        asyncio.get_running_loop().call_later(0.2, begun.set)
        task = asyncio.ensure_future(database.read(lambda tx: tx.connection.execute(text(SLOW[engine])).all()))
        await begun.wait()
        await leave(task)
        assert await database.read(one) == 1
        await database.close()

    asyncio.run(live())
    gc.collect()  # an open connection would warn, which fails a test
    assert [record.getMessage() for record in caplog.records if record.name == "asyncio"] == []
    for thread in threading.enumerate():
        if "_connection_worker" in thread.name:
            thread.join(5)  # it has answered that the connection is closed, and ends
            assert not thread.is_alive()


async def test_a_reader_who_is_cancelled_half_way_leaves_a_clean_connection(
    services: Services, database: Database, raw: Raw
) -> None:
    for _ in range(MORE_THAN_READERS):
        parts = Parts()
        assert await leave(await stalled(database, parts.work)) < 1
        assert (parts.ended_in_transaction, checked_out(database)) == (True, 0)
    assert await database.read(one) == 1
    if raw.is_sqlite:
        assert raw.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchone()[0] == 0  # no snapshot is left


@pytest.mark.parametrize("streaming", [False, True])
async def test_a_reader_who_is_cancelled_inside_a_statement_ends_it(
    database: Database, engine: str, streaming: bool
) -> None:
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()
    before = await database.read(server_process) if engine == "postgresql" else 0

    def work(tx: Transaction) -> Generator[int, None, None]:
        loop.call_later(0.2, begun.set)
        tx.connection.execute(text(SLOW[engine]))
        yield 1

    reading = anext(database.stream(work)) if streaming else database.read(lambda tx: next(work(tx)))
    task: asyncio.Task[Any] = asyncio.ensure_future(reading)
    await begun.wait()
    assert await leave(task) < 0.5
    assert checked_out(database) == 0
    assert database._readers.pool.checkedin() == 1  # type: ignore[attr-defined]  # it came back and is used again
    if engine == "postgresql":
        assert await database.read(server_process) == before
    async with asyncio.timeout(5):
        assert await asyncio.gather(*(database.read(one) for _ in range(READERS))) == [1] * READERS


async def test_readers_cancelled_at_any_moment_are_all_free_again(database: Database) -> None:
    chance = random.Random(7)
    for _ in range(100):
        task = asyncio.ensure_future(whole(database, Parts().work))
        await asyncio.sleep(chance.random() * 0.01)
        task.cancel()
        await asyncio.gather(task, return_exceptions=True)
    async with asyncio.timeout(10):  # one that was cancelled while it gave its connection back doesn't wait for that
        while checked_out(database):
            await asyncio.wait([one for one in asyncio.all_tasks() if one is not asyncio.current_task()])
    assert await asyncio.gather(*(whole(database, Parts().work) for _ in range(READERS))) == [ALL] * READERS
    assert sum("_connection_worker" in thread.name for thread in threading.enumerate()) <= CONNECTIONS


async def test_while_all_readers_stall_another_gets_unavailable_and_writes_go_on(
    services: Services, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.database, "QUEUE_FOR_SECONDS", 0.2)
    tasks = [await stalled_for(workspace_id, database) for workspace_id in ["T1"] * READERS_OF_EACH + ["T2", "T3"]]
    assert (database.figures().in_use, checked_out(database)) == (READERS, READERS)
    with pytest.raises(Unavailable, match="every reader is busy"):
        await database.read(one)
    await database.write(lambda tx: tx.connection.execute(text("UPDATE people SET name = 'written'")))
    for task in tasks:
        assert await leave(task) < 1
    assert (database.figures().in_use, checked_out(database)) == (0, 0)
    assert await database.read(one) == 1


async def test_one_workspace_leaves_readers_for_others(
    services: Services, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.database, "QUEUE_FOR_SECONDS", 0.2)
    reads_for.set("T2")
    assert await database.read(one) == 1
    tasks = [await stalled_for("T1", database) for _ in range(READERS_OF_EACH)]
    reads_for.set("T1")
    with pytest.raises(Unavailable, match="every reader is busy"):
        await database.read(one)
    reads_for.set("T2")
    assert await database.read(one) == 1
    for task in tasks:
        await leave(task)


async def test_the_only_workspace_leaves_one_reader_for_the_program(
    services: Services, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.database, "QUEUE_FOR_SECONDS", 0.2)
    tasks = [await stalled_for("T1", database) for _ in range(READERS_ALONE)]
    reads_for.set("T1")
    with pytest.raises(Unavailable, match="every reader is busy"):
        await database.read(one)
    reads_for.set("")
    assert await database.read(one) == 1
    for task in tasks:
        await leave(task)


async def test_short_reads_never_wait_for_long_ones_and_one_workspace_leaves_a_long_place(
    services: Services, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(storage.database, "QUEUE_FOR_SECONDS_IF_LONG", 0.2)
    tasks = [await stalled_for("T1", database, long=True) for _ in range(LONG_READERS_OF_EACH)]
    reads_for.set("T1")
    with pytest.raises(Unavailable, match="every reader is busy"):
        await database.read(one, long=True)
    tasks += [await stalled_for("T2", database, long=True)]
    tasks += [await stalled_for("T1", database) for _ in range(READERS_OF_EACH - 1)]
    assert await database.read(one) == 1
    assert await leave(tasks.pop(0)) < 1
    assert await database.read(one, long=True) == 1
    for task in tasks:
        await leave(task)


STREAMS: dict[str, Callable[[Connection], Iterator[object]]] = {
    "events": lambda connection: events.oldest_first(connection, EVERYTHING),
    "one person's events": lambda connection: events.oldest_first(connection, replace(EVERYTHING, user_ids=HERS)),
    "exported rows": lambda connection: pair_queries.stream_export_rows(connection, EVERYTHING),
    "every pair": pair_queries.stream_all,
    "days of people": lambda connection: totals.days_of_people(connection, EVERYTHING),
    "audit entries": audit.entries,
}


@pytest.mark.parametrize("name", STREAMS)
async def test_a_stream_asks_for_a_portion_of_rows_at_a_time(database: Database, name: str) -> None:
    """Without `yield_per` a driver fetches all of them at once."""
    asked: list[object] = []

    @event.listens_for(database._readers.sync_engine, "after_cursor_execute")
    def seen(*call: Any) -> None:
        asked.append(call[4].execution_options.get("yield_per"))

    def work(tx: Transaction) -> Generator[object, None, None]:
        yield from STREAMS[name](tx.connection)

    assert await whole(database, work) == []
    assert asked[-1] in (events.READ_AT_ONCE, 1000)


async def test_a_slow_reader_holds_a_portion_in_memory(services: Services, database: Database) -> None:
    def write(tx: Transaction) -> None:
        assert not any(pairs_at_once.add_each(tx.connection, records(MANY)))

    def work(tx: Transaction) -> Generator[object, None, None]:
        yield None
        yield from events.oldest_first(tx.connection, EVERYTHING)

    await database.write(write)
    async with aclosing(database.stream(work)) as stream:
        await anext(stream)
        tracemalloc.start()
        await anext(stream)
        _, peak = tracemalloc.get_traced_memory()
        tracemalloc.stop()
        assert sum([1 async for _ in stream]) == 2 * MANY - 1
    assert peak < 3_000_000, f"{peak:,} octets"


async def test_a_slow_reader_sees_one_moment_while_others_write(services: Services, database: Database) -> None:
    def work(tx: Transaction) -> Generator[object, None, None]:
        for _ in range(3):
            yield tx.connection.execute(text("SELECT count(*) FROM people WHERE name = 'written'")).scalar()

    async with aclosing(database.stream(work)) as stream:
        assert await anext(stream) == 0
        await database.write(lambda tx: tx.connection.execute(text("UPDATE people SET name = 'written'")))
        assert [part async for part in stream] == [0, 0]


def records(how_many: int) -> list[Pair]:
    first = datetime(1980, 1, 1, 8, tzinfo=UTC)
    found = []
    for number in range(how_many):
        at = first + timedelta(days=number)
        begins, ends = (
            PairEvent(new_id(), when, when, "U0ANA", "api", "UTC") for when in (at, at + timedelta(hours=8))
        )
        found.append(Pair(WORKSPACE, "U0ANA", at.date(), begins, ends))
    return found


async def test_other_requests_run_while_everybody_is_read(services: Services, database: Database) -> None:
    now = database.clock()
    crowd = [
        {
            **dict.fromkeys(("chat_admin", "guest", "bot", "deactivated"), False),
            "workspace_id": WORKSPACE,
            "user_id": f"U{number}",
            "name": "Ana",
            "refreshed_at": now,
        }
        for number in range(MANY)
    ]
    await database.write(lambda tx: tx.connection.execute(insert(tables.people), crowd))
    longest, ended = 0.0, asyncio.Event()

    async def take_turns() -> None:
        nonlocal longest
        before = time.thread_time()
        while not ended.is_set():
            await asyncio.sleep(0)
            longest, before = max(longest, (now := time.thread_time()) - before), now

    others = asyncio.ensure_future(take_turns())
    await asyncio.sleep(0)
    started = time.thread_time()
    everybody = await database.read(lambda tx: people.get_many(tx.connection, WORKSPACE))
    took = time.thread_time() - started
    ended.set()
    await others
    assert len(everybody) >= MANY
    assert longest < took / 3
