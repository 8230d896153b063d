"""Posts in the log channel: sent once for each shift, and updated there."""

from __future__ import annotations

from collections.abc import Sequence

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.log_channel import post
from bot.notifications import channel_posts
from bot.notifications.channel_posts import LogPost
from bot.notifications.updates import update_again
from bot.runtime.outbox_sender import Message
from bot.runtime.services import Services
from bot.slack import render
from bot.slack.client import NOT_EDITABLE, post_blocks, reason_of, update_blocks

CLOSED = {"not_in_channel", "channel_not_found", "is_archived"}


async def deliver_post(services: Services, client: AsyncWebClient, messages: Sequence[Message]) -> None:
    """Posts a shift as it is now, and remembers where.

    A repeated delivery updates the post. A shift that was deleted before isn't posted.
    """
    (message,) = messages
    event_id = str(message.facts["event_id"])
    if place := await channel_posts.post_of(services, message.workspace_id, event_id):
        await _update(services, client, message, event_id, place)
    elif not await channel_posts.withdraw_unposted(services, message):
        await _post(services, client, message.workspace_id, event_id, message.recipient)


async def deliver_update(services: Services, client: AsyncWebClient, messages: Sequence[Message]) -> None:
    """Brings the post of a shift up to date."""
    (message,) = messages
    event_id = str(message.facts["event_id"])
    if place := await channel_posts.post_of(services, message.workspace_id, event_id):
        await _update(services, client, message, event_id, place)


async def _post(services: Services, client: AsyncWebClient, workspace_id: str, event_id: str, channel: str) -> None:
    found = await channel_posts.shift(services, workspace_id, event_id)
    payload = render.answer(post(found, services.database.clock())).payload
    try:
        sent = await post_blocks(client, channel, payload)
    except SlackApiError as error:
        if reason_of(error) in CLOSED:
            await channel_posts.channel_is_closed(services, workspace_id, channel)
        raise
    await channel_posts.posted(services, event_id, found, LogPost(sent["channel"], sent["ts"]))


async def _update(services: Services, client: AsyncWebClient, message: Message, event_id: str, place: LogPost) -> None:
    """A post that somebody removed by hand isn't posted again. One that can't be edited any more is."""
    found = await channel_posts.shift(services, message.workspace_id, event_id)
    payload = render.answer(post(found, services.database.clock())).payload
    try:
        await update_blocks(client, place.channel, place.posted_ts, payload)
    except SlackApiError as error:
        reason = reason_of(error)
        if reason in NOT_EDITABLE:
            await _post(services, client, message.workspace_id, event_id, place.channel)
        elif reason != "message_not_found":
            raise
        return
    # Another replica's update may have come first and shown something newer.
    now = await channel_posts.event_at(services, message.workspace_id, event_id, place)
    if now and await channel_posts.shift(services, message.workspace_id, now) != found:
        await update_again(services, message, event_id=now)
