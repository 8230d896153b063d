"""The only place where async code meets the ledger, and the only one that opens a transaction.

SQLite: one writer thread lets concurrent use cases share a commit, each in a savepoint of its own, and answers them
after it; reads run in a few threads beside it, each whole read in one hop (README, "Design", says why not aiosqlite).
"""

from __future__ import annotations

import asyncio
import queue
import threading
from collections import defaultdict
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import sqlite_file
from storage.errors import Unavailable, UnusableDatabase
from storage.migrations import migrate

T = TypeVar("T")
Clock = Callable[[], datetime]

READERS = 4
LARGEST_SHARED_COMMIT = 64
BUSY_TIMEOUT_SECONDS = 5.0


@dataclass(frozen=True, slots=True)
class Transaction:
    """What a use case works in: a connection inside a transaction, and the ledger's time (UTC) when the work began."""

    connection: Connection
    now: datetime


def machine_clock() -> datetime:
    """Now, in UTC. On SQLite the ledger's clock is the machine's; tests pass another to `open_database`."""
    return datetime.now(UTC)


def open_database(url: str, *, clock: Clock = machine_clock, create: bool = True, checkpoint: bool = False) -> Database:
    """Opens, creates and migrates the ledger at `url` (`sqlite:///path`).

    Only the serving process passes `checkpoint=True`: SQLite before 3.51.3 may corrupt a file on which two processes
    checkpoint at once. Raises UnusableDatabase, with a sentence for the operator, and leaves the file as it was.
    """
    path = Path(make_url(url).database or "")
    sqlite_file.check(path, create=create)
    writer = _engine(path, "BEGIN IMMEDIATE", f"PRAGMA wal_autocheckpoint={1000 if checkpoint else 0}")
    readers = _engine(path, "BEGIN", "PRAGMA query_only=1")
    try:
        with writer.begin() as connection:
            migrate(connection)
    except DBAPIError as error:
        raise UnusableDatabase(f"{path} can't be opened: {error.orig}. Mend it, or choose another database.") from error
    finally:
        writer.dispose()
    return Database(writer, readers, clock)


def _engine(path: Path, begin: str, *pragmas: str) -> Engine:
    engine = create_engine(
        f"sqlite:///{path}",
        connect_args={"timeout": BUSY_TIMEOUT_SECONDS},
        pool_size=READERS,
        max_overflow=0,
        hide_parameters=True,  # an error's text ends in logs, and a comment must not
    )

    @event.listens_for(engine, "connect")
    def set_up(dbapi_connection: Any, _record: object) -> None:
        dbapi_connection.isolation_level = None  # transactions begin where we say, not where the driver guesses
        for pragma in (
            "PRAGMA journal_mode=WAL",
            "PRAGMA synchronous=FULL",  # a confirmed clock-in survives a power cut (facts: NORMAL lost 189 of 200)
            "PRAGMA foreign_keys=1",
            "PRAGMA recursive_triggers=1",
            "PRAGMA trusted_schema=0",
            *pragmas,
        ):
            dbapi_connection.execute(pragma)

    @event.listens_for(engine, "begin")
    def begin_transaction(connection: Connection) -> None:
        connection.exec_driver_sql(begin)

    return engine


@dataclass(slots=True, eq=False)
class _Job(Generic[T]):
    work: Callable[[Transaction], T]
    answer: asyncio.Future[T]
    result: T | None = None
    error: BaseException | None = None

    def settle(self) -> None:
        if self.answer.done():  # the caller was cancelled; what was committed stays
            return
        if self.error is not None:
            self.answer.set_exception(self.error)
        else:
            self.answer.set_result(self.result)  # type: ignore[arg-type]  # set whenever there is no error


class Database:
    """An open ledger. `await close()` when done: it finishes what is queued and lets SQLite tidy its files."""

    def __init__(self, writer: Engine, readers: Engine, clock: Clock) -> None:
        self.clock = clock
        self._writer = writer
        self._readers = readers
        self._read_threads = ThreadPoolExecutor(READERS, thread_name_prefix="ledger-reader")
        self._jobs: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._closed = False
        self._write_thread = threading.Thread(target=self._write_until_closed, name="ledger-writer")
        self._write_thread.start()

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Runs `work` in a transaction, and answers after its commit.

        An exception of `work` undoes its own changes alone and comes back as it is. Raises Unavailable, with nothing
        written, where the database can't be written to. Cancelling the caller does not call a queued write back.
        """
        if self._closed:
            raise Unavailable("the ledger is closed")
        job = _Job(work, asyncio.get_running_loop().create_future())
        self._jobs.put(job)
        answer: T = await job.answer
        return answer

    async def read(self, work: Callable[[Transaction], T]) -> T:
        """Runs `work` on one consistent snapshot. Raises Unavailable where the database can't be read."""
        if self._closed:
            raise Unavailable("the ledger is closed")
        return await asyncio.get_running_loop().run_in_executor(self._read_threads, lambda: self._read(work))

    async def close(self) -> None:
        """Finishes what is queued, then closes every connection."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._write_thread.join)
        await asyncio.to_thread(self._read_threads.shutdown)
        self._readers.dispose()
        self._writer.dispose()

    def _read(self, work: Callable[[Transaction], T]) -> T:
        try:
            with self._readers.begin() as connection:
                return work(Transaction(connection, self.clock()))
        except DBAPIError as error:
            raise Unavailable(str(error.orig)) from error

    def _write_until_closed(self) -> None:
        while (job := self._jobs.get()) is not None:
            batch = [job]
            while len(batch) < LARGEST_SHARED_COMMIT and not self._jobs.empty():
                if (another := self._jobs.get()) is None:
                    self._jobs.put(None)
                    break
                batch.append(another)
            self._commit_together(batch)
            _answer(batch)

    def _commit_together(self, batch: list[_Job[Any]]) -> None:
        try:
            with self._writer.begin() as connection:
                for job in batch:
                    self._attempt(connection, job)
        except DBAPIError as error:
            if len(batch) == 1:
                batch[0].error = Unavailable(str(error.orig))
                return
            # SQLite may have undone the whole transaction, whoever's statement failed: nobody shares another's fate.
            for job in batch:
                self._commit_together([job])

    def _attempt(self, connection: Connection, job: _Job[Any]) -> None:
        job.error = None
        try:
            with connection.begin_nested():
                job.result = job.work(Transaction(connection, self.clock()))
        except DBAPIError as error:
            if not isinstance(error, IntegrityError):
                raise
            job.error = error
        except Exception as error:  # every caller gets its own exception, and the writer thread lives on
            job.error = error


def _answer(batch: list[_Job[Any]]) -> None:
    by_loop: dict[asyncio.AbstractEventLoop, list[_Job[Any]]] = defaultdict(list)
    for job in batch:
        by_loop[job.answer.get_loop()].append(job)
    for loop, jobs in by_loop.items():
        if not loop.is_closed():
            loop.call_soon_threadsafe(_settle, jobs)


def _settle(jobs: list[_Job[Any]]) -> None:
    for job in jobs:
        job.settle()
