"""Events as programs read them: many at once, or one. Whoever may read a person's records sees all of them."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import dataclass
from datetime import datetime

from bot import permissions
from bot.calendar.ranges import DateRange
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from storage import audit, offices, pairs
from storage.database import Transaction
from storage.errors import UnknownEvent
from storage.events import PlainEvent, Position, oldest_first
from storage.pairs import Pair, Scope

__all__ = ["PlainEvent"]


@dataclass(frozen=True, slots=True)
class EventQuery:
    """Which events: of a range by work date, of those people (None: all whom the caller may see), clocked in at that
    office; only what was changed since then; deleted ones too; only what comes after that place."""

    days: DateRange
    user_ids: Collection[str] | None = None
    office_id: str | None = None
    changed_since: datetime | None = None
    with_deleted: bool = False
    after: Position | None = None


def find_events(tx: Transaction, caller: Caller, wanted: EventQuery) -> Iterator[PlainEvent]:
    """The events, oldest first; streamed. Raises Forbidden, UnknownUser or UnknownOffice, before the first of them."""
    whose = permissions.readable_users(tx, caller, wanted.user_ids)
    if wanted.office_id is not None:
        offices.find(tx.connection, caller.workspace_id, wanted.office_id)
    return oldest_first(
        tx.connection,
        Scope(caller.workspace_id, wanted.days.first, wanted.days.last, whose, wanted.office_id),
        after=wanted.after,
        changed_since=wanted.changed_since,
        with_deleted=wanted.with_deleted,
    )


def state_of_records(tx: Transaction, caller: Caller) -> str:
    """Another text after every change in the workspace, to records or to who may see them: each leaves an audit entry
    (rule 8)."""
    return audit.head(tx.connection, caller.workspace_id)


async def get_pair(services: Services, caller: Caller, event_id: str) -> Pair:
    """The living pair of either event. Raises UnknownEvent or Forbidden."""

    def read(tx: Transaction) -> Pair:
        pair = pairs.by_event(tx.connection, caller.workspace_id, event_id)
        permissions.require(tx, caller, Operation.READ, pair.user_id)
        if pair.deleted_at is not None:
            raise UnknownEvent(event_id)
        return pair

    return await services.database.read(read)
