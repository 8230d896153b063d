"""A token reaches the lesser of its role and of what its person may do now: every role of a token, every state its
person may come to, every route."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Awaitable, Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.errors import RoleBeyondPerson
from bot.people import admins, archive, teams_and_offices, tokens
from bot.permissions import Role
from bot.runtime.services import Services
from storage import audit, installations, people
from storage.database import Database, Transaction
from tests.api.conftest import ADA, ANA, BEN, MARCO, Client, on_sqlite
from tests.api.test_permission_matrix import DELETING, MATRIX, RECORD, About, ForAdmins, Listing, tidy
from tests.api.test_tokens import OPERATOR, becomes
from tests.builders import NobodyElse
from tests.conftest import WORKSPACE, Clock, RunningBot

# Marco is an admin by appointment and manages Support, with Ana in it, when his tokens are made. Ben is in no team.
PEOPLE = (MARCO, ANA, BEN)
NOT_OF_RECORDS = ("GET /offices", "GET /reports/findings", "GET /corrections")
"""Lists of something else; without a country nothing is found."""
NEVER_OWN = ("POST /corrections/{id}/withdraw",)
"""What an employer says about somebody else's record."""
RECORDS = {Role.EMPLOYEE: {MARCO}, Role.MANAGER: {MARCO, ANA}, Role.ADMIN: {*PEOPLE}}
DELETIONS: dict[Role, set[str]] = {Role.EMPLOYEE: set(), Role.MANAGER: {ANA}, Role.ADMIN: {*PEOPLE}}

Change = Callable[[Services], Awaitable[object]]


async def is_demoted(services: Services) -> None:
    await admins.dismiss(services, OPERATOR, MARCO)


async def manages_nobody(services: Services) -> None:
    await is_demoted(services)
    await teams_and_offices.set_team(services, OPERATOR, "Support", [ADA], [ANA])


async def has_an_archived_team(services: Services) -> None:
    await is_demoted(services)
    await archive.archive_team(services, OPERATOR, "Support")


async def is_an_admin_without_team(services: Services) -> None:
    await teams_and_offices.set_team(services, OPERATOR, "Support", [ADA], [ANA])


async def is_slacks_admin(services: Services) -> None:
    await manages_nobody(services)
    await becomes(services.database, MARCO, chat_admin=True)


async def is_as_before(services: Services) -> None: ...


def is_now(kind: str) -> Change:
    return lambda services: becomes(services.database, MARCO, **{kind: True})


async def removed_the_bot(services: Services) -> None:
    def write(tx: Transaction) -> None:
        installations.keep(tx.connection, WORKSPACE, "v2.sealed", ADA, tx.now)
        installations.end(tx.connection, WORKSPACE, tx.now)

    await services.database.write(write)


OWN, TEAM, ALL = Role
STATES: dict[str, tuple[Change, tuple[Role, Role, Role] | None]] = {
    "admin and manager": (is_as_before, (OWN, TEAM, ALL)),
    "admin alone": (is_an_admin_without_team, (OWN, OWN, ALL)),
    "admin by Slack's word": (is_slacks_admin, (OWN, OWN, ALL)),
    "manager": (is_demoted, (OWN, TEAM, TEAM)),
    "employee": (manages_nobody, (OWN, OWN, OWN)),
    "manager of an archived team": (has_an_archived_team, (OWN, OWN, OWN)),
    "guest": (is_now("guest"), None),
    "bot": (is_now("bot"), None),
    "deactivated": (is_now("deactivated"), None),
    "of a workspace that removed the bot": (removed_the_bot, None),
}
"""How Marco comes to it, and how far his tokens of an employee, a manager and an admin reach then. None: not at all."""


def marcos(role: Role) -> str:
    """The name of that token of his."""
    return f"Marco's of an {role}"


@pytest.fixture
async def services(api: Client, behind: Database) -> Services:
    """Marco's tokens, one of each role, are among the API's."""
    found = Services(behind, NobodyElse())
    await admins.appoint(found, OPERATOR, MARCO)
    for role in Role:
        api.tokens[marcos(role)] = await tokens.create(found, OPERATOR, MARCO, role, role)
    return found


@pytest.mark.parametrize("state", STATES)
async def test_a_token_speaks_with_the_lesser_of_its_role_and_its_persons(
    api: Client, services: Services, state: str
) -> None:
    change, reached = STATES[state]
    await change(services)
    callers = [await tokens.caller_of(services, api.tokens[marcos(role)], None) for role in Role]
    assert [caller and caller.role for caller in callers] == list(reached or [None] * 3)


