"""Sends the messages of the outbox: to people about changes that others made, and the calls of webhooks, which
`bot.webhooks` chooses."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping, Sequence, Set
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import NamedTuple

import structlog

from bot.runtime import budgets
from bot.runtime.budgets import Budgets, Costs, DirectCalls
from bot.runtime.services import Services
from bot.runtime.tasks import finish_despite_cancel
from storage import outbox
from storage.database import Transaction
from storage.errors import Unavailable
from storage.outbox import Lot, Message

__all__ = ["Message"]

log = structlog.get_logger(__name__)

LOOK_EVERY_SECONDS = 1.0
WORKSPACES_AT_ONCE = 32
AT_ONCE = 16  # in a round of a workspace, after which it's other workspaces' turn
FIRST_PAUSE = timedelta(seconds=5)
SHORT_PAUSE = timedelta(minutes=1)
LONGEST_PAUSE = timedelta(hours=1)
LONGEST_PAUSE_IN_ORDER = timedelta(minutes=15)  # so long may it take after a receiver is back
GIVE_UP_AFTER = timedelta(days=1)


class NotSent(Exception):
    """The message wasn't accepted. The text says why.

    `pause`: how long the other side wants no messages at all, or with `only_there` none in that place. `for_good`: it
    won't be accepted later either.
    """

    def __init__(
        self, reason: str, pause: timedelta | None = None, *, only_there: bool = False, for_good: bool = False
    ) -> None:
        super().__init__(reason)
        self.pause, self.only_there, self.for_good = pause, only_there, for_good


class NotReached(NotSent):
    """Nobody is there to get it, as long as they aren't back."""

    def __init__(self, reason: str) -> None:
        super().__init__(reason, for_good=True)


Post = Callable[[Sequence[Message]], Awaitable[str | None]]
"""Sends messages to one recipient as one. Returns the answer, if it should be stored. Raises NotSent."""

Count = Callable[[str], None]
"""Counts the result for each message of an attempt: "sent", "failed", "given-up" or "not-reached"."""


class Merged(NamedTuple):
    """What is sent together: messages to one recipient whose kinds have the same `name`, and so many at `most`."""

    name: str
    most: int


def _costs_nothing(kind: str, recipient: str | None) -> Costs:
    return {}


@dataclass(frozen=True, slots=True)
class Way:
    """How messages are sent.

    `costs`: the budgets that a message of the kind to the recipient spends; for None, only those that every recipient
    shares. Messages of the kinds `last` are sent after all others.
    """

    costs: Callable[[str, str | None], Costs] = _costs_nothing
    kinds: Collection[str] = ()
    merged: Mapping[str, Merged] = field(default_factory=dict)
    last: Collection[str] = ()

    def most(self, kind: str) -> int:
        """How many messages of that kind are sent as one."""
        return self.merged[kind].most if kind in self.merged else 1


def with_due(tx: Transaction) -> Set[str]:
    """The workspaces with messages that are due."""
    return outbox.workspaces_with_due(tx.connection, tx.now)


async def send_due(
    services: Services,
    workspace_id: str,
    post: Post,
    count: Count = lambda outcome: None,
    way: Way = Way(),  # it can't be changed
    direct: DirectCalls | None = None,
) -> bool:
    """Sends what the budgets have room for of the workspace's due messages, some at once. Returns whether there may be
    more.

    After a crash between sending and marking, a message is sent twice rather than never.
    """
    found = await services.database.read(partial(_with_room, workspace_id=workspace_id, way=way))
    if not found:
        return False
    claim = partial(_claim, workspace_id=workspace_id, found=found, way=way, direct=direct)
    lots = await services.database.write(claim)
    sending = asyncio.gather(*(attempt(services, one, post, count, way) for one in lots), return_exceptions=True)
    # Each to its end, though another fails: or a stop would find it on its way.
    ended: list[NotSent | BaseException | None] = await finish_despite_cancel(sending)
    for outcome in ended:
        if isinstance(outcome, BaseException) and not isinstance(outcome, NotSent):
            raise outcome
    return bool(lots)


async def attempt(
    services: Services,
    messages: Sequence[Message],
    post: Post,
    count: Count,
    way: Way = Way(),  # it can't be changed
) -> NotSent | None:
    """Sends claimed messages as one and marks the outcome. Returns why it failed, or None."""
    try:
        answer = await post(messages)
    except Exception as error:
        # An error in one message must not keep the others from being sent.
        if len(messages) > 1 and not isinstance(error, NotSent | Unavailable):
            log.exception("messages-not-sent-as-one", message_id=messages[0].message_id)
            each = [await attempt(services, [message], post, count, way) for message in messages]
            return next(filter(None, each), None)
        failure = error if isinstance(error, NotSent) else NotSent("a bug here: see the log")
        given_up = await services.database.write(partial(_failed, messages=messages, why=failure, way=way))
        for message in messages:
            gone = message in given_up
            _report(message, failure, given_up=gone, bug=None if failure is error else error)
            count("not-reached" if isinstance(failure, NotReached) else "given-up" if gone else "failed")
        return failure
    await services.database.write(partial(_sent, messages=messages, answer=answer))
    for _ in messages:
        count("sent")
    return None


