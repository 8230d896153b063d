"""Words for people: times, days, durations, and what is told to others. One place, so that they agree.

The sentences for refusals stand in `bot.wording.refusals`.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.calendar.worktime import ClockChange, clock_changes_within, is_forgotten, zone_named
from storage.pairs import Pair, PairEvent
from storage.totals import DayTotal


@dataclass(frozen=True, slots=True)
class Reader:
    """Who reads a sentence, and when (UTC). `in_chat`: a person in a chat, where people are named; not a program."""

    user_id: str
    now: datetime
    in_chat: bool = True

    def is_you(self, user_id: str) -> bool:
        """Whether the sentence speaks to the person it speaks of."""
        return self.in_chat and user_id == self.user_id


def clock(at: datetime, zone: ZoneInfo | str) -> str:
    """`09:02`"""
    return f"{at.astimezone(zone_of(zone)):%H:%M}"


def clock_with_zone(half: PairEvent) -> str:
    """`09:02 (Berlin)`"""
    return f"{clock(half.at, half.zone)} ({zone_label(half.zone)})"


def zone_label(zone: ZoneInfo | str) -> str:
    """`Europe/Berlin` is "Berlin"; `America/Argentina/Buenos_Aires` is "Buenos Aires"."""
    return zone_of(zone).key.rpartition("/")[2].replace("_", " ")


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


def day_times(total: DayTotal, now: datetime) -> tuple[str, str]:
    """When somebody came and left on a work date: `22:08` and `06:24 next day`, or `still in`, or `unresolved`.

    Each in its own zone, which is named where the two differ.
    """
    first_in, last_out = total.first.clock_in, total.last.clock_out
    came = clock(first_in.at, first_in.zone)
    if last_out is None:
        return came, "unresolved" if is_forgotten(total.last.clock_in.at, now) else "still in"
    overnight = last_out.at.astimezone(zone_named(last_out.zone)).date() > total.work_date
    left = clock(last_out.at, last_out.zone) + (" next day" if overnight else "")
    if first_in.zone == last_out.zone:
        return came, left
    return f"{came} ({zone_label(first_in.zone)})", f"{left} ({zone_label(last_out.zone)})"


def since_day(pair: Pair) -> str:
    """`since Mon 23 Nov 2026, 09:02 (Berlin)`"""
    return f"since {day(clock_in_day(pair))}, {clock_with_zone(pair.clock_in)}"


def clock_in_day(pair: Pair) -> date:
    """The local day on which somebody came, which a record made by hand may count to another work date."""
    return pair.clock_in.at.astimezone(zone_named(pair.clock_in.zone)).date()


def unresolved(whose: str) -> str:
    """Of clock-ins that nobody ended within 24 hours; `whose` names them, each with its `since_day`."""
    return f"Unresolved: {whose}: the clock-out is missing."


def clock_change(change: ClockChange) -> str:
    """Why the hours of a day, or of a shift through it, look odd."""
    hours = f"{change.length.total_seconds() / 3600:g}"
    moved = "forward" if change.length < timedelta(days=1) else "back"
    return f"{day(change.day)} had {hours} hours in {zone_label(change.zone)}: the clocks went {moved}."


def worked_through_clock_change(pair: Pair) -> str:
    """The same after the length of a shift that went through one; nothing for all others."""
    if pair.clock_out is None:
        return ""
    changes = clock_changes_within(pair.clock_in.at, pair.clock_out.at, zone_named(pair.clock_in.zone))
    return "".join(f" {clock_change(change)}" for change in changes)


def moment(at: datetime, zone: ZoneInfo, reader: Reader) -> str:
    """`09:02`, with its day where that is not the reader's today."""
    local = at.astimezone(zone)
    if local.date() == reader.now.astimezone(zone).date():
        return f"{local:%H:%M}"
    return f"{day(local.date())}, {local:%H:%M}"


def since(half: PairEvent, reader: Reader) -> str:
    """`since 09:02 (Berlin)`, with the day where that is not the reader's today."""
    return f"since {moment(half.at, zone_named(half.zone), reader)} ({zone_label(half.zone)})"


def time_of_day(value: time) -> str:
    """`09:02`"""
    return f"{value:%H:%M}"


def zone_of(zone: ZoneInfo | str) -> ZoneInfo:
    """The zone itself, by its name."""
    return zone_named(zone) if isinstance(zone, str) else zone
