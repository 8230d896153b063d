"""A button that types a line again, pressed later, records what was typed."""

from __future__ import annotations

import pytest

from bot.chat.views import Message
from storage.errors import Refusal
from tests.chat.conftest import ANA, PlainDoor, fields_of, form_in, labels, shown
from tests.chat.test_typed_clocking import state
from tests.conftest import Clock

IN_BERLIN = "Clock in, office Berlin Mitte"
IN_SAID = "Clock in, with that as comment"
OUT_SAID = "Clock out, with that as comment"


async def ask(door: PlainDoor, line: str) -> Message:
    """What the person sees after `/clockin …`, or after a direct message that begins with `say: `."""
    words = line.removeprefix("say: ")
    try:
        return await (door.type(ANA, line) if words == line else door.say(ANA, words))
    except Refusal as error:
        caught = error

    async def raise_again() -> None:
        raise caught

    return await door.refusing(ANA, raise_again())


@pytest.mark.parametrize(
    ("typed_at", "line", "label", "pressed_at", "recorded"),
    [
        ("24T08:00", "clockin 30 min ago in berln", IN_BERLIN, "24T08:20", "in 08:30 hq"),
        ("24T08:00", "say: in 30 min ago in berln", IN_BERLIN, "24T08:20", "in 08:30 hq"),
        ("24T08:00", "clockin 30 min ago in a hurry", IN_SAID, "24T08:20", 'in 08:30 "in a hurry"'),
        ("23T23:10", "clockin 30 min ago in berln", IN_BERLIN, "23T23:40", "in 23:40 on 23 hq"),
        ("24T17:00", "clockin at 8:30 in berln", IN_BERLIN, "25T08:00", "in 08:30 hq"),
        ("24T17:00", "say: in at 8:30 in berln", IN_BERLIN, "25T08:00", "in 08:30 hq"),
        ("24T17:00", "clockin today at 8:30 in berln", IN_BERLIN, "25T08:00", "in 08:30 hq"),
        ("24T17:00", "clockin at 8:30 in a hurry", IN_SAID, "25T08:00", 'in 08:30 "in a hurry"'),
        ("24T17:00", "say: ni at 8:30", "Clock in", "25T08:00", "in 08:30"),
        ("24T22:50", "say: ni 23:30", "Clock in", "24T23:20", "in 23:30"),
        ("24T08:00", "clockin in berln", IN_BERLIN, "24T08:20", "in 09:20 hq"),
        ("24T08:00", "say: inn", "Clock in", "24T08:20", "in 09:20"),
        ("24T08:00", "say: ni hq", "Clock in", "24T08:20", "in 09:20 hq"),
        ("24T08:00", "say: in hq at the dentist", IN_SAID, "24T08:20", 'in 09:20 hq "at the dentist"'),
    ],
)
async def test_a_line_pressed_later_means_what_it_meant(
    team: PlainDoor, clock: Clock, typed_at: str, line: str, label: str, pressed_at: str, recorded: str
) -> None:
    clock.set(f"2026-11-{typed_at}")
    asked = await ask(team, line)
    assert label in labels(asked)
    assert await state(team, ANA) == "nothing"
    clock.set(f"2026-11-{pressed_at}")
    await team.press(ANA, asked, label)
    assert await state(team, ANA) == recorded


@pytest.mark.parametrize(
    ("line", "label", "pressed_at", "recorded"),
    [
        ("say: ot 30 min ago at the dentist", "Clock out", "24T15:20", 'out 15:30 "at the dentist"'),
        ("say: ot at 15:30", "Clock out", "24T15:20", "out 15:30"),
        ("say: ot at 15:30", "Clock out", "25T06:00", "out 15:30"),
        ("say: ot today at 15:30", "Clock out", "25T06:00", "out 15:30"),
        ("clockout at the dentist", OUT_SAID, "24T15:20", 'out 16:20 "at the dentist"'),
    ],
)
async def test_a_clock_out_pressed_later_means_what_it_meant(
    team: PlainDoor, clock: Clock, line: str, label: str, pressed_at: str, recorded: str
) -> None:
    clock.set("2026-11-24T08:00")
    await team.type(ANA, "clockin")
    clock.set("2026-11-24T15:00")
    asked = await ask(team, line)
    clock.set(f"2026-11-{pressed_at}")
    await team.press(ANA, asked, label)
    assert await state(team, ANA) == recorded


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("clockin in berln", IN_BERLIN),
        ("clockin today in berln", IN_BERLIN),
        ("clockin in a hurry", IN_SAID),
        ("say: inn", "Clock in"),
        ("clockin see you at 8", "Clock in now, with that as comment"),
    ],
)
async def test_now_is_never_another_day(team: PlainDoor, clock: Clock, line: str, label: str) -> None:
    clock.set("2026-11-24T17:00")
    asked = await ask(team, line)
    clock.set("2026-11-25T07:00")
    told = await team.press(ANA, asked, label)
    assert shown(told) == ["You typed that on Tue 24 Nov. Type it again."]
    assert isinstance(told, Message)
    assert told.replaces
    assert await state(team, ANA) == "nothing"


@pytest.mark.parametrize(
    ("line", "label"),
    [
        ("clockout at the dentist", OUT_SAID),
        ("say: ot", "Clock out"),
        ("say: ot at 5:30", "Clock out"),
        ("clockout see you at 8", "Clock out now, with that as comment"),
    ],
)
async def test_a_clock_out_of_a_night_shift_is_never_moved_to_the_morning(
    team: PlainDoor, clock: Clock, line: str, label: str
) -> None:
    clock.set("2026-11-24T18:30")
    await team.type(ANA, "clockin")
    clock.set("2026-11-24T20:00")
    asked = await ask(team, line)
    clock.set("2026-11-25T06:00")
    assert shown(await team.press(ANA, asked, label)) == ["You typed that on Tue 24 Nov. Type it again."]
    assert await state(team, ANA) == "in 19:30"


async def test_yesterday_is_the_day_before_it_was_typed(team: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-24T17:00")
    asked = await ask(team, "clockin yesterday 9-17 in berln")
    clock.set("2026-11-25T08:00")
    form = fields_of(form_in(await team.press(ANA, asked, IN_BERLIN)))
    assert (form["date"], form["start"], form["end"]) == ("2026-11-23", "09:00", "17:00")


async def test_a_second_mistake_keeps_the_time_of_the_first(team: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-24T08:00")
    asked = await ask(team, "say: ni 30 min ago in berln")
    clock.set("2026-11-24T08:10")
    asked = await team.refusing(ANA, team.press(ANA, asked, "Clock in"))
    clock.set("2026-11-24T08:20")
    await team.press(ANA, asked, IN_BERLIN)
    assert await state(team, ANA) == "in 08:30 hq"
