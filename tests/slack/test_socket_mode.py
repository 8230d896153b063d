"""Socket Mode: the same bot without a public address."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from pathlib import Path

import pytest

from bot.app import running
from bot.demo import demo_settings
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.slack.conftest import People

ANA = "U0ANA"


@pytest.fixture
async def bot(tmp_path: Path, clock: Clock) -> AsyncIterator[RunningBot]:
    """The bot with an app-level token and no signing secret."""
    async with AsyncExitStack() as stack:
        workspace = Workspace(bot_url="", team_id=WORKSPACE)
        slack = await stack.enter_async_context(serve(workspace))
        over_http = demo_settings(workspace, slack, tmp_path)
        tokens = {"slack_signing_secret": None, "slack_app_token": workspace.app_token}
        settings = over_http.model_copy(update=tokens)
        address = await stack.enter_async_context(running(settings, clock=clock))
        yield RunningBot(address, workspace, tmp_path / "attendance.db", settings)


async def test_commands_buttons_and_forms_work_over_the_web_socket(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await bot.workspace.until(lambda: bot.workspace.sockets.open)  # it connects beside its start
    answer = await people.type(ANA, "/clockin good morning")
    assert answer.text == "In at 09:02 (Berlin). “good morning”"
    clock.advance(hours=8)
    assert (await people.press(ANA, answer, "Clock out")).text.startswith("Out at 17:02 (Berlin) after 8 h.")
    view = await people.open_form(ANA)
    await people.submit(ANA, view, date="2026-11-23", start="10:00", end="11:00")
    assert list(view.errors) == ["start"]
    await people.submit(ANA, view, date="2026-11-20", start="10:00", end="11:00")
    assert "Recorded: Fri 20 Nov 2026, 10:00 to 11:00 (Berlin), 1 h." in view.shown


async def test_without_a_signing_secret_nothing_is_taken_over_http(bot: RunningBot) -> None:
    body = b"command=%2Fclockin&team_id=T0PRACTICE&user_id=U0ANA"
    bot.workspace.bot_url = f"{bot.address}/slack/events"
    assert (await bot.workspace.deliver_raw(body, bot.workspace.sign(body))).status == 404
