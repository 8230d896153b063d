"""Behind the scenes: the requests, how Slack behaves, and the clock."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta
from typing import TYPE_CHECKING

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.practice.exchanges import KEPT, LONGEST_BODY, Exchange
from bot.practice.failure_modes import MOODS
from bot.practice.workspace import Workspace
from tests.practice.conftest import later

if TYPE_CHECKING:
    from tests.practice.conftest import ScriptedBot


def section(words: str) -> dict[str, object]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": words}}


def newest(workspace: Workspace) -> Exchange:
    return workspace.exchanges.kept[-1]


async def test_a_command_is_kept_with_its_signature_and_its_answer(workspace: Workspace, bot: ScriptedBot) -> None:
    bot.answers = [{"text": "You are in."}]
    await workspace.command("U0ANA", "/clockin", "early")

    [kept] = workspace.exchanges.kept
    assert (kept.direction, kept.kind, kept.limit, kept.failure) == ("to-bot", "command /clockin", 3000, None)
    assert kept.request["headers"]["X-Slack-Signature"].startswith("v0=")
    assert "text=early" in kept.request["body"]
    assert kept.answer is not None
    assert (kept.answer["status"], json.loads(kept.answer["body"])) == (200, {"text": "You are in."})
    assert kept.milliseconds is not None
    assert 0 < kept.milliseconds < 3000


async def test_a_call_of_the_bot_is_kept_without_its_token(workspace: Workspace, api: AsyncWebClient) -> None:
    with pytest.raises(SlackApiError):
        await api.chat_postMessage(channel="C0NOWHERE", text="Hello")

    kept = newest(workspace)
    assert (kept.direction, kept.kind, kept.limit) == ("from-bot", "chat.postMessage", None)
    assert kept.failure == "channel_not_found"
    assert kept.request["headers"]["Authorization"] == "Bearer xoxb-…"
    assert workspace.bot_token not in json.dumps(kept.request)


async def test_late_answers_are_kept_and_answers_that_cant_be_shown_are_failures(
    workspace: Workspace, bot: ScriptedBot
) -> None:
    bot.answers = [{"text": "In.", "blocks": [section("In.") | {"type": "sektion"}]}]
    await workspace.command("U0ANA", "/clockin")
    [kept] = workspace.exchanges.kept
    assert (kept.failure or "").startswith("invalid_blocks")

    assert (await bot.respond({"text": "Later."}))[0] == 200
    assert newest(workspace).kind == "response_url"
    workspace.bot_url = "http://127.0.0.1:1/"
    await workspace.command("U0ANA", "/clockin")
    assert (newest(workspace).failure, newest(workspace).answer) == ("dispatch_failed", None)


async def test_only_the_newest_exchanges_are_kept(workspace: Workspace, api: AsyncWebClient) -> None:
    for _ in range(KEPT + 5):
        exchange = workspace.exchanges.begin("from-bot", "api.test", {})
        workspace.exchanges.end(exchange, None, None)
    await api.chat_postMessage(channel="C0GENERAL", text="x" * 30_000)
    kept = workspace.exchanges.kept
    assert (len(kept), kept[-1].id) == (KEPT, KEPT + 6)
    assert len(kept[-1].request["body"]) < LONGEST_BODY + 50


async def test_a_mood_applies_to_every_call_until_it_is_well_again(workspace: Workspace, api: AsyncWebClient) -> None:
    workspace.set_mood("limited")
    for call in (api.users_info, api.chat_postMessage):
        with pytest.raises(SlackApiError, match="ratelimited") as raised:
            await call(user="U0ANA", channel="C0GENERAL", text="x")
        assert int(raised.value.response.headers["Retry-After"]) > 0
    workspace.set_mood("failing")
    with pytest.raises(SlackApiError) as failed:
        await api.auth_test()
    assert failed.value.response.status_code == 500
    workspace.set_mood("well")
    assert (await api.auth_test())["ok"]
    with pytest.raises(LookupError):
        workspace.set_mood("cheerful")
    assert set(MOODS) == {"well", "slow", "limited", "failing", "silent"}


async def test_the_clock_only_goes_forward_and_everything_follows_it(workspace: Workspace, bot: ScriptedBot) -> None:
    bot.answers = [{"text": "In."}]
    await workspace.command("U0ANA", "/clockin")
    version, before = workspace.version, workspace.time.now()
    later(workspace, days=40)
    assert workspace.version > version
    assert timedelta(days=40) <= workspace.time.now() - before < timedelta(days=40, seconds=5)

    assert float(workspace.post("C0GENERAL", "U0ANA", "Hello").ts) >= (before + timedelta(days=40)).timestamp()
    assert (await bot.respond({"text": "Late."}))[0] == 404
    await workspace.open_home("U0ANA")
    assert bot.last["event_time"] >= int((before + timedelta(days=40)).timestamp())
    for wrong in (
        before,
        workspace.time.now() + timedelta(days=80_000),
        workspace.time.now().replace(tzinfo=None),
        datetime.max.replace(tzinfo=UTC),
    ):
        with pytest.raises(ValueError, match="forward"):
            workspace.time.move_to(wrong)
