"""No two offices or teams have names that read alike: the database keeps it, on both engines."""

from __future__ import annotations

from dataclasses import replace
from functools import partial

import pytest

from bot.people.teams_and_offices import set_office, set_team
from bot.runtime.services import Services
from storage import migrations, people
from storage.database import Database, Transaction, open_database
from storage.errors import NameTaken
from storage.names import key_of
from tests.builders import ADMIN, workplace
from tests.conftest import WORKSPACE, Clock
from tests.older_ledger import connected
from tests.storage.raw import Raw, Refused, raw_connection

ALIKE = ["berlin", "BERLIN", " Berlin ", "Ｂｅｒｌｉｎ", "Ber\u200blin"]


@pytest.mark.parametrize("name", ALIKE)
def test_names_that_read_alike_have_one_key(name: str) -> None:
    assert key_of(name) == key_of("Berlin")


def test_names_that_read_differently_have_two_keys() -> None:
    assert key_of("Zürich") == key_of("Zu\u0308rich")
    assert key_of("Berlin Mitte") == key_of("berlin  mitte") != key_of("berlinmitte")
    assert key_of("\u200b")


@pytest.mark.parametrize("name", ["berlin", "Ｂｅｒｌｉｎ"])
async def test_an_office_that_reads_like_another_is_refused_and_names_it(services: Services, name: str) -> None:
    await set_office(services, ADMIN, "hq", "Berlin", "UTC")
    with pytest.raises(NameTaken) as by_name:
        await set_office(services, ADMIN, "lab", name, "UTC")
    with pytest.raises(NameTaken) as by_id:
        await set_office(services, ADMIN, "HQ", "Head", "UTC")
    assert (by_name.value.what, by_name.value.name) == ("office", "Berlin")
    assert (by_id.value.what, by_id.value.name) == ("office id", "hq")
    await set_office(services, ADMIN, "lab", "Laboratory", "UTC")
    with pytest.raises(NameTaken):
        await set_office(services, ADMIN, "lab", name, "UTC")


async def test_a_team_that_reads_like_another_is_refused_and_names_it(services: Services) -> None:
    await set_team(services, ADMIN, "Support", [], [])
    with pytest.raises(NameTaken) as refused:
        await set_team(services, ADMIN, "SUPPORT", [], [])
    assert refused.value.name == "Support"


async def test_the_database_itself_refuses_a_second_one(services: Services, raw: Raw) -> None:
    await set_office(services, ADMIN, "hq", "Berlin", "UTC")
    await set_office(services, ADMIN, "lab", "Laboratory", "UTC")
    await set_team(services, ADMIN, "Support", [], [])
    for statement in (
        "UPDATE offices SET name_key = 'berlin'",
        "UPDATE offices SET id_key = 'hq'",
        "INSERT INTO teams SELECT workspace_id, 'support', NULL, name_key, NULL FROM teams",
    ):
        with pytest.raises(Refused):
            raw.execute(statement)


async def test_a_ledger_that_holds_names_that_read_alike_keeps_them(as_left: str, clock: Clock) -> None:
    with raw_connection(as_left) as raw:
        (workspace_id, zone) = raw.execute("SELECT min(workspace_id), min(zone) FROM offices").fetchone()
        for office_id, name in (("HQ", "Berlin"), ("b2", "BERLIN"), ("b3", "berlin")):
            raw.execute("INSERT INTO offices VALUES (?, ?, ?, ?)", [workspace_id, office_id, name, zone])
        for team in ("Night", "NIGHT"):
            raw.execute("INSERT INTO teams VALUES (?, ?, NULL)", [workspace_id, team])

    database = await open_database(as_left, clock=clock)
    assert await database.read(lambda tx: migrations.revision(tx.connection)) == migrations.HEAD
    await database.close()

    with connected(as_left) as connection:
        names = connection.exec_driver_sql("SELECT name FROM offices WHERE lower(name) = 'berlin'").scalars().all()
        teams = connection.exec_driver_sql("SELECT name FROM teams WHERE lower(name) = 'night'").scalars().all()
    assert sorted(names) == ["BERLIN", "Berlin", "berlin"]
    assert sorted(teams) == ["NIGHT", "Night"]


async def test_an_existing_name_stays_until_it_is_changed(services: Services, raw: Raw) -> None:
    await set_office(services, ADMIN, "hq", "Berlin", "UTC")
    await set_office(services, ADMIN, "lab", "Laboratory", "UTC")
    raw.execute("UPDATE offices SET name = 'BERLIN', name_key = ? WHERE office_id = 'lab'", ["berlin\nlab"])
    await set_office(services, ADMIN, "lab", "BERLIN", "Europe/Berlin")
    with pytest.raises(NameTaken):
        await set_office(services, ADMIN, "lab", "berlin", "UTC")


async def test_names_that_somebody_else_has_too_are_told_apart_by_their_ids(database: Database) -> None:
    services = await workplace(database, dict.fromkeys(["U0ANA", "U0BEN", "U0KEI"], "UTC"))

    def rename(tx: Transaction) -> None:
        for user_id, name in (("U0ANA", "Ana Lima"), ("U0BEN", "Ana Lima"), ("U0KEI", "ana lima")):
            found = people.find(tx.connection, WORKSPACE, user_id)
            people.upsert_profile(tx.connection, replace(found, name=name), tx.now)

    await services.database.write(rename)
    told = await services.database.read(
        lambda tx: people.names_told_apart(tx.connection, WORKSPACE, ["U0ANA", "U0KEI", "U0GONE"])
    )
    assert told == {"U0ANA": "Ana Lima (U0ANA)", "U0KEI": "ana lima"}


async def test_people_are_found_by_their_full_or_first_name(database: Database) -> None:
    services = await workplace(database, dict.fromkeys(["U0ANA", "U0BEN", "U0KEI"], "UTC"))

    def rename(tx: Transaction) -> None:
        for user_id, name in (("U0ANA", "Ana Lima"), ("U0BEN", "Émile_50% Roux"), ("U0KEI", "ANA")):
            found = people.find(tx.connection, WORKSPACE, user_id)
            people.upsert_profile(tx.connection, replace(found, name=name), tx.now)

    await services.database.write(rename)
    for name, called in {
        "ana": {"U0ANA", "U0KEI"},
        "Ana LIMA": {"U0ANA"},
        "lima": set(),
        "an": set(),
        "an_": set(),
        "%": set(),
        "Émile_50%": {"U0BEN"},
    }.items():
        found = await services.database.read(partial(_called, name=name))
        assert set(found) == called, name


def _called(tx: Transaction, name: str) -> dict[str, str]:
    return people.called(tx.connection, WORKSPACE, name)
