"""Imported records go through the ledger's rules, and a second run changes nothing."""

from __future__ import annotations

import csv
import io
import json
from collections import Counter
from collections.abc import Sequence
from contextlib import suppress
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from bot.attendance import erasure, recording
from bot.attendance.recording import NewRecord
from bot.calendar.ranges import DateRange
from bot.documents import export_rows, exports
from bot.errors import Forbidden, InvalidRecord, RepeatedTime
from bot.imports.csv_files import read_csv
from bot.imports.goodday_files import read_goodday
from bot.imports.importing import AT_ONCE, Outcome, Read, Record, Refused, import_records
from bot.people import teams_and_offices
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Services
from bot.webhooks import deliveries
from bot.wording import ANY_READER
from bot.wording.markup import plain
from bot.wording.refusals import refusal
from bot.workspaces import workspace_settings
from storage import audit, people, webhook_events
from storage.database import Database, open_database
from storage.pair_queries import stream_all
from storage.pairs import Pair
from storage.people import Profile
from storage.tables import metadata
from storage.verify import verify
from tests.builders import ADMIN, caller, utc, workplace
from tests.conftest import WORKSPACE, Clock
from tests.storage.raw import raw_connection

ANA, BEN = "U0ANA", "U0BEN"
YEAR = DateRange(date(2026, 1, 1), date(2026, 12, 31))
BERLIN = ZoneInfo("Europe/Berlin")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def services(database: Database) -> Services:
    return await workplace(database, {ANA: "Europe/Berlin", BEN: "America/New_York"})


def sentences(told: Sequence[Refused]) -> list[str]:
    return [f"{one.where}: {plain(refusal(one.why, ANY_READER))}" for one in told]


async def imported(services: Services, read: Sequence[Read], **how: Any) -> tuple[Counter[Outcome], list[str]]:
    told: list[Refused] = []
    counted = await import_records(services, ADMIN, read, how.pop("known_as", {}), tell=told.append, **how)
    return counted, sentences(told)


async def ledger(services: Services) -> list[Pair]:
    return await services.database.read(lambda tx: list(stream_all(tx.connection)))


async def exported(services: Services, zone: ZoneInfo = BERLIN) -> str:
    out = io.StringIO()
    await exports.write(services, ADMIN, YEAR, zone, out)
    return out.getvalue()


def table(
    *rows: Sequence[str], header: str = "User id,Clock-in (Europe/Berlin),Clock-out (Europe/Berlin)"
) -> list[Read]:
    out = io.StringIO(header + "\n")
    out.seek(0, io.SEEK_END)
    csv.writer(out).writerows(rows)
    out.seek(0)
    return read_csv(out)


def event(number: int, kind: str, at: str, linked: int | None, **more: Any) -> dict[str, Any]:
    """As GoodDay answers it."""
    told = {"id": f"gd-{number}", "linkedAttendanceEventId": f"gd-{linked}" if linked else None, "userId": "ana"}
    told |= {"createByUserId": "ana", "officeId": None, "date": at[:10], "momentCreated": at, "timestamp": at}
    return told | {"ipAddress": None, "type": kind, "comment": None} | more


def shift(number: int, day: str, **more: Any) -> list[dict[str, Any]]:
    return [
        event(number, "CLOCK-IN", f"{day}T08:00:00.561027", number + 1, **more),
        event(number + 1, "CLOCK-OUT", f"{day}T16:30:00", number, **more),
    ]


async def test_an_export_is_imported_into_an_empty_ledger_and_exported_the_same(
    services: Services, clock: Clock, tmp_path: Any
) -> None:
    await teams_and_offices.set_office(services, ADMIN, "hq", "+Mitte", "Europe/Berlin")
    new = NewRecord(ANA, utc("2026-10-24T23:30"), utc("2026-10-25T00:30"), office_id="hq", in_comment="=1+1")
    await recording.record(services, ADMIN, new)
    through_the_change = NewRecord(BEN, utc("2026-10-25T00:15"), utc("2026-10-25T08:00"), out_comment='a, "b"\nc')
    await recording.record(services, caller(BEN), through_the_change)
    clock.advance(microseconds=561027)
    await recording.clock_in(services, caller(ANA), ANA, comment="früh")
    clock.advance(hours=8)
    await recording.clock_out(services, caller(ANA), ANA)
    await recording.clock_in(services, caller(BEN), BEN)
    before = await exported(services)

    elsewhere = await open_database(f"sqlite:///{tmp_path}/other.db", clock=clock)
    try:
        other = await workplace(elsewhere, {ANA: "Europe/Berlin", BEN: "America/New_York"})
        await teams_and_offices.set_office(other, ADMIN, "hq", "+Mitte", "Europe/Berlin")
        counted, told = await imported(other, read_csv(io.StringIO(before)))
        assert (counted, told) == ({Outcome.WRITTEN: 4}, [])
        assert await exported(other) == before
        counted, told = await imported(other, read_csv(io.StringIO(before)))
        assert (counted, told) == ({Outcome.THERE_ALREADY: 4}, [])
        assert await elsewhere.read(lambda tx: list(verify(tx.connection))) == []
    finally:
        await elsewhere.close()
    counted, _ = await imported(services, read_csv(io.StringIO(before)))
    assert counted == {Outcome.THERE_ALREADY: 4}, "it changes the ledger it came from"
    assert await exported(services) == before


