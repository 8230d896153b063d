"""Worked time over the API: by person, day, week and month, always the figures of the report in Slack."""

from __future__ import annotations

import csv
import io
import json
from datetime import date, timedelta

import pytest

from bot.attendance import recording
from bot.attendance.recording import NewRecord
from bot.calendar.break_kinds import parse_break_kinds
from bot.calendar.ranges import DateRange
from bot.permissions import Caller
from bot.reports import periods, worked_time
from bot.reports.periods import GroupBy, Row
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage.database import Database
from tests.api.conftest import ADA, ANA, BEN, MARCO, Client, on_sqlite
from tests.builders import ADMIN, OPERATOR, NobodyElse, caller, utc, workplace
from tests.conftest import Clock

PATH = "/reports/worked-time"
PEOPLE = ("U0ANA", "U0BEN", "U0KEI")
YEAR = DateRange(date(2025, 12, 1), date(2026, 11, 30))


async def test_a_row_tells_hours_days_breaks_and_what_is_open(api: Client, clock: Clock) -> None:
    for start, end in (("08:00", "12:00"), ("12:30", "16:45")):
        times = {"clockInTimestampUtc": f"2026-11-20T{start}", "clockOutTimestampUtc": f"2026-11-20T{end}"}
        await api.create(**times)
    await api.clock_in(timestampUtc="2026-11-21T09:00:00")
    clock.advance(hours=1)
    await api.clock_in(MARCO)
    span = {"startDate": "2026-11-01", "endDate": "2026-11-30"}
    reply = await api.call("GET", f"/2.0{PATH}", params=span)
    ana = {
        "startDate": "2026-11-01",
        "endDate": "2026-11-30",
        "userId": ANA,
        "name": "Ana Silva",
        "workedSeconds": 8 * 3600 + 900,
        "workedHours": 8.25,
        "days": 2,
        "records": 3,
        "breakSeconds": 1800,
        "enteredLater": 3,
        "stillIn": 0,
        "unresolved": 1,
        "statedBreakSeconds": 0,
        "paidBreakSeconds": 0,
    }
    assert reply.body[0] == ana
    assert [(row["userId"], row["stillIn"], row["unresolved"]) for row in reply.body] == [(ANA, 0, 1), (MARCO, 1, 0)]
    weeks = (await api.call("GET", PATH, params=span | {"by": "week"})).body
    assert [(row["startDate"], row["endDate"], row["userId"]) for row in weeks] == [
        ("2026-11-16", "2026-11-22", ANA),
        ("2026-11-23", "2026-11-29", MARCO),
    ]
    assert weeks[0] == ana | {"startDate": "2026-11-16", "endDate": "2026-11-22"}


async def test_breaks_that_were_stated_and_paid_ones_are_told_apart_and_change_no_sum(
    api: Client, behind: Database, clock: Clock
) -> None:
    kinds = parse_break_kinds("lunch unpaid, coffee paid")
    await workspace_settings.change(Services(behind, NobodyElse()), OPERATOR, break_kinds=kinds)
    for at, step, kind in (
        ("20T08:00", "clock-in", None),
        ("20T09:00", "break", "coffee"),
        ("20T09:10:30", "back", None),
        ("20T11:00", "break", "lunch"),
        ("20T11:30:30", "back", None),
        ("20T13:00", "clock-out", None),
        ("20T13:15", "clock-in", None),  # a gap that nobody called a break
        ("20T15:00", "break", "coffee"),
        ("20T15:05", "back", None),
        ("20T16:00", "clock-out", None),
        ("21T08:00", "clock-in", None),
        ("21T09:00", "break", "coffee"),  # which isn't over
    ):
        clock.set(f"2026-11-{at}")
        told = {"userId": ANA} | ({"kind": kind} if kind else {})
        assert (await api.call("POST", f"/attendance-events/{step}", json=told)).status == 200
    clock.set("2026-11-21T09:30")
    span = {"startDate": "2026-11-20", "endDate": "2026-11-21", "userId": ANA}
    names = ("workedSeconds", "breakSeconds", "statedBreakSeconds", "paidBreakSeconds")
    expected = [8 * 3600 - 45 * 60 - 30, 45 * 60 + 30, 30 * 60 + 30, 15 * 60 + 30]
    for by in ("person", "week", "month"):
        (row,) = (await api.call("GET", PATH, params=span | {"by": by})).body
        assert [row[name] for name in names] == expected, by
    rows = (await api.call("GET", PATH, params=span | {"by": "day"})).body
    assert [[row[name] for name in names] for row in rows] == [expected, [0, 0, 0, 0]]
    (row,) = (await api.call("GET", PATH, params=span | {"officeId": "hq"})).body
    assert [row[name] for name in names] == [0, None, None, 0]


