"""Draws what the bot says on its own when it is sent, and updates questions that were answered elsewhere, in any
chat."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import structlog

from bot.attendance.change_notifications import Kind
from bot.chat import log_posts, views
from bot.chat.features import router
from bot.chat.posting import Deliver, Gone, NotEditable, Poster
from bot.chat.routing import Ask
from bot.errors import DirectoryUnavailable
from bot.notifications import prompts
from bot.notifications.channel_posts import Posted
from bot.notifications.prompts import Prompt
from bot.notifications.updates import update_again
from bot.people.readers import reading_of
from bot.permissions import Caller
from bot.runtime.outbox_sender import Message
from bot.runtime.services import Services
from bot.wording import Reader
from bot.wording.catalogue import begin_reading
from bot.wording.languages import language_for
from storage.errors import Refusal, Unavailable

log = structlog.get_logger(__name__)


async def deliver_notices(services: Services, chat: Poster, messages: Sequence[Message]) -> None:
    """Draws messages for their recipient, and sends those that are still needed."""
    recipient = messages[0].recipient
    ask = await ask_without_request(services, chat, messages[0].workspace_id, recipient)
    drawn = [(message, await router().notice(ask, message.kind, message.facts)) for message in messages]
    shown = {message.message_id: (message, view) for message, view in drawn if view is not None}
    if not shown:
        return
    posted = await chat.send(recipient, views.joined([view for _, view in shown.values()]))
    for message, view in shown.values():
        try:
            if await prompts.remember(services, message, *posted):
                await _update_if_answered(services, ask, message, view)
        except (Refusal, Unavailable, DirectoryUnavailable) as error:
            # An error would send it a second time. A question that isn't updated is better than two.
            log.warning("question-not-remembered", kind=type(error).__name__, reason=str(error))


async def deliver_update(services: Services, chat: Poster, messages: Sequence[Message]) -> None:
    """Draws a question again in its place, unless somebody removed it."""
    (message,) = messages
    if (prompt := await prompts.find(services, message)) is None:
        return
    if (shown := await _shown_now(services, chat, prompt)) is None:
        return
    try:
        await chat.update(prompt.recipient, Posted(prompt.channel, prompt.posted_ts), shown)
    except (Gone, NotEditable):
        return
    # Another replica's update may have come first and shown something newer.
    now = await prompts.find(services, message) or await prompts.find_moved(services, prompt)
    if now and await _shown_now(services, chat, now) not in (None, shown):
        await update_again(services, message, about=now.about)


async def ask_without_request(services: Services, chat: Poster, workspace_id: str, user_id: str) -> Ask:
    """For what the bot tells people on its own, in their language from here on."""
    zone, tags = await reading_of(services, workspace_id, user_id)
    begin_reading(language_for(*tags))
    reader = Reader(user_id, services.database.clock(), zone=zone, slashes=chat.slashes)
    return Ask(services, Caller(workspace_id, user_id, chat.via), reader)


async def _update_if_answered(services: Services, ask: Ask, message: Message, shown: views.Message) -> None:
    """Queues an update of a question that was answered before it was remembered, because the answer found no message to
    update."""
    if await router().notice(ask, message.kind, message.facts) != shown:
        await prompts.update(services, message)


async def _shown_now(services: Services, chat: Poster, prompt: Prompt) -> views.Message | None:
    """What the message of the question shows now, with the other questions in it. None if its reader may not see any
    of them any more."""
    ask = await ask_without_request(services, chat, prompt.workspace_id, prompt.recipient)
    asked = await prompts.sharing_message(services, prompt)
    drawn = [await router().updated(ask, one.kind, one.facts) for one in asked]
    still = [view for view in drawn if view is not None]
    return views.joined(still) if still else None


DELIVERIES: Mapping[str, Deliver] = {
    Kind.LOG_POST: log_posts.deliver_posts,
    Kind.LOG_UPDATE: log_posts.deliver_updates,
    Kind.PROMPT_UPDATE: deliver_update,
    **dict.fromkeys(router().notices, deliver_notices),
}
"""How each kind of the outbox's messages is sent that every chat draws."""
