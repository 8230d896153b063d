"""Reads many pairs: a range, the open ones, a page, a stream."""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import (
    Column,
    ColumnElement,
    CompoundSelect,
    Connection,
    Row,
    Select,
    Text,
    and_,
    bindparam,
    cast,
    func,
    or_,
    select,
    union_all,
)

from storage.audit import CHANGES_EVENTS
from storage.column_types import EPOCH, Day, InOrderOfClockIns, Instant, Microseconds, NotSelective, OneOf
from storage.pairs import Pair, Scope, pair_of_row
from storage.tables import audit_entries, pairs, people


def within(connection: Connection, scope: Scope) -> Iterator[Pair]:
    """The pairs of the scope, oldest first."""
    for row in connection.execute(select(pairs).where(*scope.holds()).order_by(pairs.c.in_at, pairs.c.in_id)):
        yield pair_of_row(row)


def hands(connection: Connection, scope: Scope) -> set[str]:
    """Who entered, ended or deleted pairs of the scope, deleted ones too."""
    named = (pairs.c.in_by, pairs.c.out_by, pairs.c.deleted_by)
    rows = [
        row
        for where in (scope.holds(), scope.holds(deleted_since=EPOCH))
        for row in connection.execute(select(*named).where(*where).distinct())
    ]
    return {user_id for row in rows for user_id in row if user_id is not None}


def changed_within(connection: Connection, scope: Scope) -> list[Pair]:
    """Those of them that took another record's place, oldest first."""
    changed = (*scope.holds(), pairs.c.replaces_id.is_not(None))
    query = select(pairs).where(*changed).order_by(pairs.c.in_at, pairs.c.in_id)
    return [pair_of_row(row) for row in connection.execute(query)]


def still_open(connection: Connection, scope: Scope) -> list[Pair]:
    """The scope's open clock-ins, oldest first.

    Days are compared here. In the query, they would make SQLite read every pair of the range.
    """
    opened = (pairs.c.workspace_id == scope.workspace_id, pairs.c.out_id.is_(None), pairs.c.deleted_at.is_(None))
    query = select(pairs).where(*opened).order_by(pairs.c.in_at, pairs.c.in_id)
    if scope.user_ids is not None:
        query = query.where(OneOf(pairs.c.user_id, scope.user_ids))
    if scope.office_id is not None:
        query = query.where(pairs.c.in_office_id == scope.office_id)
    found = (pair_of_row(row) for row in connection.execute(query))
    return [pair for pair in found if scope.first <= pair.work_date <= scope.last]


def user_ids_in(connection: Connection, scope: Scope) -> frozenset[str]:
    """Who has pairs in the scope."""
    return frozenset(connection.scalars(select(pairs.c.user_id).where(*scope.holds()).distinct()))


def entered_by(
    connection: Connection, workspace_id: str, user_id: str, since: datetime
) -> Iterator[tuple[Pair, str, str]]:
    """The pairs that the user entered or ended since then, by which action and with which facts (JSON), newest first.
    Not deleted ones."""
    entries = audit_entries.c
    of_records = entries.action.in_(bindparam("actions", CHANGES_EVENTS, expanding=True, literal_execute=True))
    theirs = (entries.workspace_id == workspace_id, entries.at >= since, of_records)  # as the index has it
    query = (
        select(pairs, entries.action, entries.facts)
        .join(audit_entries, (entries.workspace_id == pairs.c.workspace_id) & (entries.subject == pairs.c.in_id))
        .where(*theirs, entries.actor == user_id, pairs.c.deleted_at.is_(None))
        .order_by(entries.sequence.desc())
    )
    for row in connection.execute(query):
        yield pair_of_row(row), row[-2], row[-1]


def records_before(connection: Connection, workspace_id: str, in_ids: Collection[str]) -> dict[str, Pair]:
    """The same person's record before each of these, of those that have one, by clock-in."""
    before, theirs = pairs.alias("before"), pairs.alias("theirs")
    latest = select(before.c.in_id).where(
        before.c.workspace_id == workspace_id,
        before.c.user_id == theirs.c.user_id,
        before.c.in_at < theirs.c.in_at,
        before.c.deleted_at.is_(None),
    )
    latest_id = latest.order_by(before.c.in_at.desc()).limit(1).correlate(theirs).scalar_subquery()
    its_record = and_(pairs.c.workspace_id == workspace_id, pairs.c.in_id == latest_id)
    query = select(pairs, theirs.c.in_id.label("after")).select_from(theirs.join(pairs, its_record))
    query = query.where(theirs.c.workspace_id == workspace_id, theirs.c.in_id.in_(sorted(in_ids)))
    return {row.after: pair_of_row(row) for row in connection.execute(query)}


