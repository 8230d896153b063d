"""A person's own file: all that the ledger holds of them in a range, to read (PDF) and to reckon with (CSV).

Laws ask that workers get at their record by themselves (facts: Spain's draft decree, CJEU C-55/18).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime
from itertools import zip_longest
from pathlib import Path
from typing import IO, cast
from unicodedata import category
from zoneinfo import ZoneInfo

from fpdf import FPDF
from fpdf.enums import MethodReturnValue
from fpdf.fonts import FontFace, TTFFont

from bot import wording
from bot.attendance import history
from bot.attendance.history import Action, Change
from bot.calendar.ranges import DateRange
from bot.documents import exports
from bot.imports.spreadsheet_cells import safe
from bot.permissions import Caller
from bot.reports import worked_time
from bot.reports.worked_time import Report
from bot.runtime.services import Services
from bot.wording.catalogue import _
from bot.wording.report_table import report_table, shown

FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
"""DejaVu Sans: Latin, Greek, Cyrillic and more, free to ship (its licence stands beside it)."""


MOST_LINES = 40
"""Of a row on a page, beside the head of its table."""
SURELY_FITS = 100  # characters, however wide, in the narrowest column
FOR_PEOPLE = exports.FOR_PEOPLE
REPLACEMENT = "\N{REPLACEMENT CHARACTER}"
HEAD = FontFace(fill_color=(235, 238, 243))


@dataclass(frozen=True, slots=True)
class OwnFile:
    """What the file tells: hours by day, and every change by whom and when; `zone` is the person's."""

    name: str
    user_id: str
    days: DateRange
    zone: ZoneInfo
    report: Report
    changes: Sequence[Change]
    made_at: datetime


async def gather(services: Services, caller: Caller, days: DateRange) -> OwnFile:
    """The caller's own."""
    around = await worked_time.caller_context(services, caller)
    report = await worked_time.worked_time(services, caller, days, [caller.user_id])
    changes = await history.person_history(services, caller, caller.user_id, days, most=None)
    return OwnFile(report.people[0].name, caller.user_id, days, around.zone, report, changes, report.now)


async def write_csv(services: Services, caller: Caller, own: OwnFile, out: IO[str]) -> None:
    """The records as every export has them, then every change."""
    await exports.write(services, caller, own.days, own.zone, out, user_ids=[caller.user_id])
    writer = csv.writer(out)
    writer.writerow([])
    writer.writerow(_change_columns(own))
    for change in own.changes:
        writer.writerow([safe(cell) for cell in _change_cells(change, own.zone)])


def write_pdf(own: OwnFile, out: Path) -> None:
    """A page head with name, range and zone; hours by day with their total; every change."""
    pdf = _Pages(own)
    pdf.add_page()
    pdf.heading(_title(own))
    pdf.said(_about(own))
    days = report_table(own.report)
    pdf.grid(days.columns[:-1], ([shown(cell) for cell in row[:-1]] for row in days.rows), (60, 30, 40, 32, 28))
    pdf.said(_beside_the_total(own.report))
    pdf.heading(_("What was written, changed, deleted and restored"))
    pdf.grid(_change_columns(own), (_change_cells(change, own.zone) for change in own.changes), (36, 26, 34, 24, 70))
    if not own.changes:
        pdf.said([_("Nothing was written for these days.")])
    pdf.output(str(out))


def _title(own: OwnFile) -> str:
    return _("Working time of {name}").format(name=own.name)


def _about(own: OwnFile) -> list[str]:
    days, zone = wording.days(own.days.first, own.days.last), wording.zone_label(own.zone)
    about = _("{days} · {user_id} · times as in {zone}").format(days=days, user_id=own.user_id, zone=zone)
    return [about, _("{total} in all").format(total=wording.duration(own.report.total))]


def _beside_the_total(report: Report) -> list[str]:
    """What is not in it, and the days of 23 or 25 hours."""
    unresolved = _("Unresolved {since}: the clock-out is missing.")
    return [
        *(_("Still in {since}.").format(since=wording.since_day(pair)) for pair in report.still_in),
        *(unresolved.format(since=wording.since_day(pair)) for pair in report.unresolved),
        *map(wording.clock_change, report.clock_changes),
    ]


