"""What admins set for a workspace: values by name, as text."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, select

from storage import tables
from storage.tables import settings


def all_of(connection: Connection, workspace_id: str) -> dict[str, str]:
    """Every setting of the workspace that was made."""
    query = select(settings.c.name, settings.c.value).where(settings.c.workspace_id == workspace_id)
    return {row.name: row.value for row in connection.execute(query)}


def workspaces_with(connection: Connection, names: Collection[str]) -> set[str]:
    """The workspaces in which any of the settings was made."""
    query = select(settings.c.workspace_id).where(settings.c.name.in_(sorted(names)))
    return set(connection.scalars(query.distinct()))


def put(connection: Connection, workspace_id: str, name: str, value: str | None) -> None:
    """Makes a setting; None takes it back."""
    if value is None:
        connection.execute(delete(settings).where(settings.c.workspace_id == workspace_id, settings.c.name == name))
    else:
        tables.upsert(connection, settings, {"workspace_id": workspace_id, "name": name, "value": value})
