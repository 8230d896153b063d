"""Undo: people take back what they entered in the last ten minutes.

An undone clock-in is deleted, with its clock-out if there is one. An undone clock-out opens the record again: an event
keeps its partner for good, so the old pair is deleted and a new one starts where it did. A break that was entered with
its end is undone as a whole: the record after it is deleted, too.
"""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

from bot import permissions
from bot.attendance import paid_break_changes
from bot.attendance.change_notifications import Changed, notify_of_break, notify_of_change, notify_person
from bot.attendance.paid_break_changes import AuditedChange
from bot.attendance.recording import Pair, PairEvent
from bot.attendance.use_case import UseCase
from bot.errors import EnteredBySomebodyElse, TooLateToUndo
from bot.people.audit_entries import Action, record_audit_entries
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from bot.webhooks.calls import BreakEvent
from storage import breaks, corrections, paid_breaks, pair_queries, pairs, subscribers
from storage.audit import REPLACES, UNDONE
from storage.breaks import Break, State
from storage.database import Transaction
from storage.errors import AlreadyDeleted
from storage.ids import new_id
from storage.paid_breaks import Moment

UNDO_WITHIN = timedelta(minutes=10)


@dataclass(frozen=True, slots=True)
class Undone:
    """The pair that was undone, and the one that is open again if only its clock-out was undone."""

    pair: Pair
    reopened: Pair | None = None


@UseCase
def undo(tx: Transaction, caller: Caller, event_id: str) -> Undone:
    """Undoes a clock-in or clock-out that the caller entered, for themselves or for somebody else, who gets a message.

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
    _refuse(caller, _undone_events(pair, leaves_clock_in), tx.now)
    if (by := agreed_by(tx, pair)) not in (None, caller.user_id):
        raise EnteredBySomebodyElse(by or "")
    deleted = pairs.delete(tx.connection, pair, by=caller.user_id, at=tx.now)
    notify_of_change(tx, caller, Action.DELETE, deleted, concerned)
    undone = {UNDONE: str(Action.CLOCK_OUT if leaves_clock_in else Action.CLOCK_IN)}
    changes: list[AuditedChange] = [(Action.DELETE, pair.clock_in.id, pairs.to_audit_fields(deleted) | undone)]
    reopened = None
    if leaves_clock_in:
        after = _entered_with(tx, pair)
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
        if on := breaks.unpaid(deleted):
            notify_of_break(tx, BreakEvent.REMOVED, on, concerned)
    undone_half = Changed.CLOCK_OUT_UNDONE if reopened else Changed.CLOCK_IN_UNDONE
    notify_person(tx, caller, reopened or deleted, undone_half)
    record_audit_entries(tx, caller, changes)
    return Undone(deleted, reopened)


@dataclass(frozen=True, slots=True)
class LatestEntry:
    """What somebody entered last: a clock-in or clock-out of the record, or all of it at once. `paid`: a paid break in
    it."""

    pair: Pair
    half: PairEvent
    is_whole: bool
    paid: Break | None = None


async def latest_entry(services: Services, caller: Caller) -> LatestEntry | None:
    """What the caller entered last, for anybody, and can still take back; of paid breaks, only their own."""

    def read(tx: Transaction) -> LatestEntry | None:
        since = tx.now - UNDO_WITHIN
        state = breaks.state_of(tx.connection, caller.workspace_id, caller.user_id)
        newest = _entered_paid_break(state, caller.user_id, tx.now)
        for pair, action, facts in pair_queries.entered_by(tx.connection, caller.workspace_id, caller.user_id, since):
            if action == Action.CHANGE:  # has its own Undo
                return None
            was_cut = action == Action.CREATE and REPLACES in json.loads(facts)  # by a break: its clock-out is older
            leaves = (action == Action.CLOCK_OUT or was_cut) and pair.clock_out is not None
            undone = _undone_events(pair, leaves)
            mine = all(may_undo(caller.user_id, half, tx.now) for half in undone)
            if newest and newest[0] >= max(half.recorded_at for half in undone):
                break
            if mine and permissions.may(tx, caller, Operation.UNDO, pair.user_id):
                return LatestEntry(pair, undone[0], action == Action.CREATE and not was_cut)
        if newest is None:
            return None
        on = newest[1]
        return LatestEntry(on.pair, on.pair.clock_in, is_whole=False, paid=on)

    return await services.database.read(read)


def _entered_paid_break(state: State, user_id: str, now: datetime) -> tuple[datetime, Break] | None:
    """The last paid break of their open record, if they entered its start or end a short time ago, and when."""
    if state.latest is None or state.latest.clock_out or state.paid is None:
        return None
    entered = state.paid.end or state.paid.start
    if not may_undo(user_id, entered, now):
        return None
    return entered.recorded_at, breaks.paid(state.latest, state.paid)


def may_undo(user_id: str, half: PairEvent | Moment, now: datetime) -> bool:
    """Whether the person entered this a short time ago."""
    return half.by == user_id and now - half.recorded_at <= UNDO_WITHIN


def _entered_with(tx: Transaction, pair: Pair) -> Sequence[Pair]:
    """The open record after the break that the record ended for, if the end of the break was entered with its start."""
    latest = pairs.latest(tx.connection, pair.workspace_id, pair.user_id)
    out = pair.clock_out
    if latest is None or out is None or pair.out_break is None or latest.clock_out is not None:
        return []
    came = latest.clock_in
    return [latest] if came.at >= out.at and (came.recorded_at, came.by) == (out.recorded_at, out.by) else []


def agreed_by(tx: Transaction, pair: Pair) -> str | None:
    """Who agreed last to the correction that wrote the record. None if no correction did."""
    found = corrections.about_records(tx.connection, pair.workspace_id, [pair.clock_in.id])
    return found[pair.clock_in.id][-1].done_by if found else None


def _undone_events(pair: Pair, leaves_clock_in: bool) -> Sequence[PairEvent]:
    halves = [pair.clock_out] if leaves_clock_in else [pair.clock_in, pair.clock_out]
    return [half for half in halves if half is not None]


def _refuse(caller: Caller, halves: Sequence[PairEvent], now: datetime) -> None:
    for half in halves:
        if half.by != caller.user_id:
            raise EnteredBySomebodyElse(half.by)
        if now - half.recorded_at > UNDO_WITHIN:
            raise TooLateToUndo
