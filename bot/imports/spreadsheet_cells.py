"""Texts that a spreadsheet would run as formulas: exports mark them, imports remove the marks."""

from __future__ import annotations

import re
from collections.abc import Sequence

Cell = str | int | float | None

_SIGNS = r"=+\-@＝＋－＠"
"""How a formula begins. Some spreadsheets read the full-width signs as the plain ones."""
_CELL = r"(?:^|[;\t\r\n])[ \"]*"
"""Where a new cell begins for a spreadsheet that separates by another sign than the comma, even in quoted text."""
_TO_MARK = re.compile(rf"^(?='*[\t\r\n])|{_CELL}(?='*[{_SIGNS}])")
_MAY_NEED_MARKS = re.compile(rf"[;\t\r\n][ \"']*[{_SIGNS}\t\r\n]")
"""Rules out most rows in one look. A year's export has ten million cells."""
_MARKED = re.compile(rf"(^)'(?='*[\t\r\n])|({_CELL})'(?='*[{_SIGNS}])")


def safe_row(cells: Sequence[Cell]) -> Sequence[Cell]:
    """The cells of a row, each `safe`."""
    texts = ";".join([cell for cell in cells if isinstance(cell, str)])
    return [safe(cell) for cell in cells] if _MAY_NEED_MARKS.search(f";{texts}") else cells


def safe(cell: Cell) -> Cell:
    """With an apostrophe before each part that would be a formula (`=HYPERLINK(…)`). What people typed and imported ids
    may be any text."""
    return _TO_MARK.sub(r"\g<0>'", cell) if isinstance(cell, str) else cell


def unmarked(text: str) -> str:
    """The text as it was before `safe` marked it."""
    return _MARKED.sub(r"\1\2", text)
