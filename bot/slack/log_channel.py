"""Posts in the log channel, kept up to date there."""

from __future__ import annotations

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.log_channel import post
from bot.notifications import channel_posts
from bot.notifications.channel_posts import LogPost
from bot.runtime.outbox_sender import Message
from bot.runtime.services import Services
from bot.slack import render
from bot.slack.client import post_blocks

CLOSED = {"not_in_channel", "channel_not_found", "is_archived"}


async def deliver_post(services: Services, client: AsyncWebClient, message: Message) -> None:
    """Posts an event as it stands by now, and remembers where."""
    found = await channel_posts.event(services, message.workspace_id, str(message.facts["event_id"]))
    payload = render.answer(post(found)).payload
    try:
        sent = await post_blocks(client, message.recipient, payload)
    except SlackApiError as error:
        if error.response.get("error") in CLOSED:
            await channel_posts.channel_is_closed(services, message.workspace_id, message.recipient)
        raise
    await channel_posts.posted(services, found, LogPost(sent["channel"], sent["ts"]))


async def deliver_update(services: Services, client: AsyncWebClient, message: Message) -> None:
    """Brings a post up to date after its record was deleted or restored."""
    event_id = str(message.facts["event_id"])
    place = await channel_posts.post_of(services, message.workspace_id, event_id)
    if place is None:
        return
    payload = render.answer(post(await channel_posts.event(services, message.workspace_id, event_id))).payload
    try:
        await client.chat_update(channel=place.channel, ts=place.posted_ts, **payload)
    except SlackApiError as error:
        if error.response.get("error") != "message_not_found":  # somebody has removed it
            raise
