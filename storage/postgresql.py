"""The ledger in PostgreSQL, which many replicas share.

READ COMMITTED, with the person's row locked first, because the constraints alone would deadlock. Transactions are
repeated here, at the server's request, and nowhere else.
"""

from __future__ import annotations

import asyncio
import time
from collections import Counter
from collections.abc import Awaitable, Callable
from datetime import datetime, timedelta
from typing import Any, TypeVar

import structlog
from sqlalchemy import ExceptionContext, event, select, text
from sqlalchemy.exc import DBAPIError, IntegrityError
from sqlalchemy.exc import TimeoutError as NoConnectionFree
from sqlalchemy.ext.asyncio import AsyncEngine, create_async_engine

from storage import audit, migrations, postgresql_schema, schema_objects
from storage.audit import Anchor
from storage.column_types import ServerTime
from storage.database import (
    CLOSE_WITHIN_SECONDS,
    CONNECTIONS,
    QUEUE_FOR_SECONDS,
    Clock,
    PoolStats,
    Transaction,
    machine_clock,
)
from storage.errors import OutcomeUnknown, Unavailable, UnusableDatabase
from storage.rights import TO_READ, TO_SERVE

try:
    import asyncpg
except ImportError as missing:
    raise UnusableDatabase(
        "PostgreSQL needs a driver that is not installed: install attendance-bot[postgres]."
    ) from missing

log = structlog.get_logger(__name__)

T = TypeVar("T")

WRITERS = 4
CONNECT_WITHIN_SECONDS = 3.0
STATEMENT_WITHIN_SECONDS = 15
LOCK_WITHIN_SECONDS = 3
TRY_AGAIN_FOR_SECONDS = 4.0  # then the person is told to: a restart of the server may take longer
LONGEST_PAUSE_SECONDS = 0.5
MIGRATION_LOCK = 0x41544E44  # "ATND"

# https://www.postgresql.org/docs/current/errcodes-appendix.html
_TRY_AGAIN = {"40001", "40P01", "55P03"}  # serialization failure, deadlock, lock not available
_PLAN_OUTDATED = "0A000"  # "cached statement plan is invalid", after another replica migrated
_AWAY = ("08", "57P", "53")  # connection trouble, shutdown or starting up, too many connections
_NOT_ALLOWED = "42501"
_NO_EXTENSION = ("0A000", "58P01")
_READ_ONLY = "25006"


async def open_postgresql(
    url: str, *, clock: Clock | None, serving: bool, read_only: bool
) -> tuple[AsyncEngine, OwnTransactions]:
    """The engine and writer of a `Database`. Migrates under a lock, so that replicas can start together. See
    `storage.database.open_database`."""
    limits = {"default_transaction_read_only": "on"} if read_only else {}
    writing = _engine(url, _limits("5s") if serving else limits, WRITERS)  # a replica that vanished left rows locked
    reading = _engine(url, _limits("60s") if serving else limits, CONNECTIONS)  # who takes an answer slowly did not
    try:
        await _refuse_intruders(url, serving)
        await _migrated(writing)
        if serving:
            async with writing.begin() as connection:
                await connection.run_sync(schema_objects.require_all)
    except Exception as error:
        await writing.dispose()
        if (sentence := _unusable(error)) is None:
            raise
        raise UnusableDatabase(sentence) from error
    one_snapshot = reading.execution_options(isolation_level="REPEATABLE READ", postgresql_readonly=True)
    return one_snapshot, OwnTransactions(writing, clock)


async def _refuse_intruders(url: str, serving: bool) -> None:
    """People go on clocking in meanwhile: who serves is warned, and every other command refused."""
    found = await postgresql_schema.intrusion(url)
    if found and not serving:
        raise UnusableDatabase(found)
    if found:
        log.warning("schema-not-safe", reason=found)


def _limits(idle_in_transaction: str) -> dict[str, str]:
    return {
        "statement_timeout": f"{STATEMENT_WITHIN_SECONDS}s",
        "lock_timeout": f"{LOCK_WITHIN_SECONDS}s",
        "idle_in_transaction_session_timeout": idle_in_transaction,
        "tcp_keepalives_idle": "5",
        "tcp_keepalives_interval": "1",
        "tcp_keepalives_count": "3",
    }


