"""Who is an admin or a manager: through Slack, by appointment, through a team; and who is never more than an
employee."""

from __future__ import annotations

import asyncio
import json
from collections.abc import Callable, Collection
from dataclasses import replace
from datetime import datetime
from typing import Any

import pytest

from bot import permissions
from bot.errors import (
    ChangedMeanwhile,
    DirectoryUnavailable,
    Forbidden,
    InvalidName,
    NotAppointed,
    NotFullMembers,
    NotReadable,
    UnknownGroup,
    UnknownZone,
)
from bot.people import admins, profiles, user_groups
from bot.people.profiles import FULL_MEMBER, ProfileCache
from bot.people.teams_and_offices import Team, set_office, set_team
from bot.permissions import Caller, Operation, Role, Via
from bot.runtime import budgets
from bot.runtime.services import Profile, Services
from bot.workspaces import workspace_settings
from storage import audit, people, teams
from storage.database import Database, Transaction
from storage.errors import NameTaken, Unavailable, UnknownUser
from tests.builders import ADMIN, workplace
from tests.conftest import WORKSPACE, Clock

ANA, BEN, MARCO, GUS, OLD, ROBOT = "U0ANA", "U0BEN", "U0MARCO", "U0GUS", "U0OLD", "U0ROBOT"
NEVER_MORE = {GUS: {"guest": True}, OLD: {"deactivated": True}, ROBOT: {"bot": True}}


@pytest.fixture
async def services(database: Database) -> Services:
    made = await workplace(database, dict.fromkeys((ANA, BEN, MARCO), "Europe/Berlin"))
    for user_id, flags in NEVER_MORE.items():
        await told(made, user_id, **flags)
    return made


async def told(services: Services, user_id: str, **flags: bool) -> None:
    """A profile from the chat platform, of somebody known."""

    def write(tx: Transaction) -> None:
        people.upsert_profile(tx.connection, profile(tx.now, user_id, **flags), tx.now)

    await services.database.write(write)


def profile(now: Any, user_id: str, **flags: bool) -> Profile:
    facts: dict[str, Any] = {"chat_admin": False, "guest": False, "bot": False, "deactivated": False} | flags
    return Profile(WORKSPACE, user_id, user_id.title(), None, **facts, refreshed_at=now)


async def role_of(services: Services, user_id: str) -> Role:
    caller = Caller(WORKSPACE, user_id, Via.SLACK)
    return await services.database.read(lambda tx: permissions.role_of(tx, caller))


async def entries(services: Services, action: audit.Action) -> list[tuple[str, str, dict[str, Any]]]:
    found = await services.database.read(lambda tx: list(audit.entries(tx.connection)))
    return [(entry.actor, entry.subject, json.loads(entry.facts)) for entry in found if entry.action == action]


async def in_group(services: Services, group_id: str) -> frozenset[str]:
    return await services.database.read(lambda tx: teams.in_group(tx.connection, WORKSPACE, group_id))


@pytest.mark.parametrize("user_id", NEVER_MORE)
async def test_a_guest_bot_or_deactivated_manager_manages_nobody(services: Services, user_id: str) -> None:
    team = Team(WORKSPACE, "Support", frozenset({user_id}), frozenset({ANA}))
    await services.database.write(lambda tx: teams.put(tx.connection, team))
    assert await role_of(services, user_id) is Role.EMPLOYEE
    caller = Caller(WORKSPACE, user_id, Via.SLACK)
    assert await services.database.read(
        lambda tx: permissions.permitted_users(tx, caller, Operation.READ)
    ) == frozenset({user_id})


async def test_an_appointed_person_is_an_admin_until_dismissed_and_both_are_audited(services: Services) -> None:
    await admins.appoint(services, ADMIN, ANA)
    assert await role_of(services, ANA) is Role.ADMIN
    await admins.appoint(services, Caller(WORKSPACE, ANA, Via.SLACK), BEN)
    await admins.dismiss(services, Caller(WORKSPACE, BEN, Via.SLACK), ANA)
    assert [await role_of(services, user_id) for user_id in (ANA, BEN)] == [Role.EMPLOYEE, Role.ADMIN]
    appointment = {"appointed_before": False, "appointed_now": True}
    assert await entries(services, audit.Action.CHANGE_ROLE) == [
        (ADMIN.user_id, ANA, appointment),
        (ANA, BEN, appointment),
        (BEN, ANA, {"appointed_before": True, "appointed_now": False}),
    ]


