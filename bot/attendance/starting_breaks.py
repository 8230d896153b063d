"""Starts a break, or enters one that is over. An unpaid one ends the record with a clock-out that says so, and a paid
one is a note inside it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot import permissions
from bot.attendance import paid_break_changes
from bot.attendance.change_notifications import (
    Changed,
    Kind,
    back_question,
    notify_of_break,
    notify_of_change,
    notify_person,
)
from bot.attendance.paid_break_changes import moment
from bot.attendance.recording import (
    has_ended_before,
    is_expected,
    lock_employee,
    new_event,
    not_clocked_in,
    zone_of_record,
)
from bot.attendance.rules import checked_pair
from bot.attendance.typed_minutes import fitting_end_so_long_ago
from bot.attendance.unpaid_rest import goes_on, paid_limit, split_at
from bot.attendance.use_case import UseCase
from bot.calendar.break_kinds import MOST_MINUTES, BreakKind
from bot.calendar.worktime import SKEW_ALLOWED, is_forgotten, zone_named
from bot.errors import (
    AlreadyOnABreak,
    BreakTooLong,
    ForgottenClockOut,
    InvalidText,
    NotInOpenRecord,
    OutNotAfterIn,
    UnknownBreakKind,
)
from bot.people.audit_entries import Action, record_audit_entries
from bot.permissions import Caller, Operation
from bot.webhooks.calls import BreakEvent
from bot.workspaces import workspace_settings
from storage import breaks, outbox, paid_breaks, pairs, totals
from storage.breaks import Break, State
from storage.database import Transaction
from storage.errors import BreakInTheWay
from storage.ids import new_id
from storage.paid_breaks import PaidBreak
from storage.pairs import Pair, PairEvent
from storage.people import Profile
from storage.subscribers import Audience

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class BreakStarted:
    """A break that started; it has an end if that was given. `pair`: the person's record now, open unless they are on
    an unpaid break. `day_total`: the worked time of the work date so far. `ask_at` (UTC): when the person is asked
    whether they're back. `closed`: the record that ended for it; None if all of it is paid."""

    on: Break
    pair: Pair
    day_total: timedelta
    ask_at: datetime | None
    closed: Pair | None = None


@UseCase
def start_break(
    tx: Transaction,
    caller: Caller,
    user_id: str,
    *,
    kind: str = "",
    minutes: int | None = None,
    at: datetime | None = None,
    until: datetime | None = None,
    comment: str | None = None,
    expected_event_id: str | None = None,
    is_sure: bool = True,
) -> BreakStarted:
    """Starts a break of that kind (by name; empty for the first kind), now or `at`, in the open record. It ends at
    `until`, which may be to come: then the person is asked at that time, as after so many `minutes`.
    `expected_event_id`, from a button, is the clock-in it was shown for. Unless `is_sure`, a shift of an earlier day
    that must have ended before is a missing clock-out.

    Raises Forbidden, UnknownUser, NotAnEmployee, NotClockedIn, AlreadyOnABreak, ForgottenClockOut, UnknownBreakKind,
    BreakTooLong, NotInOpenRecord, OutNotAfterIn, InFuture, BreakInTheWay, or InvalidText for a comment on a paid one.
    """
    permissions.require(tx, caller, Operation.CLOCK, user_id)
    person, concerned = lock_employee(tx, caller, user_id)
    state = breaks.state_of(tx.connection, caller.workspace_id, user_id)
    if on := state.break_at(tx.now):
        raise AlreadyOnABreak(on)
    pair = state.open_pair
    if pair is None or not is_expected(tx, pair, expected_event_id):
        raise not_clocked_in(tx, user_id, state.latest)
    if is_forgotten(pair.clock_in.at, tx.now) or (not (is_sure or at) and has_ended_before(pair, tx.now)):
        raise ForgottenClockOut(pair)
    chosen = _kind(tx, caller.workspace_id, kind)
    zone = zone_of_record(tx, person, pair.clock_in.office_id, has_begun=True)
    began = fitting_end_so_long_ago(at, pair.clock_in.at, tx.now) if at else tx.now
    half = new_event(tx, caller, began, zone, None, comment)
    ends, ask_at = _span(tx, pair, half, chosen, minutes, until)
    starting = _Starting(tx, caller, concerned, person, state, pair, half, chosen)
    started = starting.paid(ends) if chosen.is_paid else starting.unpaid(ends)
    if ask_at and ask_at > tx.now and started.on.ended_at is None:
        facts, key = {"break_id": started.on.id}, back_question(started.on.id)
        outbox.add(tx.connection, caller.workspace_id, user_id, Kind.BACK, tx.now, due_at=ask_at, key=key, facts=facts)
        return replace(started, ask_at=ask_at)
    return started


