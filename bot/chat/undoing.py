"""**Undo**, and `/attendance undo`: what somebody entered last, for themselves or for others, with its button."""

from __future__ import annotations

from markupsafe import Markup

from bot import wording
from bot.attendance.breaks import undo_break
from bot.attendance.latest_entry import LatestEntry, latest_entry
from bot.attendance.recording import Pair
from bot.attendance.undo import undo as undo_entry
from bot.calendar.worktime import zone_named
from bot.chat.add_record import undo_added
from bot.chat.clock_buttons import (
    Entry,
    Shown,
    break_buttons,
    breaks,
    clock_out_button,
    clocking,
    next_buttons,
    start_break_button,
    undo,
    undo_button,
    undo_buttons,
    undo_paid,
    undo_paid_button,
)
from bot.chat.pieces import row, told_them
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Buttons, Message, Note, Text
from bot.errors import NothingToUndo
from bot.reports.status import status
from bot.wording import Reader
from bot.wording.breaks import break_undone, on_a_break
from bot.wording.catalogue import _
from bot.wording.clocking import says_break, totals
from bot.wording.clocking import undone as undone_sentence
from bot.wording.markup import mention, sentence
from storage.breaks import Break
from storage.errors import AlreadyClockedIn, AlreadyDeleted, Unavailable

undo_last = Feature("undo_last")


@undo_last.word("undo", alone=True)
async def show(ask: Ask) -> Message:
    """`undo`. Raises NothingToUndo, or why what they entered last can't be undone."""
    found = await latest_entry(ask.services, ask.caller)
    if found is None:
        raise NothingToUndo
    pair = found.pair
    if isinstance(found.refusal, AlreadyClockedIn):
        return _in_again(found.refusal.open_pair, ask.reader)
    if found.refusal:
        raise found.refusal
    if found.paid:
        return Message([Text(_paid(found.paid, ask.reader)), Buttons([undo_paid_button(found.paid)])])
    buttons = undo_added(pair, ask.reader) if found.is_whole else [undo_button(found.half)]
    return Message([Text(_said(found, ask.reader)), Buttons(buttons)])


@clocking.does(undo)
async def undo_entered(ask: Ask, entered: Entry) -> Message:
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
    said = undone_sentence(undone, ask.reader)
    if ask.reader.is_you(undone.pair.user_id):
        return await _state_after(ask, said, names_break=says_break(undone))
    told = told_them(undone.pair.user_id, ask.reader)
    if undone.on:
        buttons = break_buttons(undone.on, ask.reader)
    else:
        buttons = [clock_out_button(undone.reopened)] if undone.reopened else []
    return Message([Text(said), *told, *row(buttons)], replaces=True)


@breaks.does(undo_paid)
async def undo_paid_break(ask: Ask, shown: Shown) -> Message:
    """**Undo** of a paid break: of its end, so that it goes on, or else of its start."""
    undone = await undo_break(ask.services, ask.caller, shown.break_id)
    goes_on = undone.id != shown.break_id
    buttons: list[Button] = []
    if goes_on:
        buttons = break_buttons(undone, ask.reader)
    elif undone.pair.clock_out is None:
        buttons = [clock_out_button(undone.pair), start_break_button(undone.pair)]
    said = break_undone(undone, ask.reader, goes_on=goes_on)
    return Message([Text(said), *told_them(undone.user_id, ask.reader), *row(buttons)], replaces=True)


def _paid(on: Break, reader: Reader) -> Markup:
    zone = zone_named(on.zone)
    if on.ended_at is None:
        said = _("Your last entry: <b>break started at {time}.</b>")
        return sentence(said, time=wording.moment(on.at, zone, reader))
    said = _("Your last entry: <b>back from a break at {time}.</b>")
    return sentence(said, time=wording.moment(on.ended_at, zone, reader))


def _said(found: LatestEntry, reader: Reader) -> Markup:
    pair, half = found.pair, found.half
    you = reader.is_you(pair.user_id)
    if found.is_whole:
        said = _("Your last entry: <b>a record, {record}.</b>")
        if not you:
            said = _("Your last entry: <b>a record for {who}, {record}.</b>")
        return sentence(said, who=mention(pair.user_id), record=wording.day_and_span(pair, reader))
    if found.ended_day:
        said = _("Your last entry: <b>done for the day at {time}.</b>")
    elif half == pair.clock_out:
        said = _("Your last entry: <b>clocked out at {time}.</b>")
        if not you:
            said = _("Your last entry: <b>clocked {who} out at {time}.</b>")
        if pair.out_break:
            said = _("Your last entry: <b>break started at {time}.</b>")
            if not you:
                said = _("Your last entry: <b>break of {who} started at {time}.</b>")
    else:
        said = _("Your last entry: <b>clocked in at {time}.</b>")
        if not you:
            said = _("Your last entry: <b>clocked {who} in at {time}.</b>")
    time = wording.moment(half.at, zone_named(half.zone), reader)
    return sentence(said, who=mention(pair.user_id), time=time)


def _in_again(newer: Pair, reader: Reader) -> Message:
    """Why a clock-out can't be undone: the person or somebody else has clocked them in again."""
    came = newer.clock_in
    buttons = undo_buttons(came, reader)
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


async def _state_after(ask: Ask, said: Markup, *, names_break: bool = False) -> Message:
    """What was undone, with the break that they are on and the button that fits now. If the state can't be read, the
    undo still counts."""
    try:
        now = await status(ask.services, ask.caller, ask.caller.user_id)
    except Unavailable:
        return Message([Text(said)], replaces=True)
    if now.on_break and not names_break:
        said = Markup("{} {}").format(said, on_a_break(now.on_break, ask.reader))
    return Message([Text(said), Note(totals(now, ask.reader)), Buttons(next_buttons(now, ask.reader))], replaces=True)
