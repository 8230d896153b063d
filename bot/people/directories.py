"""The directories of all chat platforms as one: a workspace's people are looked up in its own."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta

from bot.errors import DirectoryUnavailable
from bot.people.ids import USER_IDS, platform_of
from bot.runtime.services import Directory, Profile
from storage.people import Platform

UNKNOWN_FOR = timedelta(minutes=1)
MOST_UNKNOWN = 1000


class Directories:
    """Can't ask a platform that isn't set up."""

    def __init__(self, by_platform: Mapping[Platform, Directory]) -> None:
        self._by_platform = by_platform

    async def look_up(self, workspace_id: str, user_id: str, now: datetime) -> Profile | None:
        """The person as of `now`. None if the platform doesn't know them. Raises DirectoryUnavailable."""
        platform = platform_of(workspace_id)
        directory = self._by_platform.get(platform)
        if directory is None:
            if not USER_IDS[platform].fullmatch(user_id):
                return None  # the id of another system, which the platform doesn't know either
            raise DirectoryUnavailable(user_id)
        return await directory.look_up(workspace_id, user_id, now)


class UnknownPeople:
    """Those whom a platform didn't know a moment ago. It isn't asked about them again for a minute."""

    def __init__(self) -> None:
        self._until: dict[tuple[str, str], datetime] = {}

    def has(self, workspace_id: str, user_id: str, now: datetime) -> bool:
        """Whether it was asked about them within the last minute."""
        return now < self._until.get((workspace_id, user_id), now)

    def add(self, workspace_id: str, user_id: str, now: datetime) -> None:
        """It doesn't know them."""
        whose = (workspace_id, user_id)
        self._until.pop(whose, None)  # so that the dictionary is ordered by age
        while len(self._until) >= MOST_UNKNOWN:
            del self._until[next(iter(self._until))]
        self._until[whose] = now + UNKNOWN_FOR
