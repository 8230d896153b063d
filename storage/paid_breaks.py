"""Paid breaks: notes inside a record, which change no sum. The database refuses those that overlap another one or reach
out of their record, and a record that ends before its breaks. Unpaid breaks are the gaps between records.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import nullcontext
from dataclasses import dataclass, replace
from datetime import date, datetime
from functools import partial
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, insert, literal, select, update
from sqlalchemy.exc import IntegrityError

from storage.column_types import OneOf
from storage.errors import BreakInTheWay, BreakIsOver, NotARecord, NotInsideRecord
from storage.pairs import DAY, Scope, by_event, instant_of, midnight
from storage.period_locks import as_refusal, refusal_of
from storage.prepared import Prepared
from storage.tables import paid_breaks, pairs

RECORDS_AT_ONCE = 1000


@dataclass(frozen=True, slots=True)
class Moment:
    """`at` is when it happened, `recorded_at` when it was written (both UTC), by whom and through what."""

    at: datetime
    recorded_at: datetime
    by: str
    via: str


@dataclass(frozen=True, slots=True)
class PaidBreak:
    """A paid break inside the record that begins with `in_id`. Open until it has an end."""

    workspace_id: str
    break_id: str
    user_id: str
    in_id: str
    kind: str
    start: Moment
    end: Moment | None = None
    deleted_at: datetime | None = None
    deleted_by: str | None = None


def start(connection: Connection, one: PaidBreak) -> None:
    """Writes a new break, open or ended. Raises BreakInTheWay, NotInsideRecord or PeriodLocked."""
    # After a refusal, PostgreSQL goes on only from a savepoint. SQLite undoes just the one statement.
    undoing = connection.begin_nested() if connection.dialect.name == "postgresql" else nullcontext()
    try:
        with undoing:
            _INSERT.changed(connection, to_audit_fields(one))
    except IntegrityError as error:
        raise _why(connection, one, error) or error from error


def start_all(connection: Connection, new: Sequence[PaidBreak]) -> None:
    """Writes many new breaks, which fit into their records."""
    _INSERT.write_all(connection, [to_audit_fields(one) for one in new])


def end(connection: Connection, one: PaidBreak, at: Moment) -> PaidBreak:
    """Ends an open break. Raises BreakIsOver if somebody else was faster, or PeriodLocked."""
    if _change(connection, one, _moment("end", at), only_open=True) == 0:
        raise BreakIsOver
    return replace(one, end=at)


def remove(connection: Connection, one: PaidBreak, *, by: str, at: datetime) -> PaidBreak:
    """Marks a break as deleted, for good. Raises BreakIsOver if somebody else was faster, or PeriodLocked."""
    if _change(connection, one, {"deleted_at": at, "deleted_by": by}) == 0:
        raise BreakIsOver
    return replace(one, deleted_at=at, deleted_by=by)


def find(connection: Connection, workspace_id: str, break_id: str) -> PaidBreak | None:
    """The break, also a removed one."""
    query = select(paid_breaks).where(paid_breaks.c.workspace_id == workspace_id, paid_breaks.c.break_id == break_id)
    row = connection.execute(query).first()
    return break_of_row(row) if row else None


def are_there(connection: Connection, workspace_id: str) -> bool:
    """Whether the workspace has any, also removed ones."""
    query = select(literal(1)).where(paid_breaks.c.workspace_id == workspace_id).limit(1)
    return connection.execute(query).first() is not None


def open_of(connection: Connection, workspace_id: str, user_id: str) -> PaidBreak | None:
    """The open break in the user's open record, if any."""
    row = _OPEN.first(connection, {"workspace": workspace_id, "user": user_id})
    return break_of_row(row) if row else None


def open_ones(connection: Connection, workspace_id: str, user_ids: Collection[str] | None = None) -> list[PaidBreak]:
    """The open breaks in open records, of these users or of all."""
    query = _IN_OPEN_RECORDS.where(pairs.c.workspace_id == workspace_id)
    if user_ids is not None:
        query = query.where(OneOf(pairs.c.user_id, user_ids))
    return [break_of_row(row) for row in connection.execute(query)]


def of_records(connection: Connection, workspace_id: str, in_ids: Collection[str]) -> dict[str, list[PaidBreak]]:
    """The breaks of each of these records that has any, by its clock-in, oldest first."""
    found: dict[str, list[PaidBreak]] = {}
    ordered = sorted(in_ids)
    for first in range(0, len(ordered), RECORDS_AT_ONCE):
        these = paid_breaks.c.in_id.in_(ordered[first : first + RECORDS_AT_ONCE])
        query = _standing().where(paid_breaks.c.workspace_id == workspace_id, these)
        for row in connection.execute(query.order_by(paid_breaks.c.start_at)):
            found.setdefault(row.in_id, []).append(break_of_row(row))
    return found


def ever_in_records(connection: Connection, workspace_id: str, in_ids: Collection[str]) -> list[PaidBreak]:
    """The breaks of these records, also removed ones."""
    query = select(paid_breaks).where(paid_breaks.c.workspace_id == workspace_id, OneOf(paid_breaks.c.in_id, in_ids))
    return [break_of_row(row) for row in connection.execute(query)]


