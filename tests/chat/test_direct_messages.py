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


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("What are my hours?", "status"),
        ("my hours", "status"),
        ("hours", "status"),
        ("how long did I work", "status"),
        ("How long have I been working today?", "status"),
        ("am I still clocked in?", "status"),
        ("status please", "status"),
        ("my hours last week", "report last week"),
        ("how many hours did I work this week?", "report this week"),
        ("can you show me my hours for yesterday, please", "report yesterday"),
        ("report last week, please", "report last week"),
        ("who is in", "who"),
        ("who's working today?", "who"),
        ("show my records", "events"),
    ],
)
async def test_everyday_words_for_a_command_are_understood(door: PlainDoor, typed: str, command: str) -> None:
    await door.type(ANA, "clockin")
    word, _, days = command.partition(" ")
    assert shown(await door.say(ANA, typed)) == shown(await door.type(ANA, f"{word} {days}".strip()))


async def test_undo_offers_to_take_back_the_last_entry(door: PlainDoor, clock: Clock) -> None:
    too_late = (
        "⚠️ You entered nothing in the last ten minutes that you can undo. Your manager or an admin can correct "
        "older records."
    )
    assert await door.refusal(ANA, door.say(ANA, "undo")) == too_late
    await door.type(ANA, "clockin")
    asked = await door.say(ANA, "undo that")
    assert shown(asked) == ["Your last entry: clocked in at 09:02."]
    clock.advance(minutes=11)
    asked_late = await door.refusing(ANA, door.say(ANA, "undo"))
    assert (shown(asked_late), labels(asked_late)) == ([too_late], ["Show records"])
    await door.type(ANA, "clockout")
    asked = await door.say(ANA, "Oops")
    assert shown(asked) == ["Your last entry: clocked out at 09:13."]
    undone = await door.press(ANA, asked, "Undo")
    assert shown(undone)[0] == "✅ Clock-out undone. You've been clocked in since 09:02."


async def test_a_break_and_what_only_may_mean_in_or_out_are_answered_with_a_button(door: PlainDoor) -> None:
    for typed in ("lunch", "I'm on lunch break", "pause!", "going for a coffee"):
        told = await door.say(ANA, typed)
        assert shown(told)[0].startswith('A break is the time between two records. Type "out" when it starts')
        assert labels(told) == ["Clock in"]
    for typed, word in {"start": "in", "I'm back": "in", "done for today": "out", "Bye!": "out"}.items():
        asked = await door.refusing(ANA, door.say(ANA, typed))
        assert shown(asked) == [f'⚠️ Did you mean "{word}"?']
    assert shown(await door.type(ANA, "status"))[0] == "You're clocked out"
    assert shown(await door.say(ANA, "thanks!")) == ["You're welcome!"]


async def test_what_the_bot_does_not_do_is_answered_with_what_to_type(door: PlainDoor) -> None:
    for typed, told in {
        "I forgot to clock out yesterday": 'Type "out yesterday at 17:30" with the day and time you left',
        "delete my last record": '"undo" takes back what you entered in the last ten minutes.',
        "sick today": "I only keep working hours.",
    }.items():
        assert shown(await door.say(ANA, typed))[0].startswith(told)
