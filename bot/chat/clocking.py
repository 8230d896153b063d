"""The buttons that clock in and out, and the question that comes first where a clock-out is missing."""

from __future__ import annotations

from collections.abc import Awaitable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup

from bot import wording
from bot.attendance import missing_clock_outs, recording
from bot.attendance.missing_clock_outs import MissingClockOut
from bot.attendance.recording import ClockedOut, Office, Pair, PairEvent
from bot.attendance.undo import Undone, may_undo
from bot.attendance.undo import undo as undo_entry
from bot.calendar.clock_words import read_time
from bot.calendar.typed import LONGEST_COMMENT, comment
from bot.calendar.worktime import first_after, zone_named
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Buttons, Form, Message, Piece, Text, TextField
from bot.errors import ForgottenClockOut, InvalidText
from bot.reports import worked_time
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.clocking import quoted, when_did_you_leave
from bot.wording.markup import mention, sentence
from storage.errors import AlreadyClockedIn, AlreadyDeleted

LONGEST_TIME = 20  # characters

clocking = Feature("clocking")


@dataclass(frozen=True, slots=True)
class ClockIn:
    """Whose open clock-in a button or form is about, and which one: no other is ended by it."""

    user_id: str
    event_id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What **Undo** takes back: the clock-in or the clock-out of that id."""

    event_id: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """When the person may have left (UTC)."""

    user_id: str
    event_id: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Left:
    """What is filled in where none of the likely times fits."""

    at: str = ""
    comment: str | None = None


@clocking.action
async def press_clock_in(ask: Ask) -> Message:
    """**Clock in**: the presser, now."""
    return await asking_first(ask, None, _pressed_clock_in(ask))


@clocking.action
async def press_clock_out(ask: Ask, shown: ClockIn) -> Message:
    """**Clock out**: ends the clock-in that the button was shown for, and no other."""
    return await asking_first(ask, shown.user_id, _pressed_clock_out(ask, shown))


@clocking.action
async def undo(ask: Ask, entered: Entry) -> Message:
    """**Undo**: takes back the presser's own clock-in or clock-out."""
    try:
        undone = await undo_entry(ask.services, ask.caller, entered.event_id)
    except AlreadyClockedIn as error:
        said = _("You've clocked in again since then ({since}). Undo that first.")
        since = wording.since(error.open_pair.clock_in, ask.reader)
        return Message([Text(sentence(said, since=since)), *_undo_row(error.open_pair.clock_in, ask.reader)])
    except AlreadyDeleted as error:
        if error.pair.deleted_by != ask.caller.user_id:
            raise
        return await _state_after(ask, sentence(_("You've already undone this.")))
    return await _state_after(ask, _undone(undone, ask.reader))


@clocking.action
async def still_here(ask: Ask, shown: ClockIn) -> Message:
    """**Still here**: nothing is written; the question comes again later."""
    question = await missing_clock_outs.question(ask.services, ask.caller, shown.user_id, shown.event_id)
    since = wording.since(question.pair.clock_in, ask.reader)
    if question.comes_again:
        said = _("All right, you are in {since}. I will ask again later.")
    else:
        said = _("All right, you are in {since}.")
    return Message([Text(sentence(said, since=since))], replaces=True)


@clocking.action
async def left_at_likely(ask: Ask, left: Leaving) -> Message:
    """One of the likely times."""
    result = await recording.clock_out(
        ask.services, ask.caller, left.user_id, at=left.at, expected_event_id=left.event_id
    )
    return replace(_left(result, ask.reader), replaces=True)


