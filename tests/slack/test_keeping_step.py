"""Keeping step with Slack: people who leave, become guests, move or are renamed, and who is in which user group."""

from __future__ import annotations

import asyncio
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from bot.people.teams_and_offices import set_team
from bot.permissions import Caller, Role, Via
from bot.practice.model import Fault
from bot.practice.people import Member, as_slack
from bot.practice.usergroups import change_members, send_group_update
from bot.slack.client import SlackDirectory, http_session, one_client, profile_of, web_client
from bot.slack.user_groups import group_reader
from storage import people as storage_people
from storage import teams
from storage.people import Profile
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.slack.conftest import People
from tests.slack.test_admin_forms import ledger

ANA, BEN, MARCO, NORA, KEI, ADA = "U0ANA", "U0BEN", "U0MARCO", "U0NORA", "U0KEI", "U0ADA"
BY_ADA = Caller(WORKSPACE, ADA, Via.CLI, Role.ADMIN)
BAKERY = "S0BAKERY"


@pytest.fixture
async def followed(bot: RunningBot, people: People, clock: Clock) -> None:
    """Marco manages the members of the bakery's group: Ana and Ben."""
    for user_id in (MARCO, ADA):
        await people.type(user_id, "/attendance")
    async with ledger(bot, clock) as services, http_session() as http:
        client = web_client(bot.settings.slack_bot_token or "", bot.settings.slack_api_url, http)
        asking = replace(services, directory=SlackDirectory(one_client(client)))
        await set_team(asking, BY_ADA, "Bakery", [MARCO], [], [BAKERY], read_group=group_reader(one_client(client)))


async def managed(bot: RunningBot, clock: Clock) -> frozenset[str]:
    async with ledger(bot, clock) as services:
        return await services.database.read(lambda tx: teams.managed_by(tx.connection, WORKSPACE, MARCO))


async def known(bot: RunningBot, clock: Clock) -> dict[str, Profile]:
    async with ledger(bot, clock) as services:
        return await services.database.read(lambda tx: storage_people.get_many(tx.connection, WORKSPACE))


async def user_event(bot: RunningBot, kind: str, member: Member, **more: Any) -> None:
    user = as_slack(member, WORKSPACE) | more
    delivery = await bot.workspace.event({"type": kind, "user": user})
    assert delivery.status == 200


