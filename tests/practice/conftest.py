"""A served practice workspace, and a bot that answers what each test tells it."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import timedelta
from typing import Any

import pytest
from aiohttp import ClientSession, web
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.server import serve
from bot.practice.workspace import Workspace


class ScriptedBot:
    """Answers each request with the next of `answers`, or empty, and keeps what it got as (headers, body, fields)."""

    def __init__(self) -> None:
        self.answers: list[Any] = []
        self.received: list[tuple[dict[str, str], str, dict[str, Any]]] = []
        self.session: ClientSession
        self.address = ""

    async def handle(self, request: web.Request) -> web.Response:
        body = await request.text()
        if request.content_type == "application/json":
            fields = json.loads(body)
        else:
            form = {key: str(value) for key, value in (await request.post()).items()}
            fields = json.loads(form["payload"]) if "payload" in form else form
        self.received.append((dict(request.headers), body, fields))
        answer = self.answers.pop(0) if self.answers else None
        if isinstance(answer, int):
            return web.Response(status=answer)
        return web.Response() if answer is None else web.json_response(answer)

    @property
    def last(self) -> dict[str, Any]:
        """The fields of the newest request."""
        return self.received[-1][2]

    async def respond(self, answer: dict[str, Any]) -> tuple[int, dict[str, Any]]:
        """Posts to the response_url of the newest request."""
        async with self.session.post(self.last["response_url"], json=answer) as response:
            return response.status, await response.json()


@pytest.fixture
async def bot() -> AsyncIterator[ScriptedBot]:
    bot = ScriptedBot()
    app = web.Application()
    app.router.add_post("/slack/events", bot.handle)
    runner = web.AppRunner(app, access_log=None)
    await runner.setup()
    await web.TCPSite(runner, "127.0.0.1", 0).start()
    bot.address = f"http://127.0.0.1:{runner.addresses[0][1]}/slack/events"
    async with ClientSession() as bot.session:
        yield bot
    await runner.cleanup()


@pytest.fixture
async def workspace(bot: ScriptedBot) -> AsyncIterator[Workspace]:
    workspace = Workspace(bot_url=bot.address)
    async with serve(workspace):
        yield workspace


@pytest.fixture
def api(workspace: Workspace) -> AsyncWebClient:
    return AsyncWebClient(token=workspace.bot_token, base_url=f"{workspace.address}/api/")


def later(workspace: Workspace, **how_far: float) -> None:
    """Moves the workspace's clock on."""
    workspace.time.move_to(workspace.time.now() + timedelta(**how_far))
