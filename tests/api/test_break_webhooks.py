"""Webhooks about breaks, as an integrator gets them: started, ended and removed, beside the events of the records."""

from __future__ import annotations

import pytest

from bot.attendance.breaks import end_day, start_break, undo_break
from bot.calendar.break_kinds import parse_break_kinds
from bot.permissions import Caller, Via
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage.database import Database
from tests.api.conftest import ADA, ANA, Client
from tests.api.test_webhooks import LOOPBACK, OPERATOR, register
from tests.builders import NobodyElse
from tests.conftest import WORKSPACE, Clock
from tests.receiver import is_genuine, receiving

BREAK, BACK = "/attendance-events/break", "/attendance-events/back"
ME = Caller(WORKSPACE, ANA, Via.SLACK)


@pytest.fixture
def other_settings() -> dict[str, object]:
    return {"webhooks_may_reach": LOOPBACK}


@pytest.fixture
async def services(behind: Database) -> Services:
    found = Services(behind, NobodyElse())
    kinds = parse_break_kinds("lunch unpaid, coffee paid 15")
    await workspace_settings.change(found, OPERATOR, break_kinds=kinds)
    return found


async def test_an_unpaid_break_is_a_clock_out_and_a_clock_in_each_followed_by_the_break(
    api: Client, services: Services, clock: Clock
) -> None:
    async with receiving() as receiver:
        made = await register(api, receiver.address)
        await api.clock_in()
        clock.set("2026-11-23T11:00")
        out = (await api.call("POST", BREAK, json={"userId": ANA, "kind": "lunch"})).body
        clock.set("2026-11-23T11:30")
        back = (await api.call("POST", BACK, json={"userId": ANA})).body
        await receiver.until(lambda: len(receiver.taken) == 5)
        assert all(is_genuine(made["secret"], call.headers, call.body) for call in receiver.taken)
        told = [call.told for call in receiver.taken]

    assert [one["type"] for one in told] == [
        "attendance.clocked-in",
        "attendance.clocked-out",
        "attendance.break-started",
        "attendance.clocked-in",
        "attendance.break-ended",
    ]
    lunch = {
        "id": out["id"],
        "kind": "lunch",
        "isPaid": False,
        "start": "2026-11-23T11:00:00.000000",
        "end": None,
        "createByUserId": ADA,
    }
    started, ended = told[2], told[4]
    assert list(started) == ["id", "type", "time", "workspace", "attendanceEvents", "attendanceBreak"]
    assert started["attendanceBreak"] == lunch
    assert ended["attendanceBreak"] == lunch | {"end": "2026-11-23T11:30:00.000000"}
    for one in (started, ended):
        assert [event["id"] for event in one["attendanceEvents"]] == [out["linkedAttendanceEventId"], out["id"]]
    assert told[3]["attendanceEvents"] == [back]
    assert back["date"] == out["date"]


async def test_a_paid_break_is_told_with_the_clock_in_of_its_record(
    api: Client, services: Services, clock: Clock
) -> None:
    async with receiving() as receiver:
        await register(api, receiver.address)
        came = (await api.clock_in()).body
        clock.set("2026-11-23T10:00")
        assert (await api.call("POST", BREAK, json={"userId": ANA, "kind": "coffee"})).body == came
        clock.set("2026-11-23T10:12")
        await api.call("POST", BACK, json={"userId": ANA})
        await receiver.until(lambda: len(receiver.taken) == 3)
        _, started, ended = (call.told for call in receiver.taken)

    assert (started["type"], ended["type"]) == ("attendance.break-started", "attendance.break-ended")
    coffee = started["attendanceBreak"]
    assert coffee | {"id": ""} == {
        "id": "",
        "kind": "coffee",
        "isPaid": True,
        "start": "2026-11-23T10:00:00.000000",
        "end": None,
        "createByUserId": ADA,
    }
    assert ended["attendanceBreak"] == coffee | {"end": "2026-11-23T10:12:00.000000"}
    assert started["attendanceEvents"] == ended["attendanceEvents"] == [came]


async def test_a_paid_break_that_lasted_too_long_ends_and_an_unpaid_one_follows(
    api: Client, services: Services, clock: Clock
) -> None:
    async with receiving() as receiver:
        await register(api, receiver.address)
        await api.clock_in()
        clock.set("2026-11-23T10:00")
        await api.call("POST", BREAK, json={"userId": ANA, "kind": "coffee"})
        clock.set("2026-11-23T10:25")
        await api.call("POST", BACK, json={"userId": ANA})
        await receiver.until(lambda: len(receiver.taken) == 7)
        told = [call.told for call in receiver.taken][2:]

    assert [(one["type"], one.get("attendanceBreak", {}).get("isPaid")) for one in told] == [
        ("attendance.break-ended", True),
        ("attendance.clocked-out", None),
        ("attendance.break-started", False),
        ("attendance.clocked-in", None),
        ("attendance.break-ended", False),
    ]
    paid, unpaid = told[0]["attendanceBreak"], told[4]["attendanceBreak"]
    assert paid["end"] == unpaid["start"] == "2026-11-23T10:15:00.000000"
    assert unpaid["end"] == "2026-11-23T10:25:00.000000"


async def test_a_break_that_was_undone_or_was_the_end_of_the_day_is_removed(
    api: Client, services: Services, clock: Clock
) -> None:
    async with receiving() as receiver:
        await register(api, receiver.address)
        await api.clock_in()
        clock.set("2026-11-23T10:00")
        coffee = (await start_break(services, ME, ANA, kind="coffee")).on
        await undo_break(services, ME, coffee.id)
        clock.set("2026-11-23T15:00")
        lunch = (await start_break(services, ME, ANA, kind="lunch")).on
        clock.set("2026-11-23T20:00")
        await end_day(services, ME, ANA)
        await receiver.until(lambda: len(receiver.taken) == 6)
        told = [call.told for call in receiver.taken]

    assert [one["type"].removeprefix("attendance.") for one in told] == [
        "clocked-in",
        "break-started",
        "break-removed",
        "clocked-out",
        "break-started",
        "break-removed",
    ]
    assert told[2]["attendanceBreak"]["id"] == coffee.id
    assert told[5]["attendanceBreak"]["id"] == lunch.id
    assert told[5]["attendanceEvents"] == told[3]["attendanceEvents"], "the record ended there"
