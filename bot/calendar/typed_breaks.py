"""Breaks in the note of a whole record: `with lunch 12-12:30`, `minus 30 min break`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import time

from bot.calendar.clock_times import time_at_start
from bot.calendar.words import words_of
from bot.errors import NotATime

_BREAK = r"(?:lunch|dinner|supper|breakfast|break|pause|rest|nap)"
_TIME = r"\d{1,2}(?:[:.h]\d{2})?(?: ?[ap]\.?m\b\.?)?"
_SPAN = rf"{_TIME} ?(?:-|–|—|to|till|until) ?{_TIME}"
_WITH = r"(?:and|with|incl\w*\.?|minus|less|without|excl\w*\.?|plus)"
_CALLED = rf"(?:an? |my |the )?{_BREAK}(?: ?break)?"
_AT_TIMES = re.compile(
    rf"[,;(]? ?(?:\b{_WITH} )?(?:\b{_CALLED}[:,]? (?:from |at )?(?P<after>{_SPAN})|(?P<before>{_SPAN}) {_CALLED}\b)\)?",
    re.IGNORECASE,
)
_NUMBER = r"(?:\d+(?:[.,]\d+)?|an?|half an|one|two|fifteen|twenty|thirty|forty[ -]five)"
_LENGTH = rf"\b{_NUMBER} ?-?(?:h|hrs?|hours?|m|mins?|minutes?)\b"
_SOMEHOW = re.compile(
    rf"\b{_WITH} (?:\S+ ){{0,3}}?{_BREAK}\b|\b(?:minus|less|excl\w*) {_LENGTH}"
    rf"|{_LENGTH} (?:\S+ ){{0,2}}?{_BREAK}\b|\b{_BREAK}[:,]? (?:of |for )?{_LENGTH}",
    re.IGNORECASE,
)
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class TypedBreak:
    """A break that a note names, from `start` to `end` if that is clear and within the record. `rest`: the note without
    it."""

    start: time | None = None
    end: time | None = None
    rest: str = ""


def break_in(note: str, start: time | None, end: time | None) -> TypedBreak | None:
    """The break that the note of a record names; None if it names none."""
    found = list(_AT_TIMES.finditer(note))
    if len(found) == 1 and start and end and (times := _within(found[0]["after"] or found[0]["before"], start, end)):
        rest = f"{note[: found[0].start()]} {note[found[0].end() :]}"
        return TypedBreak(*times, " ".join(rest.split()).strip(" ,;"))
    return TypedBreak() if found or _SOMEHOW.search(note) else None


def _within(span: str, start: time, end: time) -> tuple[time, time] | None:
    """The times of the span, in the half of the day in which they are within the record; None if in neither."""
    try:
        read = time_at_start(" ".join(word.form for word in words_of(span)))
    except NotATime:
        return None
    if read is None or read.at is None or read.until is None:
        return None
    length, begins = _after(end, start), _minutes(start)
    for later in (0, _DAY // 2):
        if later and (read.at.time.hour >= 12 or "m" in span.lower()):
            break
        first = (_minutes(read.at.time) + later - begins) % _DAY
        last = (_minutes(read.until.time) + later - begins) % _DAY
        if 0 < first < last < length:
            return _time(first + begins), _time(last + begins)
    return None


def _minutes(at: time) -> int:
    return at.hour * 60 + at.minute


def _after(end: time, start: time) -> int:
    return (_minutes(end) - _minutes(start)) % _DAY


def _time(minutes: int) -> time:
    return time(*divmod(minutes % _DAY, 60))
