"""Adds a break that was forgotten to the records of a day.

A record is never changed. An unpaid break replaces it by the two around the break, in one transaction: the old one is
deleted, and the new ones name it. A paid break is a note inside its record.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import permissions
from bot.attendance import paid_break_changes
from bot.attendance.change_notifications import Changed, notify_of_change, notify_person
from bot.attendance.correction_rules import require_no_agreement
from bot.attendance.paid_break_changes import AuditedChange
from bot.attendance.recording import Pair, PairEvent
from bot.attendance.undo import UNDO_WITHIN, agreed_by, may_undo
from bot.attendance.use_case import UseCase
from bot.calendar.break_kinds import BreakKind
from bot.calendar.worktime import TimeOfDay, first_after, is_forgotten, zone_named
from bot.errors import (
    EnteredBySomebodyElse,
    LongerThanPaid,
    NotDuringTheDay,
    NothingToCut,
    TooLateForBreak,
    TooLateToUndo,
)
from bot.people.audit_entries import Action, record_audit_entries
from bot.permissions import Caller, Operation
from storage import audit, breaks, paid_breaks, pair_queries, pairs, subscribers, totals
from storage.audit import REPLACES, SPLIT, Kind
from storage.database import Transaction
from storage.errors import BreakInTheWay, BreakIsOver, NotDeleted
from storage.ids import new_id
from storage.paid_breaks import PaidBreak
from storage.pairs import Scope
from storage.subscribers import Audience

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class AddedBreak:
    """The break (UTC), and the worked time of its work date without it, so far if work `goes_on`. `replaced`: the
    clock-ins of the records that it cut; `break_id`: of a paid one, which cuts none."""

    user_id: str
    work_date: date
    start: datetime
    end: datetime
    zone: ZoneInfo
    kind: BreakKind
    day_total: timedelta = timedelta()
    replaced: Sequence[str] = ()
    break_id: str | None = None
    goes_on: bool = False


@UseCase
def add_break(
    tx: Transaction, caller: Caller, user_id: str, day: date, start: TimeOfDay, end: TimeOfDay, kind: BreakKind
) -> AddedBreak:
    """Adds a break to the ended records of that work date, in the zone of the first of them.

    Those who may delete records may do so at any time. Everybody else, as long as they can undo the clock-out of the
    record that the break cuts: until then they could also undo it, enter the break and clock out again.

    Raises Forbidden, UnknownUser, NotDuringTheDay, NothingToCut, LongerThanPaid, TooLateForBreak, NeedsCorrection or
    BreakInTheWay, and what `first_after` raises.
    """
    permissions.require(tx, caller, Operation.RECORD, user_id)
    _, concerned = subscribers.lock_person(tx, caller.workspace_id, user_id)
    found = pair_queries.within(tx.connection, Scope(caller.workspace_id, day, day, frozenset({user_id})))
    ended = [pair for pair in found if pair.clock_out]
    if not ended:  # deleted since the form was opened
        raise NotDuringTheDay(day, None)
    first, last = ended[0].clock_in, ended[-1].clock_out
    assert last is not None
    zone = zone_named(first.zone)
    begins = first_after(start, first.at, zone)
    ends = first_after(end, begins, zone)
    if ends >= last.at:
        raise NotDuringTheDay(day, (first.at, last.at, zone))
    cut = [pair for pair in ended if _shared(pair, begins, ends) >= MINUTE]  # a typed minute is a whole one
    added = AddedBreak(user_id, day, begins, ends, zone, kind)
    if not cut or (kind.is_paid and not _holds(cut[0], begins, ends)):
        raise NothingToCut(begins, ends, zone, kind.is_paid)
    for pair in cut:
        _require_cut(tx, caller, pair, added)
    if kind.is_paid:
        added, entries = _note(tx, caller, cut[0], added, concerned)
    else:
        added = replace(added, replaced=[pair.clock_in.id for pair in cut])
        entries = [entry for pair in cut for entry in _cut_out(tx, caller, pair, added, concerned)]
    notify_person(tx, caller, cut[0], Changed.BREAK_ADDED)
    record_audit_entries(tx, caller, entries)
    total = totals.worked(tx.connection, caller.workspace_id, user_id, day).day
    running = breaks.state_of(tx.connection, caller.workspace_id, user_id).open_pair
    if running is None or running.work_date != day or is_forgotten(running.clock_in.at, tx.now):
        return replace(added, day_total=total)
    so_far = max(pairs.minutes_between(running.clock_in.at, tx.now), timedelta())
    return replace(added, day_total=total + so_far, goes_on=True)


@UseCase
def undo_added_break(
    tx: Transaction, caller: Caller, user_id: str, replaced: Sequence[str], break_id: str | None = None
) -> None:
    """Takes back a break that the caller added in the last ten minutes: puts the records back that it cut, or removes
    the paid break.

    Raises Forbidden, UnknownEvent, NotDeleted, AlreadyDeleted, BreakIsOver, EnteredBySomebodyElse or TooLateToUndo.
    """
    permissions.require(tx, caller, Operation.UNDO, user_id)
    _, concerned = subscribers.lock_person(tx, caller.workspace_id, user_id)
    entries: list[AuditedChange] = []
    if break_id is not None:
        entries.append(_removed(tx, caller, user_id, break_id, concerned))
    before = [pairs.by_event(tx.connection, caller.workspace_id, in_id) for in_id in replaced]
    for part in [part for pair in before for part in _parts_of(tx, caller, pair, user_id)]:
        deleted = pairs.delete(tx.connection, part, by=caller.user_id, at=tx.now)
        notify_of_change(tx, caller, Action.DELETE, deleted, concerned)
        entries.append((Action.DELETE, deleted.clock_in.id, pairs.to_audit_fields(deleted)))
    for pair in [pairs.restore(tx.connection, pair) for pair in before]:
        notify_of_change(tx, caller, Action.RESTORE, pair, concerned)
        notify_person(tx, caller, pair, Changed.RESTORED)
        entries.append((Action.RESTORE, pair.clock_in.id, pairs.to_audit_fields(pair)))
    record_audit_entries(tx, caller, entries)


def _shared(pair: Pair, begins: datetime, ends: datetime) -> timedelta:
    """How much of the record the break takes."""
    assert pair.clock_out is not None
    return min(ends, pair.clock_out.at) - max(begins, pair.clock_in.at)


def _holds(pair: Pair, begins: datetime, ends: datetime) -> bool:
    return _shared(pair, begins, ends) == ends - begins


def _require_cut(tx: Transaction, caller: Caller, pair: Pair, added: AddedBreak) -> None:
    """Raises TooLateForBreak or NeedsCorrection."""
    assert pair.clock_out is not None
    if may_undo(caller.user_id, pair.clock_out, tx.now) and agreed_by(tx, pair) in (None, caller.user_id):
        return
    if not permissions.may(tx, caller, Operation.DELETE, pair.user_id):
        raise TooLateForBreak(added.start, added.end, added.zone)
    require_no_agreement(tx, caller, "break", pair.user_id)


def _note(
    tx: Transaction, caller: Caller, pair: Pair, added: AddedBreak, concerned: Audience
) -> tuple[AddedBreak, list[AuditedChange]]:
    """A paid break inside the record."""
    kind = added.kind
    if kind.paid_for and added.end - added.start > kind.paid_for:
        raise LongerThanPaid(kind.name, kind.paid_for // MINUTE)
    begun, ended = (paid_break_changes.moment(tx, caller, at) for at in (added.start, added.end))
    one = PaidBreak(caller.workspace_id, new_id(), pair.user_id, pair.clock_in.id, kind.name, begun, ended)
    entry = paid_break_changes.start(tx, caller, pair, one, concerned)
    return replace(added, break_id=one.break_id), [entry]


def _cut_out(
    tx: Transaction, caller: Caller, pair: Pair, added: AddedBreak, concerned: Audience
) -> list[AuditedChange]:
    """Replaces the record by what is left of it before and after the break."""
    assert pair.clock_out is not None
    parts = list[Pair]()
    if pair.clock_in.at < added.start:
        begun, left = replace(pair.clock_in, id=new_id()), _half(tx, caller, pair, added.start)
        parts.append(replace(pair, clock_in=begun, clock_out=left, out_break=added.kind.name, replaces=None))
    if added.end < pair.clock_out.at:
        back, ended = _half(tx, caller, pair, added.end), replace(pair.clock_out, id=new_id())
        parts.append(replace(pair, clock_in=back, clock_out=ended, replaces=None))
    inside = paid_breaks.of_records(tx.connection, pair.workspace_id, [pair.clock_in.id]).get(pair.clock_in.id, [])
    for one in inside:
        if one.end and one.start.at < added.end and added.start < one.end.at:
            raise BreakInTheWay(one, pair)
    deleted = pairs.delete(tx.connection, pair, by=caller.user_id, at=tx.now)
    notify_of_change(tx, caller, Action.DELETE, deleted, concerned)
    into = {SPLIT: [part.clock_in.id for part in parts]}
    entries: list[AuditedChange] = [(Action.DELETE, pair.clock_in.id, pairs.to_audit_fields(deleted) | into)]
    for number, part in enumerate(parts):
        pairs.add(tx.connection, part)
        replaces = None if number else pair.clock_in.id  # posts and questions move to the first
        notify_of_change(tx, caller, Action.CREATE, part, concerned, replaces=replaces)
        facts = pairs.to_audit_fields(part) | {REPLACES: pair.clock_in.id}
        entries.append((Action.CREATE, part.clock_in.id, facts))
        within = [one for one in inside if one.end and _holds(part, one.start.at, one.end.at)]
        entries += paid_break_changes.carry_over(tx, within, part, pair)
    return entries


def _half(tx: Transaction, caller: Caller, pair: Pair, at: datetime) -> PairEvent:
    """Where the break cuts the record."""
    came = pair.clock_in
    return PairEvent(new_id(), at, tx.now, caller.user_id, caller.via, came.zone, came.office_id, caller.ip)


def _parts_of(tx: Transaction, caller: Caller, pair: Pair, user_id: str) -> Sequence[Pair]:
    """What took the record's place. Raises NotDeleted, EnteredBySomebodyElse or TooLateToUndo."""
    entries = audit.about(tx.connection, caller.workspace_id, Kind.RECORD, [pair.clock_in.id])
    into = entries[-1].told().get(SPLIT) if entries else None
    if pair.deleted_at is None or pair.user_id != user_id or not into:
        raise NotDeleted(pair)
    _require_own(tx, caller, pair.deleted_by, pair.deleted_at)
    found = pairs.by_events(tx.connection, caller.workspace_id, into)
    return [found[in_id] for in_id in into if in_id in found]


def _removed(tx: Transaction, caller: Caller, user_id: str, break_id: str, concerned: Audience) -> AuditedChange:
    one = paid_breaks.find(tx.connection, caller.workspace_id, break_id)
    if one is None or one.user_id != user_id:
        raise BreakIsOver
    _require_own(tx, caller, one.start.by, one.start.recorded_at)
    pair = pairs.by_event(tx.connection, caller.workspace_id, one.in_id)
    return paid_break_changes.remove(tx, caller, pair, one, concerned)


def _require_own(tx: Transaction, caller: Caller, by: str | None, at: datetime) -> None:
    if by != caller.user_id:
        raise EnteredBySomebodyElse(by or "")
    if tx.now - at > UNDO_WITHIN:
        raise TooLateToUndo
