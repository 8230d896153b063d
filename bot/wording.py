"""Sentences for people: times, durations, refusals, and what is told to others. One place, so that they agree."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import refusals
from bot.refusals import DirectoryUnavailable, Unavailable
from bot.worktime import zone_named
from storage.pairs import Half, Pair


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a sentence, and when (UTC). `markup` is true in Slack, where names become mentions."""

    user_id: str
    now: datetime
    markup: bool = True

    def escape(self, text: str) -> str:
        """What people typed, so that `<!channel>` in it notifies nobody."""
        return escape(text) if self.markup else text

    def who(self, user_id: str) -> str:
        """A person's name as Slack shows it, or the bare id."""
        return f"<@{user_id}>" if self.markup else user_id

    def is_you(self, user_id: str) -> bool:
        """Whether the sentence speaks to the person it speaks of."""
        return self.markup and user_id == self.user_id

    def code(self, text: str) -> str:
        """Something to be typed."""
        return f"`{self.escape(text)}`" if self.markup else f'"{text}"'


def escape(text: str) -> str:
    """Slack's three characters (docs.slack.dev, "Escaping text")."""
    return text.replace("&", "&amp;").replace("<", "&lt;").replace(">", "&gt;")


def clock(at: datetime, zone: ZoneInfo | str) -> str:
    """`09:02`"""
    return f"{at.astimezone(_zone(zone)):%H:%M}"


def clock_with_zone(half: Half) -> str:
    """`09:02 (Berlin)`"""
    return f"{clock(half.at, half.zone)} ({zone_label(half.zone)})"


def zone_label(zone: ZoneInfo | str) -> str:
    """`Europe/Berlin` is "Berlin"; `America/Argentina/Buenos_Aires` is "Buenos Aires"."""
    return _zone(zone).key.rpartition("/")[2].replace("_", " ")


def day(value: date) -> str:
    """`Mon 23 Nov 2026`"""
    return f"{value:%a} {value.day} {value:%b %Y}"


def days(first: date, last: date) -> str:
    """`Mon 23 Nov 2026` or `Mon 23 Nov to Sun 29 Nov 2026`"""
    if first == last:
        return day(first)
    start = day(first) if first.year != last.year else f"{first:%a} {first.day} {first:%b}"
    return f"{start} to {day(last)}"


def duration(length: timedelta) -> str:
    """`8 h 28 min`, `45 min`; seconds are left off, never rounded up."""
    minutes = int(length.total_seconds()) // 60
    hours, rest = divmod(minutes, 60)
    if not minutes:
        return "0 min" if not length else "less than a minute"
    return " ".join(part for part in (f"{hours} h" if hours else "", f"{rest} min" if rest else "") if part)


def span(pair: Pair) -> str:
    """`09:02 to 17:30 (Berlin)`, `22:00 to 06:00 the next day (Berlin)`, `since 09:02 (Berlin)`"""
    if pair.clock_out is None:
        return f"since {clock_with_zone(pair.clock_in)}"
    out_zone = zone_named(pair.clock_out.zone)
    overnight = " the next day" if pair.clock_out.at.astimezone(out_zone).date() > pair.work_date else ""
    start = clock(pair.clock_in.at, pair.clock_in.zone)
    if pair.clock_in.zone != pair.clock_out.zone:
        start = clock_with_zone(pair.clock_in)
    return f"{start} to {clock(pair.clock_out.at, out_zone)}{overnight} ({zone_label(out_zone)})"


def day_and_span(pair: Pair) -> str:
    """`Mon 23 Nov 2026, 09:02 to 17:30 (Berlin)`"""
    return f"{day(pair.work_date)}, {span(pair)}"


def clock_change(on: date, length: timedelta, zone: ZoneInfo) -> str:
    """Why the hours of a day look odd."""
    hours = f"{length.total_seconds() / 3600:g}"
    moved = "forward" if length < timedelta(days=1) else "back"
    return f"{day(on)} had {hours} hours in {zone_label(zone)}: the clocks went {moved}."


def told_clocked_in(pair: Pair, by: str) -> str:
    """To somebody whom another clocked in, in Slack's markup."""
    return f"<@{by}> clocked you in: {day_and_span(pair)}.{_quoted(pair.clock_in)}"


def told_clocked_out(pair: Pair, by: str) -> str:
    """To somebody whom another clocked out."""
    return f"<@{by}> clocked you out: {day_and_span(pair)}, {_length(pair)}."


def told_recorded(pair: Pair, by: str) -> str:
    """To somebody for whom another added a record."""
    return f"<@{by}> added a record for you: {day_and_span(pair)}, {_length(pair)}."


