"""The pages of a PDF: headings, paragraphs and tables of any length, in any script."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime
from itertools import zip_longest
from typing import cast

from fpdf import FPDF
from fpdf.enums import MethodReturnValue
from fpdf.fonts import FontFace

from bot.documents.fonts import FAMILY, Fonts

MOST_LINES = 40
"""Of a row on a page, besides the table's header."""
SURELY_FITS = 100  # characters, however wide, in the narrowest column
HEAD = FontFace(fill_color=(235, 238, 243))


class Pages(FPDF):
    """A4, with a line at the bottom of every page: `about` with the page's number on the left, `whose` on the right.

    `language` is a tag, as in `de-AT`: screen readers speak in it. What people typed gets a paragraph or cell of its
    own, so that each text runs in its own direction.
    """

    def __init__(self, title: str, whose: str, about: str, made_at: datetime, language: str = "en") -> None:
        super().__init__(format="A4")
        self._fonts = Fonts(self, language)
        self.set_lang(language)
        self._whose, self._about = self._fonts.prepare(whose), self._fonts.prepare(about)
        self.set_auto_page_break(True, margin=18)
        self.set_creation_date(made_at)
        self.set_title(self._fonts.prepare(title))

    def footer(self) -> None:
        """Called for every page."""
        self.set_y(-12)
        self.set_font(FAMILY, size=7)
        self.cell(0, 5, f"{self._about} {self.page_no()}", new_x="LMARGIN")
        self.set_x(self.w / 2)
        self.cell(0, 5, self._whose, align="R")

    def heading(self, text: str) -> None:
        """A line in large letters."""
        self.set_font(FAMILY, size=14)
        self.multi_cell(0, 8, self._fonts.prepare(text), align="L", new_x="LMARGIN", new_y="NEXT")

    def paragraphs(self, texts: Iterable[str]) -> None:
        """Each on a line of its own."""
        self.set_font(FAMILY, size=9)
        for text in texts:
            self.multi_cell(0, 5, self._fonts.prepare(text), align="L", new_x="LMARGIN", new_y="NEXT")
        self.ln(2)

    def grid(self, header: Sequence[str], rows: Iterable[Sequence[str]], widths: Sequence[int]) -> None:
        """A table. Its header is repeated on every page."""
        self.set_font(FAMILY, size=8)
        with self.table(col_widths=tuple(widths), line_height=5, text_align="LEFT", headings_style=HEAD) as table:
            for cells in (header, *rows):
                for part in self._rows_that_fit(cells, widths):
                    row = table.row()
                    for cell in part:
                        row.cell(cell)
        self.ln(2)

    def _rows_that_fit(self, cells: Sequence[str], widths: Sequence[int]) -> Iterator[Sequence[str]]:
        """The row, or as many as it takes: a row can't be higher than a page."""
        columns = [self._parts(self._fonts.prepare(cell), width) for cell, width in zip(cells, widths, strict=True)]
        return zip_longest(*columns, fillvalue="")

    def _parts(self, text: str, width: int) -> list[str]:
        if len(text) <= SURELY_FITS and text.count("\n") < MOST_LINES // 2:
            return [text]
        wrapped = self.multi_cell(width, 5, text, align="LEFT", dry_run=True, output=MethodReturnValue.LINES)
        lines = cast("list[str]", wrapped)
        return ["\n".join(lines[start : start + MOST_LINES]) for start in range(0, len(lines), MOST_LINES)]
