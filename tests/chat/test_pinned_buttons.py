"""`/attendance post`: buttons for everybody in a channel."""

from __future__ import annotations

import pytest

from bot.chat.views import Message
from bot.errors import NotACommand
from storage.errors import AlreadyClockedIn, NotClockedIn
from tests.chat.conftest import ANA, BEN, PlainDoor, labels, shown
from tests.conftest import Clock


async def posted(door: PlainDoor, user_id: str = ANA) -> Message:
    answer = await door.type(user_id, "post")
    assert shown(answer) == ["✅ Posted. Pin the message so that everyone finds it."]
    return door.chat.posted[-1]


async def test_anybody_can_post_the_buttons_and_the_post_names_them(door: PlainDoor) -> None:
    post = await posted(door)

    assert shown(post) == [
        "Clock in when you come, and out when you leave. Only you see the answer.",
        "Posted by U0Ana",
    ]
    assert labels(post) == ["Clock in", "Start a break", "Clock out"]
    assert "<at>" not in str(post), "nobody is notified"


async def test_a_press_clocks_in_the_person_who_pressed_and_leaves_the_post(door: PlainDoor, clock: Clock) -> None:
    post = await posted(door)

    arrived = [await door.press(one, post, "Clock in") for one in (ANA, BEN)]
    clock.advance(hours=8)
    left = await door.press(BEN, post, "Clock out")

    assert [shown(one) for one in arrived] == [["✅ Clocked in at 09:02."]] * 2
    assert shown(left)[0].startswith("✅ Clocked out at 17:02. Today: 8\xa0h.")
    assert labels(arrived[0]) == ["Clock out", "Start a break", "Undo"]
    assert not any(isinstance(one, Message) and one.replaces for one in (*arrived, left))


async def test_a_second_press_writes_nothing(door: PlainDoor, clock: Clock) -> None:
    post = await posted(door)
    with pytest.raises(NotClockedIn):
        await door.press(ANA, post, "Clock out")
    await door.press(ANA, post, "Clock in")
    clock.advance(minutes=1)

    with pytest.raises(AlreadyClockedIn):
        await door.press(ANA, post, "Clock in")
    assert shown(await door.type(ANA, "status"))[0] == "You've been clocked in since 09:02"


async def test_a_missing_clock_out_is_asked_about_and_the_post_stays(door: PlainDoor, clock: Clock) -> None:
    post = await posted(door)
    await door.press(ANA, post, "Clock in")
    clock.advance(days=1, hours=2)

    asked = await door.press(ANA, post, "Clock in")

    assert isinstance(asked, Message)
    assert "When did you leave on Monday?" in shown(asked)[0]
    assert not asked.replaces


async def test_nothing_is_posted_where_more_was_typed(door: PlainDoor) -> None:
    with pytest.raises(NotACommand):
        await door.type(ANA, "post it in #general")
    assert door.chat.posted == []
