"""The ledger in a SQLite file.

One thread writes. Use cases that arrive together share a commit, each in its own savepoint, and are answered after it.
So nobody meets a locked database. Reads go through aiosqlite.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections import Counter
from collections.abc import Awaitable, Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from contextvars import Context, copy_context
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from storage import schema_objects, sqlite_file
from storage.database import CONNECTIONS, QUEUE_FOR_SECONDS, Clock, PoolStats, Transaction
from storage.errors import Unavailable, UnusableDatabase
from storage.migrations import migrate

T = TypeVar("T")
Outcome = tuple[Any, Exception | None]

LARGEST_SHARED_COMMIT = 64
TRUNCATE_EVERY_SECONDS = 600.0
BUSY_TIMEOUT_SECONDS = 3.0  # how long a foreign lock is waited for; of the 10 that SIGTERM allows
MIGRATING_SECONDS = 60.0  # how long a start waits for another process that is bringing the schema up to date


def open_sqlite(url: str, *, clock: Clock, create: bool, serving: bool) -> tuple[AsyncEngine, SharedCommits]:
    """The engine and writer of a `Database`. See `storage.database.open_database`."""
    path = Path(make_url(url).database or "")
    sqlite_file.check(path, create=create)
    with suppress(FileExistsError):  # as a rule; or another process that starts at the same time was faster
        sqlite_file.create(path)
    migrator = _own_engine(path, f"PRAGMA busy_timeout={int(MIGRATING_SECONDS * 1000)}")
    try:
        with migrator.begin() as connection:
            migrate(connection)
            if serving:
                schema_objects.require_all(connection)
    except DBAPIError as error:
        raise UnusableDatabase(f"{path} can't be opened: {error.orig}. Mend it, or choose another database.") from error
    finally:
        migrator.dispose()
    writer = _own_engine(path, f"PRAGMA wal_autocheckpoint={1000 if serving else 0}")
    return _reading_engine(path), SharedCommits(writer, clock, serving=serving)


@contextmanager
def exclusive_connection(path: Path, *, writing: bool = False) -> Iterator[Connection]:
    """One transaction on a ledger that nothing else in this program uses."""
    begin = "BEGIN IMMEDIATE" if writing else "BEGIN"
    engine = _own_engine(path, f"PRAGMA query_only={int(not writing)}", begin=begin)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _own_engine(path: Path, *pragmas: str, begin: str = "BEGIN IMMEDIATE") -> Engine:
    engine = create_engine(f"sqlite:///{path}", connect_args={"timeout": BUSY_TIMEOUT_SECONDS}, hide_parameters=True)
    _set_up(engine, *pragmas)

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        driver: Any = connection.connection.dbapi_connection  # by SQLAlchemy, it takes a tenth of a clock-in
        try:
            driver.execute(begin)
        except sqlite3.Error as error:
            raise DBAPIError.instance(begin, None, error, sqlite3.Error, hide_parameters=True) from error

    return engine


def _reading_engine(path: Path) -> AsyncEngine:
    engine = create_async_engine(
        f"sqlite+aiosqlite:///{path}",
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS},
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=QUEUE_FOR_SECONDS,
        hide_parameters=True,  # an error's text ends in logs, and a comment must not
    )
    _set_up(engine.sync_engine, "PRAGMA query_only=1")

    @event.listens_for(engine.sync_engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        driver: Any = connection.connection.driver_connection
        await_only(driver.execute_fetchall("BEGIN"))

    return engine


def _set_up(engine: Engine, *pragmas: str) -> None:
    @event.listens_for(engine, "connect")
    def set_up(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
        for pragma in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",  # a confirmed clock-in survives a power cut (facts: NORMAL lost 189 of 200)
            "PRAGMA foreign_keys=1",
            "PRAGMA recursive_triggers=1",
            "PRAGMA trusted_schema=0",
            "PRAGMA secure_delete=1",  # what is erased is overwritten, whatever this SQLite was built with
            *pragmas,
        ):
            dbapi_connection.execute(pragma)


@dataclass(eq=False, slots=True)
class _Job:
    work: Callable[[Transaction], Any]
    answer: asyncio.Future[Any]
    context: Context = field(default_factory=copy_context)
    """The caller's: what the work logs carries the id of the request."""

    def settle(self, result: Any, error: Exception | None) -> None:
        if self.answer.done():  # the caller was cancelled; what was committed stays
            return
        if error is not None:
            self.answer.set_exception(error)
        else:
            self.answer.set_result(result)


