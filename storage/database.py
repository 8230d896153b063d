"""The only place where async code meets the ledger, and the only one that opens transactions.

Both engines read in the same way. How they write is in `storage.sqlite` and `storage.postgresql`.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import AsyncGenerator, AsyncIterator, Awaitable, Callable, Coroutine, Generator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager, suppress
from contextvars import ContextVar
from dataclasses import dataclass, replace
from datetime import UTC, datetime
from functools import cached_property
from typing import Any, Protocol, TypeVar

import structlog
from sqlalchemy import Connection, make_url, text
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncConnection, AsyncEngine

from storage.audit import Anchor
from storage.errors import Unavailable
from storage.shares import Shares

log = structlog.get_logger(__name__)

READERS = 6  # more than there can be long answers at once, so that some are left for everybody else
READERS_OF_EACH = 4  # for one workspace, so that others find one free
READERS_ALONE = 5  # for the only workspace: one is left for background jobs, metrics and tokens not seen before
LONG_READERS = 3  # besides these: for a year's report or an export. Short reads never wait for them
LONG_READERS_OF_EACH = 2
CONNECTIONS = READERS + LONG_READERS
QUEUE_FOR_SECONDS = 8.0  # for a connection, when everybody comes at once
QUEUE_FOR_SECONDS_IF_LONG = 60.0
GIVE_BACK_WITHIN_SECONDS = 1.0  # a connection: it is dropped after that
CLOSE_WITHIN_SECONDS = 2.5  # of the 10 that SIGTERM allows
SLOW_SECONDS = 2.0  # after that, people in Slack read that it takes a moment

reads_for: ContextVar[str] = ContextVar("reads_for", default="")
"""The workspace for which this task reads. Workspaces share the readers. Empty for background jobs, and while the
workspace isn't known."""

T = TypeVar("T")
P = TypeVar("P")
Clock = Callable[[], datetime]


def machine_clock() -> datetime:
    """This machine's time (UTC)."""
    return datetime.now(UTC)


async def open_database(
    url: str, *, clock: Clock | None = None, create: bool = True, serving: bool = False, read_only: bool = False
) -> Database:
    """Opens, creates and migrates the ledger at `url`: `sqlite:///path` or `postgresql://user@host/name`.

    `clock` replaces the ledger's own: the machine's on SQLite, on PostgreSQL the server's, which several machines
    share. The serving process passes `serving`: on SQLite only it checkpoints, because before 3.51.3 two that do can
    corrupt the file; on PostgreSQL its statements have a time limit. With `read_only`, PostgreSQL refuses
    every write, so nothing is migrated.

    Raises UnusableDatabase with a sentence for the operator, and then changes nothing.
    """
    if make_url(url).get_backend_name() == "sqlite":
        from storage.sqlite import open_sqlite

        return Database(*open_sqlite(url, clock=clock or machine_clock, create=create, serving=serving))
    from storage.postgresql import open_postgresql  # only here, because SQLite does without this extra

    return Database(*await open_postgresql(url, clock=clock, serving=serving, read_only=read_only))


class Transaction:
    """A connection inside a transaction, and the ledger's time."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self.connection = connection
        self.commit_proof: Anchor | None = None
        """The last audit entry. If the connection is lost during the commit, it tells whether the commit took place."""
        self.server_time: datetime | None = None
        """Set by the statement that locks a person."""
        self._clock = clock

    @cached_property
    def now(self) -> datetime:
        """The ledger's time (UTC), read when first asked for and then the same throughout the transaction.

        Ask after locking the person's row. A change that waited for another must not get an earlier time.
        """
        return self._clock()


@dataclass(frozen=True, slots=True)
class PoolStats:
    """How busy the ledger is."""

    pool: int
    """How many may read (SQLite), or read and write (PostgreSQL), at once."""
    in_use: int
    queued: int
    """How many wait for a turn to write, or for a connection."""
    retries: int
    """How often the server asked to try again, since the start."""
    batches: Counter[int]
    """How often that many writes shared a commit, since the start."""


class Writer(Protocol):
    """How an engine writes, and tells an unreachable database from a bug of ours."""

    def clock(self) -> datetime:
        """The ledger's time outside of transactions."""

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """See `Database.write`."""

    async def persistently(self, attempt: Callable[[], Awaitable[T]], *, again: bool = True) -> T:
        """Runs the attempt, and with `again` repeats it if the server asks to. Raises Unavailable."""

    async def ready(self) -> None:
        """Raises Unavailable if the ledger seems to refuse writes."""

    async def forget_erased(self) -> None:
        """Removes what was erased from where only the engine keeps it, as far as this process can."""

    def figures(self) -> PoolStats:
        """How busy it is with writes."""

    async def close(self) -> None:
        """Finishes what is under way."""


