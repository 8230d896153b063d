"""Who may do what to whose records, operation by operation, with two workspaces in one ledger.

In the other workspace the same people have other roles and other teams, and records on the same day: were either
workspace's word to count in the other, somebody would reach too far here.
"""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from contextlib import suppress
from datetime import date
from typing import Any

import pytest

from bot import permissions
from bot.attendance import changing, corrections, history, recording, signatures
from bot.attendance.idempotency import AlreadyAnswered, IdempotentRequest
from bot.attendance.recording import NewRecord
from bot.attendance.undo import undo
from bot.attendance.wanted_records import Wanted
from bot.calendar.ranges import DateRange
from bot.errors import Forbidden
from bot.people import admins, teams_and_offices, tokens
from bot.permissions import Caller, Operation, Role, Via
from bot.reports import worked_time
from bot.runtime.services import Profile, Services
from storage import people, teams
from storage.database import Database, Transaction
from storage.errors import NotClockedIn
from storage.offices import Office
from storage.pairs import Pair
from storage.teams import Team
from tests.builders import NobodyElse, events_of, utc
from tests.conftest import WORKSPACE

OTHER_WORKSPACE = "T0OTHER"
ANA, BEN, MARCO, NORA, ADA = "U0ANA", "U0BEN", "U0MARCO", "U0NORA", "U0ADA"
EVERYONE = frozenset({ANA, BEN, MARCO, NORA, ADA})
DAY = DateRange(date(2026, 11, 20), date(2026, 11, 20))

# Marco manages a team, and is one of its members too. Nora is in nobody's.
OWN, TEAM, OTHER = "own", "team", "other"
WHO = {Role.EMPLOYEE: ANA, Role.MANAGER: MARCO, Role.ADMIN: ADA}
WHOSE: dict[Role, dict[str, str]] = {
    Role.EMPLOYEE: {OWN: ANA, TEAM: BEN, OTHER: NORA},
    Role.MANAGER: {OWN: MARCO, TEAM: ANA, OTHER: NORA},
    Role.ADMIN: {OWN: ADA, TEAM: ANA, OTHER: NORA},
}

RECORDS = {Role.EMPLOYEE: {OWN}, Role.MANAGER: {OWN, TEAM}, Role.ADMIN: {OWN, TEAM, OTHER}}
DELETION: dict[Role, set[str]] = {Role.EMPLOYEE: set(), Role.MANAGER: {TEAM}, Role.ADMIN: {OWN, TEAM, OTHER}}
MAY = {
    Operation.CLOCK: RECORDS,
    Operation.RECORD: RECORDS,
    Operation.READ: RECORDS,
    Operation.CHANGE: DELETION,
    Operation.DELETE: DELETION,
    Operation.UNDO: RECORDS,
    Operation.ASK: RECORDS,
    Operation.APPROVE: {Role.EMPLOYEE: set(), Role.MANAGER: {TEAM}, Role.ADMIN: {TEAM, OTHER}},
    Operation.ANSWER: {Role.EMPLOYEE: set(), Role.MANAGER: {TEAM}, Role.ADMIN: {TEAM, OTHER}},
}


@pytest.fixture
async def services(database: Database) -> Services:
    def write(tx: Transaction) -> None:
        for workspace_id, admin in ((WORKSPACE, ADA), (OTHER_WORKSPACE, ANA)):
            people.add_workspace_if_new(
                tx.connection, workspace_id, platform=people.Platform.SLACK, zone="UTC", at=tx.now
            )
            for user_id in EVERYONE:
                is_admin = user_id == admin
                profile = Profile(workspace_id, user_id, user_id, "UTC", is_admin, False, False, False, tx.now)
                people.upsert_profile(tx.connection, profile, tx.now)
        support = Team(WORKSPACE, "Support", frozenset({MARCO}), frozenset({MARCO, ANA, BEN}))
        theirs = Team(OTHER_WORKSPACE, "Support", frozenset({MARCO, ANA, BEN}), frozenset({NORA, ADA}))
        for team in (support, theirs):
            teams.put(tx.connection, team)

    await database.write(write)
    made = Services(database, NobodyElse())
    for user_id in EVERYONE:
        await recorded(made, Caller(OTHER_WORKSPACE, ANA, Via.SLACK), user_id)
    return made


def admin_of(workspace_id: str = WORKSPACE) -> Caller:
    return Caller(workspace_id, "cli:test", Via.CLI, Role.ADMIN)


