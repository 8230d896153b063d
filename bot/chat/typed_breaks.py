"""`/break [KIND] [MINUTES]` and `/back`: done where the words mean one thing; where not, a button for each likely
reading."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import wording
from bot.attendance import add_break as adding
from bot.attendance import breaks as core
from bot.attendance import missing_clock_outs
from bot.calendar.break_kinds import BreakKinds
from bot.calendar.break_words import TypedBreak, read_break
from bot.calendar.typed import mention
from bot.calendar.worktime import SKEW_ALLOWED, TimeOfDay, first_after, instants_of, work_date, zone_named
from bot.chat.breaks import started_message
from bot.chat.clock_readings import type_again, was_typed_before_today
from bot.chat.clocking import asking_first
from bot.chat.did_you_mean import fits_a_button, line_button
from bot.chat.findings import Day, added_message
from bot.chat.leaving import question
from bot.chat.possible_times import both
from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Message, Outcome, Text
from bot.chat.words_after_break import about_other_words
from bot.errors import (
    AlreadyOnABreak,
    BreakTooLong,
    NotDuringTheDay,
    NotInOpenRecord,
    NotOnABreak,
    UnknownBreakKind,
)
from bot.wording.catalogue import _
from bot.wording.markup import sentence
from bot.workspaces import workspace_settings
from storage.breaks import Break
from storage.errors import NotClockedIn
from storage.pairs import Pair

typed_breaks = Feature("typed_breaks")

MOST_KINDS_OFFERED = 4
Times = tuple[datetime | None, datetime | None]
"""When a break began and ended (UTC). None: now, and not yet."""


@typed_breaks.word("break")
async def start(ask: Ask) -> Outcome:
    """`/break [@person] [KIND] [MINUTES] [at HH:MM | HH:MM-HH:MM | until HH:MM] ["comment"]`"""
    kinds = (await workspace_settings.get(ask.services, ask.caller.workspace_id)).break_kinds
    try:
        typed = read_break(ask.words, kinds)
    except UnknownBreakKind as error:
        if asked := await about_other_words(ask, error, kinds):
            return asked
        error.likely = error.likely or [kind.name for kind in kinds][:MOST_KINDS_OFFERED]
        raise
    user_id = typed.user_id or ask.caller.user_id
    if not typed.has_times:
        if ask.typed_before and was_typed_before_today(ask, zone_named(ask.reader.zone or "UTC"), ask.typed_at):
            return type_again(ask, zone_named(ask.reader.zone or "UTC"), ask.typed_at)
        return await asking_first(ask, user_id, _start(ask, typed, user_id, None, (None, None)))
    return await asking_first(ask, user_id, _start_then(ask, typed, user_id, kinds))


async def _start_then(ask: Ask, typed: TypedBreak, user_id: str, kinds: BreakKinds) -> Message:
    """A break at a time. One in a record that has ended is added to it."""
    try:
        asked = await missing_clock_outs.question(ask.services, ask.caller, user_id)
    except NotClockedIn as error:
        if error.last is None or typed.at is None or typed.until is None:
            if on := await _current(ask, user_id):
                raise AlreadyOnABreak(on) from error
            raise
        return await _add(ask, typed, error.last, kinds)
    if asked.is_about_another_day:
        return question(asked, ask.reader)
    pair, zone = asked.pair, zone_named(asked.pair.clock_in.zone)
    found = _times(typed, pair.clock_in.at, ask.typed_at, zone)
    within = [times for times in found if _is_within(times, pair, ask.typed_at)]
    if not within and typed.at and (earlier := _before_that_day(typed.at, pair, zone, ask.typed_at)):
        if typed.until and work_date(ask.typed_at, zone) == pair.work_date:
            with suppress(NotDuringTheDay):
                return await _add(ask, typed, pair, kinds)
        raise NotInOpenRecord(pair, earlier)
    if not within and not typed.says_at and typed.at and not typed.until:
        return _until_then(ask, typed)
    if len(within) > 1:
        return _which(ask, typed, within, zone)
    return await _start(ask, typed, user_id, pair, (within or found)[0])


async def _current(ask: Ask, user_id: str) -> Break | None:
    """The break that they are on."""
    with suppress(NotOnABreak):
        on = await core.current(ask.services, ask.caller, user_id)
        return None if on.is_over(ask.reader.now) else on
    return None


async def _start(ask: Ask, typed: TypedBreak, user_id: str, pair: Pair | None, times: Times) -> Message:
    at, until = times
    minutes = typed.minutes
    if at and minutes and not until and at + timedelta(minutes=minutes) <= ask.typed_at:
        until, minutes = at + timedelta(minutes=minutes), None  # `at 12:30 for 30 min`, which is over by now
    try:
        started = await core.start_break(
            ask.services,
            ask.caller,
            user_id,
            kind=typed.kind or "",
            minutes=minutes,
            at=at,
            until=until,
            comment=typed.comment,
            expected_event_id=pair.clock_in.id if pair else None,
            is_sure=False,
        )
    except BreakTooLong as error:
        error.again = "" if at else _line(ask, replace(typed, minutes=None), "")
        raise
    return started_message(started, ask.reader)


def _times(typed: TypedBreak, came_at: datetime, now: datetime, zone: ZoneInfo) -> Sequence[Times]:
    """What the times can mean, in both halves of the day where they may be in either. Raises what `first_after`
    raises."""
    if typed.ago:
        return [(now - typed.ago, _until(typed, now - typed.ago, zone))]
    if typed.at is None:
        return [(None, _until(typed, now, zone))]
    halves = [TimeOfDay(one) for one in both(typed.at.time)] if typed.is_vague else [typed.at]
    began = [first_after(one, came_at - timedelta(minutes=1), zone) for one in halves]
    return [(at, _until(typed, at, zone)) for at in began]


def _until(typed: TypedBreak, began: datetime, zone: ZoneInfo) -> datetime | None:
    if typed.until is None:
        return None
    halves = [TimeOfDay(one) for one in both(typed.until.time)] if typed.is_vague else [typed.until]
    return min(first_after(one, began, zone) for one in halves)


def _is_within(times: Times, pair: Pair, now: datetime) -> bool:
    """Whether they can be meant: nothing before the clock-in, and no start that is still to come."""
    at = times[0]
    return at is None or pair.clock_in.at.replace(second=0, microsecond=0) <= at <= now + SKEW_ALLOWED


def _before_that_day(at: TimeOfDay, pair: Pair, zone: ZoneInfo, now: datetime) -> datetime | None:
    """That time today, if it has been and was before the record."""
    found = instants_of(work_date(now, zone), at, zone)
    return found[0] if found and found[0] < pair.clock_in.at else None


async def _add(ask: Ask, typed: TypedBreak, last: Pair, kinds: BreakKinds) -> Message:
    """`12:30-13:00` after the record has ended: the same as **Add a break**."""
    assert typed.at
    assert typed.until
    kind, day = kinds.named(typed.kind or "") or kinds.kinds[0], last.work_date
    user_id = last.user_id
    added = await adding.add_break(ask.services, ask.caller, user_id, day, typed.at, typed.until, kind)
    return await added_message(ask, Day(user_id, day), added)


def _until_then(ask: Ask, typed: TypedBreak) -> Message:
    """`break 12:30` before that time."""
    assert typed.at
    time = wording.time_of_day(typed.at.time)
    line = _line(ask, typed, f"until {wording.typed_time(typed.at.time)}")
    button = line_button(_("Start a break until {time}").format(time=time), line, ask.typed_at)
    return Message([Text(sentence(_("Did you mean until {time}?"), time=time)), Buttons([button])])


def _which(ask: Ask, typed: TypedBreak, within: Sequence[Times], zone: ZoneInfo) -> Message:
    """`at 9` in a night shift. Types the line again with the time that is meant."""
    buttons = []
    for at, until in within:
        assert at
        label = _("Break at {start}") if until is None else _("Break {start}–{end}")
        end = wording.clock(until, zone) if until else ""
        times = f"at {wording.typed_time(at, zone)}"
        if until is not None:
            times = f"{wording.typed_time(at, zone)}-{wording.typed_time(until, zone)}"
        said = label.format(start=wording.clock(at, zone), end=end)
        buttons.append(line_button(said, _line(ask, typed, times), ask.typed_at))
    return Message([Text(sentence(_("Which one do you mean?"))), Buttons(buttons)])


def _line(ask: Ask, typed: TypedBreak, times: str) -> str:
    """The same line with these times."""
    whom = mention(typed.user_id) if typed.user_id and not ask.reader.is_you(typed.user_id) else None
    minutes = f"{typed.minutes} min" if typed.minutes else None
    said = f'"{typed.comment}"' if typed.comment and fits_a_button(typed.comment) else None
    return " ".join(part for part in ("break", whom, typed.kind, times, minutes, said) if part)
