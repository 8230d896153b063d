"""Messages to people and calls to other programs, written in the transaction of the change and sent afterwards.

After a crash between sending and marking, a message is sent twice rather than never.
"""

from __future__ import annotations

import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from types import MappingProxyType
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Update,
    case,
    delete,
    func,
    insert,
    literal,
    or_,
    select,
    tuple_,
    update,
)
from sqlalchemy.dialects import postgresql, sqlite

from storage.audit import canonical
from storage.ids import new_id
from storage.prepared import Prepared
from storage.tables import outbox


@dataclass(frozen=True, slots=True)
class Message:
    """A message to a user, a channel or a webhook. `attempts` counts the tries so far, `answer` is the last one's.

    It holds what happened, as `facts` of a `kind`. The words are made when it is sent. Messages that an earlier version
    queued can be of the kind TEXT, whose facts hold a `text` in Slack's markup.

    Messages with the same `ordering_key` reach a recipient one after another. Several recipients of one event share its
    `message_id`. `queued_at` is when it was first due.
    """

    workspace_id: str
    message_id: str
    recipient: str
    due_at: datetime
    created_at: datetime
    attempts: int
    kind: str
    facts: Mapping[str, Any]
    ordering_key: str | None
    queued_at: datetime
    answer: str | None
    sent_at: datetime | None
    given_up_at: datetime | None


TEXT = "text"
ALL = "all"
"""The recipient of an event that webhooks are called for, until `webhook_events.spread` makes the calls."""
CLAIMED_FOR = timedelta(minutes=1)
KEPT_FOR = timedelta(days=30)

WAITS = (outbox.c.sent_at.is_(None), outbox.c.given_up_at.is_(None))
IN_ORDER = outbox.c.ordering_key.is_not(None)
IN_NO_ORDER = outbox.c.ordering_key.is_(None)

COLUMNS = [outbox.c[name] for name in Message.__slots__]
_KEY = list(outbox.primary_key)


def add(
    connection: Connection,
    workspace_id: str,
    recipient: str,
    kind: str,
    at: datetime,
    *,
    due_at: datetime | None = None,
    key: str | None = None,
    facts: Mapping[str, Any] | None = None,
) -> bool:
    """Puts a message in the outbox, due at once unless `due_at` is later. `facts`: what JSON can hold.

    Of several messages with the same `key`, one is sent. Returns whether it is this one.
    """
    row = (
        NOTHING | new_row(workspace_id, kind, facts, at) | {"recipient": recipient, "due_at": due_at or at, "key": key}
    )
    return _ADD[connection.dialect.name].changed(connection, row) > 0


def add_all(
    connection: Connection,
    workspace_id: str,
    recipient: str,
    kind: str,
    at: datetime,
    messages: Sequence[tuple[str, Mapping[str, Any]]],
) -> None:
    """Puts many messages to one recipient in the outbox, each with its key and facts."""
    rows = [
        NOTHING | new_row(workspace_id, kind, facts, at) | {"recipient": recipient, "key": key}
        for key, facts in messages
    ]
    _ADD[connection.dialect.name].write_all(connection, rows)


def keys_among(connection: Connection, workspace_id: str, keys: Collection[str]) -> set[str]:
    """The keys that are taken."""
    query = select(outbox.c.key).where(outbox.c.workspace_id == workspace_id, outbox.c.key.in_(sorted(keys)))
    return set(connection.scalars(query))


def due_later(connection: Connection, workspace_id: str, key: str, at: datetime) -> datetime | None:
    """When the message with that key is due, if that is later and it still waits."""
    waiting = (outbox.c.workspace_id == workspace_id, outbox.c.key == key, outbox.c.due_at > at, *WAITS)
    return connection.execute(select(outbox.c.due_at).where(*waiting)).scalar()


def workspaces_with_due(connection: Connection, at: datetime) -> set[str]:
    """The workspaces with something to claim. Writes nothing."""
    due = select(outbox.c.workspace_id).where(outbox.c.due_at <= at, *WAITS, IN_NO_ORDER)
    return set(connection.scalars(due.distinct()))


class Lot(NamedTuple):
    """Messages that are sent as one. `name` is what they share besides the recipient; for a message that is sent alone,
    its id."""

    name: str
    recipient: str
    kind: str


