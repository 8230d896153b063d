"""Each chat platform has its own background jobs, and one that is away holds up no other."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Collection, Coroutine, Iterator, Sequence
from typing import Any

from bot.app import in_background
from bot.errors import DirectoryUnavailable, UnknownGroup
from bot.notifications.rounds import ServedPlatform, rounds_of
from bot.runtime.budgets import DirectCalls
from bot.runtime.outbox_sender import Message, NotSent, Way
from bot.runtime.services import Profile, Services
from bot.workspaces.served_workspaces import ensure_workspace
from storage import outbox
from storage.database import Database, Transaction
from storage.people import Platform
from tests.builders import ADMIN, TENANT, workplace
from tests.conftest import WORKSPACE


class Chat:
    """Takes messages, or is away."""

    def __init__(self, platform: Platform, *workspace_ids: str, is_away: bool = False) -> None:
        self.platform, self.workspace_ids, self.is_away = platform, workspace_ids, is_away
        self.asked = 0
        self.taken: list[str] = []
        self.outcomes: list[str] = []
        self.has_taken = asyncio.Event()

    async def served(self) -> Sequence[str]:
        self.asked += 1
        if self.is_away:
            raise DirectoryUnavailable("which workspace it is")
        return self.workspace_ids

    async def post(self, messages: Sequence[Message]) -> None:
        if self.is_away:
            raise NotSent("away")
        self.taken += [message.workspace_id for message in messages]
        self.has_taken.set()

    def jobs(self, services: Services) -> Iterator[Coroutine[Any, Any, None]]:
        way, direct = Way(), DirectCalls()
        chat = ServedPlatform(
            self.platform, self.served, self.post, way, direct, self.outcomes.append, nobody, nobody_there
        )
        return rounds_of(chat, services)


async def nobody(workspace_id: str, group_id: str) -> Collection[str]:
    raise UnknownGroup(group_id)


async def nobody_there(workspace_id: str) -> AsyncIterator[Sequence[Profile]]:
    yield []


async def with_messages(database: Database) -> Services:
    """A workspace of each platform, with a message to somebody in it."""
    services = await workplace(database, {})
    await ensure_workspace(services, TENANT)

    def write(tx: Transaction) -> None:
        for workspace_id in (WORKSPACE, TENANT):
            outbox.add(tx.connection, workspace_id, ADMIN.user_id, outbox.TEXT, tx.now, facts={"text": "news"})

    await database.write(write)
    return services


async def test_a_platform_that_is_away_leaves_the_others_messages_alone(database: Database) -> None:
    services = await with_messages(database)
    for away, well in (
        (Chat(Platform.SLACK, WORKSPACE, is_away=True), Chat(Platform.TEAMS, TENANT)),
        (Chat(Platform.TEAMS, TENANT, is_away=True), Chat(Platform.SLACK, WORKSPACE)),
    ):
        async with in_background(*away.jobs(services), *well.jobs(services)), asyncio.timeout(10):
            await well.has_taken.wait()
        assert well.taken == list(well.workspace_ids)


async def test_a_platform_is_not_asked_for_what_waits_on_another(database: Database) -> None:
    """While Slack's workspace isn't known, each question goes to Slack itself."""
    services = await with_messages(database)
    teams, slack = Chat(Platform.TEAMS, TENANT), Chat(Platform.SLACK, is_away=True)
    await database.write(lambda tx: outbox.give_up_all(tx.connection, WORKSPACE, tx.now))
    async with in_background(*slack.jobs(services), *teams.jobs(services)), asyncio.timeout(10):
        await teams.has_taken.wait()
    assert (teams.taken, slack.asked) == ([TENANT], 0)
