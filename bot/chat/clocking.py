"""What **Clock in** and **Clock out** do, and the question that comes first."""

from __future__ import annotations

from collections.abc import Awaitable
from dataclasses import replace

from bot.attendance import missing_clock_outs, recording
from bot.chat.clock_answers import clocked_in, clocked_out
from bot.chat.clock_buttons import ClockIn, clocking, press_clock_in, press_clock_out
from bot.chat.findings import with_findings
from bot.chat.leaving import question
from bot.chat.routing import Ask
from bot.chat.views import Message
from bot.chat.waiting_clock_in import Arrival, wait
from bot.errors import AlreadyOnABreak, ForgottenClockOut
from storage.errors import AlreadyClockedIn

__all__ = ["clocking"]


@clocking.does(press_clock_in)
async def clock_in(ask: Ask) -> Message:
    """**Clock in**: the presser, now."""
    return await asking_first(ask, None, _pressed_clock_in(ask), Arrival(ask.caller.user_id))


@clocking.does(press_clock_out)
async def clock_out(ask: Ask, shown: ClockIn) -> Message:
    """**Clock out**: ends the clock-in that the button was shown for, and no other."""
    return await asking_first(ask, shown.user_id, _pressed_clock_out(ask, shown))


async def asking_first(
    ask: Ask, user_id: str | None, work: Awaitable[Message], arrival: Arrival | None = None
) -> Message:
    """The answer to a clock-in or clock-out, or the question about a missing clock-out of an earlier day. The `arrival`
    is offered again after the answer."""
    try:
        return await work
    except (AlreadyClockedIn, ForgottenClockOut) as error:
        asked = await missing_clock_outs.question(ask.services, ask.caller, user_id or ask.caller.user_id)
        if isinstance(error, AlreadyClockedIn) and not asked.is_about_another_day:
            if asked.on_break:  # a paid one, inside the record
                raise AlreadyOnABreak(asked.on_break) from error
            raise
        shown = question(asked, ask.reader)
        return replace(shown, pieces=[*shown.pieces, await wait(ask, asked, arrival)]) if arrival else shown


async def _pressed_clock_in(ask: Ask) -> Message:
    result = await recording.clock_in(ask.services, ask.caller, ask.caller.user_id)
    answer = clocked_in(result.pair, (), ask.reader)
    return await with_findings(ask, replace(answer, replaces=True), result)


async def _pressed_clock_out(ask: Ask, shown: ClockIn) -> Message:
    result = await recording.clock_out(
        ask.services, ask.caller, shown.user_id, expected_event_id=shown.event_id, is_sure=False
    )
    return await with_findings(ask, replace(clocked_out(result, ask.reader), replaces=True), result)
