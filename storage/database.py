"""The only place where async code meets the ledger, and the only one that opens a transaction.

`storage.sqlite` and `storage.postgresql` say how; whoever uses a `Database` need not know which it is.
"""

from __future__ import annotations

from abc import ABC, abstractmethod
from collections import Counter
from collections.abc import Awaitable, Callable, Generator
from dataclasses import dataclass
from datetime import UTC, datetime
from functools import cached_property
from typing import TypeVar

import structlog
from sqlalchemy import Connection, make_url

from storage.audit import Anchor

log = structlog.get_logger(__name__)

SLOW_SECONDS = 2.0  # past that, people in Slack are told that it takes a moment

T = TypeVar("T")
P = TypeVar("P")
Clock = Callable[[], datetime]


def machine_clock() -> datetime:
    """Now, in UTC, by this machine."""
    return datetime.now(UTC)


async def open_database(
    url: str, *, clock: Clock | None = None, create: bool = True, serving: bool = False
) -> Database:
    """Opens, creates and migrates the ledger at `url`: `sqlite:///path` or `postgresql://user@host/name`.

    `clock` stands in for the ledger's own: the machine's on SQLite, the server's on PostgreSQL, which several machines
    share. The process that serves passes `serving`: on SQLite it alone checkpoints, for before 3.51.3 two that do may
    corrupt the file; on PostgreSQL its statements are bounded in time. Raises UnusableDatabase, with a sentence for
    the operator, and leaves what it found as it was.
    """
    if make_url(url).get_backend_name() == "sqlite":
        from storage.sqlite import open_sqlite

        return open_sqlite(url, clock=clock or machine_clock, create=create, serving=serving)
    from storage.postgresql import open_postgresql  # only here: the driver is an extra that SQLite does without

    return await open_postgresql(url, clock=clock, serving=serving)


class Transaction:
    """What a use case works in: a connection inside a transaction, and the ledger's time."""

    def __init__(self, connection: Connection, clock: Clock) -> None:
        self.connection = connection
        self.witness: Anchor | None = None
        """The last audit entry: what tells, when a connection was lost in the commit, whether it took place."""
        self._clock = clock

    @cached_property
    def now(self) -> datetime:
        """The ledger's time (UTC), read when first asked for and then the same throughout the transaction.

        Ask after locking the person's row: what waited for another writer must not be written down as before it.
        """
        return self._clock()


@dataclass(frozen=True, slots=True)
class Figures:
    """How busy an open ledger is."""

    pool: int
    """How many may read (SQLite), or read and write (PostgreSQL), at once."""
    in_use: int
    queued: int
    """Who waits for a turn: to write on SQLite, to get a connection on PostgreSQL."""
    retries: int
    """What was tried again at the server's word, since the start."""
    batches: Counter[int]
    """How often so many writes shared a commit, since the start."""


def tell_if_slow(kind: str, seconds: float) -> None:
    """Leaves a log line, with the id of the request, of what took long."""
    if seconds > SLOW_SECONDS:
        log.warning("ledger-slow", kind=kind, seconds=round(seconds, 2))


class Database(ABC):
    """An open ledger. `await close()` when done: it finishes what is under way."""

    clock: Clock
    """The ledger's time outside of transactions."""

    @abstractmethod
    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Runs `work` in a transaction, and answers after its commit. `work` may be run more than once.

        An exception of `work` undoes its own changes alone and comes back as it is. Raises Unavailable, with nothing
        written, where the database can't be written to; OutcomeUnknown where the connection was lost for good while
        the commit was under way. Cancelling the caller does not call a queued write back.
        """

    @abstractmethod
    async def read(self, work: Callable[[Transaction], T], *, at_a_glance: bool = False) -> T:
        """Runs `work` on one consistent snapshot. Raises Unavailable where the database can't be read.

        `at_a_glance`: work of a single statement that an index answers with a few rows. It needs no snapshot, which
        saves the way to the server and back twice, or on SQLite the way to a thread.
        """

    @abstractmethod
    async def stream(
        self, work: Callable[[Transaction], Generator[P, None, T]], take: Callable[[P], Awaitable[None]]
    ) -> T:
        """Runs `work` on one consistent snapshot, and awaits `take` for each part that it yields before it goes on:
        there is never more than one of them. Answers what `work` returns.

        The snapshot is kept as long as `take` takes, so that has to be bounded in time. An exception of either ends the
        reading and comes back as it is. Raises Unavailable.
        """

    @abstractmethod
    async def ready(self) -> None:
        """Raises Unavailable unless the ledger can be read and, as far as is known, written to."""

    @abstractmethod
    def figures(self) -> Figures:
        """How busy it is. Touches nothing that takes time."""

    @abstractmethod
    async def close(self) -> None:
        """Finishes what is under way, then closes every connection."""
