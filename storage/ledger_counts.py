"""What the ledger holds at this moment, over all workspaces: open clock-ins, messages and calls of webhooks that wait.
Cheap to ask.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, func, or_, select

from storage import webhooks
from storage.tables import outbox, pairs


@dataclass(frozen=True, slots=True)
class Census:
    """`oldest_due_seconds`: how long ago the oldest message was written that is due, or was tried in vain;
    `oldest_call_seconds`: how long ago the oldest call that waits was first due."""

    open_clock_ins: int
    waiting: int
    oldest_due_seconds: float
    calls_waiting: int
    oldest_call_seconds: float


def count(connection: Connection, now: datetime) -> Census:
    """Walks along three partial indexes, which hold just these rows."""
    is_open = pairs.c.out_id.is_(None), pairs.c.deleted_at.is_(None)
    waits = outbox.c.sent_at.is_(None), outbox.c.given_up_at.is_(None)
    is_late = or_(outbox.c.due_at <= now, outbox.c.attempts > 0)
    open_ones = connection.scalar(select(func.count()).select_from(pairs).where(*is_open)) or 0
    waiting = connection.scalar(select(func.count()).select_from(outbox).where(*waits)) or 0
    oldest = connection.scalar(select(func.min(outbox.c.created_at)).where(*waits, is_late))
    calls, oldest_call = webhooks.waiting(connection)
    return Census(open_ones, waiting, _age(oldest, now), calls, _age(oldest_call, now))


def _age(oldest: datetime | None, now: datetime) -> float:
    return max(0.0, (now - oldest).total_seconds()) if oldest else 0.0