def within(connection: Connection, scope: Scope) -> Iterator[PaidBreak]:
    """The breaks of the scope's records, oldest first; streamed."""
    its_record = (pairs.c.workspace_id == paid_breaks.c.workspace_id, pairs.c.in_id == paid_breaks.c.in_id)
    of_scope = select(literal(1)).where(*its_record, *scope.holds()).exists()
    query = _standing().where(paid_breaks.c.workspace_id == scope.workspace_id, *_near(scope), of_scope)
    if scope.user_ids is not None:
        query = query.where(OneOf(paid_breaks.c.user_id, scope.user_ids))
    ordered = query.order_by(paid_breaks.c.start_at, paid_breaks.c.break_id)
    for row in connection.execution_options(yield_per=1000).execute(ordered):
        yield break_of_row(row)


def break_of_row(row: Sequence[Any]) -> PaidBreak:
    """The break in a row of the table."""
    ended = Moment(*row[9:13]) if row[9] is not None else None
    return PaidBreak(row[0], row[1], row[2], row[3], row[4], Moment(*row[5:9]), ended, row[13], row[14])


def to_audit_fields(one: PaidBreak) -> dict[str, object]:
    """Every column of the break, for its audit entry."""
    values: dict[str, object] = {
        "workspace_id": one.workspace_id,
        "break_id": one.break_id,
        "user_id": one.user_id,
        "in_id": one.in_id,
        "kind": one.kind,
        "deleted_at": one.deleted_at,
        "deleted_by": one.deleted_by,
    }
    return values | _moment("start", one.start) | _moment("end", one.end)


def from_audit_fields(told: Mapping[str, Any]) -> PaidBreak:
    """The break as it was when the entry was written. Raises NotARecord."""
    try:
        began = _moment_of(told, "start")
        if began is None:
            raise NotARecord("no start")
        one = PaidBreak(
            *(told["workspace_id"], told["break_id"], told["user_id"], told["in_id"], told["kind"]),
            began,
            _moment_of(told, "end"),
            instant_of(told["deleted_at"]) if told["deleted_at"] else None,
            told["deleted_by"],
        )
    except (KeyError, TypeError, ValueError) as error:
        raise NotARecord(type(error).__name__) from error
    if not all(isinstance(text, str) for text in _texts(one)):
        raise NotARecord("no text")
    return one


def _texts(one: PaidBreak) -> Iterator[object]:
    yield from (one.workspace_id, one.break_id, one.user_id, one.in_id, one.kind)
    for moment in (one.start, one.end):
        if moment is not None:
            yield from (moment.by, moment.via)
    if one.deleted_at is not None:
        yield one.deleted_by


def _moment_of(told: Mapping[str, Any], prefix: str) -> Moment | None:
    values = {name: told[f"{prefix}_{name}"] for name in Moment.__slots__}
    if values["at"] is None:
        return None
    return Moment(**values | {name: instant_of(values[name]) for name in ("at", "recorded_at")})


def _moment(prefix: str, moment: Moment | None) -> dict[str, object]:
    return {f"{prefix}_{name}": getattr(moment, name, None) for name in Moment.__slots__}


def _change(connection: Connection, one: PaidBreak, values: Mapping[str, object], *, only_open: bool = False) -> int:
    same = [paid_breaks.c.workspace_id == one.workspace_id, paid_breaks.c.break_id == one.break_id]
    same.append(paid_breaks.c.deleted_at.is_(None))
    if only_open:
        same.append(paid_breaks.c.end_at.is_(None))
    with as_refusal(connection, one.workspace_id, one.user_id, partial(_work_date, connection, one)):
        return connection.execute(update(paid_breaks).where(*same).values(values)).rowcount


def _work_date(connection: Connection, one: PaidBreak) -> date:
    return by_event(connection, one.workspace_id, one.in_id).work_date


def _why(connection: Connection, one: PaidBreak, error: IntegrityError) -> Exception | None:
    day = partial(_work_date, connection, one)
    if locked := refusal_of(connection, error, one.workspace_id, one.user_id, day):
        return locked
    record = by_event(connection, one.workspace_id, one.in_id)
    last = record.clock_out.at if record.clock_out else None
    if one.start.at < record.clock_in.at or (last is not None and (one.end is None or one.end.at > last)):
        return NotInsideRecord(record)
    for other in of_records(connection, one.workspace_id, [one.in_id]).get(one.in_id, []):
        if (one.end is None or other.start.at < one.end.at) and (other.end is None or one.start.at < other.end.at):
            return BreakInTheWay(other, record)
    return None


def _standing() -> Select[Any]:
    return select(paid_breaks).where(paid_breaks.c.deleted_at.is_(None))


def _near(scope: Scope) -> list[ColumnElement[bool]]:
    """Between which instants the breaks of the scope's records start, by rules 3 and 6."""
    bounds = []
    if scope.first > date.min + DAY:
        bounds.append(paid_breaks.c.start_at >= midnight(scope.first - DAY))
    if scope.last < date.max - 3 * DAY:
        bounds.append(paid_breaks.c.start_at < midnight(scope.last + 3 * DAY))
    return bounds


_INSERT = Prepared(insert(paid_breaks))
_IN_OPEN_RECORDS = (
    select(paid_breaks)
    .join(pairs, (pairs.c.workspace_id == paid_breaks.c.workspace_id) & (pairs.c.in_id == paid_breaks.c.in_id))
    .where(
        paid_breaks.c.end_at.is_(None),
        paid_breaks.c.deleted_at.is_(None),
        pairs.c.out_id.is_(None),
        pairs.c.deleted_at.is_(None),
    )
)
_OPEN = Prepared(
    _IN_OPEN_RECORDS.where(pairs.c.workspace_id == bindparam("workspace"), pairs.c.user_id == bindparam("user"))
)
