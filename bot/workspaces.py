"""Which workspace the bot serves: learnt from the chat platform, remembered in the ledger for when that is away."""

from __future__ import annotations

from collections.abc import Awaitable, Callable

from bot.refusals import DirectoryUnavailable, TokenRefused
from bot.services import Services
from storage import people

DEFAULT_ZONE = "UTC"  # for people and offices without a zone of their own, until the workspace sets one


class HomeWorkspace:
    """The one workspace of a bot that was installed in one."""

    def __init__(self, services: Services, ask: Callable[[], Awaitable[str]]) -> None:
        self._services = services
        self._ask = ask
        self._workspace_id: str | None = None

    async def id(self) -> str:
        """The workspace's id. Raises DirectoryUnavailable where it was never learnt and can't be learnt now."""
        if self._workspace_id is None:
            try:
                workspace_id = await self._ask()
            except TokenRefused:
                raise
            except DirectoryUnavailable:
                remembered = await self._services.database.read(lambda tx: people.all_workspaces(tx.connection))
                if len(remembered) != 1:
                    raise
                return remembered[0].workspace_id
            await remember(self._services, workspace_id)
            self._workspace_id = workspace_id
        return self._workspace_id


async def remember(services: Services, workspace_id: str) -> None:
    """Writes a workspace down on first sight."""
    await services.database.write(
        lambda tx: people.meet_workspace(tx.connection, workspace_id, zone=DEFAULT_ZONE, at=tx.now)
    )
