"""What every use case works with, put together once in `bot.app`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Protocol

from storage.database import Clock, Database, Transaction
from storage.people import Profile

__all__ = ["Clock", "Directory", "Profile", "Services", "Transaction"]


class Directory(Protocol):
    """The chat platform's knowledge of people."""

    async def look_up(self, workspace_id: str, user_id: str, now: datetime) -> Profile | None:
        """The person as of `now`, None where the platform knows nobody. Raises DirectoryUnavailable."""
        ...


@dataclass(frozen=True, slots=True)
class Services:
    """The ledger, and who people are."""

    database: Database
    directory: Directory
