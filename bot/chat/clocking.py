"""The buttons that clock in and out, **Undo**, and the question about a missing clock-out."""

from __future__ import annotations

from collections.abc import Awaitable, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from markupsafe import Markup

from bot import wording
from bot.attendance import missing_clock_outs, recording
from bot.attendance.missing_clock_outs import MissingClockOut
from bot.attendance.recording import ClockedOut, Office, Pair, PairEvent
from bot.attendance.typed_minutes import fitting_end
from bot.attendance.undo import may_undo
from bot.attendance.undo import undo as undo_entry
from bot.calendar.clock_times import read_time
from bot.calendar.typed import comment
from bot.calendar.worktime import SKEW_ALLOWED, work_date, zone_named
from bot.chat.findings import with_findings
from bot.chat.leaving_form import Left, fields, likely_label, refuse_of_the_morning
from bot.chat.record_form import unusual_length
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Buttons, Field, Form, Message, Note, Piece, Text
from bot.chat.waiting_clock_in import Arrival, wait, waiting_button
from bot.errors import AlreadyOnABreak, ForgottenClockOut, InvalidText
from bot.reports.status import Status, status
from bot.wording import Reader
from bot.wording.breaks import on_a_break
from bot.wording.catalogue import _
from bot.wording.clocking import clocked_in as clocked_in_sentence
from bot.wording.clocking import clocked_out as clocked_out_sentence
from bot.wording.clocking import totals, when_did_you_leave
from bot.wording.clocking import undone as undone_sentence
from bot.wording.markup import mention, sentence
from storage.breaks import Break
from storage.errors import AlreadyClockedIn, AlreadyDeleted, Unavailable
from storage.pairs import minutes_between

clocking = Feature("clocking")


@dataclass(frozen=True, slots=True)
class ClockIn:
    """Whose open clock-in a button or form is about, and which one. It ends no other."""

    user_id: str
    event_id: str


@dataclass(frozen=True, slots=True)
class Entry:
    """What **Undo** takes back: the clock-in or clock-out of that id."""

    event_id: str


@dataclass(frozen=True, slots=True)
class Leaving:
    """When the person may have left (UTC)."""

    user_id: str
    event_id: str
    at: datetime


@clocking.action
async def press_clock_in(ask: Ask) -> Message:
    """**Clock in**: the presser, now."""
    return await asking_first(ask, None, _pressed_clock_in(ask), Arrival(ask.caller.user_id))


@clocking.action
async def press_clock_out(ask: Ask, shown: ClockIn) -> Message:
    """**Clock out**: ends the clock-in that the button was shown for, and no other."""
    return await asking_first(ask, shown.user_id, _pressed_clock_out(ask, shown))


@clocking.action
async def undo(ask: Ask, entered: Entry) -> Message:
    """**Undo**: takes back the clock-in or clock-out that the presser entered, for themselves or for somebody else."""
    try:
        undone = await undo_entry(ask.services, ask.caller, entered.event_id)
    except AlreadyClockedIn as error:
        return _in_again(error.open_pair, ask.reader)
    except AlreadyDeleted as error:
        if error.pair.deleted_by != ask.caller.user_id:
            raise
        said = sentence(_("You've already undone this."))
        return await _state_after(ask, said) if ask.reader.is_you(error.pair.user_id) else Message([Text(said)])
    if ask.reader.is_you(undone.pair.user_id):
        return await _state_after(ask, undone_sentence(undone, ask.reader))
    told = told_them(undone.pair.user_id, ask.reader)
    buttons = [clock_out_button(undone.reopened)] if undone.reopened else []
    return Message([Text(undone_sentence(undone, ask.reader)), *told, *_row(buttons)], replaces=True)


@clocking.action
async def still_here(ask: Ask, shown: ClockIn) -> Message:
    """**Still here**: writes nothing. The question comes again later."""
    question = await missing_clock_outs.question(ask.services, ask.caller, shown.user_id, shown.event_id)
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
async def left_at(ask: Ask, shown: ClockIn) -> Form:
    """**I left at…**, **Another time…**: the form. Raises NotClockedIn if the question was answered elsewhere."""
    return await _opened(ask, shown)


