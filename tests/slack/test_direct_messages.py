"""Plain words to the bot in a direct message do what the commands do."""

from __future__ import annotations

import pytest

from bot.practice.model import Fault, Message
from tests.conftest import Clock, RunningBot
from tests.slack.conftest import People, labels
from tests.slack.test_walk import ADA, ANA, MARCO, set_the_scene


async def say(people: People, user_id: str, words: str) -> Message:
    """Writes to the bot; what it answers there."""
    direct = people.workspace.direct(user_id)
    before = len(people.workspace.visible_to(user_id, direct))
    delivery = await people.workspace.say(user_id, words)
    assert delivery is not None
    assert delivery.status == 200
    seen = await people.workspace.until(
        lambda: (found := people.workspace.visible_to(user_id, direct))[before + 1 :] and found
    )
    return people.checked(seen[-1])


async def test_in_and_out_clock_in_and_out(people: People, clock: Clock) -> None:
    arrived = await say(people, ANA, "in")
    clock.advance(hours=8, minutes=28)
    left = await say(people, ANA, "Out!")

    assert arrived.text == "In at 09:02 (Berlin)."
    assert labels(arrived) == ["Clock out"]
    assert left.text.startswith("Out at 17:30 (Berlin) after 8 h 28 min.")


async def test_the_button_under_the_answer_works(people: People, clock: Clock) -> None:
    arrived = await say(people, ANA, "in")
    clock.advance(hours=1)

    left = await people.press(ANA, arrived, "Clock out")

    assert left.text.startswith("Out at 10:02 (Berlin)")


async def test_an_earlier_time_and_a_reason_are_taken_over(people: People) -> None:
    arrived = await say(people, ANA, "in at 8:30 because the train was late")

    assert arrived.text == "In at 08:30 (Berlin). “the train was late”"


@pytest.mark.parametrize("words", ["in", "In", "IN", "in.", "clock in", "Clock-in", "clockin", "clocking in", "in, "])
async def test_clocking_in_can_be_said_in_many_ways(people: People, words: str) -> None:
    assert (await say(people, ANA, words)).text == "In at 09:02 (Berlin)."


async def test_an_office_is_understood_without_another_in(bot: RunningBot, people: People, clock: Clock) -> None:
    await set_the_scene(bot, people, clock)

    arrived = await say(people, ANA, "in berlin mitte good morning")
    elsewhere = await say(people, MARCO, "in a café, good morning")

    assert arrived.text == "In at 09:02 (Berlin), office Berlin Mitte. “good morning”"
    assert elsewhere.text == "In at 09:02 (Berlin). “a café, good morning”"


async def test_status_and_reports_are_answered_as_the_commands_are(people: People) -> None:
    said, typed = await say(people, ANA, "status"), await people.type(ANA, "/attendance status")
    report, typed_report = (
        await say(people, ANA, "Report last week"),
        await people.type(ANA, "/attendance report last week"),
    )

    assert said.text == typed.text
    assert report.text == typed_report.text


async def test_words_that_mean_nothing_write_nothing_and_are_told_what_would(people: People) -> None:
    answer = await say(people, ANA, "<!channel> indeed")

    assert "I did not understand that, and nothing was written." in answer.text
    assert "<!channel>" not in answer.text
    assert (await say(people, ANA, "status")).text.startswith("You are out.")


@pytest.mark.parametrize(
    "words",
    [
        "in?",
        "in at 8:30, ok?",
        "out-of-office tomorrow",
        "in-laws visiting",
        "in: later",
        "out of curiosity: who sees it?",
    ],
)
async def test_questions_and_other_words_that_begin_alike_write_nothing(people: People, words: str) -> None:
    answer = await say(people, ANA, words)

    assert "I did not understand that, and nothing was written." in answer.text
    assert (await say(people, ANA, "status")).text.startswith("You are out.")


async def test_a_message_with_a_file_is_read_as_one_without(people: People) -> None:
    direct = people.workspace.direct(ANA)
    said = {"type": "message", "channel": direct, "channel_type": "im", "user": ANA, "text": "in", "ts": "1.000001"}

    await people.workspace.event(said | {"subtype": "file_share", "files": [{"id": "F0PHOTO"}]})

    assert (await people.direct_message(ANA)).text == "In at 09:02 (Berlin)."


