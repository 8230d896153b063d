"""Reads records from a CSV file with the columns of `attendance export`, in any order. Others are ignored.

| column | |
|---|---|
| `User id` | required |
| `Clock-in (ZONE)`, `Clock-out (ZONE)` | required; `2026-11-23 09:02:00` in the zone of the title, or with an offset |
| `Date` | the work date; default: the local day of the clock-in |
| `Seconds` | tells which instant is meant when the clocks went back and a time came twice |
| `Office`, `Time zone`, `Clock-in comment`, `Clock-out comment` | |
| `Entered (ZONE)`, `Entered by` | when, and the id of who did; default: now, by the person who imports |
| `Clock-in entered (ZONE)`, `Clock-in entered by` | the same for the clock-in, if it differs |
| `Break started` | the kind of the break that the clock-out started |
| `Paid breaks (ZONE)` | those inside the record, as `paid_break_cells` writes them |
"""

from __future__ import annotations

import csv
import re
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import IO
from zoneinfo import ZoneInfo

from bot.calendar.break_kinds import is_name
from bot.calendar.time_zones import cities_for
from bot.calendar.typed import comment
from bot.calendar.worktime import TimeOfDay, instants_of, on_day, zone_of_place
from bot.errors import InvalidRecord, InvalidText, RepeatedTime, UnknownZone
from bot.imports import paid_break_cells
from bot.imports.source_records import Event, PaidBreak, Read, Record, Refused
from bot.imports.spreadsheet_cells import unmarked
from storage.errors import Refusal

ID = re.compile(r"[ -~]{1,100}", re.ASCII)
LONGEST_ID = 100  # of people elsewhere, who may be called by their names
YEARS = range(2, 9999)  # at either end of the calendar, a local time in another zone could fall outside of it
_TIMES = ("clock-in", "clock-out", "entered", "clock-in entered", "paid breaks")
_EARLIER_TITLES = {
    "written down": "entered",
    "written by": "entered by",
    "start written down": "clock-in entered",
    "start written by": "clock-in entered by",
    "zone of the event": "time zone",
    "comment on the start": "clock-in comment",
    "comment on the end": "clock-out comment",
}
"""What columns were called in files of earlier exports: ignored columns would lose who entered what and when."""
_WITH_ZONE = re.compile(r"(.+?)\s*\((.+)\)")
_NEEDED = {"user id": "User id", "clock-in": "Clock-in (UTC)", "clock-out": "Clock-out (UTC)"}
DELIMITERS = (",", ";", "\t")
_KNOWN = {
    *(*_TIMES, "user id", "date", "seconds", "office", "time zone", "entered by", "clock-in entered by"),
    *("clock-in comment", "clock-out comment", "break started"),
}


def read_csv(file: IO[str]) -> list[Read]:
    """Every record of the file, or why it can't be read.

    Raises InvalidRecord for a file without the required columns, and for one whose quotes don't match: some rows could
    be read as part of a comment.
    """
    csv.field_size_limit(2**31 - 1)  # the file is the limit; the row of a text that is too long is refused
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
    """The position of each column by its name in lower case, and the zone of each column of times."""

    places: Mapping[str, int]
    zones: Mapping[str, ZoneInfo]
    count: int

    @classmethod
    def of(cls, header: Sequence[str]) -> _Columns:
        places, zones = {}, {}
        for place, title in enumerate(header):
            name, zone = _name_and_zone(title)
            if zone is not None:
                try:
                    zones[name] = zone_of_place(zone)
                except UnknownZone as error:
                    example = next(iter(cities_for(zone)), "Europe/Berlin")
                    raise InvalidRecord(
                        f'The column "{title}" doesn\'t name a time zone. Use a name like {example}'
                    ) from error
            if name in places and name in _KNOWN:
                raise InvalidRecord(f"Two columns are called {name.capitalize()}. Leave one of them out")
            places[name] = place
        if missing := [title for name, title in _NEEDED.items() if name not in places]:
            raise InvalidRecord(f"These columns are missing: {', '.join(missing)}")
        return cls(places, zones, len(header))


def _name_and_zone(title: str) -> tuple[str, str | None]:
    """`Clock-in (Europe/Berlin)` is `clock-in` in that zone; a column that holds no times has no zone."""
    text = title.strip().lstrip("\ufeff")
    if match := _WITH_ZONE.fullmatch(text):
        name = _current_name(match[1])
        if name in _TIMES:
            return name, match[2].strip()
    return _current_name(text), None


def _current_name(title: str) -> str:
    name = title.casefold()
    return _EARLIER_TITLES.get(name, name)


