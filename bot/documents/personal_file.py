"""A person's own file: all that the ledger holds of them in a range, to read (PDF) and to reckon with (CSV).

Laws ask that workers get at their record by themselves (facts: Spain's draft decree, CJEU C-55/18).
"""

from __future__ import annotations

import csv
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import IO
from unicodedata import category
from zoneinfo import ZoneInfo

from fpdf import FPDF
from fpdf.fonts import FontFace, TTFFont

from bot.attendance import history
from bot.attendance.history import Change
from bot.calendar.ranges import DateRange
from bot.documents import exports
from bot.permissions import Caller
from bot.reports import worked_time
from bot.reports.worked_time import Report
from bot.runtime.services import Services
from bot.wording import Reader, zone_label
from bot.wording import own_file as sentences
from bot.wording.report_table import report_table, shown

FONT = Path(__file__).parent / "fonts" / "DejaVuSans.ttf"
"""DejaVu Sans: Latin, Greek, Cyrillic and more, free to ship (its licence stands beside it)."""


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
    around = await worked_time.surroundings(services, caller)
    report = await worked_time.worked_time(services, caller, days, [caller.user_id])
    changes = await history.of_person(services, caller, caller.user_id, days, most=None)
    return OwnFile(report.people[0].name, caller.user_id, days, around.zone, report, changes, report.now)


async def write_csv(services: Services, caller: Caller, own: OwnFile, out: IO[str]) -> None:
    """The records as every export has them, then every change."""
    await exports.write(services, caller, own.days, own.zone, out, user_ids=[caller.user_id])
    writer = csv.writer(out)
    writer.writerow([])
    writer.writerow(sentences.change_columns(own.zone.key))
    for change in own.changes:
        writer.writerow([exports.safe(cell) for cell in sentences.change_cells(change, own.zone)])


def write_pdf(own: OwnFile, out: Path) -> None:
    """A page head with name, range and zone; hours by day with their total; every change."""
    pdf = _Pages(own)
    pdf.add_page()
    pdf.heading(sentences.title(own.name))
    pdf.said(sentences.about(own.days, own.user_id, zone_label(own.zone), own.report.total))
    days = report_table(own.report)
    pdf.grid(days.columns[:-1], ([shown(cell) for cell in row[:-1]] for row in days.rows), (60, 30, 40, 32, 28))
    pdf.said([*sentences.unresolved(own.report), *sentences.clock_changes(own.report)])
    pdf.heading(sentences.CHANGES)
    reader = Reader(own.user_id, own.made_at, in_chat=False)
    rows = (sentences.change_cells(change, own.zone) for change in own.changes)
    pdf.grid(sentences.change_columns(own.zone.key), rows, (36, 26, 34, 24, 70))
    if not own.changes:
        pdf.said([sentences.nothing(reader)])
    pdf.output(str(out))


class _Pages(FPDF):
    """A4 with a head and a foot on every page."""

    def __init__(self, own: OwnFile) -> None:
        super().__init__(format="A4")
        self._own = own
        self.add_font("Sans", "", str(FONT))
        self.set_auto_page_break(True, margin=18)
        self.set_creation_date(own.made_at)
        self.set_title(self._known(sentences.title(own.name)))

    def footer(self) -> None:
        self.set_y(-12)
        self.set_font("Sans", size=7)
        foot = sentences.foot(self._own.name, self._own.days, self._own.made_at, self.page_no())
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
                row = table.row()
                for cell in cells:
                    row.cell(self._known(cell))
        self.ln(2)

    def _known(self, text: str) -> str:
        """The text with the replacement character for what the font does not have, and for what turns text around."""
        font = self.fonts["sans"]
        glyphs = font.cmap if isinstance(font, TTFFont) else {}
        return "".join(
            char if char == "\n" or (ord(char) in glyphs and category(char) != "Cf") else REPLACEMENT for char in text
        )