def _with_room(tx: Transaction, workspace_id: str, way: Way) -> list[tuple[Lot, list[str]]]:
    """The due messages that the budgets seem to have room for, by lot."""
    spent = budgets.read(tx, workspace_id)
    names = {kind: merged.name for kind, merged in way.merged.items()}
    closed = [kind for kind in way.kinds if not spent.have_room(way.costs(kind, None))]
    due = outbox.due_lots(tx.connection, workspace_id, tx.now, merged=names, last=way.last, without=closed)
    chosen: dict[str, Lot] = {}  # one for each recipient, so that theirs arrive in their order
    for lot in due:
        if len(chosen) < AT_ONCE and lot.recipient not in chosen and _take(spent, way.costs(lot.kind, lot.recipient)):
            chosen[lot.recipient] = lot
    return [(lot, _members(tx, workspace_id, lot, way)) for lot in chosen.values()]


def _members(tx: Transaction, workspace_id: str, lot: Lot, way: Way) -> list[str]:
    kinds = [kind for kind, merged in way.merged.items() if merged.name == lot.name]
    if not kinds:
        return [lot.name]
    return outbox.in_lot(tx.connection, workspace_id, tx.now, lot.recipient, kinds, way.most(lot.kind))


def _claim(
    tx: Transaction,
    workspace_id: str,
    found: Sequence[tuple[Lot, list[str]]],
    way: Way,
    direct: DirectCalls | None,
) -> list[list[Message]]:
    """Claims the found messages that are still due and have room, and spends it."""
    spent = budgets.lock(tx, workspace_id)
    for costs in direct.take(workspace_id, tx.now) if direct else ():
        spent.spend(costs)
    claimed = []
    for lot, message_ids in found:
        costs = way.costs(lot.kind, lot.recipient)
        if spent.have_room(costs) and (messages := outbox.claim(tx.connection, workspace_id, message_ids, tx.now)):
            spent.spend(costs)
            claimed.append(messages)
    budgets.save(tx, workspace_id, spent)
    return claimed


def _take(spent: Budgets, costs: Costs) -> bool:
    has_room = spent.have_room(costs)
    if has_room:
        spent.spend(costs)
    return has_room


def _sent(tx: Transaction, messages: Sequence[Message], answer: str | None) -> None:
    for message in messages:
        outbox.sent(tx.connection, message, answer, tx.now)


def _failed(tx: Transaction, messages: Sequence[Message], why: NotSent, way: Way) -> list[Message]:
    """Tries again after a growing pause, or gives up: after a day, or at once for good. Returns which it gave up.

    If the other side asked for a pause, the others that spend the same budgets wait too. If that is only there, or for
    a message of the kinds `last`, those that spend the narrowest wait.
    """
    first = messages[0]
    if why.pause:
        spent = budgets.lock(tx, first.workspace_id)
        costs = dict(way.costs(first.kind, first.recipient))
        closed = dict(list(costs.items())[-1:]) if why.only_there or first.kind in way.last else costs
        spent.close(closed, tx.now + why.pause)
        budgets.save(tx, first.workspace_id, spent)
    given_up = []
    for message in messages:
        pause = why.pause or _pause(message, tx.now - message.queued_at)
        if why.for_good or tx.now + pause - message.queued_at > GIVE_UP_AFTER:
            given_up.append(message)
        retry_at = None if message in given_up else tx.now + pause
        outbox.failed(tx.connection, message, str(why), retry_at, tx.now, for_good=why.for_good)
    return given_up


def _pause(message: Message, age: timedelta) -> timedelta:
    """Growing, and at first no more than a quarter of the message's age: it is sent soon after a failure that was
    short."""
    longest = LONGEST_PAUSE if message.ordering_key is None else LONGEST_PAUSE_IN_ORDER
    growing: timedelta = FIRST_PAUSE * 2 ** min(message.attempts, 20)
    return min(growing, max(SHORT_PAUSE, age / 4), longest)


def _report(message: Message, why: NotSent, *, given_up: bool, bug: Exception | None) -> None:
    report = log.error if bug or (given_up and not isinstance(why, NotReached)) else log.warning
    facts = {"reason": str(why), "given_up": given_up, "exc_info": bug}
    if message.ordering_key is None:
        report("message-not-sent", message_id=message.message_id, **facts)
    elif bug:
        report("webhook-not-called", webhook_id=message.recipient, event_id=message.message_id, **facts)
    else:
        report("webhook-not-taken", webhook_id=message.recipient, event_id=message.message_id, **facts)
