"""The ledger in a SQLite file.

One writer thread lets concurrent use cases share a commit, each in a savepoint of its own, and answers them after it;
reads run in a few threads beside it, each whole read in one hop (`benchmarks/README.md` says why not aiosqlite).
"""

from __future__ import annotations

import asyncio
import contextvars
import queue
import sqlite3
import threading
import time
from collections import Counter, defaultdict
from collections.abc import Awaitable, Callable, Generator, Iterator
from concurrent.futures import Future, ThreadPoolExecutor
from contextlib import closing, contextmanager, suppress
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Generic, TypeVar

from sqlalchemy import Connection, Engine, create_engine, event, make_url
from sqlalchemy.exc import DBAPIError, IntegrityError

from storage import sqlite_file
from storage.database import Clock, Database, Figures, Transaction, tell_if_slow
from storage.errors import Unavailable, UnusableDatabase
from storage.migrations import migrate

T = TypeVar("T")
P = TypeVar("P")

READERS = 6  # as many as there may be streams at once, and some for everybody else
LARGEST_SHARED_COMMIT = 64
BUSY_TIMEOUT_SECONDS = 3.0  # how long a foreign lock is waited for; of the 10 that SIGTERM allows


def open_sqlite(url: str, *, clock: Clock, create: bool, serving: bool) -> SqliteDatabase:
    """See `storage.database.open_database`."""
    path = Path(make_url(url).database or "")
    sqlite_file.check(path, create=create)
    with suppress(FileExistsError):  # as a rule; or another process that starts at the same time was faster
        sqlite_file.create(path)
    writer = _engine(path, "BEGIN IMMEDIATE", f"PRAGMA wal_autocheckpoint={1000 if serving else 0}")
    readers = _engine(path, "BEGIN", "PRAGMA query_only=1")
    glances = _engine(path, None, "PRAGMA query_only=1", "PRAGMA busy_timeout=0")
    try:
        with writer.begin() as connection:
            migrate(connection)
    except DBAPIError as error:
        raise UnusableDatabase(f"{path} can't be opened: {error.orig}. Mend it, or choose another database.") from error
    finally:
        writer.dispose()
    return SqliteDatabase(writer, readers, glances, clock)


@contextmanager
def opened_alone(path: Path, *, writing: bool = False) -> Iterator[Connection]:
    """One transaction on a ledger that this program's other threads do not work on."""
    engine = _engine(path, "BEGIN IMMEDIATE" if writing else "BEGIN", f"PRAGMA query_only={int(not writing)}")
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def _engine(path: Path, begin: str | None, *pragmas: str) -> Engine:
    """`begin` None: every statement is a transaction of its own."""
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
        if begin is not None:
            connection.exec_driver_sql(begin)

    return engine


@dataclass(slots=True, eq=False)
class _Job(Generic[T]):
    work: Callable[[Transaction], T]
    answer: asyncio.Future[T]
    result: T | None = None
    error: BaseException | None = None
    context: contextvars.Context = field(default_factory=contextvars.copy_context)
    """The caller's: what the work logs carries the id of the request."""

    def settle(self) -> None:
        if self.answer.done():  # the caller was cancelled; what was committed stays
            return
        if self.error is not None:
            self.answer.set_exception(self.error)
        else:
            self.answer.set_result(self.result)  # type: ignore[arg-type]  # set whenever there is no error


