"""Who is in: counted for everybody, and listed by name as far as somebody reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from bot.attendance.recording import clock_in, clock_out
from bot.calendar.working_hours import parse_working_hours
from bot.people.teams_and_offices import set_office, set_team
from bot.reports import presence
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage.database import Database, Transaction
from tests.builders import ADMIN, caller, workplace
from tests.conftest import Clock

MANAGER = replace(caller("U0MARCO"), role=None)
PEOPLE = [f"U0P{number:02}" for number in range(30)]


async def test_many_teams_take_no_more_statements_than_one(database: Database) -> None:
    services = await workplace(database, dict.fromkeys(["U0MARCO", *PEOPLE], "UTC"))
    await set_team(services, ADMIN, "Team 0", ["U0MARCO"], PEOPLE[:2])
    await clock_in(services, caller(PEOPLE[0]), PEOPLE[0])
    few = await _statements(services)
    for number in range(1, 10):
        await set_team(services, ADMIN, f"Team {number}", ["U0MARCO"], PEOPLE[3 * number : 3 * number + 3])
    for user_id in PEOPLE[5:]:
        await clock_in(services, caller(user_id), user_id)
    assert await _statements(services) == few < 15


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
    assert found.count == 9
    assert {name: some.count for name, some in found.by_office.items()} == {"": 1, "Berlin": 8}
    assert listed == {"": PEOPLE[:1], "Berlin": PEOPLE[1:3]}
    monkeypatch.setattr(presence, "MOST_OFFICES", 1)
    found = await presence.who_is_in(services, ADMIN)
    assert [(some.count, len(some.first)) for some in found.by_office.values()] == [(1, 1), (8, 0)]


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
