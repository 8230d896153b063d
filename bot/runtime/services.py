"""The services that use cases work with. `bot.app` makes them once."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Protocol, TypeVar

from bot.runtime.answering import Answering
from bot.runtime.tasks import Tasks
from storage.database import Clock, Database, Transaction
from storage.people import Profile

__all__ = ["Clock", "Profile", "Transaction"]

T = TypeVar("T")
Wrap = Callable[[Callable[[Transaction], Any]], Callable[[Transaction], Any]]


class Directory(Protocol):
    """What the chat platform knows about people."""

    async def look_up(self, workspace_id: str, user_id: str, now: datetime) -> Profile | None:
        """The person as of `now`. None if the platform doesn't know them. Raises DirectoryUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """The ledger, the directory of people, and background tasks."""

    database: Database
    directory: Directory
    wrap: Wrap | None = None
    """Wraps the work of a use case inside its transaction, as `bot.attendance.idempotency` does."""
    tasks: Tasks = field(default_factory=Tasks)
    answering: Answering = field(default_factory=Answering)
    changed_people: set[tuple[str, str]] = field(default_factory=set)
    """Workspace and user ids of people whose profiles are to be read again where they are kept."""

    async def write(self, work: Callable[[Transaction], T]) -> T:
        """Runs the work of a use case in its transaction, as `Database.write` does."""
        return await self.database.write(self.wrapped(work))

    def wrapped(self, work: Callable[[Transaction], T]) -> Callable[[Transaction], T]:
        """The wrapped work, for a transaction that is under way."""
        return self.wrap(work) if self.wrap else work
