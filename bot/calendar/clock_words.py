"""Reads what is typed to clock in or out: person, time, office and comment. Ambiguous words are not a comment."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import Enum, auto

from bot.calendar.days import MONTHS, WEEKDAYS, day_named, named_day, slashed_days
from bot.calendar.spoken_times import HALF, HOUR_NAMES, SOUNDS_LIKE, SPOKEN, half_times, is_of_twelve_hours, spoken_time
from bot.calendar.typed import comment, unquoted, without_ids
from bot.calendar.typed_names import people_named
from bot.calendar.words import UNKNOWN_PERSON, Word, first_office, office_at, similar_offices, words_of
from bot.calendar.worktime import TimeOfDay, parse_time_of_day
from bot.errors import NotADay, NotAnOffice, NotAPerson, NotATime, NotUnderstood, TwoPeople
from storage.offices import Office


class Doubt(Enum):
    """What the words that are left over look like, beside a comment."""

    TIME = auto()
    DAY = auto()
    LENGTH = auto()
    PERSON = auto()
    OFFICE = auto()
    COMMAND = auto()


@dataclass(frozen=True, slots=True)
class Clocking:
    """`@person at 8:30 yesterday in hq good morning`, read. `until`: the end of a range such as `9-17:30`.

    With a doubt, the comment may be more than one; `likely_…` is what it may say, and `for_them` what follows the
    name of the `likely_users`. `is_vague`: `5:30` may be in the
    afternoon.
    """

    user_id: str | None = None
    at: TimeOfDay | None = None
    until: TimeOfDay | None = None
    ago: timedelta | None = None
    day: date | None = None
    office_id: str | None = None
    comment: str | None = None
    doubts: frozenset[Doubt] = frozenset()
    is_vague: bool = False
    likely_times: Sequence[TimeOfDay] = ()
    likely_office: str | None = None
    likely_users: Sequence[str] = ()
    for_them: Clocking | None = None


def read_time(words: str) -> TimeOfDay:
    """A time of day by itself, in every way that it can be typed in a command: `17:30`, `5:30 p.m.`, `at 5pm`, `1730`.
    Raises NotATime."""
    text = " ".join(word.form for word in words_of(words))
    match = re.fullmatch(rf"(?:at |@ ?)?({_TIME})\.?", text)
    if match is None or (time := _clock(match[1])) is None:
        raise NotATime(words)
    return time


def read_clocking(
    text: str,
    today: date,
    offices: Sequence[Office] | None,
    names: Mapping[str, str] | None = None,
    *,
    office_first: bool = False,
) -> Clocking:
    """Reads `[@person] [time] [day] [in OFFICE] [comment]`, the first four in any order. Without an office where
    `offices` is None. `names`: by id, of the people who can be meant by a plain name. `office_first`: the office can
    come without `in`.

    Raises TwoPeople, NotAPerson, NotATime, NotAnOffice or InvalidText.
    """
    line = _Line(text, words_of(text), today, offices, names or {}, office_first=office_first)
    words = line.words
    read, at = _steps(line, 0, Clocking())
    if at < len(words) and (unknown := UNKNOWN_PERSON.match(words[at].form)):
        raise NotAPerson(unknown[0])
    rest = line.rest(at)
    read = replace(read, comment=comment(without_ids(unquoted(rest).strip())))
    return read if unquoted(rest) != rest else _with_names(_doubted(read, words[at:], offices), line, at)


@dataclass(frozen=True, slots=True)
class _Line:
    """What is typed, and what it can name."""

    text: str
    words: Sequence[Word]
    today: date
    offices: Sequence[Office] | None
    names: Mapping[str, str]
    office_first: bool

    def rest(self, at: int) -> str:
        return self.text[self.words[at].start :].strip() if at < len(self.words) else ""


def _steps(line: _Line, at: int, read: Clocking) -> tuple[Clocking, int]:
    """Reads on from there, up to what is no person, time, day or office."""
    words = line.words
    while at < len(words):
        try:
            step = (
                _person(words, at, read, line.names)
                or _moment(words, at, read)
                or _day(words, at, read, line.today)
                or _place(words, at, read, line.offices, line.text, office_first=line.office_first and at == 0)
            )
        except (NotATime, NotAnOffice, NotADay) as error:
            error.as_comment = _in_quotes(line.text, words[at].start, with_numbers=isinstance(error, NotADay))
            raise
        if step is None:
            break
        read, at = step
    return read, at


_TIME = (
    rf"(?:{SPOKEN}"
    r"|\d{1,2}(?:[:.h]\d{2})?(?: ?[ap]\.?m(?=\W|$))?(?:[+-](?:0\d|1[0-4]):[0-5]\d)?"
    r"|\d{1,2}h|\d{3,4}"
    r"|noon|midday|midnight)"
)
_END = r"(?= |$)"
_MONTH = "|".join(f"{name[:3]}(?:{name[3:]})?" for name in MONTHS if name)
_SPACED = r"\d{1,2} [0-5]\d"
_RANGE = re.compile(rf"(?:at |from )?({_TIME}) ?(?:-|–|—|to |until |till ) ?({_TIME})\.?{_END}")
_AT = re.compile(rf"(?:at |@ ?)({_TIME})\.?{_END}")
_AT_SPACED = re.compile(  # `at 9 15 people came` is no 09:15, `at 9 05 Nov` is a day
    rf"(?:at |@ ?)(\d{{1,2}} (?:0\d(?! (?:of )?(?:{_MONTH})\b)|[1-5]\d(?=\.?$)))\.?{_END}"
)
_AT_HALF = re.compile(rf"(?:at |@ ?){HALF}{_END}")
_AT_ALONE = re.compile(r"at( \S+)?" + _END)
_BARE_TIME = re.compile(
    rf"({SPOKEN}|\d{{1,2}}[:h]\d{{2}}(?: ?[ap]\.?m(?=\W|$))?|\d{{1,2}}(?:\.\d{{2}})? ?[ap]\.?m){_END}"
)
_DOTTED_TIME = re.compile(rf"(\d{{1,2}}\.(?:1[3-9]|[2-5]\d|00)){_END}")  # 8.10 may be in October
_TWELVE_HOURS = re.compile(r"(?:[1-9]|1[01])(?:[:. ]\d{2})?")
_NUMBER = r"(\d{1,3}(?:\.\d{1,2})?|half an|an?|one|two|three|ten|fifteen|twenty|thirty)"
_HOURS, _MINUTES = r"(?:hours?|hrs?|h)", r"(?:minutes?|mins?|m)"
_AGO = re.compile(rf"{_NUMBER} ?({_HOURS}|{_MINUTES})(?: (?:and )?{_NUMBER} ?{_MINUTES})? ago{_END}")
_NUMBERS = {"half an": 0.5, "a": 1, "an": 1, "one": 1, "two": 2, "three": 3}
_NUMBERS |= {"ten": 10, "fifteen": 15, "twenty": 20, "thirty": 30}

_SHORT_WEEKDAYS = {name[:length] for name in WEEKDAYS for length in range(3, len(name))}
_WEEKDAY = "|".join([*_SHORT_WEEKDAYS, *WEEKDAYS])
_LOOKS_LIKE = {
    Doubt.TIME: re.compile(
        r"(?<![\w.])(?:\d{1,2}[:.h]\d{2}(?!\d)|\d{1,4} ?[ap]\.?m\b|\d{1,2}h\b|\d{1,2} ?[-–—] ?\d{1,2}\b)"
        r"|\b(?:noon|midday|midnight|pm|[ap]\.m)\b|(?<!\bi )(?<!\bi'm )\bam\b"
        rf"|\b(?:at|by|from|since|till|until|to|around|about|before|after) (?:\d{{1,4}}|{HOUR_NAMES})\b"
        r"|(?<![\w.,:/-])(?:[01]\d|2[0-3])[0-5]\d(?![\w:/-]|[.,]\d)"
        rf"|{SOUNDS_LIKE}|(?<![\w.,:/-]){_SPACED}(?![\w:/-]|[.,]\d)"
        rf"|^(?:att? ?)?\d|\b\d{{1,2}}[:;]\w|^(?:{HOUR_NAMES})(?: |$)"
        rf"|\b(?:{HOUR_NAMES}) (?:thirty|fifteen|forty[ -]five)\b"
    ),
    Doubt.DAY: re.compile(
        rf"\b(?:yest\w*|tod+ay|tonight|to?m+or+ow|tmrw|2mor+ow|{_WEEKDAY})\b"
        r"|\b(?:this|next|last|past) (?:week|month|year|morning|afternoon|evening|night|weekend)\b"
        r"|\b\d{4}-\d{2}-\d{2}\b|(?<![\w.])\d{1,2}\.\d{1,2}\.(?:\d{2,4}\b)?|\b\d{1,2}/\d{1,2}\b|\b\d{4}-?w\d{2}\b"
        rf"|\b\d{{1,2}}(?:st|nd|rd|th|\.)? (?:of )?(?:{_MONTH})\b|\b(?:{_MONTH}) \d{{1,2}}|\b\d{{1,2}}(?:st|nd|rd|th)\b"
    ),
    Doubt.LENGTH: re.compile(
        rf"\b(?:\d+(?:[.,]\d+)?|an?|half an?|few|couple of|{HOUR_NAMES}|fifteen|twenty|thirty|forty)"
        rf" ?-?(?:{_HOURS}|min(?:ute)?s?)\b"
        r"|\b(?:\d+|two|three|four) ?(?:days?|weeks?|months?)\b|\bago\b|\bhalf[ -]hour\b|\bquarter of an\b|\b\d+m\b"
    ),
    Doubt.COMMAND: re.compile(r"^(?:in|out|help|add|status|report|events|undo|cancel|delete)$"),
}


def _in_quotes(text: str, start: int, *, with_numbers: bool = False) -> str:
    """The text with its end in quotes, as a comment; empty where that holds numbers or quotes."""
    rest = text[start:].strip()
    return "" if re.search(r"[\"“”'@]" if with_numbers else r"[\d\"“”'@]", rest) else f'{text[:start]}"{rest}"'


Step = tuple[Clocking, int] | None


def _after(match: re.Match[str], words: Sequence[Word], at: int) -> int:
    return at + match[0].strip().count(" ") + 1


def _from(words: Sequence[Word], at: int) -> str:
    return " ".join(word.form for word in words[at : at + 12])


def _person(words: Sequence[Word], at: int, read: Clocking, names: Mapping[str, str]) -> Step:
    """With `for` before it only where that person can be meant."""
    named = words[at].user_id
    if words[at].form == "for" and at + 1 < len(words) and words[at + 1].user_id in names:
        named, at = words[at + 1].user_id, at + 1
    if named is None and words[at].form in ("and", "&", "+") and read.user_id and at + 1 < len(words):
        named, at = words[at + 1].user_id, at + 1
    if named is None:
        return None
    if read.user_id not in (None, named):
        raise TwoPeople(" ".join(word.form for word in words))
    return replace(read, user_id=named), at + 1


def _moment(words: Sequence[Word], at: int, read: Clocking) -> Step:
    """A range, how long ago, or a time of day."""
    if read.at or read.ago:
        return None
    ahead = _from(words, at)
    if (match := _RANGE.match(ahead)) and (start := _clock(match[1])) and (end := _clock(match[2])):
        return replace(read, at=start, until=_after_start(end, match[2], start)), _after(match, words, at)
    if match := _AGO.match(ahead):
        return replace(read, ago=_length(match)), _after(match, words, at)
    for pattern in (_AT_SPACED, _AT, _BARE_TIME, _DOTTED_TIME):
        if match := pattern.match(ahead):
            if (time := _clock(match[1])) is None:
                raise NotATime(match[1])
            vague = bool(_TWELVE_HOURS.fullmatch(match[1])) or is_of_twelve_hours(match[1])
            return replace(read, at=time, is_vague=vague), _after(match, words, at)
    if (match := _AT_ALONE.match(ahead)) and not _AT_HALF.match(ahead):  # without a time, or with what is none
        raise NotATime((match[1] or match[0]).strip())
    return None


def _after_start(end: TimeOfDay, words: str, start: TimeOfDay) -> TimeOfDay:
    """`9-5` ends at 17:00, and `22-6` at 06:00."""
    vague = _TWELVE_HOURS.fullmatch(words) or is_of_twelve_hours(words)
    later = end.time.replace(hour=end.time.hour + 12) if end.time.hour < 12 else end.time
    return replace(end, time=later) if vague and end.time <= start.time < later else end


def _clock(words: str) -> TimeOfDay | None:
    """None for what no clock shows."""
    words = {"noon": "12:00", "midday": "12:00", "midnight": "00:00"}.get(words, words).replace(".m", "m")
    if spoken := spoken_time(words):
        return TimeOfDay(spoken)
    if re.fullmatch(_SPACED, words):
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


def _day(words: Sequence[Word], at: int, read: Clocking, today: date) -> Step:
    """An abbreviation such as `sun` may be another word, and is left over."""
    if read.day:
        return None
    for count in (4, 3, 2, 1):
        named = " ".join(word.form for word in words[at : at + count])
        if at + count > len(words) or named in _SHORT_WEEKDAYS:
            continue
        try:
            found = day_named(named.removeprefix("on "), today)
        except (ValueError, OverflowError):
            continue  # which is left over
        if found:
            return replace(read, day=found), at + count
    named = words[at + (words[at].form == "on" and at + 1 < len(words))].form
    if likely := slashed_days(named, today):
        raise NotADay(named, [named_day(one, today) for one in likely])
    return None


def _place(
    words: Sequence[Word],
    at: int,
    read: Clocking,
    offices: Sequence[Office] | None,
    text: str,
    *,
    office_first: bool,
) -> Step:
    if offices is None or read.office_id:
        return None
    if office_first and (found := office_at(words, at, offices, text)):
        return replace(read, office_id=found[0].office_id), found[1]
    if words[at].form != "in":
        return None
    if found := office_at(words, at + 1, offices, text):
        return replace(read, office_id=found[0].office_id), found[1]
    count, likely = similar_offices(words[at + 1 :], offices)
    typed = text[words[at + 1].start :].split() if at + 1 < len(words) else []
    raise NotAnOffice(" ".join(typed[:count]), likely, offices=[office.name for office in offices])


def _doubted(read: Clocking, rest: Sequence[Word], offices: Sequence[Office] | None) -> Clocking:
    """With what the rest may be beside a comment."""
    left = " ".join(word.form for word in rest)
    doubts = {doubt for doubt, pattern in _LOOKS_LIKE.items() if pattern.search(left)}
    if any(word.user_id or UNKNOWN_PERSON.match(word.form) for word in rest):
        doubts.add(Doubt.PERSON)
    others = [office for office in offices or () if office.office_id != read.office_id]
    office = first_office(rest, others)
    if office:
        doubts.add(Doubt.OFFICE)
    likely: tuple[TimeOfDay, ...] = ()
    if not (read.at or read.ago) and (doubts <= {Doubt.TIME, Doubt.OFFICE} or _clock(left)):
        likely = _likely_times(left)
    likely_office = office.office_id if office and not read.office_id else None
    return replace(read, doubts=frozenset(doubts), likely_times=likely, likely_office=likely_office)


def _with_names(read: Clocking, line: _Line, at: int) -> Clocking:
    """With the people whom the rest may name: their name alone, or a time, a day or an office after it."""
    if read.user_id:
        return read
    for user_ids, count in people_named(line.words[at:], line.names):
        named = replace(read, doubts=read.doubts | {Doubt.PERSON}, likely_users=user_ids)
        after = at + count
        if after == len(line.words):
            return named
        said = replace(read, comment=None, doubts=frozenset(), likely_times=(), likely_office=None)
        try:
            said, end = _steps(line, after, said)
            said = _doubted(replace(said, comment=comment(without_ids(line.rest(end)))), line.words[end:], line.offices)
        except NotUnderstood:
            continue
        if end > after and not said.doubts and not said.user_id:
            return replace(named, likely_times=(), likely_office=None, for_them=said)
    return read


def _likely_times(left: str) -> tuple[TimeOfDay, ...]:
    """What the one time in the words may be; empty where there are more, or one that can't be read."""
    pattern = re.compile(rf"(?:(?<= )|^)(?:(?P<half>{HALF})|(?P<time>{_SPACED}|{_TIME})){_END}")
    found = [match for match in pattern.finditer(left) if match["half"] or _clock(match["time"])]
    if len(found) != 1 or re.search(SOUNDS_LIKE, pattern.sub("0", left)):
        return ()
    if half := found[0]["half"]:
        return tuple(TimeOfDay(one) for one in half_times(half))
    time = _clock(found[0]["time"])
    return (time,) if time else ()
