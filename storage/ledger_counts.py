"""Counts over all workspaces: open clock-ins, waiting messages and waiting webhook calls. Cheap to ask."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import ColumnElement, Connection, case, func, or_, select

from storage.outbox import IN_NO_ORDER, IN_ORDER, WAITS
from storage.tables import outbox, pairs


@dataclass(frozen=True, slots=True)
class LedgerCounts:
    """`oldest_due_seconds`: the age of the oldest message that is due or was tried in vain. `oldest_call_seconds`: the
    same for calls."""

    open_clock_ins: int
    waiting: int
    oldest_due_seconds: float
    calls_waiting: int
    oldest_call_seconds: float


def count(connection: Connection, now: datetime) -> LedgerCounts:
    """Walks along three partial indexes, which hold just these rows."""
    is_open = pairs.c.out_id.is_(None), pairs.c.deleted_at.is_(None)
    open_ones = connection.scalar(select(func.count()).select_from(pairs).where(*is_open)) or 0
    return LedgerCounts(open_ones, *_waiting(connection, now, IN_NO_ORDER), *_waiting(connection, now, IN_ORDER))


def _waiting(connection: Connection, now: datetime, which: ColumnElement[bool]) -> tuple[int, float]:
    """How many, and the age in seconds of the oldest one that is due or was tried in vain."""
    late = case((or_(outbox.c.due_at <= now, outbox.c.attempts > 0), outbox.c.queued_at))
    number, oldest = connection.execute(select(func.count(), func.min(late)).where(which, *WAITS)).one()
    return number, max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