def by_person(role: Role) -> Caller:
    """Somebody who has that role by what Slack and the teams say."""
    return Caller(WORKSPACE, WHO[role], Via.SLACK)


def by_token(role: Role) -> Caller:
    return Caller(WORKSPACE, WHO[role], Via.API, role)


async def recorded(services: Services, caller: Caller, user_id: str) -> Pair:
    new = NewRecord(user_id, utc("2026-11-20T08:00"), utc("2026-11-20T16:00"))
    return (await recording.record(services, caller, new)).pair


async def clock_out(services: Services, caller: Caller, user_id: str) -> None:
    with suppress(NotClockedIn):  # which is told only to those who may
        await recording.clock_out(services, caller, user_id)


async def delete(services: Services, caller: Caller, user_id: str) -> None:
    pair = await recorded(services, admin_of(), user_id)
    await recording.delete(services, caller, pair.clock_in.id)


async def change(services: Services, caller: Caller, user_id: str) -> None:
    pair = await recorded(services, admin_of(), user_id)
    longer = Wanted(out_at=utc("2026-11-20T17:00"))
    await changing.change(services, caller, pair.clock_in.id, longer, "was longer")


async def undo_change(services: Services, caller: Caller, user_id: str) -> None:
    pair = await recorded(services, admin_of(), user_id)
    longer = Wanted(out_at=utc("2026-11-20T17:00"))
    done = await changing.change(services, admin_of(), pair.clock_in.id, longer, "was longer")
    await changing.undo_change(services, caller, done.pair.clock_in.id)


async def restore(services: Services, caller: Caller, user_id: str) -> None:
    pair = await recorded(services, admin_of(), user_id)
    await recording.delete(services, admin_of(), pair.clock_in.id)
    await recording.restore(services, caller, pair.clock_in.id)


async def history_of_event(services: Services, caller: Caller, user_id: str) -> None:
    pair = await recorded(services, admin_of(), user_id)
    await history.event_history(services, caller, pair.clock_in.id)


async def ask(services: Services, caller: Caller, user_id: str) -> None:
    pair = await recorded(services, admin_of(), user_id)
    await corrections.ask_to_remove(services, caller, pair.clock_in.id, "was at home")


async def approve_correction(services: Services, caller: Caller, user_id: str) -> None:
    """What the person asked for."""
    pair = await recorded(services, admin_of(), user_id)
    person = Caller(WORKSPACE, user_id, Via.SLACK)
    one = await corrections.ask_to_remove(services, person, pair.clock_in.id, "was at home")
    await corrections.answer(services, caller, one.correction_id, "yes")


async def undo_clock_in(services: Services, caller: Caller, user_id: str) -> None:
    entered_by = Caller(WORKSPACE, caller.user_id, Via.SLACK, Role.ADMIN)
    pair = (await recording.clock_in(services, entered_by, user_id)).pair
    await undo(services, caller, pair.clock_in.id)


Deed = Callable[[Services, Caller, str], Awaitable[Any]]
DEEDS: dict[str, tuple[Operation, Deed]] = {
    "clock in": (Operation.CLOCK, recording.clock_in),
    "clock out": (Operation.CLOCK, clock_out),
    "add a record": (Operation.RECORD, recorded),
    "see events": (
        Operation.READ,
        lambda services, who, user_id: events_of(services, who, DAY, [user_id]),
    ),
    "see a report": (
        Operation.READ,
        lambda services, who, id_: worked_time.worked_time(services, who, DAY, [id_], None),
    ),
    "see a person's history": (
        Operation.READ,
        lambda services, who, id_: history.person_history(services, who, id_, DAY),
    ),
    "see an event's history": (Operation.READ, history_of_event),
    "change": (Operation.CHANGE, change),
    "undo a change": (Operation.CHANGE, undo_change),
    "delete": (Operation.DELETE, delete),
    "restore": (Operation.DELETE, restore),
    "undo": (Operation.UNDO, undo_clock_in),
    "ask for a correction": (Operation.ASK, ask),
}


@pytest.mark.parametrize("caller_of", [by_person, by_token])
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("deed", DEEDS)
async def test_the_table_holds_for_every_operation(
    services: Services, deed: str, role: Role, caller_of: Callable[[Role], Caller]
) -> None:
    operation, do = DEEDS[deed]
    for whose, user_id in WHOSE[role].items():
        if whose in MAY[operation][role]:
            await do(services, caller_of(role), user_id)
        else:
            with pytest.raises(Forbidden) as refused:
                await do(services, caller_of(role), user_id)
            assert refused.value.operation == operation
            assert refused.value.user_id in (user_id, None)


