"""Queues webhook calls in the outbox, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Collection, Sequence

from bot.people.audit_entries import Action
from storage import outbox, pairs
from storage.database import Transaction
from storage.outbox import Message
from storage.pairs import Pair

KIND = "webhook"

EVENTS = {
    Action.CLOCK_IN: "attendance.clocked-in",
    Action.CLOCK_OUT: "attendance.clocked-out",
    Action.CREATE: "attendance.created",
    Action.DELETE: "attendance.deleted",
    Action.RESTORE: "attendance.restored",
}


def tell(tx: Transaction, webhook_ids: Collection[str], action: Action, pair: Pair) -> None:
    """Queues a call to each webhook. The transaction has locked the pair's person."""
    if webhook_ids:
        facts = _facts(action, pair)
        outbox.add_in_order(tx.connection, pair.workspace_id, webhook_ids, pair.user_id, KIND, facts, tx.now)


def tell_all(tx: Transaction, webhook_ids: Collection[str], changes: Sequence[tuple[Action, Pair]]) -> None:
    """The same for many changes in one workspace, with few statements."""
    if webhook_ids and changes:
        told = [(pair.user_id, _facts(action, pair)) for action, pair in changes]
        outbox.add_all_in_order(tx.connection, changes[0][1].workspace_id, webhook_ids, KIND, told, tx.now)


def _facts(action: Action, pair: Pair) -> dict[str, object]:
    return {"type": EVENTS[action], "pair": pairs.to_audit_fields(pair)}


def pair_of(call: Message) -> Pair:
    """The pair as it was when the call was queued."""
    return pairs.from_audit_fields(call.facts["pair"])
