"""The only module that calculates with time zones: local times of day, work dates, and days that aren't 24 hours long.

Instants are aware UTC. A local time that a clock change skips is refused, one that it repeats is asked about; neither
is guessed.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, time, timedelta
from functools import lru_cache
from zoneinfo import ZoneInfo

from bot.calendar.time_zones import cities_for
from bot.errors import InFuture, NoSuchTime, NotATime, NotThatOffset, RepeatedTime, SameStartAndEnd, UnknownZone

SKEW_ALLOWED = timedelta(minutes=1)  # rule 5
LONGEST_PAIR = timedelta(hours=24)  # rule 3
FIRST_DAY = date(1970, 1, 1)
"""No record is of an earlier day. What zones did before is often not known."""
_ONE_DAY = timedelta(days=1)
_STEP = 6 * _ONE_DAY  # since 1970, no clocks changed twice within it

_TIME_OF_DAY = re.compile(
    r"(?P<hour>\d{1,2})(?:[:.h](?P<minute>\d{2}))?\s*(?P<half>am|pm)?"
    r"(?P<offset>[+-](?:[01][0-9]|2[0-3]):[0-5][0-9])?",
    re.IGNORECASE,
)


@dataclass(frozen=True, slots=True)
class TimeOfDay:
    """A time as people type it. `offset` says which one is meant if a clock change repeats it."""

    time: time
    offset: timedelta | None = None


@lru_cache(maxsize=1024)
def zone_named(name: str) -> ZoneInfo:
    """The IANA zone. Raises UnknownZone."""
    try:
        if not name or name.startswith("."):
            raise ValueError(name)
        return ZoneInfo(name)
    except (ValueError, OSError, LookupError) as error:
        raise UnknownZone(name) from error


def zone_of_place(name: str) -> ZoneInfo:
    """The IANA zone that somebody chooses. Raises UnknownZone for an abbreviation too: `EST` misses the summer time of
    New York."""
    if cities_for(name):
        raise UnknownZone(name)
    return zone_named(name)


def work_date(at: datetime, zone: ZoneInfo) -> date:
    """The local calendar day of a clock-in. It is the work date of the whole pair."""
    return at.astimezone(zone).date()


def end_of_day(day: date, zone: ZoneInfo) -> datetime:
    """The instant (UTC) at which the local day ends and the next begins. Raises OverflowError past the year 9999."""
    return _midnight(day + timedelta(days=1), zone)


def parse_time_of_day(words: str) -> TimeOfDay:
    """`8:30`, `08.30`, `8h30`, `8am`, `8:30 pm`, and `02:30+02:00` for one of two. Raises NotATime."""
    match = _TIME_OF_DAY.fullmatch(words.strip())
    if not match or (match["minute"] is None and match["half"] is None):
        raise NotATime(words)
    hour, minute = int(match["hour"]), int(match["minute"] or 0)
    if match["half"]:
        if not 1 <= hour <= 12:
            raise NotATime(words)
        hour = hour % 12 + (12 if match["half"].lower() == "pm" else 0)
    if hour > 23 or minute > 59:
        raise NotATime(words)
    offset = match["offset"]
    return TimeOfDay(time(hour, minute), datetime.strptime(offset, "%z").utcoffset() if offset else None)


def instants_of(day: date, at: TimeOfDay, zone: ZoneInfo) -> list[datetime]:
    """The instants (UTC) at which a local clock shows that time on that day: none, one or two, in order."""
    found = []
    for fold in (0, 1):
        local = datetime.combine(day, at.time.replace(fold=fold), zone)
        instant = local.astimezone(UTC)
        if instant.astimezone(zone).replace(tzinfo=None) != local.replace(tzinfo=None):
            continue  # the clocks jumped over it
        if at.offset is not None and local.utcoffset() != at.offset:
            continue
        if instant not in found:
            found.append(instant)
    return found


def on_day(day: date, at: TimeOfDay, zone: ZoneInfo) -> datetime:
    """The instant of a local time on a day. Raises NoSuchTime, NotThatOffset or RepeatedTime."""
    return _single_instant(instants_of(day, at, zone), day, at, zone)


def earlier_that_day(at: TimeOfDay, day: date, now: datetime, zone: ZoneInfo) -> datetime:
    """`at HH:MM` of a clock-in. Raises InFuture, NoSuchTime, NotThatOffset or RepeatedTime."""
    instants = instants_of(day, at, zone)
    passed = [instant for instant in instants if instant <= now + SKEW_ALLOWED]
    if instants and not passed:
        raise InFuture(instants[0], now, zone)
    return _single_instant(passed, day, at, zone)


def first_after(at: TimeOfDay, start: datetime, zone: ZoneInfo) -> datetime:
    """`at HH:MM` of a clock-out: the first such time after the clock-in. Raises what `on_day` raises."""
    first_day = work_date(start, zone)
    for day in (first_day, first_day + timedelta(days=1)):
        instants = instants_of(day, at, zone)
        later = [instant for instant in instants if instant > start]
        skipped = not instants and datetime.combine(day, at.time, zone) > start.astimezone(zone)
        if later or skipped:
            return _single_instant(later, day, at, zone)
    return on_day(first_day + timedelta(days=2), at, zone)


@dataclass(frozen=True, slots=True)
class LocalTime:
    """A time of day on a day, and the instants (UTC) that it may mean."""

    day: date
    at: TimeOfDay
    instants: list[datetime]


def shift_times(day: date, start: TimeOfDay, end: TimeOfDay, zone: ZoneInfo) -> tuple[LocalTime, LocalTime]:
    """What the local times of a record can mean. An end that comes after the start is on the same day, even if the
    clock shows less because it was put back in between. Otherwise it is on the next day (a night shift)."""
    started = _local_time(day, start, zone)
    ended = _local_time(day, end, zone)
    later = [instant for instant in ended.instants if started.instants and instant > started.instants[0]]
    if later:
        return started, LocalTime(day, end, later)
    if end.time > start.time:  # skipped by a clock change, or given as the first of two, before the start
        return started, ended
    return started, _local_time(day + timedelta(days=1), end, zone)


def shift(day: date, start: TimeOfDay, end: TimeOfDay, zone: ZoneInfo) -> tuple[datetime, datetime]:
    """The instants of a record by local times; see `shift_times`.

    Raises NoSuchTime or RepeatedTime with the time in question, or SameStartAndEnd.
    """
    started, ended = shift_times(day, start, end, zone)
    if start.time == end.time and ended.day != day:
        raise SameStartAndEnd(start.time)
    in_at, out_at = (_single_instant(local.instants, local.day, local.at, zone) for local in (started, ended))
    return in_at, out_at


def time_at_night(start: datetime, end: datetime, begins: time, ends: time, zone: ZoneInfo) -> timedelta:
    """How much of a record lies between two times of the local clock, for example 23:00 and 06:00."""
    first, last = work_date(start, zone), work_date(end, zone)
    found, day = timedelta(), first - _ONE_DAY
    while day <= last:
        next_end = day if ends > begins else day + _ONE_DAY
        night = (datetime.combine(day, begins, zone), datetime.combine(next_end, ends, zone))
        since, until = max(start, night[0].astimezone(UTC)), min(end, night[1].astimezone(UTC))
        found += max(until - since, timedelta())
        day += _ONE_DAY
    return found


def is_forgotten(in_at: datetime, now: datetime) -> bool:
    """Whether somebody has to say when an open clock-in ended (rule 3)."""
    return now - in_at > LONGEST_PAIR


@dataclass(frozen=True, slots=True)
class ClockChange:
    """A day that isn't 24 hours long there. `length` is how long it is, `at` (UTC) when the clocks moved."""

    day: date
    length: timedelta
    at: datetime
    zone: ZoneInfo