async def test_what_opens_a_form_needs_a_command_and_says_so(people: People) -> None:
    assert "`/attendance add`" in (await say(people, ANA, "add")).text


async def test_somebody_else_is_clocked_in_by_those_who_may(people: People) -> None:
    refused = await say(people, ANA, "in <@U0BEN>")
    done = await say(people, ADA, "in <@U0BEN>")

    assert refused.text.startswith("You may not clock <@U0BEN> in or out")
    assert done.text.startswith("<@U0BEN> is in at ")


async def test_a_message_delivered_again_has_no_second_effect(people: People, clock: Clock) -> None:
    """Slack repeats an event whose acknowledgement it missed up to an hour later; the person has left by then."""
    await say(people, ANA, "in")
    first = people.workspace.visible_to(ANA, people.workspace.direct(ANA))[-2]
    clock.advance(minutes=4)
    await say(people, ANA, "out")
    clock.advance(minutes=1)

    direct = people.workspace.direct(ANA)
    event = {"type": "message", "channel": direct, "channel_type": "im", "user": ANA, "text": "in", "ts": first.ts}
    delivery = await people.workspace.event(event, event_id="Ev1", retry=2)
    answer = await people.workspace.until(
        lambda: [m for m in people.workspace.visible_to(ANA, direct) if m.text.startswith("You are out.")]
    )

    assert delivery.status == 200
    assert len(answer) == 1


async def redelivered(people: People, user_id: str, message: Message) -> str:
    """Slack brings what the person wrote once more; what the bot says to that."""
    direct = people.workspace.direct(user_id)
    before = len(people.workspace.visible_to(user_id, direct))
    event = {"type": "message", "channel": direct, "channel_type": "im", "user": user_id}
    await people.workspace.event(event | {"text": message.text, "ts": message.ts}, event_id="Ev1", retry=2)
    seen = await people.workspace.until(lambda: people.workspace.visible_to(user_id, direct)[before:])
    return str(seen[-1].text)


async def test_a_message_that_was_refused_writes_nothing_when_it_is_delivered_again(
    people: People, clock: Clock
) -> None:
    await people.type(ANA, "/clockin")
    clock.advance(hours=8)
    await say(people, ANA, "in")
    first = people.workspace.visible_to(ANA, people.workspace.direct(ANA))[-2]
    await people.type(ANA, "/clockout")
    clock.advance(minutes=5)

    assert (await redelivered(people, ANA, first)).startswith("You are out.")
    assert (await people.type(ANA, "/attendance")).text.startswith("You are out.")


async def test_a_message_that_was_answered_by_a_question_writes_nothing_when_it_is_delivered_again(
    people: People, clock: Clock
) -> None:
    await people.type(ANA, "/clockin")
    clock.advance(hours=23)
    await say(people, ANA, "in")
    first = people.workspace.visible_to(ANA, people.workspace.direct(ANA))[-2]
    await people.type(ANA, "/clockout at 17:30")
    clock.advance(minutes=5)

    assert (await redelivered(people, ANA, first)).startswith("You are out.")


@pytest.mark.parametrize(
    "event",
    [
        {"bot_id": "B0OTHER"},
        {"subtype": "message_changed"},
        {"subtype": "message_deleted"},
        {"channel_type": "channel"},
        {"user": None},
        {"text": None},
    ],
)
async def test_what_is_not_said_to_the_bot_by_a_person_is_left_alone(people: People, event: dict[str, object]) -> None:
    direct = people.workspace.direct(ANA)
    said = {"type": "message", "channel": direct, "channel_type": "im", "user": ANA, "text": "in", "ts": "1.000001"}

    delivery = await people.workspace.event(said | event)

    assert delivery.status == 200
    assert (await people.type(ANA, "/attendance")).text.startswith("You are out.")


async def test_an_answer_that_slack_does_not_take_does_not_undo_the_deed(people: People, bot: RunningBot) -> None:
    bot.workspace.faults["chat.postMessage"] = Fault(status=500)

    delivery = await people.workspace.say(ANA, "in")

    assert delivery is not None
    assert delivery.status == 200
    del bot.workspace.faults["chat.postMessage"]
    assert (await people.type(ANA, "/attendance")).text.startswith("You are in since 09:02")
