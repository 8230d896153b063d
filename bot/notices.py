"""Sends what the outbox holds: messages to people about changes that others made to their records."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta

import structlog

from bot.services import Services
from storage import outbox
from storage.outbox import Message

__all__ = ["Message", "NotSent", "Post", "send_due", "send_forever"]

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 1.0
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
GIVE_UP_AFTER = timedelta(days=1)


class NotSent(Exception):
    """The platform did not take the message. `pause`: it asked to be left alone that long, whatever is sent."""

    def __init__(self, reason: str, pause: timedelta | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


Post = Callable[[Message], Awaitable[None]]
"""Sends one message. Raises NotSent."""


async def send_forever(services: Services, post: Post) -> None:
    """Looks for what is due every second and sends it, oldest first. Ends by cancellation."""
    while True:
        try:
            pause = await send_due(services, post)
        except Exception:
            # This loop has nobody above it, and must outlive a database that is away for a while.
            log.exception("outbox-look-failed")
            pause = FIRST_PAUSE
        await asyncio.sleep(max(pause.total_seconds(), LOOK_EVERY_SECONDS))


async def send_due(services: Services, post: Post) -> timedelta:
    """Sends what is due. Returns for how long the platform wants no more, zero as a rule.

    A crash between sending and marking sends once more rather than never.
    """
    now = services.database.clock()
    for message in await services.database.read(lambda tx: outbox.due(tx.connection, tx.now)):
        try:
            await post(message)
        except NotSent as error:
            await _put_off(services, message, str(error))
            if error.pause:
                return error.pause
        else:
            await services.database.write(lambda tx, sent=message: outbox.sent(tx.connection, sent, now))  # type: ignore[misc]
    return timedelta()


async def _put_off(services: Services, message: Message, reason: str) -> None:
    now = services.database.clock()
    pause = min(FIRST_PAUSE * 2**message.attempts, LONGEST_PAUSE)
    given_up = now + pause - message.created_at > GIVE_UP_AFTER
    report = log.error if given_up else log.warning
    report("message-not-sent", message_id=message.message_id, reason=reason, given_up=given_up)
    retry_at = None if given_up else now + pause
    await services.database.write(lambda tx: outbox.failed(tx.connection, message, retry_at, now))