@clocking.action
async def left_at(ask: Ask, shown: ClockIn) -> Form:
    """**I left at…**, **Another time…**: the form. Raises NotClockedIn where it is settled already."""
    question = await missing_clock_outs.question(ask.services, ask.caller, shown.user_id, shown.event_id)
    pair = question.pair
    you = ask.reader.is_you(pair.user_id)
    return Form(
        title=_("When did you leave?") if you else _("When did they leave?"),
        submit=_("Save"),
        cancel=_("Cancel"),
        action=save_left,
        carries=shown,
        body=[
            Text(when_did_you_leave(pair, ask.reader)),
            TextField(
                name="at",
                label=_("You left at") if you else _("They left at"),
                hint=_("Such as 17:30: the first such time after the clock-in."),
                value=wording.clock(question.likely[0], pair.clock_in.zone) if question.likely else "",
                longest=LONGEST_TIME,
            ),
            TextField(name="comment", label=_("Comment"), required=False, longest=LONGEST_COMMENT, multiline=True),
        ],
    )


@clocking.form(field_of=lambda error, fields: "comment" if isinstance(error, InvalidText) else "at")
async def save_left(ask: Ask, shown: ClockIn, left: Left) -> Message:
    """Writes the clock-out at that time."""
    question = await missing_clock_outs.question(ask.services, ask.caller, shown.user_id, shown.event_id)
    came = question.pair.clock_in
    result = await recording.clock_out(
        ask.services,
        ask.caller,
        shown.user_id,
        # in the zone that the form shows, wherever the person has moved since
        at=first_after(read_time(left.at), came.at, zone_named(came.zone)),
        comment=comment(left.comment),
        expected_event_id=shown.event_id,
    )
    return _left(result, ask.reader)


def clock_in_button() -> Button:
    """Clocks the presser in, whoever that is."""
    return press_clock_in.button(_("Clock in"), style="primary")


def clock_out_button(pair: Pair) -> Button:
    """Ends this clock-in."""
    return press_clock_out.button(_("Clock out"), _shown(pair))


def undo_buttons(half: PairEvent, reader: Reader) -> list[Button]:
    """**Undo**, while the reader can still take back what they entered."""
    return [undo.button(_("Undo"), Entry(half.id))] if may_undo(reader.user_id, half, reader.now) else []


def question(asked: MissingClockOut, reader: Reader) -> Message:
    """`When did you leave on Monday?` with likely times as buttons."""
    return Message([Text(when_did_you_leave(asked.pair, reader)), Buttons(time_buttons(asked))])


def time_buttons(asked: MissingClockOut) -> list[Button]:
    """A button for each likely time, and one for all others."""
    pair = asked.pair
    likely = [
        left_at_likely.button(_likely(at, pair), Leaving(pair.user_id, pair.clock_in.id, at)) for at in asked.likely
    ]
    return [*likely, left_at.button(_("Another time…"), _shown(pair))]


def still_working(asked: MissingClockOut, reader: Reader) -> Message:
    """`Still working?` with its three answers; past 24 hours only when it was can be said."""
    if asked.is_forgotten:
        return question(asked, reader)
    pair = asked.pair
    text = sentence(_("Still working? In {since}."), since=wording.since(pair.clock_in, reader))
    buttons = (
        still_here.button(_("Still here"), _shown(pair), style="primary"),
        left_at.button(_("I left at…"), _shown(pair)),
        press_clock_out.button(_("Clock out now"), _shown(pair)),
    )
    return Message([Text(text), Buttons(buttons)])


async def asking_first(ask: Ask, user_id: str | None, work: Awaitable[Message]) -> Message:
    """The answer to it; where a clock-out of an earlier day is missing, the question about that comes first."""
    try:
        return await work
    except (AlreadyClockedIn, ForgottenClockOut) as error:
        asked = await missing_clock_outs.question(ask.services, ask.caller, user_id or ask.caller.user_id)
        if isinstance(error, AlreadyClockedIn) and not asked.is_about_another_day:
            raise
        return question(asked, ask.reader)


async def _pressed_clock_in(ask: Ask) -> Message:
    result = await recording.clock_in(ask.services, ask.caller, ask.caller.user_id)
    return replace(clocked_in(result.pair, (), ask.reader), replaces=True)


