"""The fields of the form for a whole record, and its questions about unusual entries."""

from __future__ import annotations

import datetime
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import time, timedelta
from typing import Literal
from zoneinfo import ZoneInfo

from bot import wording
from bot.attendance.rules import is_unusual
from bot.calendar.typed import LONGEST_COMMENT
from bot.calendar.worktime import LONGEST_PAIR, SKEW_ALLOWED, LocalTime, TimeOfDay, on_day, shift_times, work_date
from bot.chat.form_faults import Check
from bot.chat.views import ChoiceField, DateField, Field, PersonField, TextField, TimeField
from bot.errors import InFuture, NoSuchWorkDate, SameStartAndEnd
from bot.permissions import Role
from bot.reports.worked_time import CallerContext
from bot.wording import Reader
from bot.wording.catalogue import _

LONG_PAST = timedelta(days=60)
"""Older records most likely have a wrong month or year, because two payrolls have passed."""


@dataclass(frozen=True, slots=True)
class Entry:
    """What was entered.

    `which_…`: the offset in minutes of a time that a clock change repeats. `reason`: where somebody else has to agree.
    `sure`: the questions about unusual values that were confirmed.
    """

    date: datetime.date
    start: time
    end: time
    which_start: int | None = None
    which_end: int | None = None
    person: str | None = None
    office: str | None = None
    note: str = ""
    reason: str = ""
    sure: Sequence[str] = ()

    @property
    def times(self) -> tuple[TimeOfDay, TimeOfDay]:
        """Start and end, each with its offset if one is given."""
        return TimeOfDay(self.start, _offset(self.which_start)), TimeOfDay(self.end, _offset(self.which_end))


@dataclass(frozen=True, slots=True)
class Draft:
    """What the form is opened with; without a day where that isn't clear."""

    date: datetime.date | None
    start: time | None = None
    end: time | None = None
    person: str | None = None
    office: str | None = None
    note: str = ""


def fields(
    around: CallerContext,
    user_id: str,
    entered: Entry | Draft,
    questions: Mapping[str, Field],
) -> list[Field]:
    """Person (for callers who may choose one), date, start, end, office and note; a reason, where it's among the
    questions. Each other question is below what it is about, or at the end."""
    found: list[Field] = []
    if around.role is not Role.EMPLOYEE:
        found.append(PersonField(name="person", label=_("Person"), chosen=[entered.person or user_id]))
    found.append(
        DateField(name="date", label=_("Date"), hint=_("The day on which the work began."), value=entered.date)
    )
    for name, label, hint in (
        ("start", _("Start"), _("In the office's time if you choose one, otherwise in the person's own.")),
        ("end", _("End"), _("If it's earlier than the start, it means the next day.")),
    ):
        found.append(TimeField(name=name, label=label, hint=hint, value=getattr(entered, name)))
        if name in questions:
            found.append(questions[name])
    if around.offices:
        options = {office.office_id: office.name for office in around.offices}
        chosen = [entered.office] if entered.office in options else []
        found.append(ChoiceField(name="office", label=_("Office"), required=False, options=options, chosen=chosen))
    note = TextField(
        name="note", label=_("Note"), required=False, value=entered.note, longest=LONGEST_COMMENT, multiline=True
    )
    return [*found, note, *(questions[name] for name in ("reason", "sure") if name in questions)]


def reason_field(part: Literal["person", "employer"], entered: Entry | Draft) -> Field:
    """Asks why, where somebody else has to agree to the record."""
    hint = _("It goes to your managers, who approve the record.")
    if part == "person":
        hint = _("It goes to the person, who has to agree to the record.")
    value = entered.reason if isinstance(entered, Entry) else ""
    return TextField(name="reason", label=_("Reason"), hint=hint, value=value, longest=LONGEST_COMMENT, multiline=True)


def check_times(check: Check, entry: Entry, zone: ZoneInfo, reader: Reader) -> None:
    """Finds every fault of date, start and end that can be found without other records."""
    with check.at("date"):
        try:
            started, ended = shift_times(entry.date, *entry.times, zone)
        except OverflowError as error:  # the calendar ends with the year 9999
            raise NoSuchWorkDate(entry.date) from error
        if started.instants and entry.date > work_date(reader.now, zone):
            raise InFuture(started.instants[0], reader.now, zone)
    if "date" in check.found:
        return
    with check.at("end"):
        if entry.start == entry.end and ended.day != entry.date:
            raise SameStartAndEnd(entry.start)
    for name, local in (("start", started), ("end", ended)):
        with check.at(name):
            if not local.instants:
                on_day(local.day, local.at, zone)  # raises the reason why there is none
            elif local.instants[0] > reader.now + SKEW_ALLOWED:
                raise InFuture(local.instants[0], reader.now, zone)


def repeated_times(entry: Entry, zone: ZoneInfo) -> dict[str, Field]:
    """Asks about times that can mean two instants, with the answers given so far. Empty if all are answered."""
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


def unusual(entry: Entry, length: timedelta, today: datetime.date, reader: Reader) -> dict[str, Field]:
    """Asks about an odd length and about a day long ago. Empty if both are confirmed for what is entered now."""
    asked = _unusual_length(length)
    if entry.date < today - LONG_PAST:
        asked[entry.date.isoformat()] = _("Yes, it was on {day}").format(day=wording.day(entry.date, reader))
    return _confirming(asked, entry.sure)


def unusual_length(length: timedelta, sure: Collection[str]) -> dict[str, Field]:
    """Asks about an odd length. Empty if that length is confirmed."""
    return _confirming(_unusual_length(length), sure)


def _unusual_length(length: timedelta) -> dict[str, str]:
    if not (timedelta() <= length <= LONGEST_PAIR and is_unusual(length)):
        return {}  # other lengths are refused anyway
    said = _("Yes, it was {length} long").format(length=wording.duration(length))
    return {f"{length // timedelta(minutes=1)} min": said}


def _confirming(asked: Mapping[str, str], sure: Collection[str]) -> dict[str, Field]:
    if asked.keys() <= set(sure):
        return {}
    label, chosen = _("That's unusual. Is it right?"), [one for one in sure if one in asked]
    return {
        "sure": ChoiceField(name="sure", label=label, options=asked, chosen=chosen, many=True, expanded=True),
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


def _offset(minutes: int | None) -> timedelta | None:
    return None if minutes is None else timedelta(minutes=minutes)
