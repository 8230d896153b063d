"""The chart of a report: one person's hours over time, or everybody's hours side by side."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot.calendar.ranges import DateRange
from bot.chat.views import Chart, Number
from bot.reports.worked_time import DayTotal, Report
from bot.wording import Reader, duration, formats
from bot.wording.catalogue import _

MOST_BARS = 20
DAYS_WITH_WEEKDAY = 7  # with more, the weekdays don't fit below the bars


def report_chart(report: Report, reader: Reader) -> Chart | None:
    """None without two bars to compare."""
    if report.days_of_one is None:
        return _by_person(report)
    return _over_time(_days_shown(report.days, report.days_of_one, reader), report.days_of_one)


def _by_person(report: Report) -> Chart | None:
    """Of the people who have worked, longest first."""
    worked = sorted((row for row in report.people if row.worked), key=lambda row: -row.worked)
    title = _("Hours by person")
    if len(worked) > MOST_BARS:
        title = _("Hours by person, the {count} longest").format(count=MOST_BARS)
    return _compared(title, [(row.name, row.worked) for row in worked[:MOST_BARS]])


def _days_shown(days: DateRange, totals: Sequence[DayTotal], reader: Reader) -> DateRange:
    """Up to today, with the days without work."""
    latest = max([reader.today, *(total.work_date for total in totals)])
    return DateRange(days.first, max(days.first, min(days.last, latest)))


def _over_time(shown: DateRange, totals: Sequence[DayTotal]) -> Chart | None:
    """By day; by week from Monday if there are many days; by month if there are many weeks, the latest ones."""
    if shown.days <= MOST_BARS:
        with_weekday = shown.days <= DAYS_WITH_WEEKDAY
        names = {day: formats.day_of_week(day) if with_weekday else formats.day_of_month(day) for day in _each(shown)}
        return _summed(_("Hours by day"), names, totals)
    if shown.days <= 7 * (MOST_BARS - 1):
        weeks = {day: day - timedelta(days=day.weekday()) for day in _each(shown)}
        return _summed(_("Hours by week"), {day: formats.day_of_month(monday) for day, monday in weeks.items()}, totals)
    latest = max(shown.first, _months_before(shown.last, MOST_BARS - 1))
    days = _each(DateRange(latest, shown.last))
    return _summed(_("Hours by month"), {day: formats.short_month(day) for day in days}, totals)


def _summed(title: str, names: dict[date, str], totals: Sequence[DayTotal]) -> Chart | None:
    """A bar for each name, with the hours of its days."""
    bars = dict.fromkeys(names.values(), timedelta())
    for total in totals:
        if name := names.get(total.work_date):
            bars[name] += total.worked
    return _compared(title, list(bars.items()))


def _compared(title: str, bars: Sequence[tuple[str, timedelta]]) -> Chart | None:
    """A single bar says no more than its figure."""
    return hours_chart(title, bars) if len(bars) > 1 else None


def hours_chart(title: str, bars: Sequence[tuple[str, timedelta]]) -> Chart | None:
    """A bar for each, or None if there is nothing to see."""
    if not any(length for _name, length in bars):
        return None
    numbers = [(name, Number(round(length / timedelta(hours=1), 2), duration(length))) for name, length in bars]
    return Chart(title, _("Hours"), _("Hours (7.5 = 7 h 30 min)"), numbers)


def _each(days: DateRange) -> list[date]:
    return [days.first + timedelta(days=number) for number in range(days.days)]


def _months_before(day: date, months: int) -> date:
    """The first day of the month that many months earlier."""
    year, month = divmod(day.year * 12 + day.month - 1 - months, 12)
    return date(max(year, 1), month + 1, 1)
