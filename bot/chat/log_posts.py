"""Sends posts of the log channel: each shift is in one, and updated there. What waited is sent as one post."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.chat.log_channel import post
from bot.chat.posting import ChannelClosed, Gone, NotEditable, Poster
from bot.notifications import channel_posts
from bot.notifications.channel_posts import Posted, Shown
from bot.notifications.updates import update_again
from bot.people import languages
from bot.runtime.outbox_sender import Message
from bot.runtime.services import Services
from bot.wording.catalogue import begin_reading
from bot.wording.languages import language_for


async def deliver_posts(services: Services, chat: Poster, messages: Sequence[Message]) -> None:
    """Posts shifts as they are now, and remembers where.

    A repeated delivery updates the post. A shift that was deleted before isn't posted.
    """
    workspace_id, channel = messages[0].workspace_id, messages[0].recipient
    await _speak_as_the_workspace(services, workspace_id)
    done = await _update_posts_of(services, chat, messages)
    if new := [message for message in messages if message.facts["event_id"] not in done]:
        remaining = await channel_posts.withdraw_deleted(services, new)
        shown = await channel_posts.shifts(services, workspace_id, remaining)
        await _post(services, chat, workspace_id, shown, channel)


async def deliver_updates(services: Services, chat: Poster, messages: Sequence[Message]) -> None:
    """Brings the post of shifts up to date."""
    await _speak_as_the_workspace(services, messages[0].workspace_id)
    await _update_posts_of(services, chat, messages)


async def _speak_as_the_workspace(services: Services, workspace_id: str) -> None:
    begin_reading(language_for(await languages.of_workspace(services, workspace_id)))


async def _update_posts_of(services: Services, chat: Poster, messages: Sequence[Message]) -> Collection[str]:
    """Updates each post that shows any of their events. Returns the events that were posted."""
    events = {str(message.facts["event_id"]): message for message in messages}
    posts = await channel_posts.posts_of(services, messages[0].workspace_id, events)
    for posted, message in {posted: events[event_id] for event_id, posted in posts.items()}.items():
        await _update(services, chat, message, posted)
    return posts.keys()


async def _post(services: Services, chat: Poster, workspace_id: str, shown: Shown, channel: str) -> None:
    if not shown:
        return
    try:
        posted = await chat.send(channel, post(list(shown.values()), services.database.clock()))
    except ChannelClosed:
        await channel_posts.channel_is_closed(services, workspace_id, channel)
        raise
    await channel_posts.posted(services, workspace_id, shown, posted)


async def _update(services: Services, chat: Poster, message: Message, posted: Posted) -> None:
    """A post that somebody removed by hand isn't posted again. One that can't be edited any more is."""
    workspace_id = message.workspace_id
    if not (shown := await channel_posts.shifts_at(services, workspace_id, posted)):
        return
    try:
        await chat.update(posted.channel, posted, post(list(shown.values()), services.database.clock()))
    except Gone:
        return
    except NotEditable:
        await _post(services, chat, workspace_id, shown, posted.channel)
        return
    # Another replica's update may have come first and shown something newer.
    now = await channel_posts.shifts_at(services, workspace_id, posted)
    if now and now != shown:
        await update_again(services, message, event_id=next(iter(now)))