async def test_the_same_rows_as_csv_and_ndjson(api: Client) -> None:
    for user_id in (ANA, BEN):
        await api.create(user_id)
    asked = {"startDate": "2026-11-01", "endDate": "2026-11-30", "by": "day"}
    rows = (await api.call("GET", PATH, params=asked)).body
    told: dict[str, str] = {}
    for kind in ("text/csv", "application/x-ndjson"):
        headers = {"Authorization": f"Bearer {api.tokens['admin']}", "Accept": kind}
        async with api.http.get(api.address + PATH, params=asked, headers=headers) as response:
            assert response.content_type == kind
            told[kind] = await response.text()
    assert [json.loads(line) for line in told["application/x-ndjson"].splitlines()] == rows
    expected = [{key: str(value) for key, value in row.items()} for row in rows]
    assert list(csv.DictReader(io.StringIO(told["text/csv"]))) == expected


@on_sqlite
async def test_a_report_names_what_is_wrong(api: Client) -> None:
    span = {"startDate": "2026-11-01", "endDate": "2026-11-30"}
    for asked, fault in (
        ({"by": "year"}, {"by": "must be person, day, week or month"}),
        ({"startDate": "2026-12-01"}, {"startDate": "is after endDate", "endDate": "is before startDate"}),
        ({"startDate": "0000-01-01"}, {"startDate": "isn't a day in the calendar"}),
        ({"startDate": "2026-11-31"}, {"startDate": "isn't a day in the calendar"}),
        ({"startDate": "2026-1-1"}, {"startDate": "must be a date like 2026-11-23"}),
    ):
        assert (await api.call("GET", PATH, params=span | asked)).faults == fault


async def test_the_whole_calendar_can_be_asked_for(api: Client) -> None:
    await api.create(ADA)
    for by in ("person", "day", "week", "month"):
        reply = await api.call("GET", PATH, params={"startDate": "0001-01-01", "endDate": "9999-12-31", "by": by})
        (row,) = [row for row in reply.body if row["records"]]
        assert row["workedSeconds"] == 8 * 3600, by


@pytest.fixture
async def a_year(database: Database, clock: Clock) -> Services:
    """Three people over a year: two pairs on many days, nights, records entered later, an open one."""
    services = await workplace(database, dict.fromkeys(PEOPLE, "Europe/Berlin"))
    for number in range(120):
        user_id = PEOPLE[number % 3]
        start = utc("2025-12-01T04:00") + timedelta(days=3 * number, hours=number % 17)
        clock.now = start + timedelta(hours=8 + number % 4)
        for begins, ends in ((0, 3), (4, 7)):
            times = start + timedelta(hours=begins), start + timedelta(hours=ends, minutes=number % 50)
            await recording.record(services, ADMIN, NewRecord(user_id, *times))
    await recording.clock_in(services, caller("U0KEI"), "U0KEI")
    clock.set("2026-11-30T12:00")
    return services


async def test_every_row_equals_the_report_of_its_days(a_year: Services) -> None:
    total = (await worked_time.worked_time(a_year, ADMIN, YEAR)).total
    for by in GroupBy:
        rows = await rows_of(a_year, ADMIN, by)
        assert sum((row.person.worked for row in rows), timedelta()) == total
        checked = 0
        for days in dict.fromkeys(row.days for row in rows):
            report = await worked_time.worked_time(a_year, ADMIN, days)
            told = {row.person.user_id: row for row in rows if row.days == days}
            assert sum(row.still_in for row in told.values()) == len(report.still_in)
            assert sum(row.unresolved for row in told.values()) == len(report.unresolved)
            for person in report.people:
                if by is GroupBy.PERSON or person.pairs:
                    assert told.pop(person.user_id).person == person
                    checked += 1
            assert told == {}
        assert checked == len(rows) > 0


async def test_a_caller_who_sees_one_person_gets_one_row(a_year: Services) -> None:
    only_ben = Caller(ADMIN.workspace_id, "U0BEN", ADMIN.via)
    assert {row.person.user_id for row in await rows_of(a_year, only_ben, GroupBy.MONTH)} == {"U0BEN"}


async def rows_of(services: Services, who: Caller, by: GroupBy) -> list[Row]:
    return await services.database.read(lambda tx: list(periods.worked_time(tx, who, YEAR, by, None, None)))
