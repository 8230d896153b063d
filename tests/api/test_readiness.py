"""What the bot says of itself, and how long it waits, when what it needs does not answer."""

from __future__ import annotations

import asyncio
from collections.abc import Callable

import pytest
from aiohttp import web
from aiohttp.test_utils import TestClient, TestServer

from bot.api import health, routes
from bot.practice.model import Fault
from bot.runtime.services import Services
from bot.slack import client
from storage.database import Database
from tests.api.conftest import BEN, ENGINES, Client
from tests.builders import NobodyElse
from tests.conftest import RunningBot
from tests.storage.raw import raw_connection


@pytest.fixture
def engine() -> str:
    return "sqlite"  # most is about Slack


async def ready(api: Client, query: str = "") -> tuple[int, dict[str, str]]:
    async with asyncio.timeout(5), api.http.get(f"{api.address}/readyz{query}") as response:
        return response.status, await response.json()


@pytest.mark.parametrize("engine", ENGINES)
async def test_readyz_reports_an_unreadable_database(api: Client, bot: RunningBot) -> None:
    for path in bot.database_path.parent.glob(f"{bot.database_path.name}*"):
        path.write_bytes(b"\xde\xad" * 100_000)
    if not bot.database_path.exists():
        with raw_connection(bot.settings.database_url) as raw:
            raw.execute("REVOKE SELECT ON pairs FROM attendance")
    assert await ready(api) == (503, {"database": "can't be read", "slack": "ok"})
    assert await ready(api, "?of=database") == (503, {"database": "can't be read"})


async def test_readyz_reports_a_silent_slack_in_time(
    api: Client, bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(health, "PATIENCE_SECONDS", 0.05)
    bot.workspace.faults["auth.test"] = Fault(hold=asyncio.Event())
    status, states = await ready(api)
    assert (status, states["slack"]) == (503, "does not answer")


async def test_readyz_of_the_database_does_not_wait_for_slack(api: Client, bot: RunningBot) -> None:
    bot.workspace.faults["auth.test"] = Fault(hold=asyncio.Event())
    before = len(bot.workspace.calls)
    assert await ready(api, "?of=database") == (200, {"database": "ok"})
    assert not any(call.method == "auth.test" for call in bot.workspace.calls[before:])


async def test_readyz_names_the_chat_that_does_not_answer(database: Database) -> None:
    async def answers() -> None: ...

    async def fails() -> None:
        raise ConnectionError

    app = web.Application()
    chats = {"slack": answers, "msteams": fails}
    routes.register(app, Services(database, NobodyElse()), (), chats=chats, stopping=asyncio.Event())
    async with TestClient(TestServer(app)) as client:
        found = await client.get("/readyz")
        states = {"database": "ok", "slack": "ok", "msteams": "fails: ConnectionError"}
        assert (found.status, await found.json()) == (503, states)
        assert (await client.get("/readyz?of=database")).status == 200


@pytest.mark.parametrize("query", ["?of=slack", "?of=", "?of=database&of=database"])
async def test_readyz_refuses_other_questions(api: Client, query: str) -> None:
    status, problem = await ready(api, query)
    assert (status, problem["code"]) == (400, "invalid-parameter")


async def test_slack_is_asked_once_in_ten_seconds(api: Client, bot: RunningBot) -> None:
    def asked() -> int:
        return sum(call.method == "auth.test" for call in bot.workspace.calls)

    before = asked()
    await asyncio.gather(*(ready(api) for _ in range(20)))
    assert asked() == before + 1


@pytest.mark.parametrize("fault", [lambda: Fault(hold=asyncio.Event()), lambda: Fault(status=429, retry_after=60)])
async def test_a_lookup_without_slacks_answer_ends_in_time(
    api: Client, bot: RunningBot, monkeypatch: pytest.MonkeyPatch, fault: Callable[[], Fault]
) -> None:
    monkeypatch.setattr(client, "LOOK_UP_SECONDS", 0.2)
    bot.workspace.faults["users.info"] = fault()
    async with asyncio.timeout(5):
        reply = await api.clock_in(BEN)
    assert (reply.status, reply.code) == (503, "unavailable")
    del bot.workspace.faults["users.info"]
    assert (await api.clock_in(BEN)).status == 200