def told_deleted(pair: Pair, by: str) -> str:
    """To somebody whose record another deleted."""
    return f"<@{by}> deleted your record of {day_and_span(pair)}. If that is wrong, ask them to undo it."


def told_restored(pair: Pair, by: str) -> str:
    """To somebody whose record another brought back."""
    return f"<@{by}> restored your record of {day_and_span(pair)}."


def refusal(refused: Exception, reader: Reader) -> str:
    """The sentence for a refusal: what was wrong, and what to do. Nothing was written."""
    for kind, sentence in _SENTENCES.items():
        if isinstance(refused, kind):
            return sentence(refused, reader)
    raise TypeError(f"no sentence for {type(refused).__name__}") from refused


def _already_clocked_in(refused: refusals.AlreadyClockedIn, reader: Reader) -> str:
    pair = refused.open_pair
    who = "You are" if reader.is_you(pair.user_id) else f"{reader.who(pair.user_id)} is"
    return f"{who} already in {_since(pair.clock_in, reader)}."


def _not_clocked_in(refused: refusals.NotClockedIn, reader: Reader) -> str:
    you = reader.is_you(refused.user_id)
    who = "You are" if you else f"{reader.who(refused.user_id)} is"
    last = refused.last.clock_out if refused.last else None
    since = f" The last clock-out was {_at(last, reader)}." if last else ""
    return f"{who} not clocked in.{since}" + (f" Type {reader.code('/clockin')} to begin." if you else "")


def _overlap(refused: refusals.Overlap, reader: Reader) -> str:
    return f"This overlaps another record: {day_and_span(refused.other)}. A person's records can't overlap."


def _already_deleted(refused: refusals.AlreadyDeleted, reader: Reader) -> str:
    pair = refused.pair
    by = reader.who(pair.deleted_by or "")
    at = clock(pair.deleted_at or reader.now, pair.clock_in.zone)
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
        return "Only admins may change teams, offices, settings and tokens."
    not_own = " but not their own" if refused.operation == "delete and restore" else ""
    return f"You may not {deed}: managers may for their teams{not_own}, admins for everyone."


def _not_an_employee(refused: refusals.NotAnEmployee, reader: Reader) -> str:
    kind = {"bot": "a bot", "guest": "a guest", "deactivated": "deactivated"}[refused.kind]
    who = "You are" if reader.is_you(refused.user_id) else f"{reader.who(refused.user_id)} is"
    return (
        f"{who} {kind} in this workspace, and has no working hours here."
        if not reader.is_you(refused.user_id)
        else (f"You are {kind} in this workspace: working hours are kept for its full members.")
    )


def _in_future(refused: refusals.InFuture, reader: Reader) -> str:
    moment = _moment(refused.at, refused.zone, reader)
    now = clock(refused.now, refused.zone)
    return f"{moment} is still to come: it is {now} ({zone_label(refused.zone)}) now."


def _out_not_after_in(refused: refusals.OutNotAfterIn, reader: Reader) -> str:
    out_at, in_at = (_moment(at, refused.zone, reader) for at in (refused.out_at, refused.in_at))
    return f"The end ({out_at}) has to be later than the start ({in_at}, {zone_label(refused.zone)})."


def _too_long(refused: refusals.TooLong, reader: Reader) -> str:
    length = duration(refused.out_at - refused.in_at)
    return (
        f"From {_moment(refused.in_at, refused.zone, reader)} that would be {length}: a record lasts at most 24 hours."
    )


def _forgotten(refused: refusals.ForgottenClockOut, reader: Reader) -> str:
    half = refused.pair.clock_in
    you = "you leave" if reader.is_you(refused.pair.user_id) else f"{reader.who(refused.pair.user_id)} leave"
    since = f"{day(refused.pair.work_date)} at {clock_with_zone(half)}"
    return f"In since {since}. When did {you}? Type it, as in {reader.code('/clockout at 17:30')}."


def _no_such_time(refused: refusals.NoSuchTime, reader: Reader) -> str:
    at = f"{refused.time:%H:%M}"
    return f"{at} did not exist on {day(refused.day)} in {zone_label(refused.zone)}: the clocks jumped over it."


def _repeated_time(refused: refusals.RepeatedTime, reader: Reader) -> str:
    first, second = (f"{at.astimezone(refused.zone):%H:%M}{_offset(at, refused.zone)}" for at in refused.instants)
    return (
        f"{refused.time:%H:%M} came twice on {day(refused.day)} in {zone_label(refused.zone)}: the clocks went back. "
        f"Type {reader.code(first)} for the first or {reader.code(second)} for the second."
    )


