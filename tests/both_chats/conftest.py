"""The bot as `attendance serve` runs it, in each chat in turn."""

from __future__ import annotations

from collections.abc import AsyncIterator, Sequence
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.app import running
from bot.cli.demo import demo_settings
from bot.practice import server as slack_server
from bot.practice.msteams import server as teams_server
from bot.practice.msteams.service import TeamsService
from bot.practice.workspace import Workspace
from bot.runtime.settings import ServeSettings
from tests.both_chats.doors import ADA, EVERYONE, Door, Office, SlackDoor, TeamsDoor
from tests.conftest import WORKSPACE, Clock, RunningBot, unlimited
from tests.msteams.drawn import assert_known


async def in_slack(stack: AsyncExitStack, database_url: str, clock: Clock) -> SlackDoor:
    workspace = Workspace(bot_url="", team_id=WORKSPACE)
    page = await stack.enter_async_context(slack_server.serve(workspace, port=0))
    settings = demo_settings(workspace, page, Path()).model_copy(update={"database_url": database_url})
    address = await stack.enter_async_context(running(settings, clock=clock, way=unlimited))
    workspace.bot_url = f"{address}/slack/events"
    door = SlackDoor(RunningBot(address, workspace, Path(), settings))
    for name in EVERYONE:
        await door.type(name, "status")
    return door


async def in_teams(
    stack: AsyncExitStack,
    database_url: str,
    clock: Clock,
    people: Sequence[str] = EVERYONE,
    may_reach: str = "127.0.0.0/8",
) -> TeamsDoor:
    teams = TeamsService()
    teams.readers.append(assert_known)
    await stack.enter_async_context(teams_server.serve(teams))
    door = TeamsDoor(teams)
    settings = ServeSettings.model_validate(
        {
            "ATTENDANCE_DATABASE_URL": database_url,
            "ATTENDANCE_PORT": 0,
            "ATTENDANCE_WEBHOOKS_MAY_REACH": may_reach,
            "TEAMS_APP_ID": teams.app_id,
            "TEAMS_APP_SECRET": teams.app_secret,
            "TEAMS_TENANT_ID": teams.tenant_id,
            "TEAMS_ADMINS": door.id_of(ADA),
            "TEAMS_LOGIN_URL": teams.login_url,
            "TEAMS_OPENID_URL": teams.openid_url,
        }
    )
    address = await stack.enter_async_context(running(settings, clock=clock, way=unlimited))
    teams.bot_url, door.address = f"{address}/teams/messages", address
    for name in people:
        await teams.install(door.id_of(name))
    await teams.until(lambda: len(teams.posts) == len(people))
    return door


@pytest.fixture(params=["slack", "teams"])
async def office(request: pytest.FixtureRequest, database_url: str, clock: Clock) -> AsyncIterator[Office]:
    """Everybody was met, and Marco has his team."""
    async with AsyncExitStack() as stack:
        in_chat = in_slack if request.param == "slack" else in_teams
        door = await in_chat(stack, database_url, clock)
        made = Office(door, database_url, clock, door.address)
        await made.set_up()
        yield made


@pytest.fixture
def door(office: Office) -> Door:
    return office.door
