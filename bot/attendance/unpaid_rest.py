"""What a paid break lasts longer than is paid, which is an unpaid break: the record ends there, and a new one begins
after it."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot.attendance.change_notifications import notify_of_break, notify_of_change
from bot.attendance.paid_break_changes import AuditedChange
from bot.attendance.recording import new_event
from bot.attendance.rules import checked_pair
from bot.calendar.break_kinds import BreakKind
from bot.calendar.worktime import work_date
from bot.people.audit_entries import Action
from bot.permissions import Caller
from bot.webhooks.calls import BreakEvent
from storage import breaks, pairs
from storage.breaks import Break
from storage.database import Transaction
from storage.pairs import Pair
from storage.subscribers import Audience


def paid_limit(kind: BreakKind, began: datetime, ended: datetime) -> datetime | None:
    """Where the paid part of a break ends that lasted longer than is paid, in whole minutes."""
    paid = kind.paid_for
    return began + paid if paid and pairs.minutes_between(began, ended) > paid else None


def split_at(
    tx: Transaction,
    caller: Caller,
    pair: Pair,
    kind: str,
    zone: ZoneInfo,
    limit: datetime,
    at: datetime,
    comment: str | None,
    concerned: Audience,
) -> tuple[Pair, Pair, list[AuditedChange]]:
    """Ends the record at `limit` for an unpaid break, after which it goes on at `at`. Returns the record now, and the
    one that ended."""
    closed = pairs.close(tx.connection, pair, new_event(tx, caller, limit, zone, None, None), out_break=kind)
    notify_of_change(tx, caller, Action.CLOCK_OUT, closed, concerned)
    on = breaks.unpaid(closed)
    assert on is not None
    notify_of_break(tx, BreakEvent.STARTED, on, concerned)
    pair, more = goes_on(tx, caller, on, zone, at, comment, concerned)
    return pair, closed, [(Action.CLOCK_OUT, closed.clock_in.id, pairs.to_audit_fields(closed)), *more]


def goes_on(
    tx: Transaction,
    caller: Caller,
    on: Break,
    zone: ZoneInfo,
    at: datetime,
    comment: str | None,
    concerned: Audience,
) -> tuple[Pair, list[AuditedChange]]:
    """Clocks in after an unpaid break that has just been entered; on the same work date, unless that is too far."""
    half = new_event(tx, caller, at, zone, on.pair.clock_in.office_id, comment)
    day = on.pair.work_date if breaks.may_continue(on.pair, at) else work_date(at, zone)
    pair = checked_pair(Pair(on.pair.workspace_id, on.user_id, day, half), tx.now)
    pairs.add(tx.connection, pair)
    notify_of_change(tx, caller, Action.CLOCK_IN, pair, concerned)
    notify_of_break(tx, BreakEvent.ENDED, on.until(at), concerned)
    return pair, [(Action.CLOCK_IN, pair.clock_in.id, pairs.to_audit_fields(pair))]
