"""`/attendance add`: the form for a whole record, with its errors at the fields."""

from __future__ import annotations

import datetime
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot import permissions, wording
from bot.attendance import recording
from bot.attendance.recording import NewRecord, Pair
from bot.calendar.typed import LONGEST_COMMENT, comment
from bot.calendar.worktime import LocalTime, TimeOfDay, shift, shift_times
from bot.chat.routing import Ask, Feature
from bot.chat.views import ChoiceField, DateField, Field, Form, Message, PersonField, Text, TextField, TimeField
from bot.errors import (
    Forbidden,
    InFuture,
    InvalidRecord,
    InvalidText,
    NoSuchTime,
    NotAnEmployee,
    OutNotAfterIn,
    SameStartAndEnd,
    TooLong,
    TooOld,
)
from bot.permissions import Operation, Role
from bot.reports import worked_time
from bot.reports.worked_time import CallerContext
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.clocking import quoted
from bot.wording.markup import mention, sentence
from storage.errors import UnknownOffice, UnknownUser

add_record = Feature("add_record")


@dataclass(frozen=True, slots=True)
class Entry:
    """What is filled in. `which_…` is asked where a clock change repeats the time: the offset that is meant, in
    minutes."""

    date: datetime.date
    start: time
    end: time
    which_start: int | None = None
    which_end: int | None = None
    person: str | None = None
    office: str | None = None
    in_comment: str = ""
    out_comment: str = ""

    @property
    def times(self) -> tuple[TimeOfDay, TimeOfDay]:
        """Start and end, each with its offset where that is said."""
        return TimeOfDay(self.start, _offset(self.which_start)), TimeOfDay(self.end, _offset(self.which_end))


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form is opened with."""

    date: datetime.date
    start: time | None = None
    end: time | None = None
    person: str | None = None
    office: str | None = None
    in_comment: str = ""
    out_comment: str = ""


@add_record.word("add", alone=True)
async def show(ask: Ask) -> Form:
    """`/attendance add`"""
    return await _form(ask)


@add_record.action
async def press_add(ask: Ask) -> Form:
    """**Add a record**"""
    return await _form(ask)


@add_record.action
async def press_add_filled_in(ask: Ask, draft: Draft) -> Form:
    """**Add a record**, with what was typed filled in."""
    return await open_form(ask, draft)


async def open_form(ask: Ask, draft: Draft) -> Form:
    """The form, filled in. Raises Forbidden for somebody for whom the caller may add no record: an employee's form has
    no field for the person, and would add it for the employee."""
    if person := draft.person:
        await ask.services.database.read(lambda tx: permissions.require(tx, ask.caller, Operation.RECORD, person))
    return await _form(ask, draft)


def _field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    """Only managers and admins have the field for the person."""
    match error:
        case Forbidden() | NotAnEmployee() | UnknownUser() if "person" in fields:
            return "person"
        case UnknownOffice():
            return "office"
        case InvalidRecord() | TooOld():
            return "date"
        case InFuture() | SameStartAndEnd() | OutNotAfterIn() | TooLong():
            return "end"
        case NoSuchTime() if wording.time_of_day(error.time) != fields["start"]:
            return "end"
        case InvalidText():
            return "in_comment" if len(fields.get("in_comment") or "") > LONGEST_COMMENT else "out_comment"
    return "start"


@add_record.form(_field_of)
async def save(ask: Ask, carried: None, entry: Entry) -> Message | Form:
    """Writes the record; asks which one is meant where a clock change repeats a time."""
    user_id = entry.person or ask.caller.user_id
    zone = await recording.zone_of_event(ask.services, ask.caller, Operation.RECORD, user_id, entry.office)
    try:
        questions = _repeated_time_fields(entry, zone)
    except OverflowError as error:  # the calendar ends with the year 9999
        why = _("{day} is a day that no record can be of").format(day=wording.day(entry.date, ask.reader))
        raise InvalidRecord(why) from error
    if questions:
        return await _form(ask, entry, questions)
    in_at, out_at = shift(entry.date, *entry.times, zone)
    new = NewRecord(
        user_id=user_id,
        in_at=in_at,
        out_at=out_at,
        work_date=entry.date,
        office_id=entry.office,
        in_comment=comment(entry.in_comment.strip()),
        out_comment=comment(entry.out_comment.strip()),
        typed_to_the_minute=True,
    )
    pair = (await recording.record(ask.services, ask.caller, new)).pair
    return Message([Text(_recorded(pair, ask.reader))])


async def _form(ask: Ask, entry: Entry | Draft | None = None, questions: Mapping[str, Field] | None = None) -> Form:
    """The form, empty or as it was filled in, with the questions that the times in it raise."""
    around = await worked_time.caller_context(ask.services, ask.caller)
    body = [*_person_fields(around, entry, ask.caller.user_id), *_when(around, entry, questions or {})]
    for name, label in (("in_comment", _("Comment on the start")), ("out_comment", _("Comment on the end"))):
        typed = getattr(entry, name) if entry else ""
        body.append(
            TextField(name=name, label=label, required=False, value=typed, longest=LONGEST_COMMENT, multiline=True)
        )
    return Form(_("Add a record"), _("Add"), _("Cancel"), save, body)


def _person_fields(around: CallerContext, entry: Entry | Draft | None, user_id: str) -> list[Field]:
    fields: list[Field] = []
    if around.role is not Role.EMPLOYEE:
        chosen = (entry and entry.person) or user_id
        fields.append(PersonField(name="person", label=_("Person"), chosen=[chosen]))
    if around.offices:
        options = {office.office_id: office.name for office in around.offices}
        chosen_office = [entry.office] if entry and entry.office else []
        fields.append(
            ChoiceField(name="office", label=_("Office"), required=False, options=options, chosen=chosen_office)
        )
    return fields


def _when(around: CallerContext, entry: Entry | Draft | None, questions: Mapping[str, Field]) -> list[Field]:
    hint = _("The day on which the work began.")
    fields: list[Field] = [
        DateField(name="date", label=_("Date"), hint=hint, value=entry.date if entry else around.today)
    ]
    for name, label, hint in (
        ("start", _("Start"), _("In the office's time where one is chosen, else in the person's own.")),
        ("end", _("End"), _("Earlier than the start means the next day.")),
    ):
        fields.append(TimeField(name=name, label=label, hint=hint, value=getattr(entry, name) if entry else None))
        if name in questions:
            fields.append(questions[name])
    return fields


def _repeated_time_fields(entry: Entry, zone: ZoneInfo) -> dict[str, Field]:
    """Asks about the times that may mean two instants, with the answers given so far; nothing once all are given."""
    if all(len(local.instants) < 2 for local in shift_times(entry.date, *entry.times, zone)):
        return {}
    start, end = shift_times(entry.date, TimeOfDay(entry.start), TimeOfDay(entry.end), zone)
    asked = {
        "start": (_("Start: this time came twice that night. Which one?"), start, entry.which_start),
        "end": (_("End: this time came twice that night. Which one?"), end, entry.which_end),
    }
    return {
        name: ChoiceField(
            name=f"which_{name}",
            label=label,
            options=_repeated_time_options(local, zone),
            chosen=[] if answered is None else [str(answered)],
            expanded=True,
        )
        for name, (label, local, answered) in asked.items()
        if len(local.instants) > 1
    }


def _repeated_time_options(local: LocalTime, zone: ZoneInfo) -> dict[str, str]:
    """`The first 02:30 (UTC+2)` and the second, by their offsets in minutes."""
    options = {}
    sentences = (_("The first {time} (UTC{offset})"), _("The second {time} (UTC{offset})"))
    for said, instant in zip(sentences, local.instants, strict=True):
        minutes = (instant.astimezone(zone).utcoffset() or timedelta()) // timedelta(minutes=1)
        hours, rest = divmod(abs(minutes), 60)
        offset = f"{'-' if minutes < 0 else '+'}{hours}" + (f":{rest:02}" if rest else "")
        options[str(minutes)] = said.format(time=wording.time_of_day(local.at.time), offset=offset)
    return options


def _recorded(pair: Pair, reader: Reader) -> Markup:
    said = (
        _("Recorded: {record}, {length}.")
        if reader.is_you(pair.user_id)
        else _("Recorded for {who}: {record}, {length}.")
    )
    text = sentence(
        said,
        who=mention(pair.user_id),
        record=wording.day_and_span(pair, reader),
        length=wording.duration(pair.worked or timedelta()),
    )
    quotes = (quoted(half) for half in (pair.clock_in, pair.clock_out) if half)
    return Markup().join([text, wording.worked_through_clock_change(pair, reader), *quotes])


def _offset(minutes: int | None) -> timedelta | None:
    return None if minutes is None else timedelta(minutes=minutes)
