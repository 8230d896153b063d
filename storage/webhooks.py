"""Addresses that are told of every change to records, and the calls to them: written in the transaction of the change,
made afterwards, in order for each person at each address.

A crash between calling and marking calls once more rather than never.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any, NamedTuple

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    bindparam,
    delete,
    exists,
    func,
    insert,
    or_,
    select,
    tuple_,
    update,
)

from storage.errors import UnknownWebhook
from storage.ids import new_id
from storage.tables import HeldByMost, webhook_calls, webhooks

CLAIMED_FOR = timedelta(minutes=1)
KEPT_FOR = timedelta(days=30)


@dataclass(frozen=True, slots=True)
class Webhook:
    """An address; `secret` is what calls to it are signed with, sealed where the installation has a key for that."""

    workspace_id: str
    webhook_id: str
    url: str
    secret: str
    created_by: str
    created_at: datetime


@dataclass(frozen=True, slots=True)
class Call:
    """An event, `number` of its person at this address, and what came of telling it so far.

    `facts` tell the pair as it stood then, as the audit does; `queued_at` is when it was first due, `answer` what came
    of the last attempt.
    """

    workspace_id: str
    webhook_id: str
    user_id: str
    number: int
    event_id: str
    event_type: str
    created_at: datetime
    facts: str
    queued_at: datetime
    attempts: int
    attempted_at: datetime | None
    answer: str | None
    taken_at: datetime | None
    given_up_at: datetime | None


class Key(NamedTuple):
    """Which call."""

    workspace_id: str
    webhook_id: str
    user_id: str
    number: int


_WEBHOOK = [webhooks.c[name] for name in Webhook.__slots__]
_CALL = [webhook_calls.c[name] for name in Call.__slots__]
_KEY = list(webhook_calls.primary_key)
_WAITS = (webhook_calls.c.taken_at.is_(None), webhook_calls.c.given_up_at.is_(None))


def add(connection: Connection, webhook: Webhook) -> None:
    """Stores a new address."""
    connection.execute(insert(webhooks).values({name: getattr(webhook, name) for name in Webhook.__slots__}))


def digest_of(secret: str) -> str:
    """Of a secret as it is kept: what its audit entry holds."""
    return hashlib.sha256(secret.encode()).hexdigest()


def forget_private(connection: Connection, workspace_id: str, user_id: str, names: Collection[str]) -> None:
    """Takes these facts out of every call about the person, told or waiting."""
    theirs = (webhook_calls.c.workspace_id == workspace_id, webhook_calls.c.user_id == user_id)
    for *key, facts in connection.execute(select(*_KEY, webhook_calls.c.facts).where(*theirs)).all():
        same = [column == value for column, value in zip(_KEY, key, strict=True)]
        kept = json.dumps(json.loads(facts) | dict.fromkeys(names))
        connection.execute(update(webhook_calls).where(*same).values(facts=kept))


def all_of(connection: Connection, workspace_id: str) -> list[Webhook]:
    """The addresses of the workspace, oldest first."""
    living = select(*_WEBHOOK).where(webhooks.c.workspace_id == workspace_id, webhooks.c.removed_at.is_(None))
    return [Webhook(*row) for row in connection.execute(living.order_by(webhooks.c.webhook_id))]


def find(connection: Connection, workspace_id: str, webhook_id: str) -> Webhook:
    """The address. Raises UnknownWebhook."""
    row = connection.execute(select(*_WEBHOOK).where(*_lives(workspace_id, webhook_id))).first()
    if row is None:
        raise UnknownWebhook(webhook_id)
    return Webhook(*row)


def remove(connection: Connection, workspace_id: str, webhook_id: str, at: datetime) -> None:
    """Ends an address at once, with all that waits for it. Raises UnknownWebhook.

    Its row stays, without its secret: somebody who clocks in at this moment may still write a call to it.
    """
    ended = update(webhooks).where(*_lives(workspace_id, webhook_id)).values(removed_at=at, secret="")
    if connection.execute(ended).rowcount == 0:
        raise UnknownWebhook(webhook_id)
    theirs = (webhook_calls.c.workspace_id == workspace_id, webhook_calls.c.webhook_id == webhook_id)
    connection.execute(delete(webhook_calls).where(*theirs))


def enqueue(
    connection: Connection,
    workspace_id: str,
    webhook_ids: Collection[str],
    user_id: str,
    event_type: str,
    facts: str,
    at: datetime,
) -> None:
    """Has an event told to those addresses. The caller holds the person's lock, so that numbers are in order."""
    event_id = new_id()
    for webhook_id in webhook_ids:
        values = {
            "workspace_id": workspace_id,
            "webhook_id": webhook_id,
            "user_id": user_id,
            "event_id": event_id,
            "event_type": event_type,
            "created_at": at,
            "facts": facts,
            "queued_at": at,
            "due_at": at,
            "attempts": 0,
        }
        whose = {"of_workspace": workspace_id, "of_webhook": webhook_id, "of_user": user_id}
        connection.execute(_ENQUEUE, values | whose)


def with_due(connection: Connection, at: datetime) -> list[tuple[str, str]]:
    """Workspace and id of the addresses for which something is due."""
    ready = _ready(at)
    workspace_id, webhook_id, *_ = ready.selected_columns
    ready = ready.with_only_columns(workspace_id, webhook_id).order_by(None).distinct()
    return [(row.workspace_id, row.webhook_id) for row in connection.execute(ready)]


def due(connection: Connection, workspace_id: str, webhook_id: str, at: datetime, limit: int) -> list[Key]:
    """What should be told by now, of each person the first that waits. Who has one under way, or one that failed and
    waits for its next attempt, waits with the rest."""
    theirs = (webhook_calls.c.workspace_id == workspace_id, webhook_calls.c.webhook_id == webhook_id)
    ready = _ready(at, *map(HeldByMost, theirs)).limit(limit)
    return [Key(*row) for row in connection.execute(ready)]


