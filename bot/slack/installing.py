"""Installing the bot in many workspaces: `/slack/install`, and Slack's events about its removal.

Bolt does the OAuth flow (docs.slack.dev/authentication/installing-with-oauth); the database keeps the installation.
"""

from __future__ import annotations

import base64
import hashlib
import html
import logging
from collections.abc import Awaitable, Callable, Sequence
from datetime import UTC, datetime, timedelta

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response, to_bolt_request
from slack_bolt.async_app import AsyncApp
from slack_bolt.error import BoltError
from slack_bolt.kwargs_injection.async_args import AsyncArgs
from slack_bolt.oauth.async_callback_options import AsyncCallbackOptions, AsyncFailureArgs, AsyncSuccessArgs
from slack_bolt.oauth.async_oauth_flow import AsyncOAuthFlow
from slack_bolt.oauth.async_oauth_settings import AsyncOAuthSettings
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_bolt.response import BoltResponse
from slack_sdk.oauth.installation_store.async_installation_store import AsyncInstallationStore
from slack_sdk.oauth.installation_store.models.installation import Installation
from slack_sdk.oauth.state_store.async_state_store import AsyncOAuthStateStore
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import DirectoryUnavailable
from bot.runtime.services import Clock
from bot.slack import sentences
from bot.slack.client import UNREACHABLE
from bot.slack.listener import Edge
from bot.wording.catalogue import _
from bot.workspaces.installations import STATE_LIVES, Credentials, InstalledWorkspaces, Renew
from storage.errors import Unavailable

log = structlog.get_logger(__name__)

SCOPES = ("commands", "chat:write", "files:write", "im:history", "usergroups:read", "users:read")
"""The same as in manifest.yml."""

Step = Callable[[AsyncBoltRequest], Awaitable[BoltResponse]]


def register(app: AsyncApp, edge: Edge) -> None:
    """Listens for the bot's removal. After an error Slack gets no acknowledgement and sends the event again."""

    async def removed(args: AsyncArgs) -> None:
        at = datetime.fromtimestamp(int(args.body.get("event_time") or 0), UTC)
        await edge.workspaces.uninstalled(args.context.team_id or "", at + timedelta(seconds=1))  # Slack rounds down
        await args.ack()

    async def revoked(args: AsyncArgs) -> None:
        if args.body["event"].get("tokens", {}).get("bot"):
            await removed(args)
        else:
            await args.ack()  # a person's token: the bot keeps none

    app.event("app_uninstalled")(removed)
    app.event("tokens_revoked")(revoked)


def mount(app: web.Application, flow: AsyncOAuthFlow) -> None:
    """Serves `/slack/install` and the page Slack returns to."""

    def served(step: Step) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
        async def handle(request: web.Request) -> web.StreamResponse:
            try:
                answer = await step(await to_bolt_request(request))
            except (*UNREACHABLE, Unavailable) as error:
                log.warning("not-installed", reason=type(error).__name__)
                answer = _not_installed("away", 503)
            return await to_aiohttp_response(answer)

        return handle

    app.router.add_get("/slack/install", served(flow.handle_installation))
    app.router.add_get("/slack/oauth_redirect", served(flow.handle_callback))


def oauth_flow(
    installed: InstalledWorkspaces, client: AsyncWebClient, client_id: str, client_secret: str, clock: Clock
) -> AsyncOAuthFlow:
    """The OAuth flow behind `/slack/install`. `client` needs no token."""
    quiet = logging.getLogger("slack_bolt.oauth")
    quiet.setLevel(logging.ERROR)  # lower levels log codes that can be exchanged for a token
    settings = AsyncOAuthSettings(
        client_id=client_id,
        client_secret=client_secret,
        scopes=SCOPES,
        user_scopes=(),
        authorization_url=f"{client.base_url.removesuffix('api/')}oauth/v2/authorize",
        install_page_rendering_enabled=False,
        installation_store=_Installations(installed, clock),
        state_store=_States(installed),
        state_expiration_seconds=int(STATE_LIVES.total_seconds()),
        callback_options=AsyncCallbackOptions(success=_success, failure=_failure),
        logger=quiet,
    )
    return AsyncOAuthFlow(client=client, settings=settings, logger=quiet)


