"""Answers to requests with an Idempotency-Key, written in the transaction of the request."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, bindparam, delete, select, update
from sqlalchemy.dialects import postgresql, sqlite

from storage.column_types import EPOCH
from storage.prepared import Prepared
from storage.tables import idempotency_keys as keys

KEPT_FOR = timedelta(hours=24)
ERASED = ""
"""In place of a request's digest, once what it said was erased: nobody can try out comments on it. Also in place of an
answer that named the person."""


def claim(connection: Connection, workspace_id: str, user_id: str, key: str, request: str) -> bool:
    """Claims the key for a request. Waits for a transaction that is claiming it. Returns whether it was free."""
    row = {"workspace_id": workspace_id, "user_id": user_id, "key": key, "request": request}
    return _CLAIM[connection.dialect.name].changed(connection, row | {"answer": "", "created_at": EPOCH}) > 0


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
    whose = {"workspace": workspace_id, "user": user_id}
    _REMEMBER.changed(connection, whose | {"used_key": key, "told": answer, "now": now})
    _FORGET_OLD.changed(connection, whose | {"before": now - KEPT_FOR})


_CLAIM = {
    name: Prepared(dialect.insert(keys).on_conflict_do_nothing(index_elements=["workspace_id", "user_id", "key"]))
    for name, dialect in (("postgresql", postgresql), ("sqlite", sqlite))
}
_WHOSE = (keys.c.workspace_id == bindparam("workspace")) & (keys.c.user_id == bindparam("user"))
_REMEMBER = Prepared(
    update(keys)
    .where(_WHOSE, keys.c.key == bindparam("used_key"))
    .values(answer=bindparam("told"), created_at=bindparam("now"))
)
_FORGET_OLD = Prepared(delete(keys).where(_WHOSE, keys.c.created_at <= bindparam("before")))
