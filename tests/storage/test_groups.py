"""Teams that follow groups of the chat platform, and hours of their own, on both engines."""

from __future__ import annotations

import asyncio
import time as machine
from dataclasses import replace
from datetime import timedelta
from functools import partial
from typing import Any

import pytest
from sqlalchemy import insert

from bot.calendar.working_hours import WorkingHours, parse_working_hours
from bot.people import admins, teams_and_offices, user_groups
from bot.people.profiles import save_profile
from bot.runtime.services import Profile, Services
from bot.workspaces import schedules, workspace_settings
from storage import audit, people, tables, teams
from storage.database import Database, Transaction, open_database
from storage.teams import Team
from storage.verify import verify
from tests.builders import ADMIN, workplace
from tests.conftest import WORKSPACE, Clock

EARLY, LATE, GENERAL = "mon-fri 06:00-14:00", "mon-fri 14:00-22:00", "mon-fri 09:00-17:00"
SUPPORT = Team(WORKSPACE, "Support", frozenset({"U0MARCO"}), frozenset({"U0ANA"}), frozenset({"S0SUPPORT"}), EARLY)


@pytest.fixture
async def services(database: Database) -> Services:
    zones = dict.fromkeys(("U0ANA", "U0BEN", "U0MARCO", "U0NORA"), "Europe/Berlin")
    made = await workplace(database, zones)

    def write(tx: Transaction) -> None:
        teams.put(tx.connection, SUPPORT)
        teams.set_group(tx.connection, WORKSPACE, "S0SUPPORT", {"U0BEN"})

    await made.database.write(write)
    return made


async def hours_of(services: Services, *user_ids: str) -> dict[str, str]:
    def read(tx: Transaction) -> dict[str, WorkingHours]:
        return schedules.hours_of(tx, WORKSPACE, user_ids or None)

    return {user_id: str(hours) for user_id, hours in (await services.database.read(read)).items()}


async def test_a_team_is_read_back_as_it_was_written(services: Services) -> None:
    assert await services.database.read(lambda tx: teams.find(tx.connection, WORKSPACE, "Support")) == SUPPORT
    other = replace(SUPPORT, groups=frozenset({"S0ONE", "S0TWO"}), working_hours=None, members=frozenset())
    assert await services.database.write(lambda tx: teams.put(tx.connection, other)) == SUPPORT
    assert await services.database.read(lambda tx: teams.find(tx.connection, WORKSPACE, "Support")) == other

    def followed(tx: Transaction) -> list[bool]:
        return [teams.is_followed(tx.connection, WORKSPACE, group) for group in ("S0ONE", "S0TWO", "S0SUPPORT")]

    assert await services.database.read(followed) == [True, True, False]


async def test_a_manager_reaches_those_named_and_those_in_the_groups_that_the_team_follows(services: Services) -> None:
    async def managed() -> frozenset[str]:
        return await services.database.read(lambda tx: teams.managed_by(tx.connection, WORKSPACE, "U0MARCO"))

    assert await managed() == {"U0ANA", "U0BEN"}
    await services.database.write(
        lambda tx: teams.set_group(tx.connection, WORKSPACE, "S0SUPPORT", {"U0NORA", "U0ANA"})
    )
    assert await managed() == {"U0ANA", "U0NORA"}
    await services.database.write(lambda tx: teams.set_group(tx.connection, WORKSPACE, "S0SUPPORT", ()))
    assert await managed() == {"U0ANA"}


async def test_a_group_that_no_team_follows_and_another_workspaces_group_of_the_same_id_count_for_nobody(
    services: Services,
) -> None:
    def write(tx: Transaction) -> frozenset[str]:
        people.add_workspace_if_new(tx.connection, "T0OTHER", platform=people.Platform.SLACK, zone="UTC", at=tx.now)
        teams.set_group(tx.connection, "T0OTHER", "S0SUPPORT", {"U0NORA"})
        teams.set_group(tx.connection, WORKSPACE, "S0OTHER", {"U0NORA"})
        return teams.managed_by(tx.connection, WORKSPACE, "U0MARCO")

    assert await services.database.write(write) == {"U0ANA", "U0BEN"}


