"""Queues events for webhooks in the outbox, in the transaction of the change."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from enum import StrEnum
from typing import Any

from bot.people.audit_entries import Action
from storage import corrections, pairs, signatures, webhook_events
from storage.breaks import Break
from storage.corrections import Correction
from storage.database import Transaction
from storage.outbox import Message
from storage.pairs import Pair
from storage.signatures import Signature
from storage.webhook_events import Event

KIND = "webhook"

EVENTS = {
    Action.CLOCK_IN: "attendance.clocked-in",
    Action.CLOCK_OUT: "attendance.clocked-out",
    Action.CREATE: "attendance.created",
    Action.DELETE: "attendance.deleted",
    Action.RESTORE: "attendance.restored",
}


CHANGED = "attendance.changed"


class BreakEvent(StrEnum):
    """What happened to a break."""

    STARTED = "attendance.break-started"
    ENDED = "attendance.break-ended"
    REMOVED = "attendance.break-removed"
    """It was undone, or was the end of the day."""


class SignatureEvent(StrEnum):
    """What happened to a signature under a period."""

    SIGNED = "signature.signed"
    """By the person."""
    APPROVED = "signature.approved"
    """By a manager."""
    WITHDRAWN = "signature.withdrawn"


class CorrectionEvent(StrEnum):
    """What happened to a correction."""

    ASKED = "correction.asked"
    ANSWERED = "correction.answered"
    """The person objects. It still waits."""
    APPLIED = "correction.applied"
    REFUSED = "correction.refused"
    WITHDRAWN = "correction.withdrawn"


def tell(tx: Transaction, webhook_ids: Collection[str], action: Action, pair: Pair) -> None:
    """Queues the event for the webhooks, if there are any and if they know the action. The transaction has locked the
    pair's person."""
    if webhook_ids and action in EVENTS:
        webhook_events.add(tx.connection, pair.workspace_id, webhook_ids, KIND, _event(action, pair), tx.now)


def tell_all(tx: Transaction, webhook_ids: Collection[str], changes: Sequence[tuple[Action, Pair]]) -> None:
    """The same for many changes in one workspace, with few statements."""
    if webhook_ids and changes:
        events = [_event(action, pair) for action, pair in changes]
        webhook_events.add_all(tx.connection, changes[0][1].workspace_id, webhook_ids, KIND, events, tx.now)


def tell_of_replacement(tx: Transaction, webhook_ids: Collection[str], before: Pair, pair: Pair) -> None:
    """Queues that a record took the place of another one."""
    if webhook_ids:
        told = {"pair": pairs.to_audit_fields(pair), "before": pairs.to_audit_fields(before)}
        event = Event(pair.user_id, {"type": CHANGED, **told})
        webhook_events.add(tx.connection, pair.workspace_id, webhook_ids, KIND, event, tx.now)


def tell_of_break(tx: Transaction, webhook_ids: Collection[str], what: BreakEvent, on: Break) -> None:
    """Queues what happened to a break, after what happened to its records."""
    if webhook_ids:
        event = _break_event(what, on)
        webhook_events.add(tx.connection, on.pair.workspace_id, webhook_ids, KIND, event, tx.now)


def tell_all_of_breaks(tx: Transaction, webhook_ids: Collection[str], told: Sequence[tuple[BreakEvent, Break]]) -> None:
    """The same for many breaks in one workspace."""
    if webhook_ids and told:
        events = [_break_event(what, on) for what, on in told]
        webhook_events.add_all(tx.connection, told[0][1].pair.workspace_id, webhook_ids, KIND, events, tx.now)


def tell_of_signature(
    tx: Transaction, webhook_ids: Collection[str], what: SignatureEvent, signature: Signature
) -> None:
    """Queues what happened to a signature."""
    if webhook_ids:
        event = Event(signature.user_id, {"type": what, "signature": signatures.to_audit_fields(signature)})
        webhook_events.add(tx.connection, signature.workspace_id, webhook_ids, KIND, event, tx.now)


def tell_of_correction(
    tx: Transaction, webhook_ids: Collection[str], what: CorrectionEvent, correction: Correction
) -> None:
    """Queues what happened to a correction, after what happened to its records."""
    if webhook_ids:
        event = Event(correction.user_id, {"type": what, "correction": corrections.to_audit_fields(correction)})
        webhook_events.add(tx.connection, correction.workspace_id, webhook_ids, KIND, event, tx.now)


def correction_of(call: Message) -> Correction | None:
    """The correction that the call is about, as it was when the call was queued. None for other calls."""
    told = call.facts.get("correction")
    return corrections.from_audit_fields_of(told) if told else None


def signature_of(call: Message) -> Signature | None:
    """The signature that the call is about, as it was when the call was queued. None for other calls."""
    told = call.facts.get("signature")
    return signatures.from_audit_fields(told) if told else None


def _told(on: Break) -> Mapping[str, Any]:
    return {
        "id": on.id,
        "kind": on.kind,
        "is_paid": on.is_paid,
        "at": on.at,
        "recorded_at": on.recorded_at,
        "by": on.by,
        "ended_at": on.ended_at,
    }


def break_of(call: Message) -> Break | None:
    """The break that the call is about, as it was when the call was queued. None for calls about records."""
    told = call.facts.get("break")
    if told is None:
        return None
    times = {name: told[name] and pairs.instant_of(told[name]) for name in ("at", "recorded_at", "ended_at")}
    return Break(**{**told, **times}, pair=pairs.from_audit_fields(call.facts["pair"]))


def _event(action: Action, pair: Pair) -> Event:
    return Event(pair.user_id, {"type": EVENTS[action], "pair": pairs.to_audit_fields(pair)})


def _break_event(what: BreakEvent, on: Break) -> Event:
    return Event(on.user_id, {"type": what, "pair": pairs.to_audit_fields(on.pair), "break": _told(on)})


def before_of(call: Message) -> Pair | None:
    """The pair whose place was taken. None for calls about anything else."""
    told = call.facts.get("before")
    return None if told is None else pairs.from_audit_fields(told)


def pair_of(call: Message) -> Pair | None:
    """The pair as it was when the call was queued. None for calls about signatures
    and corrections."""
    return pairs.from_audit_fields(call.facts["pair"]) if "pair" in call.facts else None
