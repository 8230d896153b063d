"""Which workspace the bot serves: asked from the chat platform, and stored in the ledger for when it can't be
reached."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from datetime import datetime
from typing import Protocol

import structlog

from bot.errors import DirectoryUnavailable, TokenRefused
from bot.people.audit_entries import Action, record_audit_entry
from bot.people.ids import platform_of
from bot.permissions import Caller, Via
from bot.runtime.services import Services
from storage import installations, outbox, people
from storage.database import Transaction
from storage.errors import Unavailable
from storage.people import Platform

log = structlog.get_logger(__name__)

DEFAULT_ZONE = "UTC"  # for people and offices without a zone of their own, until the workspace sets one
PATIENCE_SECONDS = 1.5  # of the 3 that Slack gives a command
ASK_AGAIN_SECONDS = 60.0


class Workspaces(Protocol):
    """The workspaces of a chat platform that this bot serves."""

    async def served(self) -> Sequence[str]:
        """Their ids. Raises DirectoryUnavailable while they aren't known."""
        ...

    async def serves(self, workspace_id: str) -> bool:
        """Whether it is one of them. Raises DirectoryUnavailable while that isn't known."""
        ...


class NamedWorkspaces:
    """Those that the settings name."""

    def __init__(self, workspace_ids: Sequence[str]) -> None:
        self._workspace_ids = workspace_ids

    async def served(self) -> Sequence[str]:
        """Their ids, in the order of the settings."""
        return self._workspace_ids

    async def serves(self, workspace_id: str) -> bool:
        """Whether it is one of them."""
        return workspace_id in self._workspace_ids


class SlackWorkspaces(Workspaces, Protocol):
    """One in Slack by its token, or all that installed the bot: Slack tells who did, and who removed it."""

    async def meet(self, organisation_id: str, workspace_id: str) -> None:
        """The platform speaks of a workspace, and of an organisation that installed the bot for all of its own."""
        ...

    async def granted(self, organisation_id: str, workspace_ids: Sequence[str]) -> None:
        """The organisation added the bot to the workspaces."""
        ...

    async def revoked(self, organisation_id: str, workspace_ids: Sequence[str], at: datetime) -> None:
        """The organisation removed the bot from the workspaces at that time."""
        ...

    async def uninstalled(self, workspace_id: str, at: datetime) -> None:
        """The platform says that the bot was removed from the workspace, or from the whole organisation, at that
        time."""
        ...


class HomeWorkspace:
    """The workspace of a bot that serves only one in Slack."""

    def __init__(self, services: Services, ask: Callable[[], Awaitable[str]]) -> None:
        self._services = services
        self._ask = ask
        self._workspace_id: str | None = None

    async def ask_platform(self) -> str:
        """Asks the chat platform, however long that takes. Raises DirectoryUnavailable or TokenRefused."""
        workspace_id = await self._ask()
        await ensure_workspace(self._services, workspace_id)
        await self._services.database.write(lambda tx: installations.resume(tx.connection, workspace_id, tx.now))
        self._workspace_id = workspace_id
        return workspace_id

    async def served(self) -> Sequence[str]:
        """The id of the one workspace."""
        return [await self.id()]

    async def serves(self, workspace_id: str) -> bool:
        """Whether it is that workspace."""
        return workspace_id == await self.id()

    async def meet(self, organisation_id: str, workspace_id: str) -> None:
        """It serves its one workspace only."""

    async def granted(self, organisation_id: str, workspace_ids: Sequence[str]) -> None:
        """As above."""

    async def revoked(self, organisation_id: str, workspace_ids: Sequence[str], at: datetime) -> None:
        """As `uninstalled`, for those of the workspaces that it serves."""
        for workspace_id in workspace_ids:
            if await self.serves(workspace_id):
                await self.uninstalled(workspace_id, at)

    async def uninstalled(self, workspace_id: str, at: datetime) -> None:
        """API tokens and webhooks end, until the bot starts with a token that the platform takes. Its own stays in the
        settings."""

        def write(tx: Transaction) -> None:
            if installations.end_with_token_in_settings(tx.connection, workspace_id, at):
                outbox.give_up_all(tx.connection, workspace_id, tx.now)
                record_audit_entry(tx, Caller(workspace_id, "", Via.SYSTEM), Action.UNINSTALL, workspace_id, {})

        if await self.serves(workspace_id):
            await self._services.database.write(write)
        log.error("bot-removed", workspace_id=workspace_id, remedy="install it again, copy SLACK_BOT_TOKEN, restart")

    async def id(self) -> str:
        """The workspace's id: the one found at the start, else the stored one, else the platform is asked.

        Raises DirectoryUnavailable if the platform doesn't answer in time.
        """
        if self._workspace_id is not None:
            return self._workspace_id
        in_slack = await self._services.database.read(lambda tx: people.all_workspaces(tx.connection, Platform.SLACK))
        if len(in_slack) == 1:
            return in_slack[0].workspace_id
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self.ask_platform()
        except (DirectoryUnavailable, TimeoutError) as error:
            raise DirectoryUnavailable("auth.test") from error

    async def ask_until_known(self) -> None:
        """Asks once a minute if the platform didn't answer at the start."""
        while self._workspace_id is None:
            await asyncio.sleep(ASK_AGAIN_SECONDS)
            try:
                await self.ask_platform()
            except TokenRefused as error:
                log.error("token-refused", reason=str(error), remedy="copy SLACK_BOT_TOKEN anew, and restart")
            except (DirectoryUnavailable, Unavailable) as error:
                log.warning("workspace-not-learnt", kind=type(error).__name__, reason=str(error))


async def ensure_workspace(services: Services, workspace_id: str) -> None:
    """Stores a workspace when it is first seen."""
    await services.database.write(lambda tx: add_workspace(tx, workspace_id))


def add_workspace(tx: Transaction, workspace_id: str) -> None:
    """The same, in a transaction that is under way."""
    platform = platform_of(workspace_id)
    people.add_workspace_if_new(tx.connection, workspace_id, platform=platform, zone=DEFAULT_ZONE, at=tx.now)
