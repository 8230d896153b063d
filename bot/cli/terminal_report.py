"""The report in a terminal: the same figures as in Slack."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

import typer

from bot import wording
from bot.cli import console
from bot.reports.worked_time import DayTotal, PersonRow, Report
from bot.wording.catalogue import _
from bot.wording.report_table import report_table, shown


def show(report: Report) -> None:
    """Prints range, zones and total, the table, and what can't be read from it."""
    zones = ", ".join(wording.zone_label(zone) for zone in report.zones)
    where = f", {report.office.name}" if report.office else ""
    typer.echo(f"{wording.days(report.days.first, report.days.last, wording.ANY_READER)}{where}, days as in {zones}")
    typer.echo(f"Total: {wording.duration(report.total)} ({_hours(report.total)} h)\n")
    _show_table(report)
    for pair in report.still_in:
        typer.echo(f"Still in, and not in the total yet: {pair.user_id} {wording.since_day(pair, wording.ANY_READER)}.")
    for pair in report.unresolved:
        typer.echo(wording.unresolved(f"{pair.user_id} {wording.since_day(pair, wording.ANY_READER)}"))
    for change in report.clock_changes:
        typer.echo(wording.clock_change(change, wording.ANY_READER))


def _show_table(report: Report) -> None:
    """The hours stand beside the words as a figure too, and people have their ids."""
    table = report_table(report, wording.ANY_READER)
    totals: Sequence[PersonRow | DayTotal] = report.people if report.days_of_one is None else report.days_of_one
    hours = table.columns.index(_("Worked")) + 1
    titles = [title.lower() for title in table.columns]
    titles.insert(hours, "hours")
    if report.days_of_one is None:
        titles.insert(1, "id")
    made = console.table(*titles)
    for of, row in zip(totals, table.rows, strict=True):
        cells = [shown(cell) for cell in row]
        cells.insert(hours, _hours(of.worked))
        if isinstance(of, PersonRow):
            cells.insert(1, of.user_id)
        made.add_row(*cells)
    console.show(made)


def _hours(length: timedelta) -> str:
    return f"{length.total_seconds() / 3600:.2f}"
