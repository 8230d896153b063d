"""Clocking in and out on the plain door: words and buttons."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.chat import clocking
from bot.chat.clocking import ClockIn
from bot.errors import Forbidden, NotACommand, NotUnderstood
from storage.errors import AlreadyClockedIn, NotClockedIn
from tests.chat.conftest import ADA, ANA, BEN, PlainDoor, labels, shown
from tests.conftest import Clock


async def test_a_clock_in_is_answered_with_a_button_that_ends_it(door: PlainDoor, clock: Clock) -> None:
    came = await door.type(ANA, "clockin good morning")
    clock.advance(hours=8, minutes=28)
    left = await door.press(ANA, came, "Clock out")

    assert shown(came) == ["In at 09:02 (Berlin). “good morning”"]
    assert labels(came) == ["Clock out"]
    assert shown(left) == ["Out at 17:30 (Berlin) after 8 h 28 min. Mon 23 Nov 2026: 8 h 28 min in all."]


async def test_what_people_type_is_never_markup(door: PlainDoor) -> None:
    came = await door.type(ANA, 'clockin <b>bold</b> & <!channel> &lt;at id="U0BEN"&gt;')

    assert shown(came) == ['In at 09:02 (Berlin). “<b>bold</b> & <!channel> &lt;at id="U0BEN"&gt;”']


async def test_somebody_else_is_clocked_in_by_those_who_may(door: PlainDoor) -> None:
    assert shown(await door.type(ADA, f"clockin <@{ANA}> at 8:30")) == ["@U0ANA is in at 08:30 (Berlin)."]
    with pytest.raises(Forbidden):
        await door.type(BEN, f"clockout <@{ANA}>")


async def test_a_second_clock_in_is_refused(door: PlainDoor) -> None:
    await door.type(ANA, "clockin")
    with pytest.raises(AlreadyClockedIn):
        await door.type(ANA, "clockin")


async def test_a_button_ends_the_clock_in_that_it_was_shown_for_and_no_other(door: PlainDoor, clock: Clock) -> None:
    first = await door.type(ANA, "clockin")
    clock.advance(hours=1)
    await door.type(ANA, "clockout")
    clock.advance(hours=1)
    await door.type(ANA, "clockin")
    clock.advance(hours=1)

    with pytest.raises(NotClockedIn):
        await door.press(ANA, first, "Clock out")

    assert shown(await door.type(ANA, "status"))[0] == "You are in since 11:02 (Berlin): 1 h so far."


@pytest.mark.parametrize("packed", ["", "x", "{}", "[" * 900, '{"user_id": "U0ANA"}', '{"user_id": 1, "event_id": []}'])
async def test_a_forged_button_is_not_understood(door: PlainDoor, packed: str) -> None:
    with pytest.raises(NotUnderstood):
        await door.press_forged(ANA, clocking.press_clock_out.name, packed)


async def test_a_button_that_was_never_declared_is_not_understood(door: PlainDoor) -> None:
    with pytest.raises(NotUnderstood):
        await door.press_forged(ANA, "clocking.everybody_out", "null")


async def test_somebody_elses_button_changes_nothing(door: PlainDoor, clock: Clock) -> None:
    came = await door.type(ANA, "clockin")
    with pytest.raises(Forbidden):
        await door.press(BEN, came, "Clock out")
    clock.now += timedelta(minutes=5)
    assert shown(await door.type(ANA, "status"))[0].startswith("You are in since 09:02")


async def test_unknown_words_are_refused(door: PlainDoor) -> None:
    with pytest.raises(NotACommand):
        await door.type(ANA, "repot last week")
    with pytest.raises(NotACommand):
        await door.type(ANA, "status now")


def test_a_button_carries_what_its_handler_takes() -> None:
    packed = clocking.press_clock_out.pack(ClockIn(ANA, "event"))
    assert clocking.press_clock_out.unpack(packed) == ClockIn(ANA, "event")
