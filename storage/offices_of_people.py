"""At which office people were: it says whose holidays count for them."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date

from sqlalchemy import ColumnElement, Connection, ScalarSelect, select

from storage.column_types import OneOf
from storage.pairs import Scope
from storage.tables import pairs, people


def latest(connection: Connection, workspace_id: str, user_ids: Collection[str]) -> dict[str, str | None]:
    """The office of each person's latest record. None: it has no office, or there is no record."""
    office = latest_of(workspace_id, people.c.user_id).label("office")
    query = select(people.c.user_id, office).where(
        people.c.workspace_id == workspace_id, OneOf(people.c.user_id, user_ids)
    )
    return {row.user_id: row.office for row in connection.execute(query)}


def latest_of(workspace_id: str, user_id: ColumnElement[str]) -> ScalarSelect[str | None]:
    """The same of the person in another query's row."""
    newest = select(pairs.c.in_office_id).where(
        pairs.c.workspace_id == workspace_id, pairs.c.user_id == user_id, pairs.c.deleted_at.is_(None)
    )
    return newest.order_by(pairs.c.in_at.desc()).limit(1).correlate(user_id.table).scalar_subquery()


def on_days(connection: Connection, scope: Scope, days: Sequence[date]) -> dict[date, str | None]:
    """The office of the first record on each of these days that has one, for a scope of one person."""
    query = select(pairs.c.work_date, pairs.c.in_office_id).where(*scope.holds(on=days)).order_by(pairs.c.in_at.desc())
    return {row.work_date: row.in_office_id for row in connection.execute(query)}
