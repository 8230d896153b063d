"""Asks Teams once a night about everybody who has a chat with the bot. It has no list of people, and tells of nobody
who leaves."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Sequence
from dataclasses import replace

from bot.errors import DirectoryUnavailable
from bot.msteams.directory import TeamsDirectory
from bot.people.nightly_list import Pages
from bot.runtime.services import Profile
from storage import msteams, people
from storage.database import Database, Transaction

PAGE = 48  # people
AT_ONCE = 4  # about 10 of the 50 calls a second: at three o'clock somewhere else it is morning


def people_pages(database: Database, directory: TeamsDirectory) -> Pages:
    """Those of a workspace as they are now. Left out is whom the service couldn't say anything about."""

    async def pages(workspace_id: str) -> AsyncIterator[Sequence[Profile]]:
        known = await database.read(lambda tx: _with_chats(tx, workspace_id))
        places = asyncio.Semaphore(AT_ONCE)
        for start in range(0, len(known), PAGE):
            found = await asyncio.gather(*(checked(profile, places) for profile in known[start : start + PAGE]))
            yield [profile for profile in found if profile is not None]

    async def checked(profile: Profile, places: asyncio.Semaphore) -> Profile | None:
        async with places:
            now = database.clock()
            try:
                found = await directory.look_up(profile.workspace_id, profile.user_id, now)
            except DirectoryUnavailable:
                return None
        return found or replace(profile, deactivated=True, refreshed_at=now)

    return pages


def _with_chats(tx: Transaction, workspace_id: str) -> list[Profile]:
    """Of others a roster can't say for sure that they left."""
    met = people.get_many(tx.connection, workspace_id)
    contacts = msteams.find_people(tx.connection, workspace_id, met)
    return [one for one in met.values() if one.user_id in contacts and contacts[one.user_id].conversation_id]
