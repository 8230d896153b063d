"""`Back?`: asked once, after the minutes of a break."""

from __future__ import annotations

from bot.attendance import breaks
from bot.attendance.change_notifications import Kind
from bot.chat.routing import Ask
from bot.chat.views import Message
from bot.wording import Reader
from tests.builders import caller, claim_due
from tests.chat.conftest import ANA, PlainDoor, labels, shown
from tests.conftest import WORKSPACE, Clock


async def asked(door: PlainDoor, clock: Clock) -> list[Message | None]:
    """The questions that are due."""
    due = await door.services.database.write(lambda tx: claim_due(tx, WORKSPACE))
    ask = Ask(door.services, caller(ANA), Reader(ANA, clock.now, zone="Europe/Berlin"))
    return [await door.router.notice(ask, one.kind, one.facts) for one in due if one.kind == Kind.BACK]


async def on_a_break(door: PlainDoor, clock: Clock) -> None:
    """From 12:02 on, for 20 minutes."""
    await door.type(ANA, "clockin")
    clock.advance(hours=3)
    await breaks.start_break(door.services, caller(ANA), ANA, minutes=20)


async def test_who_is_not_back_after_the_minutes_of_a_break_is_asked_once(door: PlainDoor, clock: Clock) -> None:
    await on_a_break(door, clock)
    clock.advance(minutes=19)
    assert await asked(door, clock) == []
    clock.advance(minutes=1)
    (question,) = await asked(door, clock)
    assert shown(question) == ["Back? You've been on a break since 12:02."]
    assert labels(question) == ["Back", "I'm done for today"]
    assert await asked(door, clock) == []
    clock.advance(minutes=3)
    assert shown(await door.press(ANA, question, "Back")) == ["✅ Back at 12:25."]


async def test_who_is_done_for_the_day_left_when_the_break_began(door: PlainDoor, clock: Clock) -> None:
    await on_a_break(door, clock)
    clock.advance(minutes=20)
    (question,) = await asked(door, clock)
    assert "12:02" in shown(await door.press(ANA, question, "I'm done for today"))[0]


async def test_nobody_is_asked_who_came_back_before(door: PlainDoor, clock: Clock) -> None:
    await on_a_break(door, clock)
    await breaks.back(door.services, caller(ANA), ANA)
    clock.advance(minutes=20)
    assert await asked(door, clock) == [None]


async def test_clocking_out_during_a_break_is_answered_by_a_press(door: PlainDoor, clock: Clock) -> None:
    await on_a_break(door, clock)
    clock.advance(hours=1)
    question = await door.refusing(ANA, door.type(ANA, "clockout"))
    assert shown(question) == ["⚠️ You've been on a break since 12:02. Did you leave then, or were you back?"]
    assert labels(question) == ["I left at 12:02", "Back"]
    assert shown(await door.press(ANA, question, "I left at 12:02"))[0].startswith("✅ Clocked out at 12:02.")
    assert "on a break" not in await door.refusal(ANA, door.type(ANA, "clockout"))
