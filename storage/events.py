"""Streams attendance events as plain rows, oldest first, for programs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from heapq import merge
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, select

from storage.audit import Action
from storage.column_types import EPOCH, Day
from storage.pair_queries import as_scalar
from storage.pairs import Scope
from storage.tables import audit_entries, pairs

DAY = 86_400_000_000  # microseconds
READ_AT_ONCE = 250  # rows. Others have their turn in between


class PlainEvent(NamedTuple):
    """Half a pair. `is_clock_in` tells which half, `linked_id` is the other one's.

    Instants are microseconds since 1970 (UTC), the day is ISO 8601, because building a million datetimes would take
    longer than everything else.
    """

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
    deleted_at: int | None
    deleted_by: str | None


Position = tuple[int, str]
"""A place in the order of events: the timestamp and id of one."""


def oldest_first(
    connection: Connection,
    scope: Scope,
    *,
    after: Position | None = None,
    changed_since: datetime | None = None,
    with_deleted: bool = False,
) -> Iterator[PlainEvent]:
    """The events of the scope's pairs, by timestamp and id. Holds no more than a few work dates at a time.

    `after` leaves out what comes before and at that place; `changed_since` what has not been written, deleted or
    restored since then, by the audit; `with_deleted` lets in what is deleted.
    """
    values = _bounds(scope, after) | {"since": changed_since}
    kinds = (False, True) if with_deleted else (False,)
    found = [
        _in_order(
            connection,
            _statement(scope.user_ids is not None, scope.office_id is not None, changed_since is not None, deleted),
            values,
            by_day=scope.user_ids is None,
        )
        for deleted in kinds
    ]
    events = merge(*found, key=_ORDER) if with_deleted else found[0]
    return events if after is None else (event for event in events if event[:2] > after)


def _in_order(
    connection: Connection, statement: Select[Any], values: dict[str, Any], *, by_day: bool
) -> Iterator[PlainEvent]:
    """In the order of an index: some people's by clock-in, everybody's by work date."""
    found = connection.execution_options(yield_per=READ_AT_ONCE).execute(statement, values)
    waiting: list[PlainEvent] = []
    for rows in found.partitions():
        # No event of these rows or of later ones is before this.
        earliest = _midnight(rows[0][0]) - DAY if by_day else rows[0][3]
        waiting.sort(key=_ORDER)
        ready = bisect_left(waiting, earliest, key=itemgetter(0))
        yield from waiting[:ready]
        del waiting[:ready]
        for row in rows:
            _split_pair(row, waiting)
    waiting.sort(key=_ORDER)
    yield from waiting


def _split_pair(row: Sequence[Any], into: list[PlainEvent]) -> None:
    (day, who, in_id, in_at, in_recorded, in_by, in_office, in_ip, in_said, out_id, *out, gone_at, gone_by) = row
    gone = gone_at, gone_by
    into.append(PlainEvent(in_at, in_id, out_id, who, in_by, in_office, day, in_recorded, in_ip, True, in_said, *gone))
    if out_id is not None:
        at, recorded, by, office, ip, said = out
        into.append(PlainEvent(at, out_id, in_id, who, by, office, day, recorded, ip, False, said, *gone))


def _bounds(scope: Scope, after: Position | None) -> dict[str, Any]:
    """The statement's values: the scope, and what follows from rules 3 and 6 about events after a place."""
    first, last = scope.first, scope.last
    near_from = _start_of(first) - ONE_DAY if first > date.min else EARLIEST
    near_to = _start_of(last) + 2 * ONE_DAY if last < date.max - 2 * ONE_DAY else LATEST
    if after is not None:
        reached = EPOCH + timedelta(microseconds=after[0])
        near_from = max(near_from, reached - ONE_DAY)  # a pair lasts a day at most
        first = max(first, reached.date() - 2 * ONE_DAY)  # whose clock-in is within a day of its work date
    return {
        "workspace": scope.workspace_id,
        "first": first,
        "last": last,
        "users": sorted(scope.user_ids or ()),
        "near_from": near_from,
        "near_to": near_to,
        "office": scope.office_id,
    }


@cache
def _statement(some_people: bool, one_office: bool, changed: bool, deleted: bool) -> Select[Any]:
    """Built once each, because building a statement takes longer than SQLite takes to run it."""
    query = _PLAIN.where(
        pairs.c.workspace_id == bindparam("workspace"),
        pairs.c.work_date.between(bindparam("first", type_=Day), bindparam("last", type_=Day)),
        pairs.c.deleted_at.is_not(None) if deleted else pairs.c.deleted_at.is_(None),
    )
    if some_people:
        query = query.where(
            pairs.c.user_id.in_(bindparam("users", expanding=True)),
            pairs.c.in_at >= bindparam("near_from"),  # so that the index by person and clock-in finds them
            pairs.c.in_at < bindparam("near_to"),
        )
    if one_office:
        query = query.where(pairs.c.in_office_id == bindparam("office"))
    if changed:
        query = query.where(pairs.c.in_id.in_(_CHANGED))
    return query.order_by(pairs.c.in_at if some_people else pairs.c.work_date)


def _midnight(day: str) -> int:
    return (date.fromisoformat(day) - EPOCH.date()) // timedelta(days=1) * DAY


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


ONE_DAY = timedelta(days=1)
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)

_ORDER = itemgetter(0, 1)
_HALF = ("id", "at", "recorded_at", "by", "office_id", "ip", "comment")
_COLUMNS = [
    as_scalar(pairs.c[name])
    for name in ("work_date", "user_id", *(f"{half}_{name}" for half in ("in", "out") for name in _HALF))
]
_PLAIN = select(*_COLUMNS, as_scalar(pairs.c.deleted_at), pairs.c.deleted_by)
_CHANGED = select(audit_entries.c.subject).where(
    audit_entries.c.workspace_id == bindparam("workspace"),
    audit_entries.c.at >= bindparam("since"),
    audit_entries.c.action.in_(  # the words of the index `audit_entries_by_moment`, or the planner wouldn't use it
        bindparam(
            "changes",
            [Action.CLOCK_IN, Action.CLOCK_OUT, Action.CREATE, Action.DELETE, Action.RESTORE],
            expanding=True,
            literal_execute=True,
        )
    ),
)
