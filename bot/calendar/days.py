"""Single days in the words that people type: `yesterday`, `last friday`, `23 Nov`, `01.11.2026`.

The known parsers guess. dateutil reads `1.11.2026` as 11 January, `13/11/2026` as 13 November and `10` as the 10th of
this month. dateparser and parsedatetime find a day in nearly any text. whenever reads only ISO 8601. Here, anything
that isn't in one of the forms below isn't a day.
"""

from __future__ import annotations

import calendar
import re
from datetime import date, timedelta

WEEKDAYS = tuple(name.lower() for name in calendar.day_name)
MONTHS = tuple(name.lower() for name in calendar.month_name)

_ISO = re.compile(r"(\d{4})-(\d{2})-(\d{2})", re.ASCII)
_DOTTED = re.compile(r"(\d{1,2})\.(\d{1,2})\.(\d{4}|\d{2})?", re.ASCII)
_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})/(\d{4})", re.ASCII)
_MAYBE_SLASHED = re.compile(r"(\d{1,2})/(\d{1,2})(?:/(\d{4}))?", re.ASCII)
_DAY_MONTH = re.compile(r"(\d{1,2})(?:st|nd|rd|th|\.)? (?:of )?([a-z]{3,9})\.?,?(?: (\d{4}))?", re.ASCII)
_MONTH_DAY = re.compile(r"([a-z]{3,9})\.? (?:the )?(\d{1,2})(?:st|nd|rd|th)?(?:,? (\d{4}))?", re.ASCII)
_WEEKDAY = re.compile(r"(?:on )?(last )?([a-z]{3,9})", re.ASCII)


def day_named(words: str, today: date) -> date | None:
    """The day that the words name, in lower case and with single spaces. None if they name none.

    A day without a year, or a weekday, means the latest one, today included; `last friday` is before today. Raises
    ValueError for a day that doesn't exist, OverflowError for one before the calendar begins.
    """
    match words:
        case "today":
            return today
        case "yesterday":
            return today - timedelta(days=1)
        case "tomorrow":
            return today + timedelta(days=1)
    return _numbered(words, today) or _with_a_month(words, today) or _weekday(words, today)


def slashed_days(words: str, today: date) -> list[date]:
    """What `1/11` and `01/11/2026` may mean: the day in November here, in January there. Empty for what is no day."""
    if not (match := _MAYBE_SLASHED.fullmatch(words)):
        return []
    found = []
    for day, month in ((match[1], match[2]), (match[2], match[1])):
        try:
            found.append(_in_year(match[3], int(month), int(day), today))
        except ValueError:
            continue
    return list(dict.fromkeys(found))


def named_day(day: date, today: date) -> str:
    """`1 Nov`, as `day_named` reads it; with its year where it would be another one."""
    named = f"{day.day} {MONTHS[day.month][:3].title()}"
    return named if day_named(named.lower(), today) == day else f"{named} {day.year}"


def position_in(names: tuple[str, ...], name: str) -> int | None:
    """The position of `name`, or of an abbreviation of at least three letters; `sept` counts too."""
    if len(name) < 3:
        return None
    return next((position for position, whole in enumerate(names) if whole and whole.startswith(name)), None)


def _numbered(words: str, today: date) -> date | None:
    if match := _ISO.fullmatch(words):
        return date(int(match[1]), int(match[2]), int(match[3]))
    if match := _DOTTED.fullmatch(words):
        year = f"20{match[3]}" if match[3] and len(match[3]) == 2 else match[3]
        return _in_year(year, int(match[2]), int(match[1]), today)
    if match := _SLASHED.fullmatch(words):
        first, second = int(match[1]), int(match[2])
        if first > 12 or first == second:
            return date(int(match[3]), second, first)
        if second > 12:
            return date(int(match[3]), first, second)
    return None  # 01/11/2026 is in January here, in November there


def _with_a_month(words: str, today: date) -> date | None:
    if (match := _DAY_MONTH.fullmatch(words)) and (month := position_in(MONTHS, match[2])):
        return _in_year(match[3], month, int(match[1]), today)
    if (match := _MONTH_DAY.fullmatch(words)) and (month := position_in(MONTHS, match[1])):
        return _in_year(match[3], month, int(match[2]), today)
    return None


def _weekday(words: str, today: date) -> date | None:
    match = _WEEKDAY.fullmatch(words)
    if not match or (weekday := position_in(WEEKDAYS, match[2])) is None:
        return None
    away = (today.weekday() - weekday) % 7
    return today - timedelta(days=away or (7 if match[1] else 0))


def _in_year(year: str | None, month: int, day: int, today: date) -> date:
    """Without a year: the latest one, today included. 29 February is in the latest year that has it."""
    if year:
        return date(int(year), month, day)
    if (month, day) == (2, 29):
        leap = next(number for number in range(today.year, today.year - 9, -1) if calendar.isleap(number))
        found = date(leap, month, day)
        return found if found <= today else date(leap - 4, month, day)
    this_year = date(today.year, month, day)
    return this_year if this_year <= today else this_year.replace(year=today.year - 1)
