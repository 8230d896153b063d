"""The bot in a channel: pinned buttons, and its name at the beginning of a message."""

from __future__ import annotations

from typing import Any

import pytest

from bot.practice.model import GENERAL, Fault, Message
from bot.slack import sentences
from tests.conftest import Clock, RunningBot
from tests.slack.conftest import People, labels
from tests.slack.test_walk import ADA, ANA


async def mention(people: People, user_id: str, words: str, **more: Any) -> list[Message]:
    """What this person, and nobody else, is answered in the channel."""
    event = {"type": "app_mention", "channel": GENERAL, "user": user_id, "text": words, "ts": "9.000001"}
    delivery = await people.workspace.event(event | more)
    assert delivery.status == 200
    return [one for one in people.workspace.visible_to(user_id, GENERAL) if one.visible_to == user_id]


async def test_everybody_can_press_posted_buttons_and_sees_their_own_answer(people: People, clock: Clock) -> None:
    assert (await people.type(ADA, "/attendance post")).visible_to == ADA
    post = people.workspace.last("U0KEI", GENERAL)
    arrived = await people.press(ANA, post, "Clock in")
    clock.advance(hours=8)
    left = await people.press(ANA, post, "Clock out")

    assert (arrived.visible_to, left.visible_to) == (ANA, ANA)
    assert left.text.startswith("✅ *Clocked out at 17:02.*")
    assert (post.visible_to, post.edited, labels(post)) == (None, 0, ["Clock in", "Start a break", "Clock out"])
    assert "*Ada Clarke*" in post.text


@pytest.mark.parametrize(
    ("reason", "said"),
    [
        ("not_in_channel", sentences.NOT_IN_CHANNEL()),
        ("is_archived", sentences.CLOSED_CHANNEL()),
        ("restricted_action", sentences.CLOSED_CHANNEL()),
    ],
)
async def test_a_channel_that_takes_no_post_is_told_with_what_to_do(
    people: People, bot: RunningBot, reason: str, said: str
) -> None:
    bot.workspace.faults["chat.postMessage"] = Fault(error=reason)
    assert (await people.type(ANA, "/attendance post")).text == f"⚠️ {said}"


async def test_nobody_is_told_to_invite_the_bot_to_a_direct_message(people: People, bot: RunningBot) -> None:
    bot.workspace.faults["chat.postMessage"] = Fault(error="channel_not_found")
    delivery = await bot.workspace.command(ANA, "/attendance", "post", "D0BETWEEN")
    assert [one.text for one in delivery.messages] == [f"⚠️ {sentences.NO_CHANNEL()}"]


async def test_its_name_first_is_understood_as_a_direct_message_is(people: People, clock: Clock) -> None:
    await people.workspace.say(ANA, "@attendance in at 8:30 because the train was late", GENERAL)
    answer = people.workspace.last(ANA, GENERAL)
    assert (answer.text, answer.visible_to) == ('✅ *Clocked in at 08:30.* "the train was late"', ANA)

    clock.advance(hours=1)
    left = await people.press(ANA, answer, "Clock out")
    assert left.text.startswith("✅ *Clocked out at 10:02.*")


@pytest.mark.parametrize(
    "words", ["in my opinion <@U0BOT> is fine", "<@U0KEI> <@U0BOT> in", "out of <@U0BOT>", "<@U0BOT>", "Hi <@U0BOT>!"]
)
async def test_its_name_elsewhere_records_nothing_and_is_greeted(people: People, words: str) -> None:
    (answer,) = await mention(people, ANA, words)
    assert answer.text.startswith("Hi!\n*You haven't clocked in today*")
    assert labels(answer) == ["Clock in"]


async def test_a_mention_in_a_thread_is_answered_in_it(people: People, bot: RunningBot) -> None:
    await mention(people, ANA, "<@U0BOT> status", thread_ts="1.000001")
    (call,) = [one.arguments for one in bot.workspace.calls if one.method == "chat.postEphemeral"]
    assert (call["channel"], call["user"], call["thread_ts"]) == (GENERAL, ANA, "1.000001")


async def test_a_mention_delivered_again_has_no_second_effect(people: People, clock: Clock) -> None:
    await mention(people, ANA, "<@U0BOT>, in")
    clock.advance(hours=1)
    await people.type(ANA, "/clockout")

    answers = await mention(people, ANA, "<@U0BOT>, in")

    assert answers[-1].text.startswith("*You're clocked out*")


@pytest.mark.parametrize("more", [{"bot_id": "B0OTHER"}, {"edited": {"user": ANA, "ts": "9.1"}}, {"user": None}])
async def test_mentions_by_bots_and_edits_are_ignored(people: People, more: dict[str, Any]) -> None:
    assert await mention(people, ANA, "<@U0BOT> in", **more) == []
    assert (await people.type(ANA, "/attendance")).text.startswith("*You haven't clocked in today*")


async def test_in_a_direct_message_its_name_may_come_first_too(people: People) -> None:
    await people.workspace.say(ANA, "@attendance in")
    assert (await people.direct_message(ANA, "Clocked")).text == "✅ *Clocked in at 09:02.*"


async def test_blocks_that_slack_refuses_for_one_reader_are_sent_in_words(people: People, bot: RunningBot) -> None:
    bot.workspace.faults["chat.postEphemeral"] = Fault(error="invalid_blocks", times=1)
    (answer,) = await mention(people, ANA, "<@U0BOT> in")
    assert (answer.text, answer.blocks) == ("✅ *Clocked in at 09:02.*", [])


async def test_an_app_installed_without_the_scope_hears_no_mention_and_works(people: People, bot: RunningBot) -> None:
    bot.workspace.scopes = bot.workspace.scopes.replace("app_mentions:read,", "")
    assert await bot.workspace.say(ANA, "@attendance in", GENERAL) is None
    await people.type(ANA, "/attendance post")
    assert (await people.type(ANA, "/clockin")).text == "✅ *Clocked in at 09:02.*"
