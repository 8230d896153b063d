"""Sums over pairs by work date. Only living pairs count; open ones have no length yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import ColumnElement, Connection, and_, distinct, func, or_, select, type_coerce

from storage.pairs import Pair, Scope, within
from storage.tables import Day, Elapsed, pairs


@dataclass(frozen=True, slots=True)
class PersonTotal:
    """A user's worked time over a range: the days on which they were present, and how many pairs made it."""

    user_id: str
    worked: timedelta
    days: int
    pairs: int


@dataclass(frozen=True, slots=True)
class DayTotal:
    """A user's work date: its first and its last pair (often the same one), worked in between.

    `breaks` are the gaps between its pairs; None where the scope leaves out pairs that may fill them.
    """

    work_date: date
    first: Pair
    last: Pair
    worked: timedelta
    breaks: timedelta | None
    pairs: int


def worked(connection: Connection, scope: Scope) -> timedelta:
    """The worked time of all pairs of the scope."""
    return connection.execute(select(_worked()).where(*scope.holds())).scalar() or timedelta()


def per_person(connection: Connection, scope: Scope) -> list[PersonTotal]:
    """Totals of everyone who has pairs in the scope."""
    query = (
        select(pairs.c.user_id, _worked(), func.count(distinct(pairs.c.work_date)), func.count())
        .where(*scope.holds())
        .group_by(pairs.c.user_id)
    )
    return [
        PersonTotal(user_id, sum_ or timedelta(), days, count)
        for user_id, sum_, days, count in connection.execute(query)
    ]


def per_day(connection: Connection, scope: Scope) -> list[DayTotal]:
    """The work dates that have pairs, oldest first; of a scope that holds one person.

    Added up here: each pair has its own zone, and each break is a gap between two, which SQL tells only at length.
    """
    by_day: dict[date, list[Pair]] = {}
    for pair in within(connection, scope):
        by_day.setdefault(pair.work_date, []).append(pair)
    return [_day_total(day, of_day, whole=scope.office_id is None) for day, of_day in sorted(by_day.items())]


def zones(connection: Connection, scope: Scope) -> dict[str, tuple[date, date]]:
    """The zones in which people clocked in, each with the first and last work date there."""
    query = (
        select(
            pairs.c.in_zone,
            type_coerce(func.min(pairs.c.work_date), Day),
            type_coerce(func.max(pairs.c.work_date), Day),
        )
        .where(*scope.holds())
        .group_by(pairs.c.in_zone)
        .order_by(pairs.c.in_zone)
    )
    return {zone: (earliest, latest) for zone, earliest, latest in connection.execute(query)}


def touched(connection: Connection, scope: Scope, zone: str, day: date, at: datetime) -> bool:
    """Whether anybody clocked in there on that work date, or worked through that instant."""
    through = and_(pairs.c.in_at < at, pairs.c.out_at > at)
    query = select(pairs.c.in_id).where(*scope.holds(), pairs.c.in_zone == zone, or_(pairs.c.work_date == day, through))
    return connection.execute(query.limit(1)).first() is not None


def _day_total(day: date, of_day: Sequence[Pair], *, whole: bool) -> DayTotal:
    """Of pairs in the order of their clock-ins, which is that of their clock-outs too: they never overlap."""
    worked = sum((pair.worked for pair in of_day if pair.worked), timedelta())
    gaps = (after.clock_in.at - before.clock_out.at for before, after in pairwise(of_day) if before.clock_out)
    return DayTotal(day, of_day[0], of_day[-1], worked, sum(gaps, timedelta()) if whole else None, len(of_day))


def _worked() -> ColumnElement[timedelta]:
    return type_coerce(func.sum(pairs.c.out_at - pairs.c.in_at), Elapsed)
