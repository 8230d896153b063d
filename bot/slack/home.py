"""The App Home tab: where Slack shows the Home page."""

from __future__ import annotations

import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import DividerBlock, HomeTabView

from bot.chat.home import home
from bot.chat.views import Message
from bot.reports import home_tab
from bot.runtime.outbox_sender import Message as Notice
from bot.runtime.services import Services
from bot.slack import render
from bot.slack.asks import Ask
from bot.slack.blocks import section
from bot.slack.client import reason_of, status_of
from bot.slack.here import ask_without_request, plain
from bot.slack.listener import Edge

log = structlog.get_logger(__name__)


def register(app: AsyncApp, edge: Edge) -> None:
    """Registers the feature's listeners."""
    app.event("app_home_opened")(edge.event(opened))
    edge.home = drawn


async def opened(ask: Ask) -> HomeTabView:
    """Somebody opens the tab."""
    return view_of(await home(plain(ask), opened=True))


async def drawn(ask: Ask, note: str) -> HomeTabView:
    """The tab after a press on it. `note` is the answer to the press."""
    view = view_of(await home(plain(ask)))
    view.blocks[:0] = [section(note), DividerBlock()]
    return view


async def deliver_home(services: Services, client: AsyncWebClient, notice: Notice) -> None:
    """Redraws somebody's tab after a change that was made elsewhere."""
    await _publish(services, client, notice.workspace_id, notice.recipient)


async def deliver_to_managers(services: Services, client: AsyncWebClient, notice: Notice) -> None:
    """Redraws the tabs that show who is in.

    A tab that Slack refuses, for example of somebody who left, doesn't keep the others from being drawn. If Slack
    refuses all, they wait.
    """
    for user_id in await home_tab.managers_and_admins(services, notice.workspace_id):
        try:
            await _publish(services, client, notice.workspace_id, user_id)
        except SlackApiError as error:
            if status_of(error) != 200:
                raise
            log.warning("home-not-drawn", user_id=user_id, reason=reason_of(error))


async def _publish(services: Services, client: AsyncWebClient, workspace_id: str, user_id: str) -> None:
    view = view_of(await home(await ask_without_request(services, workspace_id, user_id)))
    await client.views_publish(user_id=user_id, view=view.to_dict())


def view_of(message: Message) -> HomeTabView:
    return HomeTabView([render.block(piece) for piece in message.pieces])
