"""Puts the Slack door together: Bolt, the edge, and the features behind it."""

from __future__ import annotations

import asyncio
import logging
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager

import structlog
from aiohttp import web
from slack_bolt.adapter.socket_mode.aiohttp import AsyncSocketModeHandler
from slack_bolt.async_app import AsyncApp
from slack_bolt.authorization import AuthorizeResult
from slack_sdk.web.async_client import AsyncWebClient

from bot.announcing import Kind
from bot.refusals import DirectoryUnavailable, TokenRefused
from bot.services import Services
from bot.settings import InvalidSettings
from bot.slack import (
    clocking,
    clocking_blocks,
    commands,
    direct_messages,
    events,
    exporting,
    forgotten,
    guard,
    home,
    log_channel,
    members,
    offices,
    records,
    reminding,
    reporting,
    settings_form,
    teams,
    usergroups,
)
from bot.slack.client import Deliver, SocketOpener, deliver_text
from bot.slack.listener import Edge
from bot.workspaces import HomeWorkspace

log = structlog.get_logger(__name__)

PATIENCE_SECONDS = 3.0
FEATURES = (
    clocking,
    commands,
    events,
    records,
    members,
    direct_messages,
    reporting,
    exporting,
    forgotten,
    home,
    log_channel,
    reminding,
    teams,
    offices,
    settings_form,
    usergroups,
)
DELIVERIES: dict[str, Deliver] = {
    Kind.TEXT: deliver_text,
    Kind.HOME: home.deliver_one,
    Kind.HOMES: home.deliver_to_those_who_see_others,
    Kind.LOG_POST: log_channel.deliver_post,
    Kind.LOG_UPDATE: log_channel.deliver_update,
    Kind.STILL_WORKING: reminding.deliver_question,
    Kind.REMIND_IN: reminding.deliver_clock_in,
    Kind.REPORT: reminding.deliver_summary,
}
"""How each kind of the outbox's messages is sent."""


class Door:
    """Bolt's app with every feature registered, and the edge that they answer through."""

    def __init__(self, services: Services, home: HomeWorkspace, client: AsyncWebClient) -> None:
        self.client = client
        self.edge = Edge(services, home, client, clocking_blocks.refused)
        # Who may do what is looked up by the edge: Bolt's own look-ups would wait for Slack before the acknowledgement.
        # The guard has verified the signature, and in Socket Mode Slack itself holds the other end.
        bolt_log = logging.getLogger("slack_bolt")
        bolt_log.setLevel(logging.ERROR)  # it would warn that SLACK_BOT_TOKEN is not used where `authorize` is
        self.app = AsyncApp(
            logger=bolt_log,
            authorize=_authorize_as(client.token or ""),
            process_before_response=True,
            request_verification_enabled=False,
        )
        for feature in FEATURES:
            feature.register(self.app, self.edge)

    async def close(self) -> None:
        """Finishes answers under way."""
        await self.edge.close()


def mount(web_app: web.Application, door: Door, signing_secret: str) -> None:
    """Serves `/slack/events` over HTTP."""
    web_app.router.add_post("/slack/events", guard.slack_events(door.app, signing_secret))


@asynccontextmanager
async def socket_mode(door: Door, app_token: str) -> AsyncIterator[None]:
    """Takes requests over Slack's web socket while the block runs: no public address needed.

    Connecting goes on beside it: while Slack is away, the API serves.
    """
    handler = AsyncSocketModeHandler(door.app, app_token, web_client=SocketOpener(base_url=door.client.base_url))
    connecting = asyncio.create_task(handler.connect_async())  # type: ignore[no-untyped-call]  # Bolt's own gap
    try:
        yield
    finally:
        connecting.cancel()
        await handler.close_async()  # type: ignore[no-untyped-call]


async def introduce(home: HomeWorkspace) -> None:
    """Learns the workspace at start where Slack answers; where it does not, requests ask again.

    Raises InvalidSettings for a token that Slack refuses.
    """
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await home.learn()
    except TokenRefused as error:
        raise InvalidSettings(
            f"SLACK_BOT_TOKEN is refused by Slack ({error}): copy it anew from the app's OAuth & Permissions page."
        ) from error
    except (DirectoryUnavailable, TimeoutError):
        log.warning("slack-does-not-answer", remedy="the bot serves all the same, and asks again")


def _authorize_as(bot_token: str) -> Callable[..., Awaitable[AuthorizeResult]]:
    async def authorize(enterprise_id: str | None, team_id: str | None) -> AuthorizeResult:
        return AuthorizeResult(enterprise_id=enterprise_id, team_id=team_id, bot_token=bot_token)

    return authorize
