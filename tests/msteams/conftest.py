"""The practice service of Teams, and doors to the bot for it."""

from __future__ import annotations

from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from typing import Any

import aiohttp
import pytest
from aiohttp import web

from bot.msteams.access_tokens import AccessTokens
from bot.msteams.activities import Activity
from bot.msteams.connector import Connector
from bot.msteams.endpoint import Endpoint, UnknownInvoke, mount
from bot.msteams.verification import Verifier
from bot.practice.delivery import post
from bot.practice.msteams.server import serve
from bot.practice.msteams.service import TeamsService
from tests.msteams.drawn import assert_known


class Seconds:
    """A clock for what lives for a while."""

    def __init__(self) -> None:
        self.now = 1000.0

    def __call__(self) -> float:
        return self.now


@dataclass
class Door:
    """The endpoint alone, before a handler that notes what comes."""

    teams: TeamsService
    verifier: Verifier
    seconds: Seconds
    came: list[Activity] = field(default_factory=list)

    async def answer(self, activity: Activity) -> Mapping[str, Any] | None:
        self.came.append(activity)
        if activity.type == "invoke":
            if activity.name != "task/submit":
                raise UnknownInvoke
            return {"task": {"type": "message", "value": "Saved."}}
        return None

    async def post(self, body: bytes, token: str) -> int:
        """Sends what may be no activity. Returns the status."""
        headers = {"Authorization": f"Bearer {token}", "Content-Type": "application/json"}
        return (await post(self.teams.bot_url, body, headers, 20.0)).status


@pytest.fixture
async def teams() -> AsyncIterator[TeamsService]:
    service = TeamsService()
    service.readers.append(assert_known)
    async with serve(service):
        yield service


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def verifier(teams: TeamsService, http: aiohttp.ClientSession, seconds: Seconds) -> Verifier:
    return Verifier(http, teams.app_id, teams.openid_url, seconds=seconds)


@pytest.fixture
async def door(teams: TeamsService, verifier: Verifier, seconds: Seconds) -> AsyncIterator[Door]:
    opened = Door(teams, verifier, seconds)
    app = web.Application(client_max_size=1 << 20)
    mount(app, Endpoint(verifier, {teams.tenant_id}, opened.answer))
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    teams.bot_url = f"http://127.0.0.1:{runner.addresses[0][1]}/teams/messages"
    await verifier.token(f"Bearer {teams.signer.token(teams.app_id, teams.service_url)}")  # which waits for the keys
    yield opened
    await runner.cleanup()


@pytest.fixture
def tokens(teams: TeamsService, http: aiohttp.ClientSession, seconds: Seconds) -> AccessTokens:
    return AccessTokens(http, teams.login_url, teams.tenant_id, teams.app_id, teams.app_secret, seconds=seconds)


@pytest.fixture
def connector(teams: TeamsService, http: aiohttp.ClientSession, tokens: AccessTokens) -> Connector:
    return Connector(http, tokens, teams.app_id)