@pytest.mark.parametrize("caller_of", [by_person, by_token])
@pytest.mark.parametrize("role", list(Role))
async def test_the_table_holds_for_answers(services: Services, role: Role, caller_of: Callable[[Role], Caller]) -> None:
    for whose in (TEAM, OTHER):
        user_id = WHOSE[role][whose]
        if whose in MAY[Operation.ANSWER][role]:
            await approve_correction(services, caller_of(role), user_id)
        else:
            with pytest.raises(Forbidden):
                await approve_correction(services, caller_of(role), user_id)


@pytest.mark.parametrize("caller_of", [by_person, by_token])
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("operation", [operation for operation in Operation if operation in MAY])
async def test_the_table_holds_for_lists_of_permitted_people(
    services: Services, operation: Operation, role: Role, caller_of: Callable[[Role], Caller]
) -> None:
    caller = caller_of(role)
    groups = {OWN: {caller.user_id}, TEAM: {ANA, BEN} if role is Role.MANAGER else set(), OTHER: EVERYONE}
    expected = {user_id for whose in MAY[operation][role] for user_id in groups[whose]}
    if OWN not in MAY[operation][role]:
        expected -= {caller.user_id}

    def read(tx: Transaction) -> tuple[frozenset[str] | None, set[str]]:
        one_by_one = {user_id for user_id in EVERYONE if permissions.may(tx, caller, operation, user_id)}
        return permissions.permitted_users(tx, caller, operation), one_by_one

    reach, one_by_one = await services.database.read(read)
    assert one_by_one == expected
    assert reach == (None if expected == EVERYONE else expected)


async def test_nobody_approves_their_own_period_but_a_sole_admin(services: Services) -> None:
    october = date(2026, 10, 1), date(2026, 10, 31)
    for who in (ANA, MARCO):
        with pytest.raises(Forbidden):
            await signatures.approve(services, Caller(WORKSPACE, who, Via.SLACK), who, *october)
    assert (await signatures.approve(services, by_person(Role.ADMIN), ADA, *october)).is_own_approval
    await admins.appoint(services, admin_of(), MARCO)
    for who in (ADA, MARCO):
        with pytest.raises(Forbidden):
            await signatures.approve(services, Caller(WORKSPACE, who, Via.SLACK), who, *october)


async def test_managers_approve_for_their_team_and_admins_for_everybody(services: Services) -> None:
    october = date(2026, 10, 1), date(2026, 10, 31)
    await signatures.approve(services, by_person(Role.MANAGER), BEN, *october)
    await signatures.approve(services, by_person(Role.ADMIN), NORA, *october)
    for who, whom in ((MARCO, NORA), (ANA, BEN)):
        with pytest.raises(Forbidden):
            await signatures.approve(services, Caller(WORKSPACE, who, Via.SLACK), whom, *october)
    first = (await signatures.sign(services, by_person(Role.EMPLOYEE), *october)).signature_id
    with pytest.raises(Forbidden):
        await signatures.withdraw(services, by_person(Role.ADMIN), first, "mine to take")


async def set_team(services: Services, caller: Caller) -> None:
    await teams_and_offices.set_team(services, caller, "Night", [NORA], [BEN])


async def set_office(services: Services, caller: Caller) -> None:
    await teams_and_offices.set_office(services, caller, "hq", "Berlin", "Europe/Berlin")


async def make_token(services: Services, caller: Caller) -> None:
    await tokens.create(services, caller, ANA, Role.EMPLOYEE, None)


async def revoke_token(services: Services, caller: Caller) -> None:
    await make_token(services, admin_of())
    (token,) = await tokens.all_of(services, admin_of())
    await tokens.revoke(services, caller, token.token_id)


@pytest.mark.parametrize("caller_of", [by_person, by_token])
@pytest.mark.parametrize("role", list(Role))
@pytest.mark.parametrize("do", [set_team, set_office, make_token, revoke_token, tokens.all_of])
async def test_teams_offices_and_tokens_are_for_admins_alone(
    services: Services,
    do: Callable[[Services, Caller], Awaitable[Any]],
    role: Role,
    caller_of: Callable[[Role], Caller],
) -> None:
    if role is Role.ADMIN:
        await do(services, caller_of(role))
    else:
        with pytest.raises(Forbidden):
            await do(services, caller_of(role))


