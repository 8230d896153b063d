"""Connects the bot to Microsoft Teams: its token, and the Bot Connector that takes what it says."""

from __future__ import annotations

from dataclasses import dataclass

import aiohttp

from bot.msteams.access_tokens import AccessTokens
from bot.msteams.connector import Connector
from bot.runtime.settings import Settings


@dataclass(frozen=True, slots=True)
class Connection:
    """The connector, and the token for it."""

    connector: Connector
    tokens: AccessTokens


def connected_to_teams(settings: Settings, session: aiohttp.ClientSession) -> Connection:
    """As the settings say, which name the bot. Its token is from the tenant of its registration, the first one."""
    app_id, secret, tenants = settings.teams_app_id, settings.teams_app_secret, settings.teams_tenant_id
    assert app_id is not None
    assert secret is not None
    tokens = AccessTokens(session, settings.teams_login_url, tenants[0], app_id, secret)
    return Connection(Connector(session, tokens, app_id), tokens)
