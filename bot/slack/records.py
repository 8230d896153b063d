"""`/attendance add`: the form for a whole record, with its errors at the fields."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from slack_bolt.async_app import AsyncApp
from slackblocks import (
    Block,
    DatePicker,
    Element,
    InputBlock,
    ModalView,
    Option,
    PlainTextInput,
    RadioButtonGroup,
    StaticSelectMenu,
    TimePicker,
    UserSelectMenu,
)

from bot import attendance, reports, wording
from bot.access import Role
from bot.attendance import NewRecord
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
from bot.reports import Surroundings
from bot.slack import render
from bot.slack.admin_blocks import MOST_OPTIONS, in_groups
from bot.slack.blocks import Answer, plain
from bot.slack.listener import Ask, Edge, Outcome
from bot.wording import records as sentences
from bot.words import LONGEST_COMMENT, comment
from bot.worktime import LocalTime, TimeOfDay, parse_time_of_day, shift, shift_times
from storage.errors import UnknownOffice, UnknownUser

FORM = "add_record"
WHICH = {"start": "which_start", "end": "which_end"}
"""The question that a time which came twice adds to the form."""


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents. `open_form` is reached through `/attendance add`."""
    app.view(FORM)(edge.submission(submit, field_of))


async def open_form(ask: Ask) -> None:
    """Opens the form; Slack gives a trigger 3 seconds."""
    around = await reports.surroundings(ask.services, ask.caller)
    view = form(around, ask.caller.user_id)
    await ask.open(view)


async def submit(ask: Ask) -> Outcome:
    """Writes the record; asks which one is meant where a clock change repeats a time."""
    entry = _entry(ask)
    zone = await attendance.zone_of_event(ask.services, ask.caller, entry.user_id, entry.office_id)
    try:
        questions = _which_ones(entry, zone)
    except OverflowError as error:  # the calendar ends with the year 9999
        raise InvalidRecord(sentences.no_such_day(entry.day)) from error
    if questions:
        return form(await reports.surroundings(ask.services, ask.caller), ask.caller.user_id, entry, questions)
    in_at, out_at = shift(entry.day, entry.start, entry.end, zone)
    new = NewRecord(
        user_id=entry.user_id,
        in_at=in_at,
        out_at=out_at,
        work_date=entry.day,
        office_id=entry.office_id,
        in_comment=comment((entry.in_comment or "").strip()),
        out_comment=comment((entry.out_comment or "").strip()),
    )
    pair = (await attendance.record(ask.services, ask.caller, new)).pair
    return Answer(render.mrkdwn(sentences.recorded(pair, ask.reader)))


def field_of(error: Exception, fields: Mapping[str, Any]) -> str:
    """Where a refusal is shown. Only managers and admins have the field for the person."""
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


@dataclass(frozen=True, slots=True)
class Entry:
    """What the form holds."""

    user_id: str
    office_id: str | None
    day: date
    start: TimeOfDay
    end: TimeOfDay
    in_comment: str | None
    out_comment: str | None


def form(
    around: Surroundings,
    user_id: str,
    entry: Entry | None = None,
    questions: Mapping[str, RadioButtonGroup] | None = None,
) -> ModalView:
    """The form, empty or as it was filled in, with the questions that the times in it raise."""
    questions = questions or {}
    blocks: list[Block] = []
    if around.role is not Role.EMPLOYEE:
        chosen = entry.user_id if entry else user_id
        blocks.append(_input("person", sentences.PERSON, UserSelectMenu("value", initial_user=chosen)))
    if around.offices:
        blocks.append(_input("office", sentences.OFFICE, _office_menu(around, entry), optional=True))
    day = (entry.day if entry else around.today).isoformat()
    blocks.append(_input("date", sentences.DATE, DatePicker("value", initial_date=day), hint=sentences.DATE_HINT))
    for name, label, hint in (
        ("start", sentences.START, sentences.START_HINT),
        ("end", sentences.END, sentences.END_HINT),
    ):
        initial = wording.time_of_day(getattr(entry, name).time) if entry else None
        blocks.append(_input(name, label, TimePicker("value", initial_time=initial), hint=hint))
        if name in questions:
            blocks.append(_input(WHICH[name], sentences.which_one(label), questions[name]))
    for name, label in (("in_comment", sentences.IN_COMMENT), ("out_comment", sentences.OUT_COMMENT)):
        initial = getattr(entry, name) if entry else None
        text = PlainTextInput("value", initial_value=initial, multiline=True, max_length=LONGEST_COMMENT)
        blocks.append(_input(name, label, text, optional=True))
    return ModalView(
        title=sentences.ADD_TITLE, submit=sentences.ADD, close=sentences.CANCEL, callback_id=FORM, blocks=blocks
    )


def _input(
    block_id: str, label: str, element: Element, *, hint: str | None = None, optional: bool = False
) -> InputBlock:
    return InputBlock(label, element, block_id=block_id, hint=hint, optional=optional)


def _office_menu(around: Surroundings, entry: Entry | None) -> StaticSelectMenu:
    options = [Option(plain(office.name, 75), office.office_id) for office in around.offices]
    if len(options) > MOST_OPTIONS:  # what was chosen stays so when the form is drawn anew: Slack keeps it
        return StaticSelectMenu("value", option_groups=in_groups(options))
    initial = next((option for option in options if entry and option.value == entry.office_id), None)
    return StaticSelectMenu("value", options=options, initial_option=initial)


def _entry(ask: Ask) -> Entry:
    fields: dict[str, Any] = dict(ask.fields or {})
    start, end = (
        TimeOfDay(parse_time_of_day(fields[name]).time, _offset(fields.get(WHICH[name]))) for name in ("start", "end")
    )
    return Entry(
        user_id=fields.get("person") or ask.caller.user_id,
        office_id=fields.get("office"),
        day=date.fromisoformat(fields["date"]),
        start=start,
        end=end,
        in_comment=fields.get("in_comment"),
        out_comment=fields.get("out_comment"),
    )


def _offset(minutes: str | None) -> timedelta | None:
    return timedelta(minutes=int(minutes)) if minutes else None


def _which_ones(entry: Entry, zone: ZoneInfo) -> dict[str, RadioButtonGroup]:
    """Asks about the times that may mean two instants, with the answers given so far; nothing once all are given."""
    times = shift_times(entry.day, entry.start, entry.end, zone)
    if all(len(local.instants) < 2 for local in times):
        return {}
    start, end = shift_times(entry.day, TimeOfDay(entry.start.time), TimeOfDay(entry.end.time), zone)
    asked = {"start": (start, entry.start.offset), "end": (end, entry.end.offset)}
    return {
        name: _which_one(local, answered, zone) for name, (local, answered) in asked.items() if len(local.instants) > 1
    }


def _which_one(local: LocalTime, answered: timedelta | None, zone: ZoneInfo) -> RadioButtonGroup:
    options = {}
    for is_first, instant in zip((True, False), local.instants, strict=True):
        offset = instant.astimezone(zone).utcoffset() or timedelta()
        text = sentences.one_of_two(is_first, wording.time_of_day(local.at.time), offset)
        options[offset] = Option(plain(text, 75), _minutes(offset))
    initial = options.get(answered) if answered is not None else None
    return RadioButtonGroup("value", options=list(options.values()), initial_option=initial)


def _minutes(offset: timedelta) -> str:
    return str(int(offset.total_seconds()) // 60)
