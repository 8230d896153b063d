"""When people are expected at work: days of the week and hours of the day, in each person's own zone."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot.errors import NotReadable

_NAMES = ("monday", "tuesday", "wednesday", "thursday", "friday", "saturday", "sunday")
_DAYS = tuple(name[:3] for name in _NAMES)
_TYPED = re.compile(
    r"(?P<days>[a-z][a-z ,–-]*?)\s+(?P<start>\d{1,2}:\d{2})\s*(?:-|–|to)\s*(?P<end>\d{1,2}:\d{2})", re.IGNORECASE
)


@dataclass(frozen=True, slots=True)
class WorkingHours:
    """`days`: 0 is Monday. If `ends` isn't later than `starts`, work ends on the next day."""

    days: frozenset[int]
    starts: time
    ends: time

    def __str__(self) -> str:
        """As it is stored and typed: `mon-fri 09:00-17:00`."""
        return f"{_spelt(sorted(self.days))} {self.starts:%H:%M}-{self.ends:%H:%M}"

    def on(self, day: date, zone: ZoneInfo) -> tuple[datetime, datetime] | None:
        """From when until when somebody in that zone is expected on a day. None on a day off.

        Aware times in the zone. What a clock change skips or repeats is left to the zone: being expected isn't a
        record.
        """
        if day.weekday() not in self.days:
            return None
        last = day if self.ends > self.starts else day + timedelta(days=1)
        return datetime.combine(day, self.starts, zone), datetime.combine(last, self.ends, zone)


def parse_working_hours(words: str) -> WorkingHours:
    """Reads `mon-fri 09:00-17:00`, `Mon, Wed, Fri 8:00 to 12:30`, `sun-thu 22:00-06:00`. Raises NotReadable."""
    match = _TYPED.fullmatch(" ".join(words.split()))
    if not match:
        raise NotReadable("working hours", words)
    try:
        days = frozenset(day for part in _listed(match["days"]) for day in _days(part))
        starts, ends = (_time(match[name]) for name in ("start", "end"))
    except ValueError as error:
        raise NotReadable("working hours", words) from error
    if starts == ends:
        raise NotReadable("working hours", words)
    return WorkingHours(days, starts, ends)


@dataclass(frozen=True, slots=True)
class WeeklyTime:
    """A time of the week in somebody's zone; `day` 0 is Monday."""

    day: int
    at: time

    def __str__(self) -> str:
        """As it is stored and typed: `mon 09:00`."""
        return f"{_DAYS[self.day]} {self.at:%H:%M}"


def parse_weekly_time(words: str) -> WeeklyTime:
    """Reads `mon 09:00`. Raises NotReadable."""
    day, _, at = " ".join(words.lower().split()).partition(" ")
    try:
        return WeeklyTime(_day(day), _time(at))
    except ValueError as error:
        raise NotReadable("weekly time", words) from error


def _listed(days: str) -> list[str]:
    """`Mon – Wed, Fri` as `mon-wed` and `fri`. A space separates days like a comma."""
    return re.split(r",\s*|\s+", re.sub(r"\s*[-–]\s*", "-", days.strip().lower()))


def _days(part: str) -> list[int]:
    """`mon`, or `mon-fri`, or `sat-mon` across the week's end. Raises ValueError."""
    first, _, last = part.partition("-")
    start, end = _day(first), _day(last or first)
    return [(start + step) % 7 for step in range((end - start) % 7 + 1)]


def _time(words: str) -> time:
    hour, minute = words.split(":")
    return time(int(hour), int(minute))


def _day(name: str) -> int:
    found = [position for position, day in enumerate(_NAMES) if len(name) >= 3 and day.startswith(name)]
    if not found:
        raise ValueError(name)
    return found[0]


def _spelt(days: list[int]) -> str:
    """Consecutive days as `mon-fri`, others with commas."""
    runs: list[list[int]] = []
    for day in days:
        if runs and day == runs[-1][-1] + 1:
            runs[-1].append(day)
        else:
            runs.append([day])
    return ",".join(_DAYS[run[0]] if len(run) == 1 else f"{_DAYS[run[0]]}-{_DAYS[run[-1]]}" for run in runs)
