"""Undo: people take back what they entered in the last ten minutes.

An undone clock-in is deleted, with its clock-out if there is one. An undone clock-out opens the record again: an event
keeps its partner for good, so the old pair is deleted and a new one starts where it did. A break that was entered with
its end is undone as a whole: the record after it is deleted, too. Where the day ended at a break, the person is on it
again.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import permissions
from bot.attendance import paid_break_changes
from bot.attendance.change_notifications import Changed, notify_of_break, notify_of_change, notify_person
from bot.attendance.end_of_day import EndOfDay, end_of_day, on_break_again
from bot.attendance.paid_break_changes import AuditedChange
from bot.attendance.recording import Pair, PairEvent
from bot.attendance.use_case import UseCase
from bot.errors import EnteredBySomebodyElse, TooLateToUndo
from bot.people.audit_entries import Action, record_audit_entries
from bot.permissions import Caller, Operation
from bot.webhooks.calls import BreakEvent
from storage import breaks, corrections, paid_breaks, pairs, subscribers
from storage.audit import REPLACES, UNDONE
from storage.breaks import Break
from storage.database import Transaction
from storage.errors import AlreadyDeleted
from storage.ids import new_id
from storage.paid_breaks import Moment

UNDO_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Undone:
    """The pair that was undone, and the one that is open again if only its clock-out was undone. `on`: the break that
    the person is on again."""

    pair: Pair
    reopened: Pair | None = None
    on: Break | None = None


@UseCase
def undo(tx: Transaction, caller: Caller, event_id: str) -> Undone:
    """Undoes a clock-in or clock-out that the caller entered, for themselves or for somebody else, who gets a message;
    of a clock-out that became the end of the day, only that it did.

    Raises UnknownEvent, Forbidden, AlreadyDeleted, EnteredBySomebodyElse or TooLateToUndo; AlreadyClockedIn or Overlap
    if the record can't be opened again.
    """
    user_id = pairs.by_event(tx.connection, caller.workspace_id, event_id).user_id
    permissions.require(tx, caller, Operation.UNDO, user_id)
    _, concerned = subscribers.lock_person(tx, caller.workspace_id, user_id)
    pair = pairs.by_event(tx.connection, caller.workspace_id, event_id)  # as it is, now that nobody can change it
    if pair.deleted_at is not None:
        raise AlreadyDeleted(pair)
    leaves_clock_in = pair.clock_out is not None and pair.clock_out.id == event_id
    if ended := require_own_entry(tx, caller, pair, leaves_clock_in):
        former, again = on_break_again(tx, caller, pair, ended.kind, concerned)
        return Undone(former, on=again)
    deleted = pairs.delete(tx.connection, pair, by=caller.user_id, at=tx.now)
    notify_of_change(tx, caller, Action.DELETE, deleted, concerned)
    undone = {UNDONE: str(Action.CLOCK_OUT if leaves_clock_in else Action.CLOCK_IN)}
    changes: list[AuditedChange] = [(Action.DELETE, pair.clock_in.id, pairs.to_audit_fields(deleted) | undone)]
    reopened = on = None
    if leaves_clock_in:
        after = entered_with(tx, pair)
        inside = paid_breaks.of_records(tx.connection, caller.workspace_id, [one.clock_in.id for one in (pair, *after)])
        for one in after:
            gone = pairs.delete(tx.connection, one, by=caller.user_id, at=tx.now)
            notify_of_change(tx, caller, Action.DELETE, gone, concerned)
            changes.append((Action.DELETE, one.clock_in.id, pairs.to_audit_fields(gone)))
        came = replace(pair.clock_in, id=new_id())
        reopened = replace(pair, clock_in=came, clock_out=None, out_break=None, replaces=None)
        pairs.add(tx.connection, reopened)
        notify_of_change(tx, caller, Action.CLOCK_IN, reopened, concerned, replaces=pair.clock_in.id)
        facts = pairs.to_audit_fields(reopened) | undone | {REPLACES: pair.clock_in.id}
        changes.append((Action.CLOCK_IN, reopened.clock_in.id, facts))
        entered = pair.clock_out.recorded_at if after and pair.clock_out else None
        for one in (pair, *after):
            kept = [found for found in inside.get(one.clock_in.id, []) if found.start.recorded_at != entered]
            changes += paid_break_changes.carry_over(tx, kept, reopened, one)
        changes += paid_break_changes.bring_back(tx, caller, pair, reopened, concerned)
        if was := breaks.unpaid(deleted):
            notify_of_break(tx, BreakEvent.REMOVED, was, concerned)
        on = breaks.state_of(tx.connection, caller.workspace_id, user_id).break_at(tx.now)
    undone_half = Changed.CLOCK_OUT_UNDONE if reopened else Changed.CLOCK_IN_UNDONE
    notify_person(tx, caller, reopened or deleted, undone_half)
    record_audit_entries(tx, caller, changes)
    return Undone(deleted, reopened, on)


def require_own_entry(tx: Transaction, caller: Caller, pair: Pair, leaves_clock_in: bool) -> EndOfDay | None:
    """Returns the end of the day, if that is what is undone. Raises TooLateToUndo, or EnteredBySomebodyElse, also for a
    record that a correction wrote with somebody else's word."""
    ended = end_of_day(tx, pair) if leaves_clock_in else None
    if ended:
        refuse_undo(caller, ended.by, ended.at, tx.now)
    else:
        for half in undone_events(pair, leaves_clock_in):
            refuse_undo(caller, half.by, half.recorded_at, tx.now)
    if (by := agreed_by(tx, pair)) not in (None, caller.user_id):
        raise EnteredBySomebodyElse(by or "")
    return ended


def may_undo(user_id: str, half: PairEvent | Moment, now: datetime) -> bool:
    """Whether the person entered this a short time ago."""
    return half.by == user_id and now - half.recorded_at <= UNDO_WITHIN


def last_entered(pair: Pair) -> PairEvent:
    """The clock-out, or the clock-in of an open record and of one that was added whole."""
    came, left = pair.clock_in, pair.clock_out
    if left is None or (left.by, left.recorded_at) == (came.by, came.recorded_at):
        return came
    return left


def entered_with(tx: Transaction, pair: Pair) -> Sequence[Pair]:
    """The record after the break that the record ended for, if all of it was entered with the start of the break."""
    latest = pairs.latest(tx.connection, pair.workspace_id, pair.user_id)
    out = pair.clock_out
    if latest is None or out is None or pair.out_break is None or latest.clock_in.at < out.at:
        return []
    were_together = all((half.recorded_at, half.by) == (out.recorded_at, out.by) for half in latest.halves)
    return [latest] if were_together else []


def agreed_by(tx: Transaction, pair: Pair) -> str | None:
    """Who agreed last to the correction that wrote the record. None if no correction did."""
    found = corrections.about_records(tx.connection, pair.workspace_id, [pair.clock_in.id])
    return found[pair.clock_in.id][-1].done_by if found else None


def undone_events(pair: Pair, leaves_clock_in: bool) -> Sequence[PairEvent]:
    """What an undo takes back of the record."""
    halves = [pair.clock_out] if leaves_clock_in else [pair.clock_in, pair.clock_out]
    return [half for half in halves if half is not None]


def refuse_undo(caller: Caller, by: str, at: datetime, now: datetime) -> None:
    """Of what that person entered then. Raises EnteredBySomebodyElse or TooLateToUndo."""
    if by != caller.user_id:
        raise EnteredBySomebodyElse(by)
    if now - at > UNDO_WITHIN:
        raise TooLateToUndo