async def test_a_person_has_the_hours_of_their_first_team_else_the_workspaces(services: Services) -> None:
    assert await hours_of(services) == {"U0ANA": EARLY, "U0BEN": EARLY}
    await workspace_settings.change(services, ADMIN, working_hours=parse_working_hours(GENERAL))
    late = Team(WORKSPACE, "Late", frozenset(), frozenset({"U0BEN"}), working_hours=LATE)
    without = Team(WORKSPACE, "Bakery", frozenset(), frozenset({"U0ANA"}))

    def write(tx: Transaction) -> None:
        teams.put(tx.connection, late)
        teams.put(tx.connection, without)

    await services.database.write(write)
    assert await hours_of(services) == {
        "U0ADMIN": GENERAL,
        "U0ANA": EARLY,
        "U0BEN": LATE,
        "U0MARCO": GENERAL,
        "U0NORA": GENERAL,
    }
    assert await hours_of(services, "U0BEN", "U0NORA", "U0NOBODY") == {"U0BEN": LATE, "U0NORA": GENERAL}


@pytest.mark.parametrize("flag", ["guest", "bot", "deactivated"])
async def test_guests_and_bots_are_not_expected(services: Services, flag: str) -> None:
    def write(tx: Transaction) -> None:
        flags: dict[str, Any] = {name: name == flag for name in ("guest", "bot", "deactivated")}
        ben = Profile(WORKSPACE, "U0BEN", "Ben", None, chat_admin=False, **flags, refreshed_at=tx.now)
        people.upsert_profile(tx.connection, ben, tx.now)

    await services.database.write(write)
    await workspace_settings.change(services, ADMIN, working_hours=parse_working_hours(GENERAL))
    assert sorted(await hours_of(services)) == ["U0ADMIN", "U0ANA", "U0MARCO", "U0NORA"]


async def test_the_hours_of_ten_thousand_people_are_read_at_once(services: Services) -> None:
    everybody = [f"U{number:05}" for number in range(10_000)]

    def write(tx: Transaction) -> None:
        profiles = [Profile(WORKSPACE, id_, id_, None, False, False, False, False, tx.now) for id_ in everybody]
        rows = [{name: getattr(profile, name) for name in Profile.__slots__} for profile in profiles]
        tx.connection.execute(insert(tables.people), rows)
        teams.set_group(tx.connection, WORKSPACE, "S0SUPPORT", everybody)

    await services.database.write(write)
    started = machine.perf_counter()
    found = await hours_of(services)
    asked = await hours_of(services, *everybody)
    assert machine.perf_counter() - started < 5
    assert set(everybody) <= found.keys()
    assert (len(asked), set(asked.values())) == (10_000, {EARLY})


async def test_changes_to_a_group_at_the_same_time_are_applied_one_by_one(services: Services) -> None:
    joins = [
        user_groups.changed(services, WORKSPACE, "S0SUPPORT", partial(_joined, f"U0{number}")) for number in range(10)
    ]
    await asyncio.gather(*joins)
    found = await services.database.read(lambda tx: teams.in_group(tx.connection, WORKSPACE, "S0SUPPORT"))
    assert found == {"U0BEN", *(f"U0{number}" for number in range(10))}


def _joined(user_id: str, before: frozenset[str]) -> frozenset[str]:
    return before | {user_id}


async def test_two_admins_who_appoint_the_same_person_at_the_same_time_appoint_them_once(services: Services) -> None:
    await asyncio.gather(*(admins.appoint(services, ADMIN, "U0ANA") for _ in range(5)))
    found = await services.database.read(lambda tx: list(audit.entries(tx.connection)))
    assert [entry.subject for entry in found if entry.action == audit.Action.CHANGE_ROLE] == ["U0ANA"]
    await asyncio.gather(*(admins.dismiss(services, ADMIN, "U0ANA") for _ in range(5)), return_exceptions=True)
    found = await services.database.read(lambda tx: list(audit.entries(tx.connection)))
    assert [entry.subject for entry in found if entry.action == audit.Action.CHANGE_ROLE] == ["U0ANA", "U0ANA"]


