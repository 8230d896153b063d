"""What words look like that are left over: a comment, or something that was misspelled or put in another place."""

from __future__ import annotations

import re
from collections.abc import Sequence
from enum import Enum, auto

from bot.calendar.clock_times import END, HOURS, MONTH, SPACED, TIME, clock
from bot.calendar.days import WEEKDAYS
from bot.calendar.near_times import NEAR_TIME, bare
from bot.calendar.not_at_work import AWAY, NO
from bot.calendar.spoken_times import HALF, HOUR_NAMES, SOUNDS_LIKE, half_times
from bot.calendar.words import UNKNOWN_PERSON, Word
from bot.calendar.worktime import TimeOfDay

SHORT_WEEKDAYS = {name[:length] for name in WEEKDAYS for length in range(3, len(name))}
_WEEKDAY = "|".join([*SHORT_WEEKDAYS, *WEEKDAYS])


class Doubt(Enum):
    """What the words that are left over look like, beside a comment."""

    TIME = auto()
    UNREAD_TIME = auto()
    """A time in words of which nothing is read, as `dreiviertel neun`."""
    DAY = auto()
    LENGTH = auto()
    PERSON = auto()
    OFFICE = auto()
    COMMAND = auto()
    AWAY = auto()
    NO = auto()
    SENTENCE = auto()
    """About something else, in a language of which only some words are known."""


def doubts_in(rest: Sequence[Word]) -> set[Doubt]:
    """What the words may be, beside a comment; an office is found elsewhere."""
    left = spelled(rest)
    doubts = {doubt for doubt, pattern in _LOOKS_LIKE.items() if pattern.search(left)}
    if any(word.user_id or UNKNOWN_PERSON.match(word.form) for word in rest):
        doubts.add(Doubt.PERSON)
    return doubts


def spelled(words: Sequence[Word]) -> str:
    """The words as they are compared."""
    return " ".join(word.form for word in words)


def likely_times(left: str) -> tuple[TimeOfDay, ...]:
    """What the one time in the words may be; empty where there are more, or one that can't be read."""
    pattern = re.compile(rf"(?:(?<= )|^)(?:(?P<half>{HALF})|(?P<time>{SPACED}|{TIME})){END}")
    if either := re.fullmatch(rf"either ({TIME}) or ({TIME})", left):
        return tuple(time for words in either.groups() if (time := clock(words)))
    left = bare(left)
    found = [match for match in pattern.finditer(left) if match["half"] or clock(match["time"])]
    if len(found) != 1 or re.search(SOUNDS_LIKE, pattern.sub("0", left)):
        return ()
    if half := found[0]["half"]:
        return tuple(TimeOfDay(one) for one in half_times(half))
    time = clock(found[0]["time"])
    return (time,) if time else ()


_LOOKS_LIKE = {
    Doubt.TIME: re.compile(
        r"(?<![\w.])(?:\d{1,2}[:.h]\d{2}(?!\d)|\d{1,4} ?[ap]\.?m\b|\d{1,2}h\b|\d{1,2} ?[-–—] ?\d{1,2}\b)"
        r"|\b(?:noon|midday|midnight|pm|[ap]\.m)\b|(?<!\bi )(?<!\bi'm )\bam\b"
        rf"|\b(?:at|by|from|since|till|until|to|around|about|before|after) (?:\d{{1,4}}|{HOUR_NAMES})\b"
        r"|(?<![\w.,:/-])(?:[01]\d|2[0-3])[0-5]\d(?![\w:/-]|[.,]\d)"
        rf"|{SOUNDS_LIKE}|(?<![\w.,:/-]){SPACED}(?![\w:/-]|[.,]\d)"
        rf"|^(?:att? ?)?\d|\b\d{{1,2}}[:;]\w|^(?:{HOUR_NAMES})(?: |$)"
        rf"|\b(?:{HOUR_NAMES}) (?:thirty|fifteen|forty[ -]five)\b|{NEAR_TIME}"
    ),
    Doubt.DAY: re.compile(
        rf"\b(?:yest\w*|tod+ay|tonight|to?m+or+ow|tmrw|2mor+ow|{_WEEKDAY})\b"
        r"|\b(?:this|next|last|past) (?:week|month|year|morning|afternoon|evening|night|weekend)\b"
        r"|\b\d{4}-\d{2}-\d{2}\b|(?<![\w.])\d{1,2}\.\d{1,2}\.(?:\d{2,4}\b)?|\b\d{1,2}/\d{1,2}\b|\b\d{4}-?w\d{2}\b"
        rf"|\b\d{{1,2}}(?:st|nd|rd|th|\.)? (?:of )?(?:{MONTH})\b|\b(?:{MONTH}) \d{{1,2}}|\b\d{{1,2}}(?:st|nd|rd|th)\b"
    ),
    Doubt.LENGTH: re.compile(
        rf"\b(?:\d+(?:[.,]\d+)?|an?|half an?|few|couple of|{HOUR_NAMES}|fifteen|twenty|thirty|forty)"
        rf" ?-?(?:{HOURS}|min(?:ute)?s?)\b"
        r"|\b(?:\d+|two|three|four) ?(?:days?|weeks?|months?)\b|\bago\b|\bhalf[ -]hour\b|\bquarter of an\b|\b\d+m\b"
    ),
    Doubt.AWAY: re.compile(AWAY),
    Doubt.NO: re.compile(NO),
    Doubt.COMMAND: re.compile(r"^(?:in|out|help|add|status|report|events|undo|cancel|delete)\??$"),
}
