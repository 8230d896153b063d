"""An answer about a shift of another day says which day that was."""

from __future__ import annotations

import pytest

from bot.chat.views import Message, Outcome
from tests.chat.conftest import ANA, PlainDoor, labels, shown, work
from tests.conftest import Clock


@pytest.mark.parametrize("how", ["clockout yesterday at 17:30", "clockout at 17:30", "the old message's button"])
async def test_a_clock_out_that_is_entered_the_next_morning_names_its_day(
    door: PlainDoor, clock: Clock, how: str
) -> None:
    await work(door, clock, ANA, "2026-11-20T08:00", "2026-11-20T16:30")
    clock.set("2026-11-23T08:10")
    came = await door.type(ANA, "clockin")
    clock.set("2026-11-24T07:30")
    if how.startswith("clockout"):
        told: Outcome = await door.type(ANA, how)
    else:
        asked = await door.press(ANA, came, "Clock out")
        assert isinstance(asked, Message)
        told = await door.press(ANA, asked, labels(asked)[0])
    assert isinstance(told, Message)
    assert "Mon 23 Nov" in " ".join(shown(told))


async def test_a_night_shift_that_ends_by_its_old_button_names_the_day_it_began(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-23T21:00")
    came = await door.type(ANA, "clockin")
    clock.set("2026-11-24T05:00")
    told = await door.press(ANA, came, "Clock out")
    assert isinstance(told, Message)
    assert "Mon 23 Nov" in " ".join(shown(told))
