"""A record in a list: its hours, its length, and the days that a list is about."""

from __future__ import annotations

from datetime import date, timedelta

from bot import wording
from bot.calendar.ranges import DateRange, month_of
from bot.calendar.worktime import is_forgotten, zone_named
from bot.wording import Reader, formats
from bot.wording.catalogue import _
from storage.paid_breaks import PaidBreak
from storage.pairs import Pair, minutes_between


def hours(pair: Pair, reader: Reader) -> str:
    """`09:02 – 17:30`, `22:00 – 06:00 the next day`, `08:30 – now`. The zone is named if it isn't the reader's."""
    if pair.clock_out is not None or is_forgotten(pair.clock_in.at, reader.now):
        return _hours_then(pair, reader)
    return _("{start} – now").format(start=_start(pair, reader)) + wording.zone_note(pair.clock_in.zone, reader)


def length(pair: Pair, reader: Reader) -> str:
    """`8 h 28 min`, so far if it isn't over, or that its clock-out is missing."""
    if pair.worked is not None:
        return wording.duration(pair.worked)
    if is_forgotten(pair.clock_in.at, reader.now):
        return _("missing clock-out")
    return wording.duration(max(minutes_between(pair.clock_in.at, reader.now), timedelta()))


def record(pair: Pair, reader: Reader) -> str:
    """`Mon 23 Nov, 09:02 – 17:30, 8 h 28 min`"""
    return f"{wording.day(pair.work_date, reader)}, {hours(pair, reader)}, {length(pair, reader)}"


def entry(pair: Pair, reader: Reader) -> str:
    """The same as of an earlier time: `Mon 23 Nov, in at 09:02` before its clock-out."""
    if pair.worked is not None:
        return record(pair, reader)
    return f"{wording.day(pair.work_date, reader)}, {_hours_then(pair, reader)}"


def paid_break(one: PaidBreak, pair: Pair, reader: Reader) -> str:
    """`Mon 23 Nov, 10:00 – 10:15, 15 min`, `Mon 23 Nov, at 10:00` before its end; in the zone of its record."""
    zone = zone_named(pair.clock_in.zone)
    day, start = wording.day(one.start.at.astimezone(zone).date(), reader), wording.clock(one.start.at, zone)
    note = wording.zone_note(zone, reader)
    if one.end is None:
        return _("{day}, at {time}").format(day=day, time=start + note)
    length = wording.duration(minutes_between(one.start.at, one.end.at))
    return f"{day}, {start} – {wording.clock(one.end.at, zone)}{note}, {length}"


def entry_lately(pair: Pair, reader: Reader) -> str:
    """The same without its day if that's today: `09:02 – 17:30, 8 h 28 min`"""
    today = reader.now.astimezone(zone_named(pair.clock_in.zone)).date()
    return entry(pair, reader).removeprefix(f"{wording.day(today, reader)}, " if pair.work_date == today else "")


def change(before: Pair, after: Pair, reader: Reader) -> str:
    """`Tue 24 Nov, 09:00 – 17:00 → 09:00 – 18:10 (+1:10)`, with both days if they differ."""
    was, now = _hours_then(before, reader), _hours_then(after, reader)
    day = wording.day(before.work_date, reader)
    if before.work_date != after.work_date:
        now = f"{wording.day(after.work_date, reader)}, {now}"
    elif was == now:
        return f"{day}, {was}"
    return f"{day}, {was} → {now}{_difference(before, after)}"


def _difference(before: Pair, after: Pair) -> str:
    """` (+1:10)`, if both have ended and the lengths differ."""
    if before.worked is None or after.worked is None or before.worked == after.worked:
        return ""
    longer = after.worked > before.worked
    hours, minutes = divmod(abs(after.worked - before.worked) // timedelta(minutes=1), 60)
    return f" ({'+' if longer else '−'}{hours}:{minutes:02})"


def _hours_then(pair: Pair, reader: Reader) -> str:
    start, came_in = _start(pair, reader), pair.clock_in.zone
    if pair.clock_out is None:
        return _("in at {time}").format(time=start + wording.zone_note(came_in, reader))
    out_zone = zone_named(pair.clock_out.zone)
    end = wording.clock(pair.clock_out.at, out_zone)
    if pair.clock_out.at.astimezone(out_zone).date() > wording.clock_in_day(pair):
        end = wording.the_next_day(end)
    if came_in == pair.clock_out.zone:
        return f"{start} – {end}{wording.zone_note(out_zone, reader)}"
    return f"{start} ({wording.zone_label(came_in)}) – {end} ({wording.zone_label(out_zone)})"


def _start(pair: Pair, reader: Reader) -> str:
    """With its day if the record was entered for another work date."""
    at, came = wording.clock(pair.clock_in.at, pair.clock_in.zone), wording.clock_in_day(pair)
    return at if came == pair.work_date else f"{wording.day(came, reader)}, {at}"


def title(days: DateRange, reader: Reader, today: date | None = None) -> str:
    """`Last week · Mon 23 – Sun 29 Nov`, `Last month · October`, `Mon 5 – Fri 9 Oct`. `today`: if it is another
    day than the reader's, the work date of last night's shift."""
    dates, known = _dates(days, reader), _named(days, today or reader.today)
    return f"{known} · {dates}" if known else dates


def _dates(days: DateRange, reader: Reader) -> str:
    """Whole months and years by their names."""
    first = days.first
    if days == month_of(first.year, first.month):
        return formats.month(first, year=first.year != reader.today.year)
    if days == DateRange(date(first.year, 1, 1), date(first.year, 12, 31)):
        return f"{first.year}"
    return wording.days(first, days.last, reader)


def _named(days: DateRange, today: date) -> str | None:
    day, monday = timedelta(days=1), today - timedelta(days=today.weekday())
    this_week = DateRange(monday, monday + 6 * day)
    this_month = month_of(today.year, today.month)
    known = {
        DateRange(today, today): _("Today"),
        DateRange(today - day, today - day): _("Yesterday"),
        this_week: _("This week"),
        this_week.before(): _("Last week"),
        this_month: _("This month"),
        this_month.before(): _("Last month"),
    }
    return known.get(days)


def unreadable_change(entry: int) -> str:
    """In place of a change whose audit entry, by its number, holds none."""
    return _("Entry {entry} can't be read.").format(entry=entry)
