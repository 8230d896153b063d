"""Words that several places share: who somebody is, and when they came and left."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

import pytest

from bot import wording
from bot.wording import Reader
from storage.pairs import Pair, PairEvent
from storage.totals import DayTotal
from tests.builders import utc
from tests.conftest import WORKSPACE

IN_BERLIN = Reader("U0ANA", utc("2026-11-23T20:00"), zone="Europe/Berlin")


def pair(in_at: str, in_zone: str, out_at: str | None = None, out_zone: str | None = None) -> Pair:
    halves = [
        PairEvent(f"{at}", utc(at), utc(at), "U0ANA", "slack", zone or in_zone) if at else None
        for at, zone in ((in_at, in_zone), (out_at, out_zone))
    ]
    assert halves[0] is not None
    return Pair(WORKSPACE, "U0ANA", date(2026, 11, 23), halves[0], halves[1])


def day_of(*pairs: Pair) -> DayTotal:
    return DayTotal(date(2026, 11, 23), pairs[0], pairs[-1], timedelta(), timedelta(), len(pairs), 0)


@pytest.mark.parametrize(
    ("why", "pairs", "shown"),
    [
        ("a day", [pair("2026-11-23T08:00", "Europe/Berlin", "2026-11-23T16:00")], ("09:00", "17:00")),
        ("a night", [pair("2026-11-23T21:00", "Europe/Berlin", "2026-11-24T05:00")], ("22:00", "06:00 next day")),
        (
            "from one zone to another",
            [
                pair("2026-11-23T08:00", "Europe/Berlin", "2026-11-23T10:00"),
                pair("2026-11-23T13:00", "America/New_York", "2026-11-23T15:00"),
            ],
            ("09:00 (Berlin)", "10:00 (New York)"),
        ),
        (
            "out in another zone, where it is the next day already",
            [pair("2026-11-23T08:00", "Europe/Berlin", "2026-11-23T16:00", "Asia/Tokyo")],
            ("09:00 (Berlin)", "01:00 next day (Tokyo)"),
        ),
        (
            "another zone in between",
            [
                pair("2026-11-23T08:00", "Europe/Berlin", "2026-11-23T10:00"),
                pair("2026-11-23T11:00", "America/New_York", "2026-11-23T12:00"),
                pair("2026-11-23T15:00", "Europe/Berlin", "2026-11-23T16:00"),
            ],
            ("09:00", "17:00"),
        ),
        ("still in", [pair("2026-11-23T08:00", "Europe/Berlin")], ("09:00", "still in")),
        (
            "a day elsewhere",
            [pair("2026-11-23T14:00", "America/New_York", "2026-11-23T22:00")],
            ("09:00 (New York)", "17:00 (New York)"),
        ),
        ("still in elsewhere", [pair("2026-11-23T14:00", "America/New_York")], ("09:00 (New York)", "still in")),
        (
            "back again",
            [pair("2026-11-23T08:00", "Europe/Berlin", "2026-11-23T10:00"), pair("2026-11-23T11:00", "Europe/Berlin")],
            ("09:00", "still in"),
        ),
    ],
)
def test_when_somebody_came_and_left(why: str, pairs: list[Pair], shown: tuple[str, str]) -> None:
    assert wording.day_times(day_of(*pairs), utc("2026-11-23T20:00"), IN_BERLIN) == shown, why


def test_a_missing_clock_out_is_not_shown_as_still_in() -> None:
    forgotten = day_of(pair("2026-11-23T08:00", "Europe/Berlin"))
    assert wording.day_times(forgotten, utc("2026-11-24T08:01"), IN_BERLIN) == ("09:00", "missing")


def test_an_open_clock_in_is_shown_with_its_own_day_whatever_its_work_date() -> None:
    at = datetime(2026, 11, 22, 23, 30, tzinfo=UTC)
    half = PairEvent("in", at, at, "U0ANA", "api", "UTC")
    open_pair = Pair(WORKSPACE, "U0ANA", date(2026, 11, 23), half)
    assert wording.since_day(open_pair, Reader("U0ANA", at, zone="UTC")) == "since Sun 22 Nov, 23:30"
    assert wording.since_day(open_pair, wording.ANY_READER) == "since Sun 22 Nov 2026, 23:30 (UTC)"
