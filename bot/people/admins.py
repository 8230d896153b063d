"""Appointed admins. People whom the chat platform calls admins stay admins in any case, so nobody can lock everybody
out."""

from __future__ import annotations

from collections.abc import Collection

from bot import permissions
from bot.errors import NotAppointed, NotFullMembers
from bot.people.audit_entries import Action, record_audit_entry
from bot.people.profiles import non_employee_reason, with_unknown_users_looked_up
from bot.permissions import Caller, Operation
from bot.runtime.services import Profile, Services
from storage import admins, people
from storage.database import Transaction


async def appoint(services: Services, caller: Caller, user_id: str) -> None:
    """Makes somebody an admin, unless they were appointed already. Raises Forbidden, UnknownUser or NotFullMembers."""

    def write(tx: Transaction) -> None:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        people.lock_workspace(tx.connection, caller.workspace_id)
        change(tx, caller, appointed={user_id})

    await with_unknown_users_looked_up(services, caller.workspace_id, lambda: services.database.write(write))


async def dismiss(services: Services, caller: Caller, user_id: str) -> None:
    """Takes an appointment back. Raises Forbidden or NotAppointed."""

    def write(tx: Transaction) -> None:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        people.lock_workspace(tx.connection, caller.workspace_id)
        if not admins.is_appointed(tx.connection, caller.workspace_id, user_id):
            raise NotAppointed(user_id)
        change(tx, caller, dismissed={user_id})

    await services.database.write(write)


async def all_of(services: Services, caller: Caller) -> tuple[list[Profile], frozenset[str]]:
    """Every known admin by name, and the ids of appointed ones. Raises Forbidden."""

    def read(tx: Transaction) -> tuple[list[Profile], frozenset[str]]:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        appointed = admins.appointed(tx.connection, caller.workspace_id)
        found = [
            person
            for person in people.get_many(tx.connection, caller.workspace_id).values()
            if (person.chat_admin or person.user_id in appointed) and non_employee_reason(person) is None
        ]
        return sorted(found, key=lambda person: (person.name, person.user_id)), appointed

    return await services.database.read(read)


def change(tx: Transaction, caller: Caller, appointed: Collection[str] = (), dismissed: Collection[str] = ()) -> None:
    """Appoints and dismisses in a transaction that has locked the workspace. Skips people for whom nothing changes.

    Raises UnknownUser or NotFullMembers.
    """
    there = admins.appointed(tx.connection, caller.workspace_id)
    new, gone = sorted(set(appointed) - there), sorted(there.intersection(dismissed))
    require_full_member(tx, caller.workspace_id, new)
    admins.appoint(tx.connection, caller.workspace_id, new, by=caller.user_id, at=tx.now)
    admins.dismiss(tx.connection, caller.workspace_id, gone)
    for user_id in new:
        record_audit_entry(tx, caller, Action.CHANGE_ROLE, user_id, {"appointed_before": False, "appointed_now": True})
    for user_id in gone:
        record_audit_entry(tx, caller, Action.CHANGE_ROLE, user_id, {"appointed_before": True, "appointed_now": False})


async def check_full_members(services: Services, caller: Caller, user_ids: Collection[str]) -> None:
    """Raises in advance what `require_full_member` would, and Forbidden."""

    def read(tx: Transaction) -> None:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        require_full_member(tx, caller.workspace_id, user_ids)

    await with_unknown_users_looked_up(services, caller.workspace_id, lambda: services.database.read(read))


def require_full_member(tx: Transaction, workspace_id: str, user_ids: Collection[str]) -> None:
    """Raises UnknownUser for the first unknown person, NotFullMembers for guests, bots and deactivated people."""
    found = [people.find(tx.connection, workspace_id, user_id) for user_id in sorted(user_ids)]
    others = {person.user_id: (person.name, kind) for person in found if (kind := non_employee_reason(person))}
    if others:
        raise NotFullMembers(others)
