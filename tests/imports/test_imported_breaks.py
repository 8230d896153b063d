"""Breaks in exports, and read back from them: the kind that a clock-out started, and paid breaks inside records."""

from __future__ import annotations

import csv
import io
import json
from collections.abc import Sequence
from datetime import date, time
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from openpyxl import load_workbook

from bot.attendance.add_break import add_break
from bot.attendance.breaks import back, start_break
from bot.attendance.recording import clock_in, clock_out
from bot.calendar.break_kinds import parse_break_kinds
from bot.calendar.ranges import DateRange
from bot.calendar.worktime import TimeOfDay
from bot.documents import exports
from bot.documents.exports import Format
from bot.imports.csv_files import read_csv
from bot.imports.importing import Outcome
from bot.runtime.services import Services
from bot.webhooks import deliveries
from bot.workspaces import workspace_settings
from storage import breaks, paid_breaks, webhook_events
from storage.database import Database, open_database
from storage.verify import verify
from tests.builders import ADMIN, caller, utc, workplace
from tests.conftest import WORKSPACE, Clock
from tests.imports.test_importing import imported, ledger, table

ANA, ME = "U0ANA", caller("U0ANA")
BERLIN = ZoneInfo("Europe/Berlin")
YEAR = DateRange(date(2026, 1, 1), date(2026, 12, 31))
MONDAY = date(2026, 11, 23)
KINDS = parse_break_kinds("break unpaid, lunch unpaid 30, coffee paid 15, rest paid")
COLUMNS = "User id,Clock-in (Europe/Berlin),Clock-out (Europe/Berlin),Break started,Paid breaks (Europe/Berlin)"
SHIFT = (ANA, "2026-11-03 09:00", "2026-11-03 17:00")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def services(database: Database) -> Services:
    return await place_of_ana(database)


async def place_of_ana(database: Database) -> Services:
    found = await workplace(database, {ANA: "Europe/Berlin"})
    await workspace_settings.change(found, ADMIN, break_kinds=KINDS)
    return found


async def exported(services: Services, form: Format = Format.CSV) -> str:
    out = io.StringIO(newline="")
    await exports.write(services, ADMIN, YEAR, BERLIN, out, form)
    return out.getvalue()


async def in_breaks(services: Services) -> list[tuple[str, str]]:
    """The columns of breaks, record by record."""
    rows = csv.DictReader(io.StringIO(await exported(services), newline=""))
    return [(row["Break started"], row["Paid breaks (Europe/Berlin)"]) for row in rows]


async def faults(services: Services) -> list[str]:
    found = await services.database.read(lambda tx: list(verify(tx.connection)))
    return [str(one) for one in found if one.rule != "clock"]


async def a_day_of_breaks(services: Services, clock: Clock) -> None:
    """A coffee, a lunch, a coffee that an admin adds, a rest typed later, and another one that isn't over."""
    clock.set("2026-11-23T08:00")
    await clock_in(services, ME, ANA)
    clock.set("2026-11-23T09:00:00.500000")
    await start_break(services, ME, ANA, kind="coffee")
    clock.set("2026-11-23T09:10:00.750000")
    await back(services, ME, ANA)
    clock.set("2026-11-23T11:00")
    await start_break(services, ME, ANA, kind="lunch")
    clock.set("2026-11-23T11:30")
    await back(services, ME, ANA)
    clock.set("2026-11-23T14:00")
    await start_break(services, ME, ANA, kind="rest", at=utc("2026-11-23T13:00"), until=utc("2026-11-23T13:20"))
    clock.set("2026-11-23T16:00")
    await clock_out(services, ME, ANA)
    clock.set("2026-11-23T17:00")
    coffee = KINDS.named("coffee")
    assert coffee
    await add_break(services, ADMIN, ANA, MONDAY, TimeOfDay(time(15, 30)), TimeOfDay(time(15, 40)), coffee)
    clock.set("2026-11-24T08:00")
    await clock_in(services, ME, ANA)
    clock.set("2026-11-24T10:00")
    await start_break(services, ME, ANA, kind="rest")