async def _pressed_clock_out(ask: Ask, shown: ClockIn) -> Message:
    result = await recording.clock_out(
        ask.services, ask.caller, shown.user_id, expected_event_id=shown.event_id, is_sure=False
    )
    return replace(clocked_out(result, ask.reader), replaces=True)


def clocked_in(pair: Pair, offices: Sequence[Office], reader: Reader) -> Message:
    """`In at 09:02 (Berlin), office Berlin Mitte. “good morning”`"""
    half = pair.clock_in
    you = reader.is_you(pair.user_id)
    office = next((office.name for office in offices if office.office_id == half.office_id), None)
    if office:
        said = _("In at {time}, office {office}.") if you else _("{who} is in at {time}, office {office}.")
    else:
        said = _("In at {time}.") if you else _("{who} is in at {time}.")
    text = sentence(said, who=mention(pair.user_id), time=wording.clock_with_zone(half, reader), office=office)
    undoing = undo_buttons(half, reader) if you else []
    return Message([Text(text + quoted(half)), Buttons([clock_out_button(pair), *undoing])])


def clocked_out(result: ClockedOut, reader: Reader, *, offers_clock_in: bool = False) -> Message:
    """`Out at 17:30 (Berlin) after 8 h 28 min.` with the day's total. `offers_clock_in`: the person may
    have wanted to."""
    pair = result.pair
    assert pair.clock_out is not None
    assert pair.worked is not None
    if reader.is_you(pair.user_id):
        said = _("Out at {time} after {length}. {day}: {total} in all.")
    else:
        said = _("{who} is out at {time} after {length}. {day}: {total} in all.")
    text = sentence(
        said,
        who=mention(pair.user_id),
        time=wording.clock_with_zone(pair.clock_out, reader),
        length=wording.duration(pair.worked),
        day=wording.day(pair.work_date, reader),
        total=wording.duration(result.day_total),
    )
    changes = "".join(f" {wording.clock_change(change, reader)}" for change in result.clock_changes)
    pieces: list[Piece] = [Text(text + changes + quoted(pair.clock_out))]
    if reader.is_you(pair.user_id):
        offered = [clock_in_button()] if offers_clock_in else []
        offered += undo_buttons(pair.clock_out, reader)
        pieces += [Buttons(offered)] if offered else []
    return Message(pieces)


def _left(result: ClockedOut, reader: Reader) -> Message:
    """The answer to when somebody left, which may have stood in the way of clocking in."""
    return clocked_out(result, reader, offers_clock_in=True)


def _undone(undone: Undone, reader: Reader) -> Markup:
    """`✅ Clock-out undone. You're clocked in since 09:02.`"""
    if undone.reopened:
        since = wording.since(undone.reopened.clock_in, reader)
        return sentence(_("✅ <b>Clock-out undone.</b> You're clocked in again ({since})."), since=since)
    if undone.pair.clock_out:
        return sentence(_("✅ <b>Record removed:</b> {record}."), record=wording.day_and_span(undone.pair, reader))
    return sentence(_("✅ <b>Clock-in undone.</b>"))


async def _state_after(ask: Ask, said: Markup) -> Message:
    """What was undone, with the button that fits now."""
    now = await worked_time.status(ask.services, ask.caller)
    button = clock_out_button(now.open_pair) if now.open_pair else clock_in_button()
    return Message([Text(said), Buttons([button])], replaces=True)


def _undo_row(half: PairEvent, reader: Reader) -> list[Piece]:
    buttons = undo_buttons(half, reader)
    return [Buttons(buttons)] if buttons else []


def _likely(at: datetime, pair: Pair) -> str:
    """A likely end on a button: `17:30`, or `06:00 the next day`."""
    zone = zone_named(pair.clock_in.zone)
    time = wording.clock(at, zone)
    overnight = at.astimezone(zone).date() > wording.clock_in_day(pair)
    return _("{time} the next day").format(time=time) if overnight else time


def _shown(pair: Pair) -> ClockIn:
    return ClockIn(pair.user_id, pair.clock_in.id)
