"""Attendance events as plain rows, oldest first: the two halves of each pair, as programs ask for them. Streamed."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import date, timedelta
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, select

from storage.pairs import Scope, plain
from storage.tables import EPOCH, pairs

DAY = 86_400_000_000  # microseconds
READ_AT_ONCE = 2000


class PlainEvent(NamedTuple):
    """Half a pair. Instants are microseconds since 1970 (UTC), the day is ISO 8601: building a million datetimes would
    take longer than all the rest. `is_clock_in` tells which half; `linked_id` is the other one's."""

    at: int
    id: str
    linked_id: str | None
    user_id: str
    by: str
    office_id: str | None
    work_date: str
    recorded_at: int
    ip: str | None
    is_clock_in: bool
    comment: str | None


def oldest_first(connection: Connection, scope: Scope) -> Iterator[PlainEvent]:
    """The events of the scope's pairs, by timestamp and id. Holds no more than a few work dates at a time.

    Read as an index has them: some people's by clock-in, everybody's by work date, which rule 6 keeps near.
    """
    order = pairs.c.work_date if scope.user_ids is None else pairs.c.in_at
    found = connection.execution_options(yield_per=READ_AT_ONCE).execute(_PLAIN.where(*scope.holds()).order_by(order))
    waiting: list[PlainEvent] = []
    for rows in found.partitions():
        # No event of these rows or later ones lies before this.
        earliest = _midnight(rows[0][0]) - DAY if scope.user_ids is None else rows[0][3]
        waiting.sort(key=_ORDER)
        ready = bisect_left(waiting, earliest, key=itemgetter(0))
        yield from waiting[:ready]
        del waiting[:ready]
        for row in rows:
            waiting += _events(row)
    waiting.sort(key=_ORDER)
    yield from waiting


def _events(row: Sequence[Any]) -> list[PlainEvent]:
    day, user_id, in_id, in_at, in_recorded_at, in_by, in_office, in_ip, in_comment, out_id, *out = row
    clock_in = PlainEvent(in_at, in_id, out_id, user_id, in_by, in_office, day, in_recorded_at, in_ip, True, in_comment)
    if out_id is None:
        return [clock_in]
    at, recorded_at, by, office, ip, comment = out
    return [clock_in, PlainEvent(at, out_id, in_id, user_id, by, office, day, recorded_at, ip, False, comment)]


def _midnight(day: str) -> int:
    return (date.fromisoformat(day) - EPOCH.date()) // timedelta(days=1) * DAY


_ORDER = itemgetter(0, 1)
_HALF = ("id", "at", "recorded_at", "by", "office_id", "ip", "comment")
_PLAIN = select(
    *(
        plain(pairs.c[name])
        for name in ("work_date", "user_id", *(f"{half}_{name}" for half in ("in", "out") for name in _HALF))
    )
)
