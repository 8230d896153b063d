"""Pairs of attendance events: open, close, record, delete, restore, and find one. One row is one pair.

The database refuses what breaks rules 1 to 4 and 9. `IntegrityError` is caught here, beside the statement that raises
it, and becomes a refusal that names the pair in the way, or who has locked the period.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from typing import Any

from sqlalchemy import ColumnElement, Connection, Select, bindparam, insert, select, update
from sqlalchemy.dialects import postgresql
from sqlalchemy.exc import IntegrityError

from storage.column_types import NotSelective, OneOf
from storage.errors import (
    AlreadyClockedIn,
    AlreadyDeleted,
    BreakIsOver,
    NotARecord,
    NotClockedIn,
    NotDeleted,
    Overlap,
    UnknownEvent,
)
from storage.period_locks import as_refusal as as_locked
from storage.period_locks import refusal_of
from storage.prepared import Prepared
from storage.tables import pairs

DAY = timedelta(days=1)
NOTHING = timedelta()
LONGEST_BREAK = timedelta(hours=3)
"""A gap of this length or longer splits the day. Between a morning and a night shift nobody is on a break."""
LATER = timedelta(minutes=15)  # the same as in column_types.EnteredByHand


@dataclass(frozen=True, slots=True)
class PairEvent:
    """One attendance event. `at` is when it happened, `recorded_at` when it was written (both UTC)."""

    id: str
    at: datetime
    recorded_at: datetime
    by: str
    via: str
    zone: str
    office_id: str | None = None
    ip: str | None = field(default=None, repr=False)
    comment: str | None = field(default=None, repr=False)  # kept out of logs, where reprs end


def minutes_between(start: datetime, end: datetime) -> timedelta:
    """From the minute that a clock shows at `start` to the one at `end`: 09:02 to 17:30 is 8 h 28 min, whatever the
    seconds. So the lengths that people see fit the times beside them, and add up to the totals below."""
    return end.replace(second=0, microsecond=0) - start.replace(second=0, microsecond=0)


@dataclass(frozen=True, slots=True)
class Pair:
    """A clock-in and, once it has happened, its clock-out. `work_date` is the local day of the clock-in; after a break,
    that of the pair it continues. `out_break` is the kind of break that the clock-out started, if any. A pair that was
    changed is deleted, and `replaced_by` the one that `replaces` it, each by its clock-in."""

    workspace_id: str
    user_id: str
    work_date: date
    clock_in: PairEvent
    clock_out: PairEvent | None = None
    deleted_at: datetime | None = None
    deleted_by: str | None = None
    out_break: str | None = None
    replaces: str | None = None
    replaced_by: str | None = None

    @property
    def halves(self) -> list[PairEvent]:
        """Its one or two events."""
        return [self.clock_in, self.clock_out] if self.clock_out else [self.clock_in]

    @property
    def worked(self) -> timedelta | None:
        """From minute to minute, as it is shown. None while the clock-in is open."""
        return minutes_between(self.clock_in.at, self.clock_out.at) if self.clock_out else None

    @property
    def by_hand(self) -> bool:
        """Whether an event was entered more than 15 minutes after it happened."""
        return any(half.recorded_at - half.at > LATER for half in self.halves)


@dataclass(frozen=True, slots=True)
class Scope:
    """Which pairs, without deleted ones: by work date (both days included), of these people, clocked in at this office.

    `user_ids` None means everyone, `office_id` None any office or none.
    """

    workspace_id: str
    first: date
    last: date
    user_ids: frozenset[str] | None = None
    office_id: str | None = None

    def holds(
        self, *, on: Sequence[date] | None = None, deleted_since: datetime | None = None
    ) -> list[ColumnElement[bool]]:
        """The conditions: `on` these days of the scope alone; with `deleted_since`, for pairs deleted since then
        instead of existing ones."""
        where = [
            pairs.c.workspace_id == self.workspace_id,
            pairs.c.deleted_at.is_(None) if deleted_since is None else pairs.c.deleted_at >= deleted_since,
        ]
        if self.user_ids is not None:
            where.append(OneOf(pairs.c.user_id, self.user_ids))
        if on is not None:
            where.append(pairs.c.work_date.in_(on))
        elif self.user_ids is None:
            where.append(self._days())
        else:  # a few among many people are found by their ids
            where += [NotSelective(self._days()), *self.near()]
        if self.office_id is not None:
            where.append(pairs.c.in_office_id == self.office_id)
        return where

    def _days(self) -> ColumnElement[bool]:
        return pairs.c.work_date.between(self.first, self.last)

    def near(self) -> list[ColumnElement[bool]]:
        """Limits of the clock-in that follow from rule 6, for the indexes by clock-in."""
        bounds = []
        if self.first > date.min + DAY:
            bounds.append(pairs.c.in_at >= midnight(self.first - DAY))
        if self.last < date.max - 2 * DAY:
            bounds.append(pairs.c.in_at < midnight(self.last + 2 * DAY))
        return bounds


def midnight(day: date) -> datetime:
    """The instant at which the day begins in UTC."""
    return datetime(day.year, day.month, day.day, tzinfo=UTC)


def add(connection: Connection, pair: Pair) -> None:
    """Writes a new pair, open or whole. Raises AlreadyClockedIn (open pairs only), Overlap or PeriodLocked; on
    PostgreSQL, the last one ends the transaction."""
    if connection.dialect.name == "postgresql":
        # Without a savepoint, a refusal would end the transaction. It costs two round trips.
        with _unlocked(connection, pair):
            is_written = _INSERT_IF_FREE.changed(connection, to_audit_fields(pair)) > 0
        if not is_written:
            raise _in_the_way(connection, pair)
        return
    with as_refusal(connection, pair):
        INSERT.changed(connection, to_audit_fields(pair))


def close(connection: Connection, pair: Pair, clock_out: PairEvent, *, out_break: str | None = None) -> Pair:
    """Adds the clock-out to an open pair, with the kind of break that it starts. Raises NotClockedIn if somebody else
    was faster, or PeriodLocked. Paid breaks inside the pair have to have ended by then.

    It can't cause an overlap, because an open pair reaches further.
    """
    values = {"workspace": pair.workspace_id, "pair": pair.clock_in.id, "out_break": out_break}
    with _unlocked(connection, pair):
        closed = _CLOSE.changed(connection, values | _half_values("out", clock_out))
    if closed == 0:
        raise NotClockedIn(pair.user_id, latest(connection, pair.workspace_id, pair.user_id))
    return replace(pair, clock_out=clock_out, out_break=out_break)


def end_day(connection: Connection, pair: Pair) -> Pair:
    """The break that the clock-out started becomes the end of the day. Raises BreakIsOver if it is already, or
    PeriodLocked."""
    on_break = (pairs.c.out_break.is_not(None), pairs.c.deleted_at.is_(None))
    with _unlocked(connection, pair):
        ended = connection.execute(update(pairs).where(_is(pair), *on_break).values(out_break=None)).rowcount
    if ended == 0:
        raise BreakIsOver
    return replace(pair, out_break=None)


def delete(connection: Connection, pair: Pair, *, by: str, at: datetime) -> Pair:
    """Marks a pair as deleted. Raises AlreadyDeleted if somebody else was faster, or PeriodLocked."""
    living = update(pairs).where(_is(pair), pairs.c.deleted_at.is_(None))
    with _unlocked(connection, pair):
        done = connection.execute(living.values(deleted_at=at, deleted_by=by))
    current = by_event(connection, pair.workspace_id, pair.clock_in.id)
    if done.rowcount == 0:
        raise AlreadyDeleted(current)
    return current


def replace_by(connection: Connection, pair: Pair, heir: Pair, *, by: str, at: datetime) -> Pair:
    """Marks a pair as deleted, and writes `heir`, which names it, in its place. Returns the former as it is now.

    Raises AlreadyDeleted if somebody else was faster, AlreadyClockedIn, Overlap or PeriodLocked.
    """
    marks = {"deleted_at": at, "deleted_by": by, "replaced_by_id": heir.clock_in.id}
    with _unlocked(connection, pair):
        done = connection.execute(update(pairs).where(_is(pair), pairs.c.deleted_at.is_(None)).values(marks))
    former = by_event(connection, pair.workspace_id, pair.clock_in.id)
    if done.rowcount == 0:
        raise AlreadyDeleted(former)
    add(connection, heir)
    return former


def restore(connection: Connection, pair: Pair) -> Pair:
    """Brings a deleted pair back. Raises NotDeleted, AlreadyClockedIn, Overlap or PeriodLocked: the rules hold for it
    again."""
    still_deleted = update(pairs).where(_is(pair), pairs.c.deleted_at.is_not(None))
    with as_refusal(connection, pair):
        done = connection.execute(still_deleted.values(deleted_at=None, deleted_by=None, replaced_by_id=None))
    current = by_event(connection, pair.workspace_id, pair.clock_in.id)
    if done.rowcount == 0:
        raise NotDeleted(current)
    return current


def by_event(connection: Connection, workspace_id: str, event_id: str) -> Pair:
    """The pair of either of its events, deleted or not. Raises UnknownEvent."""
    for column in (pairs.c.in_id, pairs.c.out_id):
        found = connection.execute(select(pairs).where(pairs.c.workspace_id == workspace_id, column == event_id))
        if row := found.first():
            return pair_of_row(row)
    raise UnknownEvent(event_id)


def by_events(connection: Connection, workspace_id: str, event_ids: Collection[str]) -> dict[str, Pair]:
    """The pairs of these events, either half, deleted or not. Those that aren't there are left out."""
    found: dict[str, Pair] = {}
    for column in (pairs.c.in_id, pairs.c.out_id):
        query = select(pairs).where(pairs.c.workspace_id == workspace_id, column.in_(sorted(event_ids)))
        for row in connection.execute(query):
            pair = pair_of_row(row)
            found |= {half.id: pair for half in pair.halves if half.id in event_ids}
    return found


