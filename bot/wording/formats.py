"""Days, times and numbers as they are written in the reader's language and region, by the Unicode project's data.

English of no region, and Britain's, has the product's own way: `Mon 23 Nov`, `09:02`. The same days and times are
written over and over, in the rows of a list and for all who come at nine, so they are kept.
"""

from __future__ import annotations

from datetime import date, datetime, time
from functools import lru_cache

from babel import Locale
from babel.dates import (
    format_date,
    format_interval,
    format_skeleton,
    format_time,
    get_datetime_format,
    tokenize_pattern,
)
from babel.numbers import format_decimal

from bot.wording.catalogue import reader_language

KEPT = 10_000


def day(value: date, *, year: bool = False) -> str:
    """`Mon 23 Nov`, `Mon 23 Nov 2026`, `Mo., 23. Nov.`"""
    return _day(reader_language().locale, value, year)


def days(first: date, last: date, *, year: bool = False) -> str:
    """`Mon 23 – Sun 29 Nov`, `Mo., 23. – So., 29. Nov.`"""
    return _days(reader_language().locale, first, last, year)


def day_of_month(value: date) -> str:
    """`23 Nov`"""
    return _skeleton(reader_language().locale, value, "MMMd", "%-d %b")


def day_of_week(value: date) -> str:
    """`Mon 23`"""
    return _skeleton(reader_language().locale, value, "Ed", "%a %-d")


def weekday(value: date) -> str:
    """`Monday`"""
    return _pattern(reader_language().locale, value, "EEEE")


def short_weekday(value: date) -> str:
    """`Mon`"""
    return _pattern(reader_language().locale, value, "EEE")


def month(value: date, *, year: bool = False) -> str:
    """`November`, `November 2026`"""
    locale = reader_language().locale
    return _skeleton(locale, value, "yMMMM", "%B %Y") if year else _pattern(locale, value, "LLLL")


def short_month(value: date) -> str:
    """`Nov 2026`"""
    return _skeleton(reader_language().locale, value, "yMMM", "%b %Y")


def time_of_day(value: time) -> str:
    """`09:02`, `9:02 AM`"""
    return _time(reader_language().locale, value.hour, value.minute)


def short_day(value: date) -> str:
    """`2026-11-23`, `23.11.2026`: for tables and small print."""
    locale = reader_language().locale
    return f"{value}" if _has_own_way(locale) else _pattern(locale, value, "medium")


def moment(value: datetime, *, seconds: bool = False) -> str:
    """`2026-11-23 09:02`, `23.11.2026, 09:02:05`: the same with the time, in the zone that it has."""
    locale = reader_language().locale
    if _has_own_way(locale):
        return f"{value:%Y-%m-%d %H:%M:%S}" if seconds else f"{value:%Y-%m-%d %H:%M}"
    time_of = format_time(value.time(), "medium" if seconds else "short", locale=locale)
    both = str(get_datetime_format("medium", locale=locale)).replace("'", "")
    return both.replace("{0}", time_of).replace("{1}", short_day(value.date()))


def spreadsheet_formats() -> tuple[str, str]:
    """How a spreadsheet shows days and moments: `yyyy-mm-dd` and `yyyy-mm-dd hh:mm:ss`, `dd.mm.yyyy` and so on. Always
    two digits, so that columns are even."""
    locale = reader_language().locale
    if _has_own_way(locale):
        return "yyyy-mm-dd", "yyyy-mm-dd hh:mm:ss"
    parts = {"d": "dd", "M": "mm", "y": "yyyy"}
    tokens = tokenize_pattern(locale.datetime_skeletons["yMd"].pattern)
    day_format = "".join(parts[str(value[0])] if kind == "field" else f'"{value}"' for kind, value in tokens)
    halves = "a" in locale.time_formats["medium"].pattern
    return day_format, f"{day_format} hh:mm:ss{' AM/PM' if halves else ''}"


def number(value: float) -> str:
    """`7.5`, `1,234`; `7,5`, `1.234`"""
    return str(format_decimal(value, locale=reader_language().locale))


@lru_cache(KEPT)
def _day(locale: Locale, value: date, year: bool) -> str:
    if _has_own_way(locale):
        return f"{value:%a} {value.day} {value:%b}" + (f" {value.year}" if year else "")
    return format_skeleton("yMMMEd" if year else "MMMEd", value, locale=locale)


@lru_cache(KEPT)
def _days(locale: Locale, first: date, last: date, year: bool) -> str:
    if not _has_own_way(locale):
        skeleton = "yMMMEd" if year or first.year != last.year else "MMMEd"
        return format_interval(first, last, skeleton, locale=locale).replace("\N{THIN SPACE}", " ")
    start = f"{first:%a} {first.day}"
    if (first.year, first.month) != (last.year, last.month):
        start += f" {first:%b}"
    if first.year != last.year:
        start += f" {first.year}"
    return f"{start} – {_day(locale, last, year or first.year != last.year)}"


@lru_cache(KEPT)
def _skeleton(locale: Locale, value: date, skeleton: str, own: str) -> str:
    if _has_own_way(locale):
        return value.strftime(own.replace("%-d", str(value.day)))
    return format_skeleton(skeleton, value, locale=locale)


@lru_cache(KEPT)
def _pattern(locale: Locale, value: date, pattern: str) -> str:
    return format_date(value, pattern, locale=locale)


@lru_cache(KEPT)
def _time(locale: Locale, hour: int, minute: int) -> str:
    if _has_own_way(locale):
        return f"{hour:02}:{minute:02}"
    return format_time(time(hour, minute), "short", locale=locale)


def _has_own_way(locale: Locale) -> bool:
    return locale.language == "en" and locale.territory in (None, "GB")