async def _opened(ask: Ask, shown: ClockIn) -> Form:
    question = await missing_clock_outs.question(ask.services, ask.caller, shown.user_id, shown.event_id)
    likely = wording.clock(question.likely[0], question.pair.clock_in.zone) if question.likely else ""
    return _leaving_form(ask, shown, question.pair, Left(likely), {})


@clocking.action
async def left_at_beside(ask: Ask, shown: ClockIn) -> Form:
    """**Set clock-out time** in a list, which stays when that is answered."""
    return replace(await _opened(ask, shown), answers_message=False)


def _leaving_form(ask: Ask, shown: ClockIn, pair: Pair, left: Left, questions: Mapping[str, Field]) -> Form:
    return Form(
        title=_("When did you leave?") if ask.reader.is_you(pair.user_id) else _("When did they leave?"),
        submit=_("Save"),
        cancel=_("Cancel"),
        action=save_left,
        carries=shown,
        answers_message=True,
        body=fields(pair, left, questions, ask.reader),
    )


@clocking.form(field_of=lambda error, fields: "comment" if isinstance(error, InvalidText) else "at")
async def save_left(ask: Ask, shown: ClockIn, left: Left) -> Message | Form:
    """Writes the clock-out at that time. Asks first about an unusual length. Raises InTheAfternoon."""
    question = await missing_clock_outs.question(ask.services, ask.caller, shown.user_id, shown.event_id)
    came, said = question.pair.clock_in, comment(left.comment)
    # in the zone that the form shows, even if the person has moved since
    at = fitting_end(read_time(left.at), came.at, ask.reader.now, zone_named(came.zone))
    if not left.sure:
        refuse_of_the_morning(left.at, at, came.at, ask.reader.now, zone_named(came.zone))
    if at <= ask.reader.now + SKEW_ALLOWED and (questions := unusual_length(minutes_between(came.at, at), left.sure)):
        return _leaving_form(ask, shown, question.pair, left, questions)
    result = await recording.clock_out(
        ask.services,
        ask.caller,
        shown.user_id,
        at=at,
        comment=said,
        expected_event_id=shown.event_id,
    )
    return replace(await _left(ask, result), replaces=True)


def clock_in_button() -> Button:
    """Clocks in the person who pressed."""
    return press_clock_in.button(_("Clock in"), style="primary")


def clock_out_button(pair: Pair) -> Button:
    """Ends this clock-in."""
    return press_clock_out.button(_("Clock out"), _shown(pair))


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
    return [*likely, left_at.button(_("Another time…"), _shown(pair))]


def still_working(asked: MissingClockOut, reader: Reader) -> Message:
    """`Still working?` with its three answers. After 24 hours, only the question when they left."""
    if asked.is_forgotten:
        return question(asked, reader)
    pair = asked.pair
    if on := asked.on_break:
        since = wording.since_moment(on.at, zone_named(on.zone), reader)
        said = sentence(_("Still working? You've been on a break {since}."), since=since)
        return Message([Text(said), Buttons(_leaving_buttons(on, reader))])
    text = sentence(_("Still working? You've been clocked in {since}."), since=wording.since(pair.clock_in, reader))
    buttons = (
        still_here.button(_("Still here"), _shown(pair), style="primary"),
        left_at.button(_("I left at…"), _shown(pair)),
        press_clock_out.button(_("Clock out now"), _shown(pair)),
    )
    return Message([Text(text), Buttons(buttons)])


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


def clocked_in(pair: Pair, offices: Sequence[Office], reader: Reader) -> Message:
    """The answer to a clock-in, with the buttons that end it and undo it."""
    office = next((office.name for office in offices if office.office_id == pair.clock_in.office_id), None)
    buttons = [clock_out_button(pair), *undo_buttons(pair, pair.clock_in, reader)]
    if reader.is_you(pair.user_id):
        buttons.insert(1, _start_break_button(pair))
    return Message(
        [Text(clocked_in_sentence(pair, office, reader)), *told_them(pair.user_id, reader), Buttons(buttons)]
    )