async def test_an_export_says_which_break_a_clock_out_started_and_which_paid_breaks_were_inside(
    services: Services, clock: Clock
) -> None:
    await a_day_of_breaks(services, clock)
    later = "(entered 2026-11-23 15:00:00 by U0ANA)"
    added = "(entered 2026-11-23 18:00:00 by U0ADMIN)"
    assert await in_breaks(services) == [
        ("lunch", "coffee 2026-11-23 10:00:00 to 2026-11-23 10:10:00"),
        (
            "",
            f"rest 2026-11-23 14:00:00 {later} to 2026-11-23 14:20:00 {later}; "
            f"coffee 2026-11-23 15:30:00 {added} to 2026-11-23 15:40:00 {added}",
        ),
        ("", "rest 2026-11-24 11:00:00 to now"),
    ]
    rows = json.loads(await exported(services, Format.JSON))
    assert [row["Break started"] for row in rows] == ["lunch", None, None]
    assert rows[2]["Paid breaks (Europe/Berlin)"] == "rest 2026-11-24 11:00:00 to now"
    book = io.BytesIO()
    await exports.write(services, ADMIN, YEAR, BERLIN, book, Format.XLSX)
    header, *cells = load_workbook(book)["Records"].iter_rows(values_only=True)
    assert header[-7:-5] == ("Break started", "Paid breaks (Europe/Berlin)")
    assert cells[0][-7:-5] == ("lunch", "coffee 2026-11-23 10:00:00 to 2026-11-23 10:10:00")
    assert "by U0Admin" in str(cells[1][-6]), "people read names"


async def test_an_export_with_breaks_is_imported_into_an_empty_ledger_and_exported_the_same(
    services: Services, clock: Clock, tmp_path: Any
) -> None:
    await a_day_of_breaks(services, clock)
    before = await exported(services)
    elsewhere = await open_database(f"sqlite:///{tmp_path}/other.db", clock=clock)
    try:
        other = await place_of_ana(elsewhere)
        counted, told = await imported(other, read_csv(io.StringIO(before, newline="")))
        assert (counted, told) == ({Outcome.WRITTEN: 3}, [])
        assert await exported(other) == before
        on = await elsewhere.read(lambda tx: breaks.break_now(tx.connection, WORKSPACE, ANA, tx.now))
        assert on
        assert (on.kind, on.is_paid) == ("rest", True), "she is still on her break"
        counted, told = await imported(other, read_csv(io.StringIO(before, newline="")))
        assert (counted, told) == ({Outcome.THERE_ALREADY: 3}, [])
        assert await faults(other) == []
        assert await exported(other) == before
    finally:
        await elsewhere.close()
    counted, _ = await imported(services, read_csv(io.StringIO(before, newline="")))
    assert counted == {Outcome.THERE_ALREADY: 3}, "it changes the ledger it came from"
    assert await exported(services) == before


async def test_a_break_in_the_hour_that_comes_twice_is_read_back_as_it_was(
    services: Services, clock: Clock, tmp_path: Any
) -> None:
    clock.set("2026-10-24T22:00")
    await clock_in(services, ME, ANA)
    for first, last in (("00:10", "00:20"), ("00:50", "01:05"), ("01:10", "01:20")):  # 02:10, 02:50 and 02:10 again
        clock.set(f"2026-10-25T{first}")
        await start_break(services, ME, ANA, kind="rest")
        clock.set(f"2026-10-25T{last}")
        await back(services, ME, ANA)
    clock.set("2026-10-25T05:00")
    await clock_out(services, ME, ANA)
    before = await exported(services)
    assert "rest 2026-10-25 02:50:00+02:00 to 2026-10-25 02:05:00+01:00" in before

    elsewhere = await open_database(f"sqlite:///{tmp_path}/other.db", clock=clock)
    try:
        other = await place_of_ana(elsewhere)
        assert (await imported(other, read_csv(io.StringIO(before, newline=""))))[1] == []
        assert await exported(other) == before
    finally:
        await elsewhere.close()


async def test_an_older_export_without_columns_of_breaks_is_still_read(services: Services, clock: Clock) -> None:
    await a_day_of_breaks(services, clock)
    rows = list(csv.reader(io.StringIO(await exported(services), newline="")))
    older = [row[:-7] for row in rows]
    header, *records = older
    moved = [[cell.replace("2026-11", "2026-10") for cell in row] for row in records]
    counted, told = await imported(services, table(*moved[:2], header=",".join(header)))
    assert (counted, told) == ({Outcome.WRITTEN: 2}, [])
    assert (await in_breaks(services))[:2] == [("", ""), ("", "")]


