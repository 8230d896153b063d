"""Draws what the bot says by itself, when it is sent; and `/attendance reminders on|off`."""

from __future__ import annotations

from datetime import date

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import Button

from bot import forgotten as core
from bot import reminders
from bot.access import Caller, Via
from bot.chat.clocking import clock_in_button, still_working
from bot.errors import Forbidden
from bot.notices import Message
from bot.ranges import DateRange
from bot.services import Services
from bot.slack import render, reporting
from bot.slack.blocks import Answer, actions, context, section
from bot.slack.listener import Ask, Edge
from bot.slack.reporting import Asked
from bot.wording import Reader
from bot.wording import reminders as sentences
from storage.errors import NotClockedIn

SHOW_REPORT = "show_report"


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents. `switch` is reached through `/attendance`."""
    app.action(SHOW_REPORT)(edge.action(show_report))


async def switch(ask: Ask) -> Answer:
    """`/attendance reminders on`, `… off`: one's own."""
    word = ask.words.strip().lower()
    if word not in ("on", "off"):
        return Answer(sentences.ON_OR_OFF)
    await reminders.switch(ask.services, ask.caller, on=word == "on")
    return Answer(sentences.ON if word == "on" else sentences.OFF)


async def show_report(ask: Ask) -> Answer:
    """**Show the report** of a summary."""
    asked = Asked.unpack(ask.value)
    return reporting.with_buttons(await reporting.report_of(ask, asked), asked, ask.reader)


async def deliver_question(services: Services, client: AsyncWebClient, message: Message) -> None:
    """`Still working?`, unless that was settled meanwhile."""
    caller = _themselves(message)
    try:
        question = await core.question(services, caller, caller.user_id, str(message.facts["event_id"]))
    except NotClockedIn:
        return
    answer = render.answer(still_working(question, Reader(caller.user_id, question.now)))
    await _send(client, message, answer)


async def deliver_clock_in(services: Services, client: AsyncWebClient, message: Message) -> None:
    """`You are not clocked in yet.`, unless the person came meanwhile, or it is late by now."""
    day = date.fromisoformat(str(message.facts["day"]))
    if await reminders.should_come(services, _themselves(message), day):
        blocks = [section(message.text), actions(render.button(clock_in_button())), context(sentences.HINT)]
        await _send(client, message, Answer(message.text, blocks))


async def deliver_forgotten(services: Services, client: AsyncWebClient, message: Message) -> None:
    """To a manager, whose clock-out is missing, unless that was settled meanwhile or is their business no more."""
    caller, about = _themselves(message), (str(message.facts[name]) for name in ("user_id", "event_id"))
    try:
        question = await core.question(services, caller, *about)
    except (Forbidden, NotClockedIn):
        return
    asked = bool(message.facts.get("asked", True))  # a message of an earlier version does not say
    text = sentences.forgotten_of_team(question.pair, Reader(caller.user_id, question.now), asked=asked)
    await _send(client, message, Answer(text))


async def deliver_summary(services: Services, client: AsyncWebClient, message: Message) -> None:
    """A manager's week, with the way to the whole report."""
    days = DateRange(*(date.fromisoformat(str(message.facts[name])) for name in ("first", "last")))
    show = Button(sentences.SHOW_REPORT, action_id=SHOW_REPORT, value=Asked(days).pack())
    await _send(client, message, Answer(message.text, [section(message.text), actions(show)]))


async def _send(client: AsyncWebClient, message: Message, answer: Answer) -> None:
    await client.chat_postMessage(channel=message.recipient, unfurl_links=False, **answer.payload)


def _themselves(message: Message) -> Caller:
    return Caller(message.workspace_id, message.recipient, Via.SLACK)