def due_lots(
    connection: Connection,
    workspace_id: str,
    at: datetime,
    limit: int = 500,
    *,
    merged: Mapping[str, str] = MappingProxyType({}),
    last: Collection[str] = (),
    without: Collection[str] = (),
) -> list[Lot]:
    """What is due to people and channels: first the oldest of each recipient, then the second of each, so that nobody
    waits behind all that another gets. The kinds `last` come after all others, and those `without` not at all.

    `merged`: the lot of each kind whose messages to one recipient are sent together.
    """
    here = (*_due(workspace_id, at), outbox.c.kind.not_in(sorted(without)))
    by_name: dict[str, list[str]] = {}
    for kind, name in merged.items():
        by_name.setdefault(name, []).append(kind)
    lots = [(outbox.c.kind.in_(kinds), literal(name)) for name, kinds in sorted(by_name.items())]
    lot: ColumnElement[str] = case(*lots, else_=outbox.c.message_id) if lots else outbox.c.message_id
    comes_last = outbox.c.kind.in_(sorted(last))
    found = select(*_KEY, outbox.c.kind, outbox.c.due_at, lot.label("lot"), comes_last.label("last"))
    one = found.where(*here).subquery().c
    oldest = [func.min(column).label(column.name) for column in (one.kind, one.due_at, one.message_id)]
    each = select(one.lot, one.recipient, one.last, *oldest).group_by(one.lot, one.recipient, one.last).subquery().c
    oldest_first = (each.due_at, each.message_id)
    place = func.row_number().over(partition_by=(each.last, each.recipient), order_by=oldest_first)
    query = select(each.lot, each.recipient, each.kind).order_by(each.last, place, *oldest_first)
    return [Lot(*row) for row in connection.execute(query.limit(limit))]


def in_lot(
    connection: Connection, workspace_id: str, at: datetime, recipient: str, kinds: Collection[str], most: int
) -> list[str]:
    """The ids of the due messages of these kinds to the recipient, oldest first.

    They are found before they are claimed, because that takes a moment if many wait, and SQLite has one writer.
    """
    theirs = (outbox.c.recipient == recipient, outbox.c.kind.in_(sorted(kinds)))
    query = select(outbox.c.message_id).where(*_due(workspace_id, at), *theirs)
    return list(connection.scalars(query.order_by(outbox.c.due_at, outbox.c.message_id).limit(most)))


def claim(connection: Connection, workspace_id: str, message_ids: Sequence[str], at: datetime) -> list[Message]:
    """Claims those found messages that are still due for a minute, in the order in which they were found, so that no
    other replica sends them."""
    here = (outbox.c.workspace_id == workspace_id, outbox.c.message_id.in_(message_ids), IN_NO_ORDER)
    found = _claim(connection, select(*_KEY).where(*here, outbox.c.due_at <= at, *WAITS), at)
    place = {message_id: number for number, message_id in enumerate(message_ids)}
    return sorted(found, key=lambda message: place[message.message_id])


def recipients_with_due(connection: Connection, at: datetime) -> list[tuple[str, str]]:
    """The workspaces and recipients of ordered messages that are due."""
    ready = _first_in_order(at)
    workspace_id, _, recipient = ready.selected_columns
    found = connection.execute(ready.with_only_columns(workspace_id, recipient).order_by(None).distinct())
    return [(row.workspace_id, row.recipient) for row in found]


def due_in_order(connection: Connection, workspace_id: str, recipient: str, at: datetime, limit: int) -> list[str]:
    """The ids of the messages that the recipient should get now: the first waiting one of each key.

    While one of a key is being sent or waits for its next attempt, the others with that key wait too.
    """
    here = (outbox.c.workspace_id == workspace_id, outbox.c.recipient == recipient)
    return [row.message_id for row in connection.execute(_first_in_order(at, *here).limit(limit))]


def claim_in_order(
    connection: Connection, workspace_id: str, recipient: str, message_ids: Collection[str], at: datetime
) -> list[Message]:
    """Claims those found messages that are still due for a minute."""
    here = (outbox.c.workspace_id == workspace_id, outbox.c.recipient == recipient)
    still = select(*_KEY).where(*here, outbox.c.message_id.in_(message_ids), outbox.c.due_at <= at, *WAITS)
    return _claim(connection, still, at)


def sent(connection: Connection, message: Message, answer: str | None, at: datetime) -> None:
    """Marks a message as sent."""
    connection.execute(_this(message).values(attempts=message.attempts + 1, answer=answer, sent_at=at))


def failed(
    connection: Connection, message: Message, answer: str, retry_at: datetime | None, at: datetime, *, for_good: bool
) -> None:
    """Counts a failure. Tries again at `retry_at`, or gives up if that is None.

    The content of a message that was given up never arrived, so it may be queued again under its key, unless it's
    refused `for_good`.
    """
    what: dict[str, object] = {"due_at": retry_at}
    if retry_at is None:
        what = {"given_up_at": at} if for_good else {"given_up_at": at, "key": None}
    connection.execute(_this(message).values(attempts=message.attempts + 1, answer=answer, **what))


def free_key(connection: Connection, message: Message) -> None:
    """Lets the message be added again under its key, because this one said nothing."""
    connection.execute(_this(message).values(key=None))


