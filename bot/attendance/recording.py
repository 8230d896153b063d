"""The use cases of the ledger: clock in and out, add a record, delete, restore.

Each runs in one transaction. It checks permissions, writes the record, queues notifications and adds the audit entry.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import TypeVar
from zoneinfo import ZoneInfo

from bot import permissions
from bot.attendance import paid_break_changes
from bot.attendance.change_notifications import Changed, notify_of_break, notify_of_change, notify_person
from bot.attendance.correction_rules import require_no_agreement
from bot.attendance.paid_break_changes import AuditedChange
from bot.attendance.rules import checked_pair, oldest_kept, too_old
from bot.attendance.typed_minutes import fitting_end, fitting_end_so_long_ago, fitting_start
from bot.attendance.use_case import UseCase
from bot.calendar.worktime import (
    LONGEST_PAIR,
    ClockChange,
    TimeOfDay,
    clock_changes,
    clock_changes_within,
    earlier_that_day,
    work_date,
    zone_named,
)
from bot.errors import ForgottenClockOut, OnABreak, OutNotAfterIn
from bot.people.audit_entries import Action, record_audit_entries, record_audit_entry
from bot.people.profiles import require_employee, with_unknown_users_looked_up
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from bot.webhooks.calls import BreakEvent
from bot.workspaces import workspace_settings
from storage import breaks, offices, pair_queries, pairs, people, subscribers, totals
from storage.breaks import LONGEST_AWAY, Break, State
from storage.database import Transaction
from storage.errors import AlreadyDeleted, BreakInTheWay, ChangeUndone, NotClockedIn, WasChanged
from storage.ids import new_id
from storage.offices import Office
from storage.pairs import Pair, PairEvent, Scope
from storage.people import Profile
from storage.record_changes import is_last_step
from storage.subscribers import Audience

__all__ = ["Office", "Pair", "PairEvent"]

T = TypeVar("T")

LONGEST_SHIFT = timedelta(hours=16)  # longer ones past midnight are asked about


@dataclass(frozen=True, slots=True)
class Recorded:
    """A pair that was opened, closed, added or restored. `continues`: the break after which it carries on the work
    date. `has_rules`: working-time rules may have something to say about it."""

    pair: Pair
    continues: Break | None = None
    has_rules: bool = False


@dataclass(frozen=True, slots=True)
class ClockedOut:
    """A closed pair, the worked time of its work date and of the week up to it, and the clock changes on that date.
    `has_rules`: working-time rules may have something to say about it. `undone_by`: the event with which an undo takes
    back all that was entered, if that isn't the clock-out."""

    pair: Pair
    day_total: timedelta
    week_total: timedelta
    clock_changes: Sequence[ClockChange]
    has_rules: bool = False
    undone_by: PairEvent | None = None


@dataclass(frozen=True, slots=True)
class Deleted:
    """A deleted pair."""

    pair: Pair


@dataclass(frozen=True, slots=True)
class NewRecord:
    """A whole record to add. `work_date` None: the local day of the clock-in."""

    user_id: str
    in_at: datetime
    out_at: datetime
    work_date: date | None = None
    office_id: str | None = None
    in_comment: str | None = None
    out_comment: str | None = None
    typed_to_the_minute: bool = False


Moment = datetime | TimeOfDay | None
"""When something happened: an instant, a local time of day in the event's zone, or None for now."""


