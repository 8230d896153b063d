"""Admins appointed by another admin. The chat platform names its own admins."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from sqlalchemy import ColumnElement, Connection, bindparam, delete, exists, insert, select

from storage import teams
from storage.prepared import Prepared
from storage.tables import appointed_admins as admins
from storage.teams import Id


def appointed(connection: Connection, workspace_id: str) -> frozenset[str]:
    """The user ids of appointed admins."""
    return frozenset(connection.scalars(select(admins.c.user_id).where(admins.c.workspace_id == workspace_id)))


def is_appointed(connection: Connection, workspace_id: str, user_id: str) -> bool:
    return bool(connection.execute(select(has_appointment(workspace_id, user_id))).scalar())


def appointed_or_manager(connection: Connection, workspace_id: str, user_id: str) -> tuple[bool, bool]:
    """Whether the person is an appointed admin, and whether they manage a team."""
    row = _APPOINTED_OR_MANAGER.first(connection, {"workspace": workspace_id, "user": user_id})
    assert row is not None  # it selects two facts
    return bool(row[0]), bool(row[1])


def has_appointment(workspace_id: Id, user_id: Id) -> ColumnElement[bool]:
    """The same within another statement."""
    return exists().where(admins.c.workspace_id == workspace_id, admins.c.user_id == user_id)


def appoint(connection: Connection, workspace_id: str, user_ids: Collection[str], *, by: str, at: datetime) -> None:
    """Adds people, unless they are appointed already. They must be known."""
    rows = [
        {"workspace_id": workspace_id, "user_id": user_id, "appointed_by": by, "appointed_at": at}
        for user_id in sorted(user_ids)
    ]
    if rows:
        connection.execute(insert(admins), rows)


def dismiss(connection: Connection, workspace_id: str, user_ids: Collection[str]) -> None:
    connection.execute(
        delete(admins).where(admins.c.workspace_id == workspace_id, admins.c.user_id.in_(sorted(user_ids)))
    )


_PERSON: tuple[ColumnElement[str], ColumnElement[str]] = (bindparam("workspace"), bindparam("user"))
_BOTH: Sequence[ColumnElement[Any]] = (has_appointment(*_PERSON), teams.is_manager(*_PERSON))
_APPOINTED_OR_MANAGER = Prepared(select(*_BOTH))