@pytest.mark.parametrize(
    ("cells", "why"),
    [
        (("lunch!", ""), 'Break started: "lunch!" isn\'t the name of a break'),
        (("", "coffee at ten"), 'Paid breaks: "coffee at ten" can\'t be read. Write coffee 2026-11-23 10:00:00 to'),
        (("", "=1 2026-11-03 10:00 to now"), "can't be read"),
        (("", "coffee 2026-11-03 10:00 to 2026-11-03 10:61"), "isn't a date and time"),
        (("", "coffee 2026-11-03 10:00 to now"), "A paid break isn't inside the record"),
        (("", "coffee 2026-11-03 08:59 to 2026-11-03 09:10"), "A paid break isn't inside the record"),
        (("", "coffee 2026-11-03 16:50 to 2026-11-03 17:01"), "A paid break isn't inside the record"),
        (("", "coffee 2026-11-03 10:00 to 2026-11-03 09:50"), "A paid break ends before it starts"),
        (
            ("", "coffee 2026-11-03 10:00 to 2026-11-03 10:10; rest 2026-11-03 10:09 to 2026-11-03 10:20"),
            "Two paid breaks overlap",
        ),
        (
            ("", "coffee 2026-11-03 10:00 (entered 2026-11-03 09:00 by U0ANA) to 2026-11-03 10:10"),
            "A paid break was entered before it happened",
        ),
        (
            ("", "coffee 2026-11-03 10:00 (entered 2027-01-01 09:00 by U0ANA) to 2026-11-03 10:10"),
            "the time when it was entered is to come",
        ),
    ],
)
async def test_a_record_whose_breaks_cannot_be_is_refused_with_the_reason(
    services: Services, cells: Sequence[str], why: str
) -> None:
    counted, told = await imported(services, table((*SHIFT, *cells), header=COLUMNS))
    assert counted == {Outcome.REFUSED: 1}
    assert "line 2: " in told[0]
    assert why in told[0]
    assert await ledger(services) == []


async def test_a_break_without_a_clock_out_is_refused(services: Services) -> None:
    counted, told = await imported(services, table((ANA, "2026-11-23 08:00", "", "lunch", ""), header=COLUMNS))
    assert counted == {Outcome.REFUSED: 1}
    assert "a break starts at a clock-out" in told[0]


async def test_breaks_of_a_file_that_does_not_say_who_entered_them_are_entered_now_by_who_imports(
    services: Services, clock: Clock
) -> None:
    row = (*SHIFT, "siesta", "coffee 2026-11-03 10:00 to 2026-11-03 10:10")
    assert (await imported(services, table(row, header=COLUMNS)))[0] == {Outcome.WRITTEN: 1}
    ((kind, inside),) = await in_breaks(services)
    assert kind == "siesta", "a kind that the workspace doesn't have any more"
    entered = "(entered 2026-11-23 09:02:00 by U0ADMIN)"
    assert inside == f"coffee 2026-11-03 10:00:00 {entered} to 2026-11-03 10:10:00 {entered}"
    assert await faults(services) == []


async def test_an_open_record_with_an_open_paid_break_gets_both_ends_from_the_file(
    services: Services, clock: Clock
) -> None:
    opened = (ANA, "2026-11-23 08:00", "", "", "rest 2026-11-23 08:30 to now")
    assert (await imported(services, table(opened, header=COLUMNS)))[0] == {Outcome.WRITTEN: 1}
    forgets = (ANA, "2026-11-23 08:00", "2026-11-23 09:00", "", "")
    counted, told = await imported(services, table(forgets, header=COLUMNS))
    assert (counted, told) == ({Outcome.REFUSED: 1}, ["line 2: A paid break of this record has no end."])
    inside = "rest 2026-11-23 08:30 to 2026-11-23 08:40; coffee 2026-11-23 08:50 to 2026-11-23 08:55"
    ended = (ANA, "2026-11-23 08:00", "2026-11-23 09:00", "lunch", inside)
    assert (await imported(services, table(ended, header=COLUMNS)))[0] == {Outcome.WRITTEN: 1}
    ((kind, told_inside),) = await in_breaks(services)
    assert kind == "lunch"
    assert [part.split(" (")[0] for part in told_inside.split("; ")] == [
        "rest 2026-11-23 08:30:00",
        "coffee 2026-11-23 08:50:00",
    ]
    assert await faults(services) == []


async def test_programs_are_told_of_imported_paid_breaks_after_their_records(services: Services) -> None:
    await deliveries.add(services, ADMIN, "https://93.184.215.14/", may_reach=(), sealer=None)
    row = (*SHIFT, "", "coffee 2026-11-03 10:00 to 2026-11-03 10:10")
    await imported(services, table(row, header=COLUMNS))
    await services.database.write(lambda tx: webhook_events.spread(tx.connection, WORKSPACE))
    calls = await deliveries.log_of(services, ADMIN, None, 50)
    assert [call.facts["type"] for call in reversed(calls)] == [
        "attendance.created",
        "attendance.break-started",
        "attendance.break-ended",
    ]


async def test_a_dry_run_with_breaks_writes_none(services: Services) -> None:
    row = (*SHIFT, "lunch", "coffee 2026-11-03 10:00 to 2026-11-03 10:10")
    counted, told = await imported(services, table(row, header=COLUMNS), dry_run=True)
    assert (counted, told) == ({Outcome.WRITTEN: 1}, [])
    assert not await services.database.read(lambda tx: paid_breaks.are_there(tx.connection, WORKSPACE))
