"""Checks the connection to Slack for `attendance doctor`. Never shows a token or a secret."""

from __future__ import annotations

from datetime import UTC
from email.utils import parsedate_to_datetime
from urllib.parse import urlencode

import aiohttp
from slack_sdk.errors import SlackApiError
from slack_sdk.signature import SignatureVerifier
from slack_sdk.web.async_client import AsyncWebClient
from slack_sdk.web.async_slack_response import AsyncSlackResponse

from bot.runtime.services import Clock
from bot.runtime.settings import Settings
from bot.slack.app_checkup import NOTHING, Uses, check_drawings, check_manifest
from bot.slack.client import UNREACHABLE, http_session, reason_of, status_of, web_client
from bot.slack.installing import SCOPES
from bot.slack.sample_drawings import sample_drawings
from storage.checkup import Finding, broken, clocks, ok, warning

AREA = "Slack"
PATIENCE_SECONDS = 5.0
FOR_MENTIONS = "app_mentions:read"  # an app that was installed without it works, but for mentions
_SLACKS_OWN_FAULT = {"internal_error", "fatal_error", "service_unavailable"}
_PAGES = {"bot": "OAuth & Permissions", "app": "Basic Information, App-Level Tokens"}


async def check_slack(
    settings: Settings, clock: Clock, address: str | None = None, *, uses: Uses = NOTHING
) -> list[Finding]:
    """Checks the settings for Slack. `address` is the bot's public one, for example https://bot.example.com. `uses`:
    what the app's manifest should have."""
    async with http_session() as session:
        session._timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
        found = await _at_slack(settings, session, clock, uses)
        if settings.slack_app_token:
            found.append(await _socket(settings, session))
            return found
        found.append(
            await _served_at(settings.local_address, settings, session, clock, "bot", "Start attendance serve.")
        )
        if address:
            remedy = "Let the proxy forward /slack/ with bodies and headers unchanged."
            found.append(await _served_at(address.rstrip("/"), settings, session, clock, "request URL", remedy))
        return found


async def _at_slack(settings: Settings, session: aiohttp.ClientSession, clock: Clock, uses: Uses) -> list[Finding]:
    token = settings.slack_bot_token
    if token is None and settings.slack_client_id is None:
        return []  # the settings' own finding says so
    client = web_client(token or "", settings.slack_api_url, session)
    client.retry_handlers.clear()
    try:
        answer = await (client.auth_test() if token else client.api_test())
    except SlackApiError as error:
        return [_refused(error)]
    except UNREACHABLE as error:
        says = f"{settings.slack_api_url} doesn't answer ({why_unreachable(error)})."
        remedy = "Check this machine's proxy, firewall and DNS, or correct SLACK_API_URL."
        return [broken("Web API", says, remedy, area=AREA)]
    found = [ok("Web API", f"{settings.slack_api_url} answers.", area=AREA), *_time(answer, clock)]
    if not token:
        return found
    found += _token(answer)
    if (bot_id := answer.get("bot_id")) and not answer.get("is_enterprise_install"):
        found.append(await check_manifest(client, bot_id, settings.slack_configuration_token, uses))
        found.append(await check_drawings(client, await sample_drawings()))
    return found


def why_unreachable(error: BaseException) -> str:
    """Why no answer came, in words."""
    match error:
        case TimeoutError():
            return f"no answer within {PATIENCE_SECONDS:g} s"
        case aiohttp.ClientConnectorDNSError():
            return "the name isn't known"
        case aiohttp.ClientSSLError():
            return "the connection isn't secure"
        case aiohttp.ClientConnectorError():
            return "no connection"
    return "not a usable answer"


def _refused(error: SlackApiError) -> Finding:
    if status_of(error) == 429:
        return warning("Web API", "Slack limits this token's calls right now.", "Try again in a minute.", area=AREA)
    reason = reason_of(error)
    if status_of(error) >= 500 or reason in _SLACKS_OWN_FAULT:
        return warning("Web API", f"Slack has a problem of its own ({reason}).", "Try again in a minute.", area=AREA)
    remedy = (
        f"Copy SLACK_BOT_TOKEN again from the app's {_PAGES['bot']} page. If the app was removed, install it again."
    )
    return broken("bot token", f"Slack refused the bot token ({reason}).", remedy, area=AREA)


