"""The form for a whole record. Marks all mistakes at once, and asks about what looks unusual. An
added record can be undone."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot import wording
from bot.attendance import correction_rules, corrections, new_records, recording
from bot.attendance.recording import NewRecord, Pair
from bot.calendar.typed import comment
from bot.calendar.worktime import shift, work_date
from bot.chat import record_form
from bot.chat.asked import asked
from bot.chat.clock_buttons import undo_buttons
from bot.chat.form_faults import Check
from bot.chat.guests import refuse_non_employee
from bot.chat.record_form import Draft, Entry
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Buttons, Field, Form, Message, Text
from bot.errors import (
    Forbidden,
    InFuture,
    NoReason,
    NoSuchWorkDate,
    OutNotAfterIn,
    TooLong,
    TooOld,
    WorkDateTooFar,
)
from bot.permissions import Operation, Role
from bot.reports import worked_time
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.clocking import quoted
from bot.wording.markup import mention, sentence
from storage.errors import AlreadyDeleted
from storage.period_locks import PeriodLocked

add_record = Feature("add_record")


@dataclass(frozen=True, slots=True)
class Added:
    """A record that was added for somebody else, by the id of its clock-in."""

    event_id: str


@add_record.action
async def press_add(ask: Ask) -> Form:
    """**Add a record**"""
    return await open_form(ask)


@add_record.action
async def press_add_filled_in(ask: Ask, draft: Draft) -> Form:
    """**Add a record**, with what was typed filled in."""
    return await open_form(ask, draft)


async def open_form(ask: Ask, draft: Draft | None = None) -> Form:
    """The form, filled in as far as possible.

    The last office is chosen if it's clear whose record it is. Somebody else's hours shouldn't end up at the office of
    the person who enters them. Raises Forbidden, NotAnEmployee or UnknownUser: an employee's form has no field for the
    person, and a guest would fill it in for nothing.
    """
    around = await worked_time.caller_context(ask.services, ask.caller)
    drafted = draft or Draft(around.today)
    office = await new_records.last_office(ask.services, ask.caller, drafted.person or ask.caller.user_id)
    if drafted.office is None and (drafted.person or around.role is Role.EMPLOYEE):
        drafted = replace(drafted, office=office)
    return await _form(ask, drafted, await _reason_needed(ask, drafted))


def _field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    """A refusal that no field check finds, mostly because of another record."""
    match error:
        case TooOld() | NoSuchWorkDate() | WorkDateTooFar() | PeriodLocked():
            return "date"
        case InFuture() | OutNotAfterIn() | TooLong():
            return "end"
        case NoReason() if "reason" in fields:
            return "reason"
    return "start"


@add_record.form(_field_of)
async def save(ask: Ask, carried: None, entry: Entry) -> Message | Form:
    """Writes the record. Asks first about a time that a clock change repeats, and about what looks unusual."""
    user_id, check = entry.person or ask.caller.user_id, Check()
    zone: ZoneInfo | None = None
    with check.at("person" if entry.person else "start"):
        try:
            await new_records.last_office(ask.services, ask.caller, user_id)
        except Forbidden as error:
            await refuse_non_employee(ask.services, ask.caller, error)
            raise
        with check.at("office"):
            zone = await recording.zone_of_event(ask.services, ask.caller, Operation.RECORD, user_id, entry.office)
    with check.at("note"):
        comment(entry.note.strip())
    with check.at("reason"):
        if comment(entry.reason.strip()) is None and entry.reason:
            raise NoReason
    if zone:
        record_form.check_times(check, entry, zone, ask.reader)
    check.done()
    assert zone is not None
    reason = await _reason_needed(ask, entry)
    if questions := record_form.repeated_times(entry, zone):
        return await _form(ask, entry, questions | reason)
    in_at, out_at = shift(entry.date, *entry.times, zone)
    await new_records.check_age(ask.services, ask.caller, entry.date, in_at)
    if questions := record_form.unusual(entry, out_at - in_at, work_date(ask.reader.now, zone), ask.reader):
        return await _form(ask, entry, questions | reason)
    if reason and not entry.reason.strip():
        return await _form(ask, entry, reason)
    new = NewRecord(
        user_id=user_id,
        in_at=in_at,
        out_at=out_at,
        work_date=entry.date,
        office_id=entry.office,
        in_comment=comment(entry.note.strip()),
        typed_to_the_minute=True,
    )
    if reason:
        made = await corrections.ask_to_add(ask.services, ask.caller, new, entry.reason.strip())
        return asked(made, ask.reader)
    pair = (await recording.record(ask.services, ask.caller, new)).pair
    undoing = undo_added(pair, ask.reader)
    return Message([Text(_added(pair, ask.reader)), *([Buttons(undoing)] if undoing else [])])


@add_record.action
async def undo_for_them(ask: Ask, added: Added) -> Message:
    """**Undo** of a record that was added for somebody else: deletes it, if the presser may."""
    try:
        pair = (await recording.delete(ask.services, ask.caller, added.event_id)).pair
    except AlreadyDeleted as error:
        if error.pair.deleted_by != ask.caller.user_id:
            raise
        return Message([Text(sentence(_("You've already undone this.")))])
    said = _("✅ <b>Record removed.</b> {who} · {record}")
    record = wording.day_and_span(pair, ask.reader)
    return Message([Text(sentence(said, who=mention(pair.user_id), record=record))])


async def _reason_needed(ask: Ask, entered: Entry | Draft) -> dict[str, Field]:
    """The field for it, where this workspace has somebody else agree to such a record."""
    user_id = entered.person or ask.caller.user_id
    part = await correction_rules.needed(ask.services, ask.caller, "add", user_id, entered.date)
    return {"reason": record_form.reason_field(part, entered)} if part else {}


async def _form(ask: Ask, entered: Entry | Draft, questions: Mapping[str, Field]) -> Form:
    around = await worked_time.caller_context(ask.services, ask.caller)
    body = record_form.fields(around, ask.caller.user_id, entered, questions)
    return Form(_("Add a record"), _("Add"), _("Cancel"), save, body)


def _added(pair: Pair, reader: Reader) -> Markup:
    """`✅ Record added. Fri 20 Nov, 09:00 to 17:00 · 8 h`"""
    said = _("✅ <b>Record added.</b> {record} · {length}.")
    if not reader.is_you(pair.user_id):
        said = _("✅ <b>Record added for {who}.</b> {record} · {length}.")
    text = sentence(
        said,
        who=mention(pair.user_id),
        record=wording.day_and_span(pair, reader),
        length=wording.duration(pair.worked) if pair.worked else "",
    )
    return text + wording.worked_through_clock_change(pair, reader) + quoted(pair.clock_in)


def undo_added(pair: Pair, reader: Reader) -> list[Button]:
    """**Undo** of a record that the reader added."""
    if reader.is_you(pair.user_id):
        return undo_buttons(pair.clock_in, reader)
    return [undo_for_them.button(_("Undo"), Added(pair.clock_in.id))]
