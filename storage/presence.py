"""Who is in or on a break now: counted by office, and the first of them by name."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, Select, func, literal, select, union_all

from storage.breaks import on_unpaid_break
from storage.column_types import OneOf
from storage.pairs import DAY, Pair, pair_of_row
from storage.tables import paid_breaks, pairs, people


class Among(NamedTuple):
    """Of those people or of everybody, at that office or any. Open clock-ins older than a day miss their clock-out."""

    workspace_id: str
    user_ids: Collection[str] | None
    office_id: str | None
    now: datetime

    @property
    def since(self) -> datetime:
        """When the oldest clock-in was that isn't missing its clock-out."""
        return self.now - DAY


class InOffice(NamedTuple):
    """How many work at an office (None: at none), are on a break there, and miss their clock-out."""

    office_id: str | None
    working: int
    on_break: int
    missing: int


Named = tuple[Pair, str]
"""Somebody's record, and their name."""


def counts(connection: Connection, among: Among) -> list[InOffice]:
    """Of each office that has anybody."""
    is_old, office = pairs.c.in_at < among.since, pairs.c.in_office_id
    each = select(office, func.count().filter(~is_old), func.count().filter(is_old))
    opened = {row[0]: row[1:] for row in connection.execute(each.where(*_open(among)).group_by(office)).all()}
    on_break = {row[0]: row[1:] for row in connection.execute(_breaks_by_office(among)).all()}
    found = []
    for place in dict.fromkeys([*opened, *on_break]):
        (open_now, missing), (unpaid, paid) = opened.get(place, (0, 0)), on_break.get(place, (0, 0))
        found.append(InOffice(place, open_now - paid, unpaid + paid, missing))
    return found


def first(connection: Connection, among: Among, office_ids: Sequence[str | None], most: int) -> list[Named]:
    """Of so many at most who are clocked in at each of the offices, by name, and of so many who miss their clock-out,
    oldest first."""
    who = select(pairs.c.in_id, people.c.name.label("who")).where(*_open(among)).join(people, _is_of)
    by_name = (func.lower(people.c.name), pairs.c.in_at, pairs.c.in_id)
    is_old = pairs.c.in_at < among.since
    lists = [who.where(pairs.c.in_office_id == one, ~is_old).order_by(*by_name) for one in office_ids]
    lists.append(who.where(is_old).order_by(pairs.c.in_at, pairs.c.in_id))
    chosen = union_all(*(select(one.limit(most).subquery()) for one in lists))
    names = {row.in_id: row.who for row in connection.execute(chosen).all()}
    records = select(pairs).where(pairs.c.workspace_id == among.workspace_id, pairs.c.in_id.in_(sorted(names)))
    return [(pair_of_row(row), names[row.in_id]) for row in connection.execute(records).all()]


def first_on_unpaid_break(connection: Connection, among: Among, most: int) -> list[Named]:
    """Of so many at most at each office, by name."""
    by_name = (func.lower(people.c.name), pairs.c.in_at, pairs.c.in_id)
    place = func.row_number().over(partition_by=pairs.c.in_office_id, order_by=by_name).label("place")
    each = select(pairs, people.c.name.label("who"), place).where(*_away(among)).join(people, _is_of).subquery()
    return [(pair_of_row(row), row.who) for row in connection.execute(select(each).where(each.c.place <= most)).all()]


def _breaks_by_office(among: Among) -> Select[Any]:
    """Those on unpaid and on paid breaks at each office."""
    unpaid = select(pairs.c.in_office_id.label("office"), literal(0).label("is_paid")).where(*_away(among))
    of_pair = (paid_breaks.c.workspace_id == pairs.c.workspace_id) & (paid_breaks.c.in_id == pairs.c.in_id)
    is_open = (paid_breaks.c.end_at.is_(None), paid_breaks.c.deleted_at.is_(None))
    paid = select(pairs.c.in_office_id, literal(1)).join(paid_breaks, of_pair).where(*_open(among), *is_open)
    each = union_all(unpaid, paid.where(pairs.c.in_at >= among.since)).subquery()
    is_paid = each.c.is_paid == 1
    return select(each.c.office, func.count().filter(~is_paid), func.count().filter(is_paid)).group_by(each.c.office)


def _open(among: Among) -> Sequence[ColumnElement[bool]]:
    where = [pairs.c.workspace_id == among.workspace_id, pairs.c.out_id.is_(None), pairs.c.deleted_at.is_(None)]
    if among.user_ids is not None:
        where.append(OneOf(pairs.c.user_id, among.user_ids))
    return [*where, *_there(among)]


def _away(among: Among) -> Sequence[ColumnElement[bool]]:
    return [*on_unpaid_break(among.workspace_id, among.user_ids, among.now), *_there(among)]


def _there(among: Among) -> Sequence[ColumnElement[bool]]:
    return [] if among.office_id is None else [pairs.c.in_office_id == among.office_id]


_is_of = (people.c.workspace_id == pairs.c.workspace_id) & (people.c.user_id == pairs.c.user_id)