def _change_columns(own: OwnFile) -> list[str]:
    when = _("When ({zone})").format(zone=own.zone.key)
    return [when, _("By"), _("What"), _("Through"), _("The record as it stood then")]


def _change_cells(change: Change, zone: ZoneInfo) -> list[str]:
    """With the comments of the record."""
    said = [half.comment for half in (change.pair.clock_in, change.pair.clock_out) if half and half.comment]
    record = wording.day_and_span(change.pair) + "".join(f" “{comment}”" for comment in said)
    when = f"{change.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    return [when, change.actor, _did(change), change.via, record]


def _did(change: Change) -> str:
    undone = {
        (Action.DELETE, "clock-in"): _("undid the clock-in"),
        (Action.DELETE, "clock-out"): _("undid the clock-out"),
        (Action.CLOCK_IN, "clock-out"): _("opened again"),
    }
    if change.undone:
        return undone[change.action, change.undone]
    return {
        Action.CLOCK_IN: _("clocked in"),
        Action.CLOCK_OUT: _("clocked out"),
        Action.CREATE: _("added"),
        Action.DELETE: _("deleted"),
        Action.RESTORE: _("restored"),
    }[change.action]


class _Pages(FPDF):
    """A4 with a head and a foot on every page."""

    def __init__(self, own: OwnFile) -> None:
        super().__init__(format="A4")
        self._own = own
        self.add_font("Sans", "", str(FONT))
        self.set_auto_page_break(True, margin=18)
        self.set_creation_date(own.made_at)
        self.set_title(self._known(_title(own)))

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font("Sans", size=7)
        own = self._own
        foot = _("{name} · {first} to {last} · made {made_at} UTC · page {page}").format(
            name=own.name,
            first=own.days.first,
            last=own.days.last,
            made_at=f"{own.made_at:%Y-%m-%d %H:%M}",
            page=self.page_no(),
        )
        self.cell(0, 5, self._known(foot))

    def heading(self, text: str) -> None:
        self.set_font("Sans", size=14)
        self.multi_cell(0, 8, self._known(text), new_x="LMARGIN", new_y="NEXT")

    def said(self, texts: Iterable[str]) -> None:
        self.set_font("Sans", size=9)
        for text in texts:
            self.multi_cell(0, 5, self._known(text), new_x="LMARGIN", new_y="NEXT")
        self.ln(2)

    def grid(self, header: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
        self.set_font("Sans", size=8)
        with self.table(col_widths=tuple(widths), line_height=5, text_align="LEFT", headings_style=HEAD) as table:
            for cells in (header, *rows):
                for part in self._rows_that_fit(cells, widths):
                    row = table.row()
                    for cell in part:
                        row.cell(cell)
        self.ln(2)

    def _rows_that_fit(self, cells: Sequence[str], widths: Sequence[int]) -> Iterator[Sequence[str]]:
        """The row, or as many as it takes, for none may be higher than a page."""
        columns = [self._parts(self._known(cell), width) for cell, width in zip(cells, widths, strict=True)]
        return zip_longest(*columns, fillvalue="")

    def _parts(self, text: str, width: int) -> list[str]:
        if len(text) <= SURELY_FITS and text.count("\n") < MOST_LINES // 2:
            return [text]
        wrapped = self.multi_cell(width, 5, text, align="LEFT", dry_run=True, output=MethodReturnValue.LINES)
        lines = cast("list[str]", wrapped)
        return ["\n".join(lines[start : start + MOST_LINES]) for start in range(0, len(lines), MOST_LINES)]

    def _known(self, text: str) -> str:
        """The text with the replacement character for what the font does not have, and for what turns text around."""
        font = self.fonts["sans"]
        glyphs = font.cmap if isinstance(font, TTFFont) else {}
        return "".join(
            char if char == "\n" or (ord(char) in glyphs and category(char) != "Cf") else REPLACEMENT for char in text
        )
