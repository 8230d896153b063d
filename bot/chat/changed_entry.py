"""Reads what was entered in a form that changes a record."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import replace
from typing import Any
from zoneinfo import ZoneInfo

from bot.attendance import recording
from bot.attendance.recording import Pair
from bot.attendance.wanted_records import KEPT, Wanted
from bot.calendar.typed import comment
from bot.calendar.worktime import TimeOfDay, on_day, shift, work_date, zone_named
from bot.chat import change_form, record_form
from bot.chat.change_form import Changes
from bot.chat.form_faults import Check
from bot.chat.routing import Ask
from bot.chat.views import Field
from bot.errors import InFuture, NoReason, OutNotAfterIn, TooLong, TooOld, WorkDateTooFar
from bot.permissions import Operation
from storage.errors import UnknownOffice
from storage.period_locks import PeriodLocked


def field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    """The field of a refusal that only the use case finds."""
    match error:
        case TooOld() | WorkDateTooFar() | PeriodLocked():
            return "date"
        case InFuture() | OutNotAfterIn() | TooLong() if fields.get("end"):
            return "end"
        case UnknownOffice():
            return "office"
        case NoReason():
            return "reason"
    return "start"


async def read(
    ask: Ask, pair: Pair, entry: Changes, doing: Operation, *, was_open: bool
) -> Wanted | Mapping[str, Field]:
    """What the record should be. Or questions: about a time that a clock change repeats, and about what looks unusual.
    Raises FormFaults. `was_open`: the form had no field for a note at the end."""
    check = Check()
    zone = await _check_texts(ask, pair, entry, doing, check)
    moved = change_form.moved(pair, entry)
    if moved and entry.end:
        record_form.check_times(check, change_form.entry(pair, entry, zone), zone, ask.reader)
    check.done()
    wanted = _beside_times(pair, entry)
    if was_open:
        wanted = replace(wanted, out_comment=KEPT)
    if not moved:
        return wanted
    if entry.end is None:
        return replace(wanted, in_at=_unless_same(pair.clock_in.at, on_day(entry.date, TimeOfDay(entry.start), zone)))
    whole = change_form.entry(pair, entry, zone)
    if questions := record_form.repeated_times(whole, zone):
        return questions
    in_at, out_at = shift(entry.date, *whole.times, zone)
    if questions := change_form.unusual(pair, whole, out_at - in_at, work_date(ask.reader.now, zone), ask.reader):
        return questions
    was = pair.clock_out.at if pair.clock_out else None
    return replace(wanted, in_at=_unless_same(pair.clock_in.at, in_at), out_at=_unless_same(was, out_at))


async def _check_texts(ask: Ask, pair: Pair, entry: Changes, doing: Operation, check: Check) -> ZoneInfo:
    """Finds what is wrong with office, notes and reason. Returns the zone of the office."""
    zone = zone_named(pair.clock_in.zone)
    with check.at("office"):
        if entry.office != pair.clock_in.office_id:
            zone = await recording.zone_of_event(ask.services, ask.caller, doing, pair.user_id, entry.office)
    for name, text in (("note", entry.note), ("end_note", entry.end_note), ("reason", entry.reason)):
        with check.at(name):
            comment(text.strip())
    with check.at("reason"):
        if not entry.reason.strip():
            raise NoReason
    return zone


def _beside_times(pair: Pair, entry: Changes) -> Wanted:
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
