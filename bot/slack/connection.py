"""Connects the ledger to Slack: one workspace by its token, or all that installed the bot."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.runtime.encryption import Sealer
from bot.runtime.settings import Settings
from bot.slack.client import Clients, one_client, web_client
from bot.slack.installing import renewer
from bot.workspaces.installations import InstalledWorkspaces
from storage.database import Database


@dataclass(frozen=True, slots=True)
class Connection:
    """`client` is for calls that belong to no workspace, `clients` for calls in a workspace."""

    client: AsyncWebClient
    clients: Clients
    installed: InstalledWorkspaces | None
    """None if the bot serves only the workspace of its token."""


def connect(settings: Settings, database: Database, session: aiohttp.ClientSession) -> Connection:
    """As the settings say."""
    client = web_client(settings.slack_bot_token or "", settings.slack_api_url, session)
    if settings.slack_client_id is None:
        return Connection(client, one_client(client), None)
    assert settings.slack_client_secret is not None
    assert settings.encryption_key is not None
    renew = renewer(client, settings.slack_client_id, settings.slack_client_secret, database.clock)
    installed = InstalledWorkspaces(database, Sealer(settings.encryption_key), renew)

    async def of(workspace_id: str) -> AsyncWebClient:
        credentials = await installed.credentials(workspace_id)
        return web_client(credentials.token, settings.slack_api_url, session, workspace_id)

    return Connection(client, of, installed)