def clock_changes(first: date, last: date, zone: ZoneInfo) -> list[ClockChange]:
    """The days of a range (both included) that aren't 24 hours long there; none before `FIRST_DAY`."""
    years = range(max(first, FIRST_DAY).year, last.year + 1)
    return [change for year in years for change in _changes_of_year(year, zone) if first <= change.day <= last]


def clock_changes_within(start: datetime, end: datetime, zone: ZoneInfo) -> list[ClockChange]:
    """The changes between `start` and `end` of a shift, which make its length differ from the clock's."""
    changes = clock_changes(work_date(start, zone), work_date(end, zone), zone)
    return [change for change in changes if start < change.at < end]


@lru_cache(maxsize=16_384)
def _changes_of_year(year: int, zone: ZoneInfo) -> Sequence[ClockChange]:
    """Compares the offsets of midnights from week to week, and looks at single days only between two that differ."""
    found: list[ClockChange] = []
    day, next_year = (datetime(each, 1, 1, tzinfo=zone) for each in (year, year + 1))
    offset = day.utcoffset()
    while day < next_year:
        after = min(day + _STEP, next_year)
        if (offset_after := after.utcoffset()) != offset:
            days = (day.date() + number * _ONE_DAY for number in range((after - day).days))
            found += filter(None, (_change_on(one, zone) for one in days))
        day, offset = after, offset_after
    return found


def _change_on(day: date, zone: ZoneInfo) -> ClockChange | None:
    start, end = _midnight(day, zone), _midnight(day + _ONE_DAY, zone)
    return ClockChange(day, end - start, _first_new_offset(start, end, zone), zone) if end - start != _ONE_DAY else None


def _first_new_offset(start: datetime, end: datetime, zone: ZoneInfo) -> datetime:
    """When the clocks moved between two instants, to the minute; the first instant if they jump at midnight."""
    start -= timedelta(minutes=1)
    before = start.astimezone(zone).utcoffset()
    while end - start > timedelta(minutes=1):
        middle = start + (end - start) / 2
        start, end = (middle, end) if middle.astimezone(zone).utcoffset() == before else (start, middle)
    return end.replace(second=0, microsecond=0)


def _local_time(day: date, at: TimeOfDay, zone: ZoneInfo) -> LocalTime:
    """The offset counts if it tells two instants apart. One that was left in a form for another day or zone doesn't."""
    return LocalTime(day, at, instants_of(day, at, zone) or instants_of(day, TimeOfDay(at.time), zone))


def _midnight(day: date, zone: ZoneInfo) -> datetime:
    return datetime.combine(day, time(), zone).astimezone(UTC)


def _single_instant(instants: list[datetime], day: date, at: TimeOfDay, zone: ZoneInfo) -> datetime:
    if not instants and at.offset is not None and (meant := instants_of(day, TimeOfDay(at.time), zone)):
        raise NotThatOffset(day, at.time, zone, meant)
    if not instants:
        raise NoSuchTime(day, at.time, zone)
    if len(instants) > 1:
        raise RepeatedTime(day, at.time, zone, instants)
    return instants[0]


def local_time(microseconds: int, zone: ZoneInfo) -> str:
    """The local time of an instant, given in microseconds since 1970: `2026-11-23 09:02:00`."""
    return datetime.fromtimestamp(microseconds // 1_000_000, zone).isoformat(" ")[:19]


def to_microseconds(at: datetime) -> int:
    """Microseconds since 1970, for code that works with plain numbers."""
    return (at - _EPOCH) // timedelta(microseconds=1)


def from_microseconds(value: int) -> datetime:
    """The instant (UTC). Raises OverflowError past the years 1 to 9999."""
    return _EPOCH + timedelta(microseconds=value)


_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
