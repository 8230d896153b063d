"""Admins whom another admin appointed, beside those that the chat platform names."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime

from sqlalchemy import Connection, delete, insert, select

from storage.tables import appointed_admins as admins


def appointed(connection: Connection, workspace_id: str) -> frozenset[str]:
    """Everybody appointed, by user id."""
    return frozenset(connection.scalars(select(admins.c.user_id).where(admins.c.workspace_id == workspace_id)))


def is_appointed(connection: Connection, workspace_id: str, user_id: str) -> bool:
    """Whether that person is."""
    query = select(admins.c.user_id).where(admins.c.workspace_id == workspace_id, admins.c.user_id == user_id)
    return connection.execute(query).first() is not None


def appoint(connection: Connection, workspace_id: str, user_ids: Collection[str], *, by: str, at: datetime) -> None:
    """Adds people who were met before, and are not appointed yet."""
    rows = [
        {"workspace_id": workspace_id, "user_id": user_id, "appointed_by": by, "appointed_at": at}
        for user_id in sorted(user_ids)
    ]
    if rows:
        connection.execute(insert(admins), rows)


def dismiss(connection: Connection, workspace_id: str, user_ids: Collection[str]) -> None:
    """Takes people off again."""
    connection.execute(
        delete(admins).where(admins.c.workspace_id == workspace_id, admins.c.user_id.in_(sorted(user_ids)))
    )
