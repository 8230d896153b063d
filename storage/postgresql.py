"""The ledger in PostgreSQL, which many replicas share.

READ COMMITTED with the person's row locked first (`people.locked`): the constraints behind it alone would deadlock.
What the server asks to try again is tried again here and nowhere else.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from contextlib import closing
from datetime import UTC, datetime, timedelta
from typing import Any, TypeVar

import structlog
from sqlalchemy import Connection, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionLeft
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine
from sqlalchemy.util import await_only

from storage import audit, migrations
from storage.audit import Anchor
from storage.database import Clock, Database, Figures, Transaction, machine_clock, tell_if_slow
from storage.errors import OutcomeUnknown, Unavailable, UnusableDatabase
from storage.rights import GRANTS

try:
    import asyncpg
except ImportError as missing:
    raise UnusableDatabase(
        "PostgreSQL needs a driver that is not installed: install attendance-bot[postgres]."
    ) from missing

log = structlog.get_logger(__name__)

T = TypeVar("T")
P = TypeVar("P")

CONNECTIONS = 10
CONNECT_WITHIN_SECONDS = 3.0
QUEUE_FOR_SECONDS = 8.0  # when everybody comes at once
STATEMENT_WITHIN_SECONDS = 15
LOCK_WITHIN_SECONDS = 3
TRY_AGAIN_FOR_SECONDS = 4.0  # then the person is told to: a restart of the server may take longer
LONGEST_PAUSE_SECONDS = 0.5
CLOSE_WITHIN_SECONDS = 2.5  # of the 10 that SIGTERM allows
MIGRATION_LOCK = 0x41544E44  # "ATND"

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_TRY_AGAIN = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available
_PLAN_OUTDATED = "0A000"  # "cached statement plan is invalid", after another replica migrated
_AWAY = ("08", "57P", "53")  # connection trouble, shutdown or starting up, too many connections
_NOT_ALLOWED = "42501"
_NO_EXTENSION = ("0A000", "58P01")
_READ_ONLY = "25006"


async def open_postgresql(url: str, *, clock: Clock | None, serving: bool) -> PostgresqlDatabase:
    """See `storage.database.open_database`. Migrates under a lock, so that replicas may start together."""
    limits = {
        "statement_timeout": f"{STATEMENT_WITHIN_SECONDS}s",
        "lock_timeout": f"{LOCK_WITHIN_SECONDS}s",
        "idle_in_transaction_session_timeout": "5s",  # of a replica that vanished, and left rows locked
        "tcp_keepalives_idle": "5",
        "tcp_keepalives_interval": "1",
        "tcp_keepalives_count": "3",
    }
    database = PostgresqlDatabase(_engine(url, limits if serving else {}), clock)
    try:
        await _migrated(database.engine)
    except Exception as error:
        await database.close()
        if (sentence := _unusable(error)) is None:
            raise
        raise UnusableDatabase(sentence) from error
    return database


def _engine(url: str, limits: dict[str, str]) -> AsyncEngine:
    settings = {"application_name": "attendance-bot", "jit": "off", "timezone": "UTC"} | limits

    async def connect() -> asyncpg.Connection:
        # asyncpg reads the address itself: with sslmode, sockets, .pgpass and the rest of libpq's ways.
        return await asyncpg.connect(
            url,
            timeout=CONNECT_WITHIN_SECONDS,
            command_timeout=STATEMENT_WITHIN_SECONDS + 5 if limits else None,
            server_settings=settings,
        )

    return create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=CONNECTIONS,
        max_overflow=0,
        pool_timeout=QUEUE_FOR_SECONDS,
        hide_parameters=True,  # an error's text ends in logs, and a comment must not
    )


async def migrate_as_owner(url: str, *, serve_as: str | None) -> None:
    """Migrates as the tables' owner, and grants `serve_as` what serving needs: no more.

    A role that owns nothing can't switch the triggers off that keep the rules. Raises UnusableDatabase.
    """
    engine = _engine(url, {})
    try:
        await _migrated(engine)
        if serve_as:
            async with engine.begin() as connection:
                role = connection.dialect.identifier_preparer.quote(serve_as)
                for grant in GRANTS:
                    await connection.execute(text(f"{grant} TO {role}"))
    except Exception as error:
        if (sentence := _unusable(error)) is None:
            raise
        raise UnusableDatabase(sentence) from error
    finally:
        await engine.dispose()


async def _migrated(engine: AsyncEngine) -> None:
    async with engine.begin() as connection:
        if await connection.run_sync(migrations.is_current):
            return
        await connection.execute(text("SET LOCAL statement_timeout = 0"))
        await connection.execute(text("SET LOCAL lock_timeout = 0"))
        await connection.execute(text(f"SELECT pg_advisory_xact_lock({MIGRATION_LOCK})"))
        await connection.run_sync(migrations.migrate)


def _unusable(error: Exception) -> str | None:
    """What an operator is told; None for what is no fault of the database."""
    if isinstance(error, UnusableDatabase):
        return str(error)
    state, reason = _state(error), _reason(error)
    if "btree_gist" in reason:
        return (
            f"PostgreSQL can't provide the extension btree_gist ({reason}): install postgresql-contrib (or your "
            "provider's package of it), or let a superuser run CREATE EXTENSION btree_gist, and start again."
        )
    if state == _NOT_ALLOWED:
        return f"The role may not create the tables ({reason}): run attendance migrate as their owner, and start again."
    if isinstance(error, DBAPIError | asyncpg.PostgresError | OSError | TimeoutError | ValueError):
        return f"PostgreSQL can't be used: {reason}. Check ATTENDANCE_DATABASE_URL and the server."
    return None


class PostgresqlDatabase(Database):
    """An open ledger on a server. Its pool survives the server's restart."""

    def __init__(self, engine: AsyncEngine, clock: Clock | None) -> None:
        self.engine = engine
        self._set_clock = clock
        self._ahead = timedelta()  # of the server's clock before this machine's, as last seen
        self._under_way: set[asyncio.Task[Any]] = set()
        self._closed = False
        self._retries = 0
        self._commits: Counter[int] = Counter()

    def clock(self) -> datetime:
        """The server's time, reckoned from this machine's."""
        return self._set_clock() if self._set_clock else machine_clock() + self._ahead

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Runs the work in a task of its own: a caller who leaves does not break a commit."""
        return await self._to_its_end("write", lambda: self._write(work))

    async def read(self, work: Callable[[Transaction], T], *, at_a_glance: bool = False) -> T:
        """Runs the work on one snapshot (REPEATABLE READ)."""
        how = {"isolation_level": "AUTOCOMMIT" if at_a_glance else "REPEATABLE READ", "postgresql_readonly": True}
        return await self._to_its_end("read", lambda: self._read(work, how))

    async def stream(
        self, work: Callable[[Transaction], Generator[P, None, T]], take: Callable[[P], Awaitable[None]]
    ) -> T:
        """Runs the work on one snapshot (REPEATABLE READ), in the caller's own task: whoever leaves, ends it."""
        if self._closed:
            raise Unavailable("the ledger is closed")
        how = {"isolation_level": "REPEATABLE READ", "postgresql_readonly": True}
        begun = False

        def read(tx: Transaction) -> T:
            nonlocal begun
            with closing(work(tx)) as parts:  # here and now, before others read from the connection
                while True:
                    try:
                        part = next(parts)
                    except StopIteration as ended:
                        answer: T = ended.value
                        return answer
                    if not begun:
                        tx.connection.execute(_MAY_STALL)
                        begun = True
                    _hand_over(take(part))

        async def attempt() -> T:
            try:
                return await self._read(read, how)
            except (DBAPIError, asyncpg.PostgresError) as error:
                if begun:  # what was taken can't be taken back
                    raise Unavailable(_reason(error)) from error
                raise

        return await self._persistently(attempt)

    async def ready(self) -> None:
        """Looks for a row, as the role that serves."""
        await self.read(lambda tx: tx.connection.execute(_LOOK).first(), at_a_glance=True)

    def figures(self) -> Figures:
        """Of the pool; a commit is shared by nobody."""
        in_use: int = self.engine.pool.checkedout()  # type: ignore[attr-defined]  # of every pool that has a size
        queued = max(0, len(self._under_way) - in_use)
        return Figures(CONNECTIONS, in_use, queued, self._retries, self._commits)

    async def close(self) -> None:
        """Waits for what is under way, which is bounded in time, and closes the pool."""
        self._closed = True
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=CLOSE_WITHIN_SECONDS)
        await self.engine.dispose()

    async def _to_its_end(self, kind: str, attempt: Callable[[], Awaitable[T]]) -> T:
        if self._closed:
            raise Unavailable("the ledger is closed")
        task = asyncio.ensure_future(self._persistently(attempt))
        self._under_way.add(task)
        task.add_done_callback(self._done)
        started = time.perf_counter()
        try:
            return await asyncio.shield(task)
        finally:
            tell_if_slow(kind, time.perf_counter() - started)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # whoever left is not told, and asyncio need not warn of it

    async def _persistently(self, attempt: Callable[[], Awaitable[T]]) -> T:
        """Tries again what the server asks to, and what met a lost connection, for a few seconds."""
        give_up_at, pause = time.monotonic() + TRY_AGAIN_FOR_SECONDS, 0.01
        while True:
            try:
                return await attempt()
            except _NotTheDatabases as failed:
                raise failed.why from None
            except (DBAPIError, NoConnectionLeft, asyncpg.PostgresError, OSError, TimeoutError) as error:
                if isinstance(error, IntegrityError) or _is_our_own_fault(error):
                    raise
                if not _worth_another_try(error) or time.monotonic() + pause > give_up_at:
                    raise Unavailable(_reason(error)) from error
                log.info("ledger-tries-again", reason=_reason(error), after=pause)
                self._retries += 1
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def _write(self, work: Callable[[Transaction], T]) -> T:
        async with self.engine.connect() as connection:
            tx, result = await connection.run_sync(lambda inner: self._worked(inner, work))
            try:
                await connection.commit()
            except (DBAPIError, OSError, TimeoutError) as error:
                await connection.invalidate()
                if not _is_lost(error) or not await self._was_committed(tx.witness):
                    raise  # and tried again
        self._commits[1] += 1
        return result

    def _worked(self, connection: Connection, work: Callable[[Transaction], T]) -> tuple[Transaction, T]:
        tx = Transaction(connection, lambda: self._server_time(connection))
        return tx, _run(work, tx)

    def _server_time(self, connection: Connection) -> datetime:
        now = connection.execute(_NOW).scalar_one().astimezone(UTC)
        self._ahead = now - machine_clock()
        return self._set_clock() if self._set_clock else now

    async def _read(self, work: Callable[[Transaction], T], how: dict[str, Any]) -> T:
        async with self.engine.connect() as connection:
            await connection.execution_options(**how)
            return await connection.run_sync(lambda inner: _run(work, Transaction(inner, self.clock)))

    async def _was_committed(self, witness: Anchor | None) -> bool:
        """What became of a commit during which the connection was lost. Raises OutcomeUnknown.

        Looks for its audit entry, behind the chain's lock, which it holds until it ends. What leaves no entry may
        happen again.
        """
        if witness is None:
            return False
        give_up_at = time.monotonic() + TRY_AGAIN_FOR_SECONDS
        while time.monotonic() < give_up_at:
            try:
                async with self.engine.connect() as connection:
                    return await connection.run_sync(lambda inner: audit.stands(inner, witness))
            except (DBAPIError, NoConnectionLeft, asyncpg.PostgresError, OSError, TimeoutError):
                await asyncio.sleep(0.1)
        raise OutcomeUnknown("the connection was lost during the commit")


