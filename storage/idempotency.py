"""Answers to requests with an Idempotency-Key, written in the transaction of the request."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, select, update

from storage.column_types import EPOCH
from storage.tables import idempotency_keys as keys
from storage.tables import upsert

KEPT_FOR = timedelta(hours=24)
ERASED = ""
"""In place of a request's digest, once what it said was erased: nobody can try out comments on it. Also in place of an
answer that named the person."""


def claim(connection: Connection, workspace_id: str, user_id: str, key: str, request: str) -> bool:
    """Claims the key for a request. Waits for a transaction that is claiming it. Returns whether it was free."""
    row = {"workspace_id": workspace_id, "user_id": user_id, "key": key, "request": request}
    return upsert(connection, keys, row | {"answer": "", "created_at": EPOCH}, unless_there=True)


def find(connection: Connection, workspace_id: str, user_id: str, key: str, now: datetime) -> tuple[str, str] | None:
    """The digest and the answer of the request that used the key in the last 24 hours. Deletes an older one."""
    same = (keys.c.workspace_id == workspace_id) & (keys.c.user_id == user_id) & (keys.c.key == key)
    row = connection.execute(select(keys.c.request, keys.c.answer, keys.c.created_at).where(same)).first()
    if row and row.created_at > now - KEPT_FOR:
        return row.request, row.answer
    connection.execute(delete(keys).where(same))
    return None


def forget(connection: Connection, workspace_id: str, user_id: str, key: str) -> None:
    """Releases a key."""
    same = (keys.c.workspace_id == workspace_id) & (keys.c.user_id == user_id) & (keys.c.key == key)
    connection.execute(delete(keys).where(same))


def remember(connection: Connection, workspace_id: str, user_id: str, key: str, answer: str, now: datetime) -> None:
    """Stores the answer for a claimed key. Deletes the user's answers that are older than 24 hours."""
    whose = (keys.c.workspace_id == workspace_id) & (keys.c.user_id == user_id)
    connection.execute(update(keys).where(whose, keys.c.key == key).values(answer=answer, created_at=now))
    connection.execute(delete(keys).where(whose, keys.c.created_at <= now - KEPT_FOR))
