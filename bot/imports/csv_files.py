"""Reads records from a CSV file: the columns of `attendance export` by their names, in any order, others passed over.

| column | |
|---|---|
| `User id` | needed |
| `Clock-in (ZONE)`, `Clock-out (ZONE)` | needed; `2026-11-23 09:02:00` in the header's zone, or with an offset |
| `Date` | the work date; the local day of the clock-in where left out |
| `Seconds` | tells which one is meant of times that came twice, when the clocks went back |
| `Office`, `Zone of the event`, `Comment on the start`, `Comment on the end` | |
| `Written down (ZONE)`, `Written by` | when and by whom; now, by whoever imports, where left out |
| `Start written down (ZONE)`, `Start written by` | the same of the clock-in, where it differs |
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import IO
from zoneinfo import ZoneInfo

from bot.calendar.typed import comment
from bot.calendar.worktime import TimeOfDay, instants_of, on_day, zone_named
from bot.errors import InvalidRecord, InvalidText, RepeatedTime, UnknownZone
from bot.imports.source_records import Event, Read, Record, Refused
from bot.imports.spreadsheet_cells import unmarked
from storage.errors import Refusal

ID = re.compile(r"[ -~]{1,100}", re.ASCII)
LONGEST_ID = 100  # of people elsewhere, who may be called by their names
YEARS = range(2, 9999)  # a day from either end, no zone's local time falls out of the calendar
_TIMES = ("clock-in", "clock-out", "written down", "start written down")
_HEADER = re.compile(rf"({'|'.join(_TIMES)})\s*\((.+)\)", re.IGNORECASE)
_NEEDED = {"user id": "User id", "clock-in": "Clock-in (UTC)", "clock-out": "Clock-out (UTC)"}
DELIMITERS = (",", ";", "\t")
_KNOWN = {
    *(*_TIMES, "user id", "date", "seconds", "office", "zone of the event", "written by", "start written by"),
    *("comment on the start", "comment on the end"),
}


def read_csv(file: IO[str]) -> list[Read]:
    """Every record of the file, or why it can't be read.

    Raises InvalidRecord for a file without the needed columns, and for one whose quotes do not match: nobody knows then
    which rows would be swallowed as part of a comment.
    """
    csv.field_size_limit(2**31 - 1)  # bounded by the file: a text that is too long has its own row refused
    first = file.readline()
    if not first.strip("\ufeff \r\n"):
        raise InvalidRecord("The file is empty")
    delimiter = delimiter_of(first)
    try:
        columns = _Columns.of(next(csv.reader([first], delimiter=delimiter), []))
    except csv.Error as error:
        raise InvalidRecord(f"This isn't a CSV file ({error})") from error
    return list(_records(csv.reader(file, delimiter=delimiter, strict=True), columns))


def delimiter_of(line: str) -> str:
    """What separates the fields of that line."""
    return max(DELIMITERS, key=line.count)


@dataclass(frozen=True, slots=True)
class _Columns:
    """Where each column stands, by its name in small letters, and in which zone those of times are."""

    places: Mapping[str, int]
    zones: Mapping[str, ZoneInfo]
    count: int

    @classmethod
    def of(cls, header: Sequence[str]) -> _Columns:
        places, zones = {}, {}
        for place, title in enumerate(header):
            name = title.strip().lstrip("\ufeff").casefold()
            if match := _HEADER.fullmatch(title.strip().lstrip("\ufeff")):
                name = match[1].casefold()
                try:
                    zones[name] = zone_named(match[2].strip())
                except UnknownZone as error:
                    raise InvalidRecord(f"The column “{title}” doesn't name a time zone") from error
            if name in places and name in _KNOWN:
                raise InvalidRecord(f"Two columns are called {name.capitalize()}: leave one of them out")
            places[name] = place
        if missing := [title for name, title in _NEEDED.items() if name not in places]:
            raise InvalidRecord(f"The file has no column {' and no column '.join(missing)}")
        return cls(places, zones, len(header))


def _records(rows: Iterator[list[str]], columns: _Columns) -> Iterator[Read]:
    line = 2
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            told = f"Line {line}: a text starts with a quote and never ends ({error}). Nothing was imported"
            raise InvalidRecord(told) from error
        if any(cell.strip() for cell in cells):
            where = f"line {line}"
            try:
                yield _Row(columns, cells).record(where)
            except Refusal as refused:
                yield Refused(where, refused)
        line += 1 + sum(cell.count("\n") for cell in cells)


@dataclass(frozen=True, slots=True)
class _Row:
    columns: _Columns
    cells: Sequence[str]

    def record(self, where: str) -> Record:
        """Raises Refusal."""
        if any(cell.strip() for cell in self.cells[self.columns.count :]):
            raise InvalidRecord("It has more fields than there are columns: put a text with commas into quotes")
        if len(self.cells) <= self.columns.places["clock-out"]:
            raise InvalidRecord("It breaks off before its clock-out: leave that field empty where there is none")
        user_id = self._text("user id")
        if not user_id or len(user_id) > LONGEST_ID or not user_id.isprintable():
            raise InvalidRecord("The user id is missing")
        in_at, out_at = self._span()
        shared = {"zone": self._zone(), "office": self._text("office")}
        at, by = self._time("written down"), self._id("written by")
        started_at = self._time("start written down") or at
        said_in, said_out = (self._comment(f"comment on the {half}") for half in ("start", "end"))
        clock_in = Event(
            in_at, by=self._id("start written by") or by, recorded_at=started_at, comment=said_in, **shared
        )
        clock_out = Event(out_at, by=by, recorded_at=at, comment=said_out, **shared) if out_at else None
        return Record(where, user_id, clock_in, clock_out, self._day())

    def _text(self, name: str) -> str | None:
        place = self.columns.places.get(name)
        text = self.cells[place].strip() if place is not None and place < len(self.cells) else ""
        return unmarked(text) or None

    def _id(self, name: str) -> str | None:
        text = self._text(name)
        if text and not ID.fullmatch(text):
            raise InvalidRecord(f"{name.capitalize()}: “{text}” isn't an id")
        return text

    def _comment(self, name: str) -> str | None:
        try:
            return comment(self._text(name))
        except InvalidText as error:
            raise InvalidRecord(f"The {name} {error.why}") from error

    def _zone(self) -> str | None:
        name = self._text("zone of the event")
        return zone_named(name).key if name else None

    def _day(self) -> date | None:
        text = self._text("date")
        try:
            return date.fromisoformat(text) if text else None
        except ValueError as error:
            raise InvalidRecord(f"Date: “{text}” isn't a day. Use 2026-11-23") from error

    def _span(self) -> tuple[datetime, datetime | None]:
        started, ended = self._meant("clock-in"), self._meant("clock-out")
        if not started:
            raise InvalidRecord("Clock-in: there is none")
        seconds = self._text("seconds")
        if ended and seconds and len(started) + len(ended) > 2:
            fitting = (
                [
                    (start, end)
                    for start in started
                    for end in ended
                    if abs((end - start) / timedelta(seconds=1) - float(seconds)) <= 1  # each is cut off to the second
                ]
                if seconds.isdecimal()
                else []
            )
            if len(fitting) == 1:
                return fitting[0]
        return self._the_one("clock-in", started), self._the_one("clock-out", ended) if ended else None

    def _time(self, name: str) -> datetime | None:
        meant = self._meant(name) if name in self.columns.places else []
        return meant[0] if meant else None  # of two, when exactly something was written down matters little

    def _meant(self, name: str) -> list[datetime]:
        """The instants (UTC) that the time may mean; none where there is no time. Raises InvalidRecord or Refusal."""
        text = self._text(name)
        if not text:
            return []
        try:
            at = datetime.fromisoformat(text)
            if ":" not in text or at.year not in YEARS:
                raise ValueError(text)
        except ValueError as error:
            told = f"{name.capitalize()}: “{text}” is no time: write it as 2026-11-23 09:02:00"
            raise InvalidRecord(told) from error
        if at.tzinfo:
            return [at.astimezone(UTC)]
        zone = self.columns.zones.get(name)
        if zone is None:
            raise InvalidRecord(f"{name.capitalize()}: no zone stands in its header, and no offset behind the time")
        return _instants(at, zone)

    def _the_one(self, name: str, meant: Sequence[datetime]) -> datetime:
        """Raises RepeatedTime."""
        if len(meant) > 1:
            zone = self.columns.zones[name]
            local = meant[0].astimezone(zone)
            raise RepeatedTime(local.date(), local.time(), zone, meant)
        return meant[0]


def _instants(at: datetime, zone: ZoneInfo) -> list[datetime]:
    """What a local time may mean: nearly always one instant, found without asking the zone more than twice. Raises
    NoSuchTime."""
    first, second = (at.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    if first is not None and first == second:
        return [at.replace(tzinfo=UTC) - first]
    day, time_of_day = at.date(), TimeOfDay(at.time())
    return instants_of(day, time_of_day, zone) or [on_day(day, time_of_day, zone)]
