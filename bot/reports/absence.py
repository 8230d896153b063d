"""Who is neither in nor on a break: expected and not in yet, or gone again today."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from bot.calendar.holiday_calendar import HolidayCalendar
from bot.calendar.working_hours import WorkingHours, parse_working_hours
from bot.calendar.worktime import work_date, zone_named
from bot.workspaces import holiday_calendars, workspace_settings
from storage import absence, people, teams
from storage.absence import Absent, Schedule, Start, Starts
from storage.database import Transaction

T = TypeVar("T")

MOST_LISTED = 150
"""More than fit into a paragraph. The rest is counted."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who isn't in: expected and not in yet, or gone again today.

    Both times are in their zone. `left_at` is their last clock-out of the day, `expected_at` is None if they had no
    working hours now.
    """

    user_id: str
    name: str
    expected_at: datetime | None
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class Some(Generic[T]):
    """The first of so many."""

    count: int
    first: Sequence[T]


def missing(tx: Transaction, workspace_id: str, whose: Collection[str] | None) -> tuple[Some[Missing], Some[Missing]]:
    """Who is expected and not in yet, and who was here today and has left. The database counts both."""
    zone, teams_have_hours = (
        people.workspace_zone(tx.connection, workspace_id),
        teams.hours(tx.connection, workspace_id),
    )
    of_all = workspace_settings.in_force(tx, workspace_id).working_hours
    general, places = HolidayCalendar(), list[tuple[HolidayCalendar, Sequence[str]]]()
    if teams_have_hours or of_all:
        general, places = _calendars(tx, workspace_id)
    offices = [office_ids for _, office_ids in places]
    these = absence.Whose(workspace_id, zone, whose, tx.now, bool(teams_have_hours), offices)
    counts = absence.counts(tx.connection, these)
    if not counts:
        return Some(0, []), Some(0, [])
    by_place = [general, *(calendar for calendar, _ in places)]
    starts = {
        schedule: _start(_hours(schedule, of_all), by_place[schedule.place], zone_named(schedule.zone), tx.now)
        for schedule in counts
    }
    left = absence.left(tx.connection, these, starts, MOST_LISTED)
    count = sum(counts[schedule] for schedule, start in starts.items() if start.is_expected) - left.expected
    first = absence.not_in_yet(tx.connection, these, starts, MOST_LISTED) if count else []
    return Some(count, _listed(first, starts)), Some(left.number, _listed(left.first, starts))


def _calendars(
    tx: Transaction, workspace_id: str
) -> tuple[HolidayCalendar, list[tuple[HolidayCalendar, Sequence[str]]]]:
    """The general one, and those of offices where a day of now is a holiday anywhere: only then it takes the office of
    everybody's latest record."""
    today = tx.now.date()
    days = [today + timedelta(days=away) for away in (-2, -1, 0, 1)]  # today and yesterday, in any zone
    found = holiday_calendars.calendars(tx, workspace_id, days[0], days[-1])
    return found.general, found.places() if found.with_holidays_on(days) else []


def _listed(found: Sequence[Absent], starts: Starts) -> list[Missing]:
    listed = []
    for one in sorted(found, key=lambda one: (one.name.casefold(), one.user_id)):
        start, local = starts[one.schedule], zone_named(one.schedule.zone)
        expected_at = start.at.astimezone(local) if start.is_expected else None
        listed.append(Missing(one.user_id, one.name, expected_at, one.left_at and one.left_at.astimezone(local)))
    return listed


def _hours(schedule: Schedule, of_all: WorkingHours | None) -> WorkingHours | None:
    if not schedule.is_member:
        return None
    return parse_working_hours(schedule.team_hours) if schedule.team_hours else of_all


def _start(hours: WorkingHours | None, calendar: HolidayCalendar, zone: ZoneInfo, now: datetime) -> Start:
    if hours and (times := _expected(hours, calendar, zone, now)):
        return Start(times[0].astimezone(UTC), is_expected=True)
    today = now.astimezone(zone).date()
    midnight = datetime(today.year, today.month, today.day, tzinfo=zone).astimezone(UTC)
    return Start(midnight - timedelta(microseconds=1), is_expected=False)  # the last instant before today


def _expected(
    hours: WorkingHours, calendar: HolidayCalendar, zone: ZoneInfo, now: datetime
) -> tuple[datetime, datetime] | None:
    """The hours during which somebody in that zone is expected at this instant, also those of a night shift that began
    yesterday. None if they aren't expected."""
    today = work_date(now, zone)
    for day in (today, today - timedelta(days=1)):
        if (times := calendar.hours_on(hours, day, zone)) and times[0] <= now < times[1]:
            return times
    return None