async def test_importing_two_thousand_records_again_changes_nothing(services: Services, database_url: str) -> None:
    events = []
    for number in range(2000):
        day = (date(2021, 1, 1) + timedelta(days=number // 2)).isoformat()
        events += shift(2 * number + 1, day, userId=("ana", "ben")[number % 2])
    read = read_goodday(json.dumps(events))
    known_as = {"ana": ANA, "ben": BEN}
    assert len(read) > AT_ONCE
    steps: list[int] = []

    counted, told = await imported(services, read, known_as=known_as, passed=lambda: steps.append(1))
    assert (counted, told, len(steps)) == ({Outcome.WRITTEN: 2000}, [], 2000)
    with raw_connection(database_url) as raw:
        before = {name: raw.rows(name) for name in metadata.tables}
    counted, told = await imported(services, read, known_as=known_as)
    assert (counted, told) == ({Outcome.THERE_ALREADY: 2000}, [])
    with raw_connection(database_url) as raw:
        assert {name: raw.rows(name) for name in metadata.tables} == before
    assert await services.database.read(lambda tx: list(verify(tx.connection))) == []


async def test_an_import_keeps_ids_creators_and_times_and_each_record_has_an_audit_entry(services: Services) -> None:
    await teams_and_offices.set_office(services, ADMIN, "hq", "Berlin", "Europe/Berlin")
    more = {"momentCreated": "2026-11-20T09:00:00.000001", "createByUserId": "boss", "ipAddress": "192.0.2.1"}
    events = shift(1, "2026-11-19", officeId="hq", comment="früh", **more)
    await imported(services, read_goodday(json.dumps(events)), known_as={"ana": ANA})
    (pair,) = await ledger(services)
    assert (pair.user_id, pair.clock_in.id, pair.clock_out and pair.clock_out.id) == (ANA, "gd-1", "gd-2")
    assert (pair.clock_in.by, pair.clock_in.ip, pair.clock_in.office_id) == ("boss", "192.0.2.1", "hq")
    assert pair.clock_in.at == utc("2026-11-19T08:00:00.561027")
    assert pair.clock_in.recorded_at == utc("2026-11-20T09:00:00.000001")
    assert (pair.clock_in.via, pair.clock_in.zone, pair.clock_in.comment) == ("cli", "Europe/Berlin", "früh")
    entry = (await services.database.read(lambda tx: list(audit.entries(tx.connection))))[-1]
    assert (entry.action, entry.via, entry.actor, entry.subject) == ("create", "cli", ADMIN.user_id, "gd-1")


EVIL = '=HYPERLINK("https://example.com","Pay")'


async def test_refused_records_are_listed_in_the_order_of_the_file(services: Services) -> None:
    """People correct a file from top to bottom, whatever order the ledger writes in."""
    good = [(ANA, f"2026-11-{day:02} 08:00", f"2026-11-{day:02} 09:00") for day in (20, 18)]
    late, early = [(BEN, f"2026-11-{day:02} 08:00", f"2026-11-{day:02} 07:00") for day in (19, 17)]
    rows = [late, good[0], ("", "", ""), ("U0NOBODY", *good[1][1:]), good[1], (ANA, "no time", ""), early]
    for dry_run in (True, False):
        counted, told = await imported(services, table(*rows), dry_run=dry_run)
        assert counted == {Outcome.WRITTEN: 2, Outcome.REFUSED: 4}
        assert [line.partition(":")[0] for line in told] == [
            f"line {number}" for number in (2, 5, 7, 8)
        ]  # an empty row doesn't count


async def test_imported_ids_never_become_formulas_in_an_export(services: Services) -> None:
    header = "User id,Clock-in (Europe/Berlin),Clock-out (Europe/Berlin),Entered by,Clock-in entered by"
    row = (ANA, "2026-11-20 08:00:00", "2026-11-20 16:00:00", EVIL, "@SUM(1)")
    assert (await imported(services, table(row, header=header)))[0] == {Outcome.WRITTEN: 1}
    (told,) = csv.DictReader(io.StringIO(await exported(services)))
    assert (told["Entered by"], told["Clock-in entered by"]) == (f"'{EVIL}", "'@SUM(1)")


@pytest.mark.parametrize("sign", list("=+-@＝＋－＠"))
async def test_comments_never_become_formulas_in_an_export_and_are_imported_unchanged(
    services: Services, sign: str, tmp_path: Any, clock: Clock
) -> None:
    said = f"{sign}1+1"
    times = utc("2026-11-20T08:00"), utc("2026-11-20T16:00")
    await recording.record(services, ADMIN, NewRecord(ANA, *times, in_comment=said))
    text = await exported(services)
    (told,) = csv.DictReader(io.StringIO(text))
    assert f"'{said}" in told.values()
    elsewhere = await open_database(f"sqlite:///{tmp_path}/other.db", clock=clock)
    try:
        other = await workplace(elsewhere, {ANA: "Europe/Berlin"})
        await imported(other, read_csv(io.StringIO(text)))
        assert [pair.clock_in.comment for pair in await ledger(other)] == [said]
    finally:
        await elsewhere.close()


async def test_a_dry_run_reports_the_same_and_writes_nothing(services: Services, database_url: str) -> None:
    rows = [(ANA, f"2026-11-{day:02} 09:00:00", f"2026-11-{day:02} 17:00:00") for day in range(1, 20)]
    read = table(*rows, (ANA, "2026-11-05 16:00", "2026-11-05 18:00"), ("U0NOBODY", *rows[0][1:]))
    with raw_connection(database_url) as raw:
        before = {name: raw.rows(name) for name in metadata.tables}
    dry = await imported(services, read, dry_run=True)
    with raw_connection(database_url) as raw:
        assert {name: raw.rows(name) for name in metadata.tables} == before
    assert dry == await imported(services, read)
    counted, told = dry
    assert (counted, sorted(told)) == (
        {Outcome.WRITTEN: 19, Outcome.REFUSED: 2},
        [
            "line 21: U0ANA already has a record on Thu 5 Nov 2026, 09:00 to 17:00 (Berlin). "
            "Change the times, or fix that record first.",
            "line 22: There's nobody with the id U0NOBODY here. Check the id.",
        ],
    )


async def test_rows_that_do_not_fit_are_listed_with_their_lines_and_the_others_are_imported(services: Services) -> None:
    header = "Date;User id;Clock-in (Europe/Berlin);Clock-out (Europe/Berlin);Office;Time zone;Entered by"
    lines = [
        f";{ANA};2026-11-02 09:00;2026-11-02 17:00;;;",
        f";{ANA};2026-11-03 09:00;2026-11-03 08:00;;;",
        f";{ANA};2026-11-03 09:00;2026-11-04 09:01;;;",
        f";{ANA};2026-11-30 09:00;2026-11-30 10:00;;;",
        f"2026-11-09;{ANA};2026-11-03 09:00;2026-11-03 10:00;;;",
        f"tomorrow;{ANA};2026-11-03 09:00;2026-11-03 10:00;;;",
        f";{ANA};nine;2026-11-03 10:00;;;",
        f";{ANA};2026-11-03;2026-11-03 10:00;;;",
        f";{ANA};;2026-11-03 10:00;;;",
        ";;2026-11-03 09:00;2026-11-03 10:00;;;",
        f";{ANA};2026-11-03 09:00;2026-11-03 10:00;Mars;;",
        f";{ANA};2026-11-03 09:00;2026-11-03 10:00;;Mars;",
        f";{ANA};2026-03-29 02:30;2026-03-29 04:00;;;",
        f";{ANA};2026-10-25 02:30;2026-10-25 04:00;;;",
        f";{ANA};2026-10-25 02:30+01:00;2026-10-25 04:00;;;",
        ";;;;;;",
        f";{ANA};2026-11-06 09:00;2026-11-06 17:00;;;{BEN}",
        f";{ANA};2026-11-03 09:00;2026-11-03 10:00;;CET;",
    ]
    read = read_csv(io.StringIO("\n".join([header, *lines])))
    counted, told = await imported(services, read)
    assert counted == {Outcome.WRITTEN: 3, Outcome.REFUSED: 14}
    numbered = dict(line.split(": ", 1) for line in told)
    expected = {
        "line 3": "Tue 3 Nov 2026, 08:00 (Berlin) isn't later than the start",
        "line 4": "That would be 24 h 1 min, and a record lasts 24 hours at most.",
        "line 5": "Mon 30 Nov 2026, 10:00 (Berlin) hasn't happened yet.",
        "line 6": "Mon 9 Nov 2026 is more than a day away",
        "line 7": 'Date: "tomorrow" isn\'t a day. Use 2026-11-23.',
        "line 8": 'Clock-in: "nine" isn\'t a date and time. Use 2026-11-23 09:02:00.',
        "line 9": 'Clock-in: "2026-11-03" isn\'t a date and time',
        "line 10": "The clock-in is missing.",
        "line 11": "The user id is missing.",
        "line 12": "There's no office Mars.",
        "line 13": '"Mars" isn\'t a time zone.',
        "line 14": "02:30 didn't exist in Berlin on Sun 29 Mar 2026",
        "line 15": '02:30 came twice in Berlin on Sun 25 Oct 2026. Use "02:30+02:00"',
        "line 19": '"CET" is an abbreviation, not a city',
    }
    assert numbered.keys() == expected.keys()
    for line, sentence in expected.items():
        assert numbered[line].startswith(sentence)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ([{"linkedAttendanceEventId": "gd-9"}, {}], ["Its clock-out is missing.", "Its clock-in is missing."]),
        ([{}, {"linkedAttendanceEventId": "gd-9"}], ["Its clock-out belongs to another clock-in."]),
        ([{}, {"userId": "ben"}], ["Its clock-out belongs to another clock-in."]),
        ([{"type": "LUNCH"}, {}], ["Its type is neither CLOCK-IN nor CLOCK-OUT.", "Its clock-in is missing."]),
        ([{}, {"id": ["gd-2"]}], ["Its clock-out is missing.", "Its clock-in is missing."]),
        ([{"userId": None}, {"userId": None}], ["The user id is missing."]),
        ([{"timestamp": "noon"}, {}], ["Its timestamp isn't a date and time."]),
        ([{"timestamp": 7}, {}], ["Its timestamp isn't text."]),
        ([{"date": "2026-11-77"}, {}], ["Its date isn't a day."]),
        ([{"comment": "\0"}, {}], ["The comment holds control characters, so leave them out."]),
        ([{}, {"momentCreated": "2026-11-19T16:00:00"}], ["It was entered before it happened."]),
        ([{}, {"momentCreated": "2027-01-01T00:00"}], ["The time when it was entered hasn't happened yet."]),
        ([{"userId": "stranger"}, {"userId": "stranger"}], ["There's nobody with the id stranger here. Check the id."]),
    ],
)
async def test_an_event_that_does_not_fit_is_listed_with_its_id(
    services: Services, changed: list[dict[str, Any]], why: list[str]
) -> None:
    told_of = [event | change for event, change in zip(shift(1, "2026-11-19"), changed, strict=True)]
    counted, told = await imported(services, read_goodday(json.dumps(told_of)), known_as={"ana": ANA, "ben": BEN})
    assert counted == {Outcome.REFUSED: len(why)}
    assert [line.partition(": ")[2] for line in told] == why
    assert await ledger(services) == []