def renewer(client: AsyncWebClient, client_id: str, client_secret: str, clock: Clock) -> Renew:
    """Asks Slack for new credentials (docs.slack.dev/authentication/using-token-rotation)."""

    async def renew(refresh_token: str) -> Credentials:
        try:
            answer = await client.oauth_v2_access(
                client_id=client_id,
                client_secret=client_secret,
                grant_type="refresh_token",
                refresh_token=refresh_token,
            )
        except UNREACHABLE as error:
            raise DirectoryUnavailable("oauth.v2.access") from error
        lives = timedelta(seconds=int(answer["expires_in"]))
        return Credentials(str(answer["access_token"]), str(answer["refresh_token"]), clock() + lives)

    return renew


class _WholeOrganisation(BoltError):
    """Installed for a whole organization, which the manifest doesn't offer."""


class _Installations(AsyncInstallationStore):
    def __init__(self, installed: InstalledWorkspaces, clock: Clock) -> None:
        self._installed, self._clock = installed, clock

    async def async_save(self, installation: Installation) -> None:
        if installation.is_enterprise_install or not installation.team_id or not installation.bot_token:
            raise _WholeOrganisation
        expires_at = None
        if installation.bot_token_expires_at is not None:
            lives = installation.bot_token_expires_at - installation.installed_at
            expires_at = self._clock() + timedelta(seconds=lives)
        credentials = Credentials(installation.bot_token, installation.bot_refresh_token, expires_at)
        await self._installed.install(installation.team_id, credentials, installation.user_id)


class _States(AsyncOAuthStateStore):
    def __init__(self, installed: InstalledWorkspaces) -> None:
        self._installed = installed

    async def async_issue(self, *args: object, **kwargs: object) -> str:
        return await self._installed.issue_state()

    async def async_consume(self, state: str) -> bool:
        return await self._installed.consume_state(state)


async def _success(args: AsyncSuccessArgs) -> BoltResponse:
    return _page(200, sentences.INSTALLED, sentences.BEGIN)


async def _failure(args: AsyncFailureArgs) -> BoltResponse:
    reason = "whole_organisation" if isinstance(args.error, _WholeOrganisation) else args.reason
    known = reason in sentences.WHY_NOT_INSTALLED
    log.warning("not-installed", reason=reason if known else "unknown")  # anyone can call the address with any reason
    return _not_installed(reason, 400 if isinstance(args.error, _WholeOrganisation) else args.suggested_status_code)


def _not_installed(reason: str, status: int) -> BoltResponse:
    why = sentences.WHY_NOT_INSTALLED.get(reason, _("Something went wrong. Please try again."))
    return _page(status, sentences.NOT_INSTALLED, why, again=True)


_STYLE = "body{font:18px/1.5 system-ui,sans-serif;max-width:34rem;margin:18vh auto;padding:0 1rem}"
_STYLE_HASH = base64.b64encode(hashlib.sha256(_STYLE.encode()).digest()).decode()


def _page(status: int, title: str, sentence: str, *, again: bool = False) -> BoltResponse:
    """A page that loads nothing and runs no script."""
    link = f'<p><a href="/slack/install">{sentences.AGAIN}</a></p>' if again else ""
    body = (
        f'<!doctype html><html lang="en"><meta charset="utf-8"><meta name="viewport" content="width=device-width">'
        f"<title>{html.escape(title, quote=False)}</title><style>{_STYLE}</style>"
        f"<h1>{html.escape(title, quote=False)}</h1><p>{html.escape(sentence, quote=False)}</p>{link}"
    )
    headers: dict[str, str | Sequence[str]] = {
        "Content-Type": "text/html; charset=utf-8",
        "Content-Security-Policy": f"default-src 'none'; style-src 'sha256-{_STYLE_HASH}'; frame-ancestors 'none'",
        "Referrer-Policy": "no-referrer",  # the address contains a code
        "Cache-Control": "no-store",
    }
    return BoltResponse(status=status, body=body, headers=headers)
