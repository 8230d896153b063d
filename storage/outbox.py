"""What is to be told to people, written in the transaction of the change it tells of, and sent afterwards.

A crash between sending and marking sends once more rather than never.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from sqlalchemy import Connection, insert, select, update

from storage.ids import new_id
from storage.tables import outbox


@dataclass(frozen=True, slots=True)
class Message:
    """A direct message to a user, in the chat platform's own markup; `attempts` counts the failures so far."""

    workspace_id: str
    message_id: str
    user_id: str
    text: str
    due_at: datetime
    created_at: datetime
    attempts: int


_COLUMNS = [outbox.c[name] for name in Message.__slots__]


def add(connection: Connection, workspace_id: str, user_id: str, text: str, at: datetime) -> None:
    """Puts a message in the outbox, due at once."""
    connection.execute(
        insert(outbox).values(
            workspace_id=workspace_id,
            message_id=new_id(),
            user_id=user_id,
            text=text,
            due_at=at,
            created_at=at,
            attempts=0,
        )
    )


def due(connection: Connection, at: datetime, limit: int = 100) -> list[Message]:
    """What should be sent by now, oldest first."""
    query = (
        select(*_COLUMNS)
        .where(outbox.c.due_at <= at, outbox.c.sent_at.is_(None), outbox.c.given_up_at.is_(None))
        .order_by(outbox.c.due_at)
        .limit(limit)
    )
    return [Message(*row) for row in connection.execute(query)]


def next_due_at(connection: Connection) -> datetime | None:
    """When the next message is due."""
    query = select(outbox.c.due_at).where(outbox.c.sent_at.is_(None), outbox.c.given_up_at.is_(None))
    return connection.execute(query.order_by(outbox.c.due_at).limit(1)).scalar()


def sent(connection: Connection, message: Message, at: datetime) -> None:
    """Marks a message as sent."""
    _mark(connection, message, sent_at=at)


def failed(connection: Connection, message: Message, retry_at: datetime | None, at: datetime) -> None:
    """Counts a failure; tries again at `retry_at`, or gives up where that is None."""
    if retry_at is None:
        _mark(connection, message, attempts=message.attempts + 1, given_up_at=at)
    else:
        _mark(connection, message, attempts=message.attempts + 1, due_at=retry_at)


def _mark(connection: Connection, message: Message, **values: object) -> None:
    connection.execute(
        update(outbox)
        .where(outbox.c.workspace_id == message.workspace_id, outbox.c.message_id == message.message_id)
        .values(values)
    )
