"""`/attendance status` of people on a break: their own, and what a manager sees."""

from __future__ import annotations

from bot.attendance import breaks
from bot.calendar.break_kinds import parse_break_kinds
from bot.workspaces import workspace_settings
from tests.builders import ADMIN, caller
from tests.chat.conftest import ANA, KEI, MARCO, PlainDoor, labels, shown
from tests.conftest import Clock


async def on_a_break(door: PlainDoor, clock: Clock, user_id: str = ANA) -> None:
    """From 12:31 on, in Berlin."""
    await door.type(user_id, "clockin")
    clock.advance(hours=3, minutes=29)
    await breaks.start_break(door.services, caller(user_id), user_id)
    clock.advance(minutes=20)


async def test_it_says_since_when_and_has_what_ends_the_break(door: PlainDoor, clock: Clock) -> None:
    await on_a_break(door, clock)

    status = await door.type(ANA, "status")

    hours = "3\xa0h 29\xa0min"
    assert shown(status) == ["You've been on a break since 12:31", f"Today: {hours} · This week: {hours}"]
    assert labels(status) == ["Back", "I'm done for today"]
    assert shown(await door.press(ANA, status, "Back"))[0] == "✅ Back at 12:51."
    back = await door.type(ANA, "status")
    assert shown(back)[0] == "You've been clocked in since 12:51"
    assert labels(back) == ["Clock out", "Start a break"]


async def test_who_is_done_for_today_has_left_when_the_break_began(door: PlainDoor, clock: Clock) -> None:
    await on_a_break(door, clock)
    await door.press(ANA, await door.type(ANA, "status"), "I'm done for today")
    status = await door.type(ANA, "status")
    assert shown(status)[0] == "You're clocked out"
    assert labels(status) == ["Clock in"]


async def test_a_greeting_has_the_same_buttons(door: PlainDoor, clock: Clock) -> None:
    await on_a_break(door, clock)
    hi = await door.say(ANA, "hi")
    assert shown(hi)[:2] == ["Hi!", "You've been on a break since 12:31"]
    assert labels(hi) == ["Back", "I'm done for today"]


async def test_a_manager_sees_the_break_and_cannot_end_it(team: PlainDoor, clock: Clock) -> None:
    await on_a_break(team, clock)
    seen = await team.type(MARCO, f"status <@{ANA}>")
    assert shown(seen)[0] == "@U0ANA has been on a break since 12:31"
    assert labels(seen) == []


async def test_the_break_of_somebody_in_another_zone_names_it(team: PlainDoor, clock: Clock) -> None:
    await on_a_break(team, clock, KEI)
    assert shown(await team.type("U0ADA", f"status <@{KEI}>"))[0] == "@U0KEI has been on a break since 20:31 (Tokyo)"


async def test_hours_go_on_during_a_paid_break(door: PlainDoor, clock: Clock) -> None:
    await workspace_settings.change(door.services, ADMIN, break_kinds=parse_break_kinds("coffee paid"))
    await on_a_break(door, clock)
    status = await door.type(ANA, "status")
    hours = "3\xa0h 49\xa0min"
    assert shown(status) == ["You've been on a break since 12:31", f"Today: {hours} so far · This week: {hours}"]
    assert labels(status) == ["Back", "I'm done for today"]


async def test_a_missing_clock_out_comes_before_its_paid_break(door: PlainDoor, clock: Clock) -> None:
    await workspace_settings.change(door.services, ADMIN, break_kinds=parse_break_kinds("coffee paid"))
    await on_a_break(door, clock)
    clock.advance(days=1)
    assert shown(await door.type(ANA, "status"))[0] == "You didn't clock out on Monday"
