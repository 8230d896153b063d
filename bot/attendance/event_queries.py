"""Reads events for programs: many at once, or one."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from itertools import islice

from bot import permissions
from bot.calendar.ranges import DateRange
from bot.permissions import Caller
from bot.runtime.services import Services
from storage import audit, offices, pairs
from storage.database import Transaction
from storage.errors import UnknownEvent
from storage.event_pages import page_of_events
from storage.events import PlainEvent, Position, more_pairs, oldest_first
from storage.pairs import Pair, Scope

__all__ = ["PlainEvent"]


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which events. `user_ids` None: everybody the caller may see. `after`: the place of the last event that was
    read. `most`: how many at most."""

    days: DateRange
    user_ids: Collection[str] | None = None
    office_id: str | None = None
    changed_since: datetime | None = None
    with_deleted: bool = False
    after: Position | None = None
    most: int | None = None


def find_events(tx: Transaction, caller: Caller, wanted: EventQuery) -> Iterator[PlainEvent]:
    """Streams the events, oldest first. Raises Forbidden, BeyondToken, UnknownUser or UnknownOffice before the first
    one."""
    scope = _scope(tx, caller, wanted)
    if wanted.most is not None and scope.user_ids is None and wanted.changed_since is None:
        page = page_of_events(
            tx.connection, scope, after=wanted.after, with_deleted=wanted.with_deleted, most=wanted.most
        )
        return iter(page)
    found = oldest_first(
        tx.connection,
        scope,
        after=wanted.after,
        changed_since=wanted.changed_since,
        with_deleted=wanted.with_deleted,
    )
    return islice(found, wanted.most)


def has_more_records(tx: Transaction, caller: Caller, wanted: EventQuery, *, than: int) -> bool:
    """Whether the range surely has more records than that. It says no where only reading them would tell. Raises what
    `find_events` raises."""
    scope = _scope(tx, caller, wanted)
    is_plain = wanted.after is None and wanted.changed_since is None and not wanted.with_deleted
    return is_plain and more_pairs(tx.connection, scope, than=than)


def _scope(tx: Transaction, caller: Caller, wanted: EventQuery) -> Scope:
    if wanted.with_deleted:
        permissions.require_details(caller)
    whose = permissions.readable_users(tx, caller, wanted.user_ids, wanted.days)
    if wanted.office_id is not None:
        offices.find(tx.connection, caller.workspace_id, wanted.office_id)
    return Scope(caller.workspace_id, wanted.days.first, wanted.days.last, whose, wanted.office_id)


def state_of_records(tx: Transaction, caller: Caller) -> str:
    """A text that changes with every change in the workspace, because each one leaves an audit entry."""
    return audit.head(tx.connection, caller.workspace_id)


async def get_pair(services: Services, caller: Caller, event_id: str) -> Pair:
    """The pair of either event, unless it is deleted. Raises UnknownEvent or Forbidden."""

    def read(tx: Transaction) -> Pair:
        pair = pairs.by_event(tx.connection, caller.workspace_id, event_id)
        permissions.require_read(tx, caller, pair.user_id, DateRange(pair.work_date, pair.work_date))
        if pair.deleted_at is not None:
            raise UnknownEvent(event_id)
        return pair

    return await services.database.read(read)
