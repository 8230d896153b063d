"""A line about clocking in or out, or about a whole record, read as its typist means it: with the zone, the day, the
offices and the names that it can be about."""

from __future__ import annotations

import asyncio
import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date
from zoneinfo import ZoneInfo

from bot.attendance import recording
from bot.attendance.recording import Office
from bot.calendar.clock_times import time_at_start
from bot.calendar.clock_words import Clocking, read_clocking
from bot.calendar.days import WEEKDAYS
from bot.calendar.doubts import SHORT_WEEKDAYS, Doubt
from bot.calendar.spoken_times import HOUR_NAMES
from bot.calendar.vocabulary import spoken_line
from bot.calendar.words import words_of
from bot.calendar.worktime import TimeOfDay, instants_of, work_date, zone_named
from bot.chat.record_form import Draft
from bot.chat.routing import Ask
from bot.chat.whom import names_on_buttons
from bot.errors import DayAhead, NotANote, NotATime
from bot.permissions import Operation, Role
from bot.reports import worked_time
from bot.reports.readable import readable

MOST_NAME_WORDS = 4
_NO_NOTE = re.compile(
    r"(?:(?:and|plus|then|from|at|since|till|until|to) |[&+,] ?)?[-–—]? ?\d|[-–—]$"
    rf"|(?!one[ -]to[ -]one)(?:{HOUR_NAMES}) ?(?:-|–|—|(?:to|till|until|hours?|o'clock)\b|$)",
    re.IGNORECASE,
)
_SPAN = re.compile(r"(?<![\w.,:/-])\d{1,2}(?:[:.h]\d{2})? ?(?:[-–—]|to|till|until) ?\d{1,2}(?![\d./-])", re.IGNORECASE)
_SHORT_WEEKDAY = re.compile(
    rf"(\s*(?:@\[\S+\]\s+)?)({'|'.join(SHORT_WEEKDAYS)})(?=\.?,?\s+(?:at |from )?\d)", re.IGNORECASE
)
_NAME = re.compile(r"(?:for (\w\S*?(?: \w\S*?)?)|(\w\S*?))[.!,]*", re.IGNORECASE)
_OUT_AT = re.compile(r"(?<=[\w.]),? (?:and )?out (?:at |@ ?)?(?=\d|noon|midday|midnight|half |quarter )", re.IGNORECASE)
_BECAUSE = re.compile(r"^because\s+", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Typed:
    """What is typed, with the person's zone and today, and the offices there are."""

    read: Clocking
    user_id: str
    zone: ZoneInfo
    today: date
    offices: Sequence[Office]
    names: Mapping[str, str]
    words: str = ""


async def read_line(
    ask: Ask, *, doing: Operation = Operation.CLOCK, names_offices: bool = True, office_first: bool = False
) -> Typed:
    """The line, about its typist or whomever it names. `office_first`: an office needs no `in` before it.

    Raises Forbidden or NotAnEmployee for a person whom the typist can't do that for, and what read_clocking raises.
    """
    if not (ask.words.strip() or ask.typed_before):
        return Typed(Clocking(), ask.caller.user_id, zone_named("UTC"), ask.reader.now.date(), (), {})
    around = await worked_time.caller_context(ask.services, ask.caller)
    offices = around.offices if names_offices else None
    zone, names = around.zone, dict[str, str]()

    def read_again() -> Clocking:
        return read_clocking(ask.words, work_date(ask.typed_at, zone), offices, names, office_first=office_first)

    read = read_again()
    may_be_a_name = read.comment and (read.doubts or len(read.comment.split()) <= MOST_NAME_WORDS)
    if may_be_a_name and not read.user_id and around.role is not Role.EMPLOYEE:
        names = await worked_time.names_of_others(ask.services, ask.caller)
        read = await asyncio.to_thread(read_again)  # compares every name
    strangers = dict[str, str]()
    if (
        doing is Operation.CLOCK
        and not (read.user_id or read.doubts)
        and (named := _NAME.fullmatch(read.comment or ""))
    ):
        strangers = await worked_time.others_called(ask.services, ask.caller, named[1] or named[2])
        names = {**names, **strangers}
        read = read_again()
    user_id = read.user_id or ask.caller.user_id
    if read.user_id or read.office_id:
        zone = await recording.zone_of_event(ask.services, ask.caller, doing, user_id, read.office_id)
        read = await asyncio.to_thread(read_again)
    if strangers:
        read = replace(read, likely_users=(), for_them=None)  # whom the typist can't clock in
    if len(read.likely_users) > 1:
        teams = (await readable(ask.services, ask.caller)).teams
        names = names_on_buttons({user_id: names[user_id] for user_id in read.likely_users}, teams)
    if ask.sentence and read.comment and not read.doubts:
        read = replace(read, doubts=frozenset({Doubt.SENTENCE}))
    today = work_date(ask.typed_at, zone)
    if read.until and read.at and read.at.offset and len(instants_of(today, TimeOfDay(read.at.time), zone)) > 1:
        read = replace(read, until=None)  # 02:30-04:00 in the night when the clocks go back
    return Typed(read, user_id, zone, today, around.offices, names, ask.words)


def as_draft(typed: Typed, ask: Ask) -> Draft:
    """A whole record with what was typed; a day or a person who isn't clear stays open, and its words are the note.
    Raises DayAhead, or NotANote for a second span or a figure where the note would be."""
    read = typed.read
    if len(read.likely_users) == 1 and read.for_them:
        read = replace(read.for_them, user_id=read.likely_users[0], doubts=frozenset())
    if read.day and read.day > typed.today:
        raise DayAhead(read.day)
    _check_note(read, ask.words)
    day, start = read.day or typed.today, read.at.time if read.at else None
    if read.ago:
        began = (ask.typed_at - read.ago).astimezone(typed.zone)
        day, start = began.date(), began.time().replace(second=0, microsecond=0)
    is_clear = read.day or Doubt.DAY not in read.doubts
    return Draft(
        date=day if is_clear else None,
        start=start,
        end=read.until.time if read.until else None,
        person=read.user_id,
        office=read.office_id,
        note=_BECAUSE.sub("", read.comment or ""),
    )


def with_long_weekday(words: str) -> str:
    """`mon 9-12` with `monday`: before a figure it's no other word. The line of a whole record can begin so."""

    line = spoken_line(words)
    if not (short := _SHORT_WEEKDAY.match(line.english)):
        return words
    long = next(name for name in WEEKDAYS if name.startswith(short[2].lower()))
    return f"{short[1]}{long}{line.piece(short.end())}"


def as_span(words: str) -> str | None:
    """`at 9, out at 12` as `at 9-12`. None for other words, and for what is in quotes."""
    line = spoken_line(words)
    found = _OUT_AT.search(line.english)
    if found is None or any(mark in line.english[: found.start()] for mark in "\"“”„'"):
        return None
    return f"{line.piece(0, found.start())}-{line.piece(found.end())}"


def _check_note(read: Clocking, words: str) -> None:
    """Quotes make a note of anything. A span isn't one where the record has none: `ana yesterday 9-25`."""
    line, words = spoken_line(read.comment or ""), words.rstrip()
    note = line.typed
    span = None if read.at or Doubt.TIME not in read.doubts else _SPAN.search(line.english)
    if span and not _is_readable(line.english[span.start() :]):
        note = line.piece(span.start())
    if span or (_NO_NOTE.match(line.english) and (read.doubts or words.endswith(note))):
        raise NotANote(note, before=words.removesuffix(note).rstrip(" ,;&+") if words.endswith(note) else "")


def _is_readable(words: str) -> bool:
    """Whether they begin with a time or a span."""
    try:
        return time_at_start(" ".join(word.form for word in words_of(words))) is not None
    except NotATime:
        return False
