"""The holidays of a report's days: which of one person's days were one, and which there are at which offices."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date, timedelta

from bot.calendar.holiday_calendar import Holiday, HolidayCalendar
from bot.workspaces import holiday_calendars
from storage import offices, offices_of_people
from storage.database import Transaction
from storage.pairs import Scope

MOST_DAYS = timedelta(days=366)
"""Of a report that names its holidays. In a longer one, only days with records are marked."""


@dataclass(frozen=True, slots=True)
class HolidayAt:
    """`offices`: the names of those that have it. Empty: everybody in the report has it."""

    day: date
    holiday: Holiday
    offices: Sequence[str] = ()


@dataclass(frozen=True, slots=True)
class Holidays:
    """`unknown`: the first year of the report whose public holidays aren't known somewhere, and in which country."""

    listed: Sequence[HolidayAt] = field(default_factory=tuple)
    unknown: tuple[int, str] | None = None

    def on(self, day: date) -> Holiday | None:
        """The holiday on that day in a report about one person."""
        return next((one.holiday for one in self.listed if one.day == day), None)


def of_one(tx: Transaction, scope: Scope, user_id: str, days: Collection[date]) -> Holidays:
    """Of a report about one person with records on these days: a day's holiday is that of the office where they were;
    on a day without a record, that of the office of their latest one."""
    found = holiday_calendars.calendars(tx, scope.workspace_id, scope.first, scope.last)
    worked = [day for day in days if found.with_holidays_on([day])]
    at = offices_of_people.on_days(tx.connection, scope, worked) if worked else {}
    listed = {day: found.of(at.get(day)).on(day) for day in worked}
    if scope.last - scope.first > MOST_DAYS:
        return Holidays(_in_order(listed.items()))
    latest = offices_of_people.latest(tx.connection, scope.workspace_id, [user_id]) if found.by_office else {}
    calendar = found.of(latest.get(user_id))
    others = {day: holiday for day, holiday in calendar.within(scope.first, scope.last) if day not in set(days)}
    return Holidays(_in_order([*listed.items(), *others.items()]), _unknown([calendar], scope))


def of_offices(tx: Transaction, scope: Scope) -> Holidays:
    """Of a report about several people: those of one office, or of all that are in use."""
    if scope.last - scope.first > MOST_DAYS:
        return Holidays()
    found = holiday_calendars.calendars(tx, scope.workspace_id, scope.first, scope.last)
    if scope.office_id is not None:
        calendar = found.of(scope.office_id)
        return Holidays(_in_order(calendar.within(scope.first, scope.last)), _unknown([calendar], scope))
    if not found.by_office:
        return Holidays(_in_order(found.general.within(scope.first, scope.last)), _unknown([found.general], scope))
    names = {one.office_id: one.name for one in offices.in_use(tx.connection, scope.workspace_id)}
    by_day: dict[tuple[date, Holiday], list[str]] = defaultdict(list)
    for office_id, name in names.items():
        for key in found.of(office_id).within(scope.first, scope.last):
            by_day[key].append(name)
    listed = [
        HolidayAt(day, holiday, () if len(at) == len(names) else at)
        for (day, holiday), at in sorted(by_day.items(), key=lambda one: one[0][0])
    ]
    return Holidays(listed, _unknown([found.of(office_id) for office_id in names], scope))


def _in_order(found: Collection[tuple[date, Holiday | None]] | Iterator[tuple[date, Holiday]]) -> list[HolidayAt]:
    return [HolidayAt(day, holiday) for day, holiday in sorted(found, key=lambda one: one[0]) if holiday]


def _unknown(calendars: Sequence[HolidayCalendar], scope: Scope) -> tuple[int, str] | None:
    for year in range(scope.first.year, scope.last.year + 1):
        for calendar in calendars:
            if calendar.country and not calendar.knows(year):
                return year, calendar.country
    return None
