"""Times of day, ranges and lengths in the words that people type to clock in or out."""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from datetime import timedelta

from bot.calendar.days import MONTHS
from bot.calendar.spoken_times import HALF, SPOKEN, is_of_twelve_hours, spoken_time
from bot.calendar.vocabulary import typed_words
from bot.calendar.worktime import TimeOfDay, parse_time_of_day
from bot.errors import NotATime

TIME = (
    rf"(?:{SPOKEN}"
    r"|\d{1,2}(?:[:.h]\d{2})?(?: ?[ap]\.?m(?=\W|$))?(?:[+-](?:0\d|1[0-4]):[0-5]\d)?"
    r"|\d{1,2}h|\d{3,4}"
    r"|noon|midday|midnight)"
)
END = r"(?= |$)"
MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in MONTHS if name)
SPACED = r"\d{1,2} [0-5]\d"
_RANGE = re.compile(rf"(?:at |from )?({TIME}) ?(?:-|–|—|to |until |till ) ?({TIME})\.?{END}")
_AT = re.compile(rf"(?:at |@ ?)({TIME})\.?{END}")
_AT_SPACED = re.compile(  # `at 9 15 people came` is no 09:15, `at 9 05 Nov` is a day
    rf"(?:at |@ ?)(\d{{1,2}} (?:0\d(?! (?:of )?(?:{MONTH})\b)|[1-5]\d(?=\.?$)))\.?{END}"
)
_AT_HALF = re.compile(rf"(?:at |@ ?){HALF}{END}")
_AT_ALONE = re.compile(r"at( \S+)?" + END)
_BARE_TIME = re.compile(
    rf"({SPOKEN}|\d{{1,2}}[:h]\d{{2}}(?: ?[ap]\.?m(?=\W|$))?|\d{{1,2}}(?:\.\d{{2}})? ?[ap]\.?m){END}"
)
_DOTTED_TIME = re.compile(rf"(\d{{1,2}}\.(?:1[3-9]|[2-5]\d|00)){END}")  # 8.10 may be in October
_TWELVE_HOURS = re.compile(r"(?:[1-9]|1[01])(?:[:. ]\d{2})?")
_NUMBER = r"(\d{1,3}(?:\.\d{1,2})?|half an|an?|one|two|three|ten|fifteen|twenty|thirty)"
HOURS, MINUTES = r"(?:hours?|hrs?|h)", r"(?:minutes?|mins?|m)"
_AGO = re.compile(rf"{_NUMBER} ?({HOURS}|{MINUTES})(?: (?:and )?{_NUMBER} ?{MINUTES})? ago{END}")
_SOON = re.compile(rf"(?:in|after) (?:about )?{_NUMBER} ?(?:{HOURS}|{MINUTES}){END}")
_NUMBERS = {"half an": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_NUMBERS |= {"ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30}


@dataclass(frozen=True, slots=True)
class TypedTime:
    """A time and the words that say it: `at 8:30`, the range `9-17:30`, or `30 min ago`. `is_vague`: it may be in the
    afternoon, as `5:30`."""

    words: str
    at: TimeOfDay | None = None
    until: TimeOfDay | None = None
    ago: timedelta | None = None
    is_vague: bool = False


def read_time(words: str) -> TimeOfDay:
    """A time of day by itself, in every way that it can be typed in a command: `17:30`, `5:30 p.m.`, `at 5pm`, `1730`.
    Raises NotATime."""
    text = " ".join(word.form for word in typed_words(words))
    match = re.fullmatch(rf"(?:at |@ ?)?({TIME})\.?", text)
    if match is None or (time := clock(match[1])) is None:
        raise NotATime(words)
    return time


def is_of_either_half(words: str) -> bool:
    """Whether a time that `read_time` reads may be in the afternoon too, as `5:30`."""
    text = " ".join(word.form for word in typed_words(words))
    match = re.fullmatch(rf"(?:at |@ ?)?({TIME})\.?", text)
    return match is not None and _is_vague(match[1])


def _is_vague(time: str) -> bool:
    return bool(_TWELVE_HOURS.fullmatch(time)) or is_of_twelve_hours(time)


def time_at_start(ahead: str) -> TypedTime | None:
    """The time that the words begin with. Raises NotATime for one that no clock shows."""
    if (match := _RANGE.match(ahead)) and (start := clock(match[1])) and (end := clock(match[2])):
        return TypedTime(match[0], start, _after_start(end, match[2], start, match[1]))
    if match := _AGO.match(ahead):
        return TypedTime(match[0], ago=_length(match))
    for pattern in (_AT_SPACED, _AT, _BARE_TIME, _DOTTED_TIME):
        if match := pattern.match(ahead):
            if (time := clock(match[1])) is None:
                raise NotATime(match[1])
            return TypedTime(match[0], time, is_vague=_is_vague(match[1]))
    if (match := _AT_ALONE.match(ahead)) and not _AT_HALF.match(ahead):  # without a time, or with what is none
        raise NotATime((match[1] or match[0]).strip())
    return None


def begins_soon(ahead: str) -> bool:
    """Whether the words begin with a time from now on, as `in 10 minutes`."""
    return bool(_SOON.match(ahead))


def _after_start(end: TimeOfDay, words: str, start: TimeOfDay, start_words: str) -> TimeOfDay:
    """`9-5` and `1pm-5` end at 17:00, and `22-6` at 06:00. `17-9` ends the next morning: who types 17 doesn't mean
    21:00 by 9."""
    of_24_hours = start.time.hour > 12 and start_words.startswith(str(start.time.hour))
    vague = not of_24_hours and _is_vague(words)
    later = end.time.replace(hour=end.time.hour + 12) if end.time.hour < 12 else end.time
    return replace(end, time=later) if vague and end.time <= start.time < later else end


def clock(words: str) -> TimeOfDay | None:
    """None for what no clock shows."""
    words = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}.get(words, words).replace(".m", "m")
    if spoken := spoken_time(words):
        return TimeOfDay(spoken)
    if re.fullmatch(SPACED, words):
        words = words.replace(" ", ":")
    elif re.fullmatch(r"\d{3,4}", words):
        words = f"{words[:-2]}:{words[-2:]}"
    elif re.fullmatch(r"\d{1,2}h?", words):
        words = f"{words.rstrip('h')}:00"
    try:
        return parse_time_of_day(words)
    except NotATime:
        return None


def _length(match: re.Match[str]) -> timedelta:
    first, unit, second = match.groups()
    hours = _number(first) if unit.startswith("h") else 0.0
    minutes = (0.0 if hours else _number(first)) + (_number(second) if second else 0.0)
    return timedelta(minutes=round(hours * 60 + minutes))


def _number(words: str) -> float:
    return _NUMBERS[words] if words in _NUMBERS else float(words)
