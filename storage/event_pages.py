"""A page of everybody's events. It costs what the page holds, wherever in the ledger it is."""

from __future__ import annotations

from datetime import timedelta
from functools import cache
from typing import Any

from sqlalchemy import Connection, Select, bindparam, or_

from storage.column_types import EPOCH, ByBytes, Day, InOrderOfClockIns, Instant, NotSelective
from storage.events import ORDER, PLAIN, PlainEvent, Position, near, split_pair
from storage.pairs import DAY, Scope
from storage.tables import pairs


def page_of_events(
    connection: Connection, scope: Scope, *, after: Position | None, with_deleted: bool, most: int
) -> list[PlainEvent]:
    """The first `most` events of the scope's pairs after that place, by timestamp and id. For a scope without
    people."""
    from_, to = near(scope)
    at, id_ = (EPOCH + timedelta(microseconds=after[0]), after[1]) if after else (from_, "")
    values = {
        "workspace": scope.workspace_id,
        "first": scope.first,
        "last": scope.last,
        "office": scope.office_id,
        "from": max(at, from_),
        "at": at,
        "id": id_,
        "to": to + DAY,  # a pair lasts a day at most
        "most": most,
    }
    found: list[PlainEvent] = []
    for half in ("in", "out"):  # each in the order of its own index
        of_pairs: list[PlainEvent] = []
        for row in connection.execute(_statement(half, scope.office_id is not None, with_deleted), values):
            split_pair(row, of_pairs)
        found += [event for event in of_pairs if event.is_clock_in == (half == "in")]
    found.sort(key=ORDER)
    return found[:most]


@cache
def _statement(half: str, one_office: bool, with_deleted: bool) -> Select[Any]:
    """Pairs by one of their halves, after a place."""
    happened, id_ = pairs.c[f"{half}_at"], ByBytes(pairs.c[f"{half}_id"])
    query = PLAIN.where(
        pairs.c.workspace_id == bindparam("workspace"),
        happened >= bindparam("from"),
        happened < bindparam("to"),
        or_(happened > bindparam("at", type_=Instant), id_ > bindparam("id")),
        NotSelective(pairs.c.work_date.between(bindparam("first", type_=Day), bindparam("last", type_=Day))),
    )
    if half == "in":
        query = query.where(InOrderOfClockIns())
    if not with_deleted:
        query = query.where(NotSelective(pairs.c.deleted_at.is_(None)))
    if one_office:
        query = query.where(NotSelective(pairs.c.in_office_id == bindparam("office")))
    return query.order_by(happened, id_).limit(bindparam("most"))
