"""A typed minute means that whole minute, and is moved by the seconds that make it fit."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from storage.errors import NotClockedIn, Overlap
from tests.chat.conftest import ANA, PlainDoor, shown
from tests.conftest import Clock


def at(clock: Clock, local: str) -> None:
    """Sets the clock to a time in Berlin on 23 November."""
    hour, minute, second = map(int, local.split(":"))
    clock.now = datetime(2026, 11, 23, hour - 1, minute, second, tzinfo=UTC)


async def worked_until(door: PlainDoor, clock: Clock, start: str, end: str) -> None:
    at(clock, start)
    await door.type(ANA, "clockin")
    at(clock, end)
    await door.type(ANA, "clockout")


async def spans(door: PlainDoor) -> str:
    return "\n".join(shown(await door.type(ANA, "events today")))


@pytest.mark.parametrize(("now", "typed"), [("12:00:40", "12:00"), ("12:05:00", "12:00"), ("14:00:00", "12:00")])
async def test_a_clock_in_at_the_minute_of_the_last_clock_out_follows_it(
    door: PlainDoor, clock: Clock, now: str, typed: str
) -> None:
    await worked_until(door, clock, "09:02:00", "12:00:25")
    at(clock, now)

    assert shown(await door.type(ANA, f"clockin at {typed}")) == ["✅ Clocked in at 12:00."]


async def test_a_clock_in_a_minute_before_the_last_clock_out_overlaps(door: PlainDoor, clock: Clock) -> None:
    await worked_until(door, clock, "09:02:00", "12:01:00")
    at(clock, "12:05:00")
    with pytest.raises(Overlap):
        await door.type(ANA, "clockin at 12:00")


async def test_a_clock_in_follows_the_last_of_several_records_in_its_minute(door: PlainDoor, clock: Clock) -> None:
    await worked_until(door, clock, "09:02:00", "12:00:05")
    await worked_until(door, clock, "12:00:10", "12:00:20")
    await worked_until(door, clock, "12:00:30", "12:00:40")
    at(clock, "12:05:00")

    assert shown(await door.type(ANA, "clockin at 12:00")) == ["✅ Clocked in at 12:00."]


async def test_a_record_of_the_form_follows_the_clock_out_in_its_minute(door: PlainDoor, clock: Clock) -> None:
    await worked_until(door, clock, "09:02:00", "12:00:25")
    at(clock, "13:00:25")
    await door.type(ANA, "clockin")
    at(clock, "13:10:00")

    said = await door.send(ANA, await door.open(ANA, "add"), date="2026-11-23", start="12:00", end="13:00")

    assert shown(said)[0].startswith("✅ Record added. Mon 23 Nov, 12:00 to 13:00")


async def test_a_record_of_the_form_that_truly_overlaps_is_refused(door: PlainDoor, clock: Clock) -> None:
    await worked_until(door, clock, "09:02:00", "12:00:25")
    at(clock, "14:00:00")
    form = await door.open(ANA, "add")
    for start, end in (("11:59", "13:00"), ("08:00", "09:03"), ("08:00", "13:00"), ("11:00", "11:30")):
        with pytest.raises(Overlap):
            await door.sent(ANA, form, date="2026-11-23", start=start, end=end)


@pytest.mark.parametrize("now", ["09:02:41", "09:02:55", "09:03:10", "09:30:00"])
async def test_a_clock_out_at_the_minute_of_the_clock_in_ends_it_there(door: PlainDoor, clock: Clock, now: str) -> None:
    at(clock, "09:02:40")
    await door.type(ANA, "clockin")
    at(clock, now)

    assert shown(await door.type(ANA, "clockout at 9:02"))[0].startswith("✅ Clocked out at 09:02. Today: 0 min.")
    with pytest.raises(NotClockedIn):
        await door.type(ANA, "clockout")


async def test_an_overlap_names_both_records_in_the_way_by_times_that_differ(door: PlainDoor, clock: Clock) -> None:
    await worked_until(door, clock, "09:02:00", "09:06:10")
    await worked_until(door, clock, "09:06:20", "09:06:40")
    at(clock, "09:30:00")
    said = await door.refusal(ANA, door.type(ANA, "clockin at 9:03"))
    assert said.startswith("⚠️ You already have records then: 09:02 to 09:06, and 09:06. Change the times")


async def test_an_overlap_with_a_record_within_a_minute_names_that_minute(door: PlainDoor, clock: Clock) -> None:
    await worked_until(door, clock, "09:06:20", "09:06:40")
    at(clock, "09:30:00")
    said = await door.refusal(ANA, door.type(ANA, "clockin at 9:03"))
    assert said.startswith("⚠️ You already have a record at 09:06. Change the times")


async def test_so_many_minutes_ago_within_the_minute_of_the_clock_in_ends_it_there(
    door: PlainDoor, clock: Clock
) -> None:
    at(clock, "09:02:40")
    await door.type(ANA, "clockin")
    at(clock, "09:04:20")
    assert shown(await door.type(ANA, "clockout 2 min ago"))[0].startswith("✅ Clocked out at 09:02.")
    at(clock, "09:04:30")
    assert shown(await door.type(ANA, "clockin 2 min ago"))[0].startswith("✅ Clocked in at 09:02.")
    at(clock, "09:05:30")
    said = await door.refusal(ANA, door.type(ANA, "clockout 4 min ago"))
    assert said.startswith("⚠️ 09:01 is before you clocked in (09:02). Choose a later time")
