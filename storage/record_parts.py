"""Records that came of another one without its name in their row: what a break that was added later left of it, and
what was opened again when its clock-out was undone. The audit entry of each names the one before."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from itertools import islice

from sqlalchemy import Connection, or_, select

from storage import audit, corrections
from storage.audit import REPLACES, Entry, Kind
from storage.column_types import EPOCH, OneOfDays
from storage.corrections import Outcome
from storage.pairs import Pair, Scope, pair_of_row
from storage.tables import pairs

DAYS_AT_ONCE = 500


def days(
    connection: Connection, scope: Scope, outcomes: Collection[Outcome], *, changed: bool = True
) -> set[tuple[str, str]]:
    """Each work date (ISO 8601) and person with a record that is gone, and that a correction with one of these outcomes
    made, or that was `changed`. What came of it is of the same date."""
    made = pairs.c.in_id.in_(corrections.that_made_within(scope, outcomes))
    which = or_(made, pairs.c.replaces_id.is_not(None)) if changed else made
    gone = (*scope.holds(deleted_since=EPOCH), pairs.c.replaced_by_id.is_(None), which)
    found = connection.execute(select(pairs.c.work_date, pairs.c.user_id).where(*gone).distinct())
    return {(day.isoformat(), user_id) for day, user_id in found}


def of_days(connection: Connection, scope: Scope, those: Collection[tuple[str, str]]) -> list[Pair]:
    """The records of the scope on those days that may have come of another one."""
    found, left = list[Pair](), iter(sorted(those))
    while portion := list(islice(left, DAYS_AT_ONCE)):
        theirs = OneOfDays(pairs.c.work_date, pairs.c.user_id, portion)
        here = (pairs.c.workspace_id == scope.workspace_id, pairs.c.deleted_at.is_(None), theirs)
        found += map(pair_of_row, connection.execute(select(pairs).where(*here, pairs.c.replaces_id.is_(None))))
    return [pair for pair in found if scope.office_id in (None, pair.clock_in.office_id)]


def first_of(connection: Connection, workspace_id: str, in_ids: Collection[str]) -> dict[str, str]:
    """The record that was there first, by the clock-in of each of these that came of another one."""
    was, asked = dict[str, str](), set(in_ids)
    while asked:
        entries = audit.about(connection, workspace_id, Kind.RECORD, asked)
        found = {entry.subject: former for entry in entries if (former := _former(entry))}
        was |= found
        asked = {*found.values()} - {*was}
    return {one: _first(one, was) for one in in_ids if one in was}


def _first(one: str, was: Mapping[str, str]) -> str:
    """The record at the beginning, also of a ledger that was tampered with."""
    seen = set[str]()
    while one in was and one not in seen:
        seen.add(one)
        one = was[one]
    return one


def _former(entry: Entry) -> str | None:
    if f'"{REPLACES}"' not in entry.facts:  # most have none, and reading them takes its time
        return None
    try:
        former = entry.told().get(REPLACES)
    except ValueError:  # not one of ours: `verify` says so
        return None
    return former if isinstance(former, str) else None
