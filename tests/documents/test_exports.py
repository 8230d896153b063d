"""An export has every record of its range, tells its zone, and is safe to open in a spreadsheet."""

from __future__ import annotations

import csv
import errno
import io
import json
from datetime import date
from zoneinfo import ZoneInfo

import pytest
from hypothesis import example, given
from hypothesis import strategies as st
from openpyxl import load_workbook

from bot.attendance import changing, recording
from bot.attendance.recording import NewRecord
from bot.attendance.wanted_records import Wanted
from bot.calendar.own_days import DayOff
from bot.calendar.ranges import DateRange
from bot.documents import export_rows, exports, workbook_words, workbooks
from bot.documents.exports import Format
from bot.documents.workbook_facts import About
from bot.errors import Forbidden
from bot.imports.spreadsheet_cells import safe_row, unmarked
from bot.people import teams_and_offices
from bot.people.own_days import set_own_day
from bot.runtime.services import Services
from storage import pair_queries
from storage.database import Database
from storage.own_days import Part
from tests.builders import ADMIN, caller, utc, workplace
from tests.conftest import Clock

ANA, BEN = "U0ANA", "U0BEN"
NOVEMBER = DateRange(date(2026, 11, 1), date(2026, 11, 30))
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def services(database: Database, clock: Clock) -> Services:
    """A night shift in Berlin, a day in New York, and two open clock-ins, one of them forgotten."""
    services = await workplace(database, {ANA: "Europe/Berlin", BEN: "America/New_York"})
    await teams_and_offices.set_office(services, ADMIN, "hq", "+Mitte", "Europe/Berlin")
    night = NewRecord(ANA, utc("2026-11-18T21:00"), utc("2026-11-19T05:30"), office_id="hq", in_comment="=1+1")
    await recording.record(services, ADMIN, night)
    day = NewRecord(BEN, utc("2026-11-20T14:00"), utc("2026-11-20T14:00:30"), out_comment='a, "quoted"\nline')
    await recording.record(services, caller(BEN), day)
    await recording.clock_in(services, caller(BEN), BEN, at=utc("2026-11-21T14:00"))
    await recording.clock_in(services, caller(ANA), ANA)
    return services


async def exported(services: Services, form: Format = Format.CSV, who: str | None = None) -> str:
    out = io.StringIO(newline="")
    asker = caller(who) if who else ADMIN
    await exports.write(services, asker, NOVEMBER, BERLIN, out, form)
    return out.getvalue()


async def test_each_record_is_a_row_and_every_column_of_times_names_the_zone(services: Services) -> None:
    await set_own_day(services, ADMIN, "hq", date(2026, 11, 18), DayOff(Part.HALF, "=Repentance"))
    header, *rows = csv.reader(io.StringIO(await exported(services), newline=""))
    assert header == [
        *("Date", "Person", "User id", "Clock-in (Europe/Berlin)", "Clock-out (Europe/Berlin)", "Hours", "Seconds"),
        *("State", "Office", "Time zone", "Clock-in comment", "Clock-out comment"),
        *("Entered (Europe/Berlin)", "Entered by"),
        *("Clock-in entered (Europe/Berlin)", "Clock-in entered by", "Findings", "Holiday"),
        *("Break started", "Paid breaks (Europe/Berlin)"),
        *("Changed (Europe/Berlin)", "Changed by", "Reason for the change", "Agreement", "What the person says"),
    ]
    assert [[row.pop() for _ in range(7)] for row in rows] == [[""] * 7] * 4
    assert [row.pop() for row in rows] == ["half a day: =Repentance", "", "", ""]
    now, berlin, new_york = "2026-11-23 09:02:00", "Europe/Berlin", "America/New_York"
    night = ["2026-11-18", "U0Ana", ANA, "2026-11-18 22:00:00", "2026-11-19 06:30:00", "8.5000", "30600"]
    day = ["2026-11-20", "U0Ben", BEN, "2026-11-20 15:00:00", "2026-11-20 15:00:30", "0.0083", "30"]
    assert (
        rows
        == [  # both halves entered at the same time
            [*row, *row[-2:], ""]
            for row in (
                [*night, "", "'+Mitte", berlin, "'=1+1", "", now, "U0ADMIN"],
                [*day, "", "", new_york, "", 'a, "quoted"\nline', now, BEN],
                [
                    "2026-11-21",
                    "U0Ben",
                    BEN,
                    "2026-11-21 15:00:00",
                    "",
                    "",
                    "",
                    "unresolved",
                    "",
                    new_york,
                    "",
                    "",
                    now,
                    BEN,
                ],
                ["2026-11-23", "U0Ana", ANA, now, "", "", "", "still in", "", berlin, "", "", now, ANA],
            )
        ]
    )


async def test_a_changed_record_says_by_whom_when_and_why(services: Services) -> None:
    (first, *_) = await services.database.read(lambda tx: list(pair_queries.stream_all(tx.connection)))
    wanted = Wanted(out_at=utc("2026-11-19T05:45"))
    await changing.change(services, ADMIN, first.clock_in.id, wanted, "=the train was late")
    rows = list(csv.DictReader(io.StringIO(await exported(services), newline="")))
    changes = [(row["Changed (Europe/Berlin)"], row["Changed by"], row["Reason for the change"]) for row in rows]
    assert changes == [("2026-11-23 09:02:00", "U0ADMIN", "'=the train was late"), *[("", "", "")] * 3]


