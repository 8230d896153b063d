"""A Teams team's people can be members of a team here, and stay the same people."""

from __future__ import annotations

import pytest

from bot.errors import DirectoryUnavailable, UnknownGroup
from bot.msteams.channels import group_reader, offered
from bot.msteams.connector import Connector
from bot.people import user_groups
from bot.people.teams_and_offices import set_team
from bot.practice.model import Fault
from bot.practice.msteams.people import ANA, BEN, MARCO, TENANT_ID
from bot.practice.msteams.service import GENERAL, LUNCH, TeamsService
from storage import msteams, teams
from storage.database import Database
from storage.msteams import Channel
from tests.msteams.test_people import OPERATOR, Office, office

__all__ = ["office"]


async def members(office: Office) -> set[str]:
    by_team = await office.services.database.read(lambda tx: teams.members_by_team(tx.connection, TENANT_ID))
    return by_team["Bakery"]


async def channels(office: Office) -> list[Channel]:
    return await office.services.database.read(lambda tx: msteams.all_channels(tx.connection, TENANT_ID))


async def test_a_teams_team_is_followed(office: Office, connector: Connector) -> None:
    database, read_group = office.services.database, group_reader(office.services.database, connector)
    added = {"eventType": "teamRenamed", "team": {"id": GENERAL, "name": "Bakery"}, "tenant": {"id": TENANT_ID}}
    await office.does(ANA, GENERAL, "conversationUpdate", channelData=added)
    (found,) = await offered(database, TENANT_ID)
    assert (found.group_id, found.name) == (GENERAL, "Bakery")
    await office.does(MARCO)
    await set_team(office.services, OPERATOR, "Bakery", [MARCO.user_id], [], [GENERAL], read_group=read_group)
    assert await members(office) == set(office.teams.people)
    await left(office, joins=False)
    assert BEN.user_id not in await members(office)
    await left(office, joins=True)
    assert BEN.user_id in await members(office)
    office.teams.conversations[GENERAL].members.remove(BEN.user_id)
    await user_groups.read_again(office.services, read_group, TENANT_ID)
    assert BEN.user_id not in await members(office), "also where no event told of it"


async def left(office: Office, *, joins: bool) -> None:
    who = [{"id": BEN.teams_id, "aadObjectId": BEN.user_id}]
    data = {"team": {"id": GENERAL}, "eventType": "teamMemberAdded" if joins else "teamMemberRemoved"}
    changed = {"membersAdded" if joins else "membersRemoved": who}
    await office.does(ANA, GENERAL, "conversationUpdate", channelData=data | {"tenant": {"id": TENANT_ID}}, **changed)
    await office.services.tasks.close()


async def test_without_the_bot_nobody_is_in_a_team(office: Office, connector: Connector, database: Database) -> None:
    read_group = group_reader(database, connector)
    await office.does(ANA, GENERAL)
    office.teams.faults["members"] = Fault(status=502, times=1)
    with pytest.raises(DirectoryUnavailable):
        await read_group(TENANT_ID, GENERAL)
    office.teams.conversations[GENERAL].has_bot = False
    for group in (GENERAL, LUNCH, "S0BAKERY"):
        with pytest.raises(UnknownGroup):
            await read_group(TENANT_ID, group)


async def test_channels_and_chats_are_remembered_until_the_bot_is_removed(
    office: Office, monkeypatch: pytest.MonkeyPatch, teams: TeamsService
) -> None:
    await office.does(ANA, LUNCH)
    channel = {"team": {"id": GENERAL}, "channel": {"id": "19:oven@thread.tacv2", "name": "Oven"}}
    thread = {"id": "19:oven@thread.tacv2;messageid=1", "conversationType": "channel", "tenantId": TENANT_ID}
    for _ in range(2):
        await office.does(ANA, GENERAL, channelData=channel | {"tenant": {"id": TENANT_ID}}, conversation=thread)
        monkeypatch.setattr(office.services.database, "write", None)  # the second tells nothing new
    monkeypatch.undo()
    oven = Channel("19:oven@thread.tacv2", teams.service_url, "Oven", GENERAL)
    lunch = Channel(LUNCH, teams.service_url, "", None)
    assert await channels(office) == [Channel(GENERAL, teams.service_url, "", GENERAL), lunch, oven]
    await office.does(ANA, GENERAL, "installationUpdate", action="remove")
    assert await channels(office) == [lunch]
