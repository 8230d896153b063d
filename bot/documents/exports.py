"""Exports: every record of a range as a row, streamed, for spreadsheets and programs.

The title of a column of times names the zone. Hours are there as raw seconds too. No text can become a formula.
"""

from __future__ import annotations

import asyncio
import csv
import io
import json
import shutil
import tempfile
from collections.abc import Callable, Collection, Generator, Iterator, Mapping, Sequence
from contextlib import aclosing
from datetime import date, datetime
from enum import StrEnum
from functools import cache, partial
from itertools import chain, groupby, islice
from pathlib import Path
from typing import IO, Any
from zoneinfo import ZoneInfo

from bot.calendar.ranges import DateRange
from bot.calendar.worktime import LONGEST_PAIR, local_time, to_microseconds
from bot.documents import workbooks
from bot.documents.drawing import draw
from bot.documents.workbooks import About, Row
from bot.imports.spreadsheet_cells import Cell, safe
from bot.people.profiles import with_unknown_users_looked_up
from bot.permissions import Caller, readable_users
from bot.reports import findings
from bot.reports.worked_time import Office
from bot.runtime.services import Services
from bot.wording import holidays
from bot.wording.findings import finding_lines
from bot.workspaces import holiday_calendars
from storage import offices, pair_queries, people
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

    def read(tx: Transaction) -> Generator[tuple[int, str], None, None]:
        whose = readable_users(tx, caller, user_ids)
        scope = Scope(caller.workspace_id, days.first, days.last, whose, office.office_id if office else None)
        yield from _WRITERS[form](columns(zone), rows(tx, scope, zone, name_creators=form is Format.XLSX))

    async def written(into: IO[str]) -> int:
        count = 0
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
        count = await draw(workbooks.write_file, book, columns(zone), kept, about, a_sheet_each=a_sheet_each)
        with book.open("rb") as drawn:
            await asyncio.to_thread(shutil.copyfileobj, drawn, out)
    return count


async def how_many(
    services: Services, caller: Caller, days: DateRange, user_ids: Collection[str] | None, office: Office | None
) -> int:
    """How many records `write` would write. Raises Forbidden or UnknownUser."""

    def read(tx: Transaction) -> int:
        whose = readable_users(tx, caller, user_ids)
        scope = Scope(caller.workspace_id, days.first, days.last, whose, office.office_id if office else None)
        return pair_queries.count(tx.connection, scope)

    return await with_unknown_users_looked_up(services, caller.workspace_id, lambda: services.database.read(read))


def columns(zone: ZoneInfo) -> list[str]:
    """The titles of the columns, in the order of `rows`."""
    times = [f"{title} ({zone.key})" for title in ("Clock-in", "Clock-out", "Entered", "Clock-in entered")]
    return [
        *("Date", "Person", "User id", times[0], times[1], "Hours", "Seconds", "State", "Office", "Time zone"),
        *("Clock-in comment", "Clock-out comment", times[2], "Entered by"),
        *(times[3], "Clock-in entered by"),
        *("Findings", "Holiday"),
    ]


def rows(tx: Transaction, scope: Scope, zone: ZoneInfo, *, name_creators: bool = False) -> Iterator[Row]:
    """One row for each pair, by work date, person and start.

    `name_creators`: "Entered by" holds names, for people. Otherwise it holds ids, which an import can read.
    """
    names = people.names(tx.connection, scope.workspace_id, None if name_creators else scope.user_ids)
    places = {office.office_id: office.name for office in offices.all_of(tx.connection, scope.workspace_id)}
    found = pair_queries.stream_export_rows(tx.connection, scope)
    told = _findings(tx, scope)
    local, creators = partial(local_time, zone=zone), names if name_creators else {}
    return _as_rows(found, names, creators, places, local, tx.now, told, _holidays(tx, scope))


def _holidays(tx: Transaction, scope: Scope) -> Callable[[str, str | None], str]:
    """The name of the holiday on a day at an office, each looked up once; empty for other days."""
    calendars = holiday_calendars.calendars(tx, scope.workspace_id, scope.first, scope.last)

    @cache
    def named(day: str, office_id: str | None) -> str:
        holiday = calendars.of(office_id).on(date.fromisoformat(day))
        return holidays.name(holiday) if holiday else ""

    return named


def _findings(tx: Transaction, scope: Scope) -> dict[tuple[str, str], str]:
    """What was found, in words by person and work date."""
    if not findings.has_rules(tx, scope.workspace_id):
        return {}
    told: dict[tuple[str, str], str] = {}
    for user_id, of_person in findings.findings(tx, scope).items():
        for day, of_day in groupby(of_person, key=lambda found: found.finding.work_date):
            told[user_id, day.isoformat()] = finding_lines(list(of_day))
    return told


def _as_rows(
    found: Iterator[Any],
    names: Mapping[str, str],
    creators: Mapping[str, str],
    places: Mapping[str, str],
    local: Callable[[int], str],
    now: datetime,
    told: dict[tuple[str, str], str],
    holiday: Callable[[str, str | None], str],
) -> Iterator[Row]:
    """Built for speed: a year of a thousand people has 700,000 rows. What was found on a day is at its first record."""
    forgotten_before = to_microseconds(now - LONGEST_PAIR)
    for row in found:
        day, user_id, in_at, out_at, in_recorded_at, out_recorded_at, in_by, out_by, office_id, own_zone, *said = row
        seconds = None if out_at is None else (out_at - in_at) // 1_000_000
        yield (
            day,
            names.get(user_id, user_id),
            user_id,
            local(in_at),
            None if out_at is None else local(out_at),
            None if seconds is None else f"{seconds / 3600:.4f}",
            seconds,
            "" if out_at is not None else "unresolved" if in_at < forgotten_before else "still in",
            places.get(office_id, office_id),
            own_zone,
            *said,
            local(out_recorded_at or in_recorded_at),
            creators.get(out_by or in_by, out_by or in_by),
            local(in_recorded_at),
            creators.get(in_by, in_by),
            told.pop((user_id, day), "") if told else "",
            holiday(day, office_id),
        )


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
        csv.writer(text).writerows(chain(begun, (tuple(map(safe, row)) for row in portion)))
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