class SqliteDatabase(Database):
    """An open ledger in a file. Closing lets SQLite tidy its files."""

    def __init__(self, writer: Engine, readers: Engine, glances: Engine, clock: Clock) -> None:
        self.clock = clock
        self._writer = writer
        self._readers = readers
        self._glances = glances
        self._glance = glances.connect()
        self._read_threads = ThreadPoolExecutor(READERS, thread_name_prefix="ledger-reader")
        self._jobs: queue.SimpleQueue[_Job[Any] | None] = queue.SimpleQueue()
        self._closed = False
        self._refused_a_write = False  # by a full disk, a lock or a lost right: the last time
        self._reading = 0
        self._batches: Counter[int] = Counter()
        self._write_thread = threading.Thread(target=self._write_until_closed, name="ledger-writer")
        self._write_thread.start()

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Queues the work for the writer thread."""
        if self._closed:
            raise Unavailable("the ledger is closed")
        job = _Job(work, asyncio.get_running_loop().create_future())
        started = time.perf_counter()
        self._jobs.put(job)
        answer: T = await job.answer
        tell_if_slow("write", time.perf_counter() - started)
        return answer

    async def read(self, work: Callable[[Transaction], T], *, at_a_glance: bool = False) -> T:
        """Runs the work in one of the reader threads.

        What is seen at a glance takes less than the way to a thread and back: it runs right here, unless it would have
        to wait for anything.
        """
        if self._closed:
            raise Unavailable("the ledger is closed")
        if at_a_glance:
            with suppress(DBAPIError):
                return work(Transaction(self._glance, self.clock))
        started, context = time.perf_counter(), contextvars.copy_context()
        self._reading += 1
        try:
            loop = asyncio.get_running_loop()
            return await loop.run_in_executor(self._read_threads, lambda: context.run(self._read, work))
        finally:
            self._reading -= 1
            tell_if_slow("read", time.perf_counter() - started)

    async def stream(
        self, work: Callable[[Transaction], Generator[P, None, T]], take: Callable[[P], Awaitable[None]]
    ) -> T:
        """Runs the work in one of the reader threads, which waits while a part is taken here."""
        if self._closed:
            raise Unavailable("the ledger is closed")
        loop = asyncio.get_running_loop()
        handed: list[Future[None]] = []
        left = threading.Event()

        async def taken(part: P) -> None:
            if not left.is_set():
                await take(part)

        def read(tx: Transaction) -> T:
            with closing(work(tx)) as parts:  # here and now, before others read from the connection
                while not left.is_set():
                    try:
                        part = next(parts)
                    except StopIteration as ended:
                        answer: T = ended.value
                        return answer
                    handed[:] = [asyncio.run_coroutine_threadsafe(taken(part), loop)]
                    if left.is_set():  # since before it could be seen that something is handed over
                        handed[0].cancel()
                    handed[0].result()
            raise Unavailable("nobody waits for it any more")

        try:
            return await loop.run_in_executor(self._read_threads, lambda: self._read(read))
        except asyncio.CancelledError:
            left.set()
            for future in handed:
                future.cancel()
            raise

    async def ready(self) -> None:
        """Reads; and where the last write was refused, tries another, which changes nothing but the file's header."""
        if self._refused_a_write:
            await self.write(lambda tx: tx.connection.exec_driver_sql("PRAGMA user_version = 1"))
            await self.write(lambda tx: tx.connection.exec_driver_sql("PRAGMA user_version = 0"))
        await self.read(lambda tx: tx.connection.exec_driver_sql("SELECT 1 FROM pairs LIMIT 1").first())

    def figures(self) -> Figures:
        """Of readers: the one writer shows by its queue."""
        in_use = min(self._reading, READERS)
        return Figures(READERS, in_use, self._jobs.qsize(), 0, self._batches)

    async def close(self) -> None:
        """Finishes what is queued, unless another process holds the file locked; then that is Unavailable."""
        if self._closed:
            return
        self._closed = True
        self._jobs.put(None)
        await asyncio.to_thread(self._write_thread.join)
        await asyncio.to_thread(self._read_threads.shutdown)
        self._glance.close()
        for engine in (self._glances, self._readers, self._writer):
            engine.dispose()

    def _read(self, work: Callable[[Transaction], T]) -> T:
        try:
            with self._readers.begin() as connection:
                return work(Transaction(connection, self.clock))
        except DBAPIError as error:
            if _is_our_own_fault(error):
                raise
            raise Unavailable(str(error.orig)) from error

    def _write_until_closed(self) -> None:
        last = False
        while not last:
            job = self._jobs.get()
            if job is None:
                return
            batch = [job]
            # When the file stays locked, those who queue behind wait with the others, not one timeout after another.
            while (len(batch) < LARGEST_SHARED_COMMIT or self._closed) and not self._jobs.empty():
                if (another := self._jobs.get()) is None:
                    last = True
                    break
                batch.append(another)
            self._commit_together(batch)
            _answer(batch)

    def _commit_together(self, batch: list[_Job[Any]]) -> None:
        begun = False
        try:
            with self._writer.connect() as connection, connection.begin():
                begun = True
                for job in batch:
                    self._attempt(connection, job)
            self._refused_a_write = False
            self._batches[len(batch)] += 1
        except (DBAPIError, sqlite3.Error) as error:
            if not begun or len(batch) == 1:  # locked, read-only or gone: the same for all
                self._refused_a_write = True
                for job in batch:
                    job.error = Unavailable(str(getattr(error, "orig", error)))
                return
            # SQLite may have undone the whole transaction, whoever's statement failed: nobody shares another's fate.
            for job in batch:
                self._commit_together([job])

    def _attempt(self, connection: Connection, job: _Job[Any]) -> None:
        """Runs a job in a savepoint of its own. By the driver: SQLAlchemy would compile the words anew each time."""
        driver: Any = connection.connection.dbapi_connection
        job.error = None
        driver.execute("SAVEPOINT job")
        try:
            job.result = job.context.run(job.work, Transaction(connection, self.clock))
        except DBAPIError as error:
            if not isinstance(error, IntegrityError) and not _is_our_own_fault(error):
                raise
            job.error = error
        except Exception as error:  # every caller gets its own exception, and the writer thread lives on
            job.error = error
        if job.error is not None:
            driver.execute("ROLLBACK TO job")
        driver.execute("RELEASE job")


def _is_our_own_fault(error: DBAPIError) -> bool:
    """A statement that is wrong: no waiting makes it right. SQLite's plain "SQL error or missing database" says so."""
    return getattr(error.orig, "sqlite_errorcode", sqlite3.SQLITE_ERROR) == sqlite3.SQLITE_ERROR


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
