"""Local times across clock changes: skipped ones don't exist, repeated ones are asked about."""

from __future__ import annotations

from datetime import UTC, date, datetime, time, timedelta
from itertools import pairwise
from time import process_time
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.calendar.worktime import (
    TimeOfDay,
    clock_changes,
    clock_changes_within,
    earlier_that_day,
    first_after,
    instants_of,
    is_forgotten,
    on_day,
    parse_time_of_day,
    shift,
    shift_times,
    work_date,
    zone_named,
)
from bot.errors import InFuture, NoSuchTime, NotATime, NotThatOffset, RepeatedTime, SameStartAndEnd, UnknownZone
from bot.wording import Reader
from bot.wording.markup import plain
from bot.wording.refusals import refusal
from tests.builders import utc

BERLIN, NEW_YORK, LORD_HOWE = ZoneInfo("Europe/Berlin"), ZoneInfo("America/New_York"), ZoneInfo("Australia/Lord_Howe")
ZONES = [
    "Pacific/Kiritimati", "Etc/GMT+12", "Europe/Berlin", "America/New_York", "Australia/Lord_Howe", "Asia/Kathmandu",
    "Africa/Casablanca", "America/St_Johns", "Pacific/Apia", "UTC",
]  # fmt: skip
ODD_ZONES = ["America/Boa_Vista", "Asia/Gaza", "Africa/Cairo", "Africa/El_Aaiun", "Pacific/Kwajalein", "Asia/Tehran"]
"""Their clocks changed twice within a week, around Ramadan, at midnight, or by a day."""


def at(text: str) -> TimeOfDay:
    return parse_time_of_day(text)


@pytest.mark.parametrize(
    ("why", "zone", "day", "typed", "instants"),
    [
        ("an ordinary day", "Europe/Berlin", "2026-11-23", "09:02", ["2026-11-23T08:02"]),
        ("skipped in spring", "Europe/Berlin", "2026-03-29", "02:30", []),
        ("the first moment after the gap", "Europe/Berlin", "2026-03-29", "03:00", ["2026-03-29T01:00"]),
        ("repeated in autumn", "Europe/Berlin", "2026-10-25", "02:30", ["2026-10-25T00:30", "2026-10-25T01:30"]),
        ("one of the two, by its offset", "Europe/Berlin", "2026-10-25", "02:30+02:00", ["2026-10-25T00:30"]),
        ("the other", "Europe/Berlin", "2026-10-25", "02:30+01:00", ["2026-10-25T01:30"]),
        ("an offset that never applied", "Europe/Berlin", "2026-10-25", "02:30+05:00", []),
        ("just after the repeated hour", "Europe/Berlin", "2026-10-25", "03:00", ["2026-10-25T02:00"]),
        ("New York goes forward", "America/New_York", "2026-03-08", "02:15", []),
        ("New York goes back", "America/New_York", "2026-11-01", "01:15", ["2026-11-01T05:15", "2026-11-01T06:15"]),
        ("half an hour in Lord Howe", "Australia/Lord_Howe", "2026-10-04", "02:10", []),
        ("and past that half hour", "Australia/Lord_Howe", "2026-10-04", "02:40", ["2026-10-03T15:40"]),
        ("a whole day skipped in Samoa", "Pacific/Apia", "2011-12-30", "12:00", []),
    ],
)
def test_the_instants_of_a_local_time(why: str, zone: str, day: str, typed: str, instants: list[str]) -> None:
    found = instants_of(date.fromisoformat(day), at(typed), ZoneInfo(zone))
    assert found == [utc(text) for text in instants], why


def test_a_local_time_that_is_not_one_instant_is_refused() -> None:
    with pytest.raises(NoSuchTime):
        on_day(date(2026, 3, 29), at("2:30"), BERLIN)
    with pytest.raises(RepeatedTime) as refused:
        on_day(date(2026, 10, 25), at("2:30"), BERLIN)
    assert list(refused.value.instants) == [utc("2026-10-25T00:30"), utc("2026-10-25T01:30")]


