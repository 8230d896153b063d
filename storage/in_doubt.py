"""Which days, rests and weeks aren't fine at a glance, among everybody's. The database looks once at each record of a
day: reading a row takes much longer.

Between two work dates, somebody rests at least from the hour by which all of their days have ended until the one at
which they begin. A free date in between adds a day. So people who keep to common hours have rested enough. A week of
at most five dates is longer than a limit only if one of them is longer than a fifth of it.
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator, Mapping, Sequence
from dataclasses import replace
from datetime import date, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    BigInteger,
    ColumnElement,
    Connection,
    Integer,
    Select,
    and_,
    bindparam,
    case,
    cast,
    distinct,
    func,
    literal_column,
    not_,
    or_,
    select,
    union_all,
)

from storage.column_types import Day, DayNumber, Microseconds
from storage.pairs import DAY, Scope
from storage.prepared import Prepared
from storage.tables import pairs

MINUTE = 60_000_000  # microseconds
A_DAY = 1440
FEW = 50  # people, whose records are read faster than looked at again
NEVER = 10**9  # minutes, which nothing reaches
DAYS_TOGETHER = 7  # in a statement
MOST_PEOPLE = 5_000  # named in a query: PostgreSQL and SQLite take 32,766 values
WEDNESDAY, SATURDAY = 2, 5
_EPOCH, _NO_DAY = date(1970, 1, 1), date.max
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
    def asks_of_weeks(self) -> bool:
        """Whether any limit of weeks holds."""
        return bool(self.mondays) and (self.week is not None or self.weekly_rest > 0)

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
    """What has to be looked at of everybody in the workspace, by the days of the scope; `wide` holds whole weeks.
    Without bounds of days or of people, none of them."""
    bounds = _Bounds.of(connection, scope, of_day, of_person)
    by_weeks = of_person is not None and of_person.asks_of_weeks
    days, outside, may_be_long = list[tuple[str, str]](), set[str](), set[str]()
    for some in _together(scope):
        for place, user_id, is_hard, is_outside, is_long in _UNUSUAL.rows(connection, bounds.on(some, by_weeks)):
            if is_hard:
                days.append((str(some[place]), user_id))
            if is_outside:
                outside.add(user_id)
            if is_long or (by_weeks and some[place].weekday() >= SATURDAY):
                may_be_long.add(user_id)
    if of_person is None:
        return InDoubt(days, frozenset())
    for day in _dates(_days_before(scope)):
        outside |= {row[0] for row in _OUTSIDE.rows(connection, bounds.of_day(day))}
    people = _those(connection, wide, outside, lambda these: [_short_nights(these, of_person.night)])
    people |= _those(connection, wide, may_be_long, lambda these: list(_long_weeks(these, of_person)))
    return InDoubt(days, frozenset(people))


def minute(at: ColumnElement[Any]) -> ColumnElement[int]:
    """The instant in whole minutes since 1970."""
    return Microseconds(at) // _MINUTE


class _Bounds(NamedTuple):
    """The values of the statements, in microseconds. `begins` and `ends` are those of the common hours, after
    midnight."""

    workspace_id: str
    begins: int
    ends: int
    general: Mapping[str, int]

    @classmethod
    def of(
        cls, connection: Connection, scope: Scope, of_day: DayBounds | None, of_person: PersonBounds | None
    ) -> _Bounds:
        day = of_day or DayBounds(NEVER, 0, NEVER, NEVER, NEVER)
        begins, ends, long = -NEVER * MINUTE, NEVER * MINUTE, NEVER * MINUTE
        if of_person:
            room = A_DAY * MINUTE - of_person.night
            begins = _middle_of_days(connection, scope) - room // 2
            ends = begins + room
            if of_person.asks_of_weeks and of_person.week is not None:
                long = of_person.week * MINUTE // 5
        two = 2 * _A_RECORD
        general = {
            "long_piece": day.longest_piece * MINUTE,
            "span": day.longest_span * MINUTE,
            "two": two,
            "two_long": two + min(day.longest_day * MINUTE - MINUTE, long, _A_RECORD - 1),
            "two_enough": day.enough * MINUTE - two,
            "carefree": min(day.carefree * MINUTE, long),
            "long": long,
        }
        return cls(scope.workspace_id, begins, ends, general)

    def on(self, days: Sequence[date], by_weeks: bool) -> dict[str, Any]:
        """Of `_UNUSUAL`."""
        found = {"workspace": self.workspace_id, **self.general}
        for place in range(DAYS_TOGETHER):
            day = days[place] if place < len(days) else _NO_DAY
            is_asked = by_weeks and place < len(days) and day.weekday() >= SATURDAY
            found |= {f"{name}_{place}": value for name, value in self._of(day).items()}
            found[f"all_{place}"] = int(is_asked)
        return found

    def of_day(self, day: date) -> dict[str, Any]:
        """Of `_OUTSIDE`."""
        return {"workspace": self.workspace_id, **self._of(day)}

    def _of(self, day: date) -> dict[str, Any]:
        midnight = (day - _EPOCH).days * A_DAY * MINUTE  # UTC
        return {"day": day, "begins": midnight + self.begins, "ends": midnight + self.ends}


def _unusual(place: int) -> Select[Any]:
    """Of the day with that place: whose is hard, outside the common hours, or may make a long week; and everybody, on
    a weekend that counts. To the minute, work may be a minute longer for each record after the first.

    One sum holds the number of records, how long they are together, and how many are too long by themselves: each
    further one would take SQLite as long as going through all records.
    """
    length = EXACT_OUT - EXACT_IN
    too_long = case((length > _value("long_piece"), _A_LONG_ONE), else_=0)
    sums = select(
        pairs.c.user_id,
        Microseconds(func.min(pairs.c.in_at)).label("came"),
        Microseconds(func.max(pairs.c.out_at)).label("left"),
        cast(func.sum(length + _RECORD + too_long), BigInteger).label("sum"),
    )
    on_day = pairs.c.work_date == bindparam(f"day_{place}", type_=Day)
    here = (pairs.c.workspace_id == bindparam("workspace"), pairs.c.deleted_at.is_(None), on_day)
    of = sums.where(*here).group_by(pairs.c.user_id).subquery()
    span = of.c.left - of.c.came
    most = of.c.sum % _RECORD + (of.c.sum // _RECORD - 1) * _MINUTE
    has_a_break = and_(
        of.c.sum >= _value("two"), of.c.sum <= _value("two_long"), span - of.c.sum >= _value("two_enough")
    )
    is_easy = and_(span <= _value("span"), or_(has_a_break, most <= _value("carefree")))
    is_common = and_(of.c.came >= _value(f"begins_{place}"), of.c.left <= _value(f"ends_{place}"))
    marks = [case((mark, 0), else_=1) for mark in (is_easy, is_common, most <= _value("long"))]
    asked = or_(not_(and_(is_common, is_easy)), _value(f"all_{place}") == 1)
    return select(literal_column(str(place), Integer), of.c.user_id, *marks).where(asked)


def _value(name: str) -> ColumnElement[int]:
    return bindparam(name, type_=BigInteger)


def _together(scope: Scope) -> Iterator[list[date]]:
    """The days of the scope, as many at a time as `_UNUSUAL` looks at."""
    days = _dates(scope)
    for first in range(0, len(days), DAYS_TOGETHER):
        yield days[first : first + DAYS_TOGETHER]


def _days_before(scope: Scope) -> Scope:
    """Those from which somebody may still have to rest."""
    first, last = (date.fromordinal(max(scope.first.toordinal() - away, 1)) for away in (2, 1))
    return replace(scope, first=first, last=last)


def _middle_of_days(connection: Connection, scope: Scope) -> int:
    """Around which hour people work, in microseconds after midnight (UTC). Some records of each Wednesday tell, or of
    any day."""
    days, times = _dates(scope), list[int]()
    for day in [day for day in days if day.weekday() == WEDNESDAY] or days:
        found = _SOME.rows(connection, {"workspace": scope.workspace_id, "day": day})
        times += [(came + left) // 2 - (day - _EPOCH).days * A_DAY * MINUTE for came, left in found if left]
    return sum(times) // len(times) if times else A_DAY * MINUTE // 2


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


def _dates(scope: Scope) -> list[date]:
    return [scope.first + timedelta(days=number) for number in range((scope.last - scope.first).days + 1)]


_A_RECORD, _A_LONG_ONE = 10**12, 10**17
"""In the sum of a day: a record, which is shorter in microseconds; and one that is too long, as few can be."""
_RECORD = literal_column(str(_A_RECORD), BigInteger)
_HERE = (
    pairs.c.workspace_id == bindparam("workspace"),
    pairs.c.deleted_at.is_(None),
    pairs.c.work_date == bindparam("day", type_=Day),
)
EXACT_IN, EXACT_OUT = Microseconds(pairs.c.in_at), Microseconds(pairs.c.out_at)
LENGTH = minute(pairs.c.out_at) - minute(pairs.c.in_at)
_TIMES: Sequence[ColumnElement[Any]] = (EXACT_IN, EXACT_OUT)
_SOME = Prepared(select(*_TIMES).where(*_HERE).limit(25))
_OUTSIDE = Prepared(select(pairs.c.user_id).where(*_HERE, or_(_value("begins") > EXACT_IN, _value("ends") < EXACT_OUT)))
_UNUSUAL = Prepared(union_all(*map(_unusual, range(DAYS_TOGETHER))))
"""Day by day, because SQLite then goes through an index with the least to compare."""
