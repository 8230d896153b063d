"""A report as a message: heading, total, chart, table, and what isn't in the total yet."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from datetime import date, timedelta

from markupsafe import Markup

from bot import wording
from bot.calendar.worktime import zone_named
from bot.chat.pieces import paragraphs
from bot.chat.report_chart import report_chart
from bot.chat.views import Button, Cell, Heading, Message, Note, Number, Piece, Table, Text
from bot.reports.findings import Found
from bot.reports.worked_time import Pair, Report
from bot.wording import Reader, holidays, records, report_table
from bot.wording.catalogue import _, ngettext
from bot.wording.findings import finding_line
from bot.wording.markup import cut, mention, sentence
from bot.wording.record_changes import changed_records, removed_records
from storage.breaks import Break

MOST_ROWS = 100  # as much as a person reads at once; exports have everything
LONGEST_NAME = 60
LONGEST_FINDINGS = 250  # of a day
MOST_OPEN_NAMED = 20
MOST_CLOCK_CHANGES_NAMED = 10
MOST_FINDINGS_NAMED = 10
MOST_CHANGES_NAMED = 10
_BEFORE_CHANGE = 4  # columns of a day: then come those that are often missing, and long ones


def report_message(
    report: Report, reader: Reader, team: str | None = None, change: Callable[[date], Button] | None = None
) -> Message:
    """`Last week · Mon 23 – Sun 29 Nov`, `206 h 46 min · Bakery · 5 people`, and the figures. `change`: the button
    beside a day of one person."""
    heading = records.title(report.days, reader, report.today)
    table = report_table.report_table(report, reader).without_empty()
    pieces: list[Piece] = [Heading(heading), Text(_summary(report, team))]
    if (chart := report_chart(report, reader)) is not None:
        pieces.append(chart)
    if table.rows:
        rows = [[_cell(row[0], LONGEST_NAME), *map(_cell, row[1:])] for row in table.rows[:MOST_ROWS]]
        columns = table.columns
        if change and report.days_of_one:
            columns = [*columns[:_BEFORE_CHANGE], _("Change"), *columns[_BEFORE_CHANGE:]]
            rows = [
                [*row[:_BEFORE_CHANGE], change(total.work_date), *row[_BEFORE_CHANGE:]]
                for row, total in zip(rows, report.days_of_one, strict=False)
            ]
        pieces.append(Table(_("Worked time · {days}").format(days=heading), columns, rows))
    notes = [*_left_out(len(table.rows)), *_zones(report, reader)]
    notes += [*_still_open(report, reader), *_clock_changes(report, reader)]
    notes += map(Markup.escape, holidays.of_report(report, reader))
    whose = report.days_of_one is None
    notes += changed_records(report.changed, MOST_CHANGES_NAMED, reader, whose=whose)
    notes += removed_records(report.removed, MOST_CHANGES_NAMED, reader, whose=whose)
    if report.days_of_one is None:
        notes += named_findings(report.findings, MOST_FINDINGS_NAMED, reader)
    pieces += [Note(one.text) for one in paragraphs(notes)]
    return Message(pieces, left_out=_("{count} more rows are left out in these words, but counted in the total."))


def named_since(pairs: Sequence[Pair], most: int, reader: Reader) -> Markup:
    """`@Ana since Mon 23 Nov, 09:02, @Ben since 12:02 and 3 more`"""
    return _named([(pair.user_id, wording.since(pair.clock_in, reader)) for pair in pairs], most)


def named_findings(found: Mapping[str, Sequence[Found]], most: int, reader: Reader) -> list[Markup]:
    """`@Ben, Tue 24 Nov: 0 of 30 min break (ArbZG 4 s. 1)`, a line each, by day."""
    by_day = sorted(
        ((one, user_id) for user_id, of_person in found.items() for one in of_person),
        key=lambda each: (each[0].finding.work_date, each[1]),
    )
    lines = [
        sentence(
            "{who}, {day}: {found}",
            who=mention(user_id),
            day=wording.day(one.finding.work_date, reader),
            found=finding_line(one),
        )
        for one, user_id in by_day[:most]
    ]
    if (more := len(by_day) - most) > 0:
        lines.append(sentence(_("and {count} more"), count=more))
    return lines


def _named(since: Sequence[tuple[str, str]], most: int) -> Markup:
    """Each person, and since when."""
    named = Markup(", ").join(Markup("{} {}").format(mention(user_id), when) for user_id, when in since[:most])
    if (more := len(since) - most) > 0:
        return sentence(_("{named} and {count} more"), named=named, count=more)
    return named


def _summary(report: Report, team: str | None) -> Markup:
    """The total, and for whom and where."""
    if not any(row.pairs for row in report.people):
        total = sentence(_("No records"))
    else:
        said = _("<b>{total} so far</b>") if report.still_in else "<b>{total}</b>"
        total = sentence(said, total=wording.duration(report.total))
    if report.days_of_one is not None and report.people:
        whom = report.people[0].name
    else:
        whom = ngettext("{count} person", "{count} people", len(report.people)).format(count=len(report.people))
    named = [team, whom, report.office.name if report.office else None]
    return Markup(" · ").join([total, *(Markup.escape(name) for name in named if name)])


def _cell(cell: report_table.Cell, longest: int = LONGEST_FINDINGS) -> Cell:
    """Durations sort by hours, and read as words."""
    match cell:
        case timedelta():
            return Number(round(cell / timedelta(hours=1), 4), report_table.shown(cell))
        case int():
            return Number(cell, str(cell))
        case _:
            return cut(cell, longest)


def _left_out(rows: int) -> list[Markup]:
    if (count := rows - MOST_ROWS) <= 0:
        return []
    said = ngettext(
        "{count} more row is left out here, but counted in the total and in the exports.",
        "{count} more rows are left out here, but counted in the total and in the exports.",
        count,
    )
    return [sentence(said, count=count)]


def _zones(report: Report, reader: Reader) -> list[Markup]:
    """Whose local times the days follow, if not the reader's. One person's days have times, which name their zone."""
    if report.days_of_one is not None or all(zone == reader.zone for zone in report.zones):
        return []
    return [sentence(_("Each day in the person's local time."))]


def _still_open(report: Report, reader: Reader) -> list[Markup]:
    told = []
    if report.still_in:
        named = named_since(report.still_in, MOST_OPEN_NAMED, reader)
        told.append(sentence(_("Still in, not in the total yet: {named}."), named=named))
    if report.from_before:
        named = named_since(report.from_before, MOST_OPEN_NAMED, reader)
        told.append(sentence(_("Still in from the day before, not counted here: {named}."), named=named))
    if report.breaks_from_before:
        since = [(on.user_id, _since(on, reader)) for on in report.breaks_from_before]
        said = _("On a break from the day before, not counted here: {named}.")
        told.append(sentence(said, named=_named(since, MOST_OPEN_NAMED)))
    if report.unresolved:
        named = named_since(report.unresolved, MOST_OPEN_NAMED, reader)
        told.append(sentence(_("Missing clock-out: {named}."), named=named))
    return told


def _since(on: Break, reader: Reader) -> str:
    return wording.since_moment(on.at, zone_named(on.zone), reader)


def _clock_changes(report: Report, reader: Reader) -> list[Markup]:
    changes = report.clock_changes[:MOST_CLOCK_CHANGES_NAMED]
    told = [Markup.escape(wording.clock_change(change, reader)) for change in changes]
    if (more := len(report.clock_changes) - MOST_CLOCK_CHANGES_NAMED) > 0:
        told.append(sentence(ngettext("So did {count} more day.", "So did {count} more days.", more), count=more))
    return told
