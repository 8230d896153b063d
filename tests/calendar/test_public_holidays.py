"""Public holidays by place, and the days that an office sets itself."""

from __future__ import annotations

import subprocess
import sys
from datetime import date, time
from zoneinfo import ZoneInfo

import pytest

from bot.calendar.holiday_calendar import Holiday, HolidayCalendar
from bot.calendar.own_days import DayOff, as_lines, parse_own_days
from bot.calendar.public_holidays import country_code, place_of, public_holidays, region_code
from bot.calendar.working_hours import parse_working_hours
from bot.errors import NotAnOwnDay, RegionWithoutCountry, UnknownCountry, UnknownRegion
from storage.own_days import OwnDay, Part
from tests.conftest import ROOT

BERLIN = ZoneInfo("Europe/Berlin")
OFFICE_HOURS = parse_working_hours("mon-fri 09:00-17:00")
WEEKDAYS, WITH_SATURDAY = OFFICE_HOURS.days, parse_working_hours("mon-sat 09:00-17:00").days


@pytest.mark.parametrize(
    ("typed", "code"),
    [
        ("DE", "DE"),
        (" de ", "DE"),
        ("DEU", "DE"),
        ("germany", "DE"),
        ("UK", "GB"),
        ("United  Kingdom", "GB"),
        ("NO", "NO"),
    ],
)
def test_a_country_is_read_from_its_codes_and_its_name(typed: str, code: str) -> None:
    assert country_code(typed) == code


def test_a_place_that_the_library_lacks_is_refused_with_what_may_be_meant() -> None:
    with pytest.raises(UnknownCountry) as refused:
        country_code("Germny")
    assert refused.value.likely == ["Germany"]
    for lacking in ("ZZ", "", "DE-BY", "🏴", "x" * 10_000):
        with pytest.raises(UnknownCountry):
            country_code(lacking)
    with pytest.raises(UnknownRegion) as region:
        region_code("DE", "Tyrol")
    assert (region.value.country, region.value.known[:3]) == ("Germany", ["BB", "BE", "BW"])
    with pytest.raises(UnknownRegion):
        region_code("DE", "Augsburg")  # a city; ISO 3166-2 has none
    with pytest.raises(RegionWithoutCountry):
        place_of(None, "BY")
    assert (place_of("Germany", "DE-BY"), place_of("de", "bayern")) == (("DE", "BY"), ("DE", "BY"))


def test_a_year_or_place_that_is_not_known_is_none_and_not_a_year_without_holidays() -> None:
    assert public_holidays("JP", None, 2101) is None
    assert public_holidays("ZZ", None, 2026) is None, "an update of the library dropped it"
    assert public_holidays("DE", "ZZ", 2026) is None
    assert not HolidayCalendar("JP").knows(2101)
    assert HolidayCalendar("JP").on(date(2101, 1, 1)) is None


def test_looking_a_day_up_makes_no_year_grow() -> None:
    year = public_holidays("GB", "ENG", 2027)
    assert year is not None
    assert date(2026, 12, 25) not in year
    assert {day.year for day in year} == {2027}


@pytest.mark.parametrize(
    ("country", "day", "replaces"),
    [
        ("GB", date(2027, 12, 27), date(2027, 12, 25)),
        ("GB", date(2027, 12, 28), date(2027, 12, 26)),
        ("US", date(2027, 6, 18), date(2027, 6, 19)),
        ("US", date(2027, 12, 31), date(2028, 1, 1)),
        ("JP", date(2026, 5, 6), date(2026, 5, 3)),
        ("JP", date(2026, 9, 22), None),  # between two holidays
        ("KR", date(2026, 3, 2), date(2026, 3, 1)),
    ],
)
def test_a_day_off_in_place_of_a_holiday_on_a_weekend_is_only_for_people_who_do_not_work_that_day(
    country: str, day: date, replaces: date | None
) -> None:
    calendar, year = HolidayCalendar(country), public_holidays(country, None, day.year)
    assert year is not None
    assert year[day].replaces == replaces
    assert calendar.on(day, WEEKDAYS) == calendar.on(day) == Holiday(year[day].name)
    worked = replaces is not None and replaces.weekday() in WITH_SATURDAY
    assert (calendar.on(day, WITH_SATURDAY) is None) == worked
    if replaces:
        assert calendar.on(replaces, WITH_SATURDAY), "and who works that day has the holiday itself"


