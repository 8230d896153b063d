"""Reports: days in several zones, breaks, and clock-ins that nobody ended."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from time import process_time

import pytest

from bot.attendance import recording, rules
from bot.attendance.recording import NewRecord
from bot.calendar.ranges import DateRange
from bot.people import teams_and_offices
from bot.reports import worked_time
from bot.reports.worked_time import Report
from bot.runtime.services import Services
from storage.database import Database
from tests.builders import ADMIN, utc, workplace
from tests.conftest import Clock

ANA, BEN = "U0ANA", "U0BEN"
MONDAY = DateRange(date(2026, 11, 23), date(2026, 11, 23))
HOUR = timedelta(hours=1)
OFTEN_CHANGED = [
    "Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Gaza", "Africa/Cairo", "Africa/Casablanca",
    "Australia/Lord_Howe", "Asia/Tehran", "America/Havana",
]  # fmt: skip


@pytest.fixture
async def services(database: Database, clock: Clock) -> Services:
    clock.set("2026-11-23T20:00")
    opened = await workplace(database, {ANA: "Europe/Berlin", BEN: "Europe/Berlin"})
    await teams_and_offices.set_office(opened, ADMIN, "ny", "New York", "America/New_York")
    await teams_and_offices.set_office(opened, ADMIN, "hq", "Berlin", "Europe/Berlin")
    return opened


async def record(services: Services, start: str, end: str, office: str | None = None, day: str = "2026-11-23") -> None:
    """A record of Ana's, by instants (UTC)."""
    new = NewRecord(ANA, utc(f"{day}T{start}"), utc(f"{day}T{end}"), date(2026, 11, 23), office)
    await recording.record(services, ADMIN, new)


async def monday(services: Services, office: str | None = None, user_id: str = ANA) -> Report:
    around = await worked_time.caller_context(services, ADMIN)
    chosen = next((one for one in around.offices if one.office_id == office), None)
    return await worked_time.worked_time(services, ADMIN, MONDAY, [user_id], chosen)


async def test_a_day_in_several_zones_begins_in_the_first_and_ends_in_the_last(services: Services) -> None:
    await record(services, "12:30", "14:30", "ny")
    await record(services, "08:00", "10:00", "hq")
    (day,) = (await monday(services)).days_of_one or ()
    assert (day.first.clock_in.at, day.first.clock_in.zone) == (utc("2026-11-23T08:00"), "Europe/Berlin")
    assert day.last.clock_out is not None
    assert (day.last.clock_out.at, day.last.clock_out.zone) == (utc("2026-11-23T14:30"), "America/New_York")
    assert (day.worked, day.breaks, day.pairs) == (4 * HOUR, 2.5 * HOUR, 2)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_all_days_of_the_calendar_are_reported_in_a_moment(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Also in a ledger that has days from before the clocks were kept, in many zones."""
    monkeypatch.setattr(rules, "FIRST_DAY", date.min)  # as when earlier versions wrote them
    for number, zone in enumerate(OFTEN_CHANGED):
        await teams_and_offices.set_office(services, ADMIN, f"o{number}", f"Office {number}", zone)
        for first in (datetime(2, 1, 2 + number, 8, tzinfo=UTC), datetime(2026, 10, 24 - number, 20, tzinfo=UTC)):
            await recording.record(services, ADMIN, NewRecord(ANA, first, first + 8 * HOUR, None, f"o{number}"))
    began = process_time()
    report = await worked_time.worked_time(services, ADMIN, DateRange(date.min, date.max))
    assert process_time() - began < 2
    assert report.total == 2 * len(OFTEN_CHANGED) * 8 * HOUR
    assert [(change.zone.key, str(change.day)) for change in report.clock_changes] == [("Europe/Berlin", "2026-10-25")]


async def test_breaks_are_the_gaps_between_neighbouring_pairs(services: Services) -> None:
    for start, end in (("08:00", "10:00"), ("10:00", "11:00"), ("11:30", "12:00"), ("13:00", "16:00")):
        await record(services, start, end)
    (day,) = (await monday(services)).days_of_one or ()
    assert day.breaks == timedelta(minutes=90)


async def test_the_gap_before_an_open_clock_in_is_a_break_too(services: Services) -> None:
    await record(services, "08:00", "10:00")
    await record(services, "10:15", "12:00")
    await recording.clock_in(services, ADMIN, ANA, at=utc("2026-11-23T13:00"))
    (day,) = (await monday(services)).days_of_one or ()
    assert (day.worked, day.breaks) == (timedelta(hours=3, minutes=45), timedelta(minutes=75))


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_gaps_that_other_offices_fill_are_no_breaks(services: Services) -> None:
    await record(services, "08:00", "10:00", "hq")
    await record(services, "10:00", "12:00")
    await record(services, "12:00", "14:00", "hq")
    await record(services, "14:30", "15:30", "hq")
    report = await monday(services, office="hq")
    (day,) = report.days_of_one or ()
    assert (day.worked, day.breaks, day.pairs) == (5 * HOUR, HOUR / 2, 3)
    assert report.people[0].breaks == HOUR / 2


async def test_days_are_in_order_even_with_work_dates_entered_by_hand(services: Services) -> None:
    await record(services, "22:00", "23:00", day="2026-11-22")  # entered for Monday
    new = NewRecord(ANA, utc("2026-11-22T08:00"), utc("2026-11-22T09:00"), date(2026, 11, 22))
    await recording.record(services, ADMIN, new)
    await record(services, "01:30", "02:30")
    weekend = DateRange(date(2026, 11, 21), date(2026, 11, 23))
    days = (await worked_time.worked_time(services, ADMIN, weekend, [ANA])).days_of_one or ()
    assert [(str(day.work_date), day.pairs) for day in days] == [("2026-11-22", 1), ("2026-11-23", 2)]
    assert days[1].breaks == 2.5 * HOUR


async def test_a_clock_in_that_nobody_ended_is_unresolved_and_not_still_in(services: Services, clock: Clock) -> None:
    clock.set("2026-11-23T08:00")
    await recording.clock_in(services, ADMIN, ANA)
    clock.advance(hours=1)
    await recording.clock_in(services, ADMIN, BEN)
    clock.set("2026-11-24T08:00")
    both = await worked_time.worked_time(services, ADMIN, MONDAY)
    assert ([pair.user_id for pair in both.still_in], both.unresolved) == ([ANA, BEN], [])
    clock.advance(minutes=1)
    both = await worked_time.worked_time(services, ADMIN, MONDAY)
    assert [pair.user_id for pair in both.still_in] == [BEN]
    assert [pair.user_id for pair in both.unresolved] == [ANA]
