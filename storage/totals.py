"""Sums over pairs by work date. Deleted pairs don't count, and open ones have no length yet.

People see lengths from minute to minute (`minutes_between`), and sums of those. Programs get them to the microsecond:
`exact`.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from itertools import pairwise
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    and_,
    bindparam,
    case,
    func,
    select,
    type_coerce,
)

from storage import monthly_sums
from storage.column_types import Elapsed, EnteredByHand, Minute, NotSelective
from storage.pair_queries import within
from storage.pairs import DAY, LONGEST_BREAK, NOTHING, Pair, Scope, midnight, minutes_between
from storage.prepared import Prepared
from storage.tables import pairs

DAYS_AT_ONCE = 5_000  # in a query: PostgreSQL and SQLite take 32,766 values


@dataclass(frozen=True, slots=True)
class PersonTotal:
    """A user's worked time over a range: the days on which they were present, how many pairs made it, the breaks
    between the pairs of a day, and how many pairs were entered by hand later. `stated` are those of the breaks that
    began with a clock-out that said so; only exact sums have them."""

    user_id: str
    worked: timedelta
    days: int
    pairs: int
    breaks: timedelta
    by_hand: int = 0
    stated: timedelta = NOTHING


@dataclass(frozen=True, slots=True)
class Summary:
    """Totals of everyone who has pairs, and the zones of their clock-ins, by name."""

    people: list[PersonTotal]
    zones: list[str]


@dataclass(frozen=True, slots=True)
class DayTotal:
    """A user's work date: its first and last pair (often the same one), worked in between.

    `breaks` are the gaps between its pairs that are shorter than `LONGEST_BREAK`. None if the scope leaves out pairs
    that may fill them.
    """

    work_date: date
    first: Pair
    last: Pair
    worked: timedelta
    breaks: timedelta | None
    pairs: int
    by_hand: int
    paid: timedelta = NOTHING
    """On paid breaks, which count as worked."""


class Worked(NamedTuple):
    """One person's worked time of a day, and of its week so far."""

    day: timedelta
    week: timedelta


def worked(connection: Connection, workspace_id: str, user_id: str, day: date, *, last: date | None = None) -> Worked:
    """The worked time of a work date and of its week, from Monday. Later days up to `last` count as `day`."""
    monday, last = day - timedelta(days=day.weekday()), last or day
    since, until = midnight(monday - DAY), midnight(last + 2 * DAY)  # rule 6 allows such work dates
    asked = {"workspace": workspace_id, "user": user_id, "day": day, "first": monday, "last": last}
    found = _WORKED.first(connection, asked | {"since": since, "until": until})
    assert found is not None  # a sum always has a row
    return Worked(found[0] or timedelta(), found[1] or timedelta())


def summary(connection: Connection, scope: Scope, *, exact: bool = False) -> Summary:
    """Everybody's worked time, breaks and zones: of whole months by their sums, unless it is to be `exact`."""
    months, edges = (None, [scope]) if exact else monthly_sums.whole_months(scope)
    if months is None:
        return Summary(list(_by_person(connection, scope, exact).values()), zones(connection, scope))
    people = {row[0]: PersonTotal(*row) for row in monthly_sums.of_people(connection, months)}
    found = monthly_sums.zones(connection, months)
    for edge in edges:
        found |= set(zones(connection, edge))
        for user_id, total in _by_person(connection, edge, exact).items():
            people[user_id] = added(people[user_id], total) if user_id in people else total
    return Summary(list(people.values()), sorted(found))


def added(one: PersonTotal, other: PersonTotal) -> PersonTotal:
    """The sum of both, which are of other days."""
    return replace(
        one,
        worked=one.worked + other.worked,
        days=one.days + other.days,
        pairs=one.pairs + other.pairs,
        breaks=one.breaks + other.breaks,
        by_hand=one.by_hand + other.by_hand,
        stated=one.stated + other.stated,
    )


