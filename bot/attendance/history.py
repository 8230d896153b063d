"""The change history of records, read from the audit."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import permissions
from bot.calendar.ranges import DateRange
from bot.people.audit_entries import Action, UsedToken
from bot.people.profiles import with_unknown_users_looked_up
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from storage import audit, pair_queries, pairs, people
from storage.audit import Entry
from storage.column_types import EPOCH
from storage.database import Transaction
from storage.pairs import Pair, Scope

__all__ = ["Action"]

MOST_PAIRS = 200


@dataclass(frozen=True, slots=True)
class Change:
    """One change to a record. `pair` is the record after it, `at` (UTC) when it was made. `undone`: which entry was
    undone, `clock-in` or `clock-out`. `token`: the one it came through, over the API."""

    at: datetime
    actor: str
    via: str
    action: Action
    pair: Pair
    undone: str | None = None
    token: UsedToken | None = None

    @property
    def undoes_whole_record(self) -> bool:
        """Whether a clock-in was undone together with its clock-out."""
        return self.undone == "clock-in" and self.pair.clock_out is not None


async def person_history(
    services: Services, caller: Caller, user_id: str, days: DateRange, *, most: int | None = MOST_PAIRS
) -> list[Change]:
    """The changes to the records of those work dates, deleted ones too, oldest first; the newest `most` of them.

    Raises Forbidden or UnknownUser.
    """

    def read(tx: Transaction) -> list[Change]:
        permissions.require(tx, caller, Operation.READ, user_id)
        people.find(tx.connection, caller.workspace_id, user_id)
        scope = Scope(caller.workspace_id, days.first, days.last, frozenset({user_id}))
        found = pair_queries.page(tx.connection, scope, as_of=EPOCH, offset=0, limit=most)
        return _changes(tx, caller, [pair.clock_in.id for pair in found])

    return await with_unknown_users_looked_up(services, caller.workspace_id, lambda: services.database.read(read))


async def event_history(services: Services, caller: Caller, event_id: str) -> list[Change]:
    """The changes to the event's record, oldest first.

    Raises UnknownEvent or Forbidden.
    """

    def read(tx: Transaction) -> list[Change]:
        pair = pairs.by_event(tx.connection, caller.workspace_id, event_id)
        permissions.require(tx, caller, Operation.READ, pair.user_id)
        return _changes(tx, caller, [pair.clock_in.id])

    return await services.database.read(read)


def _changes(tx: Transaction, caller: Caller, in_ids: Sequence[str]) -> list[Change]:
    return [_change(entry) for entry in audit.about(tx.connection, caller.workspace_id, in_ids)]


def _change(entry: Entry) -> Change:
    told = entry.told()
    pair = pairs.from_audit_fields(told)
    undone, token = told.get(audit.UNDONE), UsedToken.of_entry(told)
    return Change(entry.at, entry.actor, entry.via, Action(entry.action), pair, undone, token)
