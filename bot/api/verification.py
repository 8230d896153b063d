"""Checks the ledger as `attendance verify` does, for somebody who reads with a token. They see the problems with the
records that their token reads, and how many others there are."""

from __future__ import annotations

import asyncio
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.operations.findings import finding
from bot.permissions import Caller, reach_of
from storage import audit, pairs
from storage.database import Database, Transaction
from storage.errors import UnknownEvent
from storage.verify import Fault, verify

KEPT_FOR = timedelta(minutes=5)
"""A check reads the whole ledger, so those who ask again soon get the last result."""
ABOUT_NOBODY = ("audit chain", "file", "database")


@dataclass(frozen=True, slots=True)
class Verified:
    """What a check found at that time (UTC), up to the entry with that number and hash. `others`: how many problems are
    about people or days that the caller may not read."""

    at: datetime
    entries: int
    head: str
    problems: Sequence[str]
    others: int

    @property
    def holds(self) -> bool:
        """Whether there are no problems."""
        return not self.problems and not self.others


class Verification:
    """Runs one check at a time. Those who ask meanwhile get its result."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._lock = asyncio.Lock()
        self._last: tuple[datetime, list[Fault], dict[str, audit.Anchor]] | None = None

    async def of(self, caller: Caller) -> Verified:
        """For the caller's workspace."""
        async with self._lock:
            if self._last is None or self._database.clock() - self._last[0] > KEPT_FOR:
                self._last = await self._database.read(_check, long=True)
            at, faults, heads = self._last
        here = [one for one in faults if one.workspace_id in (caller.workspace_id, "-") and not one.is_warning]
        told = await self._database.read(lambda tx: [finding(tx, one) for one in here if _may_know(tx, caller, one)])
        head = heads.get(caller.workspace_id)
        return Verified(at, head.sequence if head else 0, head.hash if head else "", told, len(here) - len(told))


def _check(tx: Transaction) -> tuple[datetime, list[Fault], dict[str, audit.Anchor]]:
    return tx.now, list(verify(tx.connection)), {head.workspace_id: head for head in audit.heads(tx.connection)}


def _may_know(tx: Transaction, caller: Caller, fault: Fault) -> bool:
    if fault.rule in ABOUT_NOBODY:
        return True
    reach = reach_of(caller)
    try:
        pair = pairs.by_event(tx.connection, caller.workspace_id, fault.where)
    except UnknownEvent:
        return False
    return reach is not None and reach.covers(pair.user_id) and reach.first <= pair.work_date <= reach.last
