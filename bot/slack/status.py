"""`/attendance` and `/attendance status`: one's own state, today and this week."""

from __future__ import annotations

from bot import reports, wording
from bot.reports import Status
from bot.slack.blocks import Answer, actions, section
from bot.slack.clocking_blocks import clock_in_button, clock_out_button
from bot.slack.listener import Ask
from bot.wording import Reader
from bot.worktime import is_forgotten


async def show(ask: Ask) -> Answer:
    """The state, with the one button that fits it."""
    status = await reports.status(ask.services, ask.caller)
    text = status_text(status, ask.reader)
    button = clock_out_button(status.open_pair) if status.open_pair else clock_in_button()
    return Answer(text, [section(text), actions(button)])


def status_text(status: Status, reader: Reader) -> str:
    """Whole records add up; the time since an open clock-in is told beside them."""
    pair = status.open_pair
    if pair and is_forgotten(pair.clock_in.at, reader.now):
        state = wording.unresolved(f"you, {wording.since_day(pair)}")
        state += f" When did you leave on {wording.clock_in_day(pair):%A}? Type {reader.code('/clockout at 17:30')}."
    elif pair:
        state = f"You are in {wording.since(pair.clock_in, reader)}: {wording.duration(status.so_far)} so far."
    else:
        state = "You are out."
    today, week = wording.duration(status.today), wording.duration(status.week)
    beside = " in finished records" if pair else ""
    changes = "".join(f"\n{wording.clock_change(change)}" for change in status.clock_changes)
    return f"{state}\nToday: {today}{beside}. This week: {week}.{changes}"
