"""A night shift with a break past midnight is one work date wherever it's told: 22:00 to 01:00 and 01:30 to 06:00."""

from __future__ import annotations

import csv
import io
import re
from collections.abc import Sequence
from datetime import date, datetime, timedelta

import pytest
from openpyxl import load_workbook

from bot.attendance.recording import NewRecord, record
from bot.chat.views import Message
from bot.permissions import Caller, Role, Via
from bot.reports import home_tab
from bot.runtime.services import Services
from storage.database import Database
from storage.verify import verify
from tests.api.conftest import ANA, MARCO, Client, on_sqlite
from tests.builders import NobodyElse, utc
from tests.chat.conftest import PlainDoor, shown
from tests.conftest import WORKSPACE, Clock

SUNDAY, MONDAY = "2026-11-22", "2026-11-23"
THEIRS = f"<@{ANA}>"


@pytest.fixture
def door(behind: Database, api: Client) -> PlainDoor:
    """The chat beside the API, on the same ledger."""
    return PlainDoor(Services(behind, NobodyElse()))


async def night(api: Client, clock: Clock, until: str) -> None:
    """Ana's night in Berlin, up to that time (UTC). She starts and ends her break over the API."""
    steps = (("22T21:00", "clock-in"), ("23T00:00", "break"), ("23T00:30", "back"), ("23T05:00", "clock-out"))
    for at, step in steps:
        if f"2026-11-{at}" > until:
            break
        clock.set(f"2026-11-{at}")
        reply = await api.call("POST", f"/attendance-events/{step}", json={"userId": ANA})
        assert (reply.status, reply.body["date"]) == (200, SUNDAY)
    clock.set(until)


def lines(message: Message) -> Sequence[str]:
    """What somebody reads, with plain spaces."""
    return [line.replace("\xa0", " ") for line in shown(message)]


def days_in(message: Message) -> Sequence[str]:
    """The rows of days in a report."""
    return [line for line in lines(message) if re.match(r"\w{3} \d+ \w{3} · \d", line)]


@on_sqlite
@pytest.mark.parametrize(
    ("now", "so_far", "row"),
    [
        ("2026-11-22T23:15", "2 h 15 min", "Sun 22 Nov · 22:00 · still in · 0 min{change}"),
        ("2026-11-23T00:15", "3 h", "Sun 22 Nov · 22:00 · 01:00 next day · 3 h{change}"),
        ("2026-11-23T00:45", "3 h 15 min", "Sun 22 Nov · 22:00 · still in · 3 h{change} · 30 min"),
    ],
)
async def test_after_midnight_today_is_still_the_work_date_of_the_shift(
    api: Client, door: PlainDoor, clock: Clock, now: str, so_far: str, row: str
) -> None:
    await night(api, clock, now)
    for who, whose in ((ANA, ""), (ANA, THEIRS), (MARCO, THEIRS)):
        assert f"{so_far} · This week: {so_far}" in re.sub(
            " so far", "", lines(await door.type(who, f"status {whose}"))[1]
        )
        report = await door.type(who, f"report today {whose}")
        assert shown(report)[0] == "Today · Sun 22 Nov"
        assert days_in(report) == [row.format(change=" · Change…" if who == MARCO else "")]
        assert lines(await door.type(who, f"report this week {whose}"))[0] == "This week · Mon 16 – Sun 22 Nov"
        assert "· Today · Sun 22 Nov" in lines(await door.type(who, f"events today {whose}"))[0]
        assert "· Today · Sun 22 Nov" in lines(await door.type(who, f"history today {whose}"))[0]
    for words in ("report ana", "report ana today", "events ana today", "history today ana"):
        assert "Today · Sun 22 Nov" in lines(await door.type(MARCO, words))[0]
    home = await home_tab.home(door.services, Caller(WORKSPACE, ANA, Via.SLACK))
    assert (home.status.day, home.monday) == (date(2026, 11, 22), date(2026, 11, 16))
    assert [total.work_date for total in home.week] == [date(2026, 11, 22)]


@on_sqlite
async def test_a_report_of_several_people_names_who_is_still_in_from_last_night(
    api: Client, door: PlainDoor, clock: Clock
) -> None:
    await night(api, clock, "2026-11-22T23:15")
    said = "Still in from the day before, not counted here: @U0ANA since Sun 22 Nov, 22:00."
    assert said in lines(await door.type(MARCO, "report today"))
    assert said in lines(await door.type(MARCO, "report this week"))
    assert said not in lines(await door.type(MARCO, "report yesterday"))
    clock.set("2026-11-23T21:30")  # by then, her clock-out is missing
    assert said not in lines(await door.type(MARCO, "report today"))


@on_sqlite
async def test_a_report_of_several_people_names_who_is_on_a_break_from_last_night(
    api: Client, door: PlainDoor, clock: Clock
) -> None:
    await night(api, clock, "2026-11-23T00:15")
    said = "On a break from the day before, not counted here: @U0ANA since 01:00."
    assert said in lines(await door.type(MARCO, "report today"))
    assert said in lines(await door.type(MARCO, "report this week"))
    assert said not in lines(await door.type(MARCO, "report yesterday"))
    clock.set("2026-11-23T06:01")  # by then, her day has ended
    assert said not in lines(await door.type(MARCO, "report today"))


