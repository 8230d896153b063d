"""Who is in: counted, and the first of them with their records. There may be thousands, and few are shown."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, func, select, union_all

from storage.column_types import OneOf
from storage.pairs import Pair, pair_of_row
from storage.tables import pairs, people


class Among(NamedTuple):
    """Whose open clock-ins: of those people or of everybody, at that office or any. Those before `since` miss their
    clock-out."""

    workspace_id: str
    user_ids: Collection[str] | None
    office_id: str | None
    since: datetime


class InOffice(NamedTuple):
    """How many are in at an office (None: at none), and how many miss their clock-out."""

    office_id: str | None
    number: int
    missing: int


def counts(connection: Connection, among: Among) -> list[InOffice]:
    """Of each office that has anybody."""
    is_old, office = pairs.c.in_at < among.since, pairs.c.in_office_id
    each = select(office, func.count().filter(~is_old), func.count().filter(is_old))
    return [InOffice(*row) for row in connection.execute(each.where(*_open(among)).group_by(office)).all()]


def first(connection: Connection, among: Among, office_ids: Sequence[str | None], most: int) -> list[tuple[Pair, str]]:
    """Records and names of so many at most who are in at each of the offices, by name; and of so many who miss their
    clock-out, oldest first."""
    who = select(pairs.c.in_id, people.c.name.label("who")).where(*_open(among))
    who = who.join(people, (people.c.workspace_id == pairs.c.workspace_id) & (people.c.user_id == pairs.c.user_id))
    by_name = (func.lower(people.c.name), pairs.c.in_at, pairs.c.in_id)
    is_old = pairs.c.in_at < among.since
    lists = [who.where(pairs.c.in_office_id == one, ~is_old).order_by(*by_name) for one in office_ids]
    lists.append(who.where(is_old).order_by(pairs.c.in_at, pairs.c.in_id))
    chosen = union_all(*(select(one.limit(most).subquery()) for one in lists))
    names = {row.in_id: row.who for row in connection.execute(chosen).all()}
    records = select(pairs).where(pairs.c.workspace_id == among.workspace_id, pairs.c.in_id.in_(sorted(names)))
    return [(pair_of_row(row), names[row.in_id]) for row in connection.execute(records).all()]


def _open(among: Among) -> Sequence[ColumnElement[bool]]:
    where = [pairs.c.workspace_id == among.workspace_id, pairs.c.out_id.is_(None), pairs.c.deleted_at.is_(None)]
    if among.user_ids is not None:
        where.append(OneOf(pairs.c.user_id, among.user_ids))
    if among.office_id is not None:
        where.append(pairs.c.in_office_id == among.office_id)
    return where
