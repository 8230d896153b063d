"""Clocking in and out: `/clockin`, `/clockout`, and the buttons that do the same."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence

from slack_bolt.async_app import AsyncApp

from bot import attendance, reports
from bot import forgotten as forgotten_core
from bot.attendance import Office
from bot.errors import ForgottenClockOut
from bot.slack import forgotten
from bot.slack.blocks import Answer
from bot.slack.clocking_blocks import Action, clocked_in, clocked_out, read_clock_out_value
from bot.slack.listener import Ask, Edge
from bot.words import Clocking, parse_clocking
from storage.errors import AlreadyClockedIn


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents."""
    app.command("/clockin")(edge.command(clock_in))
    app.command("/clockout")(edge.command(clock_out))
    app.action(Action.CLOCK_IN)(edge.action(press_clock_in))
    app.action(Action.CLOCK_OUT)(edge.action(press_clock_out))


async def clock_in(ask: Ask) -> Answer:
    """`/clockin [@person] [at HH:MM] [in OFFICE] [comment]`"""
    offices: Sequence[Office] = ()
    if "in" in ask.words.lower().split():
        offices = (await reports.surroundings(ask.services, ask.caller)).offices
    read = parse_clocking(ask.words, "/clockin", offices)
    return await _asking_first(ask, read.user_id, _clock_in(ask, read, offices))


async def _clock_in(ask: Ask, read: Clocking, offices: Sequence[Office]) -> Answer:
    result = await attendance.clock_in(
        ask.services,
        ask.caller,
        read.user_id or ask.caller.user_id,
        at=read.at,
        office_id=read.office_id,
        comment=read.comment,
    )
    return clocked_in(result.pair, offices, ask.reader)


async def clock_out(ask: Ask) -> Answer:
    """`/clockout [@person] [at HH:MM] [comment]`"""
    read = parse_clocking(ask.words, "/clockout", None)
    return await _asking_first(ask, read.user_id, _clock_out(ask, read))


async def _clock_out(ask: Ask, read: Clocking) -> Answer:
    result = await attendance.clock_out(
        ask.services,
        ask.caller,
        read.user_id or ask.caller.user_id,
        at=read.at,
        comment=read.comment,
    )
    return clocked_out(result, ask.reader)


async def _asking_first(ask: Ask, user_id: str | None, deed: Awaitable[Answer]) -> Answer:
    """The deed's answer; where a clock-out of an earlier day was forgotten, the question about that comes first."""
    try:
        return await deed
    except (AlreadyClockedIn, ForgottenClockOut):
        question = await forgotten_core.question(ask.services, ask.caller, user_id or ask.caller.user_id)
        if not question.is_about_another_day:
            raise
        return forgotten.question_answer(question, ask.reader)


async def press_clock_in(ask: Ask) -> Answer:
    """**Clock in**: the presser, now."""
    return await _asking_first(ask, None, _pressed_clock_in(ask))


async def _pressed_clock_in(ask: Ask) -> Answer:
    result = await attendance.clock_in(ask.services, ask.caller, ask.caller.user_id)
    return clocked_in(result.pair, [], ask.reader, replaces=True)


async def press_clock_out(ask: Ask) -> Answer:
    """**Clock out**: ends the clock-in that the button was shown for, and no other."""
    user_id, event_id = read_clock_out_value(ask.value)
    return await _asking_first(ask, user_id, _pressed_clock_out(ask, user_id, event_id))


async def _pressed_clock_out(ask: Ask, user_id: str, event_id: str) -> Answer:
    result = await attendance.clock_out(ask.services, ask.caller, user_id, expected_event_id=event_id)
    return clocked_out(result, ask.reader, replaces=True)
