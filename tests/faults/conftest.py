"""A ledger with people and a token in it, and the bot that serves it where the test breaks something."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from itertools import count
from pathlib import Path

import aiohttp
import pytest
import structlog

from bot.app import running
from bot.cli.demo import demo_settings
from bot.practice.people import PEOPLE, Member
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from bot.runtime import logs
from bot.slack.sentences import ONE_MOMENT
from storage.database import open_database
from tests.api.conftest import Client, Reply
from tests.builders import admins_token, workplace
from tests.conftest import WORKSPACE
from tests.faults.load import FIRST_RECORD, Event, events_in

ADA, ANA, BEN, KEI, NORA = "U0ADA", "U0ANA", "U0BEN", "U0KEI", "U0NORA"
CLIENTS = [f"U0CLIENT{number}" for number in range(30)]
MEMBERS = [*PEOPLE, *(Member(user_id, user_id.lower(), user_id.title(), "Etc/UTC") for user_id in CLIENTS)]
TRY_AGAIN_SOON = "⚠️ The database can't be reached right now. Please try again in a minute."


@pytest.fixture(autouse=True)
def logs_as_served() -> Iterator[None]:
    """As `attendance serve` sets them up: structlog's own way of drawing a traceback holds the loop up for a second."""
    root, structured = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers, root.level
    logs.configure("info", "text")
    yield
    structlog.configure(**structured)
    root.handlers = handlers
    root.setLevel(level)


async def token_of_an_admin(database_url: str) -> str:
    """Makes the ledger, with people in it."""
    database = await open_database(database_url)
    try:
        services = await workplace(database, dict.fromkeys((ADA, ANA, BEN, KEI, NORA, *CLIENTS), "UTC"))
        return await admins_token(services, ADA)
    finally:
        await database.close()


@dataclass
class Day:
    """The bot at work: programs use its API with an admin's token, people type in Slack."""

    address: str
    token: str
    workspace: Workspace
    api: Client
    told: dict[str, Event] = field(default_factory=dict)
    """The events that were acknowledged to the test itself, by id."""
    _numbers: Iterator[int] = field(default_factory=count)

    async def clock_in(self, user_id: str, key: str) -> Reply:
        """May be repeated under its key."""
        return await self._send("clock-in", key, {"userId": user_id})

    async def record(self, number: int) -> Reply:
        """One of Ana's records of long ago, each under a key of its own."""
        start = FIRST_RECORD + timedelta(minutes=15 * number)
        times = {"clockInTimestampUtc": start, "clockOutTimestampUtc": start + timedelta(minutes=10)}
        body = {"userId": ANA, "date": f"{start:%Y-%m-%d}"} | {name: at.isoformat() for name, at in times.items()}
        return await self._send("create", f"record-{number}", body)

    async def until_it_refuses(self) -> int:
        """Writes records until that is unavailable; which of them it was."""
        for number in self._numbers:
            reply = await self.record(number)
            if reply.status != 200:
                assert (reply.status, reply.code) == (503, "unavailable")
                assert reply.headers["Retry-After"]
                return number
        raise AssertionError("there is always another number")

    async def _send(self, path: str, key: str, body: dict[str, str]) -> Reply:
        """Answered within 10 seconds, whatever the answer."""
        async with asyncio.timeout(10):
            path = f"/attendance-events/{path}"
            reply = await self.api.call("POST", path, json=body, headers={"Idempotency-Key": key})
        if reply.status == 200:
            self.told |= {event["id"]: event for event in events_in(reply.body)}
        return reply

    async def type(self, user_id: str, line: str) -> str:
        """What a person is answered in Slack, on the acknowledgement or after it."""
        seen = len(self.workspace.visible_to(user_id))
        command, _, text = line.partition(" ")
        delivery = await self.workspace.command(user_id, command, text)
        assert (delivery.status, delivery.failure) == (200, None)

        def answered() -> list[str]:
            texts = [message.text for message in self.workspace.visible_to(user_id)[seen:]]
            return [text for text in texts if text != ONE_MOMENT()]  # which is said on the way, after two seconds

        return (await self.workspace.until(answered, seconds=10))[-1]

    async def query(self) -> Reply:
        async with asyncio.timeout(10):
            return await self.api.query(startDate="2024-01-01", endDate="2038-01-01")

    async def until_ready(self) -> None:
        """As a load balancer waits: a disk that takes its time answers the next time it is asked."""
        async with asyncio.timeout(10):
            while await self.ready() != (200, "ok"):
                pass

    async def ready(self) -> tuple[int, str]:
        """The status of /readyz, and what it says of the database."""
        async with asyncio.timeout(10), self.api.http.get(f"{self.address}/readyz") as response:
            return response.status, (await response.json())["database"]


@asynccontextmanager
async def at_work(database_url: str, folder: Path, token: str) -> AsyncIterator[Day]:
    """The bot as `attendance serve` runs it, over this ledger, until the block is left."""
    async with AsyncExitStack() as stack:
        workspace = Workspace(bot_url="", team_id=WORKSPACE, members=MEMBERS)
        slack = await stack.enter_async_context(serve(workspace, port=0))
        settings = demo_settings(workspace, slack, folder).model_copy(update={"database_url": database_url})
        address = await stack.enter_async_context(running(settings))
        workspace.bot_url = f"{address}/slack/events"
        http = await stack.enter_async_context(aiohttp.ClientSession())
        yield Day(address, token, workspace, Client(address, http, {"admin": token}))
