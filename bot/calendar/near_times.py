"""Times that are only near, `~9`, `ca 9`, `9+`, and how long ago, `-30`. A number with such a sign is never just a
comment."""

from __future__ import annotations

import re
from datetime import timedelta

from bot.calendar.spoken_times import HOUR_NAMES

_MINUS = r"[-–—−]"
_SIGN = r"(?:[~∼≈≃≅±+<>≤≥=(\[]|[-–—−])"
_SPOKEN = rf"(?:{HOUR_NAMES}|half|quarter|noon)\b"
_NEAR = r"(?:c|ca|circa|approx(?:imately)?|roughly|nearly|almost|maybe|probably|perhaps)"

NEAR_TIME = rf"(?:^{_SIGN}+ ?(?:\d|{_SPOKEN})|^{_NEAR} (?:\d|{_SPOKEN})|^(?:ca?|approx)\.\d)"
"""How they begin."""

_BEFORE = re.compile(rf"^(?:[~∼≈≃≅±]+ ?|{_NEAR}[. ] ?)(?=\d|{_SPOKEN})")
_AFTER = re.compile(r"(?<=\d)(?: ?[+~?]|[ -]?ish)$")
_AGO = re.compile(rf"{_MINUS} ?(\d{{1,3}}) ?(h(?:ours?|rs?)?|m(?:in(?:ute)?s?)?)?")


def bare(words: str) -> str:
    """`~9`, `9+` and `9ish` as `9`."""
    return _AFTER.sub("", _BEFORE.sub("", words))


def minus(words: str) -> timedelta | None:
    """`-30` and `-30 min` are 30 minutes ago, `-1h` is an hour. None for other words."""
    if not (found := _AGO.fullmatch(words)):
        return None
    count, unit = int(found[1]), found[2] or "m"
    return timedelta(hours=count) if unit.startswith("h") else timedelta(minutes=count)
