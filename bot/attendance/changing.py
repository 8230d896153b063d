"""Changes a record in one step, and takes the change back.

A record is never written again. Another one takes its place in one transaction: the former is deleted and names it, and
it names the former. What isn't named stays, also breaks where they still fit.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from dataclasses import dataclass, replace
from datetime import datetime

from bot import permissions
from bot.attendance import paid_break_changes
from bot.attendance.change_notifications import (
    Changed,
    notify_of_break,
    notify_of_replacement,
    notify_person_of_replacement,
)
from bot.attendance.correction_rules import require_no_agreement
from bot.attendance.paid_break_changes import AuditedChange
from bot.attendance.recording import Pair, lock_pair, refuse_too_old
from bot.attendance.undo import UNDO_WITHIN
from bot.attendance.use_case import UseCase
from bot.attendance.wanted_records import Wanted, completes, in_place_of
from bot.errors import AlreadyUndone, NoReason, NotAChange, WentOn
from bot.people.audit_entries import Action, record_audit_entries
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from bot.webhooks.calls import BreakEvent
from storage import audit, breaks, paid_breaks, pairs
from storage.audit import REASON, UNDONE
from storage.database import Transaction
from storage.errors import AlreadyDeleted
from storage.paid_breaks import Moment, PaidBreak
from storage.subscribers import Audience


@dataclass(frozen=True, slots=True)
class ChangedRecord:
    """The record as it was, which is deleted now, and the one in its place. After an undo, the other way round."""

    before: Pair
    pair: Pair


async def find_changeable(
    services: Services, caller: Caller, event_id: str, operation: Operation = Operation.CHANGE
) -> Pair:
    """The event's record, if the caller may change it, or delete it. Raises UnknownEvent, Forbidden or
    AlreadyDeleted."""

    def read(tx: Transaction) -> Pair:
        permissions.require_operation(tx, caller, operation)
        pair = pairs.by_event(tx.connection, caller.workspace_id, event_id)
        permissions.require(tx, caller, operation, pair.user_id)
        if pair.deleted_at is not None:
            raise AlreadyDeleted(pair)
        return pair

    return await services.database.read(read)


@UseCase
def change(tx: Transaction, caller: Caller, event_id: str, wanted: Wanted, why: str) -> ChangedRecord:
    """Puts another record in the place of the event's. Its person gets a message.

    Raises UnknownEvent, Forbidden, AlreadyDeleted, NoReason, NeedsCorrection, NothingToChange, UnknownOffice,
    OutNotAfterIn, TooLong, WorkDateTooFar, InFuture, TooOld, AlreadyClockedIn or Overlap.
    """
    pair, concerned = lock_pair(tx, caller, event_id, Operation.CHANGE)
    if pair.deleted_at is not None:
        raise AlreadyDeleted(pair)
    if not why.strip():
        raise NoReason
    heir = in_place_of(tx, caller, pair, wanted)
    if not completes(pair, wanted):
        require_no_agreement(tx, caller, "change", pair.user_id)
    refuse_too_old(tx, caller, heir.work_date, heir.clock_in.at)
    done, entries = put_in_place(tx, caller, pair, heir, why.strip(), concerned, by=caller.user_id)
    notify_person_of_replacement(tx, caller, Changed.CHANGED, done.before, done.pair, why.strip())
    record_audit_entries(tx, caller, entries)
    return done


@UseCase
def undo_change(tx: Transaction, caller: Caller, event_id: str) -> ChangedRecord:
    """Brings the former back in the place of the event's record. Raises UnknownEvent, Forbidden, AlreadyDeleted,
    AlreadyUndone, NotAChange, WentOn, NeedsCorrection, AlreadyClockedIn or Overlap."""
    pair, concerned = lock_pair(tx, caller, event_id, Operation.CHANGE)
    former = pairs.by_events(tx.connection, pair.workspace_id, [pair.replaces or ""]).get(pair.replaces or "")
    if pair.deleted_at is not None:
        is_back = former is not None and former.deleted_at is None and pair.replaced_by is None
        raise AlreadyUndone(pair) if is_back else AlreadyDeleted(pair)
    if pair.replaces is None:
        raise NotAChange(pair)
    if former is None:  # erased by its age
        raise NotAChange(pair)
    if _went_on(tx, caller, former, pair):
        raise WentOn(pair)
    changed_at = former.deleted_at
    just_now = former.deleted_by == caller.user_id and changed_at is not None and tx.now - changed_at <= UNDO_WITHIN
    if not (just_now and _completed(former, pair)):  # later it would be a way around the person's agreement
        require_no_agreement(tx, caller, "change", pair.user_id)
    deleted = pairs.delete(tx.connection, pair, by=caller.user_id, at=tx.now)
    back = pairs.restore(tx.connection, former)
    notify_of_replacement(tx, caller, deleted, back, concerned)
    notify_person_of_replacement(tx, caller, Changed.CHANGE_UNDONE, deleted, back, None)
    undone = {UNDONE: str(Action.CHANGE)}
    entries: list[AuditedChange] = [
        (Action.DELETE, deleted.clock_in.id, pairs.to_audit_fields(deleted) | undone),
        (Action.RESTORE, back.clock_in.id, pairs.to_audit_fields(back) | undone),
    ]
    record_audit_entries(tx, caller, entries)
    return ChangedRecord(deleted, back)


def put_in_place(
    tx: Transaction, caller: Caller, pair: Pair, heir: Pair, why: str | None, concerned: Audience, *, by: str
) -> tuple[ChangedRecord, list[AuditedChange]]:
    """Writes `heir` in the place of `pair`, which is deleted by that person. Returns what to audit as well. Raises
    AlreadyDeleted, AlreadyClockedIn, Overlap or PeriodLocked."""
    inside = paid_breaks.of_records(tx.connection, pair.workspace_id, [pair.clock_in.id]).get(pair.clock_in.id, [])
    before = pairs.replace_by(tx.connection, pair, heir, by=by, at=tx.now)
    notify_of_replacement(tx, caller, before, heir, concerned)
    entries: list[AuditedChange] = [
        (Action.DELETE, before.clock_in.id, pairs.to_audit_fields(before)),
        (Action.CHANGE, heir.clock_in.id, pairs.to_audit_fields(heir) | {REASON: why}),
    ]
    kept = list(_fitting(tx, caller, inside, heir))
    entries += paid_break_changes.carry_over(tx, kept, heir, pair)
    stay = {one.break_id for one in kept}
    for one in inside:
        if one.break_id not in stay:
            notify_of_break(tx, BreakEvent.REMOVED, breaks.paid(before, one), concerned)
    return ChangedRecord(before, heir), entries


def _completed(former: Pair, pair: Pair) -> bool:
    """Whether the change just gave an open clock-in its clock-out."""
    came = replace(pair.clock_in, id=former.clock_in.id)
    return (
        former.clock_out is None
        and pair.clock_out is not None
        and (came, pair.work_date)
        == (
            former.clock_in,
            former.work_date,
        )
    )


def _went_on(tx: Transaction, caller: Caller, former: Pair, pair: Pair) -> bool:
    """Whether a clock-out or a break was entered after the change. It would be lost with the record."""
    entries = audit.about(tx.connection, pair.workspace_id, audit.Kind.RECORD, [pair.clock_in.id])
    if pair.out_break != former.out_break or any(entry.action == Action.CLOCK_OUT for entry in entries):
        return True
    before, now = former.clock_in.id, pair.clock_in.id
    inside = paid_breaks.of_records(tx.connection, pair.workspace_id, [before, now])
    kept = _fitting(tx, caller, inside.get(before, []), pair)
    return [*map(_span, kept)] != [*map(_span, inside.get(now, []))]


def _span(one: PaidBreak) -> tuple[datetime, datetime | None]:
    return one.start.at, one.end.at if one.end else None


def _fitting(tx: Transaction, caller: Caller, inside: Iterable[PaidBreak], heir: Pair) -> Iterator[PaidBreak]:
    """The paid breaks that lie in the record. One that was going on ends with it."""
    for one in inside:
        if one.start.at < heir.clock_in.at:
            continue
        if heir.clock_out is None:
            yield one
        elif one.end is None and one.start.at < heir.clock_out.at:
            most = paid_break_changes.longest(tx, one)
            ends_at = min(heir.clock_out.at, one.start.at + most) if most else heir.clock_out.at
            yield replace(one, end=Moment(ends_at, tx.now, caller.user_id, caller.via))
        elif one.end and one.end.at <= heir.clock_out.at:
            yield one