class _NotTheDatabases(Exception):
    """`why` is not the database's fault, though it may look like that: a caller's lost connection, or a full disk."""

    def __init__(self, why: Exception) -> None:
        super().__init__(why)
        self.why = why


def _run(work: Callable[[Transaction], T], tx: Transaction) -> T:
    try:
        return work(tx)
    except TimeoutError:  # the one OSError that a statement raises: of a lost connection it says so in the driver's own
        raise
    except OSError as error:
        raise _NotTheDatabases(error) from error


def _hand_over(taking: Awaitable[None]) -> None:
    try:
        await_only(taking)
    except Exception as error:
        raise _NotTheDatabases(error) from error


_NOW = text("SELECT clock_timestamp()")
_MAY_STALL = text("SET LOCAL idle_in_transaction_session_timeout = '60s'")  # a slow reader is none that vanished
_LOOK = text("SELECT 1 FROM pairs LIMIT 1")


def _state(error: BaseException | None) -> str:
    """PostgreSQL's five-letter code, wherever it hides; empty where there is none."""
    while error is not None:
        state = getattr(error, "sqlstate", None) or getattr(getattr(error, "orig", None), "sqlstate", None)
        if state:
            return str(state)
        error = error.__cause__
    return ""


def _reason(error: Exception) -> str:
    """What the server or the driver said: never the statement's parameters."""
    cause: BaseException = getattr(error, "orig", None) or error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    return str(cause).partition("\n")[0] or type(cause).__name__


def _is_lost(error: Exception) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _state(error).startswith(_AWAY) or not _state(error)
    return True


def _is_our_own_fault(error: Exception) -> bool:
    """A statement that is wrong, or values that do not fit it: no waiting makes those right."""
    state = _state(error)
    return state.startswith(("22", "42")) and state != _NOT_ALLOWED


def _worth_another_try(error: Exception) -> bool:
    state = _state(error)
    if not state:  # the driver's own: a connection that was refused or lost, or a bug of ours
        return not isinstance(error, DBAPIError) or error.connection_invalidated
    return state in _TRY_AGAIN or state.startswith(_AWAY) or (state == _PLAN_OUTDATED and "plan" in _reason(error))
