"""Sums over pairs by work date: SQL adds up, Python words. Only living pairs count; open ones have no length yet."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

from sqlalchemy import ColumnElement, Connection, Integer, and_, distinct, func, or_, select, type_coerce

from storage.pairs import Scope
from storage.tables import Day, Instant, pairs


@dataclass(frozen=True, slots=True)
class PersonTotal:
    """A user's worked time over a range: the days on which they were present, and how many pairs made it."""

    user_id: str
    worked: timedelta
    days: int
    pairs: int


@dataclass(frozen=True, slots=True)
class DayTotal:
    """A user's work date: from the first clock-in to the last clock-out (UTC), worked in between."""

    work_date: date
    first_in_at: datetime
    last_out_at: datetime | None
    worked: timedelta
    pairs: int
    zone: str


def worked(connection: Connection, scope: Scope) -> timedelta:
    """The worked time of all pairs of the scope."""
    return _microseconds(connection.execute(select(_worked()).where(*scope.holds())).scalar())


def per_person(connection: Connection, scope: Scope) -> list[PersonTotal]:
    """Totals of everyone who has pairs in the scope."""
    query = (
        select(pairs.c.user_id, _worked(), func.count(distinct(pairs.c.work_date)), func.count())
        .where(*scope.holds())
        .group_by(pairs.c.user_id)
    )
    return [
        PersonTotal(user_id, _microseconds(sum_), days, count)
        for user_id, sum_, days, count in connection.execute(query)
    ]


def per_day(connection: Connection, scope: Scope) -> list[DayTotal]:
    """The work dates that have pairs, oldest first; of a scope that holds one person."""
    query = (
        select(
            pairs.c.work_date,
            type_coerce(func.min(pairs.c.in_at), Instant),
            type_coerce(func.max(pairs.c.out_at), Instant),
            _worked(),
            func.count(),
            func.min(pairs.c.in_zone),
        )
        .where(*scope.holds())
        .group_by(pairs.c.work_date)
        .order_by(pairs.c.work_date)
    )
    return [
        DayTotal(day, first_in, last_out, _microseconds(sum_), count, zone)
        for day, first_in, last_out, sum_, count, zone in connection.execute(query)
    ]


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


def _worked() -> ColumnElement[int]:
    return func.sum(type_coerce(pairs.c.out_at, Integer) - type_coerce(pairs.c.in_at, Integer))


def _microseconds(sum_: int | None) -> timedelta:
    return timedelta(microseconds=sum_ or 0)