async def test_an_open_clock_in_is_closed_once_the_source_has_its_clock_out(services: Services) -> None:
    began, ended = shift(1, "2026-11-22")
    counted, _ = await imported(
        services, read_goodday(json.dumps([began | {"linkedAttendanceEventId": None}])), known_as={"ana": ANA}
    )
    assert counted == {Outcome.WRITTEN: 1}
    for outcome in (Outcome.WRITTEN, Outcome.THERE_ALREADY):
        counted, _ = await imported(services, read_goodday(json.dumps([began, ended])), known_as={"ana": ANA})
        assert counted == {outcome: 1}
    (pair,) = await ledger(services)
    assert pair.clock_out is not None
    assert pair.clock_out.id == "gd-2"
    assert await services.database.read(lambda tx: list(verify(tx.connection))) == []


async def test_an_old_missing_clock_out_does_not_block_later_records(services: Services) -> None:
    rows = [(ANA, "2026-11-02 09:00", ""), (ANA, "2026-11-03 09:00", "2026-11-03 17:00")]
    counted, told = await imported(services, table(*rows))
    assert counted == {Outcome.WRITTEN: 1, Outcome.REFUSED: 1}
    assert told[0].startswith("line 2: U0ANA already has a record on Tue 3 Nov")


async def test_deleted_records_stay_deleted_and_an_id_is_used_once(services: Services) -> None:
    read = read_goodday(json.dumps(shift(1, "2026-11-19")))
    await imported(services, read, known_as={"ana": ANA})
    await recording.delete(services, ADMIN, "gd-1")
    assert (await imported(services, read, known_as={"ana": ANA}))[0] == {Outcome.THERE_ALREADY: 1}
    (pair,) = await ledger(services)
    assert pair.deleted_at is not None
    moved = shift(1, "2026-11-18")
    swapped = shift(2, "2026-11-17")
    for events in (moved, swapped):
        counted, told = await imported(services, read_goodday(json.dumps(events)), known_as={"ana": ANA})
        assert counted == {Outcome.REFUSED: 1}
        assert told[0].endswith("Another record already has its id.")


