"""`/attendance` and `/attendance status`: one's own state, today and this week."""

from __future__ import annotations

from bot.chat.clocking import clock_in_button, clock_out_button
from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Message, Text
from bot.reports import worked_time
from bot.wording.clocking import state

status = Feature("status")


@status.word("", "status", alone=True)
async def show(ask: Ask) -> Message:
    """The state, with the one button that fits it."""
    now = await worked_time.status(ask.services, ask.caller)
    button = clock_out_button(now.open_pair) if now.open_pair else clock_in_button()
    return Message([Text(state(now, ask.reader)), Buttons([button])])