@UseCase
def clock_in(
    tx: Transaction,
    caller: Caller,
    user_id: str,
    *,
    at: Moment = None,
    day: date | None = None,
    office_id: str | None = None,
    comment: str | None = None,
    typed_to_the_minute: bool = False,
) -> Recorded:
    """Opens a clock-in. A time of day is on the local `day`, or today. If `typed_to_the_minute`, an instant moves by
    seconds to fit, as a time of day does. Within six hours of the start of an unpaid break, it carries on the work
    date.

    Raises Forbidden, NotAnEmployee, UnknownUser, UnknownOffice, InFuture, TooOld, NoSuchTime, RepeatedTime,
    AlreadyClockedIn or Overlap.
    """
    permissions.require(tx, caller, Operation.CLOCK, user_id)
    person, concerned = lock_employee(tx, caller, user_id)
    zone = zone_of_record(tx, person, office_id)
    if isinstance(at, TimeOfDay):
        happened_at = earlier_that_day(at, day or work_date(tx.now, zone), tx.now, zone)
    else:
        happened_at = at or tx.now
    half = new_event(tx, caller, happened_at, zone, office_id, comment)
    pair = checked_pair(Pair(caller.workspace_id, user_id, work_date(happened_at, zone), half), tx.now)
    refuse_too_old(tx, caller, pair.work_date, happened_at)
    if isinstance(at, TimeOfDay) or typed_to_the_minute:
        pair = fitting_start(tx, pair)
    was = _break_before(tx, pair, concerned)
    return add_clock_in(tx, caller, pair, was, concerned)


def add_clock_in(tx: Transaction, caller: Caller, pair: Pair, was: Break | None, concerned: Audience) -> Recorded:
    """Opens the clock-in, on the work date of the break before it, if there was one. Raises AlreadyClockedIn or
    Overlap."""
    if was:
        was, pair = was.until(pair.clock_in.at), replace(pair, work_date=was.pair.work_date)
    pairs.add(tx.connection, pair)
    notify_person(tx, caller, pair, Changed.BACK if was else Changed.CLOCKED_IN, was)
    notify_of_change(tx, caller, Action.CLOCK_IN, pair, concerned)
    if was:
        notify_of_break(tx, BreakEvent.ENDED, was, concerned)
    record_audit_entry(tx, caller, Action.CLOCK_IN, pair.clock_in.id, pairs.to_audit_fields(pair))
    return Recorded(pair, was, has_rules=concerned.has_rules and was is None)


def _break_before(tx: Transaction, pair: Pair, concerned: Audience) -> Break | None:
    """The break after which the clock-in continues. Reads the record before only where it may have ended for one."""
    since, at = concerned.away_since, pair.clock_in.at
    if since is None or at - since > LONGEST_AWAY:
        return None
    latest = breaks.state_of(tx.connection, pair.workspace_id, pair.user_id).latest
    return breaks.unpaid(latest) if latest and breaks.may_continue(latest, at) else None


@UseCase
def clock_out(
    tx: Transaction,
    caller: Caller,
    user_id: str,
    *,
    at: Moment = None,
    office_id: str | None = None,
    comment: str | None = None,
    expected_event_id: str | None = None,
    is_sure: bool = True,
    typed_to_the_minute: bool = False,
    ends_paid_break: bool = False,
) -> ClockedOut:
    """Ends the user's open clock-in. Raises NotClockedIn, OnABreak, ForgottenClockOut, OutNotAfterIn, TooLong,
    BreakInTheWay, and what `clock_in` raises.

    `expected_event_id`, from a button, is the clock-in it was shown for. Any other open one stays open. Unless
    `is_sure`, a shift of an earlier day that must have ended before is a missing clock-out. With `ends_paid_break`, a
    paid break ends too; one that began later is removed.
    """
    permissions.require(tx, caller, Operation.CLOCK, user_id)
    person, concerned = subscribers.lock_person(tx, caller.workspace_id, user_id)
    state = breaks.state_of(tx.connection, caller.workspace_id, user_id)
    open_pair = _open_pair(tx, user_id, state, expected_event_id, ends_paid_break=ends_paid_break)
    in_at = open_pair.clock_in.at
    came_at = open_pair.clock_in.office_id
    zone = zone_of_record(tx, person, office_id or came_at, has_begun=office_id in (None, came_at))
    if at is None and tx.now - in_at > LONGEST_PAIR:
        raise ForgottenClockOut(open_pair)
    if isinstance(at, TimeOfDay):
        at = fitting_end(at, in_at, tx.now, zone)
    elif at and typed_to_the_minute:
        at = fitting_end_so_long_ago(at, in_at, tx.now)
    happened_at = at or tx.now
    half = new_event(tx, caller, happened_at, zone, office_id, comment)
    if half.at <= in_at:
        raise OutNotAfterIn(in_at, half.at, zone_named(half.zone), user_id, open_pair.clock_in.id)
    checked_pair(replace(open_pair, clock_out=half), tx.now)
    if not is_sure and has_ended_before(open_pair, happened_at):
        raise ForgottenClockOut(open_pair)
    inside = settle_paid_break(tx, caller, state, half, concerned)
    pair = pairs.close(tx.connection, open_pair, half)
    notify_person(tx, caller, pair, Changed.CLOCKED_OUT)
    notify_of_change(tx, caller, Action.CLOCK_OUT, pair, concerned)
    change = (Action.CLOCK_OUT, pair.clock_in.id, pairs.to_audit_fields(pair))
    if inside:
        record_audit_entries(tx, caller, [inside, change])
    else:
        record_audit_entry(tx, caller, *change)
    return clocked_out(tx, pair, concerned)


