"""Asks for corrections. Nothing changes in the records until the other side agrees."""

from __future__ import annotations

from dataclasses import replace

from bot import permissions
from bot.attendance.correction_notices import tell_of_request
from bot.attendance.recording import (
    NewRecord,
    Pair,
    PairEvent,
    checked_record,
    lock_employee,
    lock_pair,
    refuse_too_old,
    zone_of_record,
)
from bot.attendance.rules import checked_pair
from bot.attendance.typed_minutes import fitting_start
from bot.attendance.use_case import UseCase
from bot.attendance.wanted_records import Wanted, completes, in_place_of
from bot.calendar.typed import comment
from bot.errors import NoReason, NotACorrection, NotYourWord
from bot.people.audit_entries import Action, record_audit_entry
from bot.permissions import Caller, Operation
from bot.webhooks import calls
from bot.webhooks.calls import CorrectionEvent
from storage import corrections, pairs
from storage.corrections import Correction, Kind
from storage.database import Transaction
from storage.errors import AlreadyAsked, AlreadyDeleted, NotDeleted
from storage.ids import new_id
from storage.subscribers import Audience


@UseCase
def ask_to_add(
    tx: Transaction, caller: Caller, new: NewRecord, reason: str, *, needs_reason: bool = True
) -> Correction:
    """Asks for a new record. Programs may ask without a reason.

    Raises Forbidden, NotYourWord, NotAnEmployee, NoReason, AlreadyAsked, Overlap, and what `recording.record` raises.
    """
    permissions.require(tx, caller, Operation.ASK, new.user_id)
    person, concerned = lock_employee(tx, caller, new.user_id)
    pair = checked_record(tx, caller, new, zone_of_record(tx, person, new.office_id))
    if new.typed_to_the_minute:
        pair = fitting_start(tx, pair)
    return _ask_to_add(tx, caller, pair, _said(reason, needs_reason), concerned)


@UseCase
def ask_to_change(
    tx: Transaction, caller: Caller, event_id: str, wanted: Wanted, reason: str, *, needs_reason: bool = True
) -> Correction:
    """Asks for another record in the place of the event's.

    Raises UnknownEvent, Forbidden, NotYourWord, AlreadyDeleted, NotACorrection, NoReason, AlreadyAsked, Overlap, and
    what `changing.change` raises.
    """
    pair, concerned = _lock(tx, caller, event_id)
    if completes(pair, wanted):
        raise NotACorrection(pair)
    heir = in_place_of(tx, caller, pair, wanted)
    said = _said(reason, needs_reason)
    refuse_too_old(tx, caller, heir.work_date, heir.clock_in.at)
    pairs.refuse_overlap(tx.connection, replace(heir, clock_in=replace(heir.clock_in, id=pair.clock_in.id)))
    return _ask(tx, caller, "change", pair, heir, said, concerned)


@UseCase
def ask_to_remove(
    tx: Transaction, caller: Caller, event_id: str, reason: str, *, needs_reason: bool = True
) -> Correction:
    """Asks to delete the event's record.

    Raises UnknownEvent, Forbidden, NotYourWord, AlreadyDeleted, NoReason or AlreadyAsked.
    """
    pair, concerned = _lock(tx, caller, event_id)
    return _ask(tx, caller, "remove", pair, None, _said(reason, needs_reason), concerned)


@UseCase
def ask_to_restore(
    tx: Transaction, caller: Caller, event_id: str, reason: str, *, needs_reason: bool = True
) -> Correction:
    """Asks for the event's deleted record again.

    Raises UnknownEvent, Forbidden, NotYourWord, NotDeleted, NoReason, AlreadyAsked or Overlap.
    """
    pair, concerned = lock_pair(tx, caller, event_id, Operation.ASK)
    said = _said(reason, needs_reason)
    if pair.deleted_at is None or pair.clock_out is None:
        raise NotDeleted(pair)
    return _ask_to_add(tx, caller, checked_pair(_again(tx, caller, pair), tx.now), said, concerned)