TAKEN = "Another record already has its id."
SAME = "Its clock-in and its clock-out have the same id."


@pytest.mark.parametrize(
    ("ids", "why"),
    [
        ([(3, 1)], [TAKEN]),  # the clock-out's id is another pair's clock-in's
        ([(3, 2)], [TAKEN]),  # another pair's clock-out's
        ([(2, 3)], [TAKEN]),  # the clock-in's is another pair's clock-out's
        ([(2, 1)], [TAKEN]),
        ([(3, 3)], [SAME]),
        ([(3, 4), (4, 3)], ["", TAKEN]),  # two records of one file, crosswise
        ([(3, 4), (5, 3)], ["", TAKEN]),
        ([(3, 4), (4, 5)], ["", TAKEN]),
    ],
)
async def test_only_the_record_whose_id_is_taken_is_refused(
    services: Services, ids: list[tuple[int, int]], why: list[str]
) -> None:
    await imported(services, read_goodday(json.dumps(shift(1, "2026-11-02"))), known_as={"ana": ANA})
    events = shift(11, "2026-11-20")
    for day, (in_, out) in enumerate(ids, start=3):
        events.append(event(in_, "CLOCK-IN", f"2026-11-{day:02}T08:00:00", out))
        events.append(event(out, "CLOCK-OUT", f"2026-11-{day:02}T16:00:00", in_))
    counted, told = await imported(services, read_goodday(json.dumps(events)), known_as={"ana": ANA})
    refused = [sentence for sentence in why if sentence]
    assert [line.partition(": ")[2] for line in told] == refused
    assert counted == {Outcome.WRITTEN: 1 + why.count(""), Outcome.REFUSED: len(refused)}
    assert len(await ledger(services)) == 2 + why.count("")
    assert await services.database.read(lambda tx: list(verify(tx.connection))) == []