def _open_pair(
    tx: Transaction, user_id: str, state: State, expected_event_id: str | None, *, ends_paid_break: bool
) -> Pair:
    """The open clock-in that a clock-out ends. Raises NotClockedIn or OnABreak."""
    if state.latest is None or not is_expected(tx, state.latest, expected_event_id):
        raise not_clocked_in(tx, user_id, state.latest)
    on = state.break_at(tx.now)
    if on and not (on.is_paid and ends_paid_break):
        raise OnABreak(on)
    if state.open_pair is None:
        raise not_clocked_in(tx, user_id, state.latest)
    return state.open_pair


def not_clocked_in(tx: Transaction, user_id: str, last: Pair | None) -> NotClockedIn:
    return NotClockedIn(user_id, last, is_change=last is not None and is_last_step(tx.connection, last))


def is_expected(tx: Transaction, latest: Pair, in_id: str | None) -> bool:
    """Whether it's the record of that clock-in, which may have been changed since the button was drawn."""
    while in_id is not None and in_id != latest.clock_in.id:
        former = pairs.by_events(tx.connection, latest.workspace_id, [in_id]).get(in_id)
        if former is None or former.user_id != latest.user_id:
            return False
        if former.replaced_by is None:
            return False
        in_id = former.replaced_by
    return True


def clocked_out(tx: Transaction, pair: Pair, concerned: Audience) -> ClockedOut:
    """The closed pair, with the figures of its day and week."""
    total = totals.worked(tx.connection, pair.workspace_id, pair.user_id, pair.work_date)
    return ClockedOut(pair, total.day, total.week, _clock_changes(tx, pair), concerned.has_rules)


def settle_paid_break(
    tx: Transaction, caller: Caller, state: State, out: PairEvent, concerned: Audience
) -> AuditedChange | None:
    """Ends the paid break of a record that ends, where the break began before. Returns what to audit. Raises
    BreakInTheWay for one that ended later."""
    inside, pair = state.paid, state.open_pair
    if inside is None or pair is None:
        return None
    if inside.end:
        if inside.end.at > out.at:
            raise BreakInTheWay(inside, pair)
        return None
    if inside.start.at >= out.at:
        return paid_break_changes.remove(tx, caller, pair, inside, concerned)
    most = paid_break_changes.longest(tx, inside)
    ends_at = min(out.at, inside.start.at + most) if most else out.at
    return paid_break_changes.end(tx, caller, pair, inside, ends_at, concerned)


