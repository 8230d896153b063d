"""Who is in: counted for everybody, and listed by name as far as somebody reads."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest
from sqlalchemy import event

from bot.attendance.recording import clock_in
from bot.people.teams_and_offices import set_office, set_team
from bot.reports import presence
from bot.runtime.services import Services
from storage.database import Database, Transaction
from tests.builders import ADMIN, caller, workplace

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