async def test_a_clock_out_whose_id_is_taken_leaves_the_record_open(services: Services) -> None:
    began = event(5, "CLOCK-IN", "2026-11-22T08:00:00", None)
    earlier = shift(1, "2026-11-19")
    await imported(services, read_goodday(json.dumps([*earlier, began])), known_as={"ana": ANA})
    ended = [began | {"linkedAttendanceEventId": "gd-1"}, event(1, "CLOCK-OUT", "2026-11-22T16:00:00", 5)]
    counted, told = await imported(services, read_goodday(json.dumps(ended)), known_as={"ana": ANA})
    assert (counted, told) == ({Outcome.REFUSED: 1}, [f"event gd-5: {TAKEN}"])
    assert [bool(pair.clock_out) for pair in await ledger(services)] == [True, False]


async def test_records_older_than_the_ledger_keeps_are_not_imported(services: Services, clock: Clock) -> None:
    clock.set("2022-11-21T18:00")
    old, still_in = (ANA, "2022-11-21 09:00", "2022-11-21 17:00"), (BEN, "2022-11-21 09:30", "")
    await imported(services, table(old, still_in))
    clock.set("2026-11-22T08:02")
    await workspace_settings.change(services, ADMIN, keep_records_for_years=4)
    assert await imported(services, table(old, still_in)) == ({Outcome.THERE_ALREADY: 2}, []), "they are still kept"
    clock.set("2026-11-24T08:02")
    assert (await imported(services, table((*still_in[:2], "2022-11-21 18:00"))))[0] == {Outcome.WRITTEN: 1}
    await recording.delete(services, ADMIN, (await ledger(services))[1].clock_in.id)
    while await erasure.erase_old(services, WORKSPACE):
        pass
    assert [pair.user_id for pair in await ledger(services)] == [BEN], "the later change keeps it for longer"

    kept = (ANA, "2022-11-22 01:00", "2022-11-22 09:00")  # midnight in UTC, and nothing is erased two days too early
    why = "Records are only kept for 4 years. Choose a later day."
    assert await imported(services, table(old, still_in, kept)) == (
        {Outcome.REFUSED: 1, Outcome.THERE_ALREADY: 1, Outcome.WRITTEN: 1},
        [f"line 2: {why}"],
    )
    await workspace_settings.change(services, ADMIN, keep_records_for_years=None)
    assert (await imported(services, table(old)))[0] == {Outcome.WRITTEN: 1}


async def test_rows_of_before_1970_are_refused_by_line(services: Services) -> None:
    rows = [(ANA, f"{day} 09:00", f"{day} 17:00") for day in ("0002-01-02", "1969-12-31", "1970-01-01")]
    why = "Records can't be of a day before 1970. Choose a later day."
    assert await imported(services, table(*rows)) == (
        {Outcome.REFUSED: 2, Outcome.WRITTEN: 1},
        [f"line {line}: {why}" for line in (2, 3)],
    )


