"""Times of day that may be meant for another half of the day, or for another day."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from bot import wording
from bot.attendance import missing_clock_outs
from bot.attendance.rules import is_unusual
from bot.calendar.worktime import LONGEST_PAIR, SKEW_ALLOWED, TimeOfDay, first_after, instants_of, on_day, work_date
from bot.chat.clock_readings import Reading
from bot.chat.offered_readings import offer
from bot.chat.possible_times import Span, both
from bot.chat.routing import Ask
from bot.chat.typed_line import Typed
from bot.chat.views import Message
from bot.errors import NoSuchTime, RepeatedTime
from bot.wording import formats
from bot.wording.catalogue import _
from storage.pairs import minutes_between

NOT_LONG_AGO = timedelta(hours=6)  # a time still to come today that may have been yesterday


def other_starts(ask: Ask, typed: Typed) -> list[Reading]:
    """`5:30` in the evening may be either; a time still to come may have been last night. Nothing where it is clear."""
    at, now = typed.read.at, ask.typed_at
    if at is None or at.offset is not None:
        return []
    reading = Reading(
        False, typed.user_id, now, None, at.time, typed.today, typed.read.office_id, typed.read.comment or ""
    )
    passed = [one for one in instants_of(typed.today, at, typed.zone) if one <= now + SKEW_ALLOWED]
    if passed or typed.read.day:
        times = Span(typed.user_id, None, now, typed.zone).those_within(both(at.time)) if typed.read.is_vague else []
        return [replace(reading, wall_time=one) for one in times] if len(times) > 1 else []
    yesterday = typed.today - timedelta(days=1)
    is_recent = any(now - one <= NOT_LONG_AGO for one in instants_of(yesterday, at, typed.zone))
    return [replace(reading, day=yesterday)] if is_recent else []


async def which_end(ask: Ask, typed: Typed) -> Message | None:
    """`5:30` in the afternoon is most likely 17:30. Readings of different days name their day and length. Raises
    NotClockedIn."""
    at, now, day = typed.read.at, ask.typed_at, typed.read.day
    if at is None or not typed.read.is_vague:
        return None
    asked = await missing_clock_outs.question(ask.services, ask.caller, typed.user_id)
    in_at = asked.pair.clock_in.at
    try:
        ends = {
            one: on_day(day, TimeOfDay(one), typed.zone) if day else first_after(TimeOfDay(one), in_at, typed.zone)
            for one in both(at.time)
        }
    except (NoSuchTime, RepeatedTime):
        return None  # which is refused with a sentence of its own
    until = min(now + SKEW_ALLOWED, in_at + LONGEST_PAIR)
    ends = {one: end for one, end in ends.items() if in_at < end <= until}
    if list(ends) in ([], [at.time]):
        return None
    usual = {one: end for one, end in ends.items() if not is_unusual(end - in_at)} or ends
    usual = dict(sorted(usual.items(), key=lambda found: found[1]))
    comment = typed.read.comment or ""
    readings = [Reading(True, typed.user_id, now, wall_time=one, day=day, comment=comment) for one in usual]
    is_of_today = day in (None, typed.today)
    if is_of_today and len({work_date(end, typed.zone) for end in ends.values()}) == 1:
        return offer(ask, typed, readings)
    labels = []
    for one, end in usual.items():
        length = wording.duration(minutes_between(in_at, end))
        said = _("{day} {time} ({length})")
        weekday = formats.short_weekday(end.astimezone(typed.zone).date())
        labels.append(said.format(day=weekday, time=wording.time_of_day(one), length=length))
    return offer(ask, typed, readings, labels=labels)