def open_pair(connection: Connection, workspace_id: str, user_id: str) -> Pair | None:
    """The user's open clock-in, if any."""
    row = _OPEN.first(connection, {"workspace": workspace_id, "user": user_id})
    return pair_of_row(row) if row else None


def latest(connection: Connection, workspace_id: str, user_id: str) -> Pair | None:
    """The user's newest pair."""
    newest = _living(workspace_id).where(pairs.c.user_id == user_id).order_by(pairs.c.in_at.desc()).limit(1)
    row = connection.execute(newest).first()
    return pair_of_row(row) if row else None


def overlapping(connection: Connection, pair: Pair) -> Pair | None:
    """The last other pair of the user that shares time with `pair` and isn't deleted (half-open; an open one has no
    end)."""
    return _overlapping_open(connection, pair) or _overlapping_closed(connection, pair, _LAST_OVERLAPPING)


def refuse_overlap(connection: Connection, pair: Pair) -> None:
    """Raises AlreadyClockedIn or Overlap where the pair couldn't be written, apart from its own id."""
    if pair.clock_out is None and (opened := _overlapping_open(connection, pair)):
        raise AlreadyClockedIn(opened)
    if _first_overlapping(connection, pair):
        raise _in_the_way(connection, pair)


def _first_overlapping(connection: Connection, pair: Pair) -> Pair | None:
    return _overlapping_closed(connection, pair, _FIRST_OVERLAPPING) or _overlapping_open(connection, pair)


