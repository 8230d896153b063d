"""Finds pairs for an import that are already there."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import timedelta

from sqlalchemy import Connection, select

from storage.pairs import Pair, pair_of_row
from storage.tables import pairs

SECOND = timedelta(seconds=1)


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
