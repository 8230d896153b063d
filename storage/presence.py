"""Who is in, as bare rows: there may be thousands, and few of them are shown."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from typing import NamedTuple, Protocol

from sqlalchemy import Connection, case, or_, select, true

from storage.pair_queries import as_scalar
from storage.pairs import Pair, pair_of_row
from storage.tables import pairs, people


class OpenClockIn(NamedTuple):
    """`at` is in microseconds since 1970 (UTC)."""

    id: str
    user_id: str
    at: int
    office_id: str | None


class PlainPerson(Protocol):
    """`is_employee`: a full member who is still there."""

    @property
    def name(self) -> str: ...
    @property
    def zone(self) -> str | None: ...
    @property
    def is_employee(self) -> int: ...


def open_clock_ins(
    connection: Connection, workspace_id: str, user_ids: Collection[str] | None, office_id: str | None
) -> list[OpenClockIn]:
    """The open clock-ins of those people, or of everybody, at that office or any,
    oldest first."""
    query = select(pairs.c.in_id, pairs.c.user_id, as_scalar(pairs.c.in_at), pairs.c.in_office_id).where(
        pairs.c.workspace_id == workspace_id, pairs.c.out_id.is_(None), pairs.c.deleted_at.is_(None)
    )
    if user_ids is not None:
        query = query.where(pairs.c.user_id.in_(sorted(user_ids)))
    if office_id is not None:
        query = query.where(pairs.c.in_office_id == office_id)
    ordered = query.order_by(pairs.c.in_at, pairs.c.in_id)  # or SQLite would read every pair of the workspace
    return [OpenClockIn(*row) for row in connection.execute(ordered).all()]


def pairs_of(connection: Connection, workspace_id: str, in_ids: Collection[str]) -> dict[str, Pair]:
    """The pairs by the ids of their clock-ins."""
    query = select(pairs).where(pairs.c.workspace_id == workspace_id, pairs.c.in_id.in_(sorted(in_ids)))
    return {row.in_id: pair_of_row(row) for row in connection.execute(query).all()}


def plain_people(
    connection: Connection, workspace_id: str, user_ids: Collection[str] | None
) -> Mapping[str, PlainPerson]:
    """Those people, or everybody, by user id."""
    isn_t_one = or_(*(people.c[name].is_(true()) for name in ("guest", "bot", "deactivated")))
    is_employee = case((isn_t_one, 0), else_=1).label("is_employee")
    query = select(people.c.user_id, people.c.name, people.c.zone, is_employee)
    query = query.where(people.c.workspace_id == workspace_id)
    if user_ids is not None:
        query = query.where(people.c.user_id.in_(sorted(user_ids)))
    return {row.user_id: row for row in connection.execute(query).all()}
