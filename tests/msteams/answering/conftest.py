"""The bot as `attendance serve` runs it, in the practice service of Teams."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack

import pytest

from bot.practice.msteams.service import TeamsService
from tests.both_chats.conftest import in_teams
from tests.both_chats.doors import ADA, ANA, BEN, TeamsDoor
from tests.conftest import Clock


@pytest.fixture
async def chat(database_url: str, clock: Clock) -> AsyncIterator[TeamsDoor]:
    async with AsyncExitStack() as stack:
        yield await in_teams(stack, database_url, clock, (ANA, BEN, ADA))


@pytest.fixture
def teams(chat: TeamsDoor) -> TeamsService:
    return chat.teams
