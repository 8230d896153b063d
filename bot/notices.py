"""Sends what the outbox holds: messages to people about changes that others made to their records."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
from functools import partial

import structlog

from bot.refusals import DirectoryUnavailable, Unavailable
from bot.services import Services
from storage import outbox
from storage.database import Transaction
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


async def send_forever(services: Services, workspace_id: Callable[[], Awaitable[str]], post: Post) -> None:
    """Looks for what is due in the workspace every second and sends it, oldest first. Ends by cancellation."""
    while True:
        try:
            more = await send_due(services, await workspace_id(), post)
        except DirectoryUnavailable:
            more = False  # which workspace it is will be known once Slack answers
        except Unavailable as error:
            log.warning("outbox-not-looked-at", reason=str(error))
            more = False
        except Exception:
            # This loop has nobody above it, and must outlive a database that is away for a while.
            log.exception("outbox-look-failed")
            more = False
        if not more:
            await asyncio.sleep(LOOK_EVERY_SECONDS)


async def send_due(services: Services, workspace_id: str, post: Post) -> bool:
    """Sends a few of the workspace's messages that are due; tells whether there may be more.

    A crash between sending and marking sends once more rather than never.
    """
    if not await services.database.read(lambda tx: outbox.any_due(tx.connection, workspace_id, tx.now)):
        return False
    messages = await services.database.write(lambda tx: outbox.claim(tx.connection, workspace_id, tx.now))
    for message in messages:
        try:
            await post(message)
        except NotSent as error:
            await services.database.write(partial(_failed, message=message, error=error))
            if error.pause:
                return False
        except Exception:
            # A bug that one message meets must not keep all others from being sent.
            log.exception("message-not-sent", message_id=message.message_id)
            await services.database.write(partial(_failed, message=message, error=NotSent("a bug")))
        else:
            await services.database.write(partial(_sent, message=message))
    return bool(messages)


def _sent(tx: Transaction, message: Message) -> None:
    outbox.sent(tx.connection, message, tx.now)


def _failed(tx: Transaction, message: Message, error: NotSent) -> None:
    """Tries again after a pause that grows; gives up, visibly, after a day."""
    pause = min(FIRST_PAUSE * 2**message.attempts, LONGEST_PAUSE)
    given_up = tx.now + pause - message.created_at > GIVE_UP_AFTER
    report = log.error if given_up else log.warning
    report("message-not-sent", message_id=message.message_id, reason=str(error), given_up=given_up)
    outbox.failed(tx.connection, message, None if given_up else tx.now + pause, tx.now)
    if error.pause:
        outbox.put_off(tx.connection, message.workspace_id, tx.now + error.pause)
