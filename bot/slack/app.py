"""Puts the Slack door together: Bolt, the edge, and the features behind it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.socket_mode.aiohttp import SocketModeClient
from slack_sdk.socket_mode.request import SocketModeRequest
from slack_sdk.web.async_client import AsyncWebClient

from bot.attendance.change_notifications import Kind
from bot.chat import sending
from bot.chat.features import router
from bot.errors import DirectoryUnavailable, TokenRefused
from bot.operations.metrics import Metrics
from bot.runtime.services import Services
from bot.runtime.settings import InvalidSettings
from bot.slack import features, home, installing, organisations, profile_events, request_verification
from bot.slack.client import Clients, Deliver, SocketOpener, deliver_text
from bot.slack.listener import Edge
from bot.slack.payload_shape import OddPayload, checked
from bot.slack.posting import in_slack
from bot.workspaces.served_workspaces import HomeWorkspace, SlackWorkspaces

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 3.0
SOCKETS = 2  # of the ten that Slack allows (docs.slack.dev/apis/events-api/using-socket-mode)
FEATURES = (
    features,
    profile_events,
    home,
    installing,
    organisations,
)
DELIVERIES: dict[str, Deliver] = {
    Kind.TEXT: deliver_text,
    Kind.HOME: home.deliver_home,
    Kind.HOMES: home.deliver_to_managers,
    **{kind: in_slack(deliver) for kind, deliver in sending.DELIVERIES.items()},
}
"""How each kind of the outbox's messages is sent."""


class Door:
    """Bolt's app with every feature registered, and the edge through which they answer."""

    def __init__(
        self,
        services: Services,
        workspaces: SlackWorkspaces,
        clients: Clients,
        slack: AsyncWebClient,
        metrics: Metrics,
    ) -> None:
        self.edge = Edge(services, workspaces, clients, slack, features.refused, metrics.slack, router())
        # The edge checks permissions. Bolt's own checks would wait for Slack before the acknowledgement.
        # The signature was verified before Bolt, and in Socket Mode requests come from Slack itself.
        bolt_log = logging.getLogger("slack_bolt")
        bolt_log.setLevel(logging.ERROR)  # it would warn that SLACK_BOT_TOKEN isn't used beside `authorize`
        self.app = AsyncApp(
            name="attendance",  # without one, Bolt walks through every frame and module to find its file's
            logger=bolt_log,
            authorize=_authorize,
            process_before_response=True,
            request_verification_enabled=False,
        )
        for feature in FEATURES:
            feature.register(self.app, self.edge)
        features.register_outdated(self.app, self.edge)


def mount(web_app: web.Application, door: Door, signing_secret: str) -> None:
    """Serves `/slack/events` over HTTP."""
    web_app.router.add_post("/slack/events", request_verification.slack_events(door.app, signing_secret))


@asynccontextmanager
async def socket_mode(door: Door, app_token: str, api_url: str) -> AsyncIterator[None]:
    """Takes requests over Slack's web sockets while the block runs. Needs no public address.

    Slack ends each socket now and then; meanwhile requests come over the other. Connects in the background, so that the
    API serves while Slack can't be reached.
    """
    handlers = [_SocketHandler(door.app, app_token, web_client=SocketOpener(base_url=api_url)) for _ in range(SOCKETS)]
    connecting = [asyncio.create_task(handler.connect_async()) for handler in handlers]  # type: ignore[no-untyped-call]  # Bolt's own gap
    try:
        yield
    finally:
        for task in connecting:
            task.cancel()
        await asyncio.gather(*(handler.close_async() for handler in handlers))  # type: ignore[no-untyped-call]


class _SocketHandler(AsyncSocketModeHandler):
    """Passes what Slack sends to Bolt. What it never sends isn't acknowledged."""

    async def handle(self, client: SocketModeClient, req: SocketModeRequest) -> None:  # type: ignore[override]  # as Bolt does
        try:
            checked(req.payload)
        except OddPayload as error:
            log.warning("odd-payload", reason=str(error))
            return
        await super().handle(client, req)


async def introduce(home: HomeWorkspace) -> None:
    """Finds out the workspace at start. If Slack doesn't answer, the first requests ask again.

    Raises InvalidSettings for a token that Slack refuses.
    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await home.ask_platform()
    except TokenRefused as error:
        raise InvalidSettings(
            f"Slack refused SLACK_BOT_TOKEN ({error}). Copy it again from the app's OAuth & Permissions page."
        ) from error
    except (DirectoryUnavailable, TimeoutError):
        log.warning("slack-does-not-answer", remedy="the bot keeps serving, and asks Slack again later")


async def _authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
    """Bolt should do nothing here: the edge looks up the workspace and its token."""
    return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id)
