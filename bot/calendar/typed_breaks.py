"""Breaks in the note of a whole record: `with lunch 12-12:30 and coffee 15-15:15`, `minus 30 min break`."""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from itertools import pairwise

from bot.calendar.clock_times import time_at_start
from bot.calendar.spoken import Spoken
from bot.calendar.vocabulary import spoken_line
from bot.calendar.words import words_of
from bot.errors import NotATime

_BREAK = r"(?:lunch|dinner|supper|breakfast|breaks?|pauses?|rest|nap)"
_WHILE = rf"(?:{_BREAK}|coffee|tea|smoke)"  # which say a break only with its times
_TIME = r"(?:\d{3,4}|\d{1,2}(?:[:.h]\d{2})?(?: ?[ap]\.?m\b\.?)?|noon|midday|midnight)"
_SPAN = rf"{_TIME} ?(?:-|–|—|to|till|until) ?{_TIME}(?![\d:])"
_AND = r"(?: ?(?:[,;/&+]|\band\b)(?: and\b)? ?| )"
_SPANS = rf"{_SPAN}(?:{_AND}{_SPAN})*"
_LESS = r"(?:minus|less|without|except|excl\w*\.?)"
_WITH = rf"(?:and|with|incl\w*\.?|plus|{_LESS})"
_CALLED = rf"(?:an? |my |the |both |two |three )?{_WHILE}(?: ?breaks?)?"
_AT_TIMES = re.compile(
    rf"[,;(&+]? ?(?:\b{_WITH} )?(?:\b{_CALLED}[:,]? (?:from |at |was )?(?P<after>{_SPANS})"
    rf"|(?<![\w.:]){_SPAN} {_CALLED}\b|\b{_LESS} (?P<without>{_SPANS}))\)?",
    re.IGNORECASE,
)
_EACH = re.compile(rf"(?<![\w.:]){_SPAN}", re.IGNORECASE)
_NUMBER = r"(?:\d+(?:[.,]\d+)?|an?|half(?: an)?|one|two|fifteen|twenty|thirty|forty[ -]five)"
_LENGTH = rf"\b{_NUMBER} ?-?(?:(?:h|hrs?|hours?|m|mins?|minutes?)\b|['’′])"
_SOMEHOW = re.compile(
    rf"\b{_WITH} (?:\S+ ){{0,3}}?{_BREAK}\b|\b(?:minus|less|excl\w*) {_LENGTH}"
    rf"|{_LENGTH} (?:\S+ ){{0,2}}?{_WHILE}\b|\b{_WHILE}[:,]? (?:of |for )?{_LENGTH}"
    rf"|\b{_BREAK}[:,]? (?:from |at |around )?{_TIME}",
    re.IGNORECASE,
)
_DAY = 24 * 60


@dataclass(frozen=True, slots=True)
class TypedBreaks:
    """The breaks that a note names, from start to end and in order; none where not all are clear and within the record.
    `rest`: the note without them. `has_times`: it gives times, clear or not."""

    spans: Sequence[tuple[time, time]] = ()
    rest: str = ""
    has_times: bool = False


def breaks_in(note: str, start: time | None, end: time | None) -> TypedBreaks | None:
    """The breaks that the note of a record names; None if it names none."""
    line = spoken_line(note)
    found = [match[0] for match in _AT_TIMES.finditer(line.english)]
    if not found:
        return TypedBreaks() if _SOMEHOW.search(line.english) else None
    unclear = TypedBreaks(has_times=True)
    left = " ".join(_AT_TIMES.sub(" ", line.english).split()).strip(" ,;")
    if start is None or end is None or _EACH.search(left) or _SOMEHOW.search(left):
        return unclear
    rest = " ".join(_around(line).split()).strip(" ,;")
    spans = list[tuple[time, time]]()
    for span in (span for words in found for span in _EACH.findall(words)):
        if (times := _within(span, start, end)) is None:
            return unclear
        spans.append(times)
    spans.sort(key=lambda span: _after(span[0], start))
    if any(_after(ends, start) >= _after(begins, start) for (_, ends), (begins, _) in pairwise(spans)):
        return unclear  # they overlap
    return TypedBreaks(spans, rest, has_times=True)


def _around(line: Spoken) -> str:
    """What is typed around the breaks."""
    kept, at = list[str](), 0
    for match in _AT_TIMES.finditer(line.english):
        kept.append(line.piece(at, match.start()))
        at = match.end()
    return " ".join([*kept, line.piece(at)])


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


def _after(at: time, start: time) -> int:
    return (_minutes(at) - _minutes(start)) % _DAY


def _time(minutes: int) -> time:
    return time(*divmod(minutes % _DAY, 60))