async def test_appointing_twice_writes_nothing_twice_and_dismissing_twice_is_refused(services: Services) -> None:
    for _ in range(2):
        await admins.appoint(services, ADMIN, ANA)
    assert len(await entries(services, audit.Action.CHANGE_ROLE)) == 1
    await admins.dismiss(services, ADMIN, ANA)
    with pytest.raises(NotAppointed):
        await admins.dismiss(services, ADMIN, ANA)
    assert len(await entries(services, audit.Action.CHANGE_ROLE)) == 2


@pytest.mark.parametrize("user_id", NEVER_MORE)
async def test_a_guest_a_bot_or_a_deactivated_person_is_not_appointed(services: Services, user_id: str) -> None:
    with pytest.raises(NotFullMembers) as refused:
        await admins.appoint(services, ADMIN, user_id)
    assert list(refused.value.people) == [user_id]
    with pytest.raises(UnknownUser):
        await admins.appoint(services, ADMIN, "U0STRANGER")


async def test_nobody_locks_everybody_out(services: Services) -> None:
    """Slack's admins stay admins, whatever those appointed take back."""
    await told(services, MARCO, chat_admin=True)
    await admins.appoint(services, ADMIN, ANA)
    await admins.appoint(services, ADMIN, MARCO)
    ana = Caller(WORKSPACE, ANA, Via.SLACK)
    await admins.dismiss(services, ana, MARCO)
    await admins.dismiss(services, ana, ANA)
    assert await role_of(services, MARCO) is Role.ADMIN
    with pytest.raises(Forbidden):
        await admins.appoint(services, ana, ANA)


@pytest.mark.parametrize("user_id", [ANA, MARCO])
async def test_only_admins_appoint_and_dismiss(services: Services, user_id: str) -> None:
    await set_team(services, ADMIN, "Support", [MARCO], [BEN])
    await admins.appoint(services, ADMIN, BEN)
    caller = Caller(WORKSPACE, user_id, Via.SLACK)
    with pytest.raises(Forbidden):
        await admins.appoint(services, caller, user_id)
    with pytest.raises(Forbidden):
        await admins.dismiss(services, caller, BEN)
    with pytest.raises(Forbidden):
        await admins.all_of(services, caller)
    with pytest.raises(Forbidden):
        await workspace_settings.change(services, caller, appointed=[user_id])
    assert await role_of(services, BEN) is Role.ADMIN


@pytest.mark.parametrize("flag", ["guest", "deactivated"])
async def test_an_appointment_ends_with_the_full_membership(services: Services, clock: Clock, flag: str) -> None:
    await admins.appoint(services, ADMIN, ANA)
    known = ProfileCache(services)
    await known.changed(profile(clock(), ANA, **{flag: True}))
    assert await role_of(services, ANA) is Role.EMPLOYEE
    await known.changed(profile(clock(), ANA))
    assert await role_of(services, ANA) is Role.EMPLOYEE, "whoever comes back is appointed anew, or not"
    left, back = (await entries(services, audit.Action.CHANGE_ROLE))[-2:]
    member, not_one = FULL_MEMBER, FULL_MEMBER | {flag: True}
    by = {"by": "the chat platform's word"}
    ended = {"appointed_before": True, "appointed_now": False}
    assert left == (ANA, ANA, {"membership_before": member, "membership_now": not_one} | ended | by)
    assert back == (ANA, ANA, {"membership_before": not_one, "membership_now": member} | by)


