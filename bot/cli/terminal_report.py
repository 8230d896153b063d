"""The report in a terminal: the same figures as in the chat."""

from __future__ import annotations

from bot import wording
from bot.calendar.worktime import zone_named
from bot.cli import tables
from bot.cli.tables import Names
from bot.cli.terminal import say
from bot.reports.worked_time import Report
from bot.wording import Reader, holidays
from bot.wording.catalogue import _
from bot.wording.report_table import Cell, report_table, shown


def show(report: Report, names: Names) -> None:
    """Prints range, total and table, then the records that the total leaves out."""
    reader = Reader("", report.now, in_chat=False, zone=report.zones[0] if len(report.zones) == 1 else None)
    where = f" · {report.office.name}" if report.office else ""
    days = wording.days(report.days.first, report.days.last, reader)
    from_before = [*report.from_before, *report.breaks_from_before]
    if not (any(row.pairs for row in report.people) or report.still_in or from_before or report.unresolved):
        say(f"There are no records of {days}{where}. Try other days, like attendance report last week.")
        return
    say(f"{days}{where} · {_whose(report)}")
    say(f"Total: {wording.duration(report.total)}\n")
    _show_table(report, reader)
    for pair in report.still_in:
        say(f"{names(pair.user_id)} is still in {wording.since_day(pair, reader)}. The total leaves that out.")
    for pair in report.from_before:
        since = wording.since_day(pair, reader)
        say(f"{names(pair.user_id)} is still in from the day before, {since}. This report leaves that out.")
    for on in report.breaks_from_before:
        since = wording.since_moment(on.at, zone_named(on.zone), reader)
        say(f"{names(on.user_id)} is on a break from the day before, {since}. This report leaves that out.")
    for pair in report.unresolved:
        say(f"{names(pair.user_id)} is missing a clock-out: in {wording.since_day(pair, reader)}.")
    for change in report.clock_changes:
        say(wording.clock_change(change, reader))
    for line in holidays.of_report(report, reader):
        say(line)


def _whose(report: Report) -> str:
    people = "1 person" if len(report.people) == 1 else f"{len(report.people)} people"
    if len(report.zones) == 1:
        return f"{people} · times in {wording.zone_label(report.zones[0])}"
    return f"{people} · each day in the person's local time"


def _show_table(report: Report, reader: Reader) -> None:
    """People have their ids, which `--user` takes. Columns without content are left out."""
    table = report_table(report, reader)
    titles, rows = [title.lower() for title in table.columns], [[_shown(cell) for cell in row] for row in table.rows]
    worked = table.columns.index(_("Worked"))
    for row, cells in zip(rows, table.rows, strict=True):
        row[worked] = shown(cells[worked])
    if report.days_of_one is None:
        titles.insert(1, "id")
        for row, person in zip(rows, report.people, strict=True):
            row.insert(1, person.user_id)
    tables.show(titles, rows, may_shorten=0, may_drop=[_("Records").lower()])


def _shown(cell: Cell) -> str:
    return shown(cell) if cell else ""
