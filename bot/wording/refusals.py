"""The sentence for each refusal: what was wrong, and what to do. In all of them nothing was written."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from zoneinfo import ZoneInfo

from bot import refusals
from bot.refusals import DirectoryUnavailable, OutcomeUnknown, Unavailable
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
from storage.pairs import Half


def refusal(refused: Exception, reader: Reader) -> str:
    """The sentence. Raises TypeError for what is no refusal."""
    for kind, sentence in _SENTENCES.items():
        if isinstance(refused, kind):
            return sentence(refused, reader)
    raise TypeError(f"no sentence for {type(refused).__name__}") from refused


def _not_working_hours(refused: refusals.NotWorkingHours, reader: Reader) -> str:
    example = reader.code("mon-fri 09:00-17:00")
    return f"{_quoted(refused.words, reader)} are no working hours. Write days and times like this: {example}."


def _already_clocked_in(refused: refusals.AlreadyClockedIn, reader: Reader) -> str:
    pair = refused.open_pair
    who = "You are" if reader.is_you(pair.user_id) else f"{reader.who(pair.user_id)} is"
    return f"{who} already in {since(pair.clock_in, reader)}."


def _not_clocked_in(refused: refusals.NotClockedIn, reader: Reader) -> str:
    you = reader.is_you(refused.user_id)
    who = "You are" if you else f"{reader.who(refused.user_id)} is"
    if refused.last and not refused.last.clock_out:
        return f"This clock-in has ended already. {who} in again {since(refused.last.clock_in, reader)}."
    last = refused.last.clock_out if refused.last else None
    last_out = f" The last clock-out was {_at(last, reader)}." if last else ""
    return f"{who} not clocked in.{last_out}" + (f" Type {reader.code('/clockin')} to begin." if you else "")


def _overlap(refused: refusals.Overlap, reader: Reader) -> str:
    return f"This overlaps another record: {day_and_span(refused.other)}. A person's records can't overlap."


def _already_deleted(refused: refusals.AlreadyDeleted, reader: Reader) -> str:
    pair = refused.pair
    by = reader.who(pair.deleted_by or "")
    at = moment(pair.deleted_at or reader.now, zone_named(pair.clock_in.zone), reader)
    return f"{by} deleted this record already, at {at} ({zone_label(pair.clock_in.zone)})."


def _forbidden(refused: refusals.Forbidden, reader: Reader) -> str:
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


def _not_an_employee(refused: refusals.NotAnEmployee, reader: Reader) -> str:
    kind = {"bot": "a bot", "guest": "a guest", "deactivated": "deactivated"}[refused.kind]
    if reader.is_you(refused.user_id):
        return f"You are {kind} in this workspace: working hours are kept for its full members."
    return f"{reader.who(refused.user_id)} is {kind} in this workspace, and has no working hours here."


def _not_full_members(refused: refusals.NotFullMembers, reader: Reader) -> str:
    kinds = {"bot": "a bot", "guest": "a guest", "deactivated": "deactivated"}
    named = [f"{reader.escape(name)} ({kinds[kind]})" for name, kind in refused.people.values()]
    return f"{', '.join(named)} can't be chosen: only full members of this workspace can."


def _invalid_name(refused: refusals.InvalidName, reader: Reader) -> str:
    what = {
        "team": "A team's name",
        "office": "An office's name",
        "office id": "An office's id",
        "token": "A token's name",
    }[refused.what]
    return f"{what} has 1 to {refused.longest} characters, on one line."


def _not_hours(refused: refusals.NotHours, reader: Reader) -> str:
    return (
        f"{_quoted(refused.words, reader)} is no number of hours. Write one up to 24, such as {reader.code('10')}, "
        f"or {reader.code('no')}."
    )


def _not_years(refused: refusals.NotYears, reader: Reader) -> str:
    return (
        f"{_quoted(refused.words, reader)} is no number of years. Write a whole one up to 100, such as "
        f"{reader.code('4')}, or {reader.code('no')} to keep records for good."
    )


def _in_future(refused: refusals.InFuture, reader: Reader) -> str:
    then, now = moment(refused.at, refused.zone, reader), clock(refused.now, refused.zone)
    return f"{then} is still to come: it is {now} ({zone_label(refused.zone)}) now."


def _out_not_after_in(refused: refusals.OutNotAfterIn, reader: Reader) -> str:
    out_at, in_at = (moment(at, refused.zone, reader) for at in (refused.out_at, refused.in_at))
    return f"The end ({out_at}) has to be later than the start ({in_at}, {zone_label(refused.zone)})."


def _too_long(refused: refusals.TooLong, reader: Reader) -> str:
    length = duration(refused.out_at - refused.in_at)
    return (
        f"From {moment(refused.in_at, refused.zone, reader)} that would be {length}: a record lasts at most 24 hours."
    )


def _too_old(refused: refusals.TooOld, reader: Reader) -> str:
    years = "year" if refused.years == 1 else f"{refused.years} years"
    return f"It is older than the {years} for which records are kept."


def _forgotten(refused: refusals.ForgottenClockOut, reader: Reader) -> str:
    pair = refused.pair
    since = f"{day(clock_in_day(pair))} at {clock_with_zone(pair.clock_in)}"
    whom, example = reader.who(pair.user_id), reader.code("/clockout at 17:30")
    if reader.is_you(pair.user_id):
        whom = "you"
    elif reader.markup:
        example = f"/clockout {whom} at 17:30"  # not as code, in which a mention can't be relied on
    return f"In since {since}. When did {whom} leave? Type it, as in {example}."


def _no_such_time(refused: refusals.NoSuchTime, reader: Reader) -> str:
    at = f"{refused.time:%H:%M}"
    return f"{at} did not exist on {day(refused.day)} in {zone_label(refused.zone)}: the clocks jumped over it."


def _not_that_offset(refused: refusals.NotThatOffset, reader: Reader) -> str:
    meant = " or ".join(reader.code(f"{refused.time:%H:%M}{_offset(at, refused.zone)}") for at in refused.instants)
    return f"The clocks in {zone_label(refused.zone)} were otherwise on {day(refused.day)}: type {meant}."


def _repeated_time(refused: refusals.RepeatedTime, reader: Reader) -> str:
    first, second = (f"{at.astimezone(refused.zone):%H:%M}{_offset(at, refused.zone)}" for at in refused.instants)
    return (
        f"{refused.time:%H:%M} came twice on {day(refused.day)} in {zone_label(refused.zone)}: the clocks went back. "
        f"Type {reader.code(first)} for the first or {reader.code(second)} for the second."
    )


def _not_an_office(refused: refusals.NotAnOffice, reader: Reader) -> str:
    known = ", ".join(reader.escape(name) for name in refused.offices) or "none yet"
    if refused.command.startswith("/attendance"):
        advice = f"Type the office last, as in {reader.code(f'{refused.command} last week in OFFICE')}."
    else:
        example = reader.code(f'{refused.command} "in a hurry"')
        advice = f"To begin a comment with “in”, put it in quotes: {example}."
    return f"There is no office {_quoted(refused.words, reader)}. Offices: {known}. {advice}"


def _not_a_time(refused: refusals.NotATime, reader: Reader) -> str:
    quoted, example = reader.code(f'{refused.command} "at last"'), reader.code(f"{refused.command} at 8:30")
    return (
        f"{_quoted(refused.words, reader)} is not a time of day. Type it as in {example}. "
        f"To begin a comment with “at”, put it in quotes: {quoted}."
    )


def _not_a_person(refused: refusals.NotAPerson, reader: Reader) -> str:
    quoted, example = reader.code(f'{refused.command} "@home"'), reader.code(f"{refused.command} @")
    return (
        f"I can't tell who {_quoted(refused.words, reader)} is. Type {example} and the first letters of a name, then "
        f"choose one person from the list. To begin a comment with “@”, put it in quotes: {quoted}."
    )


def _not_a_range(refused: refusals.NotADateRange, reader: Reader) -> str:
    examples = ", ".join(reader.code(words) for words in ("yesterday", "last week", "2026-10", "2026-10-01 2026-10-31"))
    return (
        f"{_quoted(refused.words, reader)} is not a range of days. Try {examples}: "
        f"{reader.code((refused.command or '/attendance report') + ' last week')}."
    )


def _not_a_command(refused: refusals.NotACommand, reader: Reader) -> str:
    example, help_ = reader.code("/attendance report last week"), reader.code("/attendance help")
    return f"I don't know {_quoted(refused.words, reader)}. Try {example}, or {help_} for all of it."


def _work_date_too_far(refused: refusals.WorkDateTooFar, reader: Reader) -> str:
    return f"{day(refused.work_date)} is more than a day away from the clock-in at {refused.in_at:%Y-%m-%d %H:%M} UTC."


_SENTENCES: dict[type[Exception], Callable[..., str]] = {
    refusals.AlreadyClockedIn: _already_clocked_in,
    refusals.NotClockedIn: _not_clocked_in,
    refusals.Overlap: _overlap,
    refusals.AlreadyDeleted: _already_deleted,
    refusals.NotDeleted: lambda refused, reader: "This record is not deleted (any more).",
    refusals.Forbidden: _forbidden,
    refusals.NotAnEmployee: _not_an_employee,
    refusals.OtherWorkspace: lambda refused, reader: (
        "Working hours are kept here for members of this workspace only. Ask an admin to install the bot in yours."
    ),
    refusals.InFuture: _in_future,
    refusals.OutNotAfterIn: _out_not_after_in,
    refusals.TooLong: _too_long,
    refusals.TooOld: _too_old,
    refusals.ForgottenClockOut: _forgotten,
    refusals.WorkDateTooFar: _work_date_too_far,
    refusals.NoSuchTime: _no_such_time,
    refusals.NotThatOffset: _not_that_offset,
    refusals.RepeatedTime: _repeated_time,
    refusals.SameStartAndEnd: lambda refused, reader: "The end has to differ from the start.",
    refusals.InvalidText: lambda refused, reader: f"The comment {refused.why}.",
    refusals.UnknownUser: lambda refused, reader: f"I know nobody with the id {reader.escape(refused.user_id)} here.",
    refusals.UnknownOffice: lambda refused, reader: f"There is no office {reader.escape(refused.office_id)}.",
    refusals.UnknownEvent: lambda refused, reader: "There is no such record (any more).",
    refusals.UnknownToken: lambda refused, reader: f"There is no living token {refused.token_id}.",
    refusals.UnknownWebhook: lambda refused, reader: f"There is no webhook {reader.escape(refused.webhook_id)}.",
    refusals.InvalidWebhook: lambda refused, reader: f"The address {reader.escape(refused.why)}.",
    refusals.InvalidRecord: lambda refused, reader: f"{reader.escape(refused.why)}.",
    refusals.NotAnExpiry: lambda refused, reader: (
        f"{_quoted(refused.words, reader)} is no day to come. Write one such as {reader.code('2027-01-31')}, or a "
        f"number of days such as {reader.code('90')}."
    ),
    refusals.KeyReused: lambda refused, reader: (
        f"The Idempotency-Key {reader.escape(refused.key)} was used for another request in the last 24 hours."
    ),
    refusals.UnknownZone: lambda refused, reader: (
        f"{reader.escape(refused.name)} is not a time zone. Use a name such as Europe/Berlin."
    ),
    refusals.BatchRefused: lambda refused, reader: (
        f"Nothing was written: {sum(row is not None for row in refused.rows):,} of {len(refused.rows):,} records are "
        "refused."
    ),
    refusals.TooManySheets: lambda refused, reader: (
        f"A workbook with a sheet for each person holds at most {refused.most} people. Ask for fewer, or for one sheet."
    ),
    refusals.NotWorkingHours: _not_working_hours,
    refusals.NotAWeeklyTime: lambda refused, reader: (
        f"{_quoted(refused.words, reader)} is no time of the week. Write it like this: {reader.code('mon 09:00')}."
    ),
    refusals.NotHours: _not_hours,
    refusals.NotYears: _not_years,
    refusals.NotFullMembers: _not_full_members,
    refusals.NotAppointed: lambda refused, reader: (
        f"{reader.who(refused.user_id)} was not appointed here. Slack's own admins stay admins."
    ),
    refusals.UnknownGroup: lambda refused, reader: (
        f"Slack has no user group with the id {reader.escape(refused.group_id)} here."
    ),
    refusals.InvalidName: _invalid_name,
    refusals.AlreadyThere: lambda refused, reader: (
        f"There is a{'n' if refused.what == 'office' else ''} {refused.what} {_quoted(refused.name, reader)} already: "
        "choose it from the list to change it."
    ),
    refusals.ChangedMeanwhile: lambda refused, reader: (
        f"Somebody else changed {_quoted(refused.name, reader)} meanwhile. Open the form again to see it as it is now."
    ),
    refusals.NotAnOffice: _not_an_office,
    refusals.NotATime: _not_a_time,
    refusals.NotAPerson: _not_a_person,
    refusals.EndsBeforeItBegins: lambda refused, reader: (
        f"{_quoted(refused.words, reader)} ends before it begins: write the earlier day first."
    ),
    refusals.NotADateRange: _not_a_range,
    refusals.NotACommand: _not_a_command,
    refusals.NotUnderstood: lambda refused, reader: (
        f"I can't read {_quoted(refused.words, reader)}. Type {reader.code('/attendance help')} for examples."
    ),
    OutcomeUnknown: lambda refused, reader: (
        "The records went out of reach while this was being written, and nobody can say yet whether it was. "
        f"Look before you try again: {reader.code('/attendance events')}."
        if reader.markup
        else "The database went out of reach while this was being written: look whether it was before you try again."
    ),
    Unavailable: lambda refused, reader: "The records can't be reached right now. Nothing was written: try again soon.",
    DirectoryUnavailable: lambda refused, reader: (
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
