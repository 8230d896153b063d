"""The weekly summary for managers, with the way to the whole report."""

from __future__ import annotations

from datetime import date

from slack_sdk.web.async_client import AsyncWebClient

from bot.chat import views
from bot.chat.asked import Asked
from bot.chat.report import show_report
from bot.notices import Message
from bot.ranges import DateRange
from bot.services import Services
from bot.slack import render
from bot.slack.blocks import Answer, section
from bot.wording import reminders as sentences


async def deliver_summary(services: Services, client: AsyncWebClient, message: Message) -> None:
    """A manager's week, with the way to the whole report."""
    days = DateRange(*(date.fromisoformat(str(message.facts[name])) for name in ("first", "last")))
    show = render.block(views.Buttons([show_report.button(sentences.SHOW_REPORT, Asked(days))]))
    await _send(client, message, Answer(message.text, [section(message.text), show]))


async def _send(client: AsyncWebClient, message: Message, answer: Answer) -> None:
    await client.chat_postMessage(channel=message.recipient, unfurl_links=False, **answer.payload)
