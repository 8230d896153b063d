"""Adds many records in one transaction: each that can be added, or all or none."""

from __future__ import annotations

import asyncio
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from bot import permissions
from bot.attendance.change_notifications import notify_people
from bot.attendance.recording import NewRecord, Pair, add_record
from bot.errors import BatchRefused, DirectoryUnavailable
from bot.people.audit_entries import Action, record_audit_entries
from bot.people.profiles import look_up_profile
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from storage import pairs, people
from storage.database import Transaction
from storage.errors import Refusal, UnknownUser

LOOK_UPS_AT_ONCE = 4
PATIENCE_SECONDS = 15.0  # for the chat platform to tell who unknown people are

Row = NewRecord | Exception
"""A record to add, or why it can't be read."""


@dataclass(frozen=True, slots=True)
class Added:
    """For each row, in order: the new pair, or why it was refused."""

    rows: Sequence[Pair | Exception]


async def add_all(services: Services, caller: Caller, rows: Sequence[Row], *, all_or_nothing: bool = False) -> Added:
    """Adds the records that can be added. With `all_or_nothing`, raises BatchRefused if any can't, and writes
    nothing."""
    not_met = await _introduced(services, caller, {row.user_id for row in rows if isinstance(row, NewRecord)})

    def write(tx: Transaction) -> Added:
        user_ids = {row.user_id for row in rows if isinstance(row, NewRecord)}
        people.get_many_for_update(tx.connection, caller.workspace_id, user_ids)
        found = [_added(tx, caller, row, not_met) for row in rows]
        if all_or_nothing and any(isinstance(row, Exception) for row in found):
            undone = {row.clock_in.id for row in found if isinstance(row, Pair)}
            raise BatchRefused([row if isinstance(row, Exception) else None for row in found], undone)
        added = [row for row in found if isinstance(row, Pair)]
        notify_people(tx, caller, added)
        if added:  # last, because every other change waits for the head of the audit
            record_audit_entries(
                tx, caller, [(Action.CREATE, pair.clock_in.id, pairs.to_audit_fields(pair)) for pair in added]
            )
        return Added(found)

    return await services.write(write)


def _added(tx: Transaction, caller: Caller, row: Row, not_met: dict[str, Exception]) -> Pair | Exception:
    if isinstance(row, Exception):
        return row
    try:
        return add_record(tx, caller, row)
    except UnknownUser as unknown:
        return not_met.get(row.user_id, unknown)
    except Refusal as refusal:
        return refusal


async def _introduced(services: Services, caller: Caller, user_ids: Collection[str]) -> dict[str, Exception]:
    """Looks up unknown people whom the caller may write for. Returns why a look-up failed."""

    def unknown_users(tx: Transaction) -> set[str]:
        reach = permissions.permitted_users(tx, caller, Operation.RECORD)
        within = set(user_ids) if reach is None else set(user_ids) & reach
        return within - people.get_many(tx.connection, caller.workspace_id, within).keys()

    failed: dict[str, Exception] = {}
    turn = asyncio.Semaphore(LOOK_UPS_AT_ONCE)
    give_up_at = asyncio.get_running_loop().time() + PATIENCE_SECONDS

    async def introduce(user_id: str) -> None:
        try:
            async with turn, asyncio.timeout_at(give_up_at):
                await look_up_profile(services, caller.workspace_id, user_id)
        except TimeoutError:
            failed[user_id] = DirectoryUnavailable(user_id)
        except (UnknownUser, DirectoryUnavailable) as error:
            failed[user_id] = error

    not_met = sorted(await services.database.read(unknown_users))
    try:
        async with asyncio.TaskGroup() as group:
            for user_id in not_met:
                group.create_task(introduce(user_id))
    except ExceptionGroup as several:  # for example if the ledger can't be written to: one of the errors is enough
        raise several.exceptions[0] from None
    return failed
