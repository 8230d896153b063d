"""Streams attendance events as plain rows, oldest first, for programs."""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Iterator, Sequence
from datetime import UTC, date, datetime, timedelta
from functools import cache
from heapq import merge
from operator import itemgetter
from typing import Any, NamedTuple

from sqlalchemy import Connection, Select, bindparam, func, literal, select

from storage.audit import CHANGES_EVENTS
from storage.column_types import EPOCH, Day
from storage.pair_queries import as_scalar
from storage.pairs import Scope
from storage.tables import audit_entries, pairs

DAY = 86_400_000_000  # microseconds
READ_AT_ONCE = 250  # rows. Others have their turn in between
MOST_LOOKED_UP = 10_000
"""As many changed pairs are found by their ids. With more, it is quicker to read the range."""


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
    if changed_since is not None:
        changed = _changed_pairs(connection, scope.workspace_id, changed_since)
        if len(changed) <= MOST_LOOKED_UP:
            looked_up = _looked_up(connection, scope, changed, with_deleted)
            return (event for event in looked_up if after is None or event[:2] > after)
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
    events = merge(*found, key=ORDER) if with_deleted else found[0]
    return events if after is None else (event for event in events if event[:2] > after)


def more_pairs(connection: Connection, scope: Scope, *, than: int) -> bool:
    """Whether the scope has more pairs than that, which is quicker to count than to read."""
    found = _statement(scope.user_ids is not None, scope.office_id is not None, changed=False, deleted=False)
    rows = found.with_only_columns(literal(1)).order_by(None).limit(than + 1).subquery()
    return connection.scalars(select(func.count()).select_from(rows), _bounds(scope, None)).one() > than


def _changed_pairs(connection: Connection, workspace_id: str, since: datetime) -> Sequence[str]:
    """The ids of the pairs that changed since then, or of one more than are looked up one by one."""
    values = {"workspace": workspace_id, "since": since}
    return sorted(set(connection.scalars(_CHANGED.limit(MOST_LOOKED_UP + 1), values)))


def _looked_up(connection: Connection, scope: Scope, in_ids: Sequence[str], with_deleted: bool) -> list[PlainEvent]:
    """The events of those pairs, as far as they are in the scope, in order."""
    first, last = scope.first.isoformat(), scope.last.isoformat()
    found: list[PlainEvent] = []
    for start in range(0, len(in_ids), READ_AT_ONCE):
        values = {"workspace": scope.workspace_id, "pairs": in_ids[start : start + READ_AT_ONCE]}
        for row in connection.execute(_BY_ID, values):
            day, user_id, office_id, deleted_at = row[0], row[1], row[6], row[-2]
            if (
                first <= day <= last
                and (scope.user_ids is None or user_id in scope.user_ids)
                and (scope.office_id is None or office_id == scope.office_id)
                and (with_deleted or deleted_at is None)
            ):
                split_pair(row, found)
    found.sort(key=ORDER)
    return found


def _in_order(
    connection: Connection, statement: Select[Any], values: dict[str, Any], *, by_day: bool
) -> Iterator[PlainEvent]:
    """In the order of an index: some people's by clock-in, everybody's by work date."""
    found = connection.execution_options(yield_per=READ_AT_ONCE).execute(statement, values)
    waiting: list[PlainEvent] = []
    for rows in found.partitions():
        # No event of these rows or of later ones is before this.
        earliest = _midnight(rows[0][0]) - DAY if by_day else rows[0][3]
        waiting.sort(key=ORDER)
        ready = bisect_left(waiting, earliest, key=itemgetter(0))
        yield from waiting[:ready]
        del waiting[:ready]
        for row in rows:
            split_pair(row, waiting)
    waiting.sort(key=ORDER)
    yield from waiting


def split_pair(row: Sequence[Any], into: list[PlainEvent]) -> None:
    """Adds the events of a row of `PLAIN`."""
    (day, who, in_id, in_at, in_recorded, in_by, in_office, in_ip, in_said, out_id, *out, gone_at, gone_by) = row
    gone = gone_at, gone_by
    into.append(PlainEvent(in_at, in_id, out_id, who, in_by, in_office, day, in_recorded, in_ip, True, in_said, *gone))
    if out_id is not None:
        at, recorded, by, office, ip, said = out
        into.append(PlainEvent(at, out_id, in_id, who, by, office, day, recorded, ip, False, said, *gone))


def _bounds(scope: Scope, after: Position | None) -> dict[str, Any]:
    """The statement's values: the scope, and what follows from rules 3 and 6 about events after a place."""
    first, last = scope.first, scope.last
    near_from, near_to = near(scope)
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
    query = PLAIN.where(
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


def near(scope: Scope) -> tuple[datetime, datetime]:
    """Between which instants the scope's pairs began, by rule 6."""
    first, last = scope.first, scope.last
    return (
        _start_of(first) - ONE_DAY if first > date.min else EARLIEST,
        _start_of(last) + 2 * ONE_DAY if last < date.max - 2 * ONE_DAY else LATEST,
    )


def _midnight(day: str) -> int:
    return (date.fromisoformat(day) - EPOCH.date()) // timedelta(days=1) * DAY


def _start_of(day: date) -> datetime:
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


ONE_DAY = timedelta(days=1)
EARLIEST, LATEST = datetime(1, 1, 2, tzinfo=UTC), datetime(9999, 12, 30, tzinfo=UTC)

ORDER = itemgetter(0, 1)
_HALF = ("id", "at", "recorded_at", "by", "office_id", "ip", "comment")
_COLUMNS = [
    as_scalar(pairs.c[name])
    for name in ("work_date", "user_id", *(f"{half}_{name}" for half in ("in", "out") for name in _HALF))
]
PLAIN = select(*_COLUMNS, as_scalar(pairs.c.deleted_at), pairs.c.deleted_by)
_BY_ID = PLAIN.where(
    pairs.c.workspace_id == bindparam("workspace"), pairs.c.in_id.in_(bindparam("pairs", expanding=True))
)
_CHANGED = select(audit_entries.c.subject).where(
    audit_entries.c.workspace_id == bindparam("workspace"),
    audit_entries.c.at >= bindparam("since"),
    audit_entries.c.action.in_(bindparam("changes", CHANGES_EVENTS, expanding=True, literal_execute=True)),
)