@dataclass(frozen=True, slots=True)
class _Starting:
    """What starting a break needs."""

    tx: Transaction
    caller: Caller
    concerned: Audience
    person: Profile
    state: State
    pair: Pair
    half: PairEvent
    kind: BreakKind

    def unpaid(self, ends: datetime | None) -> BreakStarted:
        """Ends the record at the break. With an end, the next one begins there, and takes the paid breaks that came
        later."""
        tx, caller = self.tx, self.caller
        if self.half.at <= self.pair.clock_in.at:
            raise NotInOpenRecord(self.pair, self.half.at)
        later = self._paid_breaks_after(ends)
        moved = [paid_break_changes.remove(tx, caller, self.pair, one, self.concerned) for one in later]
        closed = pairs.close(tx.connection, self.pair, self.half, out_break=self.kind.name)
        on = breaks.unpaid(closed)
        assert on is not None
        notify_of_change(tx, caller, Action.CLOCK_OUT, closed, self.concerned)
        notify_of_break(tx, BreakEvent.STARTED, on, self.concerned)
        changes = [*moved, (Action.CLOCK_OUT, closed.clock_in.id, pairs.to_audit_fields(closed))]
        if ends is None:
            notify_person(tx, caller, closed, Changed.BREAK_STARTED, on)
            record_audit_entries(tx, caller, changes)
            return BreakStarted(on, closed, self._day_total(closed), None, closed)
        pair, more = goes_on(tx, caller, on, self._zone(), ends, None, self.concerned)
        changes += [*more, *paid_break_changes.carry_over(tx, later, pair, closed)]
        notify_person(tx, caller, pair, Changed.BREAK_STARTED, on.until(ends))
        record_audit_entries(tx, caller, changes)
        return BreakStarted(on.until(ends), pair, self._day_total(pair), None, closed)

    def paid(self, ends: datetime | None) -> BreakStarted:
        """Notes the break inside the record. What lasts longer than is paid is an unpaid break."""
        tx, caller, at = self.tx, self.caller, self.half.at
        if self.half.comment:
            raise InvalidText("can't be kept, because a paid break has none", on_paid_break=True)
        if at < self.pair.clock_in.at:
            raise NotInOpenRecord(self.pair, at)
        end = moment(tx, caller, ends) if ends else None
        limit = paid_limit(self.kind, at, ends) if ends else None
        start = moment(tx, caller, at)
        one = PaidBreak(
            *(self.pair.workspace_id, new_id(), self.pair.user_id, self.pair.clock_in.id, self.kind.name, start),
            end=moment(tx, caller, limit) if limit else end,
        )
        changes = [paid_break_changes.start(tx, caller, self.pair, one, self.concerned)]
        pair, closed = self.pair, None
        if limit and ends:
            pair, closed, more = split_at(
                tx, caller, pair, self.kind.name, self._zone(), limit, ends, None, self.concerned
            )
            changes += more
        on = breaks.paid(pair, replace(one, end=end))
        notify_person(tx, caller, pair, Changed.BREAK_STARTED, on)
        record_audit_entries(tx, caller, changes)
        return BreakStarted(on, pair, self._day_total(pair), None, closed)

    def _paid_breaks_after(self, ends: datetime | None) -> list[PaidBreak]:
        """Those inside the record after this break. Raises BreakInTheWay for one that it would cut."""
        if self.state.paid is None or (self.state.paid.end and self.state.paid.end.at <= self.half.at):
            return []  # the last one is over by then
        found = paid_breaks.of_records(self.tx.connection, self.pair.workspace_id, [self.pair.clock_in.id])
        inside = found.get(self.pair.clock_in.id, [])
        for one in inside:
            is_before = one.end is not None and one.end.at <= self.half.at
            is_after = ends is not None and one.start.at >= ends
            if not (is_before or is_after):
                raise BreakInTheWay(one, self.pair)
        return [one for one in inside if ends is not None and one.start.at >= ends]

    def _day_total(self, pair: Pair) -> timedelta:
        found = totals.worked(self.tx.connection, pair.workspace_id, pair.user_id, pair.work_date).day
        if pair.clock_out:
            return found
        return found + max(pairs.minutes_between(pair.clock_in.at, self.tx.now), timedelta())

    def _zone(self) -> ZoneInfo:
        return zone_named(self.half.zone)


def _kind(tx: Transaction, workspace_id: str, name: str) -> BreakKind:
    kinds = workspace_settings.in_force(tx, workspace_id).break_kinds
    found = kinds.named(name)
    if found is None:
        raise UnknownBreakKind(name, kinds=[kind.name for kind in kinds])
    return found


def _span(
    tx: Transaction, pair: Pair, half: PairEvent, kind: BreakKind, minutes: int | None, until: datetime | None
) -> tuple[datetime | None, datetime | None]:
    """When the break ended, if it has, and when to ask whether it has."""
    began, zone = half.at, zone_named(half.zone)
    if began < pair.clock_in.at:
        raise NotInOpenRecord(pair, began)
    if until is not None:
        if until <= began:
            raise OutNotAfterIn(began, until, zone)
        minutes = -((began - until) // MINUTE)
    elif minutes is None:
        minutes = kind.minutes
    if minutes is not None and not 1 <= minutes <= MOST_MINUTES:
        raise BreakTooLong(minutes)
    if began > pair.clock_in.at:
        checked_pair(replace(pair, clock_out=half), tx.now)
    if until is not None and until <= tx.now + SKEW_ALLOWED:
        return until, None
    return None, until or (began + timedelta(minutes=minutes) if minutes else None)
