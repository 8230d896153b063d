"""The chat platforms as commands reach them, and the workspace that a command acts on."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field

import aiohttp

from bot.people.ids import WORKSPACE_IDS, as_kept, platform_of
from bot.people.user_groups import ReadGroup
from bot.runtime.services import Directory, Services
from bot.runtime.settings import InvalidSettings, Settings
from bot.workspaces.served_workspaces import ensure_workspace
from storage import people
from storage.database import Database
from storage.people import Platform

Ask = Callable[[], Awaitable[str]]


@dataclass(frozen=True, slots=True)
class Chats:
    """Those that the settings name. `ask` returns the workspace of Slack's token, `tenants` are those of Teams."""

    directories: dict[Platform, Directory] = field(default_factory=dict)
    group_readers: dict[Platform, ReadGroup] = field(default_factory=dict)
    ask: Ask | None = None
    tenants: Sequence[str] = ()


def connected(settings: Settings, database: Database, session: aiohttp.ClientSession) -> Chats:
    """Imports only what the settings name."""
    ask: Ask | None = None
    directories: dict[Platform, Directory] = {}
    readers: dict[Platform, ReadGroup] = {}
    if settings.slack_bot_token or settings.slack_client_id:
        from bot.slack.client import SlackDirectory, workspace_of
        from bot.slack.connection import connect
        from bot.slack.user_groups import group_reader

        slack = connect(settings, database, session)
        directories[Platform.SLACK], readers[Platform.SLACK] = (
            SlackDirectory(slack.clients),
            group_reader(slack.clients),
        )
        ask = None if slack.installed else lambda: workspace_of(slack.client)
    if settings.teams_app_id:
        from bot.msteams import channels
        from bot.msteams.connection import connected_to_teams
        from bot.msteams.directory import TeamsDirectory

        connector = connected_to_teams(settings, session).connector
        directories[Platform.TEAMS] = TeamsDirectory(database, connector)
        readers[Platform.TEAMS] = channels.group_reader(database, connector)
    return Chats(directories, readers, ask, settings.teams_tenant_id)


async def workspace(services: Services, named: str | None, adds: bool, chats: Chats) -> str:
    """The named one, the only one in the database, or the one that the settings tell. Raises InvalidSettings."""
    workspaces = await services.database.read(lambda tx: people.all_workspaces(tx.connection))
    known = [workspace.workspace_id for workspace in workspaces]
    named = as_kept(named) if named else None
    if named in known or (named is None and len(known) == 1):
        return named or known[0]
    if not known and not adds:
        raise InvalidSettings("There's nothing in this database yet. Start with attendance serve.")
    names = ", ".join(known)
    if named is None and known:
        raise InvalidSettings(f"This database holds several workspaces. Choose one with --workspace: {names}.")
    try:
        return await _new_workspace(services, named, adds, chats)
    except InvalidSettings as error:
        raise InvalidSettings(f"{error} This database holds {names}." if names else str(error)) from error


async def _new_workspace(services: Services, named: str | None, adds: bool, chats: Chats) -> str:
    """Adds a workspace for good, so it must not be mistyped."""
    if named is not None and not any(pattern.fullmatch(named) for pattern in WORKSPACE_IDS.values()):
        like = "T012AB3CD, or in Microsoft Teams like 7faf8ab2-3c1d-4e5f-9a0b-123456789abc"
        raise InvalidSettings(f"--workspace: {named} isn't a workspace id. It looks like {like}.")
    if not adds:
        raise InvalidSettings(f"--workspace: {named} isn't in this database.")
    chosen = await _of_settings(named, chats)
    await ensure_workspace(services, chosen)
    return chosen


async def _of_settings(named: str | None, chats: Chats) -> str:
    """The named one, if the settings allow it, or the only one that they tell."""
    if named is None and not chats.ask and not chats.tenants:
        raise InvalidSettings(
            "SLACK_BOT_TOKEN and TEAMS_TENANT_ID are missing. Set one, or name the workspace with --workspace."
        )
    if named is None and (len(chats.tenants) > 1 or (chats.ask and chats.tenants)):
        raise InvalidSettings("The settings name several workspaces. Choose one with --workspace.")
    if named is not None and platform_of(named) is Platform.TEAMS:
        if chats.tenants and named not in chats.tenants:
            raise InvalidSettings(f"--workspace: {named} isn't in TEAMS_TENANT_ID. Add it there first.")
        return named
    if chats.ask is None:
        return named or chats.tenants[0]
    of_token = await chats.ask()
    if named not in (None, of_token):
        raise InvalidSettings(
            f"--workspace: {named} isn't the workspace of SLACK_BOT_TOKEN ({of_token}). Leave --workspace out."
        )
    return of_token
