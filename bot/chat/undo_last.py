"""`/attendance undo`: what somebody entered last, for themselves or for others, with the button that takes it back."""

from __future__ import annotations

from markupsafe import Markup

from bot import wording
from bot.attendance.undo import LatestEntry, latest_entry
from bot.calendar.worktime import zone_named
from bot.chat.add_record import undo_added
from bot.chat.breaks import undo_paid_button
from bot.chat.clocking import undo_buttons
from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Message, Text
from bot.errors import NothingToUndo
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.markup import mention, sentence
from storage.breaks import Break

undo_last = Feature("undo_last")


@undo_last.word("undo", alone=True)
async def show(ask: Ask) -> Message:
    """`undo`. Raises NothingToUndo."""
    found = await latest_entry(ask.services, ask.caller)
    if found is None:
        raise NothingToUndo
    pair = found.pair
    if found.paid:
        return Message([Text(_paid(found.paid, ask.reader)), Buttons([undo_paid_button(found.paid)])])
    buttons = undo_added(pair, ask.reader) if found.is_whole else undo_buttons(pair, found.half, ask.reader)
    return Message([Text(_said(found, ask.reader)), Buttons(buttons)])


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
    if half == pair.clock_out:
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
