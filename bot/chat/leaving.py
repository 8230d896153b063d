"""Asks about a missing clock-out, **Still working?** and when somebody left, and takes the answers."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime

from bot import wording
from bot.attendance import missing_clock_outs, recording
from bot.attendance.missing_clock_outs import MissingClockOut
from bot.attendance.recording import ClockedOut, Pair
from bot.attendance.typed_minutes import fitting_end
from bot.calendar.clock_times import read_time
from bot.calendar.typed import comment
from bot.calendar.worktime import SKEW_ALLOWED, work_date, zone_named
from bot.chat.clock_answers import clocked_out
from bot.chat.clock_buttons import ClockIn, clock_in_button, clocking, press_clock_out, shown
from bot.chat.findings import with_findings
from bot.chat.leaving_form import Left, fields, likely_label, refuse_of_the_morning
from bot.chat.left_or_back import answers
from bot.chat.record_form import unusual_length
from bot.chat.routing import Ask
from bot.chat.views import Button, Buttons, Field, Form, Message, Text
from bot.chat.waiting_clock_in import waiting_button
from bot.errors import InvalidText
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.clocking import when_did_you_leave
from bot.wording.markup import sentence
from storage.pairs import minutes_between


@dataclass(frozen=True, slots=True)
class Leaving:
    """When the person may have left (UTC)."""

    user_id: str
    event_id: str
    at: datetime


@clocking.action
async def still_here(ask: Ask, about: ClockIn) -> Message:
    """**Still here**: writes nothing. The question comes again later."""
    question = await missing_clock_outs.question(ask.services, ask.caller, about.user_id, about.event_id)
    since = wording.in_brackets(wording.since(question.pair.clock_in, ask.reader))
    if question.comes_again:
        said = _("OK, you're still clocked in ({since}). I'll ask again later.")
    else:
        said = _("OK, you're still clocked in ({since}).")
    return Message([Text(sentence(said, since=since))], replaces=True)


@clocking.action
async def left_at_likely(ask: Ask, left: Leaving) -> Message:
    """One of the likely times."""
    result = await recording.clock_out(
        ask.services, ask.caller, left.user_id, at=left.at, expected_event_id=left.event_id
    )
    return replace(await _left(ask, result), replaces=True)


@clocking.action
async def left_at(ask: Ask, about: ClockIn) -> Form:
    """**I left at…**, **Another time…**: the form. Raises NotClockedIn if the question was answered elsewhere."""
    return await _opened(ask, about)


async def _opened(ask: Ask, about: ClockIn) -> Form:
    question = await missing_clock_outs.question(ask.services, ask.caller, about.user_id, about.event_id)
    likely = wording.clock(question.likely[0], question.pair.clock_in.zone) if question.likely else ""
    return _leaving_form(ask, about, question.pair, Left(likely), {})


@clocking.action
async def left_at_beside(ask: Ask, about: ClockIn) -> Form:
    """**Set clock-out time** in a list, which stays when that is answered."""
    return replace(await _opened(ask, about), answers_message=False)


def _leaving_form(ask: Ask, about: ClockIn, pair: Pair, left: Left, questions: Mapping[str, Field]) -> Form:
    return Form(
        title=_("When did you leave?") if ask.reader.is_you(pair.user_id) else _("When did they leave?"),
        submit=_("Save"),
        cancel=_("Cancel"),
        action=save_left,
        carries=about,
        answers_message=True,
        body=fields(pair, left, questions, ask.reader),
    )


@clocking.form(field_of=lambda error, fields: "comment" if isinstance(error, InvalidText) else "at")
async def save_left(ask: Ask, about: ClockIn, left: Left) -> Message | Form:
    """Writes the clock-out at that time. Asks first about an unusual length. Raises InTheAfternoon."""
    question = await missing_clock_outs.question(ask.services, ask.caller, about.user_id, about.event_id)
    came, said = question.pair.clock_in, comment(left.comment)
    # in the zone that the form shows, even if the person has moved since
    at = fitting_end(read_time(left.at), came.at, ask.reader.now, zone_named(came.zone))
    if not left.sure:
        refuse_of_the_morning(left.at, at, came.at, ask.reader.now, zone_named(came.zone))
    if at <= ask.reader.now + SKEW_ALLOWED and (questions := unusual_length(minutes_between(came.at, at), left.sure)):
        return _leaving_form(ask, about, question.pair, left, questions)
    result = await recording.clock_out(
        ask.services,
        ask.caller,
        about.user_id,
        at=at,
        comment=said,
        expected_event_id=about.event_id,
    )
    return replace(await _left(ask, result), replaces=True)


def question(asked: MissingClockOut, reader: Reader) -> Message:
    """`When did you leave on Monday?`, with likely times as buttons."""
    return Message([Text(when_did_you_leave(asked.pair, reader)), Buttons(time_buttons(asked))])


def time_buttons(asked: MissingClockOut) -> list[Button]:
    """A button for each likely time, and one for any other."""
    pair = asked.pair
    likely = [
        left_at_likely.button(likely_label(at, pair), Leaving(pair.user_id, pair.clock_in.id, at))
        for at in asked.likely
    ]
    return [*likely, left_at.button(_("Another time…"), shown(pair))]


def still_working(asked: MissingClockOut, reader: Reader) -> Message:
    """`Still working?` with its three answers. After 24 hours, only the question when they left."""
    if asked.is_forgotten:
        return question(asked, reader)
    pair = asked.pair
    if on := asked.on_break:
        since = wording.since_moment(on.at, zone_named(on.zone), reader)
        said = sentence(_("Still working? You've been on a break {since}."), since=since)
        return Message([Text(said), Buttons(answers(on, reader))])
    text = sentence(_("Still working? You've been clocked in {since}."), since=wording.since(pair.clock_in, reader))
    buttons = (
        still_here.button(_("Still here"), shown(pair), style="primary"),
        left_at.button(_("I left at…"), shown(pair)),
        press_clock_out.button(_("Clock out now"), shown(pair)),
    )
    return Message([Text(text), Buttons(buttons)])


async def clocked_out_then(ask: Ask, result: ClockedOut) -> Message:
    """The answer to a typed clock-out. One of an earlier day may have kept them from clocking in."""
    end = result.pair.clock_out
    assert end is not None
    zone = zone_named(end.zone)
    if work_date(end.at, zone) < work_date(ask.reader.now, zone):
        return await _left(ask, result)
    return await with_findings(ask, clocked_out(result, ask.reader), result)


async def _left(ask: Ask, result: ClockedOut) -> Message:
    """The answer to the question when somebody left. The missing clock-out may have kept them from clocking in."""
    offered = await waiting_button(ask, result.pair)
    if offered is None and ask.reader.is_you(result.pair.user_id):
        offered = clock_in_button()
    return await with_findings(ask, clocked_out(result, ask.reader, offered=[offered] if offered else []), result)
