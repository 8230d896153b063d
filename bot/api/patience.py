"""Bounds what a caller of the API waits for while the chat platform does not answer."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, replace
from datetime import datetime

from bot.errors import DirectoryUnavailable
from bot.services import Directory, Profile, Services

SECONDS = 5.0  # Slack's rate limits alone may ask for a minute and more, and programs give up sooner


def patient(services: Services) -> Services:
    """The same services, with look-ups of people that end in time."""
    return replace(services, directory=_Patient(services.directory))


@dataclass(frozen=True, slots=True)
class _Patient:
    directory: Directory

    async def look_up(self, workspace_id: str, user_id: str, now: datetime) -> Profile | None:
        """As the directory itself. Raises DirectoryUnavailable after a few seconds too: nothing is written by then."""
        try:
            async with asyncio.timeout(SECONDS):
                return await self.directory.look_up(workspace_id, user_id, now)
        except TimeoutError as error:
            raise DirectoryUnavailable(user_id) from error
