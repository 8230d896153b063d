"""Texts that a spreadsheet would take for formulas: exports mark them, and imports read them back."""

from __future__ import annotations

FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")
"""How a text begins that some spreadsheet takes for a formula; the wide signs are read as the plain ones in places."""
Cell = str | int | float | None


def safe(cell: Cell) -> Cell:
    """A text that a spreadsheet would otherwise take for a formula (`=HYPERLINK(…)`), with an apostrophe before it:
    what people typed, and ids from elsewhere, which may be any text."""
    return f"'{cell}" if isinstance(cell, str) and cell.startswith(FORMULA) else cell
