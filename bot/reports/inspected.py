"""What the page for inspectors shows beside records: who entered them, why they were changed, and signatures."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum

from bot import permissions
from bot.calendar.ranges import DateRange
from bot.permissions import Caller, reach_of
from bot.runtime.services import Services
from storage import admins, pair_queries, people, signatures, signed_records, teams
from storage.database import Transaction
from storage.pairs import Pair, Scope
from storage.record_changes import RecordChange, changed_in
from storage.signatures import Signature

MOST_SIGNATURES = 1000


@dataclass(frozen=True, slots=True)
class Names:
    """By user id, followed by the id if two people share a name: of those whose records a token reads, and of those who
    may have entered, changed or signed them."""

    people: Mapping[str, str]
    others: Mapping[str, str]


class Standing(StrEnum):
    """What has become of a signature."""

    STANDS = "stands"
    CHANGED = "changed"
    """Records changed after it."""
    WITHDRAWN = "withdrawn"


async def names(services: Services, caller: Caller) -> Names:
    """For a caller with a token that only reads."""

    def read(tx: Transaction) -> Names:
        here = tx.connection, caller.workspace_id
        reach = reach_of(caller)
        assert reach is not None
        theirs = people.names(*here) if reach.user_ids is None else people.names(*here, reach.user_ids)
        scope = Scope(caller.workspace_id, reach.first, reach.last, reach.user_ids)
        managers = {user_id for team in teams.all_of(*here) for user_id in team.managers}
        hands = (
            pair_queries.hands(tx.connection, scope) | people.chat_admins(*here) | admins.appointed(*here) | managers
        )
        return Names(
            people.names_told_apart(*here, theirs.keys()), people.names_told_apart(*here, hands - theirs.keys())
        )

    return await services.database.read(read, long=True)


async def changes(
    services: Services, caller: Caller, user_ids: Collection[str] | None, days: DateRange
) -> Sequence[tuple[Pair, RecordChange]]:
    """Who changed which records of those days last, and by which correction. Raises Forbidden or
    BeyondToken."""

    def read(tx: Transaction) -> Sequence[tuple[Pair, RecordChange]]:
        permissions.require_details(caller)
        whose = permissions.readable_users(tx, caller, user_ids, days)
        return changed_in(tx.connection, Scope(caller.workspace_id, days.first, days.last, whose))

    return await services.database.read(read, long=True)


async def signatures_in(
    services: Services, caller: Caller, user_ids: Collection[str] | None, days: DateRange
) -> Sequence[tuple[Signature, Standing]]:
    """Those under periods that share a day with these and lie within what the token reads, the newest periods first,
    not more than `MOST_SIGNATURES`. Raises Forbidden or BeyondToken."""

    def read(tx: Transaction) -> Sequence[tuple[Signature, Standing]]:
        permissions.require_details(caller)
        whose = permissions.readable_users(tx, caller, user_ids, days)
        reach = reach_of(caller)
        assert reach is not None
        within = [
            one
            for one in signatures.touching(tx.connection, caller.workspace_id, days.first, days.last, whose)
            if reach.first <= one.first_day and one.last_day <= reach.last
        ][:MOST_SIGNATURES]
        digests = _digests(tx, caller.workspace_id, [one for one in within if one.withdrawn_at is None])
        return [(one, _standing(one, digests)) for one in within]

    return await services.database.read(read, long=True)


def _digests(tx: Transaction, workspace_id: str, standing: Sequence[Signature]) -> Mapping[tuple[str, DateRange], str]:
    """Of the records as they are now, by person and period."""
    by_period: dict[DateRange, set[str]] = {}
    for one in standing:
        by_period.setdefault(DateRange(one.first_day, one.last_day), set()).add(one.user_id)
    return {
        (user_id, period): records.digest
        for period, user_ids in by_period.items()
        for user_id, records in signed_records.of_people(
            tx.connection, workspace_id, user_ids, period.first, period.last
        ).items()
    }


def _standing(one: Signature, digests: Mapping[tuple[str, DateRange], str]) -> Standing:
    if one.withdrawn_at is not None:
        return Standing.WITHDRAWN
    is_same = digests[one.user_id, DateRange(one.first_day, one.last_day)] == one.digest
    return Standing.STANDS if is_same else Standing.CHANGED
