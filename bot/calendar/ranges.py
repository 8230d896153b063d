"""Ranges of days in the words that people type: `today`, `last week`, `2026-11-01..2026-11-30`."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.calendar.days import MONTHS, WEEKDAYS, day_named, named_day, position_in, slashed_days
from bot.calendar.vocabulary import in_english, words_for
from bot.calendar.words import alike, similar
from bot.errors import EndsBeforeItBegins, NotADateRange

LONGEST_RANGE = 100  # characters: longer words aren't compared with anything

_DAY = r"\d{4}-\d{2}-\d{2}"
_TWO_DAYS = re.compile(rf"({_DAY})\s*(?:-|\s)\s*({_DAY})", re.ASCII)
_FROM_TO = re.compile(r"(?:from |between )?(.+?)(?:\s*(?:\.\.+|[–—])\s*|\s(?:-|to|until|till|and)\s)(.+)")
_SINCE = re.compile(r"since (.+)")
_WITHIN_A_MONTH = re.compile(r"(?:from )?(\d{1,2})\.?\s*(?:-|–|to)\s*(\d{1,2})\.? ([a-z]{3,9})(?: (\d{4}))?", re.ASCII)
_MONTH_OF_YEAR = re.compile(r"(\d{4})-(\d{2})", re.ASCII)
_WEEK_OF_YEAR = re.compile(r"(\d{4})-?w(\d{2})", re.ASCII)
_LAST_FEW = re.compile(r"(?:the )?(?:last|past) (\d{1,3}) (day|week|month)s?", re.ASCII)
_YEAR = re.compile(r"\d{4}", re.ASCII)


@dataclass(frozen=True, slots=True)
class DateRange:
    """Calendar days from `first` to `last`, both included."""

    first: date
    last: date

    @property
    def days(self) -> int:
        """How many days it has."""
        return (self.last - self.first).days + 1

    def before(self) -> DateRange | None:
        """The range of the same kind before this one: the month before a month, the week before a week."""
        return self._neighbour(self.first - timedelta(days=1)) if self.first > _FIRST else None

    def after(self) -> DateRange | None:
        """The range of the same kind after this one."""
        return self._neighbour(self.last + timedelta(days=1)) if self.last < _LAST else None

    def _neighbour(self, day: date) -> DateRange | None:
        """The range of this kind that holds a day just outside of it. None where the calendar ends."""
        if (self.first.month, self.first.day, self.last.month, self.last.day) == (1, 1, 12, 31) and self.is_one_year:
            return DateRange(date(day.year, 1, 1), date(day.year, 12, 31))
        if self == month_of(self.first.year, self.first.month):
            return month_of(day.year, day.month)
        away = timedelta(days=self.days)
        try:
            return (
                DateRange(self.first - away, self.last - away) if day < self.first else DateRange(day, self.last + away)
            )
        except OverflowError:
            return None

    @property
    def is_one_year(self) -> bool:
        """Whether it begins and ends in the same year."""
        return self.first.year == self.last.year


_FIRST, _LAST = date.min, date.max


def parse_range(words: str, today: date) -> DateRange:
    """Reads `today`, `last week`, `last 7 days`, `2026-10`, `2026-W48`, `2026`, `last friday`, `23 Nov`, `01.11.2026`,
    `october 2025`, `2026-10-01 to 2026-10-31`, `from 1 Nov to 5 Nov`, `1-5 Nov`, `since monday` and similar words.

    Weeks begin on Monday (ISO 8601). A day or month without a year means the latest one, today's included. Raises
    NotADateRange, or its subclass EndsBeforeItBegins.
    """
    text = _plain(words)
    found = _read(text, today)
    if found is None:
        raise NotADateRange(words, [*_similar_spoken(words, today), *_similar(text, today)][:2])
    if found.first > found.last:
        raise EndsBeforeItBegins(words, [f"{found.last} to {found.first}"])
    return found


def find_range(words: str, today: date) -> DateRange | None:
    """Reads the same words as `parse_range`, without looking for suggestions. None if they aren't a range."""
    found = _read(_plain(words), today)
    return found if found and found.first <= found.last else None


def _plain(words: str) -> str:
    return " ".join(in_english(words).lower().split()) or "today"


def _read(text: str, today: date) -> DateRange | None:
    """A range, which may end before it begins."""
    if len(text) > LONGEST_RANGE:
        return None
    try:
        return _one(text, today) or _from_to(text, today)
    except (ValueError, OverflowError):  # 2026-13, 2026-02-30, or before the first year
        return None


_WORDS = {"this", "last", "past", "week", "weeks", "month", "months", "day", "days", "year", "today", "yesterday"}
_WORDS |= {"since", "from", "until", *WEEKDAYS, *MONTHS[1:], *(name[:3] for name in MONTHS[1:])}
_PHRASES = ("this week", "last week", "this month", "last month", "this year", "last year", "yesterday", "today")