def _time(answer: AsyncSlackResponse, clock: Clock) -> list[Finding]:
    """The bot refuses requests that Slack signed more than five minutes ago."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    try:
        theirs = parsedate_to_datetime(headers["date"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError):
        return []
    now = clock()
    if abs((theirs - now).total_seconds()) < 2:  # the header has whole seconds, and took time to arrive
        theirs = now
    return [clocks("clock", "Slack's", theirs - now, area=AREA)]


def _token(answer: AsyncSlackResponse) -> list[Finding]:
    if not answer.get("bot_id"):
        remedy = f"Copy the Bot User OAuth Token from the app's {_PAGES['bot']} page."
        return [broken("bot token", "SLACK_BOT_TOKEN isn't a bot's token.", remedy, area=AREA)]
    if answer.get("is_enterprise_install"):
        says = "SLACK_BOT_TOKEN is an organization's, for many workspaces."
        remedy = "Leave it out, and set SLACK_CLIENT_ID and the others: README, Many workspaces."
        return [broken("bot token", says, remedy, area=AREA)]
    workspace = f"{answer.get('team_id')} ({answer.get('team')})"
    found = [ok("bot token", f"The bot token is for workspace {workspace}.", area=AREA)]
    headers = {name.lower(): value for name, value in answer.headers.items()}
    has = {scope.strip() for scope in str(headers.get("x-oauth-scopes") or "").split(",") if scope.strip()}
    if missing := sorted(set(SCOPES) - has):
        if missing == [FOR_MENTIONS]:
            says = f"The app lacks the scope {FOR_MENTIONS}, so nobody can write to it in channels."
            remedy = f"Add it under {_PAGES['bot']}, Scopes, as in manifest.yml, and install the app again."
            return [*found, warning("scopes", says, remedy, area=AREA)]
        remedy = f"Add them under {_PAGES['bot']}, Scopes, as in manifest.yml, and install the app again."
        return [*found, broken("scopes", f"The app lacks scopes: {', '.join(missing)}.", remedy, area=AREA)]
    if more := sorted(has - set(SCOPES)):
        remedy = "Remove them, as in manifest.yml. A token should only be able to do what the bot needs."
        says = f"The app has scopes that the bot doesn't need: {', '.join(more)}."
        return [*found, warning("scopes", says, remedy, area=AREA)]
    return [*found, ok("scopes", "The app has the scopes of manifest.yml.", area=AREA)]


async def _socket(settings: Settings, session: aiohttp.ClientSession) -> Finding:
    client = AsyncWebClient(base_url=settings.slack_api_url, session=session)
    try:
        await client.apps_connections_open(app_token=str(settings.slack_app_token))
    except SlackApiError as error:
        remedy = (
            f"Create SLACK_APP_TOKEN again ({_PAGES['app']}) with the scope connections:write, and enable Socket Mode."
        )
        says = f"Slack refused the app-level token ({reason_of(error)})."
        return broken("Socket Mode", says, remedy, area=AREA)
    except UNREACHABLE as error:
        remedy = "Check this machine's proxy, firewall and DNS."
        return broken("Socket Mode", f"Slack doesn't answer ({why_unreachable(error)}).", remedy, area=AREA)
    return ok("Socket Mode", "Slack accepts connections over Socket Mode.", area=AREA)


async def _served_at(
    address: str, settings: Settings, session: aiohttp.ClientSession, clock: Clock, name: str, remedy: str
) -> Finding:
    """Sends the signed request with which Slack checks a request URL."""
    url = f"{address}/slack/events"
    body = urlencode({"ssl_check": "1"})
    headers = {"Content-Type": "application/x-www-form-urlencoded"}
    if secret := settings.slack_signing_secret:
        at = str(int(clock().timestamp()))
        signature = SignatureVerifier(secret).generate_signature(timestamp=at, body=body)
        headers |= {"X-Slack-Request-Timestamp": at, "X-Slack-Signature": str(signature)}
    try:
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as response:
            status = response.status
    except UNREACHABLE as error:
        says = f"Nothing answers at {url} ({why_unreachable(error)})."
        return warning(name, says, remedy, area=AREA)
    if status == 200 or (status == 401 and not secret):
        return ok(name, f"The bot answers at {url}.", area=AREA)
    if status == 401:
        says = f"The bot at {url} runs with another signing secret, or with a wrong clock."
        return broken(name, says, "Restart attendance serve, or correct SLACK_SIGNING_SECRET here.", area=AREA)
    return broken(name, f"{url} answers with status {status}.", remedy, area=AREA)