def _by_person(connection: Connection, scope: Scope, exact: bool) -> dict[str, PersonTotal]:
    people = {}
    for user_id, worked, days, count, breaks, *stated in connection.execute(hours_per_person(scope, exact=exact)):
        people[user_id] = PersonTotal(user_id, worked, days, count, breaks, 0, *stated)
    for user_id, count in connection.execute(_by_hand(scope)).all():
        people[user_id] = replace(people[user_id], by_hand=count)
    return people


def zones(connection: Connection, scope: Scope) -> list[str]:
    """The zones in which people clocked in, by name."""
    return sorted(connection.scalars(select(pairs.c.in_zone).distinct().where(*scope.holds())))


def hours_per_person(scope: Scope, *, exact: bool = False) -> Select[Any]:
    """User id, worked time, days, pairs, breaks and, if it is to be exact, which of them were stated. A day is counted
    at its first pair, which has none before it."""
    pair = _pairs(scope, exact=exact)
    days = func.count().filter(pair.c.gap.is_(None))
    stated = [_stated(pair)] if exact else []
    columns = (pair.c.user_id, _sum(pair.c.worked), days, func.count(), _breaks(pair), *stated)
    return select(*columns).group_by(pair.c.user_id)


def _pairs(scope: Scope, *, exact: bool) -> Subquery:
    """Each pair with its length, the gap before it on its work date and, if it is to be exact, the kind of break that
    the gap is. Pairs never overlap."""
    in_at, out_at = (pairs.c.in_at, pairs.c.out_at) if exact else (Minute(pairs.c.in_at), Minute(pairs.c.out_at))

    def before(column: ColumnElement[Any]) -> ColumnElement[Any]:
        return func.lag(column).over(partition_by=[pairs.c.work_date, pairs.c.user_id], order_by=pairs.c.in_at)

    columns = [pairs.c.user_id, pairs.c.work_date, (out_at - in_at).label("worked")]
    columns.append(type_coerce(in_at - before(out_at), Elapsed).label("gap"))
    if exact:
        columns.append(before(pairs.c.out_break).label("said"))
    return select(*columns).where(*scope.holds()).subquery()


def _breaks(pair: Subquery) -> ColumnElement[timedelta]:
    return _sum(case((pair.c.gap < LONGEST_BREAK, pair.c.gap)))


def _stated(pair: Subquery) -> ColumnElement[timedelta]:
    return _sum(case((and_(pair.c.gap < LONGEST_BREAK, pair.c.said.is_not(None)), pair.c.gap)))


def _sum(lengths: ColumnElement[Any]) -> ColumnElement[timedelta]:
    return type_coerce(func.coalesce(func.sum(lengths), type_coerce(timedelta(), Elapsed)), Elapsed)


def days_of_people(connection: Connection, scope: Scope) -> Iterator[tuple[date, PersonTotal]]:
    """Each person's work dates, in their order; streamed and exact. The rows that `hours_per_person` adds up."""
    by_hand = {
        (day, user_id): count
        for day, user_id, count in connection.execute(
            select(pairs.c.work_date, pairs.c.user_id, func.count())
            .where(*scope.holds(), EnteredByHand())
            .group_by(pairs.c.work_date, pairs.c.user_id)
        )
    }
    pair = _pairs(scope, exact=True)
    day = (pair.c.work_date, pair.c.user_id)
    sums = (_sum(pair.c.worked), func.count(), _breaks(pair), _stated(pair))
    rows = select(*day, *sums).group_by(*day).order_by(*day)
    for on, user_id, worked, count, breaks, stated in connection.execution_options(yield_per=1000).execute(rows):
        yield on, PersonTotal(user_id, worked, 1, count, breaks, by_hand.get((on, user_id), 0), stated)


def _by_hand(scope: Scope) -> Select[Any]:
    """How many of each person's pairs were entered by hand later; an index holds just those."""
    return select(pairs.c.user_id, func.count()).where(*scope.holds(), EnteredByHand()).group_by(pairs.c.user_id)


