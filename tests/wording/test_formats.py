"""Days, times, lengths and numbers as they are written in each language and region."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import UTC, date, datetime, time, timedelta

import pytest

from bot import wording
from bot.wording import formats
from bot.wording.catalogue import ENGLISH, begin_reading, reading_in
from bot.wording.languages import language_of

MONDAY, SUNDAY, AUTUMN = date(2026, 11, 23), date(2026, 11, 29), date(2026, 9, 28)


@pytest.fixture(autouse=True)
def in_english_again() -> Iterator[None]:
    yield
    begin_reading()


@pytest.mark.parametrize(
    ("tag", "written"),
    [
        ("en", ["Mon 23 Nov", "Mon 23 – Sun 29 Nov", "Mon 28 Sep – Sun 29 Nov 2026", "November", "17:05", "1,234.5"]),
        (
            "en-GB",
            ["Mon 23 Nov", "Mon 23 – Sun 29 Nov", "Mon 28 Sep – Sun 29 Nov 2026", "November", "17:05", "1,234.5"],
        ),
        (
            "en-US",
            [
                *("Mon, Nov 23", "Mon, Nov 23 – Sun, Nov 29", "Mon, Sep 28 – Sun, Nov 29, 2026", "November"),
                *("5:05\u202fPM", "1,234.5"),
            ],
        ),
        (
            "de",
            [
                *("Mo., 23. Nov.", "Mo., 23. – So., 29. Nov.", "Mo., 28. Sept. – So., 29. Nov. 2026", "November"),
                *("17:05", "1.234,5"),
            ],
        ),
        (
            "es",
            [
                *("lun, 23 nov", "lun, 23 nov – dom, 29 nov", "lun, 28 sept – dom, 29 nov 2026", "noviembre"),
                *("17:05", "1.234,5"),
            ],
        ),
    ],
)
def test_days_times_and_numbers(tag: str, written: list[str]) -> None:
    begin_reading(language_of(tag) or ENGLISH)
    assert [
        formats.day(MONDAY),
        formats.days(MONDAY, SUNDAY),
        formats.days(AUTUMN, SUNDAY, year=True),
        formats.month(MONDAY),
        formats.time_of_day(time(17, 5)),
        formats.number(1234.5),
    ] == written


def test_lengths_keep_number_and_unit_together() -> None:
    for tag in ("en", "de", "es"):
        with reading_in(language_of(tag) or ENGLISH):
            assert wording.duration(timedelta(hours=8, minutes=28)) == "8\u00a0h 28\u00a0min"


@pytest.mark.parametrize(
    ("tag", "day", "second", "spreadsheet"),
    [
        ("en", "2026-01-05", "2026-01-05 17:05:09", "yyyy-mm-dd hh:mm:ss"),
        ("en-US", "Jan 5, 2026", "Jan 5, 2026, 5:05:09\u202fPM", 'mm"/"dd"/"yyyy hh:mm:ss AM/PM'),
        ("de", "05.01.2026", "05.01.2026, 17:05:09", 'dd"."mm"."yyyy hh:mm:ss'),
        ("es", "5 ene 2026", "5 ene 2026, 17:05:09", 'dd"/"mm"/"yyyy hh:mm:ss'),
    ],
)
def test_files_write_days_and_moments_as_their_reader(tag: str, day: str, second: str, spreadsheet: str) -> None:
    begin_reading(language_of(tag) or ENGLISH)
    at = datetime(2026, 1, 5, 17, 5, 9, tzinfo=UTC)
    assert (formats.short_day(at.date()), formats.moment(at, seconds=True)) == (day, second)
    assert formats.spreadsheet_formats()[1] == spreadsheet


@pytest.mark.parametrize(
    ("time", "read"), [("09:02 (Tokyo)", "09:02, Tokyo"), ("5:00 (Berlin)から", "5:00, Berlinから"), ("09:02", "09:02")]
)
def test_a_time_in_brackets_has_none_of_its_own(time: str, read: str) -> None:
    assert wording.in_brackets(time) == read