class TestEveryRoute:
    @pytest.fixture
    def engine(self) -> str:
        return "sqlite"  # the test above shows that either engine finds the same role, in every state

    @pytest.mark.parametrize("state", {reached: state for state, (_, reached) in STATES.items() if reached}.values())
    async def test_a_token_reaches_no_further_than_its_person_now(
        self, api: Client, services: Services, bot: RunningBot, state: str
    ) -> None:
        change, reached = STATES[state]
        if change is is_slacks_admin:  # for what the bot looks up beside
            bot.workspace.members[MARCO] = replace(bot.workspace.members[MARCO], is_admin=True)
        await change(services)
        assert reached is not None
        wrong: list[tuple[object, ...]] = []
        for role, reach in zip(Role, reached, strict=True):
            for route, rows in MATRIX.items():
                for row in rows:
                    if isinstance(row, ForAdmins):
                        reply = await api.call(row.method, row.path, who=marcos(role), json=row.body)
                        if reply.status != (row.status if reach is Role.ADMIN else 403):
                            wrong.append((route, role, reply.status))
                    elif isinstance(row, About):
                        allowed = (DELETIONS if row.allowed is DELETING else RECORDS)[reach]
                        allowed = allowed - {MARCO} if route in NEVER_OWN else allowed
                        for whom in PEOPLE:
                            reply = await row.deed(api, marcos(role), whom)
                            if reply.status != (200 if whom in allowed else 403):
                                wrong.append((route, role, whom, reply.status))
                            await tidy(api)
                    elif isinstance(row, Listing) and row.key in ("id", "userId") and route not in NOT_OF_RECORDS:
                        for whom in PEOPLE:
                            await api.create(whom)
                        listed = {thing[row.key] for thing in (await api.call("GET", row.path, who=marcos(role))).body}
                        if listed & {*PEOPLE} != RECORDS[reach]:
                            wrong.append((route, role, listed))
                        await tidy(api)
        assert wrong == []

    @pytest.mark.parametrize("state", [state for state, (_, reached) in STATES.items() if not reached])
    async def test_a_token_reaches_nothing_once_its_person_or_workspace_is_gone(
        self, api: Client, services: Services, bot: RunningBot, clock: Clock, state: str
    ) -> None:
        change, _ = STATES[state]
        marco = bot.workspace.members[MARCO]
        told = {"guest": "is_restricted", "bot": "is_bot", "deactivated": "deleted"}
        flags: dict[str, Any] = {told[state]: True} if state in told else {}
        bot.workspace.members[MARCO] = replace(marco, **flags)  # for what the bot looks up beside
        clock.advance(seconds=1)
        assert (await api.clock_in(MARCO, who="admin")).status == 200
        await change(services)
        for role in Role:
            for route in MATRIX:
                method, path = route.split(" ")
                reply = await api.call(method, path.format(id="x"), who=marcos(role))
                assert (reply.status, reply.code) == (401, "unauthenticated"), (route, role)


async def test_a_token_works_again_once_its_person_may_again(api: Client, services: Services) -> None:
    await manages_nobody(services)
    assert (await api.create(ANA, who="admin")).status == 200
    assert (await api.clock_in(ANA, who=marcos(Role.ADMIN))).code == "forbidden"
    await admins.appoint(services, OPERATOR, MARCO)
    assert (await api.clock_in(ANA, who=marcos(Role.ADMIN))).status == 200


async def test_the_same_person_elsewhere_lends_a_token_no_reach(api: Client, services: Services) -> None:
    """An admin of another workspace, by either word, is none here."""
    there = replace(OPERATOR, workspace_id="T0OTHER")
    found = await services.database.read(lambda tx: people.find(tx.connection, WORKSPACE, MARCO))
    same = replace(found, workspace_id="T0OTHER", chat_admin=True)
    await services.database.write(lambda tx: people.upsert_profile(tx.connection, same, tx.now))
    await admins.appoint(services, there, MARCO)
    await teams_and_offices.set_team(services, there, "Support", [MARCO], [])
    await manages_nobody(services)
    caller = await tokens.caller_of(services, api.tokens[marcos(Role.ADMIN)], None)
    assert caller is not None
    assert caller.role is Role.EMPLOYEE


@on_sqlite
@pytest.mark.parametrize(
    ("state", "refused"),
    [
        (is_as_before, ()),
        (is_an_admin_without_team, ()),
        (is_demoted, (Role.ADMIN,)),
        (manages_nobody, (Role.MANAGER, Role.ADMIN)),
        (has_an_archived_team, (Role.MANAGER, Role.ADMIN)),
        (is_slacks_admin, ()),
    ],
)
async def test_nobody_makes_a_token_that_reaches_further_than_its_person(
    services: Services, state: Change, refused: tuple[Role, ...]
) -> None:
    await state(services)
    before = await tokens.all_of(services, OPERATOR)
    for role in Role:
        if role in refused:
            with pytest.raises(RoleBeyondPerson) as error:
                await tokens.create(services, OPERATOR, MARCO, role, None)
            assert (error.value.user_id, error.value.role) == (MARCO, role)
        else:
            await tokens.create(services, OPERATOR, MARCO, role, None)
    assert len(await tokens.all_of(services, OPERATOR)) == len(before) + 3 - len(refused)


@on_sqlite
@pytest.mark.parametrize("change", [is_demoted, is_now("deactivated"), removed_the_bot])
@pytest.mark.parametrize(
    ("path", "body"),
    [
        ("/attendance-events/batch", {"records": [RECORD | {"userId": BEN}]}),
        ("/attendance-events/create", RECORD | {"userId": BEN}),
        ("/webhooks", {"url": "https://93.184.215.14/hook"}),
    ],
)
async def test_what_changes_while_the_body_arrives_counts(
    api: Client, services: Services, clock: Clock, path: str, body: dict[str, object], change: Change
) -> None:
    before = await services.database.read(lambda tx: audit.heads(tx.connection, WORKSPACE))

    async def slowly() -> AsyncIterator[bytes]:
        text = json.dumps(body).encode()
        yield text[:10]
        for _ in range(3):  # by then the server has looked the token up
            assert (await api.query(who="employee", userId=ANA)).status == 200
        clock.advance(seconds=1)  # the bot lists everybody at its start, and that tells of an earlier moment
        await change(services)
        nonlocal before
        before = await services.database.read(lambda tx: audit.heads(tx.connection, WORKSPACE))
        yield text[10:]

    headers = {"Content-Type": "application/json"}
    reply = await api.call("POST", path, who=marcos(Role.ADMIN), data=slowly(), headers=headers)
    assert reply.status in (401, 403)
    assert await services.database.read(lambda tx: audit.heads(tx.connection, WORKSPACE)) == before
