"""Sends what the outbox holds: messages to people about changes that others made to their records."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Set
from datetime import timedelta
from functools import partial

import structlog

from bot.runtime.background_jobs import to_its_end
from bot.runtime.services import Services
from storage import outbox
from storage.database import Transaction
from storage.outbox import Message

__all__ = ["Message", "NotSent", "Post", "send_due", "with_due"]

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

Count = Callable[[str], None]
"""Counts what became of a try: "sent", "failed" or "given-up"."""


def with_due(tx: Transaction) -> Set[str]:
    """The workspaces for which something is due."""
    return outbox.workspaces_with_due(tx.connection, tx.now)


async def send_due(services: Services, workspace_id: str, post: Post, count: Count = lambda outcome: None) -> bool:
    """Sends a few of the workspace's messages that are due; tells whether there may be more.

    A crash between sending and marking sends once more rather than never.
    """
    messages = await services.database.write(lambda tx: outbox.claim(tx.connection, workspace_id, tx.now))
    for message in messages:
        # Where the ones before took long, another replica may have claimed it meanwhile.
        if not await services.database.write(partial(_renew, message=message)):
            continue
        if not await to_its_end(_send(services, message, post, count)):
            return False
    return bool(messages)


async def _send(services: Services, message: Message, post: Post, count: Count) -> bool:
    """Tells whether others may be sent after it."""
    try:
        await post(message)
    except NotSent as error:
        count(await services.database.write(partial(_failed, message=message, error=error)))
        return error.pause is None
    except Exception:
        # A bug that one message meets must not keep all others from being sent.
        log.exception("message-not-sent", message_id=message.message_id)
        count(await services.database.write(partial(_failed, message=message, error=NotSent("a bug"))))
    else:
        await services.database.write(partial(_sent, message=message))
        count("sent")
    return True


def _renew(tx: Transaction, message: Message) -> bool:
    return outbox.renew(tx.connection, message, tx.now)


def _sent(tx: Transaction, message: Message) -> None:
    outbox.sent(tx.connection, message, tx.now)


def _failed(tx: Transaction, message: Message, error: NotSent) -> str:
    """Tries again after a pause that grows; gives up, visibly, after a day."""
    pause = min(FIRST_PAUSE * 2**message.attempts, LONGEST_PAUSE)
    given_up = tx.now + pause - message.created_at > GIVE_UP_AFTER
    report = log.error if given_up else log.warning
    report("message-not-sent", message_id=message.message_id, reason=str(error), given_up=given_up)
    outbox.failed(tx.connection, message, None if given_up else tx.now + pause, tx.now)
    if error.pause:
        outbox.put_off(tx.connection, message.workspace_id, tx.now + error.pause)
    return "given-up" if given_up else "failed"