class Database:
    """An open ledger. `await close()` when done: it finishes what is under way."""

    def __init__(self, readers: AsyncEngine, writer: Writer) -> None:
        self.clock = writer.clock
        """The ledger's time outside of transactions."""
        self._readers = readers
        self._shares = Shares(READERS, READERS_OF_EACH, READERS_ALONE)
        self._long = Shares(LONG_READERS, LONG_READERS_OF_EACH)
        self._writer = writer
        self._reading = 0
        self._holding = 0  # of those, how many have a connection
        self._giving_back: set[asyncio.Task[None]] = set()  # cancelled callers don't wait for it
        self._nobody_reads = asyncio.Event()
        self._closed = False

    @property
    def serves_several(self) -> bool:
        """Whether it was read for more than one workspace since it was opened."""
        return self._shares.by_several

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Runs `work` in a transaction and returns after its commit. `work` may run more than once.

        An exception in `work` undoes only its own changes, and is raised unchanged. Raises Unavailable, with nothing
        written, if the database can't be written to; OutcomeUnknown if the connection was lost for good during the
        commit. Cancelling the caller doesn't stop a queued write.
        """
        self._refuse_if_closed()
        with _timed("write"):
            return await self._writer.write(work)

    async def read(self, work: Callable[[Transaction], T], *, long: bool = False) -> T:
        """Runs `work` on one consistent snapshot. Raises Unavailable if the database can't be read.

        A `long` one waits for one of a few places. If the caller is cancelled, the running statement ends.
        """

        async def attempt() -> T:
            async with self._snapshot(long) as (connection, tx):
                return await _run(connection, lambda: work(tx))

        with self._counted(), _timed("read"):
            return await self._writer.persistently(attempt)

    async def stream(
        self, work: Callable[[Transaction], Generator[P, None, None]], *, long: bool = False
    ) -> AsyncGenerator[P, None]:
        """Yields what `work` yields, on one consistent snapshot. Each part is made when it is asked for. `long` as in
        `read`.

        Use it with `aclosing`: the snapshot ends with the block, however that ends. It stays open as long as the parts
        take, so limit that time. Statements in `work` must set `yield_per`, or all rows are fetched at once. Raises
        Unavailable.
        """
        with self._counted():
            async with AsyncExitStack() as held:

                async def begin() -> tuple[Callable[[], Awaitable[P]], P]:
                    async with AsyncExitStack() as stack:
                        next_part = await stack.enter_async_context(self._parts(work, long))
                        first = await next_part()
                        held.push_async_exit(stack.pop_all())
                        return next_part, first

                next_part, part = await self._writer.persistently(begin)
                while part is not _END:
                    yield part
                    part = await self._writer.persistently(next_part, again=False)  # the consumer has the earlier parts

    async def ready(self) -> None:
        """Raises Unavailable if the ledger can't be read, or seems to refuse writes."""
        self._refuse_if_closed()
        await self._writer.ready()
        await self.read(lambda tx: tx.connection.execute(_LOOK).first())

    async def forget_erased(self) -> None:
        """To be called after erasing: removes it from SQLite's write-ahead log too. If a long answer is under way, or
        another process serves, that follows within ten minutes."""
        await self._writer.forget_erased()

    def figures(self) -> PoolStats:
        """How busy the ledger is. Doesn't ask the database."""
        writing = self._writer.figures()
        return replace(
            writing,
            pool=writing.pool + CONNECTIONS,
            in_use=writing.in_use + self._holding,
            queued=writing.queued + self._reading - self._holding,
        )

    async def close(self) -> None:
        """Lets running work finish, for a limited time, then closes every connection."""
        if self._closed:
            return
        self._closed = True
        await asyncio.gather(self._until_nobody_reads(), self._writer.close())
        await asyncio.gather(*self._giving_back, return_exceptions=True)  # asyncio logs what goes wrong
        await self._readers.dispose()

    async def _until_nobody_reads(self) -> None:
        if self._reading:
            with suppress(TimeoutError):
                await asyncio.wait_for(self._nobody_reads.wait(), CLOSE_WITHIN_SECONDS)

    def _refuse_if_closed(self) -> None:
        if self._closed:
            raise Unavailable("the ledger is closed")

    @contextmanager
    def _counted(self) -> Iterator[None]:
        self._refuse_if_closed()
        self._reading += 1
        try:
            yield
        finally:
            self._reading -= 1
            if self._closed and not self._reading:
                self._nobody_reads.set()

    @asynccontextmanager
    async def _snapshot(self, long: bool) -> AsyncIterator[tuple[AsyncConnection, Transaction]]:
        shares = self._long if long else self._shares
        patience = QUEUE_FOR_SECONDS_IF_LONG if long else QUEUE_FOR_SECONDS
        async with AsyncExitStack() as held:
            try:
                await held.enter_async_context(shares.place(reads_for.get(), patience))
            except TimeoutError as error:
                raise Unavailable("every reader is busy") from error
            opening = asyncio.ensure_future(self._readers.connect())
            try:
                connection = await asyncio.shield(opening)
            except NoConnectionFree as error:  # one that was cancelled is still being given back
                raise Unavailable("every reader is busy") from error
            except asyncio.CancelledError:
                self._later(_give_back_once_open(opening))
                raise
            assert connection.sync_connection is not None
            self._holding += 1
            try:
                await connection.run_sync(Connection.begin)
                yield connection, Transaction(connection.sync_connection, self.clock)
            finally:
                self._holding -= 1
                await asyncio.shield(self._later(_give_back(connection)))

    def _later(self, giving_back: Coroutine[Any, Any, None]) -> asyncio.Task[None]:
        """Goes on even if the caller is cancelled."""
        task = asyncio.create_task(giving_back)
        self._giving_back.add(task)
        task.add_done_callback(self._giving_back.discard)
        return task

    @asynccontextmanager
    async def _parts(
        self, work: Callable[[Transaction], Generator[P, None, None]], long: bool
    ) -> AsyncIterator[Callable[[], Awaitable[P]]]:
        """Yields a function that fetches the next part, and `_END` after the last."""
        async with self._snapshot(long) as (connection, tx):
            parts = work(tx)
            try:
                yield lambda: _run(connection, lambda: next(parts, _END))
            finally:
                await connection.run_sync(lambda _: parts.close())  # while the snapshot is still open


