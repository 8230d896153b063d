"""`/clockin`, `/clockout`, `/attendance WORD …` and direct messages: finds the feature that is meant."""

from __future__ import annotations

from dataclasses import replace

from slack_bolt.async_app import AsyncApp

from bot.chat.direct_messages import type_the_command
from bot.errors import NotACommand
from bot.slack import features, render, settings_form
from bot.slack.features import typed
from bot.slack.listener import Ask, Edge, Handler, Outcome

_WORDS: dict[str, Handler] = {
    "settings": settings_form.open_form,
}
"""What is not written for all chats yet."""

NEEDS_A_COMMAND = frozenset({"settings"})
"""What opens a form, and so needs the trigger that Slack gives to a command."""


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents."""
    app.command("/clockin")(edge.command(clock_in))
    app.command("/clockout")(edge.command(clock_out))
    app.command("/attendance")(edge.command(attendance))
    app.event("message")(edge.direct_message(said))


async def clock_in(ask: Ask) -> Outcome:
    """`/clockin …`"""
    return await typed(ask, "clockin", ask.words)


async def clock_out(ask: Ask) -> Outcome:
    """`/clockout …`"""
    return await typed(ask, "clockout", ask.words)


async def attendance(ask: Ask) -> Outcome:
    """Runs what the word means on the words after it. Raises NotACommand."""
    word, _, rest = ask.words.strip().partition(" ")
    handler = _WORDS.get(word.lower())
    if handler is None:
        return await typed(ask, word, rest.strip())
    if rest.strip() and word.lower() in NEEDS_A_COMMAND:
        raise NotACommand(ask.words.strip(), "/attendance")
    return await handler(replace(ask, words=rest.strip()))


async def said(ask: Ask) -> Outcome:
    """What somebody writes to the bot."""
    word = ask.words.strip().partition(" ")[0].lower().rstrip(".!?")
    if word in NEEDS_A_COMMAND:
        return render.answer(type_the_command(word))
    return await features.said(ask)
