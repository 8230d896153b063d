"""`/attendance` and `/attendance status`: one's own state, today and this week."""

from __future__ import annotations

from bot import reports
from bot.slack.blocks import Answer, actions, section
from bot.slack.clocking_blocks import clock_in_button, clock_out_button
from bot.slack.listener import Ask
from bot.wording import clocking as sentences


async def show(ask: Ask) -> Answer:
    """The state, with the one button that fits it."""
    status = await reports.status(ask.services, ask.caller)
    text = sentences.state(status, ask.reader)
    button = clock_out_button(status.open_pair) if status.open_pair else clock_in_button()
    return Answer(text, [section(text), actions(button)])
