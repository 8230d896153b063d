"""Plain words to the bot in a direct message do what the commands do."""

from __future__ import annotations

import pytest

from bot.practice.model import Fault, Message
from tests.conftest import Clock, RunningBot
from tests.slack.conftest import People
from tests.slack.test_walk import ANA


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


async def test_the_button_under_the_answer_works(people: People, clock: Clock) -> None:
    arrived = await say(people, ANA, "in")
    clock.advance(hours=1)

    left = await people.press(ANA, arrived, "Clock out")

    assert left.text.startswith("✅ *Clocked out at 10:02")


async def test_status_and_reports_are_answered_as_the_commands_are(people: People) -> None:
    said, typed = await say(people, ANA, "status"), await people.type(ANA, "/attendance status")
    report, typed_report = (
        await say(people, ANA, "Report last week"),
        await people.type(ANA, "/attendance report last week"),
    )

    assert said.text == typed.text
    assert report.text == typed_report.text


async def test_unknown_words_write_nothing_and_are_answered_with_examples(people: People) -> None:
    answer = await say(people, ANA, "<!channel> indeed")

    assert "Sorry, I didn't get that." in answer.text
    assert "<!channel>" not in answer.text
    assert (await say(people, ANA, "status")).text.startswith("*You haven't clocked in today*")


async def test_a_message_with_a_file_is_read_as_one_without(people: People) -> None:
    direct = people.workspace.direct(ANA)
    said = {"type": "message", "channel": direct, "channel_type": "im", "user": ANA, "text": "in", "ts": "1.000001"}

    await people.workspace.event(said | {"subtype": "file_share", "files": [{"id": "F0PHOTO"}]})

    assert (await people.direct_message(ANA)).text == "✅ *Clocked in at 09:02.*"


@pytest.mark.parametrize("also", [{}, {"subtype": "thread_broadcast"}, {"subtype": "file_share", "files": []}])
async def test_a_message_in_a_thread_is_answered_in_the_thread(people: People, also: dict[str, object]) -> None:
    direct = people.workspace.direct(ANA)
    said = {"type": "message", "channel": direct, "channel_type": "im", "user": ANA, "text": "in", "ts": "2.000001"}

    await people.workspace.event(said | {"thread_ts": "1.000001"} | also)
    answer = await people.direct_message(ANA)

    assert (answer.text, answer.thread_ts) == ("✅ *Clocked in at 09:02.*", "1.000001")


async def test_a_message_outside_threads_is_answered_outside(people: People) -> None:
    assert (await say(people, ANA, "in")).thread_ts is None


async def test_a_form_is_offered_by_a_button(people: People) -> None:
    offered = await say(people, ANA, "add")
    assert offered.text == "Here's the form:"
    assert (await people.press_for_form(ANA, offered, "Add a record")).blocks


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
        lambda: [m for m in people.workspace.visible_to(ANA, direct) if m.text.startswith("*You're clocked out*")]
    )

    assert delivery.status == 200
    assert len(answer) == 1


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
async def test_messages_that_no_person_wrote_to_the_bot_are_ignored(people: People, event: dict[str, object]) -> None:
    direct = people.workspace.direct(ANA)
    said = {"type": "message", "channel": direct, "channel_type": "im", "user": ANA, "text": "in", "ts": "1.000001"}

    delivery = await people.workspace.event(said | event)

    assert delivery.status == 200
    assert (await people.type(ANA, "/attendance")).text.startswith("*You haven't clocked in today*")


async def test_an_answer_that_slack_refuses_does_not_undo_the_change(people: People, bot: RunningBot) -> None:
    bot.workspace.faults["chat.postMessage"] = Fault(status=500)

    delivery = await people.workspace.say(ANA, "in")

    assert delivery is not None
    assert delivery.status == 200
    del bot.workspace.faults["chat.postMessage"]
    assert (await people.type(ANA, "/attendance")).text.startswith("*You've been clocked in since 09:02")


async def test_blocks_that_slack_refuses_are_sent_in_words(people: People, bot: RunningBot) -> None:
    """What it counts otherwise than the bot must not take the whole answer away."""
    bot.workspace.faults["chat.postMessage"] = Fault(error="invalid_blocks", times=1)

    answer = await say(people, ANA, "in")

    assert (answer.text, answer.blocks) == ("✅ *Clocked in at 09:02.*", [])


async def test_blocks_that_slack_refuses_after_a_press_are_sent_in_words(
    people: People, bot: RunningBot, clock: Clock
) -> None:
    arrived = await say(people, ANA, "in")
    clock.advance(hours=1)
    bot.workspace.faults["response_url"] = Fault(status=400, error="invalid_blocks", times=1)

    left = await people.press(ANA, arrived, "Clock out")

    assert left.text.startswith("✅ *Clocked out at 10:02")


async def test_a_comment_holds_links_and_channels_as_people_see_them(people: People) -> None:
    direct = people.workspace.direct(ANA)
    text = "in, see <https://example.com/a|example.com/a>, <mailto:b@x.de|b@x.de> and <#C0X|general>"
    said = {"type": "message", "channel": direct, "channel_type": "im", "user": ANA, "text": text, "ts": "1.000001"}
    await people.workspace.event(said)

    events = await people.type(ANA, "/attendance events today")

    assert "see example.com/a, b@x.de and #general" in events.text
