"""What somebody entered last, and whether they can still take it back."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime

from bot import permissions
from bot.attendance.end_of_day import end_of_day
from bot.attendance.recording import Pair, PairEvent
from bot.attendance.undo import UNDO_WITHIN, may_undo, undone_events
from bot.attendance.undoable import why_not, why_not_delete
from bot.people.audit_entries import Action
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from storage import breaks, pair_queries
from storage.audit import REPLACES
from storage.breaks import Break, State
from storage.database import Transaction
from storage.errors import Refusal


@dataclass(frozen=True, slots=True)
class LatestEntry:
    """What somebody entered last: a clock-in or clock-out of the record, or all of it at once. `paid`: a paid break in
    it. `ended_day`: that the day ended at its break. `refusal`: why they can't take it back."""

    pair: Pair
    half: PairEvent
    is_whole: bool = False
    paid: Break | None = None
    ended_day: bool = False
    refusal: Refusal | None = None


async def latest_entry(services: Services, caller: Caller) -> LatestEntry | None:
    """What the caller entered last, for anybody, in the last ten minutes; of paid breaks and ends of days, only their
    own."""

    def read(tx: Transaction) -> LatestEntry | None:
        since = tx.now - UNDO_WITHIN
        state = breaks.state_of(tx.connection, caller.workspace_id, caller.user_id)
        own = _paid_break(state, caller.user_id, tx.now) or _end_of_day(tx, state, caller)
        for pair, action, facts in pair_queries.entered_by(tx.connection, caller.workspace_id, caller.user_id, since):
            if action == Action.CHANGE:  # has its own Undo
                return None
            was_cut = action == Action.CREATE and REPLACES in json.loads(facts)  # by a break: its clock-out is older
            leaves = (action == Action.CLOCK_OUT or was_cut) and pair.clock_out is not None
            undone = undone_events(pair, leaves)
            mine = all(may_undo(caller.user_id, half, tx.now) for half in undone)
            if own and own[0] >= max(half.recorded_at for half in undone):
                break
            if mine and permissions.may(tx, caller, Operation.UNDO, pair.user_id):
                is_whole = action == Action.CREATE and not was_cut
                if is_whole and pair.user_id != caller.user_id:
                    refusal = why_not_delete(tx, caller, pair)
                else:
                    refusal = why_not(tx, caller, pair, leaves_clock_in=leaves)
                return LatestEntry(pair, undone[0], is_whole, refusal=refusal)
        return own[1] if own else None

    return await services.database.read(read)


def _paid_break(state: State, user_id: str, now: datetime) -> tuple[datetime, LatestEntry] | None:
    """The last paid break of their open record, if they entered its start or end a short time ago, and when."""
    if state.latest is None or state.latest.clock_out or state.paid is None:
        return None
    entered = state.paid.end or state.paid.start
    if not may_undo(user_id, entered, now):
        return None
    on = breaks.paid(state.latest, state.paid)
    return entered.recorded_at, LatestEntry(on.pair, on.pair.clock_in, paid=on)


def _end_of_day(tx: Transaction, state: State, caller: Caller) -> tuple[datetime, LatestEntry] | None:
    """The end of their day at a break, if they said so a short time ago, and when."""
    pair = state.latest
    ended = end_of_day(tx, pair) if pair else None
    if pair is None or pair.clock_out is None or ended is None:
        return None
    if ended.by != caller.user_id or tx.now - ended.at > UNDO_WITHIN:
        return None
    refusal = why_not(tx, caller, pair, leaves_clock_in=True)
    return ended.at, LatestEntry(pair, pair.clock_out, ended_day=True, refusal=refusal)
