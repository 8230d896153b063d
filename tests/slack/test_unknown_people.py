"""Ids that Slack does not know cost it one question a minute, however often somebody tries them."""

from __future__ import annotations

from collections.abc import AsyncIterator

import pytest

from bot.people import directories
from bot.practice.model import Fault
from bot.practice.people import Member
from bot.slack.client import SlackDirectory, http_session, one_client, web_client
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.slack.conftest import People


@pytest.fixture
async def directory(bot: RunningBot) -> AsyncIterator[SlackDirectory]:
    async with http_session() as http:
        yield SlackDirectory(
            one_client(web_client(bot.settings.slack_bot_token or "", bot.settings.slack_api_url, http))
        )


def asked(bot: RunningBot) -> list[str]:
    return [str(call.arguments["user"]) for call in bot.workspace.calls if call.method == "users.info"]


async def test_a_stranger_who_types_again_and_again_is_looked_up_once_a_minute(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    stranger = Member("U0STRANGER", "stranger", "A Stranger", "Europe/Berlin")
    bot.workspace.members[stranger.id] = stranger
    bot.workspace.faults["users.info"] = Fault(error="user_not_found")
    for _ in range(3):
        answer = await people.type(stranger.id, "/clockin")
        assert answer.text.startswith("⚠️ I only keep hours for members of this workspace.")
    assert asked(bot) == [stranger.id]
    del bot.workspace.faults["users.info"]
    clock.advance(seconds=59)
    assert (await people.type(stranger.id, "/clockin")).text.startswith("⚠️ I only keep hours")
    clock.advance(seconds=1)
    assert (await people.type(stranger.id, "/clockin")).text == "✅ *Clocked in at 09:03.*"
    assert asked(bot) == [stranger.id, stranger.id]


async def test_an_id_unknown_in_one_workspace_can_be_known_in_another(
    bot: RunningBot, directory: SlackDirectory, clock: Clock
) -> None:
    bot.workspace.faults["users.info"] = Fault(error="user_not_found", times=1)
    assert await directory.look_up("T0OTHER", "U0ANA", clock()) is None
    found = await directory.look_up(WORKSPACE, "U0ANA", clock())
    assert found is not None
    assert found.name == "Ana Silva"


async def test_no_more_strangers_are_remembered_than_fit(
    bot: RunningBot, directory: SlackDirectory, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(directories, "MOST_UNKNOWN", 2)
    for user_id in ("U0ONE", "U0TWO", "U0THREE", "U0THREE", "U0TWO", "U0ONE"):
        assert await directory.look_up(WORKSPACE, user_id, clock()) is None
    assert asked(bot) == ["U0ONE", "U0TWO", "U0THREE", "U0ONE"]


@pytest.mark.parametrize(
    "user_id", ["", "gd-7", "cli:root", "u0ana", "U0ANA\n", "7faf8ab2-9d1c-4b7a-8a3e-0c1d2e3f4a5b"]
)
async def test_slack_is_only_asked_about_ids_of_its_own(
    bot: RunningBot, directory: SlackDirectory, clock: Clock, user_id: str
) -> None:
    assert await directory.look_up(WORKSPACE, user_id, clock()) is None
    assert asked(bot) == []