def _overlapping_open(connection: Connection, pair: Pair) -> Pair | None:
    """The open pair, if it is another one and began before `pair` ended. No pair is later than an open one."""
    other = open_pair(connection, pair.workspace_id, pair.user_id)
    if other is None or other.clock_in.id == pair.clock_in.id:
        return None
    return other if pair.clock_out is None or other.clock_in.at < pair.clock_out.at else None


def _overlapping_closed(connection: Connection, pair: Pair, query: Prepared) -> Pair | None:
    """Looks only at those that began in the day before, because none is longer: a batch may be refused a thousand
    times, and a person may have worked for decades."""
    start = pair.clock_in.at
    whose = {"workspace": pair.workspace_id, "user": pair.user_id, "pair": pair.clock_in.id}
    when = {"start": start, "earliest": start - DAY, "end": pair.clock_out.at if pair.clock_out else _FAR}
    row = query.first(connection, whose | when)
    return pair_of_row(row) if row else None


def to_audit_fields(pair: Pair) -> dict[str, object]:
    """Every column of the pair, for its audit entry."""
    values = {
        "workspace_id": pair.workspace_id,
        "user_id": pair.user_id,
        "work_date": pair.work_date,
        "deleted_at": pair.deleted_at,
        "deleted_by": pair.deleted_by,
        "out_break": pair.out_break,
        "replaces_id": pair.replaces,
        "replaced_by_id": pair.replaced_by,
        **_half_values("in", pair.clock_in),
    }
    return values | (_half_values("out", pair.clock_out) if pair.clock_out else _NO_HALF)