async def test_an_older_lookup_does_not_undo_a_newer_event(services: Services, clock: Clock) -> None:
    await told(services, ANA, chat_admin=True)
    clock.advance(hours=27)

    class Slow:
        async def look_up(self, workspace_id: str, user_id: str, now: datetime) -> Profile:
            clock.advance(seconds=1)
            await known.changed(profile(clock(), user_id, deactivated=True))
            return profile(now, user_id, chat_admin=True)

    known = ProfileCache(replace(services, directory=Slow()))
    await known.reading_of(WORKSPACE, ANA)
    await services.tasks.close()  # waits for background work
    assert await role_of(services, ANA) is Role.EMPLOYEE
    met = await services.database.read(lambda tx: people.find(tx.connection, WORKSPACE, ANA))
    assert (met.deactivated, met.refreshed_at) == (True, clock())
    assert len(await entries(services, audit.Action.CHANGE_ROLE)) == 1


class Slacks:
    """A directory in which everybody lives in Lisbon by now. Counts who was asked about."""

    def __init__(self) -> None:
        self.asked: list[str] = []

    async def look_up(self, workspace_id: str, user_id: str, now: datetime) -> Profile | None:
        self.asked.append(user_id)
        return replace(profile(now, user_id), zone="Europe/Lisbon")


