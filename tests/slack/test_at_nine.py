"""Nine o'clock: 300 people clock in while Slack keeps its limits and takes its time."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import timedelta
from pathlib import Path

import pytest

from bot.app import running
from bot.cli.demo import demo_settings
from bot.practice.limits import Limits
from bot.practice.model import GENERAL, Message
from bot.practice.people import ADA, BOT, Member
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from bot.runtime import outbox_sender
from bot.runtime.services import Profile, Services
from bot.workspaces import workspace_settings
from storage import home_tabs, people
from storage.database import Transaction, open_database
from tests.builders import ADMIN, NobodyElse
from tests.conftest import WORKSPACE, Clock
from tests.slack.conftest import buttons

KNOWN = [Member(f"U0P{number}", f"p{number}", f"Person {number}", "Europe/Berlin") for number in range(300)]
NEW = Member("U0NEW", "new", "New Person", "Europe/Berlin")
WITH_OPEN_TABS = [member.id for member in KNOWN[:20]]
AT_ONCE = 15


@pytest.fixture
async def slack(
    tmp_path: Path, database_url: str, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> AsyncIterator[Workspace]:
    """Everybody's profile is a night old. Time passes when the test says so."""

    def fill(tx: Transaction) -> None:
        people.add_workspace_if_new(
            tx.connection, WORKSPACE, platform=people.Platform.SLACK, zone="Europe/Berlin", at=tx.now
        )
        for one in (*KNOWN, ADA):
            known = Profile(WORKSPACE, one.id, one.real_name, one.tz, one.is_admin, False, False, False, tx.now)
            people.upsert_profile(tx.connection, known, tx.now)

    def open_tabs(tx: Transaction) -> None:
        for user_id in WITH_OPEN_TABS:
            home_tabs.opened(tx.connection, WORKSPACE, user_id, clock.now, sees_others=False)

    monkeypatch.setattr(outbox_sender, "LOOK_EVERY_SECONDS", 0.05)
    database = await open_database(database_url, clock=clock)
    await database.write(fill)
    await workspace_settings.change(Services(database, NobodyElse()), ADMIN, log_channel=GENERAL)
    clock.now += timedelta(hours=12)
    await database.write(open_tabs)
    await database.close()
    async with AsyncExitStack() as stack:
        workspace = Workspace(bot_url="", team_id=WORKSPACE, members=[*KNOWN, NEW, ADA, BOT])
        address = await stack.enter_async_context(serve(workspace))
        settings = demo_settings(workspace, address, tmp_path).model_copy(update={"database_url": database_url})
        workspace.bot_url = f"{await stack.enter_async_context(running(settings, clock=clock))}/slack/events"
        workspace.limits, workspace.latency = Limits(lambda: clock.now.timestamp()), 0.12
        yield workspace


def posts(workspace: Workspace) -> list[Message]:
    return [one for one in workspace.messages if one.channel_id == GENERAL and one.visible_to is None]


def rows(workspace: Workspace) -> list[str]:
    """The lines of the log channel."""
    blocks = [block for post in posts(workspace) for block in post.blocks]
    return [block["text"]["text"] for block in blocks if block["type"] == "section"]


async def test_everybody_is_answered_and_the_log_channel_is_complete_within_90_seconds_without_a_429(
    slack: Workspace, clock: Clock
) -> None:
    everybody = [*KNOWN, NEW]
    for first in range(0, len(everybody), AT_ONCE):
        some = everybody[first : first + AT_ONCE]
        answers = await asyncio.gather(*(slack.command(member.id, "/clockin") for member in some))
        assert all("Clocked in at" in answer.messages[0].text for answer in answers), "on the acknowledgement"
    begin = clock.now
    while len(rows(slack)) < len(everybody):
        before = len(posts(slack))
        clock.advance(seconds=1.5)
        await slack.until(lambda before=before: len(posts(slack)) > before)  # type: ignore[misc]
    assert clock.now - begin < timedelta(seconds=90)
    while slack.homes.keys() < set(WITH_OPEN_TABS):
        drawn = len(slack.homes)
        clock.advance(seconds=1)
        await slack.until(lambda drawn=drawn: len(slack.homes) > drawn)  # type: ignore[misc]

    assert slack.limits is not None
    assert not slack.limits.refused
    assert slack.limits.taken["users.info"] == 1, "for the one that the bot had never seen"
    names = sorted(f"*{member.real_name}* clocked in at 21:02" for member in everybody)
    assert sorted(rows(slack)) == names

    deletes = [(post, one) for post in posts(slack) for one in buttons(post) if one["text"]["text"] == "Delete"]
    assert len({menu["action_id"] for _, menu in deletes}) == len(everybody)
    post, menu = deletes[len(deletes) // 2]
    others = [line for line in rows(slack) if post.blocks]
    await slack.press(ADA.id, post, menu["action_id"], menu["value"])
    await slack.until(lambda: any(one.visible_to == ADA.id for one in slack.visible_to(ADA.id, post.channel_id)))
    (question,) = [one for one in slack.visible_to(ADA.id, post.channel_id) if one.visible_to == ADA.id]
    (delete,) = [one for one in buttons(question) if one["text"]["text"] == "Delete"]
    await slack.press(ADA.id, question, delete["action_id"], delete["value"])
    await slack.until(lambda: post.edited)
    (struck,) = set(rows(slack)) - set(others)
    assert struck.endswith("Deleted by *Ada Clarke* at 21:02.")
    assert len(rows(slack)) == len(everybody)
