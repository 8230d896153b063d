"""How much of the chat platform's limits a workspace has spent: a row of its settings that replicas share."""

from __future__ import annotations

import json
from collections.abc import Mapping
from datetime import datetime, timedelta

from sqlalchemy import Connection, Select, select

from storage.column_types import EPOCH
from storage.tables import settings, upsert

NAME = "spent_until"
_MICROSECOND = timedelta(microseconds=1)


def read(connection: Connection, workspace_id: str) -> dict[str, datetime]:
    """Until when each budget is spent (UTC), by its name."""
    return _parsed(connection.scalar(_query(workspace_id)))


def lock(connection: Connection, workspace_id: str) -> dict[str, datetime]:
    """The same, and no other replica spends any until the transaction ends."""
    locked = _query(workspace_id).with_for_update()
    if (found := connection.scalar(locked)) is None:
        row = {"workspace_id": workspace_id, "name": NAME, "value": "{}"}
        upsert(connection, settings, row, unless_there=True)
        found = connection.scalar(locked)
    return _parsed(found)


def put(connection: Connection, workspace_id: str, spent: Mapping[str, datetime]) -> None:
    """Stores it. To be called under the lock."""
    value = json.dumps({name: (until - EPOCH) // _MICROSECOND for name, until in spent.items()})
    upsert(connection, settings, {"workspace_id": workspace_id, "name": NAME, "value": value})


def _query(workspace_id: str) -> Select[str]:
    return select(settings.c.value).where(settings.c.workspace_id == workspace_id, settings.c.name == NAME)


def _parsed(value: str | None) -> dict[str, datetime]:
    return {name: EPOCH + until * _MICROSECOND for name, until in json.loads(value or "{}").items()}
