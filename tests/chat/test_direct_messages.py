"""Plain words in a direct message do what the commands do."""

from __future__ import annotations

import pytest

from bot.errors import Forbidden
from bot.people.teams_and_offices import set_office
from storage.errors import AlreadyClockedIn
from tests.builders import ADMIN
from tests.chat.conftest import ADA, ANA, BEN, PlainDoor, labels, shown
from tests.conftest import Clock


async def test_in_and_out_clock_in_and_out(door: PlainDoor, clock: Clock) -> None:
    arrived = await door.say(ANA, "in")
    clock.advance(hours=8, minutes=28)
    left = await door.say(ANA, "Out!")

    assert shown(arrived) == ["✅ Clocked in at 09:02."]
    assert labels(arrived) == ["Clock out", "Undo"]
    assert shown(left)[0].startswith("✅ Clocked out at 17:30. Today: 8 h 28 min.")


async def test_an_earlier_time_and_a_reason_are_taken_over(door: PlainDoor) -> None:
    arrived = await door.say(ANA, "in at 8:30 because the train was late")
    assert shown(arrived) == ['✅ Clocked in at 08:30. "the train was late"']


@pytest.mark.parametrize("words", ["in", "In", "IN", "in.", "clock in", "Clock-in", "clockin", "clocking in", "in, "])
async def test_clocking_in_can_be_said_in_many_ways(door: PlainDoor, words: str) -> None:
    assert shown(await door.say(ANA, words)) == ["✅ Clocked in at 09:02."]


async def test_an_office_is_understood_without_another_in(door: PlainDoor) -> None:
    await set_office(door.services, ADMIN, "hq", "Berlin Mitte", "Europe/Berlin")

    arrived = await door.say(ANA, "in berlin mitte good morning")
    elsewhere = await door.say(BEN, "in a café, good morning")

    assert shown(arrived) == ['✅ Clocked in at 09:02. Office: Berlin Mitte. "good morning"']
    assert shown(elsewhere) == ['✅ Clocked in at 09:02. "a café, good morning"']


@pytest.mark.parametrize("words", ["status", "Help", "who?", "history yesterday", "events this week", "reminders off"])
async def test_words_of_attendance_are_answered_like_the_command(door: PlainDoor, words: str) -> None:
    typed = words.lower().rstrip("?")
    assert shown(await door.say(ANA, words)) == shown(await door.type(ANA, typed))


@pytest.mark.parametrize(
    "words",
    [
        "",
        "indeed",
        "in?",
        "in at 8:30, ok?",
        "clockin?",
        "clockin at 8:30, ok?",
        "clockout?",
        "out-of-office tomorrow",
        "in-laws visiting",
        "in: later",
        "out of curiosity: who sees it?",
    ],
)
async def test_questions_and_other_words_are_answered_with_examples(door: PlainDoor, words: str) -> None:
    answer = await door.refusing(ANA, door.say(ANA, words))
    assert shown(answer) == ['⚠️ Sorry, I didn\'t get that. Try "in", "out", or "status".']
    assert labels(answer) == ["Show help"]
    assert shown(await door.say(ANA, "status"))[0] == "You're clocked out"


async def test_somebody_else_is_clocked_in_by_those_who_may(door: PlainDoor) -> None:
    with pytest.raises(Forbidden):
        await door.say(ANA, f"in <@{BEN}>")
    assert shown(await door.say(ADA, f"in <@{BEN}>")) == ["✅ Clocked @U0BEN in at 09:02.", "I've told them."]


async def test_a_message_that_was_refused_writes_nothing_when_it_is_delivered_again(
    door: PlainDoor, clock: Clock
) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=8)
    with pytest.raises(AlreadyClockedIn):
        await door.say(ANA, "in", message_id="1")
    await door.type(ANA, "clockout")
    clock.advance(minutes=5)

    again = await door.say(ANA, "in", message_id="1")

    assert shown(again)[0] == "You're clocked out"


async def test_a_message_that_was_answered_by_a_question_writes_nothing_when_it_is_delivered_again(
    door: PlainDoor, clock: Clock
) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=23)
    asked = await door.say(ANA, "in", message_id="1")
    assert "When did you leave on Monday?" in shown(asked)[0]
    await door.type(ANA, "clockout at 17:30")
    clock.advance(minutes=5)

    again = await door.say(ANA, "in", message_id="1")

    assert shown(again)[0] == "You're clocked out"