def test_a_wrong_offset_is_refused_with_the_right_one() -> None:
    with pytest.raises(NotThatOffset) as refused:
        on_day(date(2026, 11, 23), at("8:30+05:00"), BERLIN)
    assert list(refused.value.instants) == [utc("2026-11-23T07:30")]
    told = plain(refusal(refused.value, Reader("U0ANA", utc("2026-11-23T12:00"))))
    assert told == 'That offset wasn\'t in use in Berlin on Mon 23 Nov. Use "08:30+01:00".'


@pytest.mark.parametrize(
    ("why", "in_at", "typed", "out_at"),
    [
        ("the same day", "2026-11-23T08:00", "17:30", "2026-11-23T16:30"),
        ("the next morning", "2026-11-23T21:00", "6:00", "2026-11-24T05:00"),
        ("the very minute means the next day", "2026-11-23T08:00", "9:00", "2026-11-24T08:00"),
        ("the second of two, the first being past", "2026-10-25T00:45", "2:30", "2026-10-25T01:30"),
        ("after a night across the change", "2026-10-24T20:00", "6:00", "2026-10-25T05:00"),
        ("skipped today, but only earlier", "2026-03-29T08:00", "2:30", "2026-03-30T00:30"),
    ],
)
def test_out_at_is_the_first_such_time_after_the_clock_in(why: str, in_at: str, typed: str, out_at: str) -> None:
    assert first_after(at(typed), utc(in_at), BERLIN) == utc(out_at), why


def test_out_at_a_time_that_is_skipped_or_comes_twice_is_not_guessed() -> None:
    with pytest.raises(NoSuchTime):
        first_after(at("2:30"), utc("2026-03-28T21:00"), BERLIN)
    with pytest.raises(RepeatedTime):
        first_after(at("2:30"), utc("2026-10-24T20:00"), BERLIN)


def test_in_at_is_a_time_of_today_that_has_been() -> None:
    now = utc("2026-11-23T08:02")
    assert earlier_that_day(at("8:30"), date(2026, 11, 23), now, BERLIN) == utc("2026-11-23T07:30")
    assert earlier_that_day(at("9:03"), date(2026, 11, 23), now, BERLIN) == utc(
        "2026-11-23T08:03"
    )  # the minute of skew
    with pytest.raises(InFuture):
        earlier_that_day(at("9:04"), date(2026, 11, 23), now, BERLIN)


def test_in_at_a_repeated_time_is_plain_while_only_one_of_the_two_has_been() -> None:
    assert earlier_that_day(at("2:30"), date(2026, 10, 25), utc("2026-10-25T00:45"), BERLIN) == utc("2026-10-25T00:30")
    with pytest.raises(RepeatedTime):
        earlier_that_day(at("2:30"), date(2026, 10, 25), utc("2026-10-25T08:00"), BERLIN)


@pytest.mark.parametrize(
    ("why", "day", "start", "end", "hours"),
    [
        ("a day", "2026-11-23", "9:00", "17:30", 8.5),
        ("a night", "2026-11-23", "22:00", "6:00", 8),
        ("a night an hour short", "2026-03-28", "22:00", "6:00", 7),
        ("a night an hour long", "2026-10-24", "22:00", "6:00", 9),
        ("Madrid's hours of 25 October", "2026-10-25", "1:00", "4:00", 4),
        ("within the repeated hour, by offsets", "2026-10-25", "2:30+02:00", "2:30+01:00", 1),
        ("from the first to an earlier time of the second", "2026-10-25", "2:45+02:00", "2:15+01:00", 0.5),
        ("the only end that comes after the start", "2026-10-25", "2:45+02:00", "2:15", 0.5),
        ("from the second to the next night", "2026-10-25", "2:45+01:00", "2:15", 23.5),
        ("an offset on a day that has no use for it", "2026-11-23", "9:00+05:00", "17:30-03:00", 8.5),
        ("an offset of another zone, but only one is left", "2026-10-25", "2:45+01:00", "2:50-04:00", 1 / 12),
    ],
)
def test_a_shift_lasts_the_hours_that_passed(why: str, day: str, start: str, end: str, hours: float) -> None:
    first, second = shift(date.fromisoformat(day), at(start), at(end), BERLIN)
    assert second - first == timedelta(hours=hours), why


