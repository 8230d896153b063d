"""`/clockout at 17:30 with lunch 12-12:30`: the record ends at the break, and a second one begins after it."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot import wording
from bot.attendance import missing_clock_outs
from bot.attendance.missing_clock_outs import MissingClockOut
from bot.calendar.typed_breaks import TypedBreaks
from bot.calendar.worktime import TimeOfDay, on_day, zone_named
from bot.chat.asked_breaks import around_breaks, breaks_of, day_of
from bot.chat.clock_readings import Reading, as_read
from bot.chat.did_you_mean import fits_a_button
from bot.chat.leaving import question
from bot.chat.possible_times import Span, both
from bot.chat.record_form import Draft
from bot.chat.routing import Ask
from bot.chat.typed_line import Typed
from bot.chat.views import Button, Buttons, Message, Note, Text
from bot.errors import NoSuchTime, RepeatedTime
from bot.wording.catalogue import _
from bot.wording.markup import code, sentence

MOST_BREAKS = 4  # whose records a button can carry


async def asked_break_before_end(ask: Ask, typed: Typed) -> Message | None:
    """The question about the breaks that a clock-out names; None without any, and where something else comes first.
    Raises NotClockedIn, InFuture or OutNotAfterIn."""
    read, said = typed.read, typed.read.comment or ""
    if read.likely_users or not fits_a_button(said) or breaks_of(typed, said, None, None) is None:
        return None
    asked = await missing_clock_outs.question(ask.services, ask.caller, typed.user_id)
    if asked.is_about_another_day and not (read.at or read.ago):
        return _about_another_day(ask, typed, asked)
    came = asked.pair.clock_in
    zone = zone_named(came.zone)
    with suppress(NoSuchTime, RepeatedTime):  # which have sentences of their own
        ended = _end(ask, typed, came.at, zone)
        start, end = (one.astimezone(zone).replace(second=0, microsecond=0) for one in (came.at, ended))
        if end - start >= timedelta(hours=24):
            return None
        whose = None if ask.reader.is_you(typed.user_id) else typed.user_id
        whole = Draft(start.date(), start.time(), end.time(), whose, came.office_id)
        found = breaks_of(typed, said, whole.start, whole.end)
        assert found
        counted = Reading(
            True,
            typed.user_id,
            ask.typed_at,
            at=ended if read.ago else None,
            wall_time=whole.end if read.at else None,
            day=read.day,
            comment=said,
        )
        if 0 < len(found.spans) <= MOST_BREAKS:
            return _out_at_the_break(ask, typed, whole, found, counted, zone)
        return Message([Text(_when(ask, typed, whole, found)), Buttons([_counting(counted, whole, found)])])
    return None


def _about_another_day(ask: Ask, typed: Typed, asked: MissingClockOut) -> Message:
    """The question when they left, and how the break is left out."""
    day = wording.clock_in_day(asked.pair)
    when = "yesterday" if day == typed.today - timedelta(days=1) else day.isoformat()
    whom = " @person" if typed.read.user_id else ""
    example = code(f"{ask.command('clockout')}{whom} {when} at 17:30 lunch 12-12:30")
    note = sentence(_("To leave the break out of the hours, type it with its times: {example}."), example=example)
    shown = question(asked, ask.reader)
    return replace(shown, pieces=[*shown.pieces, Note(note)])


def _end(ask: Ask, typed: Typed, came_at: datetime, zone: ZoneInfo) -> datetime:
    """When they left; of `5:30`, the later one that is possible."""
    read, span = typed.read, Span(typed.user_id, came_at, ask.typed_at, zone)
    if read.at is None:
        return ask.typed_at - read.ago if read.ago else ask.typed_at
    at: datetime | TimeOfDay = read.at
    if read.day:
        at = on_day(read.day, read.at, zone)
    elif read.is_vague and (times := span.those_within(both(read.at.time))):
        at = TimeOfDay(times[-1])
    return span.end_at(at)


def _out_at_the_break(
    ask: Ask, typed: Typed, whole: Draft, found: TypedBreaks, counted: Reading, zone: ZoneInfo
) -> Message:
    before, *then = around_breaks(whole, found)
    assert before.end
    assert whole.date
    day = day_of(whole, before.end)
    assert day
    at = on_day(day, TimeOfDay(before.end), zone)
    leaving = Reading(True, typed.user_id, ask.typed_at, at=at, comment=found.rest, then=then)
    said = sentence(_("A break goes between two records. Clock out when it began, then add the time after it:"))
    label = _("Clock out at {time}").format(time=wording.time_of_day(before.end))
    return Message([Text(said), Buttons([as_read.button(label, leaving), _counting(counted, whole, found)])])


def _counting(counted: Reading, whole: Draft, found: TypedBreaks) -> Button:
    """The clock-out as it's typed, with the break in its comment only."""
    if counted.at or counted.wall_time:
        label = _("Clock out at {time}, the break counts as work")
    elif found.spans:
        label = _("Clock out now, the break counts as work")
    else:  # it may be about to begin
        label = _("Clock out now, an earlier break counts as work")
    return as_read.button(label.format(time=wording.time_of_day(whole.end) if whole.end else ""), counted)


def _when(ask: Ask, typed: Typed, whole: Draft, found: TypedBreaks) -> Markup:
    """When was the break, and how to type it."""
    read = typed.read
    assert whole.start
    assert whole.end
    if found.has_times:
        said = _("When was the break? I couldn't place it between {start} and {end}. Type it like this: {example}.")
    elif read.at or read.ago:
        said = _("When was the break? It isn't counted if you type it with its times: {example}.")
    else:
        said = _("When was the break? If it starts now, clock out. If it's over, type it with its times: {example}.")
    whom = " @person" if read.user_id else ""
    start, end = wording.time_of_day(whole.start), wording.time_of_day(whole.end)
    at = f" at {end}" if read.at or read.ago else ""
    example = code(f"{ask.command('clockout')}{whom}{at} lunch 12-12:30")
    return sentence(said, start=start, end=end, example=example)
