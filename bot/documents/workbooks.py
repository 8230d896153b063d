"""Exports as a workbook: real dates and durations, a frozen header, totals. Memory stays flat.

Text is written as text, so no comment can become a formula or a link. Imports little, because each workbook is drawn
in a new process (`drawing`).
"""

from __future__ import annotations

import json
from collections import defaultdict
from collections.abc import Iterator, Sequence
from datetime import date, datetime, timedelta
from pathlib import Path
from typing import IO, TYPE_CHECKING, Any

from bot.documents.workbook_facts import About, Words

if TYPE_CHECKING:
    from xlsxwriter.format import Format as CellFormat
    from xlsxwriter.workbook import Workbook
    from xlsxwriter.worksheet import Worksheet

Row = tuple[str | int | None, ...]

MOST_ROWS = 1_048_576  # of a sheet in Excel's format, with the header
LONGEST_SHEET_NAME = 31
MOST_SHEETS = 200  # each holds a file open while the workbook is written
FIRST_YEAR = 1900  # Excel knows no earlier dates, so they stay text
WIDTHS = (11, 22, 13, 19, 19, 10, 10, 11, 16, 18, 30, 30, 19, 13, 19, 13, 40, 20, 14, 40, 19, 13, 40, 18, 40)
ARROW, WIDEST = 3, 40  # of the filter beside a title; of a column for its title
DAY, STARTS, ENDS, HOURS, SECONDS, ENTERED, CLOCK_IN_ENTERED, CHANGED = 0, 3, 4, 5, 6, 12, 14, 20
MOMENTS = (STARTS, ENDS, ENTERED, CLOCK_IN_ENTERED, CHANGED)
"""The columns of `export_rows.columns` that hold more than text."""


def write_file(
    out: Path, headers: Sequence[str], lines: Path, words: Words, about: About, *, a_sheet_each: bool
) -> int:
    """The same to a file, with the rows of another: a JSON array on each line."""
    with out.open("wb") as into, lines.open(encoding="utf-8") as kept:
        rows = (tuple(json.loads(line)) for line in kept)
        return write(into, headers, rows, words, about, a_sheet_each=a_sheet_each)


def write(
    out: IO[bytes], headers: Sequence[str], rows: Iterator[Row], words: Words, about: About, *, a_sheet_each: bool
) -> int:
    """Writes the rows of `export_rows.rows`, returns how many. Raises TooManySheets."""
    import xlsxwriter  # the server, which draws none itself, starts without it

    options = {"constant_memory": True, "strings_to_formulas": False, "strings_to_urls": False}
    with xlsxwriter.Workbook(out, options) as workbook:
        formats = _Formats(workbook, words)
        records = _Records(workbook, formats, headers, words)
        first = workbook.add_worksheet(records.free_name(words.about))
        worked: dict[tuple[str, str], int] = defaultdict(int)
        count = 0
        for count, row in enumerate(rows, start=1):  # noqa: B007  # the last number is used below
            name, user_id = str(row[1]), str(row[2])
            records.add(name if a_sheet_each else words.records, user_id if a_sheet_each else "", row)
            worked[name, user_id] += int(row[SECONDS] or 0)
        records.finish()
        _write_about(first, formats, words, about, worked, count)
    return count


class _Formats:
    def __init__(self, workbook: Workbook, words: Words) -> None:
        self.header: CellFormat = workbook.add_format({"bold": True, "bottom": 1})
        self.day: CellFormat = workbook.add_format({"num_format": words.day_format})
        self.moment: CellFormat = workbook.add_format({"num_format": words.moment_format})
        self.length: CellFormat = workbook.add_format({"num_format": "[h]:mm:ss"})
        self.total: CellFormat = workbook.add_format({"num_format": "[h]:mm:ss", "bold": True, "top": 1})
        self.total_number: CellFormat = workbook.add_format({"bold": True, "top": 1})


