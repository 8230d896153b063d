"""The holidays of each office, and of people without one; and whose calendar counts for whom."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Hashable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta
from itertools import islice

from bot.calendar.holiday_calendar import Holiday, HolidayCalendar
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import offices, offices_of_people, own_days
from storage.database import Transaction
from storage.own_days import OwnDay

ONE_YEAR, NEXT_SHOWN = timedelta(days=366), 3


@dataclass(frozen=True, slots=True)
class Calendars:
    """By office id. `general` is for people without an office, and for records without one."""

    by_office: Mapping[str, HolidayCalendar]
    general: HolidayCalendar

    def of(self, office_id: str | None) -> HolidayCalendar:
        """The calendar of an office, or the general one for None."""
        return self.by_office.get(office_id, self.general) if office_id else self.general

    def with_holidays_on(self, days: Collection[date]) -> bool:
        """Whether any of these days is a holiday anywhere, half ones included."""
        return any(one.on(day) for one in (self.general, *self.by_office.values()) for day in days)

    def places(self) -> list[tuple[HolidayCalendar, Sequence[str]]]:
        """The calendars besides the general one, each with its offices by id: many offices share a few calendars."""
        found: dict[Hashable, list[str]] = defaultdict(list)
        for office_id, calendar in self.by_office.items():
            found[calendar.days_off].append(office_id)
        return [(self.by_office[office_ids[0]], office_ids) for office_ids in found.values()]


@dataclass(frozen=True, slots=True)
class PeoplesCalendars:
    """The calendar of each person: that of the office of their latest record, else the general one."""

    calendars: Calendars
    offices: Mapping[str, str | None]

    def of(self, user_id: str) -> HolidayCalendar:
        """The person's calendar."""
        return self.calendars.of(self.offices.get(user_id))


def calendars(tx: Transaction, workspace_id: str, first: date, last: date) -> Calendars:
    """Every office's calendar, with the own days from `first` to `last`. An office without a country has the
    workspace's, with its region. Takes three statements."""
    own: dict[str, dict[date, OwnDay]] = defaultdict(dict)
    for one in own_days.of_workspace(tx.connection, workspace_id, first, last):
        own[one.office_id][one.day] = one
    chosen = workspace_settings.in_force(tx, workspace_id)
    general = HolidayCalendar(chosen.country, chosen.region)
    by_office = {}
    for office in offices.all_of(tx.connection, workspace_id):
        country, region = (office.country, office.region) if office.country else (chosen.country, chosen.region)
        if own[office.office_id] or (country, region) != (chosen.country, chosen.region):
            by_office[office.office_id] = HolidayCalendar(country, region, own[office.office_id])
    return Calendars(by_office, general)


def calendars_of_people(
    tx: Transaction, workspace_id: str, user_ids: Collection[str], days: Collection[date]
) -> PeoplesCalendars:
    """For these people and days. Asks for people's offices only if one of the days is a holiday somewhere, and some
    office has a calendar of its own."""
    if not days:
        return PeoplesCalendars(Calendars({}, HolidayCalendar()), {})
    found = calendars(tx, workspace_id, min(days), max(days))
    if not (found.by_office and user_ids and found.with_holidays_on(days)):
        return PeoplesCalendars(found, {})
    return PeoplesCalendars(found, offices_of_people.latest(tx.connection, workspace_id, user_ids))


async def year_of_office(
    services: Services, workspace_id: str, office_id: str, year: int
) -> tuple[list[tuple[date, Holiday]], bool]:
    """The office's holidays of that year, and whether its public ones are known. Raises ValueError for no year."""
    first, last = date(year, 1, 1), date(year, 12, 31)

    def read(tx: Transaction) -> tuple[list[tuple[date, Holiday]], bool]:
        found = calendars(tx, workspace_id, first, last).of(office_id)
        return list(found.within(first, last)), found.knows(year)

    return await services.database.read(read)


async def next_of_office(services: Services, workspace_id: str, office_id: str) -> list[tuple[date, Holiday]]:
    """The next few holidays of the office, today's included."""

    def read(tx: Transaction) -> list[tuple[date, Holiday]]:
        today = tx.now.date()
        found = calendars(tx, workspace_id, today, today + ONE_YEAR).of(office_id)
        return list(islice(found.within(today, today + ONE_YEAR), NEXT_SHOWN))

    return await services.database.read(read)
