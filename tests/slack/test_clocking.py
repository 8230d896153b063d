"""Clocking in and out in Slack: typed text notifies nobody, and a button pressed by many does one thing."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from bot.practice.model import Message
from tests.conftest import Clock, RunningBot
from tests.slack.conftest import People, buttons, labels
from tests.slack.test_walk import ADA, ANA, BEN, MARCO, set_the_scene


async def test_typed_text_is_shown_and_never_becomes_markup(people: People) -> None:
    told = await people.type(ANA, "/clockin at 8:30 *bold* & <b>")
    assert told.text == '✅ *Clocked in at 08:30.* "∗bold∗ &amp; &lt;b&gt;"'


async def test_a_mistake_says_how_to_type_it(people: People) -> None:
    assert (await people.type(ANA, "/clockin at 8:3x <!here>")).text == (
        '⚠️ I couldn\'t read "8:3x" as a time. Try `/clockin at 8:30`.'
    )
    assert (await people.type(ANA, "/attendance frobnicate <!here>")).text == (
        '⚠️ I don\'t know "frobnicate". Type `/attendance help` to see what I can do.'
    )


async def test_a_comment_told_to_somebody_else_notifies_nobody(bot: RunningBot, people: People, clock: Clock) -> None:
    await set_the_scene(bot, people, clock)
    await people.type(MARCO, "/clockin @ana <!channel> & co")
    assert (await people.direct_message(ANA)).text == (
        '<@U0MARCO> clocked you in at 09:02. "&lt;!channel&gt; &amp; co"'
    )


async def test_a_deactivated_person_can_not_clock_in(bot: RunningBot, people: People, clock: Clock) -> None:
    await set_the_scene(bot, people, clock)
    user = {"id": BEN, "team_id": bot.workspace.team_id, "real_name": "Ben Fischer", "deleted": True}
    assert (await bot.workspace.event({"type": "user_change", "user": user})).status == 200
    assert (await people.type(MARCO, "/clockin @ben")).text == (
        "⚠️ <@U0BEN>'s account is deactivated. Choose somebody else."
    )
    assert "Ben" not in (await people.type(ADA, "/attendance events")).shown


@pytest.mark.parametrize("value", ["", "[" * 1900, "<!channel>"])
async def test_a_forged_clock_out_button_ends_nothing(people: People, value: str) -> None:
    answer = await people.type(ANA, "/clockin")
    told = await people.press_forged(ANA, answer, "clocking.press_clock_out#0", value)
    assert told.text == "⚠️ This button no longer works. Type `/attendance` for a new one."
    assert (await people.type(ANA, "/attendance")).text.startswith("*You've been clocked in since 09:02")


async def test_an_unknown_person_is_shown_as_text(bot: RunningBot, people: People, clock: Clock) -> None:
    answer = await people.type(ANA, "/clockin")
    told = await people.press_forged(
        ANA, answer, "clocking.press_clock_out#0", '{"user_id": "<!channel>|x", "event_id": "event"}'
    )
    assert told.text.startswith("⚠️ You can't clock &lt;!channel&gt;|x in or out")


async def test_a_button_clocks_in_once_however_often_it_is_pressed(people: People) -> None:
    state = await people.type(ANA, "/attendance")
    assert labels(state) == ["Clock in"]
    button = buttons(state)[0]
    told = await people.press(ANA, state, "Clock in")
    assert told.text == "✅ *Clocked in at 09:02.*"
    await people.workspace.press_forged(ANA, state, button["action_id"], button["value"])

    def answered() -> list[Message]:
        return [message for message in people.workspace.visible_to(ANA) if message.text.startswith("⚠️ You're already")]

    await people.workspace.until(answered)


async def test_a_hundred_impatient_commands_at_once_clock_in_once(people: People) -> None:
    await people.type(ANA, "/attendance")
    told = Counter(answer.text for answer in await people.type_at_once(ANA, "/clockin", times=100))
    assert told == {"✅ *Clocked in at 09:02.*": 1, "⚠️ You're already clocked in (since 09:02).": 99}


async def test_two_people_who_press_the_same_button_end_one_clock_in_and_get_a_clear_answer_each(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    answer = await people.type(MARCO, "/clockin @ana")
    clock.advance(hours=1)
    action, value = buttons(answer)[0]["action_id"], buttons(answer)[0]["value"]
    seen = len(bot.workspace.messages)
    await asyncio.gather(
        bot.workspace.press(MARCO, answer, action, value), bot.workspace.press_forged(ADA, answer, action, value)
    )

    def beside() -> list[Message]:
        return [message for message in bot.workspace.messages[seen:] if message.visible_to in (MARCO, ADA)]

    (other,) = await bot.workspace.until(lambda: beside() if answer.edited else [])
    told, refused = ("", ", Berlin") if other.visible_to == ADA else (" (Berlin)", "")  # Ada's zone is another
    assert answer.text == f"✅ *Clocked <@U0ANA> out at 10:02{told}.* Today: 1 h.\nI've told them."
    assert other.text == f"⚠️ <@U0ANA> isn't clocked in (last clock-out: 10:02{refused}). Check their records."


async def test_everyday_words_after_the_command_are_understood(people: People) -> None:
    await people.type(ANA, "/clockin")
    assert (await people.type(ANA, "/attendance my hours")).text.startswith("*You've been clocked in since 09:02*")
    assert (await people.type(ANA, "/attendance hours last week")).text.startswith("*Last week")
