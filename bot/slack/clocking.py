"""Clocking in and out: `/clockin`, `/clockout`, and the buttons that do the same."""

from __future__ import annotations

from collections.abc import Sequence
from enum import StrEnum

from slack_bolt.async_app import AsyncApp
from slackblocks import Button

from bot import attendance, reports, wording
from bot.attendance import Office, Pair
from bot.refusals import AlreadyClockedIn, NotClockedIn, NotUnderstood
from bot.slack.blocks import LONGEST_COMMENT_SHOWN, Answer, actions, cut, section
from bot.slack.listener import Ask, Edge
from bot.wording import Reader
from bot.wording.refusals import refusal
from bot.words import parse_clocking


class Action(StrEnum):
    """The buttons. Each says which state it expects: out of a certain clock-in, or in. None is a toggle."""

    CLOCK_IN = "clock_in"
    CLOCK_OUT = "clock_out"


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
    result = await attendance.clock_in(
        ask.services,
        ask.caller,
        read.user_id or ask.caller.user_id,
        at=read.at,
        office_id=read.office_id,
        comment=read.comment,
        guard=ask.guard,
    )
    return clocked_in(result.pair, offices, ask.reader)


async def clock_out(ask: Ask) -> Answer:
    """`/clockout [@person] [at HH:MM] [comment]`"""
    read = parse_clocking(ask.words, "/clockout", None)
    result = await attendance.clock_out(
        ask.services,
        ask.caller,
        read.user_id or ask.caller.user_id,
        at=read.at,
        comment=read.comment,
        guard=ask.guard,
    )
    return clocked_out(result, ask.reader)


async def press_clock_in(ask: Ask) -> Answer:
    """**Clock in**: the presser, now."""
    result = await attendance.clock_in(ask.services, ask.caller, ask.caller.user_id)
    return clocked_in(result.pair, [], ask.reader, replaces=True)


async def press_clock_out(ask: Ask) -> Answer:
    """**Clock out**: ends the clock-in that the button was shown for, and no other."""
    user_id, _, event_id = ask.value.partition(" ")
    if not user_id or not event_id or " " in event_id:
        raise NotUnderstood(ask.value, "/clockout")
    result = await attendance.clock_out(ask.services, ask.caller, user_id, expected_event_id=event_id)
    return clocked_out(result, ask.reader, replaces=True)


def clocked_in(pair: Pair, offices: Sequence[Office], reader: Reader, *, replaces: bool = False) -> Answer:
    """`In at 09:02 (Berlin).` with a **Clock out** button."""
    half = pair.clock_in
    who = "In" if reader.is_you(pair.user_id) else f"{reader.who(pair.user_id)} is in"
    place = next(
        (f", office {reader.escape(office.name)}" for office in offices if office.office_id == half.office_id), ""
    )
    text = f"{who} at {wording.clock_with_zone(half)}{place}.{comment(half.comment, reader)}"
    return Answer(text, [section(text), actions(clock_out_button(pair))], replaces)


def clocked_out(result: attendance.ClockedOut, reader: Reader, *, replaces: bool = False) -> Answer:
    """`Out at 17:30 (Berlin) after 8 h 28 min.` with the day's total."""
    pair = result.pair
    assert pair.clock_out is not None
    assert pair.worked is not None
    who = "Out" if reader.is_you(pair.user_id) else f"{reader.who(pair.user_id)} is out"
    whole_day = f"{wording.day(pair.work_date)}: {wording.duration(result.day_total)} in all."
    text = (
        f"{who} at {wording.clock_with_zone(pair.clock_out)} after {wording.duration(pair.worked)}. {whole_day}"
        f"{wording.worked_through_clock_change(pair)}{comment(pair.clock_out.comment, reader)}"
    )
    return Answer(text, replaces=replaces)


def refused(error: Exception, reader: Reader) -> Answer:
    """A refusal's sentence, with the button that leads on where the state is the reader's own."""
    text = refusal(error, reader)
    if isinstance(error, AlreadyClockedIn) and reader.is_you(error.open_pair.user_id):
        return Answer(text, [section(text), actions(clock_out_button(error.open_pair))])
    if isinstance(error, NotClockedIn) and reader.is_you(error.user_id):
        button = clock_out_button(error.last) if error.last and not error.last.clock_out else clock_in_button()
        return Answer(text, [section(text), actions(button)])
    return Answer(text)


def clock_in_button() -> Button:
    """Clocks the presser in, whoever that is."""
    return Button("Clock in", action_id=Action.CLOCK_IN, value="in", style="primary")


def clock_out_button(pair: Pair) -> Button:
    """Ends this clock-in."""
    return Button("Clock out", action_id=Action.CLOCK_OUT, value=f"{pair.user_id} {pair.clock_in.id}")


def comment(text: str | None, reader: Reader) -> str:
    """What somebody typed, quoted and escaped, or nothing."""
    return f" “{reader.escape(cut(text, LONGEST_COMMENT_SHOWN))}”" if text else ""
