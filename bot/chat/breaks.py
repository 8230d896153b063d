"""Breaks: what **Start a break**, **Back** and **I'm done for today** do, and the question `Back?`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

from markupsafe import Markup

from bot import wording
from bot.attendance import breaks as core
from bot.attendance.breaks import Back, BreakStarted
from bot.attendance.change_notifications import Kind
from bot.calendar.worktime import zone_named
from bot.chat.clock_answers import clocked_out
from bot.chat.clock_buttons import (
    ClockIn,
    Shown,
    break_buttons,
    breaks,
    clock_out_button,
    press_back,
    press_done,
    press_start,
    start_break_button,
    undo_buttons,
    undo_paid_button,
)
from bot.chat.clocking import asking_first
from bot.chat.findings import with_findings
from bot.chat.pieces import row, told_them
from bot.chat.routing import Ask
from bot.chat.views import Button, Buttons, Message, Note, Piece, Text
from bot.errors import AlreadyOnABreak, NotOnABreak
from bot.reports.status import status
from bot.wording import Reader
from bot.wording.breaks import back_again, break_started
from bot.wording.catalogue import _
from bot.wording.clocking import state
from bot.wording.markup import sentence
from storage.pairs import minutes_between

__all__ = ["breaks"]


@dataclass(frozen=True, slots=True)
class Asked:
    """The recipient's own break."""

    break_id: str


@breaks.does(press_start)
async def start(ask: Ask, shown: ClockIn) -> Message:
    """**Start a break**: now, in the record that the button was shown for, and in no other. Of a shift that must have
    ended before, it asks when that was."""

    async def work() -> Message:
        started = await core.start_break(
            ask.services, ask.caller, shown.user_id, expected_event_id=shown.event_id, is_sure=False
        )
        return replace(started_message(started, ask.reader), replaces=True)

    return await asking_first(ask, shown.user_id, work())


@breaks.does(press_back)
async def back(ask: Ask, shown: Shown) -> Message:
    """**Back**: now."""
    result = await core.back(ask.services, ask.caller, shown.user_id, expected_id=shown.break_id)
    return replace(back_message(result, ask.reader), replaces=True)


@breaks.does(press_done)
async def done(ask: Ask, shown: Shown) -> Message:
    """**I'm done for today**, **I left at 12:31**: the day ended when the break began."""
    result = await core.end_day(ask.services, ask.caller, shown.user_id, expected_id=shown.break_id)
    return await with_findings(
        ask, replace(clocked_out(result, ask.reader, ended_at_break=True), replaces=True), result
    )


@breaks.notice(Kind.BACK)
async def are_you_back(ask: Ask, asked: Asked) -> Message | None:
    """The question, unless the break has ended meanwhile."""
    try:
        on = await core.current(ask.services, ask.caller, ask.caller.user_id, asked.break_id)
    except (NotOnABreak, AlreadyOnABreak):
        return None
    since = wording.since_moment(on.at, zone_named(on.zone), ask.reader)
    text = sentence(_("Back? You've been on a break {since}."), since=since)
    return Message([Text(text), Buttons(break_buttons(on, ask.reader))])


@breaks.update(Kind.BACK)
async def no_longer_asked(ask: Ask, asked: Asked) -> Message:
    """After it was answered, wherever that was: what holds now."""
    if question := await are_you_back(ask, asked):
        return question
    now = await status(ask.services, ask.caller, ask.caller.user_id)
    return Message([Text(sentence(_("✅ {state}."), state=state(now, ask.reader)))])


def started_message(started: BreakStarted, reader: Reader) -> Message:
    """The answer to the start of a break, with the buttons that end it and undo it."""
    on, pair = started.on, started.pair
    buttons = [] if on.ended_at else break_buttons(on, reader)
    if on.ended_at and pair.clock_out is None:
        buttons = [clock_out_button(pair)]
    small = [sentence(_("Today: {total} so far"), total=wording.duration(started.day_total))]
    if pair.work_date != reader.today:
        small = []
    if started.ask_at:
        time = wording.moment(started.ask_at, zone_named(on.zone), reader)
        said = _("I'll ask at {time} whether you're back.")
        if not reader.is_you(on.user_id):
            said = _("I'll ask them at {time} whether they're back.")
        small.append(sentence(said, time=time))
    return _answer(break_started(on, reader), small, on.user_id, [*buttons, *_undo_start(started, reader)], reader)


def back_message(result: Back, reader: Reader) -> Message:
    """The answer to the end of a break, with the buttons of an open record and **Undo**."""
    pair, was = result.pair, result.was
    small = []
    if was.ended_at:
        small.append(sentence(_("Break: {length}"), length=wording.duration(minutes_between(was.at, was.ended_at))))
    if result.paid_until:
        said = _("From {time} on, it's unpaid: {kind} is paid for {length}.")
        time, length = wording.clock(result.paid_until, was.zone), wording.duration(result.paid_until - was.at)
        small.append(sentence(said, time=time, kind=was.kind, length=length))
    undo = undo_buttons(result.undone_by, reader) if result.undone_by else [undo_paid_button(was)]
    buttons = [clock_out_button(pair), start_break_button(pair), *undo]
    return _answer(back_again(was, reader), small, was.user_id, buttons, reader)


def _undo_start(started: BreakStarted, reader: Reader) -> list[Button]:
    """**Undo** of a break that has just been entered."""
    closed = started.closed
    if closed is None:
        return [undo_paid_button(started.on)]
    return undo_buttons(closed.clock_out, reader) if closed.clock_out else []


def _answer(said: Markup, small: Sequence[Markup], user_id: str, buttons: Sequence[Button], reader: Reader) -> Message:
    note: list[Piece] = [Note(Markup("\n").join(small))] if small else []
    return Message([Text(said), *note, *told_them(user_id, reader), *row(buttons)])