def _records(rows: Iterator[list[str]], columns: _Columns) -> Iterator[Read]:
    line = 2
    while True:
        try:
            cells = next(rows)
        except StopIteration:
            return
        except csv.Error as error:
            why = (
                f"On line {line}, a text starts with a quote that is never closed ({error}). Close it and import again"
            )
            raise InvalidRecord(why) from error
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
            raise InvalidRecord("It has more fields than the header. Put a text with commas in quotes")
        if len(self.cells) <= self.columns.places["clock-out"]:
            raise InvalidRecord("It ends before the clock-out column. Leave that field empty if there is no clock-out")
        user_id = self._text("user id")
        if not user_id or len(user_id) > LONGEST_ID or not user_id.isprintable():
            raise InvalidRecord("The user id is missing")
        in_at, out_at = self._span()
        shared = {"zone": self._zone(), "office": self._text("office")}
        at, by = self._time("entered"), self._id("entered by")
        started_at = self._time("clock-in entered") or at
        said_in, said_out = (self._comment(f"{half} comment") for half in ("clock-in", "clock-out"))
        started_by = self._id("clock-in entered by") or by
        clock_in = Event(in_at, by=started_by, recorded_at=started_at, comment=said_in, **shared)
        clock_out = Event(out_at, by=by, recorded_at=at, comment=said_out, **shared) if out_at else None
        inside = self._paid_breaks(user_id, says_when=at is not None)
        return Record(where, user_id, clock_in, clock_out, self._day(), self._break_started(clock_out), inside)

    def _text(self, name: str) -> str | None:
        place = self.columns.places.get(name)
        text = self.cells[place].strip() if place is not None and place < len(self.cells) else ""
        return unmarked(text) or None

    def _id(self, name: str) -> str | None:
        text = self._text(name)
        if text and not ID.fullmatch(text):
            raise InvalidRecord(f'{name.capitalize()}: "{text}" isn\'t an id')
        return text

    def _comment(self, name: str) -> str | None:
        try:
            return comment(self._text(name))
        except InvalidText as error:
            raise InvalidRecord(f"The {name} {error.why}") from error

    def _break_started(self, clock_out: Event | None) -> str | None:
        kind = self._text("break started")
        if kind and not is_name(kind):
            raise InvalidRecord(f'Break started: "{kind}" isn\'t the name of a break')
        if kind and clock_out is None:
            raise InvalidRecord("Break started: a break starts at a clock-out, and there is none")
        return kind

    def _paid_breaks(self, user_id: str, *, says_when: bool) -> list[PaidBreak]:
        text = self._text("paid breaks")
        if not text:
            return []

        def instant(time: str) -> datetime:
            return self._the_one("paid breaks", self._instants("paid breaks", time))

        return paid_break_cells.read(text, user_id, instant, says_when=says_when)

    def _zone(self) -> str | None:
        name = self._text("time zone")
        return zone_of_place(name).key if name else None

    def _day(self) -> date | None:
        text = self._text("date")
        try:
            return date.fromisoformat(text) if text else None
        except ValueError as error:
            raise InvalidRecord(f'Date: "{text}" isn\'t a day. Use 2026-11-23') from error

    def _span(self) -> tuple[datetime, datetime | None]:
        started, ended = self._meant("clock-in"), self._meant("clock-out")
        if not started:
            raise InvalidRecord("The clock-in is missing")
        seconds = self._text("seconds")
        if ended and seconds and len(started) + len(ended) > 2:
            fitting = (
                [
                    (start, end)
                    for start in started
                    for end in ended
                    if abs((end - start) / timedelta(seconds=1) - float(seconds)) <= 1  # both are cut off to the second
                ]
                if seconds.isdecimal()
                else []
            )
            if len(fitting) == 1:
                return fitting[0]
        return self._the_one("clock-in", started), self._the_one("clock-out", ended) if ended else None

    def _time(self, name: str) -> datetime | None:
        meant = self._meant(name) if name in self.columns.places else []
        return meant[0] if meant else None  # of two, either will do: an hour matters little here

    def _meant(self, name: str) -> list[datetime]:
        """The instants (UTC) that the time may mean; none for an empty field. Raises InvalidRecord or Refusal."""
        text = self._text(name)
        return self._instants(name, text) if text else []

    def _instants(self, name: str, text: str) -> list[datetime]:
        try:
            at = datetime.fromisoformat(text)
            if ":" not in text or at.year not in YEARS:
                raise ValueError(text)
        except ValueError as error:
            why = f'{name.capitalize()}: "{text}" isn\'t a date and time. Use 2026-11-23 09:02:00'
            raise InvalidRecord(why) from error
        if at.tzinfo:
            return [at.astimezone(UTC)]
        zone = self.columns.zones.get(name)
        if zone is None:
            zoned = f"{name.capitalize()} (Europe/Berlin)"
            raise InvalidRecord(
                f'{name.capitalize()}: the time zone is missing. Call the column "{zoned}", for example'
            )
        return _instants(at, zone)

    def _the_one(self, name: str, meant: Sequence[datetime]) -> datetime:
        """Raises RepeatedTime."""
        if len(meant) > 1:
            zone = self.columns.zones[name]
            local = meant[0].astimezone(zone)
            raise RepeatedTime(local.date(), local.time(), zone, meant)
        return meant[0]


def _instants(at: datetime, zone: ZoneInfo) -> list[datetime]:
    """The instants that a local time may mean. Nearly always one, found with two questions to the zone.

    Raises NoSuchTime.
    """
    first, second = (at.replace(tzinfo=zone, fold=fold).utcoffset() for fold in (0, 1))
    if first is not None and first == second:
        return [at.replace(tzinfo=UTC) - first]
    day, time_of_day = at.date(), TimeOfDay(at.time())
    return instants_of(day, time_of_day, zone) or [on_day(day, time_of_day, zone)]
