"""One process serves a workspace of Slack and a tenant of Teams on one ledger, also while one of the two is away."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path
from urllib.parse import urlsplit

import aiohttp
import pytest
from sqlalchemy import select

from bot.api import health
from bot.app import running
from bot.cli.demo import demo_settings
from bot.people import tokens
from bot.permissions import Caller, Role, Via
from bot.practice import server as slack_server
from bot.practice.msteams import server as teams_server
from bot.practice.msteams.people import ANA, TENANT_ID
from bot.practice.msteams.service import TeamsService
from bot.practice.workspace import Workspace
from bot.runtime.services import Services
from storage import outbox
from storage.database import Database, Transaction
from storage.tables import outbox as outbox_table
from storage.verify import verify
from tests.builders import NobodyElse
from tests.conftest import WORKSPACE, Clock, unlimited

IN_SLACK = "U0ANA"
CHATS = ("slack", "msteams")
NEWS = "A note for you"


class Both:
    """Both chats, and the bot between them."""

    def __init__(self, database: Database, clock: Clock) -> None:
        self.slack, self.teams = Workspace(bot_url="", team_id=WORKSPACE), TeamsService()
        self.database, self.clock, self.services = database, clock, Services(database, NobodyElse())
        self.served = {name: AsyncExitStack() for name in CHATS}
        self.addresses: dict[str, str] = {}
        self.bot = ""

    async def start(self, name: str) -> str:
        """Lets a chat answer, where it did before."""
        port = urlsplit(self.addresses.get(name, "")).port or 0
        slack = name == "slack"
        serving = slack_server.serve(self.slack, port=port) if slack else teams_server.serve(self.teams, port=port)
        self.addresses[name] = await self.served[name].enter_async_context(serving)
        return self.addresses[name]

    async def stop(self, name: str) -> None:
        """Nothing listens there any more."""
        await self.served[name].aclose()

    async def type(self, name: str, word: str) -> str:
        """What the person reads of the bot after typing a word."""
        if name == "slack":
            command = {"in": "/clockin", "out": "/clockout"}[word]
            return (await self.slack.command(IN_SLACK, command)).messages[0].text
        before = len(self.teams.posts) + 1
        await self.teams.type(ANA.user_id, word)
        (answer,) = await self.teams.until(lambda: [one for one in self.teams.posts[before:] if not one.author])
        return self.teams.words(ANA.user_id, answer)

    async def token(self, workspace_id: str, user_id: str, role: Role) -> str:
        operator = Caller(workspace_id, "cli:test", Via.CLI, Role.ADMIN)
        return await tokens.create(self.services, operator, user_id, role, None)

    async def send_news(self) -> None:
        """A message to the person in each chat."""

        def write(tx: Transaction) -> None:
            for workspace_id, user_id in ((WORKSPACE, IN_SLACK), (TENANT_ID, ANA.user_id)):
                outbox.add(tx.connection, workspace_id, user_id, outbox.TEXT, tx.now, facts={"text": NEWS})

        await self.database.write(write)

    async def was_tried(self, name: str) -> None:
        """Waits until sending it to the person has failed: the next attempt is counted from then."""
        workspace_id = WORKSPACE if name == "slack" else TENANT_ID
        failed = select(outbox_table).where(
            outbox_table.c.workspace_id == workspace_id,
            outbox_table.c.kind == outbox.TEXT,
            outbox_table.c.sent_at.is_(None),
            outbox_table.c.attempts > 0,
        )
        async with asyncio.timeout(20):
            while not await self.database.read(lambda tx: tx.connection.execute(failed).first()):
                pass

    async def has_news(self, name: str, times: int) -> None:
        """Waits until the person has read it so many times."""
        if name == "slack":
            await self.slack.until(lambda: sum(NEWS in message.text for message in self.slack.messages) >= times)
        else:
            await self.teams.until(
                lambda: sum(NEWS in self.teams.words(ANA.user_id, one) for one in self.teams.posts) >= times
            )


@pytest.fixture
async def both(tmp_path: Path, database: Database, database_url: str, clock: Clock) -> AsyncIterator[Both]:
    made = Both(database, clock)
    async with AsyncExitStack() as stack:
        for served in made.served.values():
            await stack.enter_async_context(served)
        slack, _ = await made.start("slack"), await made.start("msteams")
        settings = demo_settings(made.slack, slack, tmp_path).model_copy(
            update={
                "database_url": database_url,
                "teams_app_id": made.teams.app_id,
                "teams_app_secret": made.teams.app_secret,
                "teams_tenant_id": (TENANT_ID,),
                "teams_admins": (ANA.upn,),
                "teams_login_url": made.teams.login_url,
                "teams_openid_url": made.teams.openid_url,
            }
        )
        made.bot = await stack.enter_async_context(running(settings, clock=clock, way=unlimited))
        made.slack.bot_url, made.teams.bot_url = f"{made.bot}/slack/events", f"{made.bot}/teams/messages"
        yield made


async def test_while_one_chat_is_away_the_other_goes_on(both: Both, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "ASKED_EVERY_SECONDS", -1.0)
    for name in CHATS:
        assert "Clocked in" in await both.type(name, "in")
    secrets = [
        await both.token(WORKSPACE, IN_SLACK, Role.EMPLOYEE),
        await both.token(TENANT_ID, ANA.user_id, Role.ADMIN),  # whom TEAMS_ADMINS names
    ]
    async with aiohttp.ClientSession() as http:
        for times, (away, well) in enumerate((("slack", "msteams"), ("msteams", "slack")), start=1):
            both.clock.advance(hours=1)
            await both.stop(away)
            assert "Clocked out" in await both.type(well, "out")
            assert "Clocked in" in await both.type(well, "in")
            for secret in secrets:
                headers, asked = (
                    {"Authorization": f"Bearer {secret}"},
                    {"startDate": "2026-11-23", "endDate": "2026-11-23"},
                )
                async with http.get(f"{both.bot}/attendance-events", headers=headers, params=asked) as found:
                    assert (found.status, len(await found.json()) > 0) == (200, True)
            async with http.get(f"{both.bot}/readyz") as ready:
                states = await ready.json()
            assert (ready.status, states[well], states["database"]) == (503, "ok", "ok")
            assert states[away] != "ok"
            await both.send_news()
            await both.has_news(well, times)
            await both.was_tried(away)
            await both.start(away)
            both.clock.advance(minutes=5)
            await both.has_news(away, times)
        async with http.get(f"{both.bot}/readyz") as ready:
            assert (ready.status, await ready.json()) == (200, {"database": "ok", "slack": "ok", "msteams": "ok"})
    assert await both.database.read(lambda tx: list(verify(tx.connection))) == []
