"""Checks the ledger as `attendance verify` does, for somebody who reads with a token. They see the problems with the
records that their token reads, and how many others there are."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncGenerator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.operations.findings import finding
from bot.permissions import Caller, reach_of
from storage import audit, pairs
from storage.considerate import Considerate
from storage.database import Database, Transaction
from storage.errors import UnknownEvent
from storage.verify import Fault, rows_to_pass, verify

KEPT_FOR = timedelta(minutes=5)
"""A check reads the whole ledger, so those who ask again soon get the last result."""
TELL_EVERY_SECONDS = 1.0
ABOUT_NOBODY = ("audit chain", "file", "database")


@dataclass(frozen=True, slots=True)
class Progress:
    """How far a check has come: it looked at `passed` of about `of` rows."""

    passed: int
    of: int


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


@dataclass(frozen=True, slots=True)
class _Checked:
    at: datetime
    faults: Sequence[Fault]
    heads: dict[str, audit.Anchor]


class Verification:
    """Runs one check at a time, beside everything else. Those who ask meanwhile get its result."""

    def __init__(self, database: Database) -> None:
        self._database = database
        self._running: asyncio.Task[_Checked] | None = None
        self._progress = Progress(0, 0)
        self._last: _Checked | None = None

    async def of(self, caller: Caller) -> AsyncGenerator[Progress | Verified]:
        """For the caller's workspace: how far it is, each second, and the result. Raises Unavailable."""
        if self._last is None or self._database.clock() - self._last.at > KEPT_FOR:
            if self._running is None or self._running.done():
                self._running = asyncio.create_task(self._database.read(self._check, long=True))
                self._running.add_done_callback(lambda done: done.cancelled() or done.exception())  # others may be gone
            while not (await asyncio.wait([self._running], timeout=TELL_EVERY_SECONDS))[0]:
                yield self._progress
            self._last = self._running.result()
        yield await self._told(caller, self._last)

    async def close(self) -> None:
        """Ends a check that runs."""
        if self._running is not None:
            self._running.cancel()
            await asyncio.wait([self._running])

    def _check(self, tx: Transaction) -> _Checked:
        let_others_run, of = Considerate(), rows_to_pass(tx.connection)
        self._progress = Progress(0, of)

        def passed() -> None:
            self._progress = Progress(self._progress.passed + 1, of)
            let_others_run()

        faults = list(verify(tx.connection, passed))
        return _Checked(tx.now, faults, {head.workspace_id: head for head in audit.heads(tx.connection)})

    async def _told(self, caller: Caller, checked: _Checked) -> Verified:
        here = [one for one in checked.faults if one.workspace_id in (caller.workspace_id, "-") and not one.is_warning]
        told = await self._database.read(lambda tx: [finding(tx, one) for one in here if _may_know(tx, caller, one)])
        head = checked.heads.get(caller.workspace_id)
        sequence, hash_ = (head.sequence, head.hash) if head else (0, "")
        return Verified(checked.at, sequence, hash_, told, len(here) - len(told))


def _may_know(tx: Transaction, caller: Caller, fault: Fault) -> bool:
    if fault.rule in ABOUT_NOBODY:
        return True
    reach = reach_of(caller)
    try:
        pair = pairs.by_event(tx.connection, caller.workspace_id, fault.where)
    except UnknownEvent:
        return False
    return reach is not None and reach.covers(pair.user_id) and reach.first <= pair.work_date <= reach.last
