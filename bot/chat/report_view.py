"""What a report shows: heading, chart, table, and what is not in the total yet."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import timedelta

from markupsafe import Markup

from bot import wording
from bot.chat.views import Cell, Chart, Heading, Message, Note, Number, Piece, Table, Text
from bot.reports.worked_time import Pair, Report
from bot.wording import Reader, report_table
from bot.wording.catalogue import _, ngettext
from bot.wording.markup import cut, mention, sentence

MOST_ROWS = 100  # what a person reads at once: all of it is in the exports
LONGEST_NAME = 60
MOST_ZONES_NAMED = 5
MOST_OPEN_NAMED = 20
MOST_CLOCK_CHANGES_NAMED = 10
MOST_BARS = 20


def report_message(report: Report, reader: Reader) -> Message:
    """Headed by range, zone and total; open clock-ins and days across a clock change in words."""
    heading = wording.days(report.days.first, report.days.last, reader)
    table = report_table.report_table(report, reader)
    notes = [*_left_out(len(table.rows)), *_still_open(report, reader), *_clock_changes(report, reader)]
    pieces: list[Piece] = [Heading(heading), Text(_summary(report))]
    if (chart := _chart(report)) is not None:
        pieces.append(chart)
    if table.rows:
        rows = [[_cell(cell) for cell in row] for row in table.rows[:MOST_ROWS]]
        pieces.append(Table(_("Worked time, {days}").format(days=heading), table.columns, rows))
    if notes:
        pieces.append(Note(Markup("\n").join(notes)))
    return Message(pieces, left_out=_("{count} more rows are left out in these words, but counted in the total."))


def hours_chart(title: str, bars: Sequence[tuple[str, timedelta]]) -> Chart | None:
    """A bar for each, or None where there is nothing to see."""
    if not any(length for name, length in bars):
        return None
    return Chart(title, _("Hours"), [(name, round(length / timedelta(hours=1), 2)) for name, length in bars])


def named_since(pairs: Sequence[Pair], most: int, reader: Reader) -> Markup:
    """`@Ana since Mon 23 Nov 2026, 09:02 (Berlin), @Ben since … and 3 more`"""
    each = [Markup("{} {}").format(mention(pair.user_id), wording.since_day(pair, reader)) for pair in pairs[:most]]
    named = Markup(", ").join(each)
    if (more := len(pairs) - most) > 0:
        return sentence(_("{named} and {count} more"), named=named, count=more)
    return named


def _summary(report: Report) -> Markup:
    """The total, of whom, where, and by whose clocks."""
    total = sentence(_("<b>{total}</b> in all"), total=wording.duration(report.total))
    if report.days_of_one is not None and report.people:
        whom = report.people[0].name
    else:
        whom = ngettext("{count} person", "{count} people", len(report.people)).format(count=len(report.people))
    if report.office:
        whom = _("{whom} at {office}").format(whom=whom, office=report.office.name)
    zones = ", ".join(wording.zone_label(zone) for zone in report.zones[:MOST_ZONES_NAMED])
    if (more := len(report.zones) - MOST_ZONES_NAMED) > 0:
        zones = _("{named} and {count} more").format(named=zones, count=more)
    line = Markup(" · ").join([total, whom, _("days as in {zones}").format(zones=zones)])
    if any(row.pairs for row in report.people):
        return line
    return Markup("\n").join([line, _("No records in this range.")])


def _chart(report: Report) -> Chart | None:
    """Hours by day (by week where there are many) of one person, else of those who worked most."""
    if report.days_of_one is None:
        most = sorted((row for row in report.people if row.worked), key=lambda row: -row.worked)[:MOST_BARS]
        title = _("Hours by person")
        if len(most) < len(report.people):
            title = _("Hours by person, the {count} longest").format(count=len(most))
        return hours_chart(title, [(row.name, row.worked) for row in most])
    days = [(day.work_date, day.worked) for day in report.days_of_one]
    if len(days) <= MOST_BARS:
        return hours_chart(_("Hours by day"), [(f"{day:%a} {day.day} {day:%b}", worked) for day, worked in days])
    weeks: dict[str, timedelta] = {}
    for day, worked in days:
        monday = day - timedelta(days=day.weekday())
        week = _("Week of {day}").format(day=f"{monday.day} {monday:%b %y}")
        weeks[week] = weeks.get(week, timedelta()) + worked
    return hours_chart(_("Hours by week"), list(weeks.items())[-MOST_BARS:])


def _cell(cell: report_table.Cell) -> Cell:
    """Lengths sort by hours, and read as words."""
    match cell:
        case timedelta():
            return Number(round(cell / timedelta(hours=1), 4), report_table.shown(cell))
        case int():
            return Number(cell, str(cell))
        case _:
            return cut(cell, LONGEST_NAME)


def _left_out(rows: int) -> list[Markup]:
    if (count := rows - MOST_ROWS) <= 0:
        return []
    said = _("{count} more rows are left out here, but counted in the total and in the exports.")
    return [sentence(said, count=count)]


def _still_open(report: Report, reader: Reader) -> list[Markup]:
    told = []
    if report.still_in:
        told.append(
            sentence(
                _("Still in, and not in the total yet: {named}."),
                named=named_since(report.still_in, MOST_OPEN_NAMED, reader),
            )
        )
    if report.unresolved:
        said = _("Unresolved: {named}: the clock-out is missing.")
        told.append(sentence(said, named=named_since(report.unresolved, MOST_OPEN_NAMED, reader)))
    return told


def _clock_changes(report: Report, reader: Reader) -> list[Markup]:
    told = [
        Markup.escape(wording.clock_change(change, reader))
        for change in report.clock_changes[:MOST_CLOCK_CHANGES_NAMED]
    ]
    if (more := len(report.clock_changes) - MOST_CLOCK_CHANGES_NAMED) > 0:
        told.append(sentence(_("So did {count} more days."), count=more))
    return told
