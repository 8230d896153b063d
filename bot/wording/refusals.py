"""The sentence for each refusal: what was wrong, and what to do. In all of them nothing was written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import errors
from bot.wording import (
    Reader,
    clock,
    clock_in_day,
    clock_with_zone,
    day,
    day_and_span,
    duration,
    moment,
    since,
    zone_label,
)
from bot.worktime import zone_named
from storage import errors as ledger
from storage.pairs import Half


def refusal(refused: Exception, reader: Reader) -> str:
    """The sentence. Raises TypeError for what is no refusal."""
    for kind, sentence in _SENTENCES.items():
        if isinstance(refused, kind):
            return sentence(refused, reader)
    raise TypeError(f"no sentence for {type(refused).__name__}") from refused


def _not_readable(refused: errors.NotReadable, reader: Reader) -> str:
    advice, *examples = _READABLE[refused.kind]
    return f"{_quoted(refused.words, reader)} {advice.format(*map(reader.code, examples))}"


_READABLE = {
    "working hours": ("are no working hours. Write days and times like this: {}.", "mon-fri 09:00-17:00"),
    "weekly time": ("is no time of the week. Write it like this: {}.", "mon 09:00"),
    "hours": ("is no number of hours. Write one up to 24, such as {}, or {}.", "10", "no"),
    "years": (
        "is no number of years. Write a whole one up to 100, such as {}, or {} to keep records for good.",
        "4",
        "no",
    ),
    "expiry": ("is no day to come. Write one such as {}, or a number of days such as {}.", "2027-01-31", "90"),
}


def _already_clocked_in(refused: ledger.AlreadyClockedIn, reader: Reader) -> str:
    pair = refused.open_pair
    who = "You are" if reader.is_you(pair.user_id) else f"{reader.who(pair.user_id)} is"
    return f"{who} already in {since(pair.clock_in, reader)}."


def _not_clocked_in(refused: ledger.NotClockedIn, reader: Reader) -> str:
    you = reader.is_you(refused.user_id)
    who = "You are" if you else f"{reader.who(refused.user_id)} is"
    if refused.last and not refused.last.clock_out:
        return f"This clock-in has ended already. {who} in again {since(refused.last.clock_in, reader)}."
    last = refused.last.clock_out if refused.last else None
    last_out = f" The last clock-out was {_at(last, reader)}." if last else ""
    return f"{who} not clocked in.{last_out}" + (f" Type {reader.code('/clockin')} to begin." if you else "")


def _overlap(refused: ledger.Overlap, reader: Reader) -> str:
    return f"This overlaps another record: {day_and_span(refused.other)}. A person's records can't overlap."


def _already_deleted(refused: ledger.AlreadyDeleted, reader: Reader) -> str:
    pair = refused.pair
    by = reader.who(pair.deleted_by or "")
    at = moment(pair.deleted_at or reader.now, zone_named(pair.clock_in.zone), reader)
    return f"{by} deleted this record already, at {at} ({zone_label(pair.clock_in.zone)})."


def _forbidden(refused: errors.Forbidden, reader: Reader) -> str:
    whom = "others"
    if refused.user_id is not None and reader.markup:
        whom = "yourself" if reader.is_you(refused.user_id) else reader.who(refused.user_id)
    deed = {
        "clock in and out": f"clock {whom} in or out",
        "add a record": f"add a record for {whom}",
        "see events and reports": f"see the records of {whom}",
        "delete and restore": "delete or restore this record",
    }.get(refused.operation)
    if deed is None:
        return "Only admins may change teams, offices, settings, tokens and webhooks."
    not_own = " but not their own" if refused.operation == "delete and restore" else ""
    return f"You may not {deed}: managers may for their teams{not_own}, admins for everyone."


def _not_an_employee(refused: errors.NotAnEmployee, reader: Reader) -> str:
    kind = {"bot": "a bot", "guest": "a guest", "deactivated": "deactivated"}[refused.kind]
    if reader.is_you(refused.user_id):
        return f"You are {kind} in this workspace: working hours are kept for its full members."
    return f"{reader.who(refused.user_id)} is {kind} in this workspace, and has no working hours here."


def _not_full_members(refused: errors.NotFullMembers, reader: Reader) -> str:
    kinds = {"bot": "a bot", "guest": "a guest", "deactivated": "deactivated"}
    named = [f"{reader.escape(name)} ({kinds[kind]})" for name, kind in refused.people.values()]
    return f"{', '.join(named)} can't be chosen: only full members of this workspace can."


def _invalid_name(refused: errors.InvalidName, reader: Reader) -> str:
    what = {
        "team": "A team's name",
        "office": "An office's name",
        "office id": "An office's id",
        "token": "A token's name",
    }[refused.what]
    return f"{what} has 1 to {refused.longest} characters, on one line."


def _in_future(refused: errors.InFuture, reader: Reader) -> str:
    then, now = moment(refused.at, refused.zone, reader), clock(refused.now, refused.zone)
    return f"{then} is still to come: it is {now} ({zone_label(refused.zone)}) now."


def _out_not_after_in(refused: errors.OutNotAfterIn, reader: Reader) -> str:
    out_at, in_at = (moment(at, refused.zone, reader) for at in (refused.out_at, refused.in_at))
    return f"The end ({out_at}) has to be later than the start ({in_at}, {zone_label(refused.zone)})."


def _too_long(refused: errors.TooLong, reader: Reader) -> str:
    length = duration(refused.out_at - refused.in_at)
    return (
        f"From {moment(refused.in_at, refused.zone, reader)} that would be {length}: a record lasts at most 24 hours."
    )


def _too_old(refused: errors.TooOld, reader: Reader) -> str:
    years = "year" if refused.years == 1 else f"{refused.years} years"
    return f"It is older than the {years} for which records are kept."


def _forgotten(refused: errors.ForgottenClockOut, reader: Reader) -> str:
    pair = refused.pair
    since = f"{day(clock_in_day(pair))} at {clock_with_zone(pair.clock_in)}"
    whom, example = reader.who(pair.user_id), reader.code("/clockout at 17:30")
    if reader.is_you(pair.user_id):
        whom = "you"
    elif reader.markup:
        example = f"/clockout {whom} at 17:30"  # not as code, in which a mention can't be relied on
    return f"In since {since}. When did {whom} leave? Type it, as in {example}."


def _no_such_time(refused: errors.NoSuchTime, reader: Reader) -> str:
    at = f"{refused.time:%H:%M}"
    return f"{at} did not exist on {day(refused.day)} in {zone_label(refused.zone)}: the clocks jumped over it."


def _not_that_offset(refused: errors.NotThatOffset, reader: Reader) -> str:
    meant = " or ".join(reader.code(f"{refused.time:%H:%M}{_offset(at, refused.zone)}") for at in refused.instants)
    return f"The clocks in {zone_label(refused.zone)} were otherwise on {day(refused.day)}: type {meant}."


def _repeated_time(refused: errors.RepeatedTime, reader: Reader) -> str:
    first, second = (f"{at.astimezone(refused.zone):%H:%M}{_offset(at, refused.zone)}" for at in refused.instants)
    return (
        f"{refused.time:%H:%M} came twice on {day(refused.day)} in {zone_label(refused.zone)}: the clocks went back. "
        f"Type {reader.code(first)} for the first or {reader.code(second)} for the second."
    )


def _not_an_office(refused: errors.NotAnOffice, reader: Reader) -> str:
    known = ", ".join(reader.escape(name) for name in refused.offices) or "none yet"
    if refused.command.startswith("/attendance"):
        advice = f"Type the office last, as in {reader.code(f'{refused.command} last week in OFFICE')}."
    else:
        example = reader.code(f'{refused.command} "in a hurry"')
        advice = f"To begin a comment with “in”, put it in quotes: {example}."
    return f"There is no office {_quoted(refused.words, reader)}. Offices: {known}. {advice}"


def _not_a_time(refused: errors.NotATime, reader: Reader) -> str:
    quoted, example = reader.code(f'{refused.command} "at last"'), reader.code(f"{refused.command} at 8:30")
    return (
        f"{_quoted(refused.words, reader)} is not a time of day. Type it as in {example}. "
        f"To begin a comment with “at”, put it in quotes: {quoted}."
    )


def _not_a_person(refused: errors.NotAPerson, reader: Reader) -> str:
    quoted, example = reader.code(f'{refused.command} "@home"'), reader.code(f"{refused.command} @")
    return (
        f"I can't tell who {_quoted(refused.words, reader)} is. Type {example} and the first letters of a name, then "
        f"choose one person from the list. To begin a comment with “@”, put it in quotes: {quoted}."
    )


def _not_a_range(refused: errors.NotADateRange, reader: Reader) -> str:
    examples = ", ".join(reader.code(words) for words in ("yesterday", "last week", "2026-10", "2026-10-01 2026-10-31"))
    return (
        f"{_quoted(refused.words, reader)} is not a range of days. Try {examples}: "
        f"{reader.code((refused.command or '/attendance report') + ' last week')}."
    )


def _not_a_command(refused: errors.NotACommand, reader: Reader) -> str:
    example, help_ = reader.code("/attendance report last week"), reader.code("/attendance help")
    return f"I don't know {_quoted(refused.words, reader)}. Try {example}, or {help_} for all of it."


def _work_date_too_far(refused: errors.WorkDateTooFar, reader: Reader) -> str:
    return f"{day(refused.work_date)} is more than a day away from the clock-in at {refused.in_at:%Y-%m-%d %H:%M} UTC."


_SENTENCES: dict[type[Exception], Callable[..., str]] = {
    ledger.AlreadyClockedIn: _already_clocked_in,
    ledger.NotClockedIn: _not_clocked_in,
    ledger.Overlap: _overlap,
    ledger.AlreadyDeleted: _already_deleted,
    ledger.NotDeleted: lambda refused, reader: "This record is not deleted (any more).",
    errors.Forbidden: _forbidden,
    errors.NotAnEmployee: _not_an_employee,
    errors.OtherWorkspace: lambda refused, reader: (
        "Working hours are kept here for members of this workspace only. Ask an admin to install the bot in yours."
    ),
    errors.InFuture: _in_future,
    errors.OutNotAfterIn: _out_not_after_in,
    errors.TooLong: _too_long,
    errors.TooOld: _too_old,
    errors.ForgottenClockOut: _forgotten,
    errors.WorkDateTooFar: _work_date_too_far,
    errors.NoSuchTime: _no_such_time,
    errors.NotThatOffset: _not_that_offset,
    errors.RepeatedTime: _repeated_time,
    errors.SameStartAndEnd: lambda refused, reader: "The end has to differ from the start.",
    errors.InvalidText: lambda refused, reader: f"The comment {refused.why}.",
    ledger.UnknownUser: lambda refused, reader: f"I know nobody with the id {reader.escape(refused.user_id)} here.",
    ledger.UnknownOffice: lambda refused, reader: f"There is no office {reader.escape(refused.office_id)}.",
    ledger.UnknownEvent: lambda refused, reader: "There is no such record (any more).",
    ledger.UnknownToken: lambda refused, reader: f"There is no living token {refused.token_id}.",
    ledger.UnknownWebhook: lambda refused, reader: f"There is no webhook {reader.escape(refused.webhook_id)}.",
    errors.InvalidWebhook: lambda refused, reader: f"The address {reader.escape(refused.why)}.",
    errors.InvalidRecord: lambda refused, reader: f"{reader.escape(refused.why)}.",
    errors.KeyReused: lambda refused, reader: (
        f"The Idempotency-Key {reader.escape(refused.key)} was used for another request in the last 24 hours."
    ),
    errors.UnknownZone: lambda refused, reader: (
        f"{reader.escape(refused.name)} is not a time zone. Use a name such as Europe/Berlin."
    ),
    errors.BatchRefused: lambda refused, reader: (
        f"Nothing was written: {sum(row is not None for row in refused.rows):,} of {len(refused.rows):,} records are "
        "refused."
    ),
    errors.TooManySheets: lambda refused, reader: (
        f"A workbook with a sheet for each person holds at most {refused.most} people. Ask for fewer, or for one sheet."
    ),
    errors.NotReadable: _not_readable,
    errors.NotFullMembers: _not_full_members,
    errors.NotAppointed: lambda refused, reader: (
        f"{reader.who(refused.user_id)} was not appointed here. Slack's own admins stay admins."
    ),
    errors.UnknownGroup: lambda refused, reader: (
        f"Slack has no user group with the id {reader.escape(refused.group_id)} here."
    ),
    errors.InvalidName: _invalid_name,
    errors.AlreadyThere: lambda refused, reader: (
        f"There is a{'n' if refused.what == 'office' else ''} {refused.what} {_quoted(refused.name, reader)} already: "
        "choose it from the list to change it."
    ),
    errors.ChangedMeanwhile: lambda refused, reader: (
        f"Somebody else changed {_quoted(refused.name, reader)} meanwhile. Open the form again to see it as it is now."
    ),
    errors.NotAnOffice: _not_an_office,
    errors.NotATime: _not_a_time,
    errors.NotAPerson: _not_a_person,
    errors.EndsBeforeItBegins: lambda refused, reader: (
        f"{_quoted(refused.words, reader)} ends before it begins: write the earlier day first."
    ),
    errors.NotADateRange: _not_a_range,
    errors.NotACommand: _not_a_command,
    errors.NotUnderstood: lambda refused, reader: (
        f"I can't read {_quoted(refused.words, reader)}. Type {reader.code('/attendance help')} for examples."
    ),
    ledger.OutcomeUnknown: lambda refused, reader: (
        "The records went out of reach while this was being written, and nobody can say yet whether it was. "
        f"Look before you try again: {reader.code('/attendance events')}."
        if reader.markup
        else "The database went out of reach while this was being written: look whether it was before you try again."
    ),
    ledger.Unavailable: lambda refused, reader: (
        "The records can't be reached right now. Nothing was written: try again soon."
    ),
    errors.DirectoryUnavailable: lambda refused, reader: (
        "Slack can't be asked who this is right now. Nothing was written: try again in a minute."
    ),
}


def _at(half: Half, reader: Reader) -> str:
    return f"{moment(half.at, zone_named(half.zone), reader)} ({zone_label(half.zone)})"


def _offset(at: datetime, zone: ZoneInfo) -> str:
    text = f"{at.astimezone(zone):%z}"
    return f"{text[:3]}:{text[3:5]}"


def _quoted(words: str, reader: Reader) -> str:
    shown = words if len(words) <= 80 else words[:79] + "…"
    return f"“{reader.escape(shown)}”"