async def test_a_row_that_comes_twice_is_imported_once(services: Services) -> None:
    began, whole = (ANA, "2026-11-20 08:00", ""), (ANA, "2026-11-20 08:00", "2026-11-20 16:00")
    other, opened = (BEN, "2026-11-20 08:00", "2026-11-20 16:00"), (BEN, "2026-11-21 08:00", "")
    await imported(services, table(began))
    counted, told = await imported(services, table(whole, whole, began, other))
    assert (counted, told) == ({Outcome.WRITTEN: 2, Outcome.THERE_ALREADY: 2}, [])
    counted, told = await imported(services, table(opened, (*opened[:2], "2026-11-21 09:00"), opened))
    assert (counted, told) == ({Outcome.WRITTEN: 1, Outcome.THERE_ALREADY: 2}, [])
    assert [pair.worked for pair in await ledger(services)] == [timedelta(hours=8)] * 2 + [timedelta(hours=1)]
    assert await services.database.read(lambda tx: list(verify(tx.connection))) == []


async def test_a_deleted_record_stays_deleted_beside_another_with_the_same_start(services: Services) -> None:
    read = table((ANA, "2026-11-20 08:00", "2026-11-20 16:00"))
    await imported(services, read)
    (wrong,) = await ledger(services)
    await recording.delete(services, ADMIN, wrong.clock_in.id)
    new = NewRecord(ANA, wrong.clock_in.at, wrong.clock_in.at + timedelta(hours=9))
    corrected = (await recording.record(services, ADMIN, new)).pair
    assert await imported(services, read) == ({Outcome.THERE_ALREADY: 1}, []), "what replaced it lives"
    await recording.delete(services, ADMIN, corrected.clock_in.id)
    assert await imported(services, read) == ({Outcome.THERE_ALREADY: 1}, []), "both are deleted"
    assert all(pair.deleted_at for pair in await ledger(services))


async def test_a_record_of_less_than_a_second_is_found_again(services: Services, clock: Clock) -> None:
    clock.advance(microseconds=200_000)
    await recording.clock_in(services, ADMIN, ANA)
    clock.advance(microseconds=500_000)
    await recording.clock_out(services, ADMIN, ANA)
    read = read_csv(io.StringIO(await exported(services)))
    assert await imported(services, read) == ({Outcome.THERE_ALREADY: 1}, [])
    counted, told = await imported(services, table((BEN, "2026-11-20 08:00", "2026-11-20 08:00")))
    assert counted == {Outcome.REFUSED: 1}
    assert "isn't later than the start" in told[0]


async def test_former_members_are_imported_and_guests_and_bots_are_not(services: Services) -> None:
    async def becomes(**changed: bool) -> None:
        kinds: dict[str, Any] = {"chat_admin": False, "guest": False, "bot": False, "deactivated": False} | changed
        profile = Profile(WORKSPACE, ANA, "Ana", "UTC", refreshed_at=services.database.clock(), **kinds)
        await services.database.write(lambda tx: people.upsert_profile(tx.connection, profile, tx.now))

    read = table((ANA, "2026-11-03 09:00", "2026-11-03 17:00"))
    for kind in ("guest", "bot"):
        await becomes(**{kind: True})
        counted, told = await imported(services, read)
        assert counted == {Outcome.REFUSED: 1}
        assert "U0ANA" in told[0]
        assert f"{kind}s can't clock in" in told[0]
    await becomes(deactivated=True)
    assert (await imported(services, read))[0] == {Outcome.WRITTEN: 1}


async def test_unknown_people_are_looked_up(services: Services, database: Database) -> None:
    class Directory:
        async def look_up(self, workspace_id: str, user_id: str, now: datetime) -> Profile | None:
            if user_id != "U0KEI":
                return None
            return Profile(workspace_id, user_id, "Kei", "Asia/Tokyo", False, False, False, False, now)

    known = Services(database, Directory())
    read = table(("U0KEI", "2026-11-03 01:00", "2026-11-03 09:00"), ("gd-7", "2026-11-03 09:00", "2026-11-03 17:00"))
    for dry_run in (True, False):
        counted, told = await imported(known, read, dry_run=dry_run)
        assert counted == {Outcome.WRITTEN: 1, Outcome.REFUSED: 1}
        assert told == ["line 3: There's nobody with the id gd-7 here. Check the id."]
    (pair,) = await ledger(services)
    assert (pair.user_id, pair.clock_in.zone) == ("U0KEI", "Asia/Tokyo")