@pytest.mark.parametrize("role", list(Role))
async def test_a_list_of_everything_has_only_permitted_people_of_the_workspace(services: Services, role: Role) -> None:
    for user_id in EVERYONE:
        await recorded(services, admin_of(), user_id)
    seen = {Role.EMPLOYEE: {ANA}, Role.MANAGER: {MARCO, ANA, BEN}, Role.ADMIN: EVERYONE}[role]
    found = await events_of(services, by_person(role), DAY)
    assert sorted(event.user_id for event in found if event.is_clock_in) == sorted(seen)
    assert len(found) == 2 * len(seen)
    report = await worked_time.worked_time(services, by_person(role), DAY, None, None)
    assert sorted(row.user_id for row in report.people) == sorted(seen)
    assert report.total == len(seen) * (utc("2026-11-20T16:00") - utc("2026-11-20T08:00"))


async def test_a_manager_of_no_team_by_token_reaches_themselves_alone(services: Services) -> None:
    nora = Caller(WORKSPACE, NORA, Via.API, Role.MANAGER)
    assert await services.database.read(lambda tx: permissions.permitted_users(tx, nora, Operation.READ)) == frozenset(
        {NORA}
    )
    assert (
        await services.database.read(lambda tx: permissions.permitted_users(tx, nora, Operation.DELETE)) == frozenset()
    )


@pytest.mark.parametrize("user_id", [MARCO, ADA])
async def test_a_token_narrows_its_users_reach(services: Services, user_id: str) -> None:
    narrow = Caller(WORKSPACE, user_id, Via.API, Role.EMPLOYEE)
    assert await services.database.read(
        lambda tx: permissions.permitted_users(tx, narrow, Operation.READ)
    ) == frozenset({user_id})


@pytest.mark.parametrize(
    ("facts", "role"),
    [
        ({}, Role.EMPLOYEE),
        ({"chat_admin": True}, Role.ADMIN),
        ({"chat_admin": True, "guest": True}, Role.EMPLOYEE),
        ({"chat_admin": True, "deactivated": True}, Role.EMPLOYEE),
        ({"guest": True}, Role.EMPLOYEE),
        ({"deactivated": True}, Role.EMPLOYEE),
    ],
)
async def test_a_full_member_has_the_role_that_slack_tells(
    services: Services, facts: dict[str, bool], role: Role
) -> None:
    flags: dict[str, Any] = {"chat_admin": False, "guest": False, "bot": False, "deactivated": False} | facts

    def write(tx: Transaction) -> Role:
        zoe = Profile(WORKSPACE, "U0ZOE", "Zoe", "UTC", **flags, refreshed_at=tx.now)
        people.upsert_profile(tx.connection, zoe, tx.now)
        return permissions.role_of(tx, Caller(WORKSPACE, "U0ZOE", Via.SLACK))

    assert await services.database.write(write) is role


async def test_a_role_and_a_team_count_in_their_own_workspace_alone(services: Services) -> None:
    """Ana is an admin in the other workspace, and Ben a manager."""

    def read(tx: Transaction) -> list[Role]:
        callers = [
            Caller(workspace, user, Via.SLACK) for workspace in (WORKSPACE, OTHER_WORKSPACE) for user in (ANA, BEN)
        ]
        return [permissions.role_of(tx, caller) for caller in callers]

    assert await services.database.read(read) == [Role.EMPLOYEE, Role.EMPLOYEE, Role.ADMIN, Role.MANAGER]


async def test_an_idempotency_key_belongs_to_its_workspace(services: Services) -> None:
    async def set_hq(workspace_id: str, request: str) -> None:
        caller = Caller(workspace_id, ANA, Via.API, Role.ADMIN)
        once = IdempotentRequest(caller, "the-key", request, lambda made: made.workspace_id)
        office = Office(workspace_id, "hq", "Berlin", "Europe/Berlin")
        await once.services(services).write(lambda tx: office)

    await set_hq(WORKSPACE, "a request")
    await set_hq(OTHER_WORKSPACE, "another request")
    for workspace_id, request in ((WORKSPACE, "a request"), (OTHER_WORKSPACE, "another request")):
        with pytest.raises(AlreadyAnswered) as replayed:
            await set_hq(workspace_id, request)
        assert replayed.value.answer == workspace_id