def _lock(tx: Transaction, caller: Caller, event_id: str) -> tuple[Pair, Audience]:
    pair, concerned = lock_pair(tx, caller, event_id, Operation.ASK)
    if pair.deleted_at is not None:
        raise AlreadyDeleted(pair)
    return pair, concerned


def _said(reason: str, needs_reason: bool) -> str | None:
    said = comment(reason.strip())
    if said is None and needs_reason:
        raise NoReason
    return said


def _ask_to_add(tx: Transaction, caller: Caller, pair: Pair, reason: str | None, concerned: Audience) -> Correction:
    refuse_too_old(tx, caller, pair.work_date, pair.clock_in.at)
    for one in corrections.of_people(tx.connection, pair.workspace_id, {pair.user_id}, waiting=True):
        if one.kind == "add" and one.after and _times(one.after) == _times(pair):
            raise AlreadyAsked(one, is_same=_wanted(one.after) == _wanted(pair) and one.asked_by == caller.user_id)
    pairs.refuse_overlap(tx.connection, pair)
    return _ask(tx, caller, "add", None, pair, reason, concerned)


def _ask(
    tx: Transaction,
    caller: Caller,
    kind: Kind,
    before: Pair | None,
    after: Pair | None,
    reason: str | None,
    concerned: Audience,
) -> Correction:
    if not caller.is_own_word:
        raise NotYourWord(caller.user_id)
    touched = [pair for pair in (before, after) if pair is not None]
    days = [pair.work_date for pair in touched]
    one = Correction(
        caller.workspace_id,
        new_id(),
        touched[0].user_id,
        kind,
        before.clock_in.id if before else None,
        _without_addresses(before),
        _without_addresses(after),
        min(days),
        max(days),
        reason,
        caller.user_id,
        tx.now,
        caller.via,
    )
    if one.is_asked_by_person:
        one = replace(one, person_answer="yes", person_at=tx.now)
    else:
        one = replace(one, employer_answer="yes", employer_by=caller.user_id, employer_at=tx.now)
    if waits := corrections.waiting_about(tx.connection, one.workspace_id, one.target_in_id):
        same = (waits.kind, waits.asked_by, _wanted(waits.after)) == (kind, one.asked_by, _wanted(after))
        raise AlreadyAsked(waits, is_same=same)
    corrections.add(tx.connection, one)
    tell_of_request(tx, caller, one)
    calls.tell_of_correction(tx, concerned.webhooks, CorrectionEvent.ASKED, one)
    record_audit_entry(tx, caller, Action.ASK_CORRECTION, one.correction_id, corrections.to_audit_fields(one))
    return one


def _again(tx: Transaction, caller: Caller, pair: Pair) -> Pair:
    """The record as if the caller entered it now. It names the one that it brings back."""

    def entered(half: PairEvent) -> PairEvent:
        return replace(half, id=new_id(), recorded_at=tx.now, by=caller.user_id, via=caller.via, ip=None)

    out = entered(pair.clock_out) if pair.clock_out else None
    undeleted = replace(pair, deleted_at=None, deleted_by=None, replaced_by=None)
    return replace(undeleted, clock_in=entered(pair.clock_in), clock_out=out, replaces=pair.clock_in.id)


def _without_addresses(pair: Pair | None) -> Pair | None:
    """A correction keeps no addresses."""
    if pair is None:
        return None
    out = pair.clock_out
    return replace(pair, clock_in=replace(pair.clock_in, ip=None), clock_out=replace(out, ip=None) if out else None)


def _wanted(pair: Pair | None) -> tuple[object, ...] | None:
    """What was asked for, whenever and by whomever."""
    if pair is None:
        return None
    return (pair.work_date, *((half.at, half.office_id, half.comment) for half in pair.halves))


def _times(pair: Pair) -> tuple[object, ...]:
    return pair.work_date, pair.clock_in.at, pair.clock_out.at if pair.clock_out else None
