"""Who people are in Teams: what they do tells it, and rosters tell the rest."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from dataclasses import replace
from typing import Any

import pytest

from bot.attendance import erasure
from bot.errors import DirectoryUnavailable
from bot.msteams.activities import Activity
from bot.msteams.channels import Channels
from bot.msteams.connector import Connector, Member
from bot.msteams.directory import TeamsDirectory, profile_of
from bot.msteams.first_admins import FirstAdmins
from bot.msteams.nightly_check import people_pages
from bot.msteams.people import People
from bot.people import admins, nightly_list
from bot.people.profiles import OLD_AFTER, ProfileCache
from bot.permissions import Caller, Role, Via
from bot.practice.model import Fault
from bot.practice.msteams.people import ADA, ANA, BEN, ELSEWHERE, GUS, KEI, PEOPLE, TENANT_ID, Person
from bot.practice.msteams.service import GENERAL, TeamsService
from bot.runtime.services import Profile, Services
from bot.workspaces.served_workspaces import ensure_workspace
from storage import audit, msteams, people
from storage.audit import Kind
from storage.database import Database, Transaction
from storage.msteams import Contact
from storage.verify import verify
from tests.conftest import Clock

OPERATOR = Caller(TENANT_ID, "cli:test", Via.CLI, Role.ADMIN)


class Office:
    """The bot's knowledge of a tenant's people, and the tenant."""

    def __init__(self, teams: TeamsService, database: Database, connector: Connector) -> None:
        self.teams = teams
        self.directory = TeamsDirectory(database, connector)
        self.services = Services(database, self.directory)
        self.begin()

    def begin(self, *first_admins: str) -> None:
        """Starts the bot, or starts it again."""
        self.admins = FirstAdmins(self.services, first_admins)
        self.people = People(self.services, self.directory, self.admins)
        self.channels = Channels(self.services)

    async def does(self, person: Person, where: str = "", kind: str = "message", **fields: Any) -> None:
        """Somebody does something, in their own chat or elsewhere."""
        activity = Activity.model_validate(self.teams.activity(kind, person.user_id, where, **fields))
        await self.people.meet(activity)
        await self.channels.hear(activity)
        await self.services.tasks.close()  # waits for background work

    async def profile(self, person: Person) -> Profile | None:
        read = self.services.database.read
        return (await read(lambda tx: people.get_many(tx.connection, TENANT_ID))).get(person.user_id)

    async def contact(self, person: Person) -> Contact | None:
        read = self.services.database.read
        return await read(lambda tx: msteams.find_person(tx.connection, TENANT_ID, person.user_id))

    async def appointed(self) -> frozenset[str]:
        return (await admins.all_of(self.services, OPERATOR))[1]

    async def look_up(self, person: Person) -> Profile | None:
        return await self.directory.look_up(TENANT_ID, person.user_id, self.services.database.clock())


@pytest.fixture
async def office(teams: TeamsService, database: Database, connector: Connector) -> Office:
    made = Office(teams, database, connector)
    await ensure_workspace(made.services, TENANT_ID)
    return made


async def test_a_message_tells_who_wrote_it_and_the_next_one_costs_nothing(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    await office.does(ANA)
    profile, contact = await office.profile(ANA), await office.contact(ANA)
    assert profile is not None
    assert (profile.name, profile.zone, profile.guest, profile.chat_admin) == (
        "Ana Silva",
        "Europe/Berlin",
        False,
        False,
    )
    assert contact == Contact(ANA.teams_id, office.teams.service_url, office.teams.personal(ANA.user_id))
    monkeypatch.setattr(office.services.database, "write", None)
    monkeypatch.setattr(office.services.database, "read", None)
    await office.does(ANA)
    assert office.teams.count("members") == 1


async def test_a_restart_asks_no_roster_about_people_who_were_met(office: Office) -> None:
    await office.does(ANA)
    office.begin()
    await office.does(ANA)
    await office.does(ANA, GENERAL)
    contact = await office.contact(ANA)
    assert contact is not None
    assert contact.conversation_id == office.teams.personal(ANA.user_id), "a message in a channel takes no chat away"
    assert office.teams.count("members") == 1


async def test_people_who_write_at_the_same_time_are_read_together(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    for person in PEOPLE:
        await office.does(person)
    office.begin()
    looks: list[object] = []
    read = office.services.database.read

    async def counted(work: Callable[[Transaction], Any]) -> Any:
        looks.append(work)
        return await read(work)

    monkeypatch.setattr(office.services.database, "read", counted)
    await asyncio.gather(*(office.does(person) for person in PEOPLE))
    assert len(looks) == 1


async def test_the_newest_zone_and_address_count(office: Office) -> None:
    await office.does(ANA)
    links = [("Asia/Calcutta", "Asia/Calcutta"), ("Moon/Base", "Asia/Calcutta"), ("America/New_York",) * 2]
    for number, (told, zone) in enumerate(links):
        service_url = f"https://smba.example/{number}/"
        await office.does(ANA, localTimezone=told, serviceUrl=service_url)
        profile, contact = await office.profile(ANA), await office.contact(ANA)
        assert profile is not None
        assert contact is not None
        assert (profile.zone, contact.service_url) == (zone, service_url)


def member(**fields: str) -> Member:
    return Member.model_validate({"id": "29:x", "name": "X", "objectId": ANA.user_id, "tenantId": TENANT_ID, **fields})


@pytest.mark.parametrize(
    ("found", "is_guest"),
    [
        (member(), False),
        (member(userRole="user", tenantId=""), False),
        (member(userPrincipalName="x_y.example#ext#@z.example"), True),
        (member(tenantId=ELSEWHERE), True),
        (member(userRole="anonymous"), True),
        (member(userRole="Guest"), True),
    ],
)
def test_guests_are_known_by_name_tenant_or_role(found: Member, is_guest: bool, clock: Clock) -> None:
    assert profile_of(TENANT_ID, found, None, clock.now).guest is is_guest


async def test_a_guest_is_no_employee_and_no_admin(office: Office) -> None:
    office.begin(GUS.user_id)
    await office.does(GUS)
    profile = await office.profile(GUS)
    assert profile is not None
    assert profile.guest
    assert await office.appointed() == frozenset()


async def test_somebody_never_met_is_found_in_a_team(office: Office, clock: Clock) -> None:
    assert await office.look_up(BEN) is None, "the bot is nowhere yet"
    await office.does(ANA, GENERAL, "installationUpdate", action="add")
    clock.advance(minutes=2)
    found = await office.look_up(BEN)
    assert found is not None
    assert (found.name, found.zone) == ("Ben Fischer", None)
    assert await office.contact(BEN) == Contact(BEN.teams_id, office.teams.service_url, None)


async def test_ids_that_no_roster_has_are_asked_about_once_a_minute(office: Office) -> None:
    await office.does(ANA, GENERAL)
    nobody = replace(BEN, user_id="b0000000-0000-4000-8000-00000000000b")
    before = office.teams.count("members")
    assert [await office.look_up(nobody) for _ in range(3)] == [None, None, None]
    assert office.teams.count("members") == before + 1


@pytest.mark.parametrize("fault", [lambda: Fault(status=503), lambda: Fault(status=429, retry_after=9)])
async def test_without_the_service_nobody_is_known_or_has_left(office: Office, fault: Callable[[], Fault]) -> None:
    await office.does(ANA)
    await office.does(ANA, GENERAL)
    office.teams.faults["members"] = fault()
    for person in (ANA, BEN):
        with pytest.raises(DirectoryUnavailable):
            await office.look_up(person)
    await office.does(BEN)
    assert await office.profile(BEN) is None
    del office.teams.faults["members"]
    found = await office.look_up(BEN)
    assert found is not None, "their chat is known already"


async def test_nobody_who_is_known_waits_for_a_roster(office: Office) -> None:
    await office.does(ANA)
    office.begin("zoe@example.com")
    office.teams.faults["members"] = Fault(delay=60)
    await office.people.meet(Activity.model_validate(office.teams.activity("message", ANA.user_id)))
    asking = office.services.tasks["name", TENANT_ID, ANA.user_id]
    assert not asking.done(), "a roster may know her by that name"
    asking.cancel()


async def test_whom_the_service_makes_wait_is_met_all_the_same(office: Office) -> None:
    office.teams.faults["members"] = Fault(status=429, retry_after=0, times=5)
    await asyncio.gather(*(office.does(person) for person in PEOPLE))
    assert None not in [await office.profile(person) for person in PEOPLE]


async def test_the_nightly_check_finds_who_left_and_not_who_removed_the_app(office: Office, clock: Clock) -> None:
    for person in (ANA, BEN, KEI):
        await office.does(person)
    await erasure.erase_person(office.services, OPERATOR, KEI.user_id)
    chats = office.teams.conversations
    chats[office.teams.personal(ANA.user_id)].members.clear()
    chats[office.teams.personal(BEN.user_id)].has_bot = False
    clock.advance(days=1)
    pages = people_pages(office.services.database, office.directory)
    await nightly_list.list_people(office.services, pages, TENANT_ID)
    profiles = [await office.profile(person) for person in (ANA, BEN, KEI)]
    assert [profile and profile.deactivated for profile in profiles] == [True, False, False]
    chats[office.teams.personal(ANA.user_id)].members.append(ANA.user_id)
    clock.advance(hours=1)
    await office.does(ANA)
    back = await office.profile(ANA)
    assert back is not None
    assert (back.deactivated, back.zone) == (False, "Europe/Berlin")


async def test_a_profile_that_got_old_is_checked_when_they_come_back(office: Office, clock: Clock) -> None:
    await office.does(ANA)
    clock.advance(seconds=OLD_AFTER.total_seconds())
    office.teams.conversations[office.teams.personal(ANA.user_id)].members.clear()
    await ProfileCache(office.services).reading_of(TENANT_ID, ANA.user_id)
    await office.services.tasks.close()
    left = await office.profile(ANA)
    assert left is not None
    assert left.deactivated


@pytest.mark.parametrize(("named", "was_met"), [(ADA.user_id, True), (ADA.upn, True), (ADA.upn, False)])
async def test_the_first_admin_is_appointed_once_and_a_dismissal_holds(
    office: Office, named: str, was_met: bool
) -> None:
    if was_met:
        await office.does(ADA)
    for person in (ANA, ADA):
        office.begin(named)
        await office.admins.appoint_known(TENANT_ID)
        await office.does(person)
    assert await office.appointed() == {ADA.user_id}
    told = await office.services.database.read(
        lambda tx: audit.about(tx.connection, TENANT_ID, Kind.PERSON, [ADA.user_id])
    )
    assert [(entry.actor, entry.via) for entry in told] == [("cli:TEAMS_ADMINS", "system")]
    await admins.dismiss(office.services, OPERATOR, ADA.user_id)
    office.begin(named)
    await office.admins.appoint_known(TENANT_ID)
    await office.does(ADA)
    assert await office.appointed() == frozenset()
    assert await office.services.database.read(lambda tx: list(verify(tx.connection))) == []


async def test_an_installation_that_ends_tells_of_no_chat(office: Office) -> None:
    await office.does(ANA, kind="installationUpdate", action="remove")
    assert await office.contact(ANA) is None