def claim(connection: Connection, found: Collection[Key], at: datetime) -> list[Call]:
    """Takes those of what was found due that still are, so that no other replica tells them within the next minute.

    Found beforehand, for where much waits that takes a moment, and SQLite has one writer.
    One by one: SQLite looks for several keys at once in every call there is.
    """
    claimed: list[Call] = []
    for key in found:
        this = [column == value for column, value in zip(_KEY, key, strict=True)]
        still = select(*_KEY).where(*this, *_WAITS, webhook_calls.c.due_at <= at).with_for_update(skip_locked=True)
        claims = update(webhook_calls).where(tuple_(*_KEY).in_(still)).values(due_at=at + CLAIMED_FOR)
        claimed += [Call(*row) for row in connection.execute(claims.returning(*_CALL))]
    return claimed


def taken(connection: Connection, call: Call, answer: str, at: datetime) -> None:
    """Marks a call as taken."""
    _mark(connection, call, answer, at, taken_at=at)


def ended_long_ago(at: datetime) -> ColumnElement[bool]:
    """What was taken or given up a month ago and more."""
    return or_(webhook_calls.c.taken_at < at - KEPT_FOR, webhook_calls.c.given_up_at < at - KEPT_FOR)


def failed(connection: Connection, call: Call, answer: str, retry_at: datetime | None, at: datetime) -> None:
    """Counts a failure; calls again at `retry_at`, or gives up where that is None."""
    if retry_at is None:
        _mark(connection, call, answer, at, given_up_at=at)
    else:
        _mark(connection, call, answer, at, due_at=retry_at)


def latest(connection: Connection, workspace_id: str, webhook_id: str | None, limit: int) -> list[Call]:
    """The newest calls to that address, or to all of the workspace, newest first."""
    query = select(*_CALL).where(webhook_calls.c.workspace_id == workspace_id)
    if webhook_id is not None:
        query = query.where(webhook_calls.c.webhook_id == webhook_id)
    newest_first = query.order_by(webhook_calls.c.created_at.desc(), webhook_calls.c.event_id.desc())
    return [Call(*row) for row in connection.execute(newest_first.limit(limit))]


def waiting(connection: Connection) -> tuple[int, datetime | None]:
    """How many calls wait, at all addresses that live, and when the oldest of them was first due."""
    lives = exists().where(*_lives(webhook_calls.c.workspace_id, webhook_calls.c.webhook_id))
    found = connection.execute(select(func.count(), func.min(webhook_calls.c.queued_at)).where(*_WAITS, lives)).one()
    return found[0], found[1]


def call_again(
    connection: Connection, workspace_id: str, webhook_id: str, event_ids: Collection[str], at: datetime
) -> int:
    """Has those events told once more; without any, all that were given up on. Tells how many."""
    chosen = webhook_calls.c.event_id.in_(sorted(event_ids)) if event_ids else webhook_calls.c.given_up_at.is_not(None)
    theirs = (webhook_calls.c.workspace_id == workspace_id, webhook_calls.c.webhook_id == webhook_id, chosen)
    anew = {"queued_at": at, "due_at": at, "attempts": 0, "taken_at": None, "given_up_at": None}
    return connection.execute(update(webhook_calls).where(*theirs).values(anew)).rowcount


Text = str | ColumnElement[str]


def _lives(workspace_id: Text, webhook_id: Text) -> tuple[ColumnElement[bool], ...]:
    return webhooks.c.workspace_id == workspace_id, webhooks.c.webhook_id == webhook_id, webhooks.c.removed_at.is_(None)


def _ready(at: datetime, *where: ColumnElement[Any]) -> Select[*tuple[Any, ...]]:
    """The keys of what is due, longest first, with nothing of the same person before it that still waits at the same
    address, which lives.

    One walk along the index of what waits, whose order is this one: a join of it with itself took PostgreSQL, which
    knows nothing of a young table, seconds for five thousand calls. On SQLite the condition has to be one
    `HeldByMost`: else it goes by the primary key, through all that was told in a month.
    """
    *whose, number = _KEY
    place = func.row_number().over(partition_by=whose, order_by=number).label("place")
    waiting = select(*_KEY, webhook_calls.c.due_at, place).where(*_WAITS, *where).subquery()
    lives = exists().where(*_lives(waiting.c.workspace_id, waiting.c.webhook_id))
    key = (waiting.c[column.name] for column in _KEY)
    return select(*key).where(waiting.c.place == 1, waiting.c.due_at <= at, lives).order_by(waiting.c.due_at)


def _mark(connection: Connection, call: Call, answer: str, at: datetime, **values: Any) -> None:
    this = [column == getattr(call, column.name) for column in _KEY]
    values |= {"attempts": call.attempts + 1, "attempted_at": at, "answer": answer}
    connection.execute(update(webhook_calls).where(*this).values(values))


# Built once: it is on the way of every clock-in where there are webhooks.
_ENQUEUE = insert(webhook_calls).values(
    number=select(func.coalesce(func.max(webhook_calls.c.number), 0) + 1)
    .where(
        webhook_calls.c.workspace_id == bindparam("of_workspace"),
        webhook_calls.c.webhook_id == bindparam("of_webhook"),
        webhook_calls.c.user_id == bindparam("of_user"),
    )
    .scalar_subquery(),
    **{
        name: bindparam(name)
        for name in (
            *("workspace_id", "webhook_id", "user_id", "event_id", "event_type", "created_at", "facts", "queued_at"),
            *("due_at", "attempts"),
        )
    },
)