def _similar(text: str, today: date) -> list[str]:
    """Up to two ranges that the words may be a misspelling of: `last week` for `lst week`."""
    if len(text) > LONGEST_RANGE:
        return []
    if any(slashed_days(word, today) for word in text.split()):
        return _slashes_read(text, today)
    respelled = " ".join(word if word in _WORDS else next(iter(similar(word, _WORDS)), word) for word in text.split())
    likely = dict.fromkeys([respelled, *similar(text, _PHRASES), *_without_spaces(text)])
    return [one for one in likely if one != text and _read(one, today)][:2]


def _similar_spoken(words: str, today: date) -> list[str]:
    """The same for a range in the words of the reader's language; none in English."""
    known = words_for({*_PHRASES, *WEEKDAYS, *MONTHS})
    if not known or len(words) > LONGEST_RANGE:
        return []
    said, parts = words.lower().split(), {part for phrase in known for part in phrase.split()}
    respelled = " ".join(word if word in parts else next(iter(similar(word, parts)), word) for word in said)
    likely = dict.fromkeys([respelled, *similar(" ".join(said), known)])
    found = {_read(_plain(one), today): one for one in reversed(likely) if one != " ".join(said)}
    return [one for days, one in reversed(found.items()) if days]


def _slashes_read(text: str, today: date) -> list[str]:
    """`1 Nov` and `11 Jan`, for `1/11`; in `1/11 to 5/11` both days are read the same way."""
    words = {word: slashed_days(word, today) for word in text.split()}
    read = []
    for which in (0, -1):
        named = [named_day(words[word][which], today) if words[word] else word for word in text.split()]
        read.append(" ".join(named))
    return [one for one in dict.fromkeys(read) if _read(one.lower(), today)]


def _without_spaces(text: str) -> list[str]:
    """`lastweek`"""
    return [phrase for phrase in _PHRASES if alike(text.replace(" ", ""), phrase.replace(" ", "")) > 0.9]


def _one(text: str, today: date) -> DateRange | None:
    """A range in words other than two days."""
    if text == "tomorrow":
        return None
    if day := day_named(text, today):
        return DateRange(day, day)
    return _named(text, today) or _last(text, today) or _dated(text) or _month_named(text, today)


def _from_to(text: str, today: date) -> DateRange | None:
    """From the first day of one to the last day of the other."""
    if match := _TWO_DAYS.fullmatch(text):
        return DateRange(date.fromisoformat(match[1]), date.fromisoformat(match[2]))
    if match := _WITHIN_A_MONTH.fullmatch(text):
        first, last, month, year = match.groups()
        last_day = day_named(f"{last} {month} {year}" if year else f"{last} {month}", today)
        return DateRange(last_day.replace(day=int(first)), last_day) if last_day else None
    if match := _SINCE.fullmatch(text):
        start = _one(match[1], today)
        return DateRange(start.first, today) if start else None
    if match := _FROM_TO.fullmatch(text):
        start, end = _one(match[1], today), _one(match[2], today)
        return DateRange(start.first, end.last) if start and end else None
    return None


def _named(text: str, today: date) -> DateRange | None:
    monday = today - timedelta(days=today.weekday())
    match text:
        case "this week" | "week":
            return DateRange(monday, monday + timedelta(days=6))
        case "last week":
            return DateRange(monday - timedelta(days=7), monday - timedelta(days=1))
        case "this month" | "month":
            return month_of(today.year, today.month)
        case "last month":
            before = today.replace(day=1) - timedelta(days=1)
            return month_of(before.year, before.month)
        case "this year":
            return _year(today.year)
        case "last year":
            return _year(today.year - 1)
    return None


def _last(text: str, today: date) -> DateRange | None:
    """`last 7 days` ends today. `last 2 weeks` and `last 3 months` are whole ones, like `last week`."""
    match = _LAST_FEW.fullmatch(text)
    if not match or not (number := int(match[1])):
        return None
    if match[2] == "day":
        return DateRange(today - timedelta(days=number - 1), today)
    if match[2] == "week":
        monday = today - timedelta(days=today.weekday())
        return DateRange(monday - timedelta(weeks=number), monday - timedelta(days=1))
    years, month = divmod(today.year * 12 + today.month - 1 - number, 12)
    return DateRange(date(years, month + 1, 1), today.replace(day=1) - timedelta(days=1))


def _dated(text: str) -> DateRange | None:
    if match := _MONTH_OF_YEAR.fullmatch(text):
        return month_of(int(match[1]), int(match[2]))
    if match := _WEEK_OF_YEAR.fullmatch(text):
        monday = date.fromisocalendar(int(match[1]), int(match[2]), 1)
        return DateRange(monday, monday + timedelta(days=6))
    return _year(int(text)) if _YEAR.fullmatch(text) else None


def _month_named(text: str, today: date) -> DateRange | None:
    name, _, year = text.partition(" ")
    month = position_in(MONTHS, name)
    if not month or (year and not _YEAR.fullmatch(year)):
        return None
    latest = today.year if month <= today.month else today.year - 1
    return month_of(int(year) if year else latest, month)


def _year(year: int) -> DateRange:
    return DateRange(date(year, 1, 1), date(year, 12, 31))


def month_of(year: int, month: int) -> DateRange:
    """The whole month."""
    first = date(year, month, 1)
    return DateRange(first, first.replace(day=calendar.monthrange(year, month)[1]))