def workspaces_open_since(connection: Connection, before: datetime) -> set[str]:
    """The workspaces with an open clock-in from before then."""
    opened = (pairs.c.out_id.is_(None), pairs.c.deleted_at.is_(None))
    query = select(pairs.c.workspace_id).where(*opened, pairs.c.in_at <= before)
    if connection.dialect.name == "sqlite":  # asked for each person, or it would search all pairs for the open ones
        theirs = (pairs.c.workspace_id == people.c.workspace_id, pairs.c.user_id == people.c.user_id)
        in_at = select(pairs.c.in_at).where(*theirs, *opened).scalar_subquery()
        query = select(people.c.workspace_id).where(in_at <= before)
    return set(connection.scalars(query.distinct()))


def stream_export_rows(connection: Connection, scope: Scope) -> Iterator[Row[*tuple[Any, ...]]]:
    """The pairs of the scope as bare rows of `PLAIN`, by work date, person and start; streamed."""
    ordered = _PLAIN.where(*scope.holds()).order_by(pairs.c.work_date, pairs.c.user_id, pairs.c.in_at)
    yield from connection.execution_options(yield_per=1000).execute(ordered)


def count(connection: Connection, scope: Scope) -> int:
    """How many pairs the scope holds."""
    return connection.execute(select(func.count()).select_from(pairs).where(*scope.holds())).scalar_one()


def page(
    connection: Connection,
    scope: Scope,
    *,
    as_of: datetime,
    offset: int,
    limit: int | None,
    with_replaced: bool = False,
) -> list[Pair]:
    """A page of a list opened at `as_of`, newest first. Pairs deleted since then keep their place; those in whose place
    another one is are left out, unless `with_replaced`."""
    newest_first = _listed(scope, as_of, [] if with_replaced else [pairs.c.replaced_by_id.is_(None)])
    columns = newest_first.selected_columns
    ordered = newest_first.order_by(columns.in_at.desc(), columns.in_id.desc())
    return [pair_of_row(row) for row in connection.execute(ordered.offset(offset).limit(limit))]


def _listed(scope: Scope, as_of: datetime, which: Sequence[ColumnElement[bool]]) -> Select[Any] | CompoundSelect[Any]:
    """Everybody's are read in the order of an index, as many as the page takes; some people's are found by person."""
    if scope.user_ids is not None:
        return union_all(  # two halves, so that each finds its own partial index
            select(pairs).where(*scope.holds()), select(pairs).where(*scope.holds(deleted_since=as_of), *which)
        )
    shown = or_(pairs.c.deleted_at.is_(None), pairs.c.deleted_at >= as_of)
    query = select(pairs).where(
        pairs.c.workspace_id == scope.workspace_id,
        InOrderOfClockIns(),
        *scope.near(),
        NotSelective(pairs.c.work_date.between(scope.first, scope.last)),
        NotSelective(shown),
        *map(NotSelective, which),
    )
    return query if scope.office_id is None else query.where(pairs.c.in_office_id == scope.office_id)


def stream_all(connection: Connection) -> Iterator[Pair]:
    """Streams every pair of every workspace, deleted ones too, by person and start."""
    ordered = select(pairs).order_by(pairs.c.workspace_id, pairs.c.user_id, pairs.c.in_at, pairs.c.in_id)
    for row in connection.execution_options(yield_per=1000).execute(ordered):
        yield pair_of_row(row)


PLAIN = (
    *("work_date", "user_id", "in_at", "out_at", "in_recorded_at", "out_recorded_at", "in_by", "out_by"),
    *("in_office_id", "in_zone", "in_comment", "out_comment", "out_break", "in_id"),
    "replaces_id",
)
"""What `stream_export_rows` yields, in this order: the day in ISO 8601, instants in microseconds since 1970 (UTC)."""


def as_scalar(column: Column[Any]) -> ColumnElement[Any]:
    """The column as a plain number or text: a day in ISO 8601, an instant in microseconds since 1970 (UTC)."""
    if isinstance(column.type, Instant):
        return Microseconds(column)
    return cast(column, Text) if isinstance(column.type, Day) else column


_PLAIN = select(*(as_scalar(pairs.c[name]) for name in PLAIN))
