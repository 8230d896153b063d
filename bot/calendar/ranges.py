"""Ranges of days in the words that people type (PRODUCT.md section 4, RANGE)."""

from __future__ import annotations

import calendar
import re
from dataclasses import dataclass
from datetime import date, timedelta

from bot.errors import EndsBeforeItBegins, NotADateRange

_DAYS = [name.lower() for name in calendar.day_name]
_MONTHS = [name.lower() for name in calendar.month_name]
_DAY = r"\d{4}-\d{2}-\d{2}"
_TWO_DAYS = re.compile(rf"({_DAY})\s*(?:\.\.|–|-|to|\s)\s*({_DAY})")
_MONTH_OF_YEAR = re.compile(r"(\d{4})-(\d{2})")
_YEAR = re.compile(r"\d{4}", re.ASCII)
_ISO_DAY = re.compile(_DAY)


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
        return self._beside(self.first - timedelta(days=1)) if self.first > _FIRST else None

    def after(self) -> DateRange | None:
        """The range of the same kind after this one."""
        return self._beside(self.last + timedelta(days=1)) if self.last < _LAST else None

    def _beside(self, day: date) -> DateRange | None:
        """The range of this kind that holds a day just outside of it; None where the calendar ends."""
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
    """Reads `today`, `last week`, `2026-10`, `2026`, `monday`, `october 2025`, `2026-10-01 to 2026-10-31` and the like.

    Weeks begin on Monday (ISO 8601). A weekday or month name means the latest that has begun, today's included.
    Raises NotADateRange, or EndsBeforeItBegins, which is one.
    """
    text = " ".join(words.lower().split()) or "today"
    try:
        found = _named(text, today) or _dated(text) or _by_name(text, today)
    except (ValueError, OverflowError) as error:  # 2026-13, 2026-02-30, or before the first year
        raise NotADateRange(words) from error
    if found is None:
        raise NotADateRange(words)
    if found.first > found.last:
        raise EndsBeforeItBegins(words)
    return found


def _named(text: str, today: date) -> DateRange | None:
    monday = today - timedelta(days=today.weekday())
    match text:
        case "today":
            return DateRange(today, today)
        case "yesterday":
            return DateRange(today - timedelta(days=1), today - timedelta(days=1))
        case "this week" | "week":
            return DateRange(monday, monday + timedelta(days=6))
        case "last week":
            return DateRange(monday - timedelta(days=7), monday - timedelta(days=1))
        case "this month" | "month":
            return month_of(today.year, today.month)
        case "last month":
            before = today.replace(day=1) - timedelta(days=1)
            return month_of(before.year, before.month)
    return None


def _dated(text: str) -> DateRange | None:
    if match := _TWO_DAYS.fullmatch(text):
        return DateRange(date.fromisoformat(match[1]), date.fromisoformat(match[2]))
    if match := _MONTH_OF_YEAR.fullmatch(text):
        return month_of(int(match[1]), int(match[2]))
    if _YEAR.fullmatch(text):
        return DateRange(date(int(text), 1, 1), date(int(text), 12, 31))
    if _ISO_DAY.fullmatch(text):
        return DateRange(date.fromisoformat(text), date.fromisoformat(text))
    return None


def _by_name(text: str, today: date) -> DateRange | None:
    name, _, year = text.partition(" ")
    if year and not re.fullmatch(r"\d{4}", year):
        return None
    if (month := _position(name, _MONTHS)) and month > 0:
        latest = today.year if month <= today.month else today.year - 1
        return month_of(int(year) if year else latest, month)
    if not year and (weekday := _position(name, _DAYS)) is not None:
        day = today - timedelta(days=(today.weekday() - weekday) % 7)
        return DateRange(day, day)
    return None


def _position(name: str, names: list[str]) -> int | None:
    """Where `name`, or an abbreviation of three letters and more, stands in the list."""
    if len(name) < 3:
        return None
    return next((position for position, whole in enumerate(names) if whole and whole.startswith(name)), None)


def month_of(year: int, month: int) -> DateRange:
    """The whole month."""
    first = date(year, month, 1)
    return DateRange(first, first.replace(day=calendar.monthrange(year, month)[1]))