class _Records:
    """The sheets with the records: one, or one for each person. A full one continues in another."""

    def __init__(self, workbook: Workbook, formats: _Formats, headers: Sequence[str], words: Words) -> None:
        self._workbook, self._formats, self._words = workbook, formats, words
        self._headers = [words.worked if column == HOURS else header for column, header in enumerate(headers)]
        self._open: dict[str, tuple[Worksheet, int, int]] = {}
        self._names: set[str] = set()

    def add(self, title: str, key: str, row: Row) -> None:
        if key not in self._open:
            if len(self._open) >= MOST_SHEETS:
                from bot.errors import TooManySheets  # which imports much, and is rarely needed

                raise TooManySheets(MOST_SHEETS)
            self._open[key] = (self._sheet(title), 1, 0)
        sheet, line, seconds = self._open[key]
        if line == MOST_ROWS - 1:
            self._finish(sheet, line, seconds)
            sheet, line, seconds = self._sheet(title), 1, 0
        self._write(sheet, line, row)
        self._open[key] = (sheet, line + 1, seconds + int(row[SECONDS] or 0))

    def finish(self) -> None:
        if not self._open:
            self._open[""] = (self._sheet(self._words.records), 1, 0)
        for opened in self._open.values():
            self._finish(*opened)

    def free_name(self, title: str) -> str:
        r"""A name that Excel accepts: at most 31 UTF-16 units, none of `[]:*?/\`, and no two alike."""
        plain = "".join(" " if char in "[]:*?/\\" or char < " " else char for char in title)
        plain = plain.strip(" '") or self._words.records
        number, name = 1, _beginning(plain, LONGEST_SHEET_NAME).rstrip(" '")
        while name.casefold() in self._names or name.casefold() == "history":  # a name that Excel reserves
            number += 1
            name = f"{_beginning(plain, LONGEST_SHEET_NAME - 1 - len(str(number)))} {number}"
        self._names.add(name.casefold())
        return name

    def _sheet(self, title: str) -> Worksheet:
        sheet = self._workbook.add_worksheet(self.free_name(title))
        for column, (header, width) in enumerate(zip(self._headers, WIDTHS, strict=True)):
            sheet.set_column(column, column, max(width, min(len(header) + ARROW, WIDEST)))
            sheet.write_string(0, column, header, self._formats.header)
        sheet.freeze_panes(1, 0)
        return sheet

    def _write(self, sheet: Worksheet, line: int, row: Row) -> None:
        for column, value in enumerate(row):
            if value is None:
                continue
            if column == HOURS:
                sheet.write_number(line, column, int(row[SECONDS] or 0) / 86400, self._formats.length)
            elif column == SECONDS:
                sheet.write_number(line, column, int(value))
            elif column in (DAY, *MOMENTS) and int(str(value)[:4]) >= FIRST_YEAR:
                style = self._formats.day if column == DAY else self._formats.moment
                sheet.write_datetime(line, column, datetime.fromisoformat(str(value)), style)
            else:
                sheet.write_string(line, column, str(value))

    def _finish(self, sheet: Worksheet, line: int, seconds: int) -> None:
        """The totals under the records, and the filter over them."""
        sheet.autofilter(0, 0, max(line - 1, 1), len(self._headers) - 1)
        sheet.write_string(line, STARTS, self._words.total, self._formats.total_number)
        last = max(line, 2)
        sheet.write_formula(line, HOURS, f"=SUM(F2:F{last})", self._formats.total, seconds / 86400)
        sheet.write_formula(line, SECONDS, f"=SUM(G2:G{last})", self._formats.total_number, seconds)


def _beginning(text: str, longest: int) -> str:
    """In UTF-16 units."""
    return text.encode("utf-16-le", "surrogatepass")[: 2 * longest].decode("utf-16-le", "ignore")


def _write_about(
    sheet: Worksheet, formats: _Formats, words: Words, about: About, worked: dict[tuple[str, str], int], count: int
) -> None:
    sheet.set_column(0, 0, 26)
    sheet.set_column(1, 3, 18)
    facts: list[tuple[str, str | date | int]] = [
        (words.first_day, about.first),
        (words.last_day, about.last),
        (words.zone, about.zone),
        (words.office, about.office or words.all_offices),
        (words.records, count),
        (words.exported_at, about.made_at.replace(tzinfo=None, microsecond=0)),
        (words.exported_by, about.made_by),
    ]
    for line, (name, value) in enumerate(facts):
        sheet.write_string(line, 0, name, formats.header)
        _write_fact(sheet, line, value, formats)
    line = len(facts) + 1
    for column, title in enumerate((words.person, words.user_id, words.worked, words.seconds)):
        sheet.write_string(line, column, title, formats.header)
    for (name, user_id), seconds in sorted(worked.items()):
        line += 1
        sheet.write_string(line, 0, name)
        sheet.write_string(line, 1, user_id)
        sheet.write_number(line, 2, seconds / 86400, formats.length)
        sheet.write_number(line, 3, seconds)
    whole = sum(worked.values())
    sheet.write_string(line + 1, 0, words.total, formats.total_number)
    sheet.write_number(line + 1, 2, timedelta(seconds=whole) / timedelta(days=1), formats.total)
    sheet.write_number(line + 1, 3, whole, formats.total_number)


def _write_fact(sheet: Worksheet, line: int, value: Any, formats: _Formats) -> None:
    if isinstance(value, int):
        sheet.write_number(line, 1, value)
    elif isinstance(value, date) and value.year >= FIRST_YEAR:
        sheet.write_datetime(line, 1, value, formats.moment if isinstance(value, datetime) else formats.day)
    else:
        sheet.write_string(line, 1, str(value))
