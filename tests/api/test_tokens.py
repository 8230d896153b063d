"""Tokens: shown once, kept as a digest, ended at once, and each change of them in the audit."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import Any

import pytest

from bot import tokens
from bot.access import Caller, Role, Via
from bot.refusals import Forbidden, NotAnEmployee, UnknownToken, UnknownUser
from bot.services import Services
from storage import audit, people
from storage.database import Database
from storage.tables import metadata
from tests.api.conftest import ADA, ANA, Client
from tests.builders import NobodyElse
from tests.conftest import WORKSPACE, RunningBot
from tests.storage.raw import raw_connection

OPERATOR = Caller(WORKSPACE, "cli:test", Via.CLI, Role.ADMIN)


async def becomes(behind: Database, user_id: str, **changed: Any) -> None:
    """What Slack then says of the person."""
    await behind.write(
        lambda tx: people.meet(tx.connection, replace(people.find(tx.connection, WORKSPACE, user_id), **changed))
    )


@pytest.fixture
def services(behind: Database) -> Services:
    return Services(behind, NobodyElse())


async def test_a_revoked_token_is_refused_at_once(api: Client, services: Services) -> None:
    assert (await api.query()).status == 200
    (admin,) = [token for token in await tokens.all_of(services, OPERATOR) if token.name == "payroll"]
    await tokens.revoke(services, OPERATOR, admin.token_id)
    reply = await api.query()
    assert (reply.status, reply.code) == (401, "unauthenticated")
    with pytest.raises(UnknownToken):
        await tokens.revoke(services, OPERATOR, admin.token_id)


async def test_neither_the_ledger_nor_its_files_hold_a_secret(
    api: Client, services: Services, bot: RunningBot, behind: Database
) -> None:
    secret = await tokens.create(services, OPERATOR, ANA, Role.EMPLOYEE, "door")
    assert re.fullmatch(r"att_[A-Za-z0-9_-]{43}", secret)
    for path in bot.database_path.parent.glob(f"{bot.database_path.name}*"):
        assert secret.encode() not in path.read_bytes()
    with raw_connection(bot.settings.database_url) as raw:
        assert secret not in str([raw.rows(table) for table in metadata.tables])
    entries = await behind.read(lambda tx: list(audit.entries(tx.connection)))
    (created,) = [entry for entry in entries if '"name":"door"' in entry.facts]
    assert (created.action, created.actor, created.via) == ("create-token", "cli:test", "cli")
    assert created.facts == '{"name":"door","role":"employee","user_id":"U0ANA"}'


@pytest.mark.parametrize("role", [Role.EMPLOYEE, Role.MANAGER])
async def test_only_admins_make_see_and_end_tokens(api: Client, services: Services, role: Role) -> None:
    caller = Caller(WORKSPACE, ADA, Via.API, role)
    with pytest.raises(Forbidden):
        await tokens.create(services, caller, ANA, Role.ADMIN, None)
    with pytest.raises(Forbidden):
        await tokens.all_of(services, caller)
    with pytest.raises(Forbidden):
        await tokens.revoke(services, caller, "any")


async def test_a_token_speaks_for_somebody_known_and_stays_within_its_workspace(
    api: Client, services: Services
) -> None:
    with pytest.raises(UnknownUser):
        await tokens.create(services, OPERATOR, "U0NOBODY", Role.ADMIN, None)
    elsewhere = Caller("T0OTHER", "cli:test", Via.CLI, Role.ADMIN)
    (ours, *_) = await tokens.all_of(services, OPERATOR)
    assert ours.token_id not in {token.token_id for token in await tokens.all_of(services, elsewhere)}
    with pytest.raises(UnknownToken):
        await tokens.revoke(services, elsewhere, ours.token_id)


async def test_a_token_reaches_nothing_while_its_user_is_deactivated(
    api: Client, services: Services, behind: Database
) -> None:
    assert (await api.query()).status == 200
    await becomes(behind, ADA, deactivated=True)
    reply = await api.query()
    assert (reply.status, reply.code) == (401, "unauthenticated")
    assert (await api.query(who="manager", userId=ANA)).status == 200  # everybody else's goes on
    await becomes(behind, ADA, deactivated=False)
    assert (await api.query()).status == 200


async def test_somebody_elsewhere_with_the_same_id_does_not_decide_whether_a_token_lives(
    api: Client, behind: Database
) -> None:
    elsewhere = await behind.read(lambda tx: people.find(tx.connection, "T0OTHER", "U0OTHER"))
    await behind.write(lambda tx: people.meet(tx.connection, replace(elsewhere, user_id=ADA, deactivated=True)))
    assert (await api.query()).status == 200


@pytest.mark.parametrize("kind", ["guest", "bot", "deactivated"])
async def test_guests_bots_and_deactivated_people_get_no_token(
    api: Client, services: Services, behind: Database, kind: str
) -> None:
    before = await tokens.all_of(services, OPERATOR)
    await becomes(behind, ANA, **{kind: True})
    with pytest.raises(NotAnEmployee) as refused:
        await tokens.create(services, OPERATOR, ANA, Role.EMPLOYEE, None)
    assert (refused.value.user_id, refused.value.kind) == (ANA, kind)
    assert await tokens.all_of(services, OPERATOR) == before


async def test_a_token_is_ended_only_from_its_own_workspace_and_only_once(api: Client, services: Services) -> None:
    elsewhere = Caller("T0OTHER", "cli:test", Via.CLI, Role.ADMIN)
    (theirs,) = await tokens.all_of(services, elsewhere)
    with pytest.raises(UnknownToken):
        await tokens.revoke(services, OPERATOR, theirs.token_id)
    assert (await api.query(who="stranger")).status == 200
    await tokens.revoke(services, elsewhere, theirs.token_id)
    assert (await api.query(who="stranger")).status == 401
    assert (await api.query()).status == 200
