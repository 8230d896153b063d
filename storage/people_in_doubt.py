"""Whose rests or weeks aren't fine at a glance. The database looks, because reading a row takes much longer.

Between two work dates, somebody rests at least from the latest hour at which any of their days ended until the earliest
hour at which any began. A free date in between adds a day. So people who keep to the usual hours have rested enough.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import replace
from datetime import date
from typing import Any, NamedTuple

from sqlalchemy import (
    CTE,
    BigInteger,
    ColumnElement,
    Connection,
    Select,
    and_,
    column,
    distinct,
    func,
    literal_column,
    or_,
    select,
    union_all,
    values,
)

from storage.column_types import Day, DayNumber, Microseconds
from storage.pairs import DAY, Scope
from storage.tables import pairs

MINUTE = 60_000_000  # microseconds
A_DAY = 1440
FEW = 50  # people, who are found faster by their ids than among all
_EPOCH = date(1970, 1, 1)
# Not as values, or SQLite would work out each sum again wherever it is named.
_MINUTE, _A_DAY = literal_column(str(MINUTE), BigInteger), literal_column(str(A_DAY * MINUTE), BigInteger)


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


def people_in_doubt(connection: Connection, scope: Scope, bounds: PersonBounds) -> frozenset[str]:
    """Whose records of the scope have to be looked at."""
    found = set(connection.scalars(union_all(*weeks))) if (weeks := list(_long_weeks(scope, bounds))) else set()
    if scope.user_ids is None:
        others = _out_of_common_hours(connection, scope, bounds.night)
        if not others:
            return frozenset(found)
        if len(others) <= FEW:
            scope = replace(scope, user_ids=frozenset(others))
    return frozenset(found | set(connection.scalars(_short_nights(scope, bounds.night))))


def minute(at: ColumnElement[Any]) -> ColumnElement[int]:
    """The instant in whole minutes since 1970."""
    return Microseconds(at) // _MINUTE


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
            # To the minute, each record may be a minute longer.
            longest = func.sum(EXACT_OUT - EXACT_IN) + func.count() * _MINUTE
            yield who.where(*of_week.holds()).having(longest > bounds.week * MINUTE)
        if bounds.weekly_rest and first < last == sunday:
            weekend = replace(scope, first=sunday - DAY, last=sunday)
            yield who.where(*weekend.holds()).having(func.count(distinct(pairs.c.work_date)) == 2)


def _out_of_common_hours(connection: Connection, scope: Scope, night: int) -> set[str]:
    """Who began earlier or ended later than the hours around everybody's middle of the day that leave such a night."""
    room = A_DAY * MINUTE - night
    earliest, latest, middles = A_DAY * MINUTE, -A_DAY * MINUTE, list[int]()
    hours = [func.min(EXACT_IN), func.max(EXACT_OUT), func.avg(EXACT_IN), func.avg(EXACT_OUT)]
    by_day = select(pairs.c.work_date, *hours).where(*scope.holds()).group_by(pairs.c.work_date)
    for day, first_in, last_out, usual_in, usual_out in connection.execute(by_day):
        midnight = _midnight(day)
        earliest = min(earliest, first_in - midnight)
        if last_out is not None:
            latest = max(latest, last_out - midnight)
            middles.append(int(usual_in + usual_out) // 2 - midnight)
    if not middles or latest - earliest <= room:
        return set()
    begins = sum(middles) // len(middles) - room // 2
    days = _days(scope)
    outside = or_(EXACT_IN - days.c.midnight < begins, EXACT_OUT - days.c.midnight > begins + room)
    here = [pairs.c.workspace_id == scope.workspace_id, pairs.c.deleted_at.is_(None)]
    # An outer join, so that SQLite goes from day to day.
    beside = days.outerjoin(pairs, and_(pairs.c.work_date == days.c.day, *here, outside))
    who = select(pairs.c.user_id).distinct().select_from(beside)
    return {user_id for user_id in connection.scalars(who) if user_id}


def _days(scope: Scope) -> CTE:
    """The days of the scope with their midnights, so that the database needn't work them out for each record."""
    days = [scope.first + number * DAY for number in range((scope.last - scope.first).days + 1)]
    columns = (column("day", Day), column("midnight", BigInteger))
    return values(*columns, name="days").data([(day, _midnight(day)) for day in days]).cte("days")


def _midnight(day: date) -> int:
    """In UTC, in microseconds."""
    return (day - _EPOCH).days * A_DAY * MINUTE


EXACT_IN, EXACT_OUT = Microseconds(pairs.c.in_at), Microseconds(pairs.c.out_at)
LENGTH = minute(pairs.c.out_at) - minute(pairs.c.in_at)
