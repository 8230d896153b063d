"""What working-time rules ask about a person. Admins set it, and the person sees it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from datetime import date
from types import EllipsisType
from typing import Any

from bot import permissions
from bot.errors import ChangedMeanwhile
from bot.people.audit_entries import Action, record_audit_entry
from bot.people.profiles import with_unknown_users_looked_up
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from storage import people, working_conditions
from storage.database import Transaction
from storage.working_conditions import WorkingConditions

__all__ = ["WorkingConditions"]


async def set_conditions(
    services: Services,
    caller: Caller,
    user_id: str,
    *,
    adult_from: date | EllipsisType | None = ...,
    night_worker: bool | None = None,
    exempt: bool | None = None,
    replacing: WorkingConditions | None = None,
) -> WorkingConditions:
    """Changes what is given, and leaves the rest. Raises Forbidden, UnknownUser, or ChangedMeanwhile if somebody else
    changed what the caller saw (`replacing`)."""

    def write(tx: Transaction) -> WorkingConditions:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        people.lock_workspace(tx.connection, caller.workspace_id)
        person = people.find(tx.connection, caller.workspace_id, user_id)
        before = working_conditions.find(tx.connection, caller.workspace_id, user_id)
        if replacing not in (None, before):
            raise ChangedMeanwhile(person.name)
        now = replace(
            before,
            adult_from=before.adult_from if adult_from is ... else adult_from,
            night_worker=before.night_worker if night_worker is None else night_worker,
            exempt=before.exempt if exempt is None else exempt,
        )
        if now != before:
            working_conditions.put(tx.connection, now)
            facts = {**_facts(now), "before": _facts(before)}
            record_audit_entry(tx, caller, Action.SET_WORKING_CONDITIONS, user_id, facts)
        return now

    return await with_unknown_users_looked_up(services, caller.workspace_id, lambda: services.database.write(write))


async def own(services: Services, caller: Caller) -> WorkingConditions:
    """The caller's own."""
    return await services.database.read(
        lambda tx: working_conditions.find(tx.connection, caller.workspace_id, caller.user_id)
    )


async def to_change(services: Services, caller: Caller, user_id: str) -> WorkingConditions:
    """A person's, for callers who may change them. Raises Forbidden or UnknownUser."""

    def read(tx: Transaction) -> WorkingConditions:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        people.find(tx.connection, caller.workspace_id, user_id)
        return working_conditions.find(tx.connection, caller.workspace_id, user_id)

    return await with_unknown_users_looked_up(services, caller.workspace_id, lambda: services.database.read(read))


async def all_of(services: Services, caller: Caller) -> list[tuple[str, WorkingConditions]]:
    """Everybody with conditions, with their names, by name. Raises Forbidden."""

    def read(tx: Transaction) -> list[tuple[str, WorkingConditions]]:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        found = working_conditions.of_people(tx.connection, caller.workspace_id)
        names: Mapping[str, str] = people.names(tx.connection, caller.workspace_id, found)
        return sorted(
            ((names[user_id], conditions) for user_id, conditions in found.items()),
            key=lambda one: (one[0].casefold(), one[1].user_id),
        )

    return await services.database.read(read)


def _facts(conditions: WorkingConditions) -> dict[str, Any]:
    """For the audit entry."""
    return {
        "adult_from": conditions.adult_from and conditions.adult_from.isoformat(),
        "night_worker": conditions.night_worker,
        "exempt": conditions.exempt,
    }