def own(day: str, part: Part, name: str = "") -> dict[date, OwnDay]:
    return {date.fromisoformat(day): OwnDay("T", "hq", date.fromisoformat(day), part, name)}


def test_an_own_day_comes_before_a_public_holiday() -> None:
    days = (
        own("2026-12-24", Part.HALF, "Christmas Eve")
        | own("2026-12-25", Part.NONE)
        | own("2026-11-02", Part.WHOLE, "x")
    )
    calendar = HolidayCalendar("DE", "BY", days)

    assert calendar.on(date(2026, 12, 25)) is None
    assert calendar.on(date(2026, 12, 26)) == Holiday("Second Day of Christmas")
    assert [day.day for day, _ in calendar.within(date(2026, 11, 1), date(2026, 12, 31))] == [1, 2, 24, 26]
    assert list(HolidayCalendar(own=days).within(date(2026, 12, 24), date(2026, 12, 31))) == [
        (date(2026, 12, 24), Holiday("Christmas Eve", is_half=True))
    ], "without a country"


def test_nobody_is_expected_on_a_holiday_and_on_half_a_one_in_the_first_half_of_their_hours() -> None:
    calendar = HolidayCalendar("DE", own=own("2026-12-24", Part.HALF, "Christmas Eve"))
    nights = parse_working_hours("mon-fri 22:00-06:00")

    assert calendar.hours_on(OFFICE_HOURS, date(2026, 12, 25), BERLIN) is None
    half = calendar.hours_on(OFFICE_HOURS, date(2026, 12, 24), BERLIN)
    night = calendar.hours_on(nights, date(2026, 12, 24), BERLIN)
    assert half
    assert night
    assert [at.time() for at in (*half, *night)] == [time(9), time(13), time(22), time(2)]
    assert calendar.hours_on(OFFICE_HOURS, date(2026, 12, 23), BERLIN) == OFFICE_HOURS.on(date(2026, 12, 23), BERLIN)


def test_own_days_are_read_line_by_line_as_they_are_shown() -> None:
    typed = " 2026-12-24 half  Christmas Eve\n\n2026-12-26 NONE\n2026-12-31 Company day\n"
    days = parse_own_days(typed)

    assert days[date(2026, 12, 31)] == DayOff(Part.WHOLE, "Company day")
    assert as_lines(days) == "2026-12-24 half Christmas Eve\n2026-12-26 none\n2026-12-31 whole Company day"
    assert parse_own_days(as_lines(days)) == days


@pytest.mark.parametrize(
    "line", ["24.12.2026 half x", "2026-02-30 half x", "2026-12-24 half", "2026-12-24", "2026-12-24 x\u202e" + "y" * 90]
)
def test_a_line_that_is_no_own_day_is_refused(line: str) -> None:
    with pytest.raises(NotAnOwnDay) as refused:
        parse_own_days(f"2026-12-31 whole x\n{line}")
    assert refused.value.line == line
    with pytest.raises(NotAnOwnDay) as twice:
        parse_own_days("2026-12-24 half x\n2026-12-24 whole y")
    assert twice.value.is_twice


def test_the_library_is_imported_with_the_first_country_and_speaks_english_on_every_machine() -> None:
    """It takes time and 11 MB, and many workspaces set no country. Without a language it would take its own choice."""
    code = """
import sys, bot.app
from datetime import date
from bot.calendar.holiday_calendar import HolidayCalendar
christmas = date(2026, 12, 25)
HolidayCalendar().on(christmas), list(HolidayCalendar().within(christmas, christmas))
print("holidays" in sys.modules, HolidayCalendar("DE").on(christmas).name, HolidayCalendar("SE").on(christmas).name)
"""
    spoken = {"LANG": "de_DE.UTF-8", "LANGUAGE": "sv:de", "PYTHONPATH": str(ROOT)}
    said = subprocess.run([sys.executable, "-c", code], env=spoken, capture_output=True, text=True, check=True)
    assert said.stdout == "False Christmas Day Christmas Day\n"