async def _give_back(connection: AsyncConnection) -> None:
    """Ends the snapshot. If the server is gone or hangs, drops the connection instead."""
    try:
        async with asyncio.timeout(GIVE_BACK_WITHIN_SECONDS):
            await connection.rollback()
    except (DBAPIError, TimeoutError):
        await connection.invalidate()
    await connection.close()


async def _give_back_once_open(opening: asyncio.Future[AsyncConnection]) -> None:
    """SQLite's driver goes on in its thread, and opens the file even if nobody waits for it any more."""
    with suppress(DBAPIError, NoConnectionFree, TimeoutError):
        async with asyncio.timeout(GIVE_BACK_WITHIN_SECONDS):
            connection = await opening
        await _give_back(connection)


async def _run(connection: AsyncConnection, work: Callable[[], T]) -> T:
    """Runs the work on the connection. If the caller is cancelled, PostgreSQL's driver cancels the statement; SQLite's
    statement runs on in its thread, so it is interrupted here."""
    if connection.dialect.name != "sqlite":
        return await connection.run_sync(lambda _: work())
    driver: Any = (await connection.get_raw_connection()).driver_connection
    step = asyncio.ensure_future(connection.run_sync(lambda _: work()))
    try:
        return await asyncio.shield(step)
    except asyncio.CancelledError:
        while not step.done():  # repeatedly, because the work may go on with its next statement
            await driver.interrupt()
            with suppress(asyncio.CancelledError):
                await asyncio.wait([step], timeout=0.01)
        if not step.cancelled():
            step.exception()  # the caller is gone, and asyncio would warn about an error that nobody reads
        raise


@contextmanager
def _timed(kind: str) -> Iterator[None]:
    """Logs what took long."""
    started = time.perf_counter()
    try:
        yield
    finally:
        seconds = time.perf_counter() - started
        if seconds > SLOW_SECONDS:
            log.warning("ledger-slow", kind=kind, seconds=round(seconds, 2))


_END: Any = object()
_LOOK = text("SELECT 1 FROM pairs LIMIT 1")
