"""Sends the messages of the outbox: to people about changes that others made, and the calls of webhooks, which
`bot.webhooks` chooses."""

from __future__ import annotations

from collections.abc import Awaitable, Callable, Collection, Set
from datetime import timedelta
from functools import partial

import structlog

from bot.runtime.services import Services
from bot.runtime.tasks import finish_despite_cancel
from storage import outbox
from storage.database import Transaction
from storage.outbox import Message

__all__ = ["Message"]

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 1.0
WORKSPACES_AT_ONCE = 32
A_FEW = 5  # messages in a round, after which it's other workspaces' turn
FIRST_PAUSE = timedelta(seconds=5)
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_PAUSE_IN_ORDER = timedelta(minutes=15)  # so long may it take after a receiver is back
GIVE_UP_AFTER = timedelta(days=1)


class NotSent(Exception):
    """The message wasn't accepted. The text says why. `pause`: how long the other side wants no messages at all."""

    def __init__(self, reason: str, pause: timedelta | None = None) -> None:
        super().__init__(reason)
        self.pause = pause


Post = Callable[[Message], Awaitable[str | None]]
"""Sends one message. Returns the answer, if it should be stored. Raises NotSent."""

Count = Callable[[str], None]
"""Counts the result of an attempt: "sent", "failed" or "given-up"."""


def with_due(tx: Transaction) -> Set[str]:
    """The workspaces with messages that are due."""
    return outbox.workspaces_with_due(tx.connection, tx.now)


async def send_due(
    services: Services,
    workspace_id: str,
    post: Post,
    count: Count = lambda outcome: None,
    last: Collection[str] = (),
) -> bool:
    """Sends a few of the workspace's due messages, those of the kinds `last` after all others. Returns whether there
    may be more.

    After a crash between sending and marking, a message is sent twice rather than never.
    """
    due = await services.database.read(lambda tx: outbox.due(tx.connection, workspace_id, tx.now, A_FEW, last=last))
    if not due:
        return False
    messages = await services.database.write(lambda tx: outbox.claim(tx.connection, workspace_id, due, tx.now))
    for message in messages:
        # If the earlier ones took long, another replica may have claimed it meanwhile.
        if not await services.database.write(partial(_renew, message=message)):
            continue
        error = await finish_despite_cancel(attempt(services, message, post, count, last))
        if error and error.pause:
            return message.kind in last
    return True


async def attempt(
    services: Services, message: Message, post: Post, count: Count, last: Collection[str] = ()
) -> NotSent | None:
    """Sends a claimed message and marks the outcome. Returns why it failed, or None."""
    try:
        answer = await post(message)
    except Exception as error:
        # An error in one message must not keep the others from being sent.
        failure = error if isinstance(error, NotSent) else NotSent("a bug here: see the log")
        given_up = await services.database.write(partial(_failed, message=message, why=failure, last=last))
        _report(message, failure, given_up=given_up, bug=None if failure is error else error)
        count("given-up" if given_up else "failed")
        return failure
    await services.database.write(lambda tx: outbox.sent(tx.connection, message, answer, tx.now))
    count("sent")
    return None


def _renew(tx: Transaction, message: Message) -> bool:
    return outbox.renew(tx.connection, message, tx.now)


def _failed(tx: Transaction, message: Message, why: NotSent, last: Collection[str]) -> bool:
    """Tries again after a growing pause, or gives up after a day. Returns whether it gave up. If the other side asked
    for a pause, the workspace's other messages wait too; for a message of the kinds `last`, only those kinds."""
    longest = LONGEST_PAUSE if message.ordering_key is None else LONGEST_PAUSE_IN_ORDER
    pause = min(FIRST_PAUSE * 2 ** min(message.attempts, 30), longest)
    given_up: bool = tx.now + pause - message.queued_at > GIVE_UP_AFTER
    outbox.failed(tx.connection, message, str(why), None if given_up else tx.now + pause, tx.now)
    if why.pause and message.ordering_key is None:
        kinds = last if message.kind in last else ()
        outbox.postpone(tx.connection, message.workspace_id, tx.now + why.pause, kinds)
    return given_up


def _report(message: Message, why: NotSent, *, given_up: bool, bug: Exception | None) -> None:
    report = log.error if given_up or bug else log.warning
    facts = {"reason": str(why), "given_up": given_up, "exc_info": bug}
    if message.ordering_key is None:
        report("message-not-sent", message_id=message.message_id, **facts)
    elif bug:
        report("webhook-not-called", webhook_id=message.recipient, event_id=message.message_id, **facts)
    else:
        report("webhook-not-taken", webhook_id=message.recipient, event_id=message.message_id, **facts)