def first_and_last_day(connection: Connection, scope: Scope) -> tuple[date, date] | None:
    """The days of the scope from the first to the last record; of months that it holds wholly, to their ends."""
    months, edges = monthly_sums.whole_months(scope)
    spans = [_span(connection, edge) for edge in edges]
    if months is not None:
        spans.append(monthly_sums.first_and_last_day(connection, months))
    days = [day for span in spans if span for day in span]
    return (min(days), max(days)) if days else None


def _span(connection: Connection, scope: Scope) -> tuple[date, date] | None:
    query = select(pairs.c.work_date).where(*scope.holds()).limit(1)
    first = connection.execute(query.order_by(pairs.c.work_date)).scalar()
    last = connection.execute(query.order_by(pairs.c.work_date.desc())).scalar()
    return (first, last) if first and last else None


def per_day(connection: Connection, scope: Scope) -> list[DayTotal]:
    """The work dates with pairs, oldest first, for a scope with one person.

    Added up here: each pair has its own zone, and each break is a gap between two, which takes long SQL.
    """
    by_day: dict[date, list[Pair]] = {}
    for pair in within(connection, scope):
        by_day.setdefault(pair.work_date, []).append(pair)
    return [day_total(day, of_day, whole=scope.office_id is None) for day, of_day in sorted(by_day.items())]


def worked_in_zones(connection: Connection, scope: Scope, days: Collection[date]) -> set[tuple[str, date]]:
    """In which zones anybody clocked in on which of those work dates."""
    found: set[tuple[str, date]] = set()
    ordered = sorted(day for day in days if scope.first <= day <= scope.last)
    for start in range(0, len(ordered), DAYS_AT_ONCE):
        these = scope.holds(on=ordered[start : start + DAYS_AT_ONCE])
        query = select(pairs.c.in_zone, pairs.c.work_date).distinct().where(*these)
        found |= {(zone, day) for zone, day in connection.execute(query)}
    return found


def worked_through(connection: Connection, scope: Scope, zone: str, day: date, at: datetime) -> bool:
    """Whether anybody who clocked in there on that work date worked at that instant."""
    through = (pairs.c.in_zone == zone, pairs.c.in_at < at, pairs.c.out_at > at)
    that_day = replace(scope, first=max(scope.first, day), last=min(scope.last, day))
    return connection.execute(select(pairs.c.in_id).where(*that_day.holds(), *through).limit(1)).first() is not None


def day_total(day: date, of_day: Sequence[Pair], *, whole: bool) -> DayTotal:
    """Of pairs in the order of their clock-ins, which is also the order of their clock-outs, because they never
    overlap."""
    worked = sum((pair.worked for pair in of_day if pair.worked), timedelta())
    gaps = [
        minutes_between(before.clock_out.at, after.clock_in.at)
        for before, after in pairwise(of_day)
        if before.clock_out
    ]
    return DayTotal(
        day,
        of_day[0],
        of_day[-1],
        worked,
        sum((gap for gap in gaps if gap < LONGEST_BREAK), timedelta()) if whole else None,
        len(of_day),
        sum(pair.by_hand for pair in of_day),
    )


_LENGTHS = func.sum(Minute(pairs.c.out_at) - Minute(pairs.c.in_at))
_SUMS: Sequence[ColumnElement[Any]] = [
    type_coerce(lengths, Elapsed) for lengths in (_LENGTHS.filter(pairs.c.work_date >= bindparam("day")), _LENGTHS)
]
_WORKED = Prepared(
    select(*_SUMS).where(
        pairs.c.workspace_id == bindparam("workspace"),
        pairs.c.user_id == bindparam("user"),
        pairs.c.deleted_at.is_(None),
        NotSelective(pairs.c.work_date.between(bindparam("first"), bindparam("last"))),
        pairs.c.in_at >= bindparam("since"),
        pairs.c.in_at < bindparam("until"),
    )
)
