"""Holidays and places in words."""

from __future__ import annotations

from collections.abc import Collection, Iterable, Sequence
from datetime import date

from bot.calendar.holiday_calendar import Holiday
from bot.calendar.public_holidays import country_name, name_in
from bot.reports.holidays import Holidays
from bot.reports.worked_time import Report
from bot.wording import Reader, day
from bot.wording.catalogue import _, ngettext, reader_language

MOST_NAMED, MOST_OFFICES = 15, 5


def place(country: str, region: str | None) -> str:
    """`Germany`, `Germany (BY)`"""
    return f"{_country(country)} ({region})" if region else _country(country)


def _country(code: str) -> str:
    """In the reader's language."""
    locale = reader_language().locale
    return country_name(code) if locale.language == "en" else locale.territories.get(code, country_name(code))


def name(holiday: Holiday) -> str:
    """`Christmas Day`, `half a day: Christmas Eve`; a public holiday in the reader's language, if its country has names
    in it."""
    if holiday.is_half:
        return _("half a day: {name}").format(name=holiday.name)
    language = reader_language().locale.language
    translated = name_in(language, *holiday.public) if holiday.public and language != "en" else None
    return translated or holiday.name


def in_sentences(holidays: Holidays, reader: Reader, besides: Collection[date] = ()) -> list[str]:
    """`Holidays: Fri 25 Dec (Christmas Day), Sat 26 Dec (Boxing Day, London).`, without the days `besides`, and which
    ones aren't known. Empty if there are none."""
    found = [one for one in holidays.listed if one.day not in besides]
    said = []
    if found:
        each = [
            f"{day(one.day, reader)} ({', '.join([name(one.holiday), *_at(one.offices)])})"
            for one in found[:MOST_NAMED]
        ]
        if (more := len(found) - MOST_NAMED) > 0:
            each.append(_("and {count} more").format(count=more))
        said.append(_("Holidays: {holidays}.").format(holidays=", ".join(each)))
    if holidays.unknown:
        year, country = holidays.unknown
        unknown = _("I don't know the public holidays of {year} in {country}.")
        said.append(unknown.format(year=year, country=_country(country)))
    return said


def of_report(report: Report, reader: Reader) -> list[str]:
    """The same below a report, without those in its table."""
    return in_sentences(report.holidays, reader, {total.work_date for total in report.days_of_one or ()})


def _at(offices: Sequence[str]) -> Sequence[str]:
    if len(offices) <= MOST_OFFICES:
        return offices
    more = len(offices) - MOST_OFFICES
    said = ngettext("{count} more office", "{count} more offices", more)
    return [*offices[:MOST_OFFICES], said.format(count=more)]


def listed(holidays: Iterable[tuple[date, Holiday]], reader: Reader) -> str:
    """`Thu 24 Dec (half a day: Christmas Eve), Fri 25 Dec (Christmas Day)`"""
    return ", ".join(f"{day(on, reader)} ({name(holiday)})" for on, holiday in holidays)
