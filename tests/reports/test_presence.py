"""Who is in: counted for everybody, and listed by name as far as somebody reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from bot.attendance.breaks import back, end_day, start_break
from bot.attendance.recording import clock_in, clock_out, delete
from bot.calendar.break_kinds import parse_break_kinds
from bot.calendar.working_hours import parse_working_hours
from bot.people.teams_and_offices import set_office, set_team
from bot.reports import presence
from bot.reports.status import status
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage.database import Database, Transaction
from tests.builders import ADMIN, caller, workplace
from tests.conftest import Clock

MANAGER = replace(caller("U0MARCO"), role=None)
KINDS = parse_break_kinds("break unpaid, coffee paid")
PEOPLE = [f"U0P{number:02}" for number in range(30)]


async def test_many_teams_and_breaks_take_no_more_statements_than_one(database: Database, clock: Clock) -> None:
    services = await workplace(database, dict.fromkeys(["U0MARCO", *PEOPLE], "UTC"))
    await set_team(services, ADMIN, "Team 0", ["U0MARCO"], PEOPLE[:2])
    await workspace_settings.change(services, ADMIN, break_kinds=KINDS)
    await clock_in(services, caller(PEOPLE[0]), PEOPLE[0])
    await clock_in(services, caller(PEOPLE[1]), PEOPLE[1])
    clock.advance(minutes=1)
    await start_break(services, caller(PEOPLE[1]), PEOPLE[1])
    few = await _statements(services)
    for number in range(1, 10):
        await set_team(services, ADMIN, f"Team {number}", ["U0MARCO"], PEOPLE[3 * number : 3 * number + 3])
    for user_id in PEOPLE[5:]:
        await clock_in(services, caller(user_id), user_id)
    clock.advance(minutes=1)
    for number, user_id in enumerate(PEOPLE[5:]):
        await start_break(services, caller(user_id), user_id, kind=("break", "coffee")[number % 2])
    assert await _statements(services) == few < 18


async def _late_ones(workspace_id: str, group_id: str) -> list[str]:
    return ["U0GROUP", "U0NEVERMET"]


async def _statements(services: Services) -> int:
    ran: list[str] = []

    def remember(connection: Any, cursor: Any, statement: str, *others: Any) -> None:
        ran.append(statement)

    def read(tx: Transaction) -> None:
        event.listen(tx.connection, "before_cursor_execute", remember)
        presence.read_presence(tx, MANAGER)
        event.remove(tx.connection, "before_cursor_execute", remember)

    await services.database.read(read)
    return len(ran)


async def test_of_a_crowded_office_everybody_is_counted_and_the_first_are_listed(
    database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "LEAST_LISTED", 2)
    monkeypatch.setattr(presence, "LISTED_IN_ALL", 5)
    services = await workplace(database, dict.fromkeys(PEOPLE[:9], "UTC"))
    await set_office(services, ADMIN, "hq", "Berlin", "UTC")
    for user_id in PEOPLE[8::-1]:
        await clock_in(services, caller(user_id), user_id, office_id="hq" if user_id > PEOPLE[0] else None)

    found = await presence.who_is_in(services, ADMIN)

    listed = {name: [one.pair.user_id for one in some.first] for name, some in found.by_office.items()}
    assert found.working == 9
    assert {name: some.working for name, some in found.by_office.items()} == {"": 1, "Berlin": 8}
    assert listed == {"": PEOPLE[:1], "Berlin": PEOPLE[1:3]}
    monkeypatch.setattr(presence, "MOST_OFFICES", 1)
    found = await presence.who_is_in(services, ADMIN)
    assert [(some.working, len(some.first)) for some in found.by_office.values()] == [(1, 1), (8, 0)]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_hours_of_the_first_team_count_for_its_members_and_the_workspaces_for_everybody_else(
    database: Database, clock: Clock
) -> None:
    zones = {"U0NAMED": "UTC", "U0GROUP": "UTC", "U0TOKYO": "Asia/Tokyo", "U0OTHER": "", "U0EARLY": "UTC"}
    services = await workplace(database, {**zones, "U0OLD": "UTC"})
    await workspace_settings.change(services, ADMIN, working_hours=parse_working_hours("mon-fri 07:00-09:00"))
    late, now = parse_working_hours("mon-fri 20:00-22:00"), parse_working_hours("mon-sun 08:00-17:00")
    await set_team(services, ADMIN, "A", [], ["U0NAMED"], working_hours=now)
    await set_team(services, ADMIN, "B", [], ["U0NAMED"], ["S0LATE"], working_hours=late, read_group=_late_ones)
    clock.set("2026-11-21T07:00")
    await clock_in(services, caller("U0OLD"), "U0OLD")
    clock.set("2026-11-23T06:50")
    await clock_in(services, caller("U0EARLY"), "U0EARLY")
    clock.set("2026-11-23T06:55")
    await clock_out(services, caller("U0EARLY"), "U0EARLY")
    await clock_in(services, caller("U0TOKYO"), "U0TOKYO")
    clock.set("2026-11-23T08:30")
    await clock_out(services, caller("U0TOKYO"), "U0TOKYO")

    found = await presence.who_is_in(services, ADMIN)

    assert [(one.user_id, f"{one.expected_at:%H:%M}") for one in found.not_in_yet.first if one.expected_at] == [
        ("U0ADMIN", "07:00"),
        ("U0EARLY", "07:00"),  # left before the hours began
        ("U0NAMED", "08:00"),
        ("U0OLD", "07:00"),  # and misses a clock-out
        ("U0OTHER", "07:00"),
    ]
    assert [(one.user_id, f"{one.left_at:%H:%M}") for one in found.left.first] == [("U0TOKYO", "17:30")]
    assert (found.not_in_yet.count, found.left.count, found.unresolved.count) == (5, 1, 1)
    clock.set("2026-11-23T20:30")
    evening = await presence.who_is_in(services, ADMIN)
    assert [one.user_id for one in evening.not_in_yet.first] == ["U0GROUP"]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_who_is_on_a_break_is_found_by_the_same_rule_for_one_person_and_for_all(
    database: Database, clock: Clock
) -> None:
    zones = dict.fromkeys(["U0HIS", "U0LONG", "U0BACK", "U0DONE", "U0AGAIN", "U0PAID", "U0DRANK", "U0LEFT"], "UTC")
    services = await workplace(database, {**zones, "U0FAR": "Pacific/Honolulu", "U0DAYOLD": "UTC", "U0GONE": "UTC"})
    await set_office(services, ADMIN, "hq", "Berlin", "UTC")
    await workspace_settings.change(services, ADMIN, break_kinds=KINDS)
    await at(services, clock, "2026-11-23T05:00", clock_in, "U0DAYOLD")
    await at(services, clock, "2026-11-23T05:01", start_break, "U0DAYOLD", kind="coffee")
    await at(services, clock, "2026-11-23T06:00", clock_in, "U0FAR")  # 20:00 of the day before there
    for user_id in zones:
        await at(services, clock, "2026-11-23T16:00", clock_in, user_id, office_id="hq")
    await at(services, clock, "2026-11-23T18:30", start_break, "U0LONG")
    await at(services, clock, "2026-11-23T19:00", clock_in, "U0GONE")
    for user_id in ("U0HIS", "U0BACK", "U0DONE", "U0AGAIN"):
        await at(services, clock, "2026-11-23T20:00", start_break, user_id)
    for user_id in ("U0PAID", "U0DRANK"):
        await at(services, clock, "2026-11-23T20:01", start_break, user_id, kind="coffee")
    gone = await at(services, clock, "2026-11-23T20:02", start_break, "U0GONE")
    await delete(services, ADMIN, gone.pair.clock_in.id)
    await at(services, clock, "2026-11-23T20:05", back, "U0BACK")
    await at(services, clock, "2026-11-23T20:05", back, "U0DRANK")
    await end_day(services, caller("U0DONE"), "U0DONE")
    await at(services, clock, "2026-11-23T20:10", back, "U0AGAIN")
    await at(services, clock, "2026-11-23T20:20", start_break, "U0AGAIN")
    await at(services, clock, "2026-11-23T20:30", clock_out, "U0LEFT")
    await at(services, clock, "2026-11-23T23:50", start_break, "U0FAR")

    for now, on_break, missing in [
        ("2026-11-23T23:55", ["U0AGAIN", "U0DAYOLD", "U0FAR", "U0HIS", "U0LONG", "U0PAID"], []),
        ("2026-11-24T00:30", ["U0AGAIN", "U0DAYOLD", "U0HIS", "U0LONG", "U0PAID"], []),  # too late for U0FAR's date
        ("2026-11-24T02:00", ["U0AGAIN", "U0DAYOLD", "U0HIS", "U0PAID"], []),
        ("2026-11-24T02:01", ["U0AGAIN", "U0DAYOLD", "U0PAID"], []),
        ("2026-11-24T05:01", ["U0PAID"], ["U0DAYOLD"]),
    ]:
        clock.set(now)
        found = await presence.who_is_in(services, ADMIN)
        listed = [one for there in found.by_office.values() for one in there.first]
        assert sorted(one.pair.user_id for one in listed if one.on_break) == on_break
        assert found.on_break == len(on_break)
        assert found.working == len(listed) - len(on_break) == 2  # U0BACK and U0DRANK
        assert [one.pair.user_id for one in found.unresolved.first] == missing
        absent = {one.user_id for one in (*found.left.first, *found.not_in_yet.first)}
        assert not absent & {*on_break, *missing}
        for user_id in (*zones, "U0FAR", "U0DAYOLD", "U0GONE"):
            state = await status(services, ADMIN, user_id)
            assert (state.on_break is not None) == (user_id in on_break)
            alone = await presence.who_is_in(services, ADMIN, [user_id])
            assert (alone.on_break == 1) == (user_id in on_break)
        hq = await presence.who_is_in(services, ADMIN, office_id="hq")
        assert hq.on_break == len({*on_break} - {"U0FAR", "U0DAYOLD"})


async def test_of_a_crowded_office_the_first_on_a_break_are_listed_among_the_others(
    database: Database, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(presence, "LEAST_LISTED", 3)
    monkeypatch.setattr(presence, "LISTED_IN_ALL", 5)
    services = await workplace(database, dict.fromkeys(PEOPLE[:9], "UTC"))
    for user_id in PEOPLE[:9]:
        await clock_in(services, caller(user_id), user_id)
    clock.advance(minutes=1)
    for user_id in PEOPLE[1:9:2]:
        await start_break(services, caller(user_id), user_id)

    (there,) = (await presence.who_is_in(services, ADMIN)).by_office.values()

    assert (there.working, there.on_break) == (5, 4)
    assert [(one.pair.user_id, bool(one.on_break)) for one in there.first] == [
        (PEOPLE[0], False),
        (PEOPLE[1], True),
        (PEOPLE[2], False),
    ]


async def at(services: Services, clock: Clock, now: str, do: Any, user_id: str, **other: Any) -> Any:
    """They do that themselves at that time."""
    clock.set(now)
    return await do(services, caller(user_id), user_id, **other)
