"""What stands between the bot and Slack, found by asking: for `attendance doctor`. Never shows a token or a secret."""

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
from bot.slack.client import UNREACHABLE, http_session, web_client
from bot.slack.installing import SCOPES
from storage.checkup import Finding, broken, clocks, ok, warning

AREA = "Slack"
PATIENCE_SECONDS = 5.0
_SLACKS_OWN_FAULT = {"internal_error", "fatal_error", "service_unavailable"}
_PAGES = {"bot": "OAuth & Permissions", "app": "Basic Information, App-Level Tokens"}


async def check_slack(settings: Settings, clock: Clock, address: str | None = None) -> list[Finding]:
    """Looks at what the settings say of Slack. `address` is the bot's public one, such as https://bot.example.com."""
    async with http_session() as session:
        session._timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
        found = await _at_slack(settings, session, clock)
        if settings.slack_app_token:
            found.append(await _socket(settings, session))
            return found
        local = f"http://{'127.0.0.1' if settings.host in ('0.0.0.0', '::') else settings.host}:{settings.port}"  # noqa: S104
        found.append(await _served_at(local, settings, session, clock, "bot", "Start it: attendance serve."))
        if address:
            remedy = "Let the proxy forward /slack/ with bodies and headers unchanged."
            found.append(await _served_at(address.rstrip("/"), settings, session, clock, "request URL", remedy))
        return found


async def _at_slack(settings: Settings, session: aiohttp.ClientSession, clock: Clock) -> list[Finding]:
    token = settings.slack_bot_token
    if token is None and settings.slack_client_id is None:
        remedy = "Set SLACK_BOT_TOKEN, from the app's OAuth & Permissions page."
        return [broken("bot token", "there is none to ask Slack with", remedy, area=AREA)]
    client = web_client(token or "", settings.slack_api_url, session)
    client.retry_handlers.clear()
    try:
        answer = await (client.auth_test() if token else client.api_test())
    except SlackApiError as error:
        return [_refused(error)]
    except UNREACHABLE as error:
        says = f"{settings.slack_api_url} does not answer ({type(error).__name__})"
        remedy = "Let this machine reach it (proxy, firewall, DNS), or fix SLACK_API_URL."
        return [broken("Web API", says, remedy, area=AREA)]
    found = [ok("Web API", f"{settings.slack_api_url} answers", area=AREA), *_time(answer, clock)]
    return [*found, *_token(answer)] if token else found


def _refused(error: SlackApiError) -> Finding:
    if error.response.status_code == 429:
        return warning("Web API", "Slack limits the rate of this token's calls", "Try again in a minute.", area=AREA)
    reason = str(error.response.get("error"))
    if error.response.status_code >= 500 or reason in _SLACKS_OWN_FAULT:
        return warning("Web API", f"Slack has a fault of its own ({reason})", "Try again in a minute.", area=AREA)
    remedy = (
        f"Copy SLACK_BOT_TOKEN again from the app's {_PAGES['bot']} page. If the app was removed, install it again."
    )
    return broken("bot token", f"refused by Slack ({reason})", remedy, area=AREA)


def _time(answer: AsyncSlackResponse, clock: Clock) -> list[Finding]:
    """Slack's clock counts: the bot refuses what was signed more than five minutes ago."""
    headers = {name.lower(): value for name, value in answer.headers.items()}
    try:
        theirs = parsedate_to_datetime(headers["date"]).astimezone(UTC)
    except (KeyError, ValueError, TypeError):
        return []
    now = clock()
    if abs((theirs - now).total_seconds()) < 2:  # that header has whole seconds, and travelled
        theirs = now
    return [clocks("clock", "Slack's clock", theirs - now, area=AREA)]


def _token(answer: AsyncSlackResponse) -> list[Finding]:
    if not answer.get("bot_id"):
        remedy = f"Copy the Bot User OAuth Token from the app's {_PAGES['bot']} page."
        return [broken("bot token", "it is not a bot's", remedy, area=AREA)]
    found = [ok("bot token", f"a bot's, of workspace {answer.get('team_id')} ({answer.get('team')})", area=AREA)]
    headers = {name.lower(): value for name, value in answer.headers.items()}
    has = {scope.strip() for scope in str(headers.get("x-oauth-scopes") or "").split(",") if scope.strip()}
    if missing := sorted(set(SCOPES) - has):
        remedy = f"Add under {_PAGES['bot']}, Scopes, as in manifest.yml, and install the app again."
        return [*found, broken("scopes", f"missing: {', '.join(missing)}", remedy, area=AREA)]
    if more := sorted(has - set(SCOPES)):
        remedy = "Take them away as in manifest.yml: a token should be able to do no more than the bot does."
        return [*found, warning("scopes", f"more than needed: {', '.join(more)}", remedy, area=AREA)]
    return [*found, ok("scopes", "those of manifest.yml", area=AREA)]


async def _socket(settings: Settings, session: aiohttp.ClientSession) -> Finding:
    client = AsyncWebClient(base_url=settings.slack_api_url, session=session)
    try:
        await client.apps_connections_open(app_token=str(settings.slack_app_token))
    except SlackApiError as error:
        remedy = (
            f"Create SLACK_APP_TOKEN again ({_PAGES['app']}) with the scope connections:write, and enable Socket Mode."
        )
        return broken("Socket Mode", f"refused by Slack ({error.response.get('error')})", remedy, area=AREA)
    except UNREACHABLE as error:
        remedy = "Let this machine reach Slack."
        return broken("Socket Mode", f"Slack does not answer ({type(error).__name__})", remedy, area=AREA)
    return ok("Socket Mode", "Slack opens web sockets for it", area=AREA)


async def _served_at(
    address: str, settings: Settings, session: aiohttp.ClientSession, clock: Clock, name: str, remedy: str
) -> Finding:
    """Asks as Slack does when a request URL is entered: signed, and with a word that has to come back."""
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
        says = f"nothing answers at {url} ({type(error).__name__})"
        return warning(name, says, remedy, area=AREA)
    if status == 200 or (status == 401 and not secret):
        return ok(name, f"answers at {url}", area=AREA)
    if status == 401:
        differs = "Restart attendance serve, which reads its settings at start, or fix SLACK_SIGNING_SECRET here."
        return broken(name, f"{url} was started with another signing secret, or with another clock", differs, area=AREA)
    return broken(name, f"{url} answers {status}", remedy, area=AREA)