@UseCase
def record(tx: Transaction, caller: Caller, new: NewRecord) -> Recorded:
    """Adds a whole pair. Raises OutNotAfterIn, TooLong, WorkDateTooFar, NeedsCorrection, and what `clock_in` raises."""
    person, concerned = lock_for_record(tx, caller, new.user_id)
    pair = checked_record(tx, caller, new, zone_of_record(tx, person, new.office_id))
    refuse_too_old(tx, caller, pair.work_date, new.in_at)
    require_no_agreement(tx, caller, "add", new.user_id, pair.work_date)
    if new.typed_to_the_minute:
        pair = fitting_start(tx, pair)
    pairs.add(tx.connection, pair)
    notify_person(tx, caller, pair, Changed.ADDED)
    notify_of_change(tx, caller, Action.CREATE, pair, concerned)
    record_audit_entry(tx, caller, Action.CREATE, pair.clock_in.id, pairs.to_audit_fields(pair))
    return Recorded(pair)


def lock_for_record(tx: Transaction, caller: Caller, user_id: str) -> tuple[Profile, Audience]:
    """Locks the person, if the caller may add records for them. Raises Forbidden, UnknownUser or NotAnEmployee."""
    permissions.require(tx, caller, Operation.RECORD, user_id)
    return lock_employee(tx, caller, user_id)


def checked_record(tx: Transaction, caller: Caller, new: NewRecord, zone: ZoneInfo) -> Pair:
    """The pair of a new record, not yet written. Raises OutNotAfterIn, TooLong, WorkDateTooFar or InFuture."""
    day = new.work_date or work_date(new.in_at, zone)
    clock_in = new_event(tx, caller, new.in_at, zone, new.office_id, new.in_comment)
    clock_out = new_event(tx, caller, new.out_at, zone, new.office_id, new.out_comment)
    return checked_pair(Pair(caller.workspace_id, new.user_id, day, clock_in, clock_out), tx.now)


@UseCase
def delete(tx: Transaction, caller: Caller, event_id: str) -> Deleted:
    """Deletes a pair. It can be restored. Raises UnknownEvent, Forbidden, AlreadyDeleted or NeedsCorrection."""
    pair, concerned = lock_pair(tx, caller, event_id, Operation.DELETE)
    if pair.deleted_at is not None:
        raise AlreadyDeleted(pair)
    require_no_agreement(tx, caller, "remove", pair.user_id)
    deleted = pairs.delete(tx.connection, pair, by=caller.user_id, at=tx.now)
    notify_person(tx, caller, deleted, Changed.DELETED)
    notify_of_change(tx, caller, Action.DELETE, deleted, concerned)
    record_audit_entry(tx, caller, Action.DELETE, deleted.clock_in.id, pairs.to_audit_fields(deleted))
    return Deleted(deleted)


@UseCase
def restore(tx: Transaction, caller: Caller, event_id: str) -> Recorded:
    """Brings a deleted pair back, if rules 1 and 2 still hold.

    Raises UnknownEvent, Forbidden, NotDeleted, WasChanged, ChangeUndone, TooOld, NeedsCorrection, AlreadyClockedIn or
    Overlap.
    """
    pair, concerned = lock_pair(tx, caller, event_id, Operation.DELETE)
    _refuse_replaced(tx, pair)
    refuse_too_old(tx, caller, pair.work_date, pair.clock_in.at)
    if pair.deleted_at is not None and pair.clock_out is not None:
        require_no_agreement(tx, caller, "add", pair.user_id, pair.work_date)
    restored = pairs.restore(tx.connection, pair)
    notify_person(tx, caller, restored, Changed.RESTORED)
    notify_of_change(tx, caller, Action.RESTORE, restored, concerned)
    record_audit_entry(tx, caller, Action.RESTORE, restored.clock_in.id, pairs.to_audit_fields(restored))
    return Recorded(restored)


async def zone_of_event(
    services: Services, caller: Caller, operation: Operation, user_id: str, office_id: str | None
) -> ZoneInfo:
    """The zone of a record's times, if the caller may do the operation. Only then is an unknown person looked up.
    Raises Forbidden, UnknownUser or UnknownOffice."""

    def read(tx: Transaction) -> ZoneInfo:
        permissions.require(tx, caller, operation, user_id)
        return zone_of_record(tx, people.find(tx.connection, caller.workspace_id, user_id), office_id)

    return await with_unknown_users_looked_up(services, caller.workspace_id, lambda: services.database.read(read))