async def test_webhooks_are_called_for_imported_records(services: Services) -> None:
    await deliveries.add(services, ADMIN, "https://93.184.215.14/", may_reach=(), sealer=None)
    read = table(*((ANA, f"2026-11-{day:02} 09:00", f"2026-11-{day:02} 17:00") for day in (2, 3, 4)))
    await imported(services, read)
    await imported(services, read)
    await services.database.write(lambda tx: webhook_events.spread(tx.connection, WORKSPACE))
    calls = await deliveries.log_of(services, ADMIN, None, 50)
    assert [call.facts["type"] for call in calls] == ["attendance.created"] * 3


async def test_only_admins_can_import(services: Services) -> None:
    with pytest.raises(Forbidden):
        await import_records(services, Caller(WORKSPACE, ANA, Via.API, Role.MANAGER), [], {})


def test_the_length_tells_which_of_two_repeated_times_is_meant() -> None:
    header = "User id,Clock-in (Europe/Berlin),Clock-out (Europe/Berlin),Seconds"
    rows = [(ANA, "2026-10-25 02:30:00", "2026-10-25 04:00:00", seconds) for seconds in ("9000", "5400")]
    first, second = table(*rows, header=header)
    assert isinstance(first, Record)
    assert isinstance(second, Record)
    assert (first.clock_in.at, second.clock_in.at) == (utc("2026-10-25T00:30"), utc("2026-10-25T01:30"))


@pytest.mark.parametrize("seconds", ["9" * 5000, "-1", "²", "many"])
def test_a_repeated_time_is_refused_if_the_length_fits_neither(seconds: str) -> None:
    header = "User id,Clock-in (Europe/Berlin),Clock-out (Europe/Berlin),Seconds"
    (refused,) = table((ANA, "2026-10-25 02:30:00", "2026-10-25 04:00:00", seconds), header=header)
    assert isinstance(refused, Refused)
    assert isinstance(refused.why, RepeatedTime)


def test_the_column_titles_of_earlier_exports_are_read() -> None:
    times = "User id,Clock-in (Europe/Berlin),Clock-out (Europe/Berlin)"
    now = "Time zone,Clock-in comment,Clock-out comment,Entered (UTC),Entered by,Clock-in entered (UTC)"
    then = "Zone of the event,Comment on the start,Comment on the end,Written down (UTC),Written by"
    row = (
        ANA,
        "2026-11-02 09:00",
        "2026-11-02 17:00",
        "Asia/Tokyo",
        "hi",
        "bye",
        "2026-11-03 08:00",
        BEN,
        "2026-11-03 07:00",
        ADMIN.user_id,
    )
    (record,) = table(row, header=f"{times},{now},Clock-in entered by")
    assert isinstance(record, Record)
    assert (record.clock_in.by, record.clock_in.recorded_at) == (ADMIN.user_id, utc("2026-11-03T07:00"))
    assert table(row, header=f"{times},{then},Start written down (UTC),Start written by") == [record]


@pytest.mark.parametrize(
    ("header", "why"),
    [
        ("", "The file is empty"),
        ("\ufeff\r\n", "The file is empty"),
        ("Name", "These columns are missing: User id, Clock-in (UTC), Clock-out (UTC)"),
        ("User id,Clock-in (UTC),Clock-in (Europe/Berlin),Clock-out (UTC)", "Two columns are called Clock-in"),
        ("User id,user ID,Clock-in (UTC),Clock-out (UTC)", "Two columns are called User id"),
        ("User id,Clock-in (UTC)", "These columns are missing: Clock-out (UTC)"),
        ("User id,Clock-in (Mars),Clock-out (UTC)", 'The column "Clock-in (Mars)" doesn\'t name a time zone'),
        (
            "User id,Clock-in (EST),Clock-out (EST)",
            'The column "Clock-in (EST)" doesn\'t name a time zone. Use a name like America/New_York',
        ),
    ],
)
def test_a_file_without_the_required_columns_is_refused(header: str, why: str) -> None:
    with pytest.raises(InvalidRecord) as refused:
        read_csv(io.StringIO(header))
    assert refused.value.why.startswith(why)


@pytest.mark.parametrize("ending", ["", '\nU0BEN,2026-11-04 09:00,2026-11-04 17:00,"at home"\n', '"x\n'])
def test_a_file_with_an_unclosed_quote_is_refused_as_a_whole(ending: str) -> None:
    rows = [f'{ANA},2026-11-02 09:00,2026-11-02 17:00,"left', f'early"\n{ANA},2026-11-03 09:00,2026-11-03 17:00,"ill']
    text = "\n".join(["User id,Clock-in (UTC),Clock-out (UTC),Clock-in comment", *rows]) + ending
    with pytest.raises(InvalidRecord, match=r"^On line 4, a text starts with a quote that is never closed") as refused:
        read_csv(io.StringIO(text))
    assert refused.value.why.endswith("Close it and import again")


