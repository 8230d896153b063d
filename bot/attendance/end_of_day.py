"""Takes back that a day ended at a break, so that the person is on it again.

A clock-out is written once, so the record is deleted and the same one is written again, with the break that its
clock-out started.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime

from bot.attendance import paid_break_changes
from bot.attendance.change_notifications import (
    Changed,
    ask_back_again,
    notify_of_break,
    notify_of_change,
    notify_person,
)
from bot.attendance.paid_break_changes import AuditedChange
from bot.people.audit_entries import Action, record_audit_entries
from bot.permissions import Caller
from bot.webhooks.calls import BreakEvent
from storage import audit, breaks, paid_breaks, pairs
from storage.audit import REPLACES, UNDONE, Entry, Kind
from storage.breaks import Break
from storage.database import Transaction
from storage.errors import AlreadyClockedIn, Overlap
from storage.ids import new_id
from storage.pairs import Pair
from storage.subscribers import Audience


@dataclass(frozen=True, slots=True)
class EndOfDay:
    """Who said when that the day ended at a break of that kind."""

    by: str
    at: datetime
    kind: str


def end_of_day(tx: Transaction, pair: Pair) -> EndOfDay | None:
    """How the record ended, if the last that was said about it is that the day ended at its break."""
    if pair.clock_out is None or pair.out_break is not None:
        return None
    entries = audit.about(tx.connection, pair.workspace_id, Kind.RECORD, [pair.clock_in.id])
    if len(entries) < 2 or entries[-1].action != Action.END_DAY:
        return None
    kind = _kind(entries)
    return EndOfDay(entries[-1].actor, entries[-1].at, kind) if kind else None


def on_break_again(tx: Transaction, caller: Caller, pair: Pair, kind: str, concerned: Audience) -> tuple[Pair, Break]:
    """Returns the record that was deleted, and the break that goes on. Raises AlreadyClockedIn or Overlap if there is a
    later record."""
    refuse_later_record(tx, pair)
    assert pair.clock_out is not None
    inside = paid_breaks.of_records(tx.connection, pair.workspace_id, [pair.clock_in.id]).get(pair.clock_in.id, [])
    deleted = pairs.delete(tx.connection, pair, by=caller.user_id, at=tx.now)
    notify_of_change(tx, caller, Action.DELETE, deleted, concerned)
    came, left = (replace(half, id=new_id()) for half in (pair.clock_in, pair.clock_out))
    again = replace(pair, clock_in=came, clock_out=left, out_break=kind, replaces=None)
    pairs.add(tx.connection, again)
    notify_of_change(tx, caller, Action.CREATE, again, concerned, replaces=pair.clock_in.id)
    on = breaks.unpaid(again)
    assert on is not None
    notify_of_break(tx, BreakEvent.STARTED, on, concerned)
    ask_back_again(tx, again, pair.clock_out.id, on.id)
    notify_person(tx, caller, again, Changed.BREAK_UNDONE, on)
    undone = {UNDONE: str(Action.END_DAY)}
    changes: list[AuditedChange] = [
        (Action.DELETE, pair.clock_in.id, pairs.to_audit_fields(deleted) | undone),
        (Action.CREATE, came.id, pairs.to_audit_fields(again) | undone | {REPLACES: pair.clock_in.id}),
        *paid_break_changes.carry_over(tx, inside, again, pair),
    ]
    record_audit_entries(tx, caller, changes)
    return deleted, on


def refuse_later_record(tx: Transaction, pair: Pair, besides: Sequence[Pair] = ()) -> None:
    """Raises AlreadyClockedIn or Overlap if the person has a later record than this one and those `besides`."""
    latest = pairs.latest(tx.connection, pair.workspace_id, pair.user_id)
    if latest and latest.clock_in.id not in {one.clock_in.id for one in (pair, *besides)}:
        raise Overlap(latest) if latest.clock_out else AlreadyClockedIn(latest)


def _kind(entries: Sequence[Entry]) -> str | None:
    """Of the break, as the entry before says."""
    try:
        kind = entries[-2].told().get("out_break")
    except ValueError:  # not one of ours: `verify` says so
        return None
    return kind if isinstance(kind, str) else None
