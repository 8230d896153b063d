"""The weekly summary for managers, with the way to the whole report."""

from __future__ import annotations

from datetime import date

from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import Button

from bot.notices import Message
from bot.ranges import DateRange
from bot.services import Services
from bot.slack import reporting
from bot.slack.blocks import Answer, actions, section
from bot.slack.listener import Ask, Edge
from bot.slack.reporting import Asked
from bot.wording import reminders as sentences

SHOW_REPORT = "show_report"


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents."""
    app.action(SHOW_REPORT)(edge.action(show_report))


async def show_report(ask: Ask) -> Answer:
    """**Show the report** of a summary."""
    asked = Asked.unpack(ask.value)
    return reporting.with_buttons(await reporting.report_of(ask, asked), asked, ask.reader)


async def deliver_summary(services: Services, client: AsyncWebClient, message: Message) -> None:
    """A manager's week, with the way to the whole report."""
    days = DateRange(*(date.fromisoformat(str(message.facts[name])) for name in ("first", "last")))
    show = Button(sentences.SHOW_REPORT, action_id=SHOW_REPORT, value=Asked(days).pack())
    await _send(client, message, Answer(message.text, [section(message.text), actions(show)]))


async def _send(client: AsyncWebClient, message: Message, answer: Answer) -> None:
    await client.chat_postMessage(channel=message.recipient, unfurl_links=False, **answer.payload)
