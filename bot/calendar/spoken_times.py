"""Spoken times: `half past 8`, `quarter to nine`, `8 o'clock`. `half nine` can be either of two times."""

from __future__ import annotations

import re
from datetime import time

_NAMES = ["one", "two", "three", "four", "five", "six", "seven", "eight", "nine", "ten", "eleven", "twelve"]
HOUR_NAMES = "|".join(_NAMES)
_HOUR = rf"(?:\d{{1,2}}|{HOUR_NAMES})"
_MINUTES = {"quarter": 15, "half": 30, "five": 5, "ten": 10, "twenty": 20, "twenty-five": 25, "twenty five": 25}
_NAMED = r"(?:a )?quarter|(?:twenty[ -]five|twenty|five|ten)(?: min(?:ute)?s?)?|\d{1,2} ?min(?:ute)?s?"
_OCLOCK = r"o['’]?clock"

SPOKEN = (  # `10 to 9` is a range
    rf"(?:(?:half past|(?:{_NAMED}|\d{{1,2}}) past|(?:{_NAMED}) to) {_HOUR}(?: {_OCLOCK})?|{_HOUR} ?{_OCLOCK})"
    r"(?: ?[ap]\.?m(?=\W|$))?"
)
HALF = rf"half (?:1[0-2]|[1-9]|{HOUR_NAMES})"
SOUNDS_LIKE = (
    rf"\b(?:half|quarter|past|{_OCLOCK})\b|\b(?:\d{{1,4}}|{HOUR_NAMES}) to\b|\bto (?:\d{{1,4}}|{HOUR_NAMES})\b"
)

_PARTS = re.compile(rf"(?:(.+?) (past|to) )?({_HOUR})(?: ?{_OCLOCK})?(?: ?([ap])\.?m)?")
_HALF_DAY, _DAY = 12 * 60, 24 * 60


def spoken_time(words: str) -> time | None:
    """`half past 8` is 08:30. None for other words, and for times that no clock shows."""
    if not re.fullmatch(SPOKEN, words) or not (match := _PARTS.fullmatch(words)):
        return None
    named, way, hour, half_of_day = match.groups()
    hours = _number(hour)
    minutes = _minutes(named) if named else 0
    if hours > (12 if half_of_day else 24) or minutes > 59:
        return None
    at = hours * 60 + (-minutes if way == "to" else minutes)
    if half_of_day:
        at = at % _HALF_DAY + (_HALF_DAY if half_of_day == "p" else 0)
    elif _is_of_twelve(hour):
        at = at % _HALF_DAY + (_HALF_DAY if at % _HALF_DAY < 60 else 0)  # a quarter to one is after noon
    return time(*divmod(at % _DAY, 60))


def is_of_twelve_hours(words: str) -> bool:
    """The spoken time may be in the afternoon too."""
    match = _PARTS.fullmatch(words)
    return match is not None and not match[4] and _is_of_twelve(match[3])


def half_times(words: str) -> tuple[time, time]:
    """`half nine` is 08:30 to some and 09:30 to others."""
    hour = _number(words.removeprefix("half "))
    return time((hour - 1) or 12, 30), time(hour, 30)


def _is_of_twelve(hour: str) -> bool:
    return not hour.startswith("0") and _number(hour) <= 12


def _number(hour: str) -> int:
    return int(hour) if hour.isdigit() else _NAMES.index(hour) + 1


def _minutes(named: str) -> int:
    words = re.sub(r"^a | ?min(?:ute)?s?$", "", named)
    return int(words) if words.isdigit() else _MINUTES[words]
