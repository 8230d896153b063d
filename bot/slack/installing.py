"""Installing the bot in many workspaces: `/slack/install`, and Slack's events about its removal.

Bolt does the OAuth flow (docs.slack.dev/authentication/installing-with-oauth); the database keeps the installation.
"""

from __future__ import annotations

import logging
from datetime import timedelta
from typing import Any

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
from slack_sdk.web.async_client import AsyncWebClient

from bot.errors import DirectoryUnavailable
from bot.runtime.services import Clock
from bot.slack import sentences
from bot.slack.client import UNREACHABLE
from bot.slack.install_pages import page
from bot.slack.install_states import STATE_LIVES, InstallStates
from bot.slack.listener import Edge
from bot.slack.organisations import ended_at, whose
from bot.wording.catalogue import _, reads_in
from bot.wording.languages import language_accepted
from bot.workspaces.installations import Credentials, InstalledWorkspaces, Renew, StateUsed
from storage.errors import Unavailable

log = structlog.get_logger(__name__)

SCOPES = ("app_mentions:read", "commands", "chat:write", "files:write", "im:history", "usergroups:read", "users:read")
"""The same as in manifest.yml."""

COOKIE = "__Host-attendance-install"  # the prefix keeps other hosts of the same domain from setting it


def register(app: AsyncApp, edge: Edge) -> None:
    """Listens for the bot's removal. After an error Slack gets no acknowledgement and sends the event again."""

    async def removed(args: AsyncArgs) -> None:
        await edge.workspaces.uninstalled(whose(args.context), ended_at(args.body))
        await args.ack()

    async def revoked(args: AsyncArgs) -> None:
        if args.body["event"].get("tokens", {}).get("bot"):
            await removed(args)
        else:
            await args.ack()  # a person's token: the bot keeps none

    app.event("app_uninstalled")(removed)
    app.event("tokens_revoked")(revoked)


def mount(app: web.Application, flow: InstallFlow) -> None:
    """Serves `/slack/install` and the page Slack returns to."""

    async def set_out(request: web.Request) -> web.StreamResponse:
        state = flow.states.issue()
        answer = web.Response(status=302, headers={"Location": await flow.consent_page(state, request)})
        answer.set_cookie(
            COOKIE,
            state,
            max_age=int(STATE_LIVES.total_seconds()),
            path="/",
            secure=True,
            httponly=True,
            samesite="Lax",
        )
        return answer

    async def came_back(request: web.Request) -> web.StreamResponse:
        reads_in(language_accepted(request.headers.get("Accept-Language", "")))
        try:
            answer = await flow.handle_callback(await to_bolt_request(request))
        except (*UNREACHABLE, Unavailable) as error:
            log.warning("not-installed", reason=type(error).__name__)
            answer = page(503, sentences.NOT_INSTALLED(), sentences.WHY_NOT_INSTALLED["away"](), again=True)
        return await to_aiohttp_response(answer)

    app.router.add_get("/slack/install", set_out)
    app.router.add_get("/slack/oauth_redirect", came_back)


def oauth_flow(
    installed: InstalledWorkspaces, client: AsyncWebClient, client_id: str, client_secret: str, clock: Clock
) -> InstallFlow:
    """The OAuth flow behind `/slack/install`. `client` needs no token."""
    quiet = logging.getLogger("slack_bolt.oauth")
    quiet.setLevel(logging.ERROR)  # lower levels log codes that can be exchanged for a token
    settings = AsyncOAuthSettings(
        client_id=client_id,
        client_secret=client_secret,
        scopes=SCOPES,
        user_scopes=(),
        authorization_url=f"{client.base_url.removesuffix('api/')}oauth/v2/authorize",
        installation_store=AsyncInstallationStore(),
        state_validation_enabled=False,  # ours writes nothing for those who set out
        callback_options=AsyncCallbackOptions(success=_success, failure=_failure),
        logger=quiet,
    )
    return InstallFlow(
        installed, InstallStates(client_secret, clock), clock, client=client, settings=settings, logger=quiet
    )


class InstallFlow(AsyncOAuthFlow):
    """Bolt's flow, with states that are signed instead of stored. A state works once: its use is noted together with
    the installation."""

    def __init__(self, installed: InstalledWorkspaces, states: InstallStates, clock: Clock, **how: Any) -> None:
        super().__init__(**how)
        self.states = states
        self._installed, self._clock = installed, clock

    async def consent_page(self, state: str, request: web.Request) -> str:
        """Slack's page that asks whether the bot may be installed."""
        return await self.build_authorize_url(state, await to_bolt_request(request))

    async def handle_callback(self, request: AsyncBoltRequest) -> BoltResponse:
        """Somebody comes back from that page."""
        if "error" not in request.query and (why := await self._refused(request)):
            return _not_installed(*why)
        return await super().handle_callback(request)

    async def _refused(self, request: AsyncBoltRequest) -> tuple[str, int] | None:
        """Why this isn't the one who set out."""
        states = request.query.get("state", [])
        if len(states) != 1 or _cookies(request) != [states[0]]:
            return "invalid_browser", 400
        if self.states.ends_at(states[0]) is None or await self._installed.is_used(states[0]):
            return "invalid_state", 401
        return None

    async def store_installation(self, request: AsyncBoltRequest, installation: Installation) -> None:
        """Raises BoltError."""
        for_organisation = bool(installation.is_enterprise_install)
        installed_id = installation.enterprise_id if for_organisation else installation.team_id
        if not installed_id or not installation.bot_token:
            raise _Incomplete
        expires_at = None
        if installation.bot_token_expires_at is not None:
            lives = installation.bot_token_expires_at - installation.installed_at
            expires_at = self._clock() + timedelta(seconds=lives)
        credentials = Credentials(installation.bot_token, installation.bot_refresh_token, expires_at)
        if (ends_at := self.states.ends_at(state := request.query["state"][0])) is None:
            raise _TooLate
        try:
            how = (installed_id, credentials, installation.user_id, (state, ends_at))
            await self._installed.install(*how, for_organisation=for_organisation)
        except StateUsed as error:
            raise _TooLate from error


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


class _Incomplete(BoltError):
    """Slack named no workspace or organization, or gave no token."""


class _TooLate(BoltError):
    """The state ended, or was used by somebody else, while Slack was asked."""


def _cookies(request: AsyncBoltRequest) -> list[str]:
    """Every cookie of ours. There are two if another host of the same domain set one."""
    pairs = (part.strip().partition("=") for header in request.headers.get("cookie", []) for part in header.split(";"))
    return [value for name, _, value in pairs if name == COOKIE]


async def _success(args: AsyncSuccessArgs) -> BoltResponse:
    is_organisation = args.installation.is_enterprise_install
    begin = sentences.BEGIN_IN_ORGANISATION if is_organisation else sentences.BEGIN
    return page(200, sentences.INSTALLED(), begin())


async def _failure(args: AsyncFailureArgs) -> BoltResponse:
    match args.error:
        case _Incomplete():
            return _not_installed("missing_code", 400)
        case _TooLate():
            return _not_installed("invalid_state", 401)
        case _:
            return _not_installed(args.reason, args.suggested_status_code)


def _not_installed(reason: str, status: int) -> BoltResponse:
    known = reason in sentences.WHY_NOT_INSTALLED
    log.warning("not-installed", reason=reason if known else "unknown")  # anyone can call the address with any reason
    why = sentences.WHY_NOT_INSTALLED[reason]() if known else _("Something went wrong. Please try again.")
    return page(status, sentences.NOT_INSTALLED(), why, again=True)
