"""Socket Mode: the same bot without a public address."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from functools import partial
from pathlib import Path

import aiohttp
import pytest
from aiohttp import web
from structlog.testing import capture_logs

from bot.app import running
from bot.cli.demo import demo_settings
from bot.practice.server import serve
from bot.practice.sockets import Sockets
from bot.practice.workspace import Workspace
from bot.slack import client
from tests.conftest import WORKSPACE, Clock, RunningBot, unlimited
from tests.slack.conftest import People

ANA = "U0ANA"


@asynccontextmanager
async def over_the_web_socket(
    workspace: Workspace, tmp_path: Path, clock: Clock, app_token: str
) -> AsyncIterator[RunningBot]:
    """The bot with an app-level token and no signing secret."""
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(serve(workspace))
        over_http = demo_settings(workspace, slack, tmp_path)
        tokens = {"slack_signing_secret": None, "slack_app_token": app_token}
        settings = over_http.model_copy(update=tokens)
        address = await stack.enter_async_context(running(settings, clock=clock, way=unlimited))
        yield RunningBot(address, workspace, tmp_path / "attendance.db", settings)


@pytest.fixture
async def bot(tmp_path: Path, clock: Clock) -> AsyncIterator[RunningBot]:
    workspace = Workspace(bot_url="", team_id=WORKSPACE)
    async with over_the_web_socket(workspace, tmp_path, clock, workspace.app_token) as bot:
        yield bot


async def test_commands_buttons_and_forms_work_over_the_web_socket(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await bot.workspace.until(lambda: bot.workspace.sockets.open)  # it connects in the background
    answer = await people.type(ANA, "/clockin good morning")
    assert answer.text == '✅ *Clocked in at 09:02.* "good morning"'
    clock.advance(hours=8)
    assert (await people.press(ANA, answer, "Clock out")).text.startswith("✅ *Clocked out at 17:02.* Today: 8 h.")
    view = await people.open_form(ANA)
    await people.submit(ANA, view, date="2026-11-23", start="10:00", end="11:00")
    assert list(view.errors) == ["start"]
    told = await people.finish(ANA, view, date="2026-11-20", start="10:00", end="11:00")
    assert "Fri 20 Nov, 10:00 to 11:00 · 1 h." in told.shown


async def test_while_connections_come_and_go_every_request_is_answered(bot: RunningBot, people: People) -> None:
    sockets = bot.workspace.sockets
    await bot.workspace.until(lambda: len(sockets.open) == 2)
    for number in range(4):
        ending = sockets.open[number % 2]
        await sockets.refresh(ending)
        told = await asyncio.gather(*(people.type(ANA, "/attendance") for _ in range(10)))
        assert {answer.text.splitlines()[0] for answer in told} == {"*You haven't clocked in today*"}
        await bot.workspace.until(partial(_another_took_its_place, sockets, ending))

    await sockets.open[0].close()
    assert (await people.type(ANA, "/clockin")).text == "✅ *Clocked in at 09:02.*"


def _another_took_its_place(sockets: Sockets, ended: web.WebSocketResponse) -> bool:
    return ended not in sockets.open and len(sockets.open) == 2


async def test_without_a_signing_secret_nothing_is_taken_over_http(bot: RunningBot) -> None:
    body = b"command=%2Fclockin&team_id=T0PRACTICE&user_id=U0ANA"
    bot.workspace.bot_url = f"{bot.address}/slack/events"
    assert (await bot.workspace.deliver_raw(body, bot.workspace.sign(body))).status == 404


async def test_a_wrong_app_token_is_named_while_the_api_serves_and_works_once_slack_takes_it(
    tmp_path: Path, clock: Clock, monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    """Bolt would ask every few seconds, with a traceback that names no setting."""
    monkeypatch.setattr(client, "REFUSED_PAUSE_SECONDS", 0.05)
    workspace = Workspace(bot_url="", team_id=WORKSPACE)
    with capture_logs() as told, caplog.at_level(logging.DEBUG):
        async with (
            over_the_web_socket(workspace, tmp_path, clock, "xapp-wrong") as bot,
            aiohttp.ClientSession() as http,
        ):
            async with asyncio.timeout(5):
                while not told:
                    async with http.get(f"{bot.address}/readyz") as ready:
                        assert ready.status == 200
            assert not workspace.sockets.open
            workspace.app_token = "xapp-wrong"
            await workspace.until(lambda: workspace.sockets.open)
    assert told[0] == {
        "event": "socket-mode-refused",
        "log_level": "error",
        "reason": "invalid_auth",
        "remedy": "copy SLACK_APP_TOKEN anew from the app's Basic Information page, "
        "with connections:write, and restart",
    }
    assert [record.message for record in caplog.records if record.name.startswith("slack_bolt")] == []
    assert "xapp-" not in caplog.text
