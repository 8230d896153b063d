"""Starts, ends and removes paid breaks within a transaction, and shows it to everybody it concerns."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from datetime import datetime, timedelta

from bot.attendance.change_notifications import ask_back_again, notify_of_break, notify_of_change
from bot.people.audit_entries import Action
from bot.permissions import Caller
from bot.webhooks.calls import BreakEvent
from bot.workspaces import workspace_settings
from storage import breaks, paid_breaks
from storage.audit import REPLACES
from storage.database import Transaction
from storage.ids import new_id
from storage.paid_breaks import Moment, PaidBreak
from storage.pairs import Pair
from storage.subscribers import Audience

AuditedChange = tuple[Action, str, Mapping[str, object]]
"""Action, subject and facts of an audit entry. It is written last, because it locks the chain."""


def start(tx: Transaction, caller: Caller, pair: Pair, one: PaidBreak, concerned: Audience) -> AuditedChange:
    """Starts the break, open or over already. Raises BreakInTheWay or NotInsideRecord."""
    paid_breaks.start(tx.connection, one)
    _tell(tx, caller, pair, one, Action.START_BREAK, BreakEvent.STARTED, concerned)
    if one.end:
        notify_of_break(tx, BreakEvent.ENDED, breaks.paid(pair, one), concerned)
    return Action.START_BREAK, one.break_id, paid_breaks.to_audit_fields(one)


def end(
    tx: Transaction, caller: Caller, pair: Pair, one: PaidBreak, at: datetime, concerned: Audience
) -> AuditedChange:
    """Ends the break then. Raises BreakIsOver."""
    ended = paid_breaks.end(tx.connection, one, moment(tx, caller, at))
    _tell(tx, caller, pair, ended, Action.END_BREAK, BreakEvent.ENDED, concerned)
    return Action.END_BREAK, one.break_id, paid_breaks.to_audit_fields(ended)


def remove(tx: Transaction, caller: Caller, pair: Pair, one: PaidBreak, concerned: Audience) -> AuditedChange:
    """Removes the break. Raises BreakIsOver."""
    removed = paid_breaks.remove(tx.connection, one, by=caller.user_id, at=tx.now)
    _tell(tx, caller, pair, removed, Action.REMOVE_BREAK, BreakEvent.REMOVED, concerned)
    return Action.REMOVE_BREAK, one.break_id, paid_breaks.to_audit_fields(removed)


def carry_over(tx: Transaction, found: Iterable[PaidBreak], pair: Pair, before: Pair) -> list[AuditedChange]:
    """Writes the breaks of the record `before` into `pair`, which replaces it. One that ended with its clock-out is
    open again if `pair` is."""
    changes: list[AuditedChange] = []
    out = before.clock_out if pair.clock_out is None else None
    for one in found:
        copy = replace(one, break_id=new_id(), in_id=pair.clock_in.id)
        if out and copy.end and copy.end.recorded_at == out.recorded_at:
            copy = replace(copy, end=None)
        paid_breaks.start(tx.connection, copy)
        if copy.end is None:
            ask_back_again(tx, pair, one.break_id, copy.break_id)
        facts = paid_breaks.to_audit_fields(copy) | {REPLACES: one.break_id}
        changes.append((Action.START_BREAK, copy.break_id, facts))
    return changes


def bring_back(tx: Transaction, caller: Caller, before: Pair, pair: Pair, concerned: Audience) -> list[AuditedChange]:
    """Starts the break again that was removed with the clock-out of `before`, in the open record in its place."""
    out, changes = before.clock_out, list[AuditedChange]()
    for one in paid_breaks.ever_in_records(tx.connection, before.workspace_id, [before.clock_in.id]):
        if out and one.end is None and (one.deleted_at, one.deleted_by) == (out.recorded_at, out.by):
            copy = replace(one, break_id=new_id(), in_id=pair.clock_in.id, deleted_at=None, deleted_by=None)
            action, subject, facts = start(tx, caller, pair, copy, concerned)
            ask_back_again(tx, pair, one.break_id, copy.break_id)
            changes.append((action, subject, {**facts, REPLACES: one.break_id}))
    return changes


def longest(tx: Transaction, one: PaidBreak) -> timedelta | None:
    """How long a break of its kind is paid. None: for as long as it lasts, or the kind isn't known any more."""
    kind = workspace_settings.in_force(tx, one.workspace_id).break_kinds.named(one.kind)
    return kind.paid_for if kind else None


def moment(tx: Transaction, caller: Caller, at: datetime) -> Moment:
    """What the caller enters now of that time."""
    return Moment(at, tx.now, caller.user_id, caller.via)


def _tell(
    tx: Transaction,
    caller: Caller,
    pair: Pair,
    one: PaidBreak,
    action: Action,
    what: BreakEvent,
    concerned: Audience,
) -> None:
    notify_of_change(tx, caller, action, pair, concerned)
    notify_of_break(tx, what, breaks.paid(pair, one), concerned)
