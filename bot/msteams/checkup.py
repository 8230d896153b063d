"""Checks the connection to Microsoft Teams for `attendance doctor`. Never shows a secret."""

from __future__ import annotations

import aiohttp

from bot.errors import TokenRefused
from bot.msteams.access_tokens import Unreachable
from bot.msteams.connection import connected_to_teams
from bot.runtime.settings import Settings
from storage.checkup import Finding, broken, ok, warning

AREA = "Teams"
PATIENCE_SECONDS = 5.0
_ON_REGISTRATION = "on the bot's registration page"
_REMEDIES = {
    "AADSTS7000215": "Copy the secret's value, not its id, into TEAMS_APP_SECRET, or make a new one "
    f"{_ON_REGISTRATION}.",
    "AADSTS7000222": f"The secret has ended. Make a new one {_ON_REGISTRATION} for TEAMS_APP_SECRET.",
    "AADSTS700016": "Copy TEAMS_APP_ID from the registration, and put the tenant of the registration first in "
    "TEAMS_TENANT_ID.",
    "AADSTS90002": "Copy TEAMS_TENANT_ID from https://entra.microsoft.com, Overview.",
}
"""By what Entra answers (learn.microsoft.com, "Microsoft Entra authentication and authorization error codes")."""


async def check_teams(settings: Settings, address: str | None = None) -> list[Finding]:
    """Checks the settings for Teams, which name the bot. `address` is the bot's public one, for example
    https://bot.example.com."""
    async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=PATIENCE_SECONDS)) as session:
        found = [await _token(settings, session), await _keys(settings, session)]
        found.append(await _served_at(settings.local_address, session, "bot", "Start attendance serve."))
        if address:
            remedy = "Let the proxy forward /teams/ with bodies and headers unchanged."
            found.append(await _served_at(address.rstrip("/"), session, "endpoint", remedy))
        return found


async def _token(settings: Settings, session: aiohttp.ClientSession) -> Finding:
    try:
        await connected_to_teams(settings, session).tokens.current()
    except TokenRefused as error:
        remedy = _REMEDIES.get(str(error), "Check TEAMS_APP_ID, TEAMS_APP_SECRET and TEAMS_TENANT_ID.")
        return broken("secret", f"Microsoft refused TEAMS_APP_SECRET ({error}).", remedy, area=AREA)
    except Unreachable as error:
        return _unreachable("secret", settings.teams_login_url, str(error))
    return ok("secret", "Microsoft gives the bot a token.", area=AREA)


async def _keys(settings: Settings, session: aiohttp.ClientSession) -> Finding:
    try:
        async with session.get(settings.teams_openid_url) as answer:
            answer.raise_for_status()
            found = (await answer.json(content_type=None))["jwks_uri"]
    except (aiohttp.ClientError, TimeoutError, OSError, LookupError, TypeError, ValueError) as error:
        return _unreachable("keys", settings.teams_openid_url, type(error).__name__)
    return ok("keys", f"Microsoft's keys are at {found}.", area=AREA)


def _unreachable(name: str, url: str, why: str) -> Finding:
    remedy = "Check this machine's proxy, firewall and DNS."
    return broken(name, f"{url} gives no usable answer ({why}).", remedy, area=AREA)


async def _served_at(address: str, session: aiohttp.ClientSession, name: str, remedy: str) -> Finding:
    """Sends a request that nobody signed, which the bot has to refuse."""
    url = f"{address}/teams/messages"
    try:
        async with session.post(url, json={"type": "message"}, allow_redirects=False) as answer:
            status = answer.status
    except (aiohttp.ClientError, TimeoutError, OSError) as error:
        return warning(name, f"Nothing answers at {url} ({type(error).__name__}).", remedy, area=AREA)
    if status == 401:
        return ok(name, f"The bot answers at {url}.", area=AREA)
    return broken(name, f"{url} answers with status {status}.", remedy, area=AREA)
