"""What is to be told to people, written in the transaction of the change it tells of, and sent afterwards.

A crash between sending and marking sends once more rather than never.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from sqlalchemy import Connection, delete, insert, select, update

from storage.audit import canonical
from storage.ids import new_id
from storage.tables import outbox, put


@dataclass(frozen=True, slots=True)
class Message:
    """What a user or a channel is told; `attempts` counts the failures so far.

    It holds what happened, as `facts` of a `kind`, and is put into words when it is sent. Rows of an earlier version,
    of the kind TEXT, hold a `text` in Slack's markup.
    """

    workspace_id: str
    message_id: str
    recipient: str
    text: str
    due_at: datetime
    created_at: datetime
    attempts: int
    kind: str
    facts: Mapping[str, Any]


TEXT = "text"
CLAIMED_FOR = timedelta(minutes=1)
SENT_KEPT_FOR = timedelta(days=30)

_COLUMNS = [outbox.c[name] for name in Message.__slots__]
_WAITING = (outbox.c.sent_at.is_(None), outbox.c.given_up_at.is_(None))


def add(
    connection: Connection,
    workspace_id: str,
    recipient: str,
    text: str,
    at: datetime,
    *,
    due_at: datetime | None = None,
    key: str | None = None,
    kind: str = TEXT,
    facts: Mapping[str, Any] | None = None,
) -> bool:
    """Puts a message in the outbox, due at once unless `due_at` is later. Of several with the same `key`, whoever adds
    them, one is sent: tells whether it is this one. `facts`: what JSON can hold."""
    row = {
        "workspace_id": workspace_id,
        "message_id": new_id(),
        "recipient": recipient,
        "text": text,
        "due_at": due_at or at,
        "created_at": at,
        "attempts": 0,
        "key": key,
        "kind": kind,
        "facts": canonical(facts) if facts else None,
    }
    if key is not None:
        return put(connection, outbox, row, unless_there=True, by=("workspace_id", "key"))
    connection.execute(insert(outbox).values(row))
    return True


def keys_among(connection: Connection, workspace_id: str, keys: Collection[str]) -> set[str]:
    """Those of the keys that are taken."""
    query = select(outbox.c.key).where(outbox.c.workspace_id == workspace_id, outbox.c.key.in_(sorted(keys)))
    return set(connection.scalars(query))


def claim(connection: Connection, workspace_id: str, at: datetime, limit: int = 20) -> list[Message]:
    """Takes what should be sent by now, oldest first, so that no other replica sends it within the next minute."""
    ready = (
        select(outbox.c.message_id)
        .where(outbox.c.workspace_id == workspace_id, outbox.c.due_at <= at, *_WAITING)
        .order_by(outbox.c.due_at, outbox.c.message_id)
        .limit(limit)
        .with_for_update(skip_locked=True)
    )
    claimed = (
        update(outbox)
        .where(outbox.c.workspace_id == workspace_id, outbox.c.message_id.in_(ready.scalar_subquery()))
        .values(due_at=at + CLAIMED_FOR)
        .returning(*_COLUMNS)
    )
    found = [
        Message(**row._asdict() | {"facts": json.loads(row.facts) if row.facts else {}})
        for row in connection.execute(claimed)
    ]
    return sorted(found, key=lambda message: message.message_id)


def renew(connection: Connection, message: Message, at: datetime) -> bool:
    """Takes a claimed message for another minute, before it is sent: false where it is another's by now, or is not to
    be sent any more."""
    ours = (outbox.c.message_id == message.message_id, outbox.c.due_at == message.due_at)
    claimed = update(outbox).where(outbox.c.workspace_id == message.workspace_id, *ours, *_WAITING)
    return connection.execute(claimed.values(due_at=at + CLAIMED_FOR)).rowcount == 1


def workspaces_with_due(connection: Connection, at: datetime) -> set[str]:
    """The workspaces for which there is something to claim: a look that writes nothing."""
    return set(connection.scalars(select(outbox.c.workspace_id).where(outbox.c.due_at <= at, *_WAITING).distinct()))


def give_up_all(connection: Connection, workspace_id: str, at: datetime) -> None:
    """Sends nothing of what waits for the workspace."""
    waiting = update(outbox).where(outbox.c.workspace_id == workspace_id, *_WAITING)
    connection.execute(waiting.values(given_up_at=at))


def put_off(connection: Connection, workspace_id: str, until: datetime) -> None:
    """Lets everything of the workspace wait: the platform wants to be left alone, whoever asks."""
    connection.execute(
        update(outbox)
        .where(outbox.c.workspace_id == workspace_id, outbox.c.due_at < until, *_WAITING)
        .values(due_at=until)
    )


def sent(connection: Connection, message: Message, at: datetime) -> None:
    """Marks a message as sent; those sent a month ago and more are forgotten."""
    _mark(connection, message, sent_at=at)
    connection.execute(
        delete(outbox).where(outbox.c.workspace_id == message.workspace_id, outbox.c.sent_at < at - SENT_KEPT_FOR)
    )


def failed(connection: Connection, message: Message, retry_at: datetime | None, at: datetime) -> None:
    """Counts a failure; tries again at `retry_at`, or gives up where that is None. What was given up was not said, so
    whoever finds it due still may say it anew under its key."""
    if retry_at is None:
        _mark(connection, message, attempts=message.attempts + 1, given_up_at=at, key=None)
    else:
        _mark(connection, message, attempts=message.attempts + 1, due_at=retry_at)


def _mark(connection: Connection, message: Message, **values: object) -> None:
    connection.execute(
        update(outbox)
        .where(outbox.c.workspace_id == message.workspace_id, outbox.c.message_id == message.message_id)
        .values(values)
    )