async def clocked_out_then(ask: Ask, result: ClockedOut) -> Message:
    """The answer to a typed clock-out. One of an earlier day may have kept them from clocking in."""
    end = result.pair.clock_out
    assert end is not None
    zone = zone_named(end.zone)
    if work_date(end.at, zone) < work_date(ask.reader.now, zone):
        return await _left(ask, result)
    return await with_findings(ask, clocked_out(result, ask.reader), result)


def clocked_out(result: ClockedOut, reader: Reader, *, offered: Sequence[Button] = ()) -> Message:
    """The answer to a clock-out, with what is `offered` beside **Undo**."""
    pair = result.pair
    assert pair.clock_out is not None
    small = [wording.clock_change(change, reader) for change in result.clock_changes]
    if reader.is_you(pair.user_id) and pair.work_date == reader.today:
        small.insert(0, _("This week: {total}").format(total=wording.duration(result.week_total)))
    pieces: list[Piece] = [Text(clocked_out_sentence(result, reader))]
    if small:
        pieces.append(Note(Markup("\n").join(small)))
    return Message(
        [*pieces, *told_them(pair.user_id, reader), *_row([*offered, *undo_buttons(pair, pair.clock_out, reader)])]
    )


def told_them(user_id: str, reader: Reader) -> list[Piece]:
    """That somebody else gets a message about what the reader did for them."""
    return [] if reader.is_you(user_id) else [Note(sentence(_("I've told them.")))]


async def _left(ask: Ask, result: ClockedOut) -> Message:
    """The answer to the question when somebody left. The missing clock-out may have kept them from clocking in."""
    offered = await waiting_button(ask, result.pair)
    if offered is None and ask.reader.is_you(result.pair.user_id):
        offered = clock_in_button()
    return await with_findings(ask, clocked_out(result, ask.reader, offered=[offered] if offered else []), result)


def _in_again(newer: Pair, reader: Reader) -> Message:
    """Why a clock-out can't be undone: the person or somebody else has clocked them in again."""
    came = newer.clock_in
    buttons = undo_buttons(newer, came, reader)
    if not reader.is_you(newer.user_id):
        said = _("You can't undo this clock-out, because {them} is clocked in again ({since}).")
        buttons = buttons or [clock_out_button(newer)]
    elif buttons:
        said = _("You've clocked in again since then ({since}). Undo that first.")
    else:
        said = _("You can't undo this clock-out, because {who} clocked you in again ({since}).")
        buttons = [clock_out_button(newer)]
    since = wording.in_brackets(wording.since(came, reader))
    them = mention(newer.user_id)
    return Message([Text(sentence(said, who=mention(came.by), them=them, since=since)), Buttons(buttons)])


async def _state_after(ask: Ask, said: Markup) -> Message:
    """What was undone, with the button that fits now. If the state can't be read, the undo still counts."""
    try:
        now = await status(ask.services, ask.caller, ask.caller.user_id)
    except Unavailable:
        return Message([Text(said)], replaces=True)
    if now.on_break:
        said = Markup("{} {}").format(said, on_a_break(now.on_break, ask.reader))
    return Message([Text(said), Note(totals(now, ask.reader)), Buttons(_next_buttons(now, ask.reader))], replaces=True)


def undo_buttons(pair: Pair, half: PairEvent, reader: Reader) -> list[Button]:
    """**Undo**, as long as the reader can take back what they entered."""
    return [undo.button(_("Undo"), Entry(half.id))] if may_undo(reader.user_id, half, reader.now) else []


def _start_break_button(pair: Pair) -> Button:
    from bot.chat.breaks import start_break_button  # whose answers show the buttons of this file

    return start_break_button(pair)


def _leaving_buttons(on: Break, reader: Reader) -> list[Button]:
    from bot.chat.left_or_back import answers

    return answers(on, reader)


def _next_buttons(now: Status, reader: Reader) -> list[Button]:
    from bot.chat.breaks import next_buttons

    return next_buttons(now, reader)


def _row(buttons: list[Button]) -> list[Piece]:
    return [Buttons(buttons)] if buttons else []


def _shown(pair: Pair) -> ClockIn:
    return ClockIn(pair.user_id, pair.clock_in.id)