def from_audit_fields(told: Mapping[str, Any]) -> Pair:
    """The pair as it was when the entry was written. Raises NotARecord."""
    try:
        clock_in = _event_of(told, "in")
        if clock_in is None:
            raise NotARecord("no clock-in")
        pair = Pair(
            told["workspace_id"],
            told["user_id"],
            date.fromisoformat(told["work_date"]),
            clock_in,
            _event_of(told, "out"),
            instant_of(told["deleted_at"]) if told["deleted_at"] else None,
            told["deleted_by"],
            told.get("out_break"),  # entries from before schema 0026 have none
            told.get("replaces_id"),  # nor these from before 0029
            told.get("replaced_by_id"),
        )
    except (KeyError, TypeError, ValueError) as error:
        raise NotARecord(type(error).__name__) from error
    if not all(isinstance(text, str) for text in (pair.workspace_id, pair.user_id, *_texts(pair))):
        raise NotARecord("no text")
    return pair


def _texts(pair: Pair) -> Iterator[object]:
    """What has to be text, where there is anything."""
    for half in pair.halves:
        yield from (half.id, half.by, half.via, half.zone)
        yield from (text for text in (half.office_id, half.ip, half.comment) if text is not None)
    if pair.deleted_at is not None:
        yield pair.deleted_by
    yield from (text for text in (pair.out_break, pair.replaces, pair.replaced_by) if text is not None)


def _event_of(told: Mapping[str, Any], prefix: str) -> PairEvent | None:
    values = {name: told[f"{prefix}_{name}"] for name in PairEvent.__slots__}
    if values["id"] is None:
        return None
    for name in ("at", "recorded_at"):
        values[name] = instant_of(values[name])
    return PairEvent(**values)


def instant_of(text: str) -> datetime:
    """The instant in facts of an entry. Raises ValueError."""
    at = datetime.fromisoformat(text)
    if at.utcoffset() is None:
        raise ValueError(f"an instant needs its offset: {text}")
    return at


@contextmanager
def as_refusal(connection: Connection, pair: Pair) -> Iterator[None]:
    """Turns the database's refusal of `pair` into one that names the pair in the way, or who locked the period."""
    # After a refusal, PostgreSQL goes on only from a savepoint. SQLite undoes just the one statement.
    undoing = connection.begin_nested() if connection.dialect.name == "postgresql" else nullcontext()
    try:
        with undoing:
            yield
    except IntegrityError as error:
        locked = refusal_of(connection, error, pair.workspace_id, pair.user_id, lambda: pair.work_date)
        raise locked or _in_the_way(connection, pair, error) from error