def test_only_the_row_with_too_many_fields_or_a_too_long_text_is_refused() -> None:
    header = "User id,Clock-in (UTC),Clock-out (UTC),Clock-in comment"
    day = ("2026-11-03 09:00", "2026-11-03 17:00")
    rows = [(ANA, *day, "ill", " then back"), (ANA, *day, "x" * 300_000), (ANA, *day, "ill", "", "")]
    beyond, too_long, whole = table(*rows, header=header)
    assert isinstance(beyond, Refused)
    assert "more fields than the header" in str(beyond.why)
    assert isinstance(too_long, Refused)
    assert isinstance(whole, Record)


def test_a_row_that_ends_before_its_clock_out_is_not_read_as_an_open_clock_in() -> None:
    cut, still_in = table((ANA, "2026-11-03 09:00"), (BEN, "2026-11-03 09:00", ""))
    assert isinstance(cut, Refused)
    assert str(cut.why) == "It ends before the clock-out column. Leave that field empty if there is no clock-out"
    assert isinstance(still_in, Record)
    assert still_in.clock_out is None


def test_a_time_needs_a_zone_in_its_title_or_an_offset() -> None:
    told = table((ANA, "2026-11-03 09:00", "2026-11-03 17:00Z"), header="User id,Clock-in,Clock-out")
    (refused,) = told
    assert isinstance(refused, Refused)
    assert 'Call the column "Clock-in (Europe/Berlin)"' in str(refused.why)
    (record,) = table(
        (ANA, "2026-11-03T09:00:00.5+01:00", "2026-11-03 17:00Z"), header="\ufeffUSER ID,clock-in,Clock-Out"
    )
    assert isinstance(record, Record)
    assert record.clock_in.at == utc("2026-11-03T08:00:00.500000")


@given(st.text() | st.recursive(st.none() | st.integers() | st.floats() | st.text(), st.lists).map(json.dumps))
def test_any_text_is_read_or_refused(text: str) -> None:
    with suppress(InvalidRecord):
        assert all(isinstance(one, Record | Refused) for one in read_goodday(text))
    with suppress(InvalidRecord):
        assert all(isinstance(one, Record | Refused) for one in read_csv(io.StringIO(text)))


ODD = (
    st.none()
    | st.integers()
    | st.text(max_size=30)
    | st.sampled_from(
        [
            "CLOCK-IN",
            "CLOCK-OUT",
            "a",
            "b",
            "2026-11-03T09:00:00",
            "0001-01-01T00:00",
            "9999-12-31T23:59:59+14:00",
            "10:00",
        ]
    )
)
EVENTS = st.lists(st.dictionaries(st.sampled_from(list(event(1, "", "", None))), ODD), max_size=4)


@given(EVENTS)
def test_any_event_is_read_or_refused(told: list[dict[str, Any]]) -> None:
    found = read_goodday(json.dumps(told))
    assert bool(found) == bool(told)
    assert all(isinstance(one, Record | Refused) for one in found)


@given(
    st.lists(st.lists(st.text(max_size=20) | st.sampled_from([ANA, "2026-10-25 02:30", "1"]), max_size=12), max_size=4)
)
def test_any_row_is_read_or_refused(rows: list[list[str]]) -> None:
    header = ",".join(f'"{title}"' for title in export_rows.columns(BERLIN))
    found = table(*rows, header=header)
    assert len(found) == sum(any(cell.strip() for cell in row) for row in rows)
    assert all(isinstance(one, Record | Refused) for one in found)


@pytest.mark.parametrize("there", ["Jörg Müller", "mueller@firma.de", "田中 圭", "#4711", "O'Brien, Pat"])
async def test_people_may_have_names_as_ids_in_the_source(services: Services, there: str) -> None:
    rows = io.StringIO()
    csv.writer(rows).writerows(
        [
            ["User id", "Clock-in (Europe/Berlin)", "Clock-out (Europe/Berlin)"],
            [there, "2026-11-02 09:00", "2026-11-02 17:00"],
            ["x\x1b", "2026-11-03 09:00", "2026-11-03 17:00"],
            ["x" * 101, "2026-11-03 09:00", "2026-11-03 17:00"],
        ]
    )
    rows.seek(0)
    told: list[Refused] = []
    counted = await import_records(services, ADMIN, read_csv(rows), {there: ANA}, tell=told.append)
    assert counted == {Outcome.WRITTEN: 1, Outcome.REFUSED: 2}
    assert [one.where for one in told] == ["line 3", "line 4"]
