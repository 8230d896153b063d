"""Erases a person's data on request, and records that are older than the workspace keeps. Each leaves an audit entry.

On request, a person's comments, remarks, reasons, addresses and name are erased, and their hours stay. Old records are
erased automatically, with their audit entries.
"""

from __future__ import annotations

from collections.abc import Set

from bot import permissions
from bot.attendance import change_notifications
from bot.attendance.rules import oldest_kept
from bot.people.audit_entries import Action, record_audit_entry
from bot.permissions import Caller, Operation, Via
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import corrections, erasing, log_posts, people
from storage.audit import WHAT_STANDS
from storage.database import Transaction
from storage.erasing import Traces

__all__ = ["Traces"]

LOOK_EVERY_SECONDS = 3600.0
ENTRIES_AT_ONCE = 1000


async def erase_person(services: Services, caller: Caller, user_id: str, *, dry_run: bool = False) -> Traces:
    """Erases the person's data except their hours. With `dry_run`, only counts it.

    Raises Forbidden or UnknownUser.
    """

    def look(tx: Transaction) -> Traces:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        people.find(tx.connection, caller.workspace_id, user_id)
        return erasing.traces(tx.connection, caller.workspace_id, user_id)

    def write(tx: Transaction) -> Traces:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        people.get_for_update(tx.connection, caller.workspace_id, user_id)
        found = erasing.traces(tx.connection, caller.workspace_id, user_id)
        events = log_posts.posts_about(tx.connection, caller.workspace_id, user_id)
        erasing.erase_person(tx.connection, caller.workspace_id, user_id, tx.now)
        change_notifications.update_posts(tx, caller.workspace_id, events)
        for one in corrections.of_people(tx.connection, caller.workspace_id, {user_id}):
            change_notifications.update_prompts(tx, caller.workspace_id, one.correction_id)
        counts = ("records", "remarks", "reasons", "corrections", "messages", "answers")
        facts = {name: getattr(found, name) for name in counts}
        record_audit_entry(tx, caller, Action.ERASE, user_id, facts)
        erasing.erase_private(tx.connection, caller.workspace_id, user_id)
        return found

    if dry_run:
        return await services.database.read(look)
    found = await services.database.write(write)
    await services.database.forget_erased()
    return found


def workspaces_with_old_data(tx: Transaction) -> Set[str]:
    """The workspaces that may have something to erase."""
    return erasing.workspaces_with(tx.connection, workspace_settings.KEEP_RECORDS, tx.now)


async def erase_old(services: Services, workspace_id: str) -> bool:
    """Erases some old records. Returns whether there may be more."""

    def write(tx: Transaction) -> bool:
        people.lock_workspace(tx.connection, workspace_id)
        erasing.delete_expired(tx.connection, workspace_id, tx.now)
        years = workspace_settings.in_force(tx, workspace_id).keep_records_for_years
        if years is None:
            return False
        before = oldest_kept(tx.now, years)
        old = erasing.old_entries(tx.connection, workspace_id, before, ENTRIES_AT_ONCE)
        if not old:
            erasing.anonymise_former_members(tx.connection, workspace_id)
            return False
        erasing.lock_people(tx.connection, workspace_id, old)
        facts = {"entries": len(old), "before": before, "keep_records_for_years": years}
        by_itself = Caller(workspace_id, "", Via.SYSTEM)
        standing = erasing.rights_to_restate(tx.connection, workspace_id, old)
        if standing is not None:
            record_audit_entry(tx, by_itself, Action.TELL_AGAIN, WHAT_STANDS, {"standing": standing})
        record_audit_entry(tx, by_itself, Action.ERASE_OLD, erasing.chain_start_id(old[-1]), facts)
        erasing.erase_old(tx.connection, workspace_id, old)
        return True

    is_more = await services.database.write(write)
    if not is_more:
        await services.database.forget_erased()
    return is_more
