"""The report in a terminal: the same figures as in Slack."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import timedelta

import typer

from bot import console, wording
from bot.reports import Office, Report
from storage.errors import UnknownOffice


def office_named(office_id: str | None, offices: Sequence[Office]) -> Office | None:
    """The office with that id. Raises UnknownOffice."""
    if office_id is None:
        return None
    for office in offices:
        if office.office_id == office_id:
            return office
    raise UnknownOffice(office_id)


def show(report: Report) -> None:
    """Prints range, zones and total, the table, and what can't be read from it."""
    zones = ", ".join(wording.zone_label(zone) for zone in report.zones)
    where = f", {report.office.name}" if report.office else ""
    typer.echo(f"{wording.days(report.days.first, report.days.last)}{where}, days as in {zones}")
    typer.echo(f"Total: {wording.duration(report.total)} ({_hours(report.total)} h)\n")
    _show_days(report) if report.days_of_one is not None else _show_people(report)
    for pair in report.still_in:
        typer.echo(f"Still in, and not in the total yet: {pair.user_id} {wording.since_day(pair)}.")
    for pair in report.unresolved:
        typer.echo(wording.unresolved(f"{pair.user_id} {wording.since_day(pair)}"))
    for change in report.clock_changes:
        typer.echo(wording.clock_change(change))


def _show_people(report: Report) -> None:
    breaks = () if report.office else ("breaks",)  # at other offices people may have worked in the gaps
    table = console.table("person", "id", "worked", "hours", "days", *breaks, "records", "entered later", "unresolved")
    unresolved = Counter(pair.user_id for pair in report.unresolved)
    for row in report.people:
        cells = [row.name, row.user_id, wording.duration(row.worked), _hours(row.worked), str(row.days)]
        if row.breaks is not None:
            cells.append(wording.duration(row.breaks))
        table.add_row(*cells, *(str(count) for count in (row.pairs, row.by_hand, unresolved[row.user_id])))
    console.show(table)


def _show_days(report: Report) -> None:
    breaks = () if report.office else ("breaks",)
    table = console.table("day", "first in", "last out", "worked", "hours", *breaks, "entered later")
    for day in report.days_of_one or ():
        cells = [wording.day(day.work_date), *wording.day_times(day, report.now)]
        cells += [wording.duration(day.worked), _hours(day.worked)]
        if day.breaks is not None:
            cells.append(wording.duration(day.breaks))
        table.add_row(*cells, str(day.by_hand))
    console.show(table)


def _hours(length: timedelta) -> str:
    return f"{length.total_seconds() / 3600:.2f}"