@pytest.mark.parametrize(
    ("why", "day", "start", "end"),
    [
        ("an ordinary day", "2026-11-23", "9:00", "9:00"),
        ("an offset makes no difference where the time comes once", "2026-11-23", "9:00+02:00", "9:00"),
        ("the same one of two", "2026-10-25", "2:30+01:00", "2:30+01:00"),
        ("no third one follows the second", "2026-10-25", "2:30+01:00", "2:30"),
    ],
)
def test_a_shift_that_ends_when_it_starts_is_refused(why: str, day: str, start: str, end: str) -> None:
    with pytest.raises(SameStartAndEnd):
        shift(date.fromisoformat(day), at(start), at(end), BERLIN)


@pytest.mark.parametrize(
    ("why", "day", "start", "end", "meant"),
    [
        ("nothing to ask", "2026-11-23", "9:00", "17:30", (1, 1)),
        ("a night that ends in the repeated hour", "2026-10-24", "22:00", "2:30", (1, 2)),
        ("within the repeated hour", "2026-10-25", "2:15", "2:45", (2, 2)),
        ("the end is after one of the starts once only", "2026-10-25", "2:45", "2:15", (2, 1)),
        ("the answer is known", "2026-10-25", "2:15+02:00", "2:45+01:00", (1, 1)),
        ("the answer was given for another zone", "2026-10-25", "2:15-04:00", "9:00", (2, 1)),
        ("an end before the start stays one, to be refused", "2026-10-25", "2:15+01:00", "2:45+02:00", (1, 1)),
        ("a start that never was", "2026-03-29", "2:30", "9:00", (0, 1)),
    ],
)
def test_what_the_times_of_a_record_may_mean(why: str, day: str, start: str, end: str, meant: tuple[int, int]) -> None:
    times = shift_times(date.fromisoformat(day), at(start), at(end), BERLIN)
    assert tuple(len(time.instants) for time in times) == meant, why


def test_a_clock_in_is_forgotten_once_it_is_older_than_24_hours() -> None:
    in_at = utc("2026-11-23T08:02")
    assert not is_forgotten(in_at, in_at + timedelta(hours=24))
    assert is_forgotten(in_at, in_at + timedelta(hours=24, microseconds=1))


def test_days_that_are_not_24_hours_long() -> None:
    year = (date(2026, 1, 1), date(2026, 12, 31))
    hours = {zone.key: [(str(change.day), change.length / timedelta(hours=1)) for change in clock_changes(*year, zone)]
             for zone in (BERLIN, LORD_HOWE, ZoneInfo("UTC"))}  # fmt: skip
    assert hours == {
        "Europe/Berlin": [("2026-03-29", 23), ("2026-10-25", 25)],
        "Australia/Lord_Howe": [("2026-04-05", 24.5), ("2026-10-04", 23.5)],
        "UTC": [],
    }


@pytest.mark.parametrize("zone", [*ZONES, *ODD_ZONES])
def test_no_day_of_another_length_is_missed(zone: str) -> None:
    there, first, last = ZoneInfo(zone), date(1970, 1, 1), date(2027, 12, 31)
    every_day = [first + timedelta(days=number) for number in range((last - first).days + 1)]
    midnights = [datetime.combine(day, time(), there).astimezone(UTC) for day in [*every_day, date(2028, 1, 1)]]
    lengths = [(day, after - before) for day, (before, after) in zip(every_day, pairwise(midnights), strict=True)]
    expected = [(day, length) for day, length in lengths if length != timedelta(days=1)]
    assert [(change.day, change.length) for change in clock_changes(first, last, there)] == expected


def test_clock_changes_of_thousands_of_years_are_found_in_a_moment() -> None:
    """Somebody may have a record of the year 2, by an earlier version."""
    began = process_time()
    found = clock_changes(date(2, 1, 1), date(2026, 12, 31), BERLIN)
    assert process_time() - began < 1
    assert (found[0].day, len(found)) == (date(1980, 4, 6), 94)


@pytest.mark.parametrize(
    ("typed", "means"),
    [("8:30", "08:30"), ("08.30", "08:30"), ("8h30", "08:30"), ("8am", "08:00"), ("8:30 PM", "20:30"),
     ("12am", "00:00"), ("12:15pm", "12:15"), ("0:00", "00:00"), ("23:59", "23:59")],
)  # fmt: skip
def test_times_of_day_as_people_type_them(typed: str, means: str) -> None:
    assert parse_time_of_day(typed).time == time.fromisoformat(means)


