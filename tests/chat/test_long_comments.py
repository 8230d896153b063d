"""A comment that a button can't carry is never dropped silently."""

from __future__ import annotations

import pytest

from tests.chat.conftest import ANA, PlainDoor, fields_of, form_in, labels, shown
from tests.chat.test_typed_clocking import state
from tests.conftest import Clock

LONG = "stocktaking " * 90 + "done"  # 1,084 characters
TOO_LONG = "Your comment is too long for a button."


@pytest.mark.parametrize(
    ("line", "told"),
    [
        (
            f"clockout 5:30 {LONG}",
            f'{TOO_LONG} Send it again in quotes, with the exact time: "/clockout at 17:30 "…"".',
        ),
        (
            f"clockout since 17:30 {LONG}",
            f'{TOO_LONG} Send it again in quotes, with the exact time: "/clockout at 17:30 "…"".',
        ),
        (
            f"clockout 30 min ago {LONG} tomorrow",
            f'{TOO_LONG} Send it again in quotes, with the exact time: "/clockout at 17:15 "…"".',
        ),
        (f"clockout {LONG} tomorrow", f'{TOO_LONG} Send it again in quotes: "/clockout "…"".'),
        (f"say: out {LONG} tomorrow", f'{TOO_LONG} Send it again in quotes: "out "…"".'),
    ],
)
async def test_a_clock_out_with_a_long_comment_is_typed_again(
    door: PlainDoor, clock: Clock, line: str, told: str
) -> None:
    clock.set("2026-11-24T08:00")
    await door.type(ANA, "clockin")
    clock.set("2026-11-24T16:45")
    words = line.removeprefix("say: ")
    asked = await (door.type(ANA, line) if words == line else door.say(ANA, words))
    assert shown(asked) == [told]
    assert labels(asked) == []
    assert await state(door, ANA) == "in 09:00"


@pytest.mark.parametrize(
    ("now", "line", "told"),
    [
        (
            "24T17:45",
            f"clockin 5:30 {LONG}",
            f"{TOO_LONG} Send it again in quotes, with the exact time: "
            '"/clockin at 05:30 "…"" or "/clockin at 17:30 "…"".',
        ),
        ("23T23:15", f"clockin 22:30 {LONG}", f"{TOO_LONG} Shorten it and send it again."),
    ],
)
async def test_a_clock_in_with_a_long_comment_is_typed_again(
    door: PlainDoor, clock: Clock, now: str, line: str, told: str
) -> None:
    clock.set(f"2026-11-{now}")
    asked = await door.type(ANA, line)
    assert shown(asked) == [told]
    assert labels(asked) == []
    assert await state(door, ANA) == "nothing"


async def test_the_advice_keeps_the_comment(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-24T08:00")
    await door.type(ANA, "clockin")
    clock.set("2026-11-24T16:45")
    await door.type(ANA, f'clockout at 17:30 "{LONG} tomorrow"')
    assert await state(door, ANA) == f'out 17:30 "{LONG} tomorrow"'


async def test_a_form_takes_a_long_comment(door: PlainDoor, clock: Clock) -> None:
    form = form_in(await door.typed(ANA, f"clockin yesterday 9-17:30 {LONG}"))
    assert fields_of(form)["note"] == LONG


async def test_a_form_behind_a_button_opens_without_it_and_the_message_says_so(door: PlainDoor, clock: Clock) -> None:
    asked = await door.say(ANA, f"in yesterday 9-17:30 {LONG}")
    assert shown(asked) == [
        "That's a whole record, with a start and an end. Add it here:",
        f"{TOO_LONG} Paste it into the form.",
    ]
    assert fields_of(form_in(await door.press(ANA, asked, "Add the record…")))["note"] is None
