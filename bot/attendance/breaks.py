"""Breaks: come back from one, say that it was the end of the day, or undo it. How they start: `starting_breaks`.

An unpaid break is the gap between two records: it starts with a clock-out that says so, and ends with a clock-in on the
same work date. A paid break is a note inside a record, and changes no sum.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime

from bot import permissions
from bot.attendance import paid_break_changes
from bot.attendance.change_notifications import Changed, notify_of_break, notify_of_change, notify_person
from bot.attendance.paid_break_changes import AuditedChange
from bot.attendance.recording import (
    ClockedOut,
    add_clock_in,
    clock_out,
    clocked_out,
    lock_employee,
    new_event,
    zone_of_record,
)
from bot.attendance.rules import checked_pair
from bot.attendance.starting_breaks import BreakStarted, start_break
from bot.attendance.typed_minutes import fitting_end_so_long_ago
from bot.attendance.undo import UNDO_WITHIN
from bot.attendance.unpaid_rest import paid_limit, split_at
from bot.attendance.use_case import UseCase
from bot.errors import (
    AlreadyOnABreak,
    EnteredBySomebodyElse,
    InvalidText,
    NotOnABreak,
    OutNotAfterIn,
    TooLateToUndo,
)
from bot.people.audit_entries import Action, record_audit_entries
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from bot.webhooks.calls import BreakEvent
from bot.workspaces import workspace_settings
from storage import breaks, paid_breaks, pairs, subscribers
from storage.audit import REPLACES
from storage.breaks import Break, State
from storage.database import Transaction
from storage.errors import BreakIsOver, UnknownEvent
from storage.ids import new_id
from storage.pairs import Pair, PairEvent
from storage.people import Profile
from storage.subscribers import Audience

__all__ = ["Break", "BreakStarted", "start_break"]


@dataclass(frozen=True, slots=True)
class Back:
    """The open record, and the break that ended. `paid_until` (UTC): where a paid break lasted longer than is paid,
    so that the rest of it is an unpaid one, for which the record `closed`."""

    pair: Pair
    was: Break
    paid_until: datetime | None = None
    closed: Pair | None = None

    @property
    def undone_by(self) -> PairEvent | None:
        """The event with which an undo takes all of it back. None where the break itself is undone."""
        if self.closed:
            return self.closed.clock_out
        return None if self.was.is_paid else self.pair.clock_in


@UseCase
def back(
    tx: Transaction,
    caller: Caller,
    user_id: str,
    *,
    at: datetime | None = None,
    comment: str | None = None,
    expected_id: str | None = None,
) -> Back:
    """Ends the break that the person is on, now or `at`, at most six hours after it began. `expected_id`, from a
    button, is the break it was shown for.

    Raises Forbidden, UnknownUser, NotAnEmployee, NotOnABreak, AlreadyOnABreak (another one), OutNotAfterIn, InFuture,
    Overlap, or InvalidText for a comment on a paid one.
    """
    permissions.require(tx, caller, Operation.CLOCK, user_id)
    person, concerned = lock_employee(tx, caller, user_id)
    state = breaks.state_of(tx.connection, caller.workspace_id, user_id)
    last = state.last_break
    ends = min(max(at, last.at), tx.now) if at and last else tx.now  # they may say hours later when they were back
    on = _expected(state, user_id, state.break_at(ends), expected_id, tx.now)
    return _back(tx, caller, person, concerned, state, on, at or tx.now, comment)


@UseCase
def end_day(tx: Transaction, caller: Caller, user_id: str, *, expected_id: str | None = None) -> ClockedOut:
    """The day ended when the latest break began, however long ago. Raises Forbidden, UnknownUser, NotOnABreak, or
    OutNotAfterIn for a paid break that began with its record."""
    permissions.require(tx, caller, Operation.CLOCK, user_id)
    person, concerned = subscribers.lock_person(tx, caller.workspace_id, user_id)
    state = breaks.state_of(tx.connection, caller.workspace_id, user_id)
    on = _expected(state, user_id, state.last_break, expected_id, tx.now)
    if state.open_paid is None:
        pair = pairs.end_day(tx.connection, on.pair)
        changes: list[AuditedChange] = [(Action.END_DAY, pair.clock_in.id, pairs.to_audit_fields(pair))]
        notify_of_change(tx, caller, Action.END_DAY, pair, concerned)
        notify_of_break(tx, BreakEvent.REMOVED, replace(on, pair=pair), concerned)
    else:
        office_id = on.pair.clock_in.office_id
        zone = zone_of_record(tx, person, office_id, has_begun=True)
        half = new_event(tx, caller, on.at, zone, None, None)
        if half.at <= on.pair.clock_in.at:
            raise OutNotAfterIn(on.pair.clock_in.at, half.at, zone, user_id, on.pair.clock_in.id)
        changes = [paid_break_changes.remove(tx, caller, on.pair, state.open_paid, concerned)]
        pair = pairs.close(tx.connection, on.pair, half)
        notify_of_change(tx, caller, Action.CLOCK_OUT, pair, concerned)
        changes.append((Action.CLOCK_OUT, pair.clock_in.id, pairs.to_audit_fields(pair)))
    notify_person(tx, caller, pair, Changed.CLOCKED_OUT)
    record_audit_entries(tx, caller, changes)
    return clocked_out(tx, pair, concerned)


@UseCase
def back_and_out(
    tx: Transaction,
    caller: Caller,
    user_id: str,
    *,
    back_at: datetime,
    left_at: datetime,
    expected_id: str | None = None,
    comment: str | None = None,
) -> ClockedOut:
    """Ends the latest break at `back_at`, at most six hours after it began, and clocks out at `left_at`. Raises what
    `back` and `clock_out` raise."""
    permissions.require(tx, caller, Operation.CLOCK, user_id)
    person, concerned = lock_employee(tx, caller, user_id)
    state = breaks.state_of(tx.connection, caller.workspace_id, user_id)
    on = _expected(state, user_id, state.last_break, expected_id, tx.now)
    was_back = _back(tx, caller, person, concerned, state, on, back_at, None)
    left = clock_out.within(tx, caller, user_id, at=left_at, comment=comment)
    return replace(left, undone_by=was_back.undone_by)


@UseCase
def undo_break(tx: Transaction, caller: Caller, break_id: str) -> Break:
    """Undoes the end of a paid break, which is open again; or its start, and it is removed, as is one that was entered
    at once. An unpaid one is undone with its clock-out or clock-in, see `undo`.

    Raises UnknownEvent, Forbidden, BreakIsOver, EnteredBySomebodyElse, TooLateToUndo, or NotInsideRecord if its record
    has ended.
    """
    found = paid_breaks.find(tx.connection, caller.workspace_id, break_id)
    if found is None:
        raise UnknownEvent(break_id)
    permissions.require(tx, caller, Operation.UNDO, found.user_id)
    _, concerned = subscribers.lock_person(tx, caller.workspace_id, found.user_id)
    one = paid_breaks.find(tx.connection, caller.workspace_id, break_id)  # as it is, now that nobody can change it
    if one is None or one.deleted_at is not None:
        raise BreakIsOver
    entered = one.end or one.start
    if entered.by != caller.user_id:
        raise EnteredBySomebodyElse(entered.by)
    if tx.now - entered.recorded_at > UNDO_WITHIN:
        raise TooLateToUndo
    pair = pairs.by_event(tx.connection, caller.workspace_id, one.in_id)
    changes = [paid_break_changes.remove(tx, caller, pair, one, concerned)]
    undone = one
    if one.end and one.end.recorded_at != one.start.recorded_at:
        undone = replace(one, break_id=new_id(), end=None)
        action, subject, facts = paid_break_changes.start(tx, caller, pair, undone, concerned)
        changes.append((action, subject, {**facts, REPLACES: one.break_id}))
    notify_person(tx, caller, pair, Changed.BREAK_UNDONE, breaks.paid(pair, undone))
    record_audit_entries(tx, caller, changes)
    return breaks.paid(pair, undone)


async def current(services: Services, caller: Caller, user_id: str, expected_id: str | None = None) -> Break:
    """The latest break that nobody has ended, however long ago it began. Raises Forbidden, NotOnABreak or
    AlreadyOnABreak."""

    def read(tx: Transaction) -> Break:
        permissions.require(tx, caller, Operation.CLOCK, user_id)
        state = breaks.state_of(tx.connection, caller.workspace_id, user_id)
        return _expected(state, user_id, state.last_break, expected_id, tx.now)

    return await services.database.read(read)


def _expected(state: State, user_id: str, on: Break | None, expected_id: str | None, now: datetime) -> Break:
    """The break, if it's the expected one. Raises AlreadyOnABreak if they are on another one, and NotOnABreak."""
    is_another = on is not None and (expected_id or on.id) != on.id
    if on and is_another and not on.is_over(now):
        raise AlreadyOnABreak(on)
    if on is None or is_another:
        raise NotOnABreak(user_id, state.open_pair, state.latest)
    return on


