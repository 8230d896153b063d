"""The last change of records that took another one's place, and what people asked for and agreed to: who made it, when,
and why."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import Connection

from storage import audit, corrections, pair_queries
from storage.audit import REASON, REPLACES, SPLIT, Action, Entry, Kind
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
    within = [pair for pair in _with_parts(connection, scope.workspace_id, made) if _holds(scope, pair)]
    within += [] if alone else pair_queries.changed_within(connection, scope)
    found = {pair.clock_in.id: pair for pair in within}
    changed = [in_id for in_id, pair in found.items() if pair.replaces]
    changes = last_changes(connection, scope.workspace_id, found, changed=changed)
    ordered = sorted(found.values(), key=lambda pair: (pair.clock_in.at, pair.clock_in.id))
    return [(pair, changes[pair.clock_in.id]) for pair in ordered if pair.clock_in.id in changes]


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


def last_changes(
    connection: Connection, workspace_id: str, in_ids: Collection[str], *, changed: Collection[str]
) -> Mapping[str, RecordChange]:
    """By the clock-ins of these records, of those that were changed, and of those that a correction added. `changed`:
    which of them took another one's place. None where its entry was erased by its age. What a break that was added
    later left of a record was changed as that was."""
    was = _formers(connection, workspace_id, set(in_ids) - set(changed))
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
            why, one = _told(entry, REASON), made.get(entry.subject)
            found[entry.subject] = RecordChange(entry.actor, entry.at, entry.via, why, one)
    return found | {part: found[former] for part, former in was.items() if former in found}


def _formers(connection: Connection, workspace_id: str, in_ids: Collection[str]) -> dict[str, str]:
    """The record that was there first, of each of these that a break which was added later left of one."""
    was, asked = dict[str, str](), set(in_ids)
    while asked:
        entries = audit.about(connection, workspace_id, Kind.RECORD, asked)
        found = {entry.subject: str(former) for entry in entries if (former := _told(entry, REPLACES))}
        was |= found
        asked = {*found.values()} - {*was}
    return {part: _first(part, was) for part in in_ids if part in was}


def _first(part: str, was: Mapping[str, str]) -> str:
    """The record at the beginning, also of a ledger that was tampered with."""
    seen = set[str]()
    while part in was and part not in seen:
        seen.add(part)
        part = was[part]
    return part


def _with_parts(connection: Connection, workspace_id: str, in_ids: Collection[str]) -> list[Pair]:
    """These records, and what breaks that were added later left of them."""
    found = list(by_events(connection, workspace_id, in_ids).values())
    gone = [pair.clock_in.id for pair in found if pair.deleted_at and not pair.replaced_by]
    entries = audit.about(connection, workspace_id, Kind.RECORD, gone) if gone else []
    parts = {part for entry in entries for part in _told(entry, SPLIT) or ()} - set(in_ids)
    return [*found, *_with_parts(connection, workspace_id, parts)] if parts else found


def _told(entry: Entry, name: str) -> Any:
    """That fact of the entry. None without it."""
    if f'"{name}"' not in entry.facts and name != REASON:  # most have none, and reading them takes its time
        return None
    try:
        return entry.told().get(name)
    except ValueError:  # not one of ours: `verify` says so
        return None
