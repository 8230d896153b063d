"""`/clockin at 8:30` of somebody who has been clocked in since 09:02: offers a record of the time before."""

from __future__ import annotations

from datetime import date, datetime

from bot import wording
from bot.attendance.recording import Moment
from bot.calendar.worktime import instants_of, zone_named
from bot.chat.add_record import press_add_filled_in
from bot.chat.record_form import Draft
from bot.chat.refused import WARNING, suggested_buttons
from bot.chat.routing import Ask
from bot.chat.views import Buttons, Message, Text
from bot.wording.catalogue import _
from bot.wording.markup import mention, sentence
from storage.errors import AlreadyClockedIn
from storage.pairs import Pair


def offer_time_before(ask: Ask, refused: AlreadyClockedIn, at: Moment, day: date | None) -> Message | None:
    """Says since when they are clocked in, with a button that opens the form for the time from `at` until then. None if
    `at` isn't earlier on that day."""
    pair = refused.open_pair
    came, began = _local(pair, pair.clock_in.at), _instant(pair, at, day)
    if began is None:
        return None
    start = _local(pair, began)
    if start.date() != came.date() or start.time() >= came.time():
        return None
    said = _("You've been clocked in {since}. If you began at {time}, add the time before.")
    if not ask.reader.is_you(pair.user_id):
        said = _("{who} has been clocked in {since}. If they began at {time}, add the time before.")
    time, since = wording.time_of_day(start.time()), wording.since(pair.clock_in, ask.reader)
    text = sentence(f"{WARNING}{said}", who=mention(pair.user_id), since=since, time=time)
    whose = None if ask.reader.is_you(pair.user_id) else pair.user_id
    draft = Draft(start.date(), start.time(), came.time(), whose, pair.clock_in.office_id)
    label = _("Add {start} to {end}…").format(start=time, end=wording.time_of_day(came.time()))
    adding = press_add_filled_in.button(label, draft)
    return Message([Text(text), Buttons([adding, *suggested_buttons(refused, ask.reader)])])


def _instant(pair: Pair, at: Moment, day: date | None) -> datetime | None:
    """What was typed, in the zone of the clock-in; None for now, and for a time that a clock change took or doubled."""
    if at is None or isinstance(at, datetime):
        return at
    found = instants_of(day or _local(pair, pair.clock_in.at).date(), at, zone_named(pair.clock_in.zone))
    return found[0] if len(found) == 1 else None


def _local(pair: Pair, at: datetime) -> datetime:
    """To the minute, as it's shown."""
    return at.astimezone(zone_named(pair.clock_in.zone)).replace(second=0, microsecond=0)
