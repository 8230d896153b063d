"""Settings of a workspace: values by name, as text."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, bindparam, delete, select

from storage import tables
from storage.prepared import Prepared
from storage.tables import settings


def all_of(connection: Connection, workspace_id: str) -> dict[str, str]:
    """The workspace's settings, except those left at their default."""
    return dict(tuple(row) for row in _ALL_OF.rows(connection, {"workspace": workspace_id}))


def workspaces_with(connection: Connection, names: Collection[str]) -> set[str]:
    """The workspaces that have any of these settings."""
    query = select(settings.c.workspace_id).where(settings.c.name.in_(sorted(names)))
    return set(connection.scalars(query.distinct()))


def values_of(connection: Connection, name: str) -> dict[str, str]:
    """One setting of every workspace that has it, by workspace id."""
    query = select(settings.c.workspace_id, settings.c.value).where(settings.c.name == name)
    return {row.workspace_id: row.value for row in connection.execute(query)}


def value_of(connection: Connection, workspace_id: str, name: str) -> str | None:
    """One setting of the workspace. None for its default."""
    row = _VALUE_OF.first(connection, {"workspace": workspace_id, "name": name})
    return str(row[0]) if row else None


def put(connection: Connection, workspace_id: str, name: str, value: str | None) -> None:
    """Stores a setting. None removes it."""
    if value is None:
        connection.execute(delete(settings).where(settings.c.workspace_id == workspace_id, settings.c.name == name))
    else:
        tables.upsert(connection, settings, {"workspace_id": workspace_id, "name": name, "value": value})


_VALUE_OF = Prepared(
    select(settings.c.value).where(
        settings.c.workspace_id == bindparam("workspace"), settings.c.name == bindparam("name")
    )
)
_ALL_OF = Prepared(select(settings.c.name, settings.c.value).where(settings.c.workspace_id == bindparam("workspace")))