async def test_two_replicas_that_update_the_same_person_keep_the_latest_profile(
    services: Services, database_url: str, clock: Clock
) -> None:
    """As admin and then as none, or the other way round: one line for each turn, and `verify` finds nothing."""
    here, other = services.database, await open_database(database_url, clock=clock)
    flags: dict[str, Any] = {"guest": False, "bot": False, "deactivated": False}
    now = clock()
    clock.advance(minutes=1)

    def said(number: int, later: int, *, admin: bool) -> Profile:
        at = now + timedelta(seconds=later)
        return Profile(WORKSPACE, f"U0NEW{number}", "New", None, chat_admin=admin, **flags, refreshed_at=at)

    try:
        for number in range(20):
            words = [said(number, later, admin=(number + later) % 2 == 0) for later in range(3)]
            writes = [partial(save_profile, profile=word) for word in words]
            await asyncio.gather(*(side.write(write) for side, write in zip((here, other, other), writes, strict=True)))
            met = await here.read(lambda tx: people.get_many(tx.connection, WORKSPACE))
            assert met[words[0].user_id] == words[-1]
        faults = await here.read(lambda tx: list(verify(tx.connection)))
        put_there_by_this_file = {"team Support", "group S0SUPPORT"}
        assert {fault.where for fault in faults} == put_there_by_this_file
    finally:
        await other.close()


async def test_two_admins_who_add_the_same_office_at_the_same_time_add_one(services: Services) -> None:
    deeds = (
        teams_and_offices.set_office(services, ADMIN, "hq", f"Berlin {number}", "UTC", replacing=None)
        for number in range(5)
    )
    results = await asyncio.gather(*deeds, return_exceptions=True)
    assert sorted(type(result).__name__ for result in results) == [*["NameTaken"] * 4, "Office"]


async def test_groups_that_no_team_follows_are_deleted(services: Services) -> None:
    def write(tx: Transaction) -> frozenset[str]:
        teams.set_group(tx.connection, WORKSPACE, "S0OTHER", {"U0NORA"})
        user_groups.follow(tx, WORKSPACE, {})
        return teams.in_any_group(tx.connection, WORKSPACE)

    assert await services.database.write(write) == {"U0BEN"}


async def test_the_workspace_gets_another_zone_and_no_other_workspace_does(services: Services) -> None:
    def write(tx: Transaction) -> list[str]:
        people.add_workspace_if_new(tx.connection, "T0OTHER", platform=people.Platform.SLACK, zone="UTC", at=tx.now)
        people.set_workspace_zone(tx.connection, WORKSPACE, "Asia/Tokyo")
        return [people.workspace_zone(tx.connection, workspace) for workspace in (WORKSPACE, "T0OTHER")]

    assert await services.database.write(write) == ["Asia/Tokyo", "UTC"]


async def test_an_unknown_person_is_in_the_group_but_not_in_the_team(services: Services) -> None:
    def write(tx: Transaction) -> tuple[frozenset[str], dict[str, set[str]], frozenset[str]]:
        teams.set_group(tx.connection, WORKSPACE, "S0SUPPORT", {"U0BEN", "U0NEW"})
        by_team = teams.members_by_team(tx.connection, WORKSPACE)
        return (
            teams.managed_by(tx.connection, WORKSPACE, "U0MARCO"),
            by_team,
            teams.in_any_group(tx.connection, WORKSPACE),
        )

    managed, by_team, in_group = await services.database.write(write)
    assert managed == by_team["Support"] == {"U0ANA", "U0BEN"}
    assert in_group == {"U0BEN", "U0NEW"}
