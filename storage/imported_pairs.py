"""Writes and finds pairs for an import: many at once, some of them already there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import Connection, select
from sqlalchemy.exc import IntegrityError

from storage.errors import Refusal
from storage.pairs import INSERT, Pair, PairEvent, as_refusal, close, pair_of_row, to_audit_fields
from storage.tables import pairs

SECOND = timedelta(seconds=1)


def add_each(connection: Connection, new: Sequence[Pair]) -> list[Exception | None]:
    """Writes new pairs, all at once if nothing is in the way.

    Returns for each pair why it was refused, or None: a Refusal like `add`, or IntegrityError if one of its ids is
    taken.
    """
    if not new:
        return []
    try:
        with connection.begin_nested():
            INSERT.write_all(connection, [to_audit_fields(pair) for pair in new])
    except IntegrityError:
        return [_insert_or_error(connection, pair) for pair in new]
    return [None] * len(new)


def _insert_or_error(connection: Connection, pair: Pair) -> Exception | None:
    """On PostgreSQL, `add` couldn't tell that an id is taken."""
    try:
        with as_refusal(connection, pair):
            INSERT.changed(connection, to_audit_fields(pair))
    except (Refusal, IntegrityError) as error:
        return error
    return None


def close_if_free(connection: Connection, pair: Pair, clock_out: PairEvent) -> Pair | None:
    """The same as `close`. None if another event has the clock-out's id."""
    try:
        with connection.begin_nested():
            return close(connection, pair, clock_out)
    except IntegrityError:
        return None


def find_matches(
    connection: Connection,
    workspace_id: str,
    user_ids: Collection[str],
    in_ids: Collection[str],
    sought: Sequence[Pair],
) -> list[Pair]:
    """The pairs of those people, also deleted ones, that begin within the time of the `sought` ones, and the pairs
    whose clock-in has one of the ids. A pair can come twice."""
    if not sought:
        return []
    first, last = min(pair.clock_in.at for pair in sought), max(pair.clock_in.at for pair in sought)
    in_time = (
        pairs.c.workspace_id == workspace_id,
        pairs.c.user_id.in_(sorted(user_ids)),
        pairs.c.in_at.between(first - SECOND, last + SECOND),
    )
    queries = (
        select(pairs).where(*in_time, pairs.c.deleted_at.is_(None)),  # two halves, each with a partial index of its own
        select(pairs).where(*in_time, pairs.c.deleted_at.is_not(None)),
        select(pairs).where(pairs.c.workspace_id == workspace_id, pairs.c.in_id.in_(sorted(in_ids))),
    )
    return [pair_of_row(row) for query in queries for row in connection.execute(query)]
