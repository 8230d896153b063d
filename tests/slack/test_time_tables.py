"""Time, as people far apart see it through Slack: nights across clock changes, the ends of the date line, moving house,
and where a week begins. Each table's rows can be checked against a calendar."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot.practice.people import Member
from tests.conftest import Clock, RunningBot
from tests.slack.conftest import People
from tests.slack.test_keeping_step import user_event

EVA = "U0EVA"


def lives_in(bot: RunningBot, zone: str) -> None:
    bot.workspace.members[EVA] = Member(EVA, "eva", "Eva Novak", zone)


@pytest.mark.parametrize(
    ("zone", "evening", "hours"),
    [
        ("Europe/Berlin", "2026-03-28", "7 h"),
        ("Europe/Berlin", "2025-10-25", "9 h"),
        ("America/New_York", "2026-03-07", "7 h"),
        ("America/New_York", "2025-11-01", "9 h"),
        ("Australia/Lord_Howe", "2026-10-03", "7 h 30 min"),
        ("Australia/Lord_Howe", "2026-04-04", "8 h 30 min"),
        ("America/Santiago", "2026-09-05", "7 h"),
        ("America/Santiago", "2026-04-04", "9 h"),
        ("Pacific/Kiritimati", "2026-11-19", "8 h"),
        ("Pacific/Apia", "2026-11-19", "8 h"),
        ("Pacific/Pago_Pago", "2026-11-19", "8 h"),
        ("Asia/Kathmandu", "2026-11-19", "8 h"),
    ],
)
async def test_a_night_from_ten_to_six_counts_the_hours_that_passed_on_the_day_it_began(
    bot: RunningBot, people: People, clock: Clock, zone: str, evening: str, hours: str
) -> None:
    lives_in(bot, zone)
    clock.set(f"{evening}T12:00")
    clock.advance(days=2)
    view = await people.open_form(EVA)

    told = await people.finish(EVA, view, date=evening, start="22:00", end="06:00")

    assert f", 22:00 to 06:00 the next day · {hours}." in told.shown
    report = await people.type(EVA, f"/attendance report {evening}")
    assert f"{hours}" in report.shown
    month = (await people.type(EVA, f"/attendance report {evening[:7]}")).shown
    assert hours in month


@pytest.mark.parametrize(
    ("zone", "typed_at", "day", "gone"),
    [
        ("Europe/Berlin", "2026-03-29T10:00", "2026-03-29", "02:30"),
        ("America/New_York", "2026-03-08T17:00", "2026-03-08", "02:30"),
        ("Australia/Lord_Howe", "2026-10-04T03:00", "2026-10-04", "02:10"),
        ("America/Santiago", "2026-09-06T17:00", "2026-09-06", "00:30"),
    ],
)
async def test_a_time_that_the_clocks_jumped_over_does_not_exist(
    bot: RunningBot, people: People, clock: Clock, zone: str, typed_at: str, day: str, gone: str
) -> None:
    lives_in(bot, zone)
    clock.set(typed_at)

    told = await people.type(EVA, f"/clockin at {gone}")

    assert "because the clocks went forward" in told.text, told.text
    assert (await people.type(EVA, "/attendance")).text.startswith("*You haven't clocked in today*")


@pytest.mark.parametrize(
    ("zone", "typed_at", "twice"),
    [
        ("Europe/Berlin", "2025-10-26T10:00", "02:30"),
        ("America/New_York", "2025-11-02T17:00", "01:30"),
        ("Australia/Lord_Howe", "2026-04-05T03:00", "01:45"),
        ("America/Santiago", "2026-04-05T17:00", None),  # the hour that comes twice is yesterday's last
    ],
)
async def test_a_time_that_came_twice_is_asked_about(
    bot: RunningBot, people: People, clock: Clock, zone: str, typed_at: str, twice: str | None
) -> None:
    lives_in(bot, zone)
    clock.set(typed_at)
    if twice is None:
        view = await people.open_form(EVA)
        await people.submit(EVA, view, date="2026-04-04", start="23:30", end="06:00")
        assert "Start: this time came twice that night. Which one?" in view.shown
        return

    told = await people.type(EVA, f"/clockin at {twice}")

    assert "twice" in told.text, told.text
    assert (await people.type(EVA, "/attendance")).text.startswith("*You haven't clocked in today*")


@pytest.mark.parametrize(
    ("zone", "now", "today", "week"),
    [
        # The same instants, on both sides of the date line and of midnight.
        ("Pacific/Kiritimati", "2026-11-22T10:30", "Mon 23 Nov", "Mon 23 – Sun 29 Nov"),
        ("Pacific/Apia", "2026-11-22T10:30", "Sun 22 Nov", "Mon 16 – Sun 22 Nov"),
        ("Europe/Berlin", "2026-11-22T10:30", "Sun 22 Nov", "Mon 16 – Sun 22 Nov"),
        ("Pacific/Pago_Pago", "2026-11-22T10:30", "Sat 21 Nov", "Mon 16 – Sun 22 Nov"),
        ("Pacific/Apia", "2026-11-22T11:00", "Mon 23 Nov", "Mon 23 – Sun 29 Nov"),
        ("Europe/Berlin", "2026-11-22T22:59", "Sun 22 Nov", "Mon 16 – Sun 22 Nov"),
        ("Europe/Berlin", "2026-11-22T23:00", "Mon 23 Nov", "Mon 23 – Sun 29 Nov"),
        ("Pacific/Pago_Pago", "2026-11-23T11:00", "Mon 23 Nov", "Mon 23 – Sun 29 Nov"),
    ],
)
async def test_today_and_this_week_are_the_readers_own_and_begin_on_monday(
    bot: RunningBot, people: People, clock: Clock, zone: str, now: str, today: str, week: str
) -> None:
    lives_in(bot, zone)
    clock.set(now)
    assert today in (await people.type(EVA, "/attendance report today")).shown
    assert week in (await people.type(EVA, "/attendance report this week")).shown


async def test_a_day_that_samoa_never_had_has_no_records(bot: RunningBot, people: People, clock: Clock) -> None:
    lives_in(bot, "Pacific/Apia")
    clock.set("2012-01-02T12:00")
    view = await people.open_form(EVA)
    await people.submit(EVA, view, date="2011-12-30", start="09:00", end="17:00")
    assert list(view.errors) == ["start", "end"]
    await people.submit(EVA, view, date="2011-12-29", start="22:00", end="06:00")
    assert list(view.errors) == ["end"]
    told = await people.finish(EVA, view, date="2011-12-29", start="14:00", end="22:00")
    assert "14:00 to 22:00 · 8 h." in told.shown


async def test_moving_to_another_zone_changes_no_past_day(bot: RunningBot, people: People, clock: Clock) -> None:
    """In by Kiritimati's Tuesday, which is Berlin's Monday; out after the flight."""
    lives_in(bot, "Pacific/Kiritimati")
    clock.set("2026-11-23T18:00")
    assert (await people.type(EVA, "/clockin")).text == "✅ *Clocked in at 08:00.*"
    clock.advance(hours=4)
    await people.type(EVA, "/clockout")
    clock.advance(hours=1)
    await people.type(EVA, "/clockin")

    moved = replace(bot.workspace.members[EVA], tz="Europe/Berlin")
    bot.workspace.members[EVA] = moved
    await user_event(bot, "user_change", moved)
    clock.advance(hours=3)
    out = await people.type(EVA, "/clockout")

    assert out.text == "✅ *Clocked out at 03:00.* This shift: 3 h. Today: 7 h.\nThis week: 7 h"
    events = (await people.type(EVA, "/attendance events 2026-11-24")).shown
    assert "08:00" in events
    assert "12:00" in events
    assert "Kiritimati" in events
    assert "7 h" in (await people.type(EVA, "/attendance report 2026-11-24")).shown
    assert "7 h" not in (await people.type(EVA, "/attendance report 2026-11-23")).shown
