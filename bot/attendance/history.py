"""The change history of records, read from the audit."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from types import MappingProxyType

from bot import permissions
from bot.attendance import break_history, noted_reads, signature_history
from bot.attendance.break_history import BreakChange, UnreadableChange
from bot.attendance.correction_views import sees
from bot.attendance.noted_reads import Looked
from bot.attendance.signature_history import SignatureChange
from bot.calendar.ranges import DateRange
from bot.calendar.worktime import zone_named
from bot.errors import UnknownZone
from bot.people.audit_entries import Action, UsedToken
from bot.people.profiles import with_unknown_users_looked_up
from bot.permissions import Caller
from bot.runtime.services import Services
from storage import audit, corrections, pair_queries, pairs, people, remarks
from storage.audit import Entry, Kind
from storage.column_types import EPOCH
from storage.corrections import Correction
from storage.database import Transaction
from storage.errors import NotARecord
from storage.pairs import Pair, Scope
from storage.remarks import Remark

__all__ = ["Action", "BreakChange", "Looked", "SignatureChange", "UnreadableChange"]

MOST_PAIRS = 200
UNDOING = (
    *((Action.DELETE, "clock-in"), (Action.DELETE, "clock-out"), (Action.CLOCK_IN, "clock-out")),
    *((Action.DELETE, "change"), (Action.RESTORE, "change")),
    *((Action.DELETE, "end-day"), (Action.CREATE, "end-day")),
)
"""What an undo does, and which entry it undoes."""


@dataclass(frozen=True, slots=True)
class Change:
    """One change to a record. `pair` is the record after it, `at` (UTC) when it was made. `undone`: which entry was
    undone, `clock-in`, `clock-out`, `change` or `end-day`. `token`: the one it came through, over the API. `before`:
    the record whose place it took, and `why`."""

    at: datetime
    actor: str
    via: str
    action: Action
    pair: Pair
    undone: str | None = None
    token: UsedToken | None = None
    was_cut: bool = False
    """Whether it was replaced, because a break was added to it."""
    before: Pair | None = None
    why: str | None = None
    correction: Correction | None = None
    """What it was done for, as it is now. Its author is who asked."""

    correction_id: str | None = None

    @property
    def undoes_whole_record(self) -> bool:
        """Whether a clock-in was undone together with its clock-out."""
        return self.undone == "clock-in" and self.pair.clock_out is not None

    @property
    def starts_break(self) -> bool:
        """Whether it is a clock-out that started a break."""
        return self.action is Action.CLOCK_OUT and self.pair.out_break is not None


@dataclass(frozen=True, slots=True)
class Remarked:
    """The person gave a reason for what was found on a day, at that time (UTC)."""

    at: datetime
    actor: str
    via: str
    remark: Remark


@dataclass(frozen=True, slots=True)
class Corrected:
    """A step of a correction of the person's records: it was asked for, objected to, refused or withdrawn, at that time
    (UTC). What was applied is a Change that names its correction. `correction` is as it was after the step, without
    what was erased since."""

    at: datetime
    actor: str
    via: str
    action: Action
    correction: Correction
    token: UsedToken | None = None


Told = Change | BreakChange | Remarked | SignatureChange | Looked | Corrected | UnreadableChange
"""An entry of the history."""


async def person_history(
    services: Services, caller: Caller, user_id: str, days: DateRange, *, most: int | None = MOST_PAIRS
) -> list[Told]:
    """The changes to the records of those work dates, deleted ones too, to the paid breaks inside them, the remarks
    about them, corrections of them, the signatures under their periods, and who looked at them with a token that only
    reads, oldest first. Of many records, the newest `most`.

    Raises Forbidden or UnknownUser.
    """

    def read(tx: Transaction) -> list[Told]:
        permissions.require_read(tx, caller, user_id, days)
        permissions.require_details(caller)
        people.find(tx.connection, caller.workspace_id, user_id)
        scope = Scope(caller.workspace_id, days.first, days.last, frozenset({user_id}))
        found = pair_queries.page(tx.connection, scope, as_of=EPOCH, offset=0, limit=most, with_replaced=True)
        said = remarks.of_days(tx.connection, scope)
        beside: dict[int, Told] = {
            one.entry: one for one in noted_reads.reads_of(tx, caller.workspace_id, user_id, days)
        }
        beside |= signature_history.of_days(tx, caller.workspace_id, user_id, days)
        asked = corrections.of_people(tx.connection, caller.workspace_id, {user_id}, days=(days.first, days.last))
        seen = [one for one in asked if sees(tx, caller, one)]  # a token's days may end within one
        beside |= _steps(tx, caller.workspace_id, seen)
        return _changes(tx, caller, found, said, beside)

    return await with_unknown_users_looked_up(services, caller.workspace_id, lambda: services.database.read(read))


async def event_history(services: Services, caller: Caller, event_id: str) -> list[Told]:
    """The changes to the event's record and to those whose place it took, oldest first.

    Raises UnknownEvent or Forbidden.
    """

    def read(tx: Transaction) -> list[Told]:
        pair = pairs.by_event(tx.connection, caller.workspace_id, event_id)
        permissions.require_read(tx, caller, pair.user_id, DateRange(pair.work_date, pair.work_date))
        permissions.require_details(caller)
        return _changes(tx, caller, [*_formers(tx, pair), pair])

    return await services.database.read(read)


def _formers(tx: Transaction, pair: Pair) -> list[Pair]:
    """The records of which this one is what became."""
    found: list[Pair] = []
    while pair.replaces is not None:
        before = pairs.by_events(tx.connection, pair.workspace_id, [pair.replaces])
        if pair.replaces not in before:  # erased by its age
            break
        pair = before[pair.replaces]
        found.append(pair)
    return found


def _changes(
    tx: Transaction,
    caller: Caller,
    found: Sequence[Pair],
    said: Sequence[Remark] = (),
    beside: Mapping[int, Told] = MappingProxyType({}),
) -> list[Told]:
    by_clock_in = {pair.clock_in.id: pair for pair in found}
    by_id = {remark.remark_id: remark for remark in said}
    of_records = audit.about(tx.connection, caller.workspace_id, Kind.RECORD, by_clock_in)
    of_remarks = audit.about(tx.connection, caller.workspace_id, Kind.REMARK, by_id) if by_id else []
    told: dict[int, Told] = {entry.sequence: _change(entry) for entry in of_records}
    told |= break_history.of_records(tx, caller.workspace_id, by_clock_in)
    for entry in of_remarks:
        told[entry.sequence] = Remarked(entry.at, entry.actor, entry.via, by_id[entry.subject])
    told |= beside
    changes = [one for one in told.values() if isinstance(one, Change)]
    formers = {one.pair.clock_in.id for one in changes}
    elsewhere = {one.pair.replaces for one in changes if one.pair.replaces} - formers
    others = pairs.by_events(tx.connection, caller.workspace_id, elsewhere) if elsewhere else {}
    made = corrections.by_ids(
        tx.connection, caller.workspace_id, {one.correction_id for one in changes if one.correction_id}
    )
    ordered = [told[number] for number in sorted(told)]
    shown = [_beside_its_former(one, others, changes) for one in ordered if not _is_half_a_change(one, formers)]
    return [_for_its_correction(one, made) for one in shown]


def _steps(tx: Transaction, workspace_id: str, asked: Sequence[Correction]) -> dict[int, Told]:
    """By the number of the entry. Not what was applied: the change to the record tells of it."""
    by_id = {one.correction_id: one for one in asked}
    entries = audit.about(tx.connection, workspace_id, Kind.CORRECTION, by_id) if by_id else []
    return {entry.sequence: _step(entry) for entry in entries if entry.action != Action.APPLY_CORRECTION}


def _step(entry: Entry) -> Corrected | UnreadableChange:
    try:
        told = entry.told()
        one = corrections.from_audit_fields_of(told)
        token = UsedToken.of_entry(told)
    except (ValueError, TypeError, KeyError, OverflowError):
        return UnreadableChange(entry.sequence)
    return Corrected(entry.at, entry.actor, entry.via, Action(entry.action), one, token)


def _for_its_correction(one: Told, made: Mapping[str, Correction]) -> Told:
    if not isinstance(one, Change) or one.correction_id is None:
        return one
    return replace(one, correction=made.get(one.correction_id))


def _is_half_a_change(one: Told, shown: Collection[str]) -> bool:
    """Whether another entry tells the same: of the record that took its place, or of the one that is back."""
    if not isinstance(one, Change) or one.action is not Action.DELETE:
        return False
    if one.undone == Action.CHANGE:
        return one.pair.replaces in shown
    return one.pair.replaced_by in shown


def _beside_its_former(one: Told, others: Mapping[str, Pair], changes: Sequence[Change]) -> Told:
    if not isinstance(one, Change) or one.action is not Action.CHANGE:
        return one
    former = one.pair.replaces or ""
    last = [known.pair for known in changes if known.pair.clock_in.id == former and known.pair.replaced_by]
    before = next((pair for pair in last if pair.replaced_by == one.pair.clock_in.id), others.get(former))
    return replace(one, before=before)


def _change(entry: Entry) -> Change | UnreadableChange:
    """One entry that can't be read takes no other away."""
    action = Action(entry.action)
    try:
        told = entry.told()
        pair = pairs.from_audit_fields(told)
        undone, token = told.get(audit.UNDONE), UsedToken.of_entry(told)
        if undone and (action, undone) not in UNDOING:
            raise NotARecord("nothing that can be undone")
        for half in pair.halves:
            half.at.astimezone(zone_named(half.zone))
    except (ValueError, TypeError, OverflowError, UnknownZone):
        return UnreadableChange(entry.sequence)
    return Change(
        *(entry.at, entry.actor, entry.via, action, pair, undone, token, audit.SPLIT in told),
        why=told.get(audit.REASON),
        correction_id=(told.get(audit.CORRECTION) or {}).get("id"),
    )