async def test_an_old_profile_answers_and_is_refreshed_afterwards(
    services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(profiles, "REFRESH_EVERY_SECONDS", 0)
    directory = Slacks()
    known = ProfileCache(replace(services, directory=directory))
    clock.advance(hours=25)
    assert (await known.reading_of(WORKSPACE, ANA)).zone == "Europe/Berlin"
    assert directory.asked == []
    clock.advance(hours=2)
    assert (await known.reading_of(WORKSPACE, ANA)).zone == "Europe/Berlin"
    assert (await known.reading_of(WORKSPACE, ANA)).zone == "Europe/Berlin"
    await services.tasks.close()
    assert (await known.reading_of(WORKSPACE, ANA)).zone == "Europe/Lisbon"
    assert directory.asked == [ANA]


async def test_people_who_write_at_the_same_time_are_looked_up_together(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    everybody = [f"U0NINE{number}" for number in range(50)]
    await workplace(services.database, dict.fromkeys(everybody, "Europe/Berlin"))
    looks: list[object] = []
    read = Database.read

    async def counted(self: Database, work: Callable[[Transaction], object]) -> object:
        looks.append(work)
        return await read(self, work)

    monkeypatch.setattr(Database, "read", counted)
    known = ProfileCache(services)
    found = await asyncio.gather(*(known.reading_of(WORKSPACE, user_id) for user_id in everybody))
    assert {one.zone for one in found} == {"Europe/Berlin"}
    assert len(looks) == 1
    with pytest.raises(UnknownUser):
        await asyncio.gather(known.reading_of(WORKSPACE, "U0NOBODY"), known.reading_of(WORKSPACE, ANA))


async def test_replicas_refresh_profiles_from_one_budget(services: Services, clock: Clock) -> None:
    async def take() -> bool:
        return await services.database.write(lambda tx: budgets.take(tx, WORKSPACE, profiles.REFRESH))

    assert [await take() for _ in range(5)] == [True, True, True, False, False]
    clock.advance(minutes=1)
    assert [await take() for _ in range(5)] == [True, True, True, False, False]


async def test_new_people_are_stored_only_if_a_team_follows_their_group(services: Services, clock: Clock) -> None:
    await followed(services, {"U0NEW"})
    known = ProfileCache(services)
    for user_id in ("U0NEW", "U0ELSE"):
        await known.changed(profile(clock(), user_id))
    met = await services.database.read(lambda tx: people.get_many(tx.connection, WORKSPACE))
    assert "U0NEW" in met
    assert "U0ELSE" not in met


async def followed(services: Services, user_ids: Collection[str]) -> Team:
    async def read_group(workspace_id: str, group_id: str) -> Collection[str]:
        assert (workspace_id, group_id) == (WORKSPACE, "S0BAKERY")
        return user_ids

    return await set_team(services, ADMIN, "Bakery", [MARCO], [], ["S0BAKERY"], read_group=read_group)


async def test_a_team_reads_a_group_when_it_begins_to_follow_it_and_forgets_it_afterwards(services: Services) -> None:
    await followed(services, {ANA, BEN})
    assert await in_group(services, "S0BAKERY") == {ANA, BEN}
    assert await role_of(services, MARCO) is Role.MANAGER
    await set_team(services, ADMIN, "Bakery", [MARCO], [], ["S0BAKERY"])  # which it follows: nobody is asked
    assert await in_group(services, "S0BAKERY") == {ANA, BEN}
    await set_team(services, ADMIN, "Bakery", [MARCO], [])
    assert await in_group(services, "S0BAKERY") == frozenset()


async def test_a_group_that_can_not_be_read_leaves_the_team_as_it_was(services: Services) -> None:
    before = await followed(services, {ANA})

    async def away(workspace_id: str, group_id: str) -> Collection[str]:
        raise DirectoryUnavailable(group_id)

    for read_group in (away, None):
        with pytest.raises(DirectoryUnavailable):
            await set_team(services, ADMIN, "Bakery", [], [], ["S0SALES"], read_group=read_group)
    assert await services.database.read(lambda tx: teams.all_of(tx.connection, WORKSPACE)) == [before]


async def test_events_of_a_followed_group_are_applied_and_audited(services: Services) -> None:
    await followed(services, {ANA})
    assert await user_groups.changed(services, WORKSPACE, "S0BAKERY", lambda before: {*before, BEN} - {ANA})
    assert not await user_groups.changed(services, WORKSPACE, "S0BAKERY", lambda before: {BEN})
    assert not await user_groups.changed(services, WORKSPACE, "S0OTHER", lambda before: {ANA})
    assert await in_group(services, "S0BAKERY") == {BEN}
    assert await in_group(services, "S0OTHER") == frozenset()
    followed_then, changed_now = await entries(services, audit.Action.CHANGE_GROUP)
    by = {"by": "the chat platform's word"}
    assert followed_then == ("S0BAKERY", "S0BAKERY", {"joined": [ANA], "left": [], "members": [ANA]} | by)
    assert changed_now == ("S0BAKERY", "S0BAKERY", {"joined": [BEN], "left": [ANA], "members": [BEN]} | by)


async def test_groups_are_read_again_regularly_and_a_deleted_one_is_empty(services: Services) -> None:
    assert await services.database.read(user_groups.workspaces_following_groups) == set()
    await followed(services, {ANA})
    assert await services.database.read(user_groups.workspaces_following_groups) == {WORKSPACE}

    async def grown(workspace_id: str, group_id: str) -> Collection[str]:
        return {ANA, BEN, "U0STRANGER"}

    async def gone(workspace_id: str, group_id: str) -> Collection[str]:
        raise UnknownGroup(group_id)

    await user_groups.read_again(services, grown, WORKSPACE)
    assert await in_group(services, "S0BAKERY") == {ANA, BEN, "U0STRANGER"}
    await user_groups.read_again(services, gone, WORKSPACE)
    assert await in_group(services, "S0BAKERY") == frozenset()


async def test_the_members_of_a_group_are_met_as_far_as_slack_answers(services: Services, clock: Clock) -> None:
    class HalfAway:
        async def look_up(self, workspace_id: str, user_id: str, now: Any) -> Profile | None:
            if user_id == "U0THIRD":
                raise Unavailable("away")
            return None if user_id == "U0FIRST" else profile(now, user_id)

    await followed(services, {"U0FIRST", "U0SECOND", "U0THIRD", "U0ZULU"})
    await user_groups.look_up_members(replace(services, directory=HalfAway()), WORKSPACE)
    met = await services.database.read(lambda tx: people.get_many(tx.connection, WORKSPACE))
    assert {"U0FIRST", "U0SECOND", "U0THIRD", "U0ZULU"} & met.keys() == {"U0SECOND"}


async def test_former_members_can_stay_in_a_team_but_only_full_members_can_join(services: Services) -> None:
    await set_team(services, ADMIN, "Support", [MARCO], [ANA, BEN])
    await told(services, BEN, deactivated=True)
    await set_team(services, ADMIN, "Support", [MARCO], [BEN])
    with pytest.raises(NotFullMembers):
        await set_team(services, ADMIN, "Support", [MARCO, GUS], [BEN])
    with pytest.raises(NotFullMembers):
        await set_team(services, ADMIN, "Night", [], [BEN])


@pytest.mark.parametrize("name", ["", "  ", "x" * 81, "two\nlines", "a\ttab"])
async def test_a_name_has_one_line(services: Services, name: str) -> None:
    with pytest.raises(InvalidName):
        await set_team(services, ADMIN, name, [], [])
    with pytest.raises(InvalidName):
        await set_office(services, ADMIN, "hq", name, "UTC")
    with pytest.raises(InvalidName):
        await set_office(services, ADMIN, name, "Berlin", "UTC")


async def test_a_change_is_refused_if_something_else_is_there_now(services: Services) -> None:
    seen = await set_office(services, ADMIN, "hq", "Berlin", "UTC", replacing=None)
    with pytest.raises(NameTaken):
        await set_office(services, ADMIN, "hq", "Hamburg", "UTC", replacing=None)
    await set_office(services, ADMIN, "hq", "Hamburg", "UTC", replacing=seen)
    with pytest.raises(ChangedMeanwhile):
        await set_office(services, ADMIN, "hq", "Munich", "UTC", replacing=seen)
    team = await set_team(services, ADMIN, "Support", [], [], replacing=None)
    with pytest.raises(NameTaken):
        await set_team(services, ADMIN, "Support", [MARCO], [], replacing=None)
    await set_team(services, ADMIN, "Support", [MARCO], [], replacing=team)
    with pytest.raises(ChangedMeanwhile):
        await set_team(services, ADMIN, "Support", [], [], replacing=team)


async def test_the_workspaces_zone_is_a_setting_like_the_others(services: Services) -> None:
    made = await workspace_settings.change(services, ADMIN, zone="Europe/Berlin", reminders=True)
    assert made.zone == "Europe/Berlin"
    ((actor, subject, facts),) = await entries(services, audit.Action.CHANGE_SETTINGS)
    assert (actor, subject, facts["before"]["zone"], facts["now"]["zone"]) == (
        ADMIN.user_id,
        "settings",
        "UTC",
        "Europe/Berlin",
    )
    with pytest.raises(UnknownZone):
        await workspace_settings.change(services, ADMIN, zone="Berlin", reminders=False)
    with pytest.raises(UnknownZone):
        await workspace_settings.change(services, ADMIN, zone="CET")
    with pytest.raises(UnknownZone):
        await set_office(services, ADMIN, "hq", "Headquarters", "EST")
    assert await workspace_settings.overview(services, ADMIN) == made


async def test_settings_and_appointments_are_made_together_or_not_at_all(services: Services) -> None:
    before = await workspace_settings.overview(services, ADMIN)
    with pytest.raises(NotFullMembers):
        await workspace_settings.change(services, ADMIN, zone="Asia/Tokyo", appointed=[ANA, GUS], reminders=True)
    assert await workspace_settings.overview(services, ADMIN) == before
    assert await entries(services, audit.Action.CHANGE_SETTINGS) == []


@pytest.mark.parametrize(
    ("typed", "kept"), [("10", "10"), ("7,5", "7.5"), ("0.5", "0.5"), ("", "no"), ("No", "no"), (" 24 ", "24")]
)
def test_hours_are_read_as_typed(typed: str, kept: str) -> None:
    assert workspace_settings.as_text(workspace_settings.typed("ask_after", typed)) == kept


@pytest.mark.parametrize("typed", ["ten", "0", "-1", "24.1", "nan", "inf", "1e400"])
def test_an_unreadable_number_of_hours_is_refused(typed: str) -> None:
    with pytest.raises(NotReadable):
        workspace_settings.typed("ask_after", typed)
