"""Queues events for webhooks in the outbox, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.people.audit_entries import Action
from storage import pairs, webhook_events
from storage.database import Transaction
from storage.outbox import Message
from storage.pairs import Pair
from storage.webhook_events import Event

KIND = "webhook"

EVENTS = {
    Action.CLOCK_IN: "attendance.clocked-in",
    Action.CLOCK_OUT: "attendance.clocked-out",
    Action.CREATE: "attendance.created",
    Action.DELETE: "attendance.deleted",
    Action.RESTORE: "attendance.restored",
}


def tell(tx: Transaction, webhook_ids: Collection[str], action: Action, pair: Pair) -> None:
    """Queues the event for the webhooks, if there are any. The transaction has locked the pair's person."""
    if webhook_ids:
        webhook_events.add(tx.connection, pair.workspace_id, webhook_ids, KIND, _event(action, pair), tx.now)


def tell_all(tx: Transaction, webhook_ids: Collection[str], changes: Sequence[tuple[Action, Pair]]) -> None:
    """The same for many changes in one workspace, with few statements."""
    if webhook_ids and changes:
        events = [_event(action, pair) for action, pair in changes]
        webhook_events.add_all(tx.connection, changes[0][1].workspace_id, webhook_ids, KIND, events, tx.now)


def _event(action: Action, pair: Pair) -> Event:
    return Event(pair.user_id, {"type": EVENTS[action], "pair": pairs.to_audit_fields(pair)})


def pair_of(call: Message) -> Pair:
    """The pair as it was when the call was queued."""
    return pairs.from_audit_fields(call.facts["pair"])
