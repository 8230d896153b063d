"""Writes what a correction asked for. Its author is who asked; the one who agreed last does it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime
from typing import Any

from bot.attendance import changing
from bot.attendance.change_notifications import notify_of_change
from bot.attendance.paid_break_changes import AuditedChange, carry_over
from bot.attendance.recording import Pair, PairEvent, refuse_too_old
from bot.people.audit_entries import Action
from bot.permissions import Caller
from storage import audit, paid_breaks, pair_queries, pairs
from storage.corrections import Correction
from storage.database import Transaction
from storage.ids import new_id
from storage.pairs import Scope
from storage.subscribers import Audience


def as_it_is_now(tx: Transaction, one: Correction) -> Pair | None:
    """The record that the correction is about, or the one that took its place. None where it was deleted, or erased by
    its age."""
    in_id = one.target_in_id
    while in_id is not None:
        pair = pairs.by_events(tx.connection, one.workspace_id, [in_id]).get(in_id)
        if pair is None or pair.deleted_at is None:
            return pair
        if pair.replaced_by is None:
            return _at_its_time(tx, pair)
        in_id = pair.replaced_by
    return None


def _at_its_time(tx: Transaction, gone: Pair) -> Pair | None:
    """The first record of that time. One that a break cut in two, or whose clock-out was undone, doesn't name what it
    became."""
    day = Scope(gone.workspace_id, gone.work_date, gone.work_date, frozenset({gone.user_id}))
    for pair in pair_queries.within(tx.connection, day):
        begins_before = gone.clock_out is None or pair.clock_in.at < gone.clock_out.at
        if begins_before and (pair.clock_out is None or pair.clock_out.at > gone.clock_in.at):
            return pair
    return None


def is_as_asked(one: Correction, now: Pair | None) -> bool:
    """Whether the record still is what it was when it was asked about. Comments may have been erased since."""
    return now is not None and one.before is not None and _facts(now) == _facts(one.before)


def write(
    tx: Transaction, caller: Caller, one: Correction, now: Pair | None, concerned: Audience
) -> tuple[Pair | None, list[AuditedChange]]:
    """Adds, changes or removes the record (`now`, which is as it was when asked about). Returns the new one, and what
    to audit. Raises Overlap, AlreadyClockedIn or TooOld."""
    marks = {audit.CORRECTION: {"id": one.correction_id, "by": one.asked_by, "via": one.asked_via}}
    if one.after is None:
        assert now is not None
        gone = pairs.delete(tx.connection, now, by=one.asked_by, at=tx.now)
        notify_of_change(tx, caller, Action.DELETE, gone, concerned)
        return None, [(Action.DELETE, gone.clock_in.id, pairs.to_audit_fields(gone) | marks)]
    heir = _entered(one, one.after, now, tx.now)
    refuse_too_old(tx, caller, heir.work_date, heir.clock_in.at)
    if now is None:
        heir = replace(heir, replaces=None)
        pairs.add(tx.connection, heir)
        notify_of_change(tx, caller, Action.CREATE, heir, concerned)
        made: AuditedChange = (Action.CREATE, heir.clock_in.id, pairs.to_audit_fields(heir) | marks)
        return heir, [made, *_with_its_breaks(tx, heir, one.after.replaces)]
    done, entries = changing.put_in_place(tx, caller, now, heir, one.reason, concerned, by=one.asked_by)
    return done.pair, [(action, subject, _marked(action, facts, marks)) for action, subject, facts in entries]


def _with_its_breaks(tx: Transaction, heir: Pair, back_id: str | None) -> list[AuditedChange]:
    """The paid breaks of the deleted record that it brings back, if it does."""
    former = pairs.by_events(tx.connection, heir.workspace_id, [back_id or ""]).get(back_id or "")
    if former is None:
        return []
    inside = paid_breaks.of_records(tx.connection, heir.workspace_id, [former.clock_in.id])
    return carry_over(tx, inside.get(former.clock_in.id, []), heir, former)


def _marked(action: Action, facts: Any, marks: dict[str, Any]) -> Any:
    return {**facts, **marks} if action in audit.ABOUT_RECORDS else facts


def _entered(one: Correction, asked: Pair, now: Pair | None, at: datetime) -> Pair:
    """With ids of its own. A half that was asked for is entered then; one that stays is as it is in the record now,
    with what a correction doesn't keep."""

    def entered(half: PairEvent, was: PairEvent | None, is_now: PairEvent | None) -> PairEvent:
        if was is not None and is_now is not None and replace(half, id=was.id) == was:
            return replace(is_now, id=new_id())
        return replace(half, id=new_id(), recorded_at=at)

    was, left = one.before, asked.clock_out
    came = entered(asked.clock_in, was.clock_in if was else None, now.clock_in if now else None)
    went = entered(left, was.clock_out if was else None, now.clock_out if now else None) if left else None
    return replace(asked, clock_in=came, clock_out=went)


def _facts(pair: Pair) -> dict[str, object]:
    told = pairs.to_audit_fields(pair)
    return {name: value for name, value in told.items() if name not in audit.PRIVATE}