def _unlocked(connection: Connection, pair: Pair) -> AbstractContextManager[None]:
    return as_locked(connection, pair.workspace_id, pair.user_id, lambda: pair.work_date)


def _in_the_way(connection: Connection, pair: Pair, otherwise: IntegrityError | None = None) -> Exception:
    if pair.clock_out is None and (opened := _overlapping_open(connection, pair)):
        return AlreadyClockedIn(opened)
    if other := _first_overlapping(connection, pair):
        last = overlapping(connection, pair)
        return Overlap(other, last if last and last.clock_in.id != other.clock_in.id else None)
    return otherwise or RuntimeError(f"{pair.clock_in.id} was refused, and nothing is in its way")


def _living(workspace_id: str) -> Select[*tuple[object, ...]]:
    return select(pairs).where(pairs.c.workspace_id == workspace_id, pairs.c.deleted_at.is_(None))


def _is(pair: Pair) -> ColumnElement[bool]:
    return (pairs.c.workspace_id == pair.workspace_id) & (pairs.c.in_id == pair.clock_in.id)


def _half_values(prefix: str, half: PairEvent) -> dict[str, object]:
    return {
        f"{prefix}_id": half.id,
        f"{prefix}_at": half.at,
        f"{prefix}_recorded_at": half.recorded_at,
        f"{prefix}_by": half.by,
        f"{prefix}_via": half.via,
        f"{prefix}_zone": half.zone,
        f"{prefix}_office_id": half.office_id,
        f"{prefix}_ip": half.ip,
        f"{prefix}_comment": half.comment,
    }


def pair_of_row(row: Sequence[Any]) -> Pair:
    """The pair in a row of the table: workspace, nine of the clock-in, user, day, nine of the clock-out, deletion, the
    break that the clock-out started, and what it replaces and is replaced by."""
    clock_out = PairEvent(*row[12:21]) if row[12] is not None else None
    return Pair(row[0], row[10], row[11], PairEvent(*row[1:10]), clock_out, *row[21:26])


_NO_HALF: dict[str, object] = {column.name: None for column in pairs.c if column.name.startswith("out_")}

INSERT = Prepared(insert(pairs))
_INSERT_IF_FREE = Prepared(postgresql.insert(pairs).on_conflict_do_nothing())
_OPEN = Prepared(
    select(pairs).where(
        pairs.c.workspace_id == bindparam("workspace"),
        pairs.c.user_id == bindparam("user"),
        pairs.c.out_id.is_(None),
        pairs.c.deleted_at.is_(None),
    )
)
_CLOSE = Prepared(
    update(pairs)
    .where(
        pairs.c.workspace_id == bindparam("workspace"),
        pairs.c.in_id == bindparam("pair"),
        pairs.c.out_id.is_(None),
        pairs.c.deleted_at.is_(None),
    )
    .values({column: bindparam(column) for column in _NO_HALF})
)

_FAR = datetime(9999, 12, 31, tzinfo=UTC)
_OVERLAPPING = select(pairs).where(
    pairs.c.workspace_id == bindparam("workspace"),
    pairs.c.user_id == bindparam("user"),
    pairs.c.in_id != bindparam("pair"),
    pairs.c.in_at > bindparam("earliest"),
    pairs.c.in_at < bindparam("end"),
    pairs.c.out_at > bindparam("start"),
    pairs.c.deleted_at.is_(None),
)
_FIRST_OVERLAPPING = Prepared(_OVERLAPPING.order_by(pairs.c.in_at).limit(1))
_LAST_OVERLAPPING = Prepared(_OVERLAPPING.order_by(pairs.c.in_at.desc()).limit(1))
