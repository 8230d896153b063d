"""Posts in the log channel: each shift is in one, and updated there. What waited is sent as one post."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient

from bot.chat.log_channel import post
from bot.notifications import channel_posts
from bot.notifications.channel_posts import LogPost, Shown
from bot.notifications.updates import update_again
from bot.runtime.outbox_sender import Message
from bot.runtime.services import Services
from bot.slack import render
from bot.slack.client import NOT_EDITABLE, post_blocks, reason_of, update_blocks

CLOSED = {"not_in_channel", "channel_not_found", "is_archived"}


async def deliver_posts(services: Services, client: AsyncWebClient, messages: Sequence[Message]) -> None:
    """Posts shifts as they are now, and remembers where.

    A repeated delivery updates the post. A shift that was deleted before isn't posted.
    """
    workspace_id, channel = messages[0].workspace_id, messages[0].recipient
    done = await _update_posts_of(services, client, messages)
    if new := [message for message in messages if message.facts["event_id"] not in done]:
        remaining = await channel_posts.withdraw_deleted(services, new)
        shown = await channel_posts.shifts(services, workspace_id, remaining)
        await _post(services, client, workspace_id, shown, channel)


async def deliver_updates(services: Services, client: AsyncWebClient, messages: Sequence[Message]) -> None:
    """Brings the post of shifts up to date."""
    await _update_posts_of(services, client, messages)


async def _update_posts_of(services: Services, client: AsyncWebClient, messages: Sequence[Message]) -> Collection[str]:
    """Updates each post that shows any of their events. Returns the events that were posted."""
    events = {str(message.facts["event_id"]): message for message in messages}
    posts = await channel_posts.posts_of(services, messages[0].workspace_id, events)
    for place, message in {place: events[event_id] for event_id, place in posts.items()}.items():
        await _update(services, client, message, place)
    return posts.keys()


async def _post(services: Services, client: AsyncWebClient, workspace_id: str, shown: Shown, channel: str) -> None:
    if not shown:
        return
    payload = render.answer(post(list(shown.values()), services.database.clock())).payload
    try:
        sent = await post_blocks(client, channel, payload)
    except SlackApiError as error:
        if reason_of(error) in CLOSED:
            await channel_posts.channel_is_closed(services, workspace_id, channel)
        raise
    await channel_posts.posted(services, workspace_id, shown, LogPost(sent["channel"], sent["ts"]))


async def _update(services: Services, client: AsyncWebClient, message: Message, place: LogPost) -> None:
    """A post that somebody removed by hand isn't posted again. One that can't be edited any more is."""
    workspace_id = message.workspace_id
    if not (shown := await channel_posts.shifts_at(services, workspace_id, place)):
        return
    payload = render.answer(post(list(shown.values()), services.database.clock())).payload
    try:
        await update_blocks(client, place.channel, place.posted_ts, payload)
    except SlackApiError as error:
        reason = reason_of(error)
        if reason in NOT_EDITABLE:
            await _post(services, client, workspace_id, shown, place.channel)
        elif reason != "message_not_found":
            raise
        return
    # Another replica's update may have come first and shown something newer.
    now = await channel_posts.shifts_at(services, workspace_id, place)
    if now and now != shown:
        await update_again(services, message, event_id=next(iter(now)))
