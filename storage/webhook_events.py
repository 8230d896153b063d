"""Events that webhooks are called for: a row of the outbox each, written in the transaction of the change.

Later `spread` puts a row for each webhook in its place, a few at a time. A batch is up to a thousand events, and a
workspace has up to ten webhooks: ten thousand rows in one transaction kept everybody else from writing for a second.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Collection, Iterator, Mapping, Sequence
from datetime import datetime
from typing import Any, NamedTuple

from sqlalchemy import ColumnElement, Connection, and_, bindparam, delete, func, insert, select, update

from storage.audit import canonical
from storage.column_types import EPOCH
from storage.outbox import ALL, COLUMNS, IN_ORDER, INSERT, NOTHING, WAITS, Message, new_row, to_message
from storage.prepared import Prepared, Values
from storage.subscribers import webhooks_of
from storage.tables import outbox, webhooks

MOST_CALLS = 50  # in one transaction
_CALLED = "webhooks"  # among an event's facts: those that were there when it happened


class Event(NamedTuple):
    """One change to a person's records, with the facts that webhooks get."""

    user_id: str
    facts: Mapping[str, Any]


def add(
    connection: Connection, workspace_id: str, webhook_ids: Collection[str], kind: str, event: Event, at: datetime
) -> None:
    """Queues the event for these webhooks, after all earlier ones of the person.

    The caller has locked the person, or two events could get the same place.
    """
    _ADD.changed(connection, _row(workspace_id, webhook_ids, kind, event, at))


def add_all(
    connection: Connection,
    workspace_id: str,
    webhook_ids: Collection[str],
    kind: str,
    events: Sequence[Event],
    at: datetime,
) -> None:
    """The same for many events."""
    last = _last_events(connection, workspace_id, {event.user_id for event in events})
    rows = []
    for event in events:
        last[event.user_id] += 1
        row = _row(workspace_id, webhook_ids, kind, event, at)
        rows.append(NOTHING | row | {"number": last[event.user_id]})
    INSERT.write_all(connection, rows)


def spread(connection: Connection, workspace_id: str) -> bool:
    """Makes calls of a few waiting events: one for each webhook that was there at the time and still is. Returns
    whether there may be more.

    The events are locked in their order, so that of two replicas one makes the calls, and a person's in their order.
    """
    living = webhooks_of(connection, workspace_id)
    most = MOST_CALLS // max(1, len(living))
    query = select(*COLUMNS).where(*_waiting(workspace_id)).order_by(outbox.c.ordering_key, outbox.c.number)
    events = [to_message(row) for row in connection.execute(query.limit(most).with_for_update())]
    if not events:
        return False
    these = (*_events(workspace_id), outbox.c.message_id.in_([event.message_id for event in events]))
    last = _last_calls(connection, workspace_id, these)
    INSERT.write_all(connection, list(_calls(events, living, last)))
    connection.execute(update(outbox).where(*these).values(sent_at=outbox.c.due_at))  # what waits can't be deleted
    connection.execute(delete(outbox).where(*these))
    return len(events) == most


def lock(connection: Connection, workspace_id: str, user_id: str) -> None:
    """Locks the person's waiting events until the transaction ends, so that they aren't spread meanwhile."""
    theirs = select(outbox.c.message_id).where(*_waiting(workspace_id), outbox.c.ordering_key == user_id)
    connection.execute(theirs.order_by(outbox.c.number).with_for_update())


def _calls(events: Sequence[Message], living: Collection[str], last: Counter[tuple[str, str]]) -> Iterator[Values]:
    for event in events:
        facts = dict(event.facts)
        called = facts.pop(_CALLED)
        columns = {name: getattr(event, name) for name in Message.__slots__} | {"facts": canonical(facts)}
        for webhook_id in living:
            if webhook_id in called:
                place = webhook_id, columns["ordering_key"]
                last[place] += 1
                yield NOTHING | columns | {"recipient": webhook_id, "number": last[place]}


def _last_events(connection: Connection, workspace_id: str, user_ids: Collection[str]) -> Counter[str]:
    """The places of each person's newest events that wait."""
    theirs = (*_events(workspace_id), outbox.c.ordering_key.in_(sorted(user_ids)))
    newest = (
        select(outbox.c.ordering_key, func.max(outbox.c.number).label("number"))
        .where(*theirs)
        .group_by(outbox.c.ordering_key)
    )
    return Counter({row.ordering_key: row.number for row in connection.execute(newest)})


def _last_calls(
    connection: Connection, workspace_id: str, these: Sequence[ColumnElement[bool]]
) -> Counter[tuple[str, str]]:
    """The places of the newest calls to each webhook about the people of these events.

    One step along the index for each: of a person, thousands of calls are kept for a month.
    """
    call, living = outbox.alias(), webhooks.c.removed_at.is_(None)
    same = (call.c.workspace_id == workspace_id, call.c.ordering_key == outbox.c.ordering_key)
    newest = select(func.max(call.c.number)).where(*same, call.c.recipient == webhooks.c.webhook_id).scalar_subquery()
    each = outbox.join(webhooks, and_(webhooks.c.workspace_id == outbox.c.workspace_id, living))
    query = select(webhooks.c.webhook_id, outbox.c.ordering_key, newest).select_from(each).where(*these)
    return Counter({(webhook_id, key): number or 0 for webhook_id, key, number in connection.execute(query)})


def _events(workspace_id: str) -> tuple[ColumnElement[bool], ...]:
    return outbox.c.workspace_id == workspace_id, outbox.c.recipient == ALL


def _waiting(workspace_id: str) -> tuple[ColumnElement[bool], ...]:
    return *_events(workspace_id), *WAITS, IN_ORDER


def _row(workspace_id: str, webhook_ids: Collection[str], kind: str, event: Event, at: datetime) -> dict[str, Any]:
    row = new_row(workspace_id, kind, {**event.facts, _CALLED: sorted(webhook_ids)}, at)
    return row | {"recipient": ALL, "ordering_key": event.user_id}


_GIVEN = {
    name: bindparam(name, type_=outbox.c[name].type)
    for name in (*new_row("", "", None, EPOCH), "recipient", "ordering_key")
}
_SAME_ORDER = [outbox.c[name] == _GIVEN[name] for name in ("workspace_id", "ordering_key", "recipient")]
# Compiled once, because every clock-in runs it if there are webhooks.
_ADD = Prepared(
    insert(outbox).from_select(
        [*_GIVEN, "number"],
        select(*_GIVEN.values(), func.coalesce(func.max(outbox.c.number), 0) + 1).where(*_SAME_ORDER),
    )
)