async def test_once_the_night_is_over_every_place_tells_seven_and_a_half_hours_on_its_work_date(
    api: Client, door: PlainDoor, clock: Clock
) -> None:
    await night(api, clock, "2026-11-23T04:59")
    clock.set("2026-11-23T05:00")
    assert lines(await door.type(ANA, "clockout"))[0] == (
        "✅ Clocked out at 06:00. This shift: 4 h 30 min. Sun 22 Nov: 7 h 30 min."
    )
    clock.advance(minutes=5)
    report = await door.type(MARCO, f"report 2026-11-22..2026-11-23 {THEIRS}")
    assert days_in(report) == ["Sun 22 Nov · 22:00 · 06:00 next day · 7 h 30 min · Change… · 30 min"]
    assert days_in(await door.type(ANA, "events yesterday")) == []
    assert lines(await door.type(ANA, "events yesterday"))[1:3] == [
        "Mon 23 Nov, 01:30 – 06:00 · 4 h 30 min · by @U0ADA",
        "22:00 – 01:00 the next day · 3 h · by @U0ADA",
    ]

    await door.press(MARCO, report, "Export CSV")
    await door.press(MARCO, report, "Export Excel")
    (_, text), (_, book) = door.chat.sent.items()
    rows = csv.DictReader(io.StringIO(text.decode("utf-8-sig"), newline=""))
    columns = ("Date", "Clock-in (Europe/Berlin)", "Clock-out (Europe/Berlin)", "Hours")
    assert [[row[name] for name in columns] for row in rows] == [
        [SUNDAY, "2026-11-22 22:00:00", "2026-11-23 01:00:00", "3.0000"],
        [SUNDAY, "2026-11-23 01:30:00", "2026-11-23 06:00:00", "4.5000"],
    ]
    sheet = load_workbook(io.BytesIO(book))["Records"]
    day = datetime.fromisoformat(SUNDAY)
    assert [sheet.cell(row, 1).value for row in (2, 3)] == [day, day]
    assert [sheet.cell(row, 6).value for row in (2, 3)] == [timedelta(hours=3), timedelta(hours=4, minutes=30)]

    assert len((await api.query(startDate=SUNDAY, endDate=SUNDAY)).body) == 4
    assert (await api.query(startDate=MONDAY, endDate=MONDAY)).body == []
    days = {"startDate": SUNDAY, "endDate": MONDAY, "by": "day", "userId": ANA}
    (row,) = (await api.call("GET", "/reports/worked-time", params=days)).body
    told = {name: row[name] for name in ("startDate", "workedSeconds", "days", "records", "breakSeconds")}
    assert told == {"startDate": SUNDAY, "workedSeconds": 27_000, "days": 1, "records": 2, "breakSeconds": 1_800}
    ledger = door.services.database
    assert await ledger.read(lambda tx: [one for one in verify(tx.connection) if one.rule != "clock"]) == []


@on_sqlite
async def test_a_record_after_midnight_says_that_it_begins_the_next_day(
    api: Client, door: PlainDoor, clock: Clock
) -> None:
    await night(api, clock, "2026-11-23T05:05")
    overlapping = NewRecord(ANA, utc("2026-11-23T01:00"), utc("2026-11-23T02:00"))
    admin = Caller(WORKSPACE, "U0ADA", Via.SLACK, Role.ADMIN)
    said = await door.refusal(MARCO, record(door.services, admin, overlapping))
    assert "Sun 22 Nov, 01:30 the next day to 06:00" in said


async def test_a_night_in_which_the_clocks_go_back_counts_the_hours_that_passed(
    api: Client, door: PlainDoor, clock: Clock
) -> None:
    for at, step in (("24T20:00", "clock-in"), ("24T23:00", "break"), ("24T23:30", "back"), ("25T05:00", "clock-out")):
        clock.set(f"2026-10-{at}")
        await api.call("POST", f"/attendance-events/{step}", json={"userId": ANA})
        if step == "back":
            clock.set("2026-10-25T00:30")  # 02:30 the first time
            assert lines(await door.type(ANA, "report today"))[0] == "Today · Sat 24 Oct"
    report = await door.type(MARCO, f"report 2026-10-24 {THEIRS}")
    assert "Sat 24 Oct · 22:00 · 06:00 next day · 8 h 30 min · Change… · 30 min" in lines(report)
    assert "Sun 25 Oct had 25 hours in Berlin: the clocks went back." in "\n".join(lines(report))
    days = {"startDate": "2026-10-24", "endDate": "2026-10-25", "by": "day", "userId": ANA}
    (row,) = (await api.call("GET", "/reports/worked-time", params=days)).body
    assert (row["workedSeconds"], row["breakSeconds"]) == (30_600, 1_800)