def give_up_all(connection: Connection, workspace_id: str, at: datetime) -> None:
    """Gives up all that waits in the workspace: messages to people, and calls of webhooks. Events stay until they are
    calls, which can be sent again."""
    waiting = update(outbox).where(outbox.c.workspace_id == workspace_id, outbox.c.recipient != ALL, *WAITS)
    connection.execute(waiting.values(given_up_at=at))


def send_again(
    connection: Connection,
    workspace_id: str,
    recipient: str,
    message_ids: Collection[str],
    at: datetime,
    *,
    since: datetime | None = None,
) -> int:
    """Queues those messages to the recipient again; without any, all that were given up, or only `since` then. Returns
    how many."""
    given_up = outbox.c.given_up_at.is_not(None) if since is None else outbox.c.given_up_at > since
    chosen = outbox.c.message_id.in_(sorted(message_ids)) if message_ids else given_up
    theirs = update(outbox).where(outbox.c.workspace_id == workspace_id, outbox.c.recipient == recipient, chosen)
    anew = {"queued_at": at, "due_at": at, "attempts": 0, "sent_at": None, "given_up_at": None}
    return connection.execute(theirs.values(anew)).rowcount


def latest_in_order(connection: Connection, workspace_id: str, recipient: str | None, limit: int) -> list[Message]:
    """The ordered messages to that recipient, or to all of the workspace, newest first."""
    theirs = outbox.c.recipient != ALL if recipient is None else outbox.c.recipient == recipient
    query = select(*COLUMNS).where(outbox.c.workspace_id == workspace_id, IN_ORDER, theirs)
    newest_first = query.order_by(outbox.c.created_at.desc(), outbox.c.message_id.desc())
    return [to_message(row) for row in connection.execute(newest_first.limit(limit))]


def remove_in_order(connection: Connection, workspace_id: str, recipient: str) -> None:
    """Deletes all ordered messages to the recipient, sent or waiting."""
    theirs = (outbox.c.workspace_id == workspace_id, outbox.c.recipient == recipient, IN_ORDER)
    connection.execute(delete(outbox).where(*theirs))


def ended_long_ago(at: datetime) -> ColumnElement[bool]:
    """Messages that were sent or given up more than a month ago."""
    return or_(outbox.c.sent_at < at - KEPT_FOR, outbox.c.given_up_at < at - KEPT_FOR)


def new_row(workspace_id: str, kind: str, facts: Mapping[str, Any] | None, at: datetime) -> dict[str, Any]:
    return {
        "workspace_id": workspace_id,
        "message_id": new_id(),
        "kind": kind,
        "facts": canonical(facts) if facts else None,
        "created_at": at,
        "queued_at": at,
        "due_at": at,
        "attempts": 0,
    }


def _due(workspace_id: str, at: datetime) -> tuple[ColumnElement[bool], ...]:
    return (outbox.c.workspace_id == workspace_id, outbox.c.due_at <= at, *WAITS, IN_NO_ORDER)


def _this(message: Message) -> Update:
    return update(outbox).where(*(column == getattr(message, column.name) for column in _KEY))


def _claim(connection: Connection, ready: Select[Any], at: datetime) -> list[Message]:
    found = ready.with_for_update(skip_locked=True)
    claims = update(outbox).where(tuple_(*_KEY).in_(found)).values(due_at=at + CLAIMED_FOR).returning(*COLUMNS)
    return sorted(map(to_message, connection.execute(claims)), key=lambda message: message.message_id)


def to_message(row: Any) -> Message:
    return Message(**row._asdict() | {"facts": json.loads(row.facts) if row.facts else {}})


def _first_in_order(at: datetime, *where: ColumnElement[bool]) -> Select[Any]:
    """The keys with something due to send in order, the longest overdue first, and nothing before it that still waits.

    One walk along the index of waiting messages, whose order is this one. A join of it with itself took PostgreSQL,
    which has no statistics on a young table, seconds for five thousand calls.
    """
    order = (outbox.c.workspace_id, outbox.c.recipient, outbox.c.ordering_key)
    place = func.row_number().over(partition_by=order, order_by=outbox.c.number).label("place")
    waiting = select(*_KEY, outbox.c.due_at, place).where(*where, *WAITS, IN_ORDER).subquery()
    key = (waiting.c[column.name] for column in _KEY)
    return select(*key).where(waiting.c.place == 1, waiting.c.due_at <= at).order_by(waiting.c.due_at)


NOTHING = dict.fromkeys(outbox.c.keys())
# Compiled once, because a batch of records can be a thousand messages.
_ADD = {
    name: Prepared(dialect.insert(outbox).on_conflict_do_nothing(index_elements=["workspace_id", "key"]))
    for name, dialect in (("sqlite", sqlite), ("postgresql", postgresql))
}
INSERT = Prepared(insert(outbox))
