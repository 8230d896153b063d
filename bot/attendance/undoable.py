"""Whether an undo would work now, so that none is offered that wouldn't. The undo itself is refused all the same."""

from __future__ import annotations

from bot import permissions
from bot.attendance.correction_rules import lock_within, require_no_agreement
from bot.attendance.end_of_day import refuse_later_record
from bot.attendance.recording import Pair, PairEvent
from bot.attendance.undo import entered_with, last_entered, may_undo, require_own_entry
from bot.permissions import Caller, Operation
from storage.database import Transaction
from storage.errors import Refusal
from storage.record_changes import is_last_step


def why_not(tx: Transaction, caller: Caller, pair: Pair, *, leaves_clock_in: bool) -> Refusal | None:
    """Why the caller can't undo the clock-out, or else all of the record. None if they can."""
    try:
        ended = require_own_entry(tx, caller, pair, leaves_clock_in)
        _refuse_locked(tx, pair)
        if leaves_clock_in:
            refuse_later_record(tx, pair, () if ended else entered_with(tx, pair))
    except Refusal as refused:
        return refused
    return None


def undoable_half(tx: Transaction, caller: Caller, pair: Pair) -> PairEvent | None:
    """What was entered last in the record, if they can undo that now. A change has its own undo."""
    half = last_entered(pair)
    if not may_undo(caller.user_id, half, tx.now):
        return None
    if pair.clock_out is None and pair.replaces is None:
        return half  # a clock-in, in whose way nothing can be
    if is_last_step(tx.connection, pair):
        return None
    return None if why_not(tx, caller, pair, leaves_clock_in=half == pair.clock_out) else half


def why_not_delete(tx: Transaction, caller: Caller, pair: Pair) -> Refusal | None:
    """The same for a record that they added for somebody else: its undo deletes it."""
    try:
        permissions.require(tx, caller, Operation.DELETE, pair.user_id)
        require_no_agreement(tx, caller, "remove", pair.user_id)
        _refuse_locked(tx, pair)
    except Refusal as refused:
        return refused
    return None


def _refuse_locked(tx: Transaction, pair: Pair) -> None:
    """Raises PeriodLocked."""
    if lock := lock_within(tx, pair):
        raise lock
