"""Working hours as admins type them."""

from __future__ import annotations

from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from bot.calendar.working_hours import WeeklyTime, WorkingHours, parse_weekly_time, parse_working_hours
from bot.errors import NotReadable

BERLIN = ZoneInfo("Europe/Berlin")
MONDAY = date(2026, 11, 23)


@pytest.mark.parametrize(
    ("typed", "kept"),
    [
        ("mon-fri 09:00-17:00", "mon-fri 09:00-17:00"),
        ("Monday – Friday 9:00 to 17:30", "mon-fri 09:00-17:30"),
        ("fri, mon,WED 8:00–12:30", "mon,wed,fri 08:00-12:30"),
        ("mon wed fri 09:00-17:00", "mon,wed,fri 09:00-17:00"),
        ("mon - wed fri 09:00-17:00", "mon-wed,fri 09:00-17:00"),
        ("tues, thurs 9:00-17:00", "tue,thu 09:00-17:00"),
        ("sat-mon 22:00-06:00", "mon,sat-sun 22:00-06:00"),
        ("sun 10:00-14:00", "sun 10:00-14:00"),
    ],
)
def test_working_hours_are_read_as_typed_and_kept_in_one_form(typed: str, kept: str) -> None:
    assert str(parse_working_hours(typed)) == kept
    assert parse_working_hours(kept) == parse_working_hours(typed)


@pytest.mark.parametrize(
    "typed",
    [
        "",
        "mon-fri",
        "9-5",
        "mon-fri 09:00",
        "xyz 09:00-17:00",
        "mo 09:00-17:00",
        "mon-fri 25:00-26:00",
        "mon-fri 09:00-09:00",
        "mon--fri 09:00-17:00",
        "mon-wed-fri 09:00-17:00",
        "monfri 09:00-17:00",
        "mon to fri 09:00-17:00",
        "saturday and sunday 9:00-12:00",
    ],
)
def test_unreadable_working_hours_are_refused(typed: str) -> None:
    with pytest.raises(NotReadable):
        parse_working_hours(typed)


def test_a_night_shift_ends_on_the_day_after_and_a_day_off_has_no_hours() -> None:
    nights = WorkingHours(frozenset({0}), time(22), time(6))

    found = nights.on(MONDAY, BERLIN)

    assert found is not None
    assert [at.isoformat() for at in found] == ["2026-11-23T22:00:00+01:00", "2026-11-24T06:00:00+01:00"]
    assert nights.on(date(2026, 11, 24), BERLIN) is None


def test_a_time_of_the_week_is_read_and_kept() -> None:
    assert parse_weekly_time("Monday 9:00") == WeeklyTime(0, time(9))
    assert str(parse_weekly_time("fri 16:30")) == "fri 16:30"


@pytest.mark.parametrize("typed", ["", "mon", "09:00", "mon 9", "mon 24:00", "someday 09:00"])
def test_an_unreadable_time_of_the_week_is_refused(typed: str) -> None:
    with pytest.raises(NotReadable):
        parse_weekly_time(typed)
