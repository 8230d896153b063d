"""Sends and updates what the bot says in Slack on its own."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat import posting, views
from bot.chat.posting import ChannelClosed, Gone, NotEditable
from bot.notifications.channel_posts import Posted
from bot.permissions import Via
from bot.runtime.outbox_sender import Message
from bot.runtime.services import Services
from bot.slack import render
from bot.slack.client import Deliver, post_blocks, reason_of, update_blocks

CLOSED = {"not_in_channel", "channel_not_found", "is_archived"}


@dataclass(frozen=True, slots=True)
class Poster:
    """Slack, for one workspace."""

    client: AsyncWebClient
    via: Via = Via.SLACK
    slashes: bool = True

    async def send(self, recipient: str, message: views.Message) -> Posted:
        """Raises ChannelClosed or SlackApiError."""
        try:
            sent = await post_blocks(self.client, recipient, render.answer(message).payload)
        except SlackApiError as error:
            if (reason := reason_of(error)) in CLOSED:
                raise ChannelClosed(reason) from error
            raise
        return Posted(sent["channel"], sent["ts"])

    async def update(self, recipient: str, posted: Posted, message: views.Message) -> None:
        """Raises Gone, NotEditable or SlackApiError."""
        try:
            await update_blocks(self.client, *posted, render.answer(message).payload)
        except SlackApiError as error:
            match reason_of(error):
                case "message_not_found":
                    raise Gone from error
                case "edit_window_closed" | "cant_update_message":
                    raise NotEditable from error
            raise


def in_slack(deliver: posting.Deliver) -> Deliver:
    """Delivers through a client of the workspace."""

    async def send(services: Services, client: AsyncWebClient, messages: Sequence[Message]) -> None:
        await deliver(services, Poster(client), messages)

    return send
