"""Tokens: shown once, kept as a digest, ended at once, and each change of them in the audit."""

from __future__ import annotations

import asyncio
import json
import re
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import Forbidden, NotAnEmployee
from bot.people import tokens
from bot.permissions import Caller, Role, Via
from bot.practice.model import Fault
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import audit, people
from storage.database import Database, Transaction
from storage.errors import Unavailable, UnknownToken, UnknownUser
from storage.tables import metadata
from tests.api.conftest import ADA, ANA, Client, on_sqlite
from tests.builders import NobodyElse, utc
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.storage.raw import raw_connection

OPERATOR = Caller(WORKSPACE, "cli:test", Via.CLI, Role.ADMIN)


async def becomes(behind: Database, user_id: str, **changed: Any) -> None:
    """What Slack then says of the person."""

    def say(tx: Transaction) -> None:
        told = replace(people.find(tx.connection, WORKSPACE, user_id), refreshed_at=tx.now, **changed)
        people.upsert_profile(tx.connection, told, tx.now)

    await behind.write(say)


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
    facts = json.loads(created.facts)
    assert len(facts.pop("digest")) == 64  # by which `verify` knows the row; nobody turns it back
    assert facts == {"name": "door", "role": "employee", "user_id": "U0ANA", "expires_at": None}


@on_sqlite
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
    api: Client, bot: RunningBot, clock: Clock, behind: Database
) -> None:
    assert (await api.query()).status == 200
    ada = bot.workspace.members[ADA]
    bot.workspace.members[ADA] = replace(ada, deleted=True)  # for what the bot looks up beside,
    clock.advance(seconds=1)  # which may have been asked before, and come after
    await becomes(behind, ADA, deactivated=True)
    reply = await api.query()
    assert (reply.status, reply.code) == (401, "unauthenticated")
    assert (await api.query(who="manager", userId=ANA)).status == 200  # everybody else's goes on
    bot.workspace.members[ADA] = ada
    clock.advance(seconds=1)
    await becomes(behind, ADA, deactivated=False)
    assert (await api.query()).status == 200


async def test_somebody_elsewhere_with_the_same_id_does_not_decide_whether_a_token_lives(
    api: Client, behind: Database
) -> None:
    elsewhere = await behind.read(lambda tx: people.find(tx.connection, "T0OTHER", "U0OTHER"))
    await behind.write(
        lambda tx: people.upsert_profile(tx.connection, replace(elsewhere, user_id=ADA, deactivated=True), tx.now)
    )
    assert (await api.query()).status == 200


@on_sqlite
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


@on_sqlite
@pytest.mark.parametrize("body", [b"{", b"{}", b" " * 100_000, b'{"userId": "U0ANA"}'])
async def test_an_expired_token_is_reported_before_other_mistakes(api: Client, services: Services, body: bytes) -> None:
    """Also on an address that doesn't exist: the request is checked, and nothing is done."""
    secret = await tokens.create(services, OPERATOR, ANA, Role.EMPLOYEE, "ended")
    (token,) = [token for token in await tokens.all_of(services, OPERATOR) if token.name == "ended"]
    await tokens.revoke(services, OPERATOR, token.token_id)
    api.tokens["ended"] = secret
    for key in ({}, {"Idempotency-Key": "one"}, {"Idempotency-Key": "no key"}):
        reply = await api.call(
            "POST",
            "/attendance-events/clock-in",
            who="ended",
            data=body,
            headers={"Content-Type": "application/json"} | key,
        )
        assert (reply.status, reply.code) == (401, "unauthenticated")
    assert (await api.clock_in(ANA)).status == 200


async def test_an_expired_token_is_refused_at_the_moment_it_ends(
    api: Client, services: Services, clock: Clock, behind: Database
) -> None:
    api.tokens["short"] = await tokens.create(
        services, OPERATOR, ANA, Role.EMPLOYEE, "short", expires=tokens.parse_expiry("2 days")
    )
    clock.advance(days=2, microseconds=-1)
    assert (await api.query(who="short", userId=ANA)).status == 200
    clock.advance(microseconds=1)
    reply = await api.query(who="short", userId=ANA)
    assert (reply.status, reply.code) == (401, "unauthenticated")
    assert reply.body["detail"] == "This token is unknown, revoked or expired."
    assert (await api.query(who="employee", userId=ANA)).status == 200
    entries = await behind.read(lambda tx: list(audit.entries(tx.connection)))
    (created,) = [entry for entry in entries if '"name":"short"' in entry.facts]
    assert '"expires_at":"2026-11-25T08:02:00+00:00"' in created.facts


async def test_a_token_works_through_its_last_day_in_the_workspaces_zone(
    api: Client, services: Services, clock: Clock
) -> None:
    await workspace_settings.change(services, OPERATOR, zone="America/New_York")
    await tokens.create(services, OPERATOR, ANA, Role.EMPLOYEE, "last", expires=tokens.parse_expiry("2026-11-23"))
    (token,) = [token for token in await tokens.all_of(services, OPERATOR) if token.name == "last"]
    assert token.expires_at == utc("2026-11-24T05:00")


async def test_last_use_is_recorded_once_an_hour_beside_the_request(
    api: Client, services: Services, clock: Clock
) -> None:
    async def noted() -> object:
        (admin,) = [token for token in await tokens.all_of(services, OPERATOR) if token.name == "payroll"]
        return admin.last_used_at

    async def until_noted(at: object) -> None:
        async with asyncio.timeout(5):
            while await noted() != at:
                await api.call("GET", "/healthz", who=None)

    assert await noted() is None
    first = clock.now
    await api.query()
    await until_noted(first)
    clock.advance(minutes=59)
    await asyncio.gather(*(api.query() for _ in range(20)))
    await api.clock_in()  # a write behind theirs
    assert await noted() == first
    clock.advance(minutes=1)
    await asyncio.gather(*(api.query() for _ in range(20)))
    await until_noted(clock.now)


async def test_a_token_ends_within_the_hour_with_its_person_though_the_bot_was_not_told_that_they_left(
    api: Client, bot: RunningBot, clock: Clock
) -> None:
    assert (await api.query()).status == 200
    bot.workspace.members[ADA] = replace(bot.workspace.members[ADA], deleted=True)
    clock.advance(hours=1)
    async with asyncio.timeout(5):
        while (await api.query()).status == 200:
            pass
    assert (await api.query()).code == "unauthenticated"
    assert (await api.query(who="manager", userId=ANA)).status == 200


async def test_while_slack_is_away_a_token_goes_on_by_what_was_known_last(
    api: Client, bot: RunningBot, clock: Clock
) -> None:
    bot.workspace.members[ADA] = replace(bot.workspace.members[ADA], deleted=True)
    bot.workspace.faults["users.info"] = Fault(status=500)
    clock.advance(hours=1)
    asked = len(bot.workspace.calls)
    async with asyncio.timeout(5):
        while "users.info" not in {call.method for call in bot.workspace.calls[asked:]}:
            assert (await api.query()).status == 200
    assert (await api.query()).status == 200


async def test_while_the_ledger_takes_no_writes_tokens_still_read(
    services: Services, api: Client, monkeypatch: pytest.MonkeyPatch, behind: Database
) -> None:
    async def full(work: object) -> None:
        raise Unavailable("database or disk is full")

    monkeypatch.setattr(behind, "write", full)
    caller = await tokens.caller_of(services, api.tokens["admin"], None)
    assert caller is not None
    assert caller.user_id == ADA