def _back(
    tx: Transaction,
    caller: Caller,
    person: Profile,
    concerned: Audience,
    state: State,
    on: Break,
    at: datetime,
    comment: str | None,
) -> Back:
    zone = zone_of_record(tx, person, on.pair.clock_in.office_id, has_begun=True)
    at = fitting_end_so_long_ago(at, on.at, tx.now)
    if at <= on.at:
        raise OutNotAfterIn(on.at, at, zone)
    half = new_event(tx, caller, at, zone, on.pair.clock_in.office_id, comment)
    if state.open_paid is None:
        if not breaks.may_continue(on.pair, at):
            raise NotOnABreak(on.user_id, None, on.pair)
        new = checked_pair(Pair(on.pair.workspace_id, on.user_id, on.pair.work_date, half), tx.now)
        return Back(add_clock_in(tx, caller, new, on, concerned).pair, on.until(at))
    checked_pair(replace(on.pair, clock_out=half), tx.now)
    kind = workspace_settings.in_force(tx, caller.workspace_id).break_kinds.named(on.kind)
    limit = paid_limit(kind, on.at, at) if kind else None
    if comment and not limit:
        raise InvalidText("can't be kept, because a paid break has none", on_paid_break=True)
    changes = [paid_break_changes.end(tx, caller, on.pair, state.open_paid, limit or at, concerned)]
    pair, closed = on.pair, None
    if limit:
        pair, closed, more = split_at(tx, caller, pair, on.kind, zone, limit, at, comment, concerned)
        changes += more
    notify_person(tx, caller, pair, Changed.BACK, on.until(at))
    record_audit_entries(tx, caller, changes)
    return Back(pair, on.until(at), limit, closed)
