"""Exports: every record of a range as a row, streamed, for spreadsheets and programs.

The title of a column of times names the zone. Hours are there as raw seconds too. No text can become a formula. A
workbook is in the reader's language. CSV and JSON, which programs read, are in English, but a workspace can have the
headings of CSV in the reader's.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Generator, Iterator, Sequence
from contextlib import aclosing
from enum import StrEnum
from itertools import chain, islice
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from bot.calendar.ranges import DateRange
from bot.documents import export_rows, workbook_words, workbooks
from bot.documents.drawing import draw
from bot.documents.workbook_facts import About
from bot.documents.workbooks import Row
from bot.imports.spreadsheet_cells import Cell, safe_row
from bot.people.profiles import with_unknown_users_looked_up
from bot.permissions import Caller, readable_users
from bot.reports.worked_time import Office
from bot.runtime.services import Services
from bot.wording.catalogue import ENGLISH, reader_language, reading_in
from bot.workspaces import workspace_settings
from storage import pair_queries, people
from storage.considerate import considerately
from storage.database import Transaction
from storage.pairs import Scope


class Format(StrEnum):
    """The format of the file."""

    CSV = "csv"
    JSON = "json"
    XLSX = "xlsx"


ROWS_AT_ONCE = 1000
FOR_PEOPLE = "utf-8-sig"
"""The encoding of a CSV file for people. Without the byte order mark, Excel reads ü as Ã¼."""


async def write(
    services: Services,
    caller: Caller,
    days: DateRange,
    zone: ZoneInfo,
    out: IO[Any],
    form: Format = Format.CSV,
    user_ids: Collection[str] | None = None,
    office: Office | None = None,
    *,
    a_sheet_each: bool = False,
) -> int:
    """Writes the pairs of those people, or of everyone the caller may see, by day. Returns how many.

    `out` takes bytes for XLSX, text for the others; `a_sheet_each` gives each person a sheet of a workbook. Memory
    stays flat whatever the range. Raises Forbidden or UnknownUser, with nothing written; Unavailable, perhaps half way.
    """

    readers = reader_language()

    def headings(tx: Transaction) -> list[str]:
        if form is Format.CSV and workspace_settings.in_force(tx, caller.workspace_id).translated_csv:
            with reading_in(readers):
                return export_rows.columns(zone)
        return export_rows.columns(zone)

    def read(tx: Transaction) -> Generator[tuple[int, str], None, None]:
        whose = readable_users(tx, caller, user_ids, days)
        scope = Scope(caller.workspace_id, days.first, days.last, whose, office.office_id if office else None)
        rows = export_rows.rows(tx, scope, zone, for_people=form is Format.XLSX)
        yield from _WRITERS[form](headings(tx), considerately(rows))

    async def written(into: IO[str]) -> int:
        count = 0
        with reading_in(readers if form is Format.XLSX else ENGLISH):  # programs read the others too
            async with aclosing(services.database.stream(read, long=True)) as parts:
                async for records, text in parts:
                    into.write(text)
                    count += records
        return count

    if form is not Format.XLSX:
        return await with_unknown_users_looked_up(services, caller.workspace_id, lambda: written(out))
    own = await services.database.read(lambda tx: people.names(tx.connection, caller.workspace_id, [caller.user_id]))
    made_by = own.get(caller.user_id, caller.user_id)
    about = About(days.first, days.last, zone.key, office.name if office else None, services.database.clock(), made_by)
    with tempfile.TemporaryDirectory(prefix="attendance-workbook-") as folder:
        kept, book = Path(folder) / "rows", Path(folder) / "book"
        with kept.open("w", encoding="utf-8") as lines:
            await with_unknown_users_looked_up(services, caller.workspace_id, lambda: written(lines))
        # After the database is free again, because packing a workbook takes long.
        how = (workbook_words.for_reader(), about)
        columns = export_rows.columns(zone)
        count = await draw(workbooks.write_file, book, columns, kept, *how, a_sheet_each=a_sheet_each)
        with book.open("rb") as drawn:
            await asyncio.to_thread(shutil.copyfileobj, drawn, out)
    return count


async def how_many(
    services: Services, caller: Caller, days: DateRange, user_ids: Collection[str] | None, office: Office | None
) -> int:
    """How many records `write` would write. Raises Forbidden or UnknownUser."""

    def read(tx: Transaction) -> int:
        whose = readable_users(tx, caller, user_ids, days)
        scope = Scope(caller.workspace_id, days.first, days.last, whose, office.office_id if office else None)
        return pair_queries.count(tx.connection, scope)

    return await with_unknown_users_looked_up(services, caller.workspace_id, lambda: services.database.read(read))


def _portions(found: Iterator[Row]) -> Iterator[list[Row]]:
    """At least one, even if it is empty."""
    portion = list(islice(found, ROWS_AT_ONCE))
    while True:
        yield portion
        if not (portion := list(islice(found, ROWS_AT_ONCE))):
            return


def _as_csv(headers: list[str], found: Iterator[Row]) -> Iterator[tuple[int, str]]:
    begun: list[Sequence[Cell]] = [headers]
    for portion in _portions(found):
        text = io.StringIO()
        csv.writer(text).writerows(chain(begun, map(safe_row, portion)))
        yield len(portion), text.getvalue()
        begun = []


def _as_json(headers: list[str], found: Iterator[Row]) -> Iterator[tuple[int, str]]:
    before = "[\n"
    for portion in _portions(found):
        lines = [json.dumps(dict(zip(headers, row, strict=True)), ensure_ascii=False) for row in portion]
        yield len(portion), before + ",\n".join(lines)
        before = ",\n"
    yield 0, "\n]\n"


def _as_lines(headers: list[str], found: Iterator[Row]) -> Iterator[tuple[int, str]]:
    """One line for each row, for our own reader."""
    for portion in _portions(found):
        yield len(portion), "".join(json.dumps(row) + "\n" for row in portion)


_WRITERS: dict[Format, Callable[[list[str], Iterator[Row]], Iterator[tuple[int, str]]]] = {
    Format.CSV: _as_csv,
    Format.JSON: _as_json,
    Format.XLSX: _as_lines,
}
"""The text of the rows in parts, each with the number of its rows."""
