"""What the form to change a record holds: the fields, filled in with the record, and what was entered."""

from __future__ import annotations

import datetime
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from zoneinfo import ZoneInfo

from bot import wording
from bot.attendance.recording import Office, Pair
from bot.calendar.typed import LONGEST_COMMENT
from bot.calendar.worktime import zone_named
from bot.chat import record_form
from bot.chat.record_form import Entry
from bot.chat.views import ChoiceField, DateField, Field, Text, TextField, TimeField
from bot.wording import Reader, records
from bot.wording.catalogue import _
from bot.wording.markup import mention, sentence

MINUTE = timedelta(minutes=1)
REMOVE = "remove"


@dataclass(frozen=True, slots=True)
class Which:
    """A record, by one of its events. `was_open`: the form asks for no note at the end of it."""

    event_id: str
    was_open: bool = False


@dataclass(frozen=True, slots=True)
class Changes:
    """What was entered; see `record_form.Entry`. Without an end, the record stays open."""

    date: datetime.date
    start: time
    end: time | None = None
    which_start: int | None = None
    which_end: int | None = None
    office: str | None = None
    note: str = ""
    end_note: str = ""
    reason: str = ""
    sure: Sequence[str] = ()
    remove: Sequence[str] = ()


def fields(
    offices: Sequence[Office],
    pair: Pair,
    entered: Changes,
    questions: Mapping[str, Field],
    reader: Reader,
    *,
    asks: bool = False,
) -> list[Field | Text]:
    """The record as it is, and a field for each thing that can change. Each question is below what it is about. `asks`:
    somebody else decides, also whether the record goes."""
    record = sentence("{who} · {record}", who=mention(pair.user_id), record=records.entry(pair, reader))
    options = {office.office_id: office.name for office in offices}
    if pair.clock_in.office_id:
        options.setdefault(pair.clock_in.office_id, pair.clock_in.office_id)
    hint = _("In {zone} time.").format(zone=wording.zone_label(pair.clock_in.zone))
    end_hint = _("If it's earlier than the start, it means the next day.")
    if pair.clock_out is None:
        end_hint = _("Leave it empty while they're still clocked in.")
    body: list[Field | Text] = [
        Text(record),
        DateField(name="date", label=_("Date"), hint=_("The day on which the work began."), value=entered.date),
        TimeField(name="start", label=_("Start"), hint=hint, value=entered.start),
        *([questions["start"]] if "start" in questions else []),
        TimeField(name="end", label=_("End"), hint=end_hint, value=entered.end, required=pair.clock_out is not None),
        *([questions["end"]] if "end" in questions else []),
    ]
    if options:
        chosen = [entered.office] if entered.office in options else []
        body.append(ChoiceField(name="office", label=_("Office"), required=False, options=options, chosen=chosen))
    body.append(_text("note", _("Note"), entered.note))
    if pair.clock_out and pair.clock_out.comment:
        body.append(_text("end_note", _("Note at the end"), entered.end_note))
    why = TextField(
        name="reason",
        label=_("Reason"),
        hint=reason_hint(asks=asks),
        value=entered.reason,
        longest=LONGEST_COMMENT,
        multiline=True,
    )
    body += [why, *(questions[name] for name in questions if name == "sure")]
    if asks:
        label, options = _("Or remove it"), {REMOVE: _("This record is wrong. Remove it.")}
        chosen = [one for one in entered.remove if one == REMOVE]
        body.append(
            ChoiceField(
                name="remove", label=label, required=False, options=options, chosen=chosen, many=True, expanded=True
            )
        )
    return body


def reason_hint(*, asks: bool) -> str:
    """Who reads it."""
    if asks:
        return _("It goes to the person who answers, and stays in the change history.")
    return _("It stays in the change history, where the person sees it.")


def as_it_is(pair: Pair) -> Changes:
    """In the zone of the clock-in."""
    came = _local(pair, pair.clock_in.at)
    left = _local(pair, pair.clock_out.at) if pair.clock_out else None
    return Changes(
        came.date(),
        _time(came),
        _time(left) if left else None,
        office=pair.clock_in.office_id,
        note=pair.clock_in.comment or "",
        end_note=(pair.clock_out.comment or "") if pair.clock_out else "",
    )


def moved(pair: Pair, entry: Changes) -> bool:
    """Whether another day or time was entered."""
    is_now = as_it_is(pair)
    return (entry.date, entry.start, entry.end) != (is_now.date, is_now.start, is_now.end)


def entry(pair: Pair, entry: Changes, zone: ZoneInfo) -> Entry:
    """A time that wasn't changed means the one that it was, also where the clock shows it twice."""
    assert entry.end is not None
    is_now, which_start, which_end = as_it_is(pair), entry.which_start, entry.which_end
    if which_start is None and (entry.date, entry.start) == (is_now.date, is_now.start):
        which_start = _offset(pair.clock_in.at, zone)
    if which_end is None and pair.clock_out and (entry.date, entry.end) == (is_now.date, is_now.end):
        which_end = _offset(pair.clock_out.at, zone)
    return Entry(entry.date, entry.start, entry.end, which_start, which_end, sure=entry.sure)


def _offset(at: datetime.datetime, zone: ZoneInfo) -> int:
    return (at.astimezone(zone).utcoffset() or timedelta()) // MINUTE


def unusual(pair: Pair, entry: Entry, length: timedelta, today: datetime.date, reader: Reader) -> dict[str, Field]:
    if entry.date != as_it_is(pair).date:
        return record_form.unusual(entry, length, today, reader)
    return record_form.unusual_length(length, entry.sure)


def _local(pair: Pair, at: datetime.datetime) -> datetime.datetime:
    return at.astimezone(zone_named(pair.clock_in.zone))


def _time(local: datetime.datetime) -> time:
    return time(local.hour, local.minute)


def _text(name: str, label: str, value: str) -> TextField:
    return TextField(name=name, label=label, required=False, value=value, longest=LONGEST_COMMENT, multiline=True)
