"""Which days, rests and weeks aren't fine at a glance, among many people's. The database looks, in one statement for
most: reading a row takes much longer than looking at it.

Between two work dates, somebody rests at least from the hour by which all of their days have ended until the one at
which they begin. A free date in between adds a day. So people who keep to common hours have rested enough. A week of
at most five dates is longer than a limit only if one of them is longer than a fifth of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    case,
    distinct,
    false,
    func,
    literal_column,
    not_,
    or_,
    select,
    union_all,
)

from storage.column_types import DayNumber, Microseconds
from storage.pair_queries import as_scalar
from storage.pairs import DAY, Scope
from storage.tables import pairs

MINUTE = 60_000_000  # microseconds
A_DAY = 1440
FEW = 50  # people, whose records are read faster than looked at
MOST_PEOPLE = 5_000  # named in a query: PostgreSQL and SQLite take 32,766 values
WEDNESDAY, SATURDAY = 2, 5
_EPOCH = date(1970, 1, 1)
# Not as values, or SQLite would work out each sum again wherever it is named.
_MINUTE, _A_DAY = literal_column(str(MINUTE), BigInteger), literal_column(str(A_DAY * MINUTE), BigInteger)


class DayBounds(NamedTuple):
    """In which a day is fine at a glance: see the properties of `bot.rules.packs.Limits` with these names."""

    carefree: int
    enough: int
    longest_piece: int
    longest_day: int
    longest_span: int


class PersonBounds(NamedTuple):
    """In which a person's weeks and rests are fine at a glance: the shortest rest between days, the longest week and
    the shortest weekly rest. `mondays` are those of the weeks in question."""

    rest: int
    week: int | None
    weekly_rest: int
    mondays: Sequence[date]

    @property
    def night(self) -> int:
        """The shortest time between two dates that is enough, in microseconds. To the minute, what passed may be a
        minute less."""
        return (max(self.rest, self.weekly_rest - A_DAY) + 1) * MINUTE


class InDoubt(NamedTuple):
    """What has to be looked at: each work date (ISO 8601) with its person, and the people with all their dates."""

    days: Sequence[tuple[str, str]]
    people: frozenset[str]


def in_doubt(
    connection: Connection, scope: Scope, wide: Scope, of_day: DayBounds | None, of_person: PersonBounds | None
) -> InDoubt:
    """What has to be looked at, by the days of the scope; `wide` holds whole weeks. Without bounds of days or of
    people, none of them."""
    room = A_DAY * MINUTE - of_person.night if of_person else 0
    begins = _middle_of_days(connection, scope) - room // 2 if of_person else 0
    days, outside, may_be_long = list[tuple[str, str]](), set[str](), set[str]()
    for day, user_id, is_hard, is_outside, is_long in connection.execute(
        _unusual_days(scope, of_day, of_person, begins, begins + room)
    ):
        if is_hard:
            days.append((day, user_id))
        if is_outside:
            outside.add(user_id)
        if is_long:
            may_be_long.add(user_id)
    if of_person is None:
        return InDoubt(days, frozenset())
    people = _those(connection, wide, outside, lambda these: [_short_nights(these, of_person.night)])
    people |= _those(connection, wide, may_be_long, lambda these: list(_long_weeks(these, of_person)))
    return InDoubt(days, frozenset(people))


def minute(at: ColumnElement[Any]) -> ColumnElement[int]:
    """The instant in whole minutes since 1970."""
    return Microseconds(at) // _MINUTE


def _unusual_days(
    scope: Scope, of_day: DayBounds | None, of_person: PersonBounds | None, begins: int, ends: int
) -> Select[Any]:
    """The day and the person; whether the day is hard, outside the common hours, or may make a long week."""
    came, left = func.min(pairs.c.in_at), func.max(pairs.c.out_at)
    worked = func.sum(LENGTH)
    hard: ColumnElement[bool] = false()
    if of_day:
        span = minute(left) - minute(came)
        fine_with_a_break = and_(
            func.count() == 2,
            span - worked >= of_day.enough,
            worked <= of_day.longest_day,
            func.max(EXACT_OUT - EXACT_IN) <= of_day.longest_piece * MINUTE,
        )
        hard = or_(and_(worked > of_day.carefree, not_(fine_with_a_break)), span > of_day.longest_span)
    outside: ColumnElement[bool] = false()
    long: ColumnElement[bool] = false()
    if of_person:
        midnight = DayNumber(pairs.c.work_date) * _A_DAY
        outside = or_(Microseconds(came) < midnight + begins, Microseconds(left) > midnight + ends)
        if of_person.mondays and (of_person.week is not None or of_person.weekly_rest):
            long = pairs.c.work_date.in_(_weekends(scope))
            if of_person.week is not None:
                long = or_(long, worked * 5 > of_person.week)
    marks = [case((mark, 1), else_=0) for mark in (hard, outside, long)]
    of_whom = (pairs.c.work_date, pairs.c.user_id)
    query = select(as_scalar(pairs.c.work_date), pairs.c.user_id, *marks).where(*scope.holds())
    return query.group_by(*of_whom).having(or_(hard, outside, long))


def _middle_of_days(connection: Connection, scope: Scope) -> int:
    """Around which hour people work, in microseconds after midnight (UTC). The Wednesdays tell, if there are any."""
    days = _dates(scope)
    some = [day for day in days if day.weekday() == WEDNESDAY] or days
    ends = (func.avg(EXACT_IN), func.avg(EXACT_OUT))
    query = select(pairs.c.work_date, *ends).where(*scope.holds(on=some)).group_by(pairs.c.work_date)
    found = [
        int(came + left) // 2 - _midnight(day) for day, came, left in connection.execute(query) if left is not None
    ]
    return sum(found) // len(found) if found else A_DAY * MINUTE // 2


def _those(
    connection: Connection, scope: Scope, user_ids: Collection[str], of_these: Callable[[Scope], list[Select[Any]]]
) -> set[str]:
    """Those of these people whom the statements find, if they are so many that it is worth to ask."""
    if len(user_ids) <= FEW:
        return set(user_ids)
    these = replace(scope, user_ids=frozenset(user_ids)) if len(user_ids) <= MOST_PEOPLE else scope
    queries = of_these(these)
    return set(connection.scalars(union_all(*queries))) if queries else set()


def _short_nights(scope: Scope, night: int) -> Select[Any]:
    midnight = DayNumber(pairs.c.work_date) * _A_DAY
    between = A_DAY * MINUTE + func.min(EXACT_IN - midnight) - func.max(EXACT_OUT - midnight)
    return select(pairs.c.user_id).where(*scope.holds()).group_by(pairs.c.user_id).having(between < night)


def _long_weeks(scope: Scope, bounds: PersonBounds) -> Iterator[Select[Any]]:
    """Those of each week who worked longer than any limit, or had neither Saturday nor Sunday off."""
    for monday in bounds.mondays:
        sunday = min(monday, date.max - 6 * DAY) + 6 * DAY
        first, last = max(monday, scope.first), min(sunday, scope.last)
        who = select(pairs.c.user_id).group_by(pairs.c.user_id)
        if bounds.week is not None and first <= last:
            of_week = replace(scope, first=first, last=last)
            yield who.where(*of_week.holds()).having(func.sum(LENGTH) > bounds.week)
        if bounds.weekly_rest and first < last == sunday:
            weekend = replace(scope, first=sunday - DAY, last=sunday)
            yield who.where(*weekend.holds()).having(func.count(distinct(pairs.c.work_date)) == 2)


def _weekends(scope: Scope) -> list[date]:
    return [day for day in _dates(scope) if day.weekday() >= SATURDAY]


def _dates(scope: Scope) -> list[date]:
    return [scope.first + timedelta(days=number) for number in range((scope.last - scope.first).days + 1)]


def _midnight(day: date) -> int:
    """In UTC, in microseconds."""
    return (day - _EPOCH).days * A_DAY * MINUTE


EXACT_IN, EXACT_OUT = Microseconds(pairs.c.in_at), Microseconds(pairs.c.out_at)
LENGTH = minute(pairs.c.out_at) - minute(pairs.c.in_at)
