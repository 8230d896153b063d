"""What was answered to a request with an Idempotency-Key, written in the transaction of its effect."""

from __future__ import annotations

from datetime import datetime, timedelta

from sqlalchemy import Connection, delete, insert, select

from storage.tables import idempotency_keys as keys

KEPT_FOR = timedelta(hours=24)


def find(connection: Connection, workspace_id: str, user_id: str, key: str, now: datetime) -> tuple[str, str] | None:
    """The digest of the request that used the key in the last 24 hours, and its answer."""
    query = select(keys.c.request, keys.c.answer).where(
        keys.c.workspace_id == workspace_id,
        keys.c.user_id == user_id,
        keys.c.key == key,
        keys.c.created_at > now - KEPT_FOR,
    )
    row = connection.execute(query).first()
    return (row.request, row.answer) if row else None


def remember(
    connection: Connection, workspace_id: str, user_id: str, key: str, request: str, answer: str, now: datetime
) -> None:
    """Keeps an answer, and forgets those of the workspace that are older than 24 hours."""
    connection.execute(delete(keys).where(keys.c.workspace_id == workspace_id, keys.c.created_at <= now - KEPT_FOR))
    connection.execute(
        insert(keys).values(
            workspace_id=workspace_id, user_id=user_id, key=key, request=request, answer=answer, created_at=now
        )
    )
