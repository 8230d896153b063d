"""The form to change a record in one step. What was changed can be undone."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any

from markupsafe import Markup

from bot.attendance import changing, recording
from bot.attendance.recording import Pair
from bot.attendance.wanted_records import KEPT, Wanted
from bot.calendar.typed import comment
from bot.calendar.worktime import TimeOfDay, on_day, shift, work_date, zone_named
from bot.chat import change_form, record_form
from bot.chat.change_form import Changes
from bot.chat.form_faults import Check
from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Field, Form, Message, Text
from bot.errors import InFuture, NoReason, OutNotAfterIn, TooLong, TooOld, WorkDateTooFar
from bot.permissions import Operation
from bot.reports import worked_time
from bot.wording import Reader, records
from bot.wording.catalogue import _
from bot.wording.clocking import quoted_words
from bot.wording.markup import mention, sentence
from storage.errors import UnknownOffice

change_record = Feature("change_record")


@dataclass(frozen=True, slots=True)
class Which:
    """A record, by one of its events. `was_open`: the form asks for no note at the end of it."""

    event_id: str
    was_open: bool = False


@change_record.action
async def press_change(ask: Ask, which: Which) -> Form:
    """**Change…** beside a record."""
    return await open_form(ask, which.event_id)


async def open_form(ask: Ask, event_id: str) -> Form:
    """The form, filled in with the record. Raises UnknownEvent, Forbidden or AlreadyDeleted."""
    pair = await changing.find_changeable(ask.services, ask.caller, event_id)
    return await _form(ask, pair, change_form.as_it_is(pair), {})


def _field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    match error:
        case TooOld() | WorkDateTooFar():
            return "date"
        case InFuture() | OutNotAfterIn() | TooLong() if fields.get("end"):
            return "end"
        case UnknownOffice():
            return "office"
        case NoReason():
            return "reason"
    return "start"


@change_record.form(_field_of)
async def save(ask: Ask, which: Which, entry: Changes) -> Message | Form:
    """Changes the record. Asks first about a time that a clock change repeats, and about what looks unusual."""
    pair, check = await changing.find_changeable(ask.services, ask.caller, which.event_id), Check()
    zone = zone_named(pair.clock_in.zone)
    with check.at("office"):
        if entry.office != pair.clock_in.office_id:
            user_id = pair.user_id
            zone = await recording.zone_of_event(ask.services, ask.caller, Operation.CHANGE, user_id, entry.office)
    for name, text in (("note", entry.note), ("end_note", entry.end_note), ("reason", entry.reason)):
        with check.at(name):
            comment(text.strip())
    with check.at("reason"):
        if not entry.reason.strip():
            raise NoReason
    moved = change_form.moved(pair, entry)
    if moved and entry.end:
        record_form.check_times(check, change_form.entry(pair, entry, zone), zone, ask.reader)
    check.done()
    wanted = _wanted_beside_times(pair, entry)
    if which.was_open:
        wanted = replace(wanted, out_comment=KEPT)
    if moved and entry.end:
        whole = change_form.entry(pair, entry, zone)
        if questions := record_form.repeated_times(whole, zone):
            return await _form(ask, pair, entry, questions)
        in_at, out_at = shift(entry.date, *whole.times, zone)
        if questions := change_form.unusual(pair, whole, out_at - in_at, work_date(ask.reader.now, zone), ask.reader):
            return await _form(ask, pair, entry, questions)
        wanted = replace(wanted, in_at=_unless_same(pair.clock_in.at, in_at))
        wanted = replace(wanted, out_at=_unless_same(pair.clock_out.at if pair.clock_out else None, out_at))
    elif moved:
        in_at = on_day(entry.date, TimeOfDay(entry.start), zone)
        wanted = replace(wanted, in_at=_unless_same(pair.clock_in.at, in_at))
    done = await changing.change(ask.services, ask.caller, which.event_id, wanted, entry.reason.strip())
    return _changed(done.before, done.pair, entry.reason, ask.reader)


@change_record.action
async def undo(ask: Ask, which: Which) -> Message:
    """**Undo**: the record is again what it was before the change, if nothing is in its place."""
    done = await changing.undo_change(ask.services, ask.caller, which.event_id)
    said = _("✅ <b>Change undone.</b> {who} · {record}")
    record = records.entry(done.pair, ask.reader)
    return Message([Text(sentence(said, who=mention(done.pair.user_id), record=record))], replaces=True)


def _changed(before: Pair, pair: Pair, why: str, reader: Reader) -> Message:
    said = _("✅ <b>Record changed.</b> {who} · {change}")
    record = records.change(before, pair, reader)
    text = sentence(said, who=mention(pair.user_id), change=record)
    text += Markup("\n{}").format(quoted_words(why))
    return Message([Text(text), Buttons([undo.button(_("Undo"), Which(pair.clock_in.id))])])


def _wanted_beside_times(pair: Pair, entry: Changes) -> Wanted:
    is_now = change_form.as_it_is(pair)
    note, end_note = comment(entry.note.strip()), comment(entry.end_note.strip())
    return Wanted(
        office_id=KEPT if entry.office == is_now.office else entry.office,
        in_comment=KEPT if note == (is_now.note or None) else note,
        out_comment=KEPT if end_note == (is_now.end_note or None) else end_note,
        typed_to_the_minute=True,
    )


def _unless_same(was: datetime.datetime | None, at: datetime.datetime) -> Any:
    """Seconds stay where the minute does."""
    return KEPT if was is not None and was.replace(second=0, microsecond=0) == at else at


async def _form(ask: Ask, pair: Pair, entered: Changes, questions: Mapping[str, Field]) -> Form:
    around = await worked_time.caller_context(ask.services, ask.caller)
    which = Which(pair.clock_in.id, was_open=pair.clock_out is None)
    body = change_form.fields(around.offices, pair, entered, questions, ask.reader)
    return Form(_("Change a record"), _("Change"), _("Cancel"), save, body, which)
