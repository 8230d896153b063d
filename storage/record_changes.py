"""The last change of records that took another one's place, and what people asked for and agreed to: who made it, when,
and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from storage import audit, corrections, pair_queries, record_parts
from storage.audit import REASON, Action, Entry, Kind
from storage.corrections import Correction, Outcome
from storage.pairs import Pair, Scope, by_events


@dataclass(frozen=True, slots=True)
class RecordChange:
    """By whom, when (UTC), through what, and why; no reason once it was erased. `correction`: the one that it was made
    for, or that added the record."""

    by: str
    at: datetime
    via: str
    reason: str | None
    correction: Correction | None = None

    @property
    def is_alone(self) -> bool:
        """Whether it was made without the person's agreement."""
        return self.correction is not None and self.correction.outcome == "applied-without-agreement"

    @property
    def is_addition(self) -> bool:
        """Whether the record wasn't there before."""
        return self.correction is not None and self.correction.kind == "add"


def changed_in(connection: Connection, scope: Scope, *, alone: bool = False) -> list[tuple[Pair, RecordChange]]:
    """The records of the scope that were changed or that a correction added, oldest first; only those without the
    person's agreement, if `alone`."""
    outcomes = _outcomes(alone=alone)
    made = by_events(connection, scope.workspace_id, corrections.made_in(connection, scope, outcomes)).values()
    within = [pair for pair in made if _holds(scope, pair)]
    within += [] if alone else pair_queries.changed_within(connection, scope)
    days = record_parts.days(connection, scope, outcomes, changed=not alone)
    parts = record_parts.of_days(connection, scope, days)
    found = {pair.clock_in.id: pair for pair in (*within, *parts)}
    changed = [in_id for in_id, pair in found.items() if pair.replaces]
    came_of = [pair.clock_in.id for pair in parts]
    changes = last_changes(connection, scope.workspace_id, found, changed=changed, parts=came_of)
    ordered = sorted(found.values(), key=lambda pair: (pair.clock_in.at, pair.clock_in.id))
    told = [(pair, changes[pair.clock_in.id]) for pair in ordered if pair.clock_in.id in changes]
    return [(pair, change) for pair, change in told if change.is_alone or not alone]


def removed_in(connection: Connection, scope: Scope, *, alone: bool = False) -> list[tuple[Pair, Correction]]:
    """The records of the scope that a correction removed and that weren't restored, oldest first; only those without
    the person's agreement, if `alone`."""
    asked = corrections.removed_in(connection, scope, _outcomes(alone=alone))
    found = by_events(connection, scope.workspace_id, asked).values()
    removals = corrections.that_removed(connection, scope.workspace_id, found)
    ordered = sorted(found, key=lambda pair: (pair.clock_in.at, pair.clock_in.id))
    within = [pair for pair in ordered if scope.office_id in (None, pair.clock_in.office_id)]
    removed = [(pair, removals[pair.clock_in.id]) for pair in within if pair.clock_in.id in removals]
    return [(pair, one) for pair, one in removed if one.outcome in _outcomes(alone=alone)]


def _outcomes(*, alone: bool) -> Sequence[Outcome]:
    without: Outcome = "applied-without-agreement"
    return [one for one in corrections.APPLIED if one == without or not alone]


def _holds(scope: Scope, pair: Pair) -> bool:
    is_there = pair.deleted_at is None and scope.first <= pair.work_date <= scope.last
    return is_there and scope.office_id in (None, pair.clock_in.office_id)


def days_of_parts(connection: Connection, scope: Scope) -> set[tuple[str, str]]:
    """Each work date (ISO 8601) and person of the scope with records that may have come of a changed one."""
    return record_parts.days(connection, scope, corrections.APPLIED)


def last_changes(
    connection: Connection,
    workspace_id: str,
    in_ids: Collection[str],
    *,
    changed: Collection[str],
    parts: Collection[str],
) -> Mapping[str, RecordChange]:
    """By the clock-ins of these records, of those that were changed, and of those that a correction added. None where
    its entry was erased by its age.

    `changed`: which of them took another one's place. `parts`: which may be what a break that was added later left of
    a record, or what an undone clock-out opened again. They have the change of the record that was there before.
    """
    was = record_parts.first_of(connection, workspace_id, {*parts} - {*changed})
    formers = by_events(connection, workspace_id, was.values()).values() if was else ()
    changed = {*changed, *(pair.clock_in.id for pair in formers if pair.replaces)}
    made = corrections.that_made(connection, workspace_id, {*in_ids, *was.values()})
    found = {
        in_id: RecordChange(one.done_by, one.done_at, one.asked_via, one.reason, one)
        for in_id, one in made.items()
        if one.kind == "add" and one.done_by is not None and one.done_at is not None
    }
    for entry in audit.about(connection, workspace_id, Kind.RECORD, changed) if changed else ():
        if entry.action == Action.CHANGE:
            why, one = _reason(entry), made.get(entry.subject)
            found[entry.subject] = RecordChange(entry.actor, entry.at, entry.via, why, one)
    return found | {part: found[former] for part, former in was.items() if former in found}


def is_last_step(connection: Connection, pair: Pair) -> bool:
    """Whether the record took another one's place, and nothing has happened to it since."""
    if pair.replaces is None:
        return False
    entries = audit.about(connection, pair.workspace_id, Kind.RECORD, [pair.clock_in.id])
    return bool(entries) and entries[-1].action == Action.CHANGE


def _reason(entry: Entry) -> str | None:
    try:
        reason = entry.told().get(REASON)
    except ValueError:  # not one of ours: `verify` says so
        return None
    return reason if isinstance(reason, str) else None