def _not_an_office(refused: refusals.NotAnOffice, reader: Reader) -> str:
    known = ", ".join(reader.escape(name) for name in refused.offices) or "none yet"
    example = reader.code(f'{refused.command} "in a hurry"')
    return (
        f"There is no office {_words(refused, reader)}. Offices: {known}. "
        f"To begin a comment with “in”, put it in quotes: {example}."
    )


def _not_a_time(refused: refusals.NotATime, reader: Reader) -> str:
    quoted = reader.code(f'{refused.command} "at last"')
    return (
        f"{_words(refused, reader)} is not a time of day. Type it as in {reader.code(refused.command + ' at 8:30')}. "
        f"To begin a comment with “at”, put it in quotes: {quoted}."
    )


def _not_a_range(refused: refusals.NotADateRange, reader: Reader) -> str:
    examples = ", ".join(reader.code(words) for words in ("yesterday", "last week", "2026-10", "2026-10-01 2026-10-31"))
    return (
        f"{_words(refused, reader)} is not a range of days. Try {examples}: "
        f"{reader.code((refused.command or '/attendance report') + ' last week')}."
    )


def _not_a_command(refused: refusals.NotACommand, reader: Reader) -> str:
    example = reader.code("/attendance report last week")
    return f"I don't know {_words(refused, reader)}. Try {example}, or {reader.code('/attendance help')} for all of it."


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
    refusals.ForgottenClockOut: _forgotten,
    refusals.WorkDateTooFar: _work_date_too_far,
    refusals.NoSuchTime: _no_such_time,
    refusals.RepeatedTime: _repeated_time,
    refusals.SameStartAndEnd: lambda refused, reader: "The end has to differ from the start.",
    refusals.InvalidText: lambda refused, reader: f"The comment {refused.why}.",
    refusals.UnknownUser: lambda refused, reader: f"I know nobody with the id {reader.escape(refused.user_id)} here.",
    refusals.UnknownOffice: lambda refused, reader: f"There is no office {reader.escape(refused.office_id)}.",
    refusals.UnknownEvent: lambda refused, reader: "There is no such record (any more).",
    refusals.UnknownToken: lambda refused, reader: f"There is no living token {refused.token_id}.",
    refusals.UnknownZone: lambda refused, reader: (
        f"{reader.escape(refused.name)} is not a time zone. Use a name such as Europe/Berlin."
    ),
    refusals.NotAnOffice: _not_an_office,
    refusals.NotATime: _not_a_time,
    refusals.NotADateRange: _not_a_range,
    refusals.NotACommand: _not_a_command,
    refusals.NotUnderstood: lambda refused, reader: (
        f"I can't read {_words(refused, reader)}. Type {reader.code('/attendance help')} for examples."
    ),
    Unavailable: lambda refused, reader: "The records can't be reached right now. Nothing was written: try again soon.",
    DirectoryUnavailable: lambda refused, reader: (
        "Slack can't be asked who this is right now. Nothing was written: try again in a minute."
    ),
}


def _zone(zone: ZoneInfo | str) -> ZoneInfo:
    return zone_named(zone) if isinstance(zone, str) else zone


def _since(half: Half, reader: Reader) -> str:
    return f"since {_moment(half.at, zone_named(half.zone), reader)} ({zone_label(half.zone)})"


def _at(half: Half, reader: Reader) -> str:
    return f"{_moment(half.at, zone_named(half.zone), reader)} ({zone_label(half.zone)})"


def _moment(at: datetime, zone: ZoneInfo, reader: Reader) -> str:
    """`09:02`, with its day where that is not the reader's today."""
    local = at.astimezone(zone)
    if local.date() == reader.now.astimezone(zone).date():
        return f"{local:%H:%M}"
    return f"{day(local.date())}, {local:%H:%M}"


def _offset(at: datetime, zone: ZoneInfo) -> str:
    text = f"{at.astimezone(zone):%z}"
    return f"{text[:3]}:{text[3:5]}"


def _words(refused: refusals.NotUnderstood, reader: Reader) -> str:
    shown = refused.words if len(refused.words) <= 80 else refused.words[:79] + "…"
    return f"“{reader.escape(shown)}”"


def _quoted(half: Half) -> str:
    return f" “{escape(half.comment)}”" if half.comment else ""


def _length(pair: Pair) -> str:
    return duration(pair.worked or timedelta())


def time_of_day(value: time) -> str:
    """`09:02`"""
    return f"{value:%H:%M}"
