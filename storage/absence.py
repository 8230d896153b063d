"""Who is neither in nor on a break: counted, and the first of them by name."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    case,
    func,
    literal,
    or_,
    select,
    true,
    union_all,
)

from storage import offices_of_people, teams
from storage.breaks import on_unpaid_break
from storage.column_types import Instant, NotSelective, OneOf
from storage.pairs import DAY
from storage.tables import pairs, people


class Whose(NamedTuple):
    """Of those people, or of everybody. Open clock-ins older than a day don't count as being in. `zone` is for people
    without their own. `places` has the offices (by id) that have the same holidays, where that matters now."""

    workspace_id: str
    zone: str
    user_ids: Collection[str] | None
    now: datetime
    teams_have_hours: bool
    places: Sequence[Collection[str]] = ()


class Schedule(NamedTuple):
    """What makes people expected at the same time: their zone, the working hours of their team as they are typed
    ("" for none), whether they are a full member who is still there, and which of `Whose.places` they were at last,
    from 1 on (0: at none of them)."""

    zone: str
    team_hours: str
    is_member: bool
    place: int = 0


class Start(NamedTuple):
    """When people of a schedule are expected since, or else when their day began (UTC). Those who clocked out later
    have left."""

    at: datetime
    is_expected: bool


Starts = Mapping[Schedule, Start]


class Absent(NamedTuple):
    """Somebody who isn't in. `left_at` is None if they haven't been in since their start."""

    user_id: str
    name: str
    schedule: Schedule
    left_at: datetime | None


class Left(NamedTuple):
    """How many have left, and how many of those would be expected now; and the first of them."""

    number: int
    expected: int
    first: list[Absent]


def counts(connection: Connection, whose: Whose) -> dict[Schedule, int]:
    """How many people of each schedule aren't in."""
    one = _absent(whose)
    key = (one.c.zone, one.c.team_hours, one.c.is_member, one.c.place)
    rows = connection.execute(select(*key, func.count()).group_by(*key)).all()
    return {Schedule(zone, hours, bool(is_member), place): count for zone, hours, is_member, place, count in rows}


def left(connection: Connection, whose: Whose, starts: Starts, most: int) -> Left:
    """Those who clocked out since their start."""
    one, last_out = _absent(whose), func.max(pairs.c.out_at).label("left_at")
    ended = select(pairs.c.user_id, last_out).where(*_ended(whose, starts)).group_by(pairs.c.user_id).subquery()
    is_expected = case(*((_of(one, schedule), int(start.is_expected)) for schedule, start in starts.items()), else_=0)
    query = (
        select(one, ended.c.left_at, func.count().over(), func.sum(is_expected).over())
        .join(ended, ended.c.user_id == one.c.user_id)
        .where(ended.c.left_at > _start(one, starts))
    )
    rows = _by_name(connection, query, one, most)
    *_, count, expected = rows[0] if rows else (0, 0)
    return Left(count, int(expected), [_absent_of(row, row.left_at) for row in rows])


def not_in_yet(connection: Connection, whose: Whose, starts: Starts, most: int) -> list[Absent]:
    """The first of those who are expected, and haven't been in since their start."""
    expected = {schedule: start for schedule, start in starts.items() if start.is_expected}
    one, anybody = _absent(whose), _people(whose).subquery()
    ended = (*_ended(whose, expected), NotSelective(pairs.c.out_at > _start(anybody, expected)))
    gone = select(anybody.c.user_id).join(pairs, pairs.c.user_id == anybody.c.user_id).where(*ended)
    query = select(one).where(_start(one, expected).is_not(None), one.c.user_id.not_in(gone))
    return [_absent_of(row, None) for row in _by_name(connection, query, one, most)]


def _absent(whose: Whose) -> Subquery:
    are_in = select(pairs.c.user_id).where(
        pairs.c.workspace_id == whose.workspace_id,
        pairs.c.out_id.is_(None),
        pairs.c.deleted_at.is_(None),
        pairs.c.in_at >= whose.now - DAY,
    )
    on_break = select(pairs.c.user_id).where(*on_unpaid_break(whose.workspace_id, whose.user_ids, whose.now))
    return _people(whose).where(people.c.user_id.not_in(union_all(are_in, on_break))).subquery()


def _people(whose: Whose) -> Select[Any]:
    own = teams.hours_by_person(whose.workspace_id) if whose.teams_have_hours else None
    isn_t_one = or_(*(people.c[name].is_(true()) for name in ("guest", "bot", "deactivated")))
    query: Select[Any] = select(
        *(people.c.user_id, people.c.name),
        func.coalesce(func.nullif(people.c.zone, ""), whose.zone).label("zone"),
        (literal("") if own is None else func.coalesce(own.c.working_hours, "")).label("team_hours"),
        case((isn_t_one, 0), else_=1).label("is_member"),
        _place(whose).label("place"),
    )
    if own is not None:
        query = query.outerjoin(own, own.c.user_id == people.c.user_id)
    query = query.where(people.c.workspace_id == whose.workspace_id)
    return query if whose.user_ids is None else query.where(OneOf(people.c.user_id, whose.user_ids))


def _place(whose: Whose) -> ColumnElement[Any]:
    if not whose.places:
        return literal(0)
    office = offices_of_people.latest_of(whose.workspace_id, people.c.user_id)
    numbers = {office_id: place for place, office_ids in enumerate(whose.places, 1) for office_id in office_ids}
    return case(numbers, value=office, else_=0)


def _ended(whose: Whose, starts: Starts) -> list[ColumnElement[bool]]:
    """Records that ended since the first start."""
    earliest = min(start.at for start in starts.values())
    where, later = [pairs.c.workspace_id == whose.workspace_id, pairs.c.deleted_at.is_(None)], pairs.c.out_at > earliest
    if whose.user_ids is None:
        return [*where, later]
    # Found by person. A record lasts a day at most.
    return [*where, OneOf(pairs.c.user_id, whose.user_ids), pairs.c.in_at > earliest - DAY, NotSelective(later)]


def _of(one: Subquery, schedule: Schedule) -> ColumnElement[bool]:
    zone, team_hours, is_member, place = schedule
    return and_(
        *(one.c.zone == zone, one.c.team_hours == team_hours, one.c.is_member == int(is_member), one.c.place == place)
    )


def _start(one: Subquery, starts: Starts) -> ColumnElement[Any]:
    return case(*((_of(one, schedule), literal(start.at, Instant())) for schedule, start in starts.items()))


def _by_name(connection: Connection, query: Select[Any], one: Subquery, most: int) -> list[Any]:
    return list(connection.execute(query.order_by(func.lower(one.c.name), one.c.user_id).limit(most)).all())


def _absent_of(row: Any, left_at: datetime | None) -> Absent:
    schedule = Schedule(row.zone, row.team_hours, bool(row.is_member), row.place)
    return Absent(row.user_id, row.name, schedule, left_at)