def _engine(url: str, limits: dict[str, str], connections: int = 1) -> AsyncEngine:
    settings = {"application_name": "attendance-bot", "jit": "off", "timezone": "UTC"} | limits
    settings |= postgresql_schema.path_of(url)

    async def connect() -> asyncpg.Connection:
        # asyncpg reads the address itself: with sslmode, sockets, .pgpass and the rest of libpq's ways.
        try:
            return await asyncpg.connect(
                url,
                timeout=CONNECT_WITHIN_SECONDS,
                command_timeout=STATEMENT_WITHIN_SECONDS + 5 if limits else None,
                server_settings=settings,
            )
        except OSError as error:
            raise asyncpg.ConnectionFailureError(str(error)) from error

    engine = create_async_engine(
        "postgresql+asyncpg://",
        async_creator=connect,
        pool_size=connections,
        max_overflow=0,
        pool_timeout=QUEUE_FOR_SECONDS,
        hide_parameters=True,  # an error's text ends in logs, and a comment must not
    )

    @event.listens_for(engine.sync_engine, "handle_error")
    def lost(met: ExceptionContext) -> Exception | None:
        """Tells a reset connection from a full disk, because both are an OSError.

        A cancelled caller keeps the connection: the driver has the server cancel the statement.
        """
        if isinstance(met.original_exception, asyncio.CancelledError):
            met.is_disconnect = False
            return None
        if not isinstance(met.original_exception, OSError):
            return None
        met.is_disconnect = True
        return DBAPIError(
            met.statement, None, met.original_exception, hide_parameters=True, connection_invalidated=True
        )

    return engine


async def migrate_as_owner(url: str, *, serve_as: str | None = None, verify_as: str | None = None) -> None:
    """Migrates as the tables' owner, and grants `serve_as` only what serving needs, `verify_as` only to read.

    A role that doesn't own the tables can't disable the triggers that keep the rules. Raises UnusableDatabase.
    """
    engine = _engine(url, {})
    try:
        await postgresql_schema.close_to_others(url, serve_as)
        await _migrated(engine)
        async with engine.begin() as connection:
            for role, grants in ((serve_as, TO_SERVE), (verify_as, TO_READ)):
                for grant in grants if role else ():
                    quoted = connection.dialect.identifier_preparer.quote(str(role))
                    await connection.execute(text(f"{grant} TO {quoted}"))
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
    """The sentence for the operator, or None if the database isn't at fault."""
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
    if state == _READ_ONLY:
        return "The tables are older than this program. Run attendance migrate as their owner, and try again."
    if isinstance(error, DBAPIError | asyncpg.PostgresError | OSError | TimeoutError | ValueError):
        return f"PostgreSQL can't be used: {reason}. Check ATTENDANCE_DATABASE_URL and the server."
    return None


