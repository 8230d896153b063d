"""Sums over pairs by work date. Only living pairs count; open ones have no length yet."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise

from sqlalchemy import ColumnElement, Connection, and_, distinct, func, or_, select, type_coerce

from storage.pairs import Pair, Scope, within
from storage.tables import Elapsed, pairs


@dataclass(frozen=True, slots=True)
class PersonTotal:
    """A user's worked time over a range: the days on which they were present, and how many pairs made it."""

    user_id: str
    worked: timedelta
    days: int
    pairs: int


@dataclass(frozen=True, slots=True)
class Summary:
    """Totals of everyone who has pairs, and the zones in which they clocked in, by name."""

    people: list[PersonTotal]
    zones: list[str]


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


def summary(connection: Connection, scope: Scope) -> Summary:
    """Who worked how long, and in which zones: one pass over the index, however much the range holds."""
    days = func.count(distinct(pairs.c.work_date))
    query = (
        select(pairs.c.user_id, pairs.c.in_zone, _worked(), days, func.count())
        .where(*scope.holds())
        .group_by(pairs.c.user_id, pairs.c.in_zone)
    )
    people: dict[str, PersonTotal] = {}
    zones, travellers = set(), set()
    for user_id, zone, sum_, present, count in connection.execute(query).all():
        zones.add(zone)
        if (before := people.get(user_id)) is None:
            people[user_id] = PersonTotal(user_id, sum_ or timedelta(), present, count)
        else:
            travellers.add(user_id)  # whose days in one zone may be days in another as well
            worked = before.worked + (sum_ or timedelta())
            people[user_id] = PersonTotal(user_id, worked, present, before.pairs + count)
    if travellers:
        narrower = replace(scope, user_ids=frozenset(travellers))
        per_person = select(pairs.c.user_id, days).where(*narrower.holds()).group_by(pairs.c.user_id)
        for user_id, present in connection.execute(per_person):
            people[user_id] = replace(people[user_id], days=present)
    return Summary(list(people.values()), sorted(zones))


def span(connection: Connection, scope: Scope) -> tuple[date, date] | None:
    """The first and the last work date on which there are pairs."""
    query = select(pairs.c.work_date).where(*scope.holds()).limit(1)
    first = connection.execute(query.order_by(pairs.c.work_date)).scalar()
    last = connection.execute(query.order_by(pairs.c.work_date.desc())).scalar()
    return (first, last) if first and last else None


def per_day(connection: Connection, scope: Scope) -> list[DayTotal]:
    """The work dates that have pairs, oldest first; of a scope that holds one person.

    Added up here: each pair has its own zone, and each break is a gap between two, which SQL tells only at length.
    """
    by_day: dict[date, list[Pair]] = {}
    for pair in within(connection, scope):
        by_day.setdefault(pair.work_date, []).append(pair)
    return [_day_total(day, of_day, whole=scope.office_id is None) for day, of_day in sorted(by_day.items())]


def touched(connection: Connection, scope: Scope, zone: str, day: date, at: datetime) -> bool:
    """Whether anybody clocked in there on that work date, or worked through that instant of it."""
    night_before = replace(scope, first=max(scope.first, day - timedelta(days=1)), last=min(scope.last, day))
    through = and_(pairs.c.in_at < at, pairs.c.out_at > at)
    there = (pairs.c.in_zone == zone, or_(pairs.c.work_date == day, through))
    return connection.execute(select(pairs.c.in_id).where(*night_before.holds(), *there).limit(1)).first() is not None


def _day_total(day: date, of_day: Sequence[Pair], *, whole: bool) -> DayTotal:
    """Of pairs in the order of their clock-ins, which is that of their clock-outs too: they never overlap."""
    worked = sum((pair.worked for pair in of_day if pair.worked), timedelta())
    gaps = (after.clock_in.at - before.clock_out.at for before, after in pairwise(of_day) if before.clock_out)
    return DayTotal(day, of_day[0], of_day[-1], worked, sum(gaps, timedelta()) if whole else None, len(of_day))


def _worked() -> ColumnElement[timedelta]:
    return type_coerce(func.sum(pairs.c.out_at - pairs.c.in_at), Elapsed)
