"""Which days are free at a place: its public holidays, and the days that its admins set themselves."""

from __future__ import annotations

from collections.abc import Collection, Hashable, Iterator, Mapping
from dataclasses import dataclass, field
from datetime import date, datetime
from zoneinfo import ZoneInfo

from bot.calendar.public_holidays import PublicHoliday, public_holidays
from bot.calendar.working_hours import WorkingHours
from storage.own_days import OwnDay, Part


@dataclass(frozen=True, slots=True)
class Holiday:
    """A public holiday or an own day; `is_half`: people work the first half of their hours.

    `name` is English, or as admins called an own day. `public`: the country, region and day of a public one.
    """

    name: str
    is_half: bool = False
    public: tuple[str, str | None, date] | None = field(default=None, compare=False)


@dataclass(frozen=True, slots=True)
class HolidayCalendar:
    """Of an office, or of people without one. Codes of ISO 3166-1 and 3166-2; without a country, only own days."""

    country: str | None = None
    region: str | None = None
    own: Mapping[date, OwnDay] = field(default_factory=dict)

    @property
    def days_off(self) -> Hashable:
        """The same for calendars in which the same days are free, whatever they are called."""
        return self.country, self.region, frozenset((day, own.part) for day, own in self.own.items())

    def on(self, day: date, works: Collection[int] | None = None) -> Holiday | None:
        """The holiday on that day. An own day comes before a public one.

        `works`: the days of the week on which somebody works (0 is Monday). A day off in place of a holiday that was on
        one of these is none for them: they had the holiday itself. None: any day off counts.
        """
        if own := self.own.get(day):
            return None if own.part is Part.NONE else Holiday(own.name, own.part is Part.HALF)
        found = self._public(day)
        if found is None or (found.replaces and works is not None and found.replaces.weekday() in works):
            return None
        return Holiday(found.name, public=(self.country, self.region, day) if self.country else None)

    def within(self, first: date, last: date) -> Iterator[tuple[date, Holiday]]:
        """The holidays of those days, in order."""
        days = {day for day in self.own if first <= day <= last}
        for year in range(first.year, last.year + 1) if self.country else ():
            days |= {day for day in self._public_of(year) if first <= day <= last}
        for day in sorted(days):
            if holiday := self.on(day):
                yield day, holiday

    def knows(self, year: int) -> bool:
        """Whether the public holidays of that year are known, or none are asked for."""
        return self.country is None or public_holidays(self.country, self.region, year) is not None

    def hours_on(self, hours: WorkingHours, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """From when until when somebody with these working hours is expected, as `WorkingHours.on`: not on a holiday,
        and on half a one in the first half of their hours."""
        if (times := hours.on(day, zone)) is None or (holiday := self.on(day, hours.days)) is None:
            return times
        starts, ends = times
        return (starts, starts + (ends - starts) / 2) if holiday.is_half else None  # by the clock, which has one zone

    def _public(self, day: date) -> PublicHoliday | None:
        return self._public_of(day.year).get(day) if self.country else None

    def _public_of(self, year: int) -> Mapping[date, PublicHoliday]:
        return (public_holidays(self.country, self.region, year) if self.country else None) or {}