class SharedCommits:
    """Writes in one thread. Work that arrives during a commit shares the next one."""

    def __init__(self, engine: Engine, clock: Clock, *, serving: bool) -> None:
        self.clock = clock
        self._engine = engine
        self._thread = ThreadPoolExecutor(1, "ledger-writer")
        self._kept: Connection | None = None
        """For all commits: taking one from the engine and giving it back takes a tenth of a clock-in."""
        self._queue: asyncio.Queue[_Job | None] = asyncio.Queue()
        self._refused_a_write = False  # by a full disk, a lock or a lost right: the last time
        self._batches: Counter[int] = Counter()
        self._closing = False
        self._task = asyncio.create_task(self._commit_until_closed())
        self._truncating = asyncio.create_task(self._truncate_now_and_then()) if serving else None

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Queues the work for the next commit."""
        job = _Job(work, asyncio.get_running_loop().create_future())
        self._queue.put_nowait(job)
        answer: T = await job.answer
        return answer

    async def persistently(self, attempt: Callable[[], Awaitable[T]], *, again: bool = True) -> T:
        """Runs the attempt once. SQLite has waited for locks long enough."""
        try:
            return await attempt()
        except DBAPIError as error:
            if _is_our_own_fault(error):
                raise
            raise Unavailable(str(error.orig)) from error

    async def ready(self) -> None:
        """If the last write was refused, tries one that changes only the file's header."""
        if self._refused_a_write:
            await self.write(lambda tx: tx.connection.exec_driver_sql("PRAGMA user_version = 1"))
            await self.write(lambda tx: tx.connection.exec_driver_sql("PRAGMA user_version = 0"))

    def figures(self) -> PoolStats:
        """How many writes wait."""
        return PoolStats(0, 0, self._queue.qsize(), 0, self._batches)

    async def close(self) -> None:
        """Finishes what is queued. If another process holds the file locked, those callers get Unavailable."""
        self._closing = True
        if self._truncating:
            self._truncating.cancel()
        self._queue.put_nowait(None)
        await self._task
        self._thread.shutdown()
        self._release()
        self._engine.dispose()

    async def _commit_until_closed(self) -> None:
        loop = asyncio.get_running_loop()
        while (job := await self._queue.get()) is not None:
            batch = [job]
            # When the file stays locked, those who queue behind wait with the others, not one timeout after another.
            while (len(batch) < LARGEST_SHARED_COMMIT or self._closing) and not self._queue.empty():
                if (another := self._queue.get_nowait()) is None:
                    self._queue.put_nowait(None)
                    break
                batch.append(another)
            try:
                outcomes = await loop.run_in_executor(self._thread, self._commit_together, batch)
            except Exception as error:  # a bug of ours: its callers get it, and whoever writes next is served
                outcomes = [(None, error)] * len(batch)
            for each, outcome in zip(batch, outcomes, strict=True):
                each.settle(*outcome)

    async def _truncate_now_and_then(self) -> None:
        while True:
            await asyncio.sleep(TRUNCATE_EVERY_SECONDS)
            await self.forget_erased()

    async def forget_erased(self) -> None:
        """Empties the write-ahead log, which still holds what was erased. Only where this process may checkpoint; and
        never waits for a reader: nobody is to be held up, and the next time is soon."""
        if self._truncating:
            await asyncio.get_running_loop().run_in_executor(self._thread, self._truncate)

    def _truncate(self) -> None:
        driver: Any = self._connection().connection.dbapi_connection
        with suppress(sqlite3.Error):
            driver.execute("PRAGMA busy_timeout=0")
            try:
                driver.execute("PRAGMA wal_checkpoint(TRUNCATE)").fetchall()
            finally:
                driver.execute(f"PRAGMA busy_timeout={int(BUSY_TIMEOUT_SECONDS * 1000)}")

    def _connection(self) -> Connection:
        if self._kept is None:
            self._kept = self._engine.connect()
        return self._kept

    def _release(self) -> None:
        if self._kept is not None:
            self._kept.close()
            self._kept = None

    def _commit_together(self, batch: list[_Job]) -> list[Outcome]:
        begun = False
        try:
            connection = self._connection()
            with connection.begin():
                begun = True
                outcomes = [self._attempt(connection, job) for job in batch]
        except (DBAPIError, sqlite3.Error) as error:
            self._release()
            if not begun or len(batch) == 1:  # locked, read-only or gone: the same for all
                self._refused_a_write = True
                return [(None, Unavailable(str(getattr(error, "orig", error)))) for _ in batch]
            # SQLite may have undone the whole transaction, whoever's statement failed: nobody shares another's fate.
            return [outcome for job in batch for outcome in self._commit_together([job])]
        self._refused_a_write = False
        self._batches[len(batch)] += 1
        return outcomes

    def _attempt(self, connection: Connection, job: _Job) -> Outcome:
        """Runs a job in its own savepoint. SQLAlchemy would compile the statements each time, the driver doesn't."""
        driver: Any = connection.connection.dbapi_connection
        driver.execute("SAVEPOINT job")
        result: Any = None
        failed: Exception | None = None
        try:
            result = job.context.run(job.work, Transaction(connection, self.clock))
        except DBAPIError as error:
            if not isinstance(error, IntegrityError) and not _is_our_own_fault(error):
                raise
            failed = error
        except StopIteration as error:  # which no future takes
            failed = RuntimeError("StopIteration")
            failed.__cause__ = error
        except Exception as error:  # every caller gets its own exception, and the writer thread lives on
            failed = error
        if failed is not None:
            driver.execute("ROLLBACK TO job")
        driver.execute("RELEASE job")
        return result, failed


def _is_our_own_fault(error: DBAPIError) -> bool:
    """Whether the statement is wrong, so that waiting won't help: SQLite's plain "SQL error or missing database"."""
    return getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR) == sqlite3.SQLITE_ERROR
