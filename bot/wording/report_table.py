"""The table of a report, the same in a chat, in a terminal and on paper."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta

from bot.reports.worked_time import DayTotal, Report
from bot.wording import Reader, day, day_times, duration, holidays
from bot.wording.catalogue import _
from bot.wording.findings import finding_lines

Cell = str | int | timedelta


@dataclass(frozen=True, slots=True)
class ReportTable:
    """A row for each person, or for each day of one person."""

    columns: Sequence[str]
    rows: Sequence[Sequence[Cell]]

    def without_empty(self) -> ReportTable:
        """The same without columns in which nothing happened: breaks, holidays, later entries, missing clock-outs."""
        may_go = (_("Breaks"), _("Holiday"), _("Entered later"), _("Missing clock-out"))
        empty = [
            title
            for place, title in enumerate(self.columns)
            if title in may_go and not any(row[place] for row in self.rows)
        ]
        return self.without(*empty)

    def without(self, *titles: str) -> ReportTable:
        """The same without these columns."""
        kept = [place for place, title in enumerate(self.columns) if title not in titles]
        rows = [[row[place] for place in kept] for row in self.rows]
        return ReportTable([self.columns[place] for place in kept], rows)


def report_table(report: Report, reader: Reader) -> ReportTable:
    """A row for each person, or for each day of one person."""
    if report.days_of_one is not None:
        columns = [_("Day"), _("First in"), _("Last out"), _("Worked"), _("Breaks"), _("Holiday"), _("Entered later")]
        rows = [_day(total, report, reader) for total in report.days_of_one]
        table = _with_paid_breaks(ReportTable(columns, rows), [total.paid for total in report.days_of_one])
        return _with_findings(table, _of_days(report))
    columns = [
        _("Person"),
        _("Worked"),
        _("Days"),
        _("Breaks"),
        _("Records"),
        _("Entered later"),
        _("Missing clock-out"),
    ]
    counts = [len(report.findings.get(row.user_id, ())) for row in report.people]
    table = _with_paid_breaks(ReportTable(columns, _people(report)), [row.paid for row in report.people])
    return _with_findings(table, counts)


def shown(cell: Cell) -> str:
    """The cell as text."""
    return duration(cell) if isinstance(cell, timedelta) else str(cell)


def _with_paid_breaks(table: ReportTable, cells: Sequence[Cell]) -> ReportTable:
    """A column of them after the breaks, unless there are none."""
    if not any(cells):
        return table
    place = list(table.columns).index(_("Breaks")) + 1
    rows = [[*row[:place], cell, *row[place:]] for row, cell in zip(table.rows, cells, strict=True)]
    return ReportTable([*table.columns[:place], _("Paid breaks"), *table.columns[place:]], rows)


def _with_findings(table: ReportTable, cells: Sequence[Cell]) -> ReportTable:
    """A column of them, unless there are none."""
    if not any(cells):
        return table
    rows = [[*row, cell] for row, cell in zip(table.rows, cells, strict=True)]
    return ReportTable([*table.columns, _("Findings")], rows)


def _of_days(report: Report) -> list[Cell]:
    """What was found on each day of the one person."""
    found = [one for of_person in report.findings.values() for one in of_person]
    return [
        finding_lines([one for one in found if one.finding.work_date == total.work_date])
        for total in report.days_of_one or ()
    ]


def _people(report: Report) -> list[list[Cell]]:
    missing = Counter(pair.user_id for pair in report.unresolved)
    return [
        [row.name, row.worked, row.days, _length(row.breaks), row.pairs, row.by_hand, missing[row.user_id]]
        for row in report.people
    ]


def _day(total: DayTotal, report: Report, reader: Reader) -> list[Cell]:
    times = day_times(total, report.now, reader)
    holiday = report.holidays.on(total.work_date)
    named = holidays.name(holiday) if holiday else ""
    return [day(total.work_date, reader), *times, total.worked, _length(total.breaks), named, total.by_hand]


def _length(breaks: timedelta | None) -> timedelta:
    return breaks or timedelta()