@pytest.mark.parametrize(
    "typed",
    ["", "8", "24:00", "8:60", "13pm", "0am", "noon", "8:3", "8:30:10", "-1:00", "٨:٣٠ x", "8:30+99:99", "8:30+24:00",
     "8:30-00:60", "8:30+2:00"],
)  # fmt: skip
def test_an_unreadable_time_of_day_is_refused(typed: str) -> None:
    with pytest.raises(NotATime):
        parse_time_of_day(typed)


@given(st.text() | st.from_regex(r"\d\d?:\d\d([+-]\d\d:\d\d)?", fullmatch=True))
def test_any_text_is_a_time_of_day_or_refused(typed: str) -> None:
    try:
        found = parse_time_of_day(typed)
    except NotATime:
        return
    assert found.time.second == 0


@pytest.mark.parametrize("name", ["", "Mars/Olympus", "../../etc/passwd", "/etc/localtime", "Europe", "a\0b"])
def test_an_unknown_zone_is_refused(name: str) -> None:
    with pytest.raises(UnknownZone):
        zone_named(name)


@given(
    minutes=st.integers(min_value=0, max_value=45 * 365 * 24 * 60),
    zone=st.sampled_from([ZoneInfo(name) for name in ZONES]),
)
def test_an_instant_is_among_those_of_its_own_local_time(minutes: int, zone: ZoneInfo) -> None:
    moment = utc("1990-01-01T00:00") + timedelta(minutes=minutes)
    local = moment.astimezone(zone)
    found = instants_of(local.date(), TimeOfDay(local.time().replace(tzinfo=None, fold=0)), zone)
    assert moment in found
    assert 1 <= len(found) <= 2
    assert work_date(moment, zone) == local.date()


@pytest.mark.parametrize(
    ("zone", "day", "moved_at"),
    [
        ("Europe/Berlin", "2026-03-29", "2026-03-29T01:00"),
        ("Europe/Berlin", "2026-10-25", "2026-10-25T01:00"),
        ("America/New_York", "2026-11-01", "2026-11-01T06:00"),
        ("Australia/Lord_Howe", "2026-10-04", "2026-10-03T15:30"),
    ],
)
def test_when_the_clocks_move_and_which_shifts_go_through_it(zone: str, day: str, moved_at: str) -> None:
    (change,) = clock_changes(date.fromisoformat(day), date.fromisoformat(day), ZoneInfo(zone))
    moved = utc(moved_at)
    assert change.at == moved
    hour = timedelta(hours=1)
    assert clock_changes_within(moved - hour, moved + hour, ZoneInfo(zone)) == [change]
    assert clock_changes_within(moved - hour, moved, ZoneInfo(zone)) == []
    assert clock_changes_within(moved, moved + hour, ZoneInfo(zone)) == []


@pytest.mark.parametrize(
    ("zone", "day", "hours", "moved"),
    [
        ("Africa/Cairo", "2025-04-25", 23, "2025-04-24T22:00"),
        ("Asia/Beirut", "2025-03-30", 23, "2025-03-29T22:00"),
        ("America/Havana", "2025-03-09", 23, "2025-03-09T05:00"),
        ("America/Santiago", "2025-09-07", 23, "2025-09-07T04:00"),
        ("America/Asuncion", "2023-10-01", 23, "2023-10-01T04:00"),
        ("Africa/Cairo", "2025-10-30", 25, "2025-10-30T21:00"),
        ("America/Havana", "2025-11-02", 25, "2025-11-02T05:00"),
        ("America/Santiago", "2025-04-05", 25, "2025-04-06T03:00"),
    ],
)
def test_clocks_that_jump_at_midnight_are_noted_on_the_shift_through_it(
    zone: str, day: str, hours: int, moved: str
) -> None:
    there, at, hour = ZoneInfo(zone), utc(moved), timedelta(hours=1)
    (change,) = clock_changes_within(at - 2 * hour, at + 4 * hour, there)
    assert (str(change.day), change.length, change.at) == (day, hours * hour, at)
    assert clock_changes_within(at + 20 * hour, at + 28 * hour, there) == []
    assert clock_changes_within(at - 28 * hour, at - 20 * hour, there) == []
