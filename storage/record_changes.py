"""The last change of records that took another one's place, and what people asked for and agreed to: who made it, when,
and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection

from storage import audit, corrections, pair_queries
from storage.audit import REASON, Action, Kind
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
    made = corrections.made_in(connection, scope, _outcomes(alone=alone))
    within = [pair for pair in by_events(connection, scope.workspace_id, made).values() if _holds(scope, pair)]
    within += [] if alone else pair_queries.changed_within(connection, scope)
    found = {pair.clock_in.id: pair for pair in within}
    changed = [in_id for in_id, pair in found.items() if pair.replaces]
    changes = last_changes(connection, scope.workspace_id, found, changed=changed)
    ordered = sorted(found.values(), key=lambda pair: (pair.clock_in.at, pair.clock_in.id))
    return [(pair, changes[pair.clock_in.id]) for pair in ordered if pair.clock_in.id in changes]


def removed_in(connection: Connection, scope: Scope, *, alone: bool = False) -> list[tuple[Pair, Correction]]:
    """The records of the scope that a correction removed and that weren't restored, oldest first; only those without
    the person's agreement, if `alone`."""
    removals = corrections.removals_in(connection, scope, _outcomes(alone=alone))
    gone = by_events(connection, scope.workspace_id, removals).values()
    found = [pair for pair in gone if pair.deleted_at and scope.office_id in (None, pair.clock_in.office_id)]
    ordered = sorted(found, key=lambda pair: (pair.clock_in.at, pair.clock_in.id))
    return [(pair, removals[pair.clock_in.id]) for pair in ordered]


def _outcomes(*, alone: bool) -> Sequence[Outcome]:
    without: Outcome = "applied-without-agreement"
    return [one for one in corrections.APPLIED if one == without or not alone]


def _holds(scope: Scope, pair: Pair) -> bool:
    is_there = pair.deleted_at is None and scope.first <= pair.work_date <= scope.last
    return is_there and scope.office_id in (None, pair.clock_in.office_id)


def last_changes(
    connection: Connection, workspace_id: str, in_ids: Collection[str], *, changed: Collection[str]
) -> Mapping[str, RecordChange]:
    """By the clock-ins of these records, of those that were changed, and of those that a correction added. `changed`:
    which of them took another one's place. None where its entry was erased by its age."""
    made = corrections.that_made(connection, workspace_id, in_ids)
    found = {
        in_id: RecordChange(one.done_by, one.done_at, one.asked_via, one.reason, one)
        for in_id, one in made.items()
        if one.kind == "add" and one.done_by is not None and one.done_at is not None
    }
    for entry in audit.about(connection, workspace_id, Kind.RECORD, changed) if changed else ():
        if entry.action == Action.CHANGE:
            try:
                reason = entry.told().get(REASON)
            except ValueError:  # not one of ours: `verify` says so
                reason = None
            found[entry.subject] = RecordChange(entry.actor, entry.at, entry.via, reason, made.get(entry.subject))
    return found