def _refuse_replaced(tx: Transaction, pair: Pair) -> None:
    """Raises WasChanged for a record that another one replaces, and ChangeUndone for one whose former is back."""
    if pair.replaced_by is not None:
        raise WasChanged(pair)
    if pair.replaces is None or pair.deleted_at is None:
        return
    former = pairs.by_events(tx.connection, pair.workspace_id, [pair.replaces]).get(pair.replaces)
    if former is not None and former.replaced_by != pair.clock_in.id:
        raise ChangeUndone(pair)


def lock_pair(tx: Transaction, caller: Caller, event_id: str, operation: Operation) -> tuple[Pair, Audience]:
    """The record, and who it concerns. Locks its person, if the caller may do the operation to their records. Raises
    Forbidden or UnknownEvent."""
    permissions.require_operation(tx, caller, operation)  # before the lookup: who may do nothing learns nothing
    user_id = pairs.by_event(tx.connection, caller.workspace_id, event_id).user_id
    permissions.require(tx, caller, operation, user_id)
    _, concerned = subscribers.lock_person(tx, caller.workspace_id, user_id)
    return pairs.by_event(tx.connection, caller.workspace_id, event_id), concerned


def lock_employee(tx: Transaction, caller: Caller, user_id: str) -> tuple[Profile, Audience]:
    """Locks the person. Raises UnknownUser or NotAnEmployee."""
    person, concerned = subscribers.lock_person(tx, caller.workspace_id, user_id)
    require_employee(person)
    return person, concerned


def zone_of_record(tx: Transaction, person: Profile, office_id: str | None, *, has_begun: bool = False) -> ZoneInfo:
    """The zone of an event: the office's if one is given, else the user's, else the workspace's. A record that has
    begun can end at its office even if the office was archived meanwhile."""
    if office_id is not None:
        find = offices.find if has_begun else offices.find_in_use
        return zone_named(find(tx.connection, person.workspace_id, office_id).zone)
    return zone_named(person.zone or people.workspace_zone(tx.connection, person.workspace_id))


def _clock_changes(tx: Transaction, closed: Pair) -> list[ClockChange]:
    """The clock changes during the person's pairs of that work date. Reads the pairs only on days that can have any."""
    day = closed.work_date
    if not clock_changes(day, day + timedelta(days=1), zone_named(closed.clock_in.zone)):
        return []
    of_day = pair_queries.within(tx.connection, Scope(closed.workspace_id, day, day, frozenset({closed.user_id})))
    found = [
        change
        for pair in of_day
        if pair.clock_out
        for change in clock_changes_within(pair.clock_in.at, pair.clock_out.at, zone_named(pair.clock_in.zone))
    ]
    return list(dict.fromkeys(found))


def has_ended_before(open_pair: Pair, at: datetime) -> bool:
    """Whether the shift is from an earlier day and too long to be running, also for people who work at night."""
    is_of_an_earlier_day = open_pair.work_date < work_date(at, zone_named(open_pair.clock_in.zone))
    return is_of_an_earlier_day and at - open_pair.clock_in.at >= LONGEST_SHIFT


def refuse_too_old(tx: Transaction, caller: Caller, day: date, in_at: datetime) -> None:
    """Raises TooOld."""
    if in_at >= oldest_kept(tx.now, 1):
        return  # kept in any case, so clocking in now doesn't look the setting up
    years = workspace_settings.in_force(tx, caller.workspace_id).keep_records_for_years
    if refused := too_old(day, in_at, tx.now, years):
        raise refused


def new_event(
    tx: Transaction, caller: Caller, at: datetime, zone: ZoneInfo, office_id: str | None, comment: str | None
) -> PairEvent:
    """A clock-in or clock-out that the caller enters now."""
    return PairEvent(
        id=new_id(),
        at=at,
        recorded_at=tx.now,
        by=caller.user_id,
        via=caller.via,
        zone=zone.key,
        office_id=office_id,
        ip=caller.ip,
        comment=comment or None,
    )
