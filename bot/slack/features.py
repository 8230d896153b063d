"""Passes what is typed, pressed and sent in Slack to the features of `bot.chat`, and draws their answers."""

from __future__ import annotations

import re

from slack_bolt.async_app import AsyncApp
from slackblocks import ModalView

from bot.chat import direct_messages, views
from bot.chat import refused as refusals
from bot.errors import OutdatedButton
from bot.notifications import prompts
from bot.slack import forms, render
from bot.slack.asks import Ask, Done, Outcome
from bot.slack.blocks import Answer
from bot.slack.here import plain
from bot.slack.ids import DIRECT_MESSAGE
from bot.slack.listener import Edge
from bot.wording import Reader

_ACTION_ID = re.compile(r"[a-z_]+\.[a-z_]+#\d+", re.ASCII)
_MENU_ID = re.compile(rf"{render.MENU}.*", re.DOTALL)
_ANY = re.compile(r".*", re.DOTALL)


SHORTCUTS = {"clock_in": "clockin", "clock_out": "clockout", "add_record": "add", "who_is_in": "who"}
"""The word that each shortcut types, by its callback id in the manifest."""


def register(app: AsyncApp, edge: Edge) -> None:
    """The commands, messages, shortcuts, buttons and forms of every feature."""
    app.command("/clockin")(edge.command(clock_in))
    app.command("/clockout")(edge.command(clock_out))
    app.command("/break")(edge.command(start_break))
    app.command("/back")(edge.command(back))
    app.command("/attendance")(edge.command(attendance))
    app.event("message")(edge.direct_message(said))
    app.event("app_mention")(edge.mention(mentioned))
    for callback_id in SHORTCUTS:
        app.shortcut(callback_id)(edge.shortcut(shortcut))
    app.action(_ACTION_ID)(edge.action(pressed))
    app.action(_MENU_ID)(edge.action(chosen))
    for form in edge.router.forms.values():
        app.view(form.name)(edge.submission(sent, form.field_of))


def register_outdated(app: AsyncApp, edge: Edge) -> None:
    """Answers buttons that earlier versions drew and that are still in messages. Register it last, because it takes
    every button."""
    app.action(_ANY)(edge.action(outdated))


async def clock_in(ask: Ask) -> Outcome:
    """`/clockin …`"""
    return await _typed(ask, "clockin", ask.words)


async def clock_out(ask: Ask) -> Outcome:
    """`/clockout …`"""
    return await _typed(ask, "clockout", ask.words)


async def start_break(ask: Ask) -> Outcome:
    """`/break …`"""
    return await _typed(ask, "break", ask.words)


async def back(ask: Ask) -> Outcome:
    """`/back …`"""
    return await _typed(ask, "back", ask.words)


async def attendance(ask: Ask) -> Outcome:
    """`/attendance WORD …`. Raises NotACommand."""
    return await _shown(ask, await direct_messages.commanded(ask.router, plain(ask, ask.words)))


async def said(ask: Ask) -> Outcome:
    """A direct message."""
    return await _shown(ask, await direct_messages.said(ask.router, plain(ask, ask.words)))


async def mentioned(ask: Ask) -> Outcome:
    """The same in a channel, after the bot's name."""
    say = direct_messages.said if ask.words else direct_messages.greeting
    return await _shown(ask, await say(ask.router, plain(ask, ask.words)))


async def shortcut(ask: Ask) -> Outcome:
    """A shortcut of Slack's ⚡ menu."""
    return await _typed(ask, SHORTCUTS[ask.action_id], "")


async def pressed(ask: Ask) -> Outcome:
    """A button."""
    name, _, _ = ask.action_id.partition("#")
    outcome = await ask.router.pressed(plain(ask), name, ask.value)
    may_be_question = bool(ask.message_ts and DIRECT_MESSAGE.fullmatch(ask.channel_id))
    if may_be_question and isinstance(outcome, views.Message) and outcome.replaces and not outcome.goes_on:
        # In the background: the press has already had its effect, and must not look refused if this fails.
        work = prompts.forget(ask.services, ask.caller.workspace_id, ask.channel_id, ask.message_ts)
        ask.services.tasks.start(work)
    return await _shown(ask, outcome)


async def chosen(ask: Ask) -> Outcome:
    """An option of a row's menu."""
    return await _shown(ask, await ask.router.pressed(plain(ask), ask.value, ask.action_id.removeprefix(render.MENU)))


async def sent(ask: Ask) -> Outcome:
    """A form."""
    carried, _line, opened_from = ask.metadata.partition("\n")
    outcome = await ask.router.sent(plain(ask), ask.action_id, carried, ask.fields or {})
    if isinstance(outcome, views.Message) and not outcome.in_form:
        return Done(render.answer(outcome), await _answered_message(ask, opened_from) if outcome.replaces else "")
    return _drawn(outcome, opened_from)


async def _answered_message(ask: Ask, opened_from: str) -> str:
    """The response_url of the message whose button opened the form. Empty for a question that the bot asked on its own,
    which is updated anyway."""
    response_url, _space, place = opened_from.partition(" ")
    channel, _space, posted_ts = place.partition(" ")
    if posted_ts and await prompts.is_question(ask.services, ask.caller.workspace_id, channel, posted_ts):
        return ""
    return response_url


async def outdated(ask: Ask) -> Answer:
    """Raises OutdatedButton."""
    raise OutdatedButton


def refused(error: Exception, reader: Reader) -> Answer:
    """A refusal's sentence, with its buttons."""
    return render.answer(refusals.refused(error, reader))


async def _typed(ask: Ask, word: str, words: str) -> Outcome:
    return await _shown(ask, await ask.router.typed(plain(ask, words), word))


async def _shown(ask: Ask, outcome: views.Outcome) -> Outcome:
    opened_from = f"{ask.response_url} {ask.channel_id} {ask.message_ts}" if ask.action_id and ask.response_url else ""
    drawn = _drawn(outcome, opened_from)
    if isinstance(drawn, ModalView):
        await ask.open(drawn)
        return None
    return drawn


def _drawn(outcome: views.Outcome, opened_from: str = "") -> Answer | ModalView | None:
    match outcome:
        case views.Message():
            return render.answer(outcome)
        case views.Form():
            return forms.form(outcome, opened_from)
        case None:
            return None
