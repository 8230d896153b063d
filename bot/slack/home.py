"""The App Home tab: where Slack shows the Home page."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from slackblocks import DividerBlock, HomeTabView

from bot.chat import routing
from bot.chat.home import home
from bot.chat.views import Message, Text
from bot.people.readers import reading_of
from bot.permissions import Caller, Via
from bot.reports import home_tab
from bot.runtime.outbox_sender import Message as Notice
from bot.runtime.services import Services
from bot.slack import render
from bot.slack.asks import Ask
from bot.slack.blocks import section
from bot.slack.client import reason_of
from bot.slack.here import plain
from bot.slack.listener import Edge
from bot.wording import Reader
from bot.wording.catalogue import begin_reading
from bot.wording.languages import language_for

log = structlog.get_logger(__name__)

NO_TAB = {"user_not_found", "user_disabled", "not_enabled"}


def register(app: AsyncApp, edge: Edge) -> None:
    """Registers the feature's listeners."""
    app.event("app_home_opened")(edge.event(opened))
    edge.home = drawn


async def opened(ask: Ask) -> HomeTabView:
    """Somebody opens the tab."""
    return view_of(await home(plain(ask), opened=True))


async def drawn(ask: Ask, note: str) -> HomeTabView:
    """The tab after a press on it. `note` is the answer to the press; what the tab says itself isn't said twice."""
    page = await home(plain(ask))
    texts = [render.mrkdwn(piece.text) for piece in page.pieces if isinstance(piece, Text)]
    there = {line for text in texts for line in text.splitlines()}
    view = view_of(page)
    view.blocks[:0] = [
        section("\n".join(line for line in note.splitlines() if line not in there) or note),
        DividerBlock(),
    ]
    return view


async def deliver_home(services: Services, client: AsyncWebClient, notices: Sequence[Notice]) -> None:
    """Redraws somebody's tab after changes that were made elsewhere, once for all of them, and after everybody who
    waits for an answer. Somebody who can't be shown a tab any more, because they left for example, gets none."""
    workspace_id, user_id = notices[0].workspace_id, notices[0].recipient
    async with services.answering.afterwards():
        _zone, tags = await reading_of(services, workspace_id, user_id)
        begin_reading(language_for(*tags))
        reader = Reader(user_id, services.database.clock())
        view = view_of(await home(routing.Ask(services, Caller(workspace_id, user_id, Via.SLACK), reader)))
    try:
        await client.views_publish(user_id=user_id, view=view.to_dict())
    except SlackApiError as error:
        if (reason := reason_of(error)) not in NO_TAB:
            raise
        log.warning("home-not-drawn", user_id=user_id, reason=reason)


async def deliver_to_managers(services: Services, client: AsyncWebClient, notices: Sequence[Notice]) -> None:
    """Redraws the tabs that show who is in, each by a message of its own."""
    since = [str(notice.facts.get("breaks_over_since") or "") for notice in notices]
    over = min(map(datetime.fromisoformat, since)) if all(since) else None
    await home_tab.redraw_those_of_managers(services, notices[0].workspace_id, breaks_over_since=over)


def view_of(message: Message) -> HomeTabView:
    return HomeTabView([render.block(piece) for piece in message.pieces])