@pytest.mark.usefixtures("followed")
async def test_who_joins_and_leaves_a_group_joins_and_leaves_the_team(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    deliveries = await change_members(bot.workspace, BAKERY, [BEN, NORA])
    assert [delivery.status for delivery in deliveries] == [200, 200]
    assert await managed(bot, clock) == {BEN, NORA}
    assert (await known(bot, clock))[NORA].name == "Nora Jones"
    answer = await people.type(MARCO, "/clockin @nora")
    assert answer.text.startswith("✅ *Clocked <@U0NORA> in at")
    assert (await people.type(MARCO, "/clockin @ana")).text.startswith("⚠️ You can't clock <@U0ANA> in or out")


@pytest.mark.usefixtures("followed")
async def test_an_event_that_comes_twice_or_late_changes_nothing_more(bot: RunningBot, clock: Clock) -> None:
    event = {"type": "subteam_members_changed", "subteam_id": BAKERY, "team_id": WORKSPACE, "added_users": [KEI]}
    for retry in range(3):
        delivery = await bot.workspace.event(event, event_id="Ev1", retry=retry)
        assert delivery.status == 200
    assert await managed(bot, clock) == {ANA, BEN, KEI}


@pytest.mark.usefixtures("followed")
async def test_a_group_that_is_disabled_has_nobody_until_it_is_enabled(bot: RunningBot, clock: Clock) -> None:
    bot.workspace.usergroups[BAKERY].disabled = True
    await send_group_update(bot.workspace, BAKERY)
    assert await managed(bot, clock) == frozenset()
    bot.workspace.usergroups[BAKERY].disabled = False
    await send_group_update(bot.workspace, BAKERY)
    assert await managed(bot, clock) == {ANA, BEN}


@pytest.mark.usefixtures("followed")
async def test_a_snapshot_that_leaves_people_out_removes_nobody(bot: RunningBot, clock: Clock) -> None:
    """Slack names 500 at most, and tells how many there are."""
    for subteam in ({"users": [KEI], "user_count": 501}, {"user_count": 2}, {}):
        event = {
            "type": "subteam_updated",
            "subteam": {"id": BAKERY, "team_id": WORKSPACE, "date_delete": 0, **subteam},
        }
        delivery = await bot.workspace.event(event)
        assert delivery.status == 200
        assert await managed(bot, clock) == {ANA, BEN}


@pytest.mark.usefixtures("followed")
async def test_a_group_that_no_team_follows_leaves_no_trace(bot: RunningBot, clock: Clock) -> None:
    await change_members(bot.workspace, "S0SALES", [KEI])
    async with ledger(bot, clock) as services:
        assert await services.database.read(lambda tx: teams.in_any_group(tx.connection, WORKSPACE)) == {ANA, BEN}
    assert KEI not in await known(bot, clock)


@pytest.mark.usefixtures("followed")
async def test_a_newcomer_whom_slack_does_not_describe_just_now_is_a_member_once_it_does(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    bot.workspace.faults["users.info"] = Fault(status=500)
    await change_members(bot.workspace, BAKERY, [KEI])
    assert await managed(bot, clock) == frozenset()
    report = await people.type(MARCO, "/attendance report")
    assert "Marco Rossi" in report.shown
    del bot.workspace.faults["users.info"]
    await user_event(bot, "team_join", bot.workspace.members[KEI])
    assert await managed(bot, clock) == {KEI}
    assert "Kei Tanaka" in (await people.type(MARCO, "/attendance report")).shown


@pytest.mark.usefixtures("followed")
async def test_an_unknown_person_in_a_group_is_not_a_member(bot: RunningBot, people: People, clock: Clock) -> None:
    await change_members(bot.workspace, BAKERY, [ANA, "U0STRANGER"])
    assert "U0STRANGER" not in await known(bot, clock)
    answer = await people.type(MARCO, "/attendance report")
    assert "U0STRANGER" not in answer.shown
    assert (await people.type(MARCO, "/attendance who")).text.startswith("*Nobody is in*")


async def test_a_person_who_leaves_or_becomes_a_guest_loses_what_they_could_do_at_once(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    assert (await people.type(ADA, "/attendance history")).text
    ada = bot.workspace.members[ADA]
    for changed in (replace(ada, is_restricted=True), replace(ada, deleted=True)):
        bot.workspace.members[ADA] = changed
        await user_event(bot, "user_change", changed)
        for line in ("/attendance team", "/clockin"):
            refused = (await people.type(ADA, line)).text
            guest = ("⚠️ Guest accounts can't", "⚠️ I only keep hours of full members")
            assert refused.startswith((*guest, "⚠️ Your account is deactivated"))
    bot.workspace.members[ADA] = ada
    await user_event(bot, "user_change", ada)
    await people.type(ADA, "/clockin")
    assert (await known(bot, clock))[ADA].chat_admin


async def test_a_new_name_and_a_new_zone_count_as_soon_as_slack_tells(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await people.type(ANA, "/attendance")
    moved = replace(bot.workspace.members[ANA], real_name="Ana Costa", tz="Asia/Tokyo")
    await user_event(bot, "user_change", moved)
    assert (await people.type(ANA, "/clockin")).text == "✅ *Clocked in at 17:02.*"
    assert (await known(bot, clock))[ANA].name == "Ana Costa"


async def test_late_events_do_not_undo_a_newer_lookup(bot: RunningBot, people: People, clock: Clock) -> None:
    """Slack delivers an event again after a minute and after five, where the bot was down."""
    await people.type(ADA, "/attendance")
    happened_at = clock()
    clock.advance(hours=27)
    await people.type(ADA, "/attendance")
    async with asyncio.timeout(10):
        while (await known(bot, clock))[ADA].refreshed_at < clock():
            pass  # it's refreshed in the background
    user = as_slack(replace(bot.workspace.members[ADA], is_admin=False), WORKSPACE)
    event = {"type": "user_change", "user": user}
    assert (await bot.workspace.event(event, retry=3, at=happened_at)).status == 200
    assert (await known(bot, clock))[ADA].chat_admin
    clock.advance(minutes=61)
    assert (await bot.workspace.event(event, at=clock() - timedelta(seconds=9))).status == 200
    assert not (await known(bot, clock))[ADA].chat_admin


async def test_an_older_event_that_comes_again_does_not_undo_a_newer_one(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await people.type(ADA, "/attendance")
    ada, first = bot.workspace.members[ADA], clock()
    clock.advance(seconds=20)
    event = {"type": "user_change", "user": as_slack(replace(ada, deleted=True), WORKSPACE)}
    assert (await bot.workspace.event(event, at=clock())).status == 200
    clock.advance(seconds=41)
    again = {"type": "user_change", "user": as_slack(ada, WORKSPACE)}
    assert (await bot.workspace.event(again, retry=2, at=first)).status == 200
    assert (await known(bot, clock))[ADA].deactivated


async def test_a_timestamp_from_the_future_does_not_block_events(bot: RunningBot, people: People, clock: Clock) -> None:
    clock.advance(days=1)
    await people.type(ADA, "/attendance")
    clock.advance(days=-1)
    event = {"type": "user_change", "user": as_slack(replace(bot.workspace.members[ADA], deleted=True), WORKSPACE)}
    assert (await bot.workspace.event(event, at=clock())).status == 200
    assert (await known(bot, clock))[ADA].deactivated


@pytest.mark.parametrize("kind", ["user_change", "team_join"])
async def test_events_about_unknown_people_and_other_workspaces_are_not_stored(
    bot: RunningBot, people: People, clock: Clock, kind: str
) -> None:
    await people.type(ANA, "/attendance")
    await user_event(bot, kind, bot.workspace.members[KEI])
    await user_event(bot, kind, bot.workspace.members[ANA], team_id="T0OTHER", real_name="Not Ana", profile={})
    await user_event(bot, kind, bot.workspace.members[ANA], is_stranger=True, deleted=True)
    found = await known(bot, clock)
    assert list(found) == [ANA]
    assert (found[ANA].name, found[ANA].deactivated) == ("Ana Silva", False)


def test_a_slack_connect_guest_is_not_a_member(clock: Clock) -> None:
    ana = as_slack(Member(ANA, "ana", "Ana Silva", "Europe/Berlin"), WORKSPACE)
    assert profile_of(WORKSPACE, ana, clock()) is not None
    assert profile_of(WORKSPACE, ana | {"team_id": "T0OTHER"}, clock()) is None
    assert profile_of(WORKSPACE, ana | {"is_stranger": True}, clock()) is None


@pytest.mark.parametrize(
    "event",
    [
        {"type": "subteam_members_changed", "subteam_id": "S0NONE"},
        {"type": "subteam_members_changed", "subteam_id": BAKERY, "added_users": None, "removed_users": None},
        {"type": "subteam_updated", "subteam": {"id": "S0NONE", "date_delete": 0, "users": []}},
    ],
)
@pytest.mark.usefixtures("followed")
async def test_an_event_without_changes_changes_nothing(bot: RunningBot, clock: Clock, event: dict[str, Any]) -> None:
    assert (await bot.workspace.event(event)).status == 200
    assert await managed(bot, clock) == {ANA, BEN}