async def test_json_has_the_same_columns_and_texts_as_they_were_typed(services: Services) -> None:
    rows = json.loads(await exported(services, Format.JSON))
    assert len(rows) == 4
    assert (rows[0]["Office"], rows[0]["Clock-in comment"], rows[0]["Seconds"]) == ("+Mitte", "=1+1", 30600)
    assert rows[3]["Clock-out (Europe/Berlin)"] is None


async def test_an_export_holds_only_people_the_caller_may_see(services: Services) -> None:
    assert {row["User id"] for row in json.loads(await exported(services, Format.JSON, ANA))} == {ANA}
    with pytest.raises(Forbidden):
        await exports.write(services, caller(ANA), NOVEMBER, BERLIN, io.StringIO(), user_ids=[BEN])


class Full(io.StringIO):
    """A disk without room."""

    writes = 0

    def write(self, text: str) -> int:
        self.writes += 1
        raise OSError(errno.ENOSPC, "No space left on device")


@pytest.mark.parametrize("form", [Format.CSV, Format.JSON])
async def test_a_full_disk_is_reported_and_nothing_is_written_twice(services: Services, form: Format) -> None:
    out = Full()
    with pytest.raises(OSError, match="No space left"):
        await exports.write(services, ADMIN, NOVEMBER, BERLIN, out, form)
    assert out.writes == 1


@pytest.mark.parametrize(
    "names",
    [
        ["🌴 Maximilian Oberhuber", "🌴" * 16, "🌴" * 40, "🌴" * 41],
        ["a" + "🌴" * 15, "a" + "🌴" * 15 + "b", "A" + "🌴" * 15 + "C"],
        ["👩‍👩‍👧‍👦 " * 9, "x" * 30 + "'x", "'" * 40, "[]:*?", "", "ß" * 40, "SS" * 20, "a\tb", "a\x00b"],
        ["History", "About", "about", "records", "Records"],
    ],
)
def test_each_person_has_a_sheet_that_excel_opens(names: list[str]) -> None:
    zone = ZoneInfo("UTC")
    at = "2026-11-23 09:00:00"
    rows: list[workbooks.Row] = [
        ("2026-11-23", name, f"U{place}", at, at, "0", 0, "", "", "UTC", "", "", at, "", at, "")
        for place, name in enumerate(names)
    ]
    out = io.BytesIO()
    about = About(NOVEMBER.first, NOVEMBER.last, zone.key, None, utc("2026-11-30T00:00"), "U0ADA")
    words = workbook_words.for_reader()
    workbooks.write(out, export_rows.columns(zone), iter(rows), words, about, a_sheet_each=True)
    sheets = load_workbook(out).sheetnames
    assert len(sheets) == len(names) + 1
    assert all(len(sheet.encode("utf-16-le")) // 2 <= 31 for sheet in sheets)


TYPED = st.text(st.sampled_from("=+-@＝;\t\n\r' \"|,aé"), max_size=12)


@given(TYPED)
@example("late;=cmd|' /C calc'!A0;")
@example('a;"=1+1"')
@example("a\t@SUM(1)")
@example("a\n=1+1")
@example("a; \t+1")
@example("'=1")
@example(";''-1")
def test_typed_text_never_becomes_a_formula_and_is_read_back_unchanged(typed: str) -> None:
    row, file = safe_row(["2026-11-23", typed, typed, 8, None]), io.StringIO(newline="")
    csv.writer(file).writerow(row)
    lines = file.getvalue().splitlines(keepends=True)
    readers = [csv.reader(lines)]
    for separator in ";\t":
        readers.append(csv.reader(lines, delimiter=separator))
        readers.append(csv.reader(lines, delimiter=separator, quoting=csv.QUOTE_NONE))
    cells = [cell for reader in readers for line in reader for cell in line]
    assert not [cell for cell in cells if cell.lstrip(' "').startswith(("=", "+", "-", "@", "＝"))]
    assert [unmarked(str(cell)) for cell in row] == ["2026-11-23", typed, typed, "8", "None"]


async def test_a_csv_for_programs_has_no_byte_order_mark(services: Services) -> None:
    assert (await exported(services)).startswith("Date,")


async def test_a_workbook_names_who_exported_it_and_who_entered_each_record(services: Services) -> None:
    out = io.BytesIO()
    await exports.write(services, ADMIN, NOVEMBER, BERLIN, out, Format.XLSX)
    book = load_workbook(out)
    about = {row[0].value: row[1].value for row in book["About"].iter_rows(max_row=7)}
    assert about["Exported by"] == "U0Admin"
    header, *rows = book["Records"].iter_rows(values_only=True)
    writers = [header.index(title) for title in ("Entered by", "Clock-in entered by")]
    assert [rows[0][column] for column in writers] == ["U0Admin", "U0Admin"]
    assert [rows[1][column] for column in writers] == ["U0Ben", "U0Ben"]
