"""Programs name people in Microsoft Teams by their Entra object ids."""

from __future__ import annotations

from bot.people import admins, tokens
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Services
from bot.workspaces.served_workspaces import ensure_workspace
from storage.database import Database
from storage.people import Profile, upsert_profile
from tests.api.conftest import Client, on_sqlite
from tests.builders import TENANT, NobodyElse

ANA = "a0000000-0000-4000-8000-0000000000a1"
OPERATOR = Caller(TENANT, "cli:test", Via.CLI, Role.ADMIN)


@on_sqlite
async def test_an_entra_id_names_the_same_person_in_capitals(api: Client, behind: Database) -> None:
    services = Services(behind, NobodyElse())
    await ensure_workspace(services, TENANT)
    ana = Profile(TENANT, ANA, "Ana Silva", "Europe/Berlin", False, False, False, False, behind.clock())
    await behind.write(lambda tx: upsert_profile(tx.connection, ana, tx.now))
    await admins.appoint(services, OPERATOR, ANA)
    api.tokens["tenant"] = await tokens.create(services, OPERATOR, ANA, Role.ADMIN, None)
    made = await api.clock_in(ANA.upper(), who="tenant")
    assert (made.status, made.body["userId"]) == (200, ANA)
    for named in ({"userId": ANA.upper()}, {"userIds": f"{ANA},{ANA.upper()}"}):
        found = await api.query(who="tenant", **named)
        assert [event["userId"] for event in found.body] == [ANA]
    unknown = await api.clock_in(ANA.replace("a1", "b1"), who="tenant")
    assert (unknown.status, unknown.code) == (503, "unavailable"), "nobody can be asked: Teams isn't set up"
    assert (await api.clock_in("U0ANA", who="tenant")).code == "unknown-user"