class OwnTransactions:
    """Writes each use case in its own transaction, which goes on if the caller leaves. Repeats it on request."""

    def __init__(self, engine: AsyncEngine, clock: Clock | None) -> None:
        self._engine = engine
        self._set_clock = clock
        self._ahead = timedelta()  # of the server's clock before this machine's, as last seen
        self._under_way: set[asyncio.Task[Any]] = set()
        self._retries = 0
        self._commits: Counter[int] = Counter()

    def clock(self) -> datetime:
        """The server's time, estimated from this machine's."""
        return self._set_clock() if self._set_clock else machine_clock() + self._ahead

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Runs the work in its own task, so that a cancelled caller doesn't break a commit."""
        task = asyncio.ensure_future(self.persistently(lambda: self._write(work)))
        self._under_way.add(task)
        task.add_done_callback(self._done)
        return await asyncio.shield(task)

    def _done(self, task: asyncio.Task[Any]) -> None:
        self._under_way.discard(task)
        if not task.cancelled():
            task.exception()  # whoever left is not told, and asyncio need not warn of it

    async def persistently(self, attempt: Callable[[], Awaitable[T]], *, again: bool = True) -> T:
        """Repeats the attempt for a few seconds if the server asks to, or the connection was lost."""
        give_up_at, pause = time.monotonic() + TRY_AGAIN_FOR_SECONDS, 0.01
        while True:
            try:
                return await attempt()
            except _ERRORS as error:
                if isinstance(error, IntegrityError) or _is_our_own_fault(error):
                    raise
                if not again or not _may_be_repeated(error) or time.monotonic() + pause > give_up_at:
                    raise Unavailable(_reason(error)) from error
                log.info("ledger-tries-again", reason=_reason(error), after=pause)
                self._retries += 1
            await asyncio.sleep(pause)
            pause = min(2 * pause, LONGEST_PAUSE_SECONDS)

    async def ready(self) -> None:
        """Nothing to do: a server that can be read can be written to."""

    async def forget_erased(self) -> None:
        """Nothing to do: the server's vacuum and its log's rotation remove what was erased."""

    def figures(self) -> PoolStats:
        """How busy the connections for writes are."""
        in_use: int = self._engine.pool.checkedout()  # type: ignore[attr-defined]  # of every pool that has a size
        return PoolStats(WRITERS, in_use, max(0, len(self._under_way) - in_use), self._retries, self._commits)

    async def close(self) -> None:
        """Lets running writes finish, for a limited time, and closes the connections."""
        if self._under_way:
            await asyncio.wait(self._under_way, timeout=CLOSE_WITHIN_SECONDS)
        await self._engine.dispose()

    async def _write(self, work: Callable[[Transaction], T]) -> T:
        async with self._engine.connect() as connection:
            inner = connection.sync_connection
            assert inner is not None
            tx = Transaction(inner, lambda: self._server_time(tx))
            result = await connection.run_sync(lambda _: work(tx))
            try:
                await connection.commit()
            except (DBAPIError, TimeoutError) as error:
                await connection.invalidate()
                if not _is_lost(error) or not await self._was_committed(tx.commit_proof):
                    raise  # and tried again
        self._commits[1] += 1
        return result

    def _server_time(self, tx: Transaction) -> datetime:
        now = tx.server_time or tx.connection.execute(_NOW).scalar_one()
        self._ahead = now - machine_clock()
        return self._set_clock() if self._set_clock else now

    async def _was_committed(self, witness: Anchor | None) -> bool:
        """Whether a commit took place although the connection was lost. Raises OutcomeUnknown.

        Looks for its audit entry once the chain is unlocked: the commit holds that lock until it ends. Work that leaves
        no entry can safely run again.
        """
        if witness is None:
            return False
        give_up_at = time.monotonic() + TRY_AGAIN_FOR_SECONDS
        while time.monotonic() < give_up_at:
            try:
                async with self._engine.connect() as connection:
                    return await connection.run_sync(lambda inner: audit.entry_exists_locked(inner, witness))
            except _ERRORS:
                await asyncio.sleep(0.1)
        raise OutcomeUnknown("the connection was lost during the commit")


_ERRORS = (DBAPIError, NoConnectionFree, asyncpg.PostgresError, asyncpg.InterfaceError, TimeoutError)
_NOW = select(ServerTime())


def _state(error: BaseException | None) -> str:
    """PostgreSQL's five-letter code of the error, or nothing."""
    while error is not None:
        state = getattr(error, "sqlstate", None) or getattr(getattr(error, "orig", None), "sqlstate", None)
        if state:
            return str(state)
        error = error.__cause__
    return ""


def _reason(error: Exception) -> str:
    """The server's or driver's message, without the statement's parameters."""
    cause: BaseException = getattr(error, "orig", None) or error
    while cause.__cause__ is not None:
        cause = cause.__cause__
    return str(cause).partition("\n")[0] or type(cause).__name__


def _is_lost(error: Exception) -> bool:
    if isinstance(error, DBAPIError):
        return error.connection_invalidated or _state(error).startswith(_AWAY) or not _state(error)
    return True


def _is_our_own_fault(error: Exception) -> bool:
    """Whether the statement or its values are wrong. Waiting won't help then."""
    state = _state(error)
    return state.startswith(("22", "42")) and state != _NOT_ALLOWED


def _may_be_repeated(error: Exception) -> bool:
    state = _state(error)
    if not state:  # the driver's own: a connection that was refused or lost, or a bug of ours
        return not isinstance(error, DBAPIError) or error.connection_invalidated
    return state in _TRY_AGAIN or state.startswith(_AWAY) or (state == _PLAN_OUTDATED and "plan" in _reason(error))
