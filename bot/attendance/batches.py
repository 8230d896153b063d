"""Adds many records in one transaction: each that can be added, or all or none."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Collection, Mapping, Sequence
from dataclasses import dataclass
from functools import cache
from typing import ParamSpec, TypeVar
from zoneinfo import ZoneInfo

from bot import permissions
from bot.attendance.change_notifications import notify_of_additions, notify_people
from bot.attendance.correction_rules import who_agrees
from bot.attendance.recording import NewRecord, Pair, checked_record, lock_for_record, zone_of_record
from bot.attendance.rules import too_old
from bot.errors import BatchRefused, DirectoryUnavailable, NeedsCorrection
from bot.people.audit_entries import Action, record_audit_entries
from bot.people.profiles import look_up_profile
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import pairs, pairs_at_once, people
from storage.database import Transaction
from storage.errors import Refusal, UnknownUser
from storage.subscribers import Audience

P = ParamSpec("P")
T = TypeVar("T")

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
        found, audiences = _write_each(tx, caller, rows, not_met)
        if all_or_nothing and any(isinstance(row, Exception) for row in found):
            undone = {row.clock_in.id for row in found if isinstance(row, Pair)}
            raise BatchRefused([row if isinstance(row, Exception) else None for row in found], undone)
        if added := [row for row in found if isinstance(row, Pair)]:
            notify_people(tx, caller, added)
            notify_of_additions(tx, caller, added, audiences)
            changes = [(Action.CREATE, pair.clock_in.id, pairs.to_audit_fields(pair)) for pair in added]
            record_audit_entries(
                tx, caller, changes
            )  # last, because every other change waits for the head of the audit
        return Added(found)

    return await services.write(write)


def _write_each(
    tx: Transaction, caller: Caller, rows: Sequence[Row], not_met: Mapping[str, Exception]
) -> tuple[list[Pair | Exception], dict[str, Audience]]:
    """For each row the new pair, or why it was refused; and who sees changes to the records of each person. What
    many rows have in common is asked once."""
    user_ids = {row.user_id for row in rows if isinstance(row, NewRecord)}
    people.get_many_for_update(tx.connection, caller.workspace_id, user_ids)
    known = {user_id: _or_refusal(lock_for_record, tx, caller, user_id) for user_id in sorted(user_ids)}
    made = workspace_settings.in_force(tx, caller.workspace_id)
    years = made.keep_records_for_years

    @cache
    def zone(user_id: str, office_id: str | None) -> ZoneInfo | Exception:
        person = known[user_id]
        return person if isinstance(person, Exception) else _or_refusal(zone_of_record, tx, person[0], office_id)

    def checked(row: Row) -> Pair | Exception:
        if isinstance(row, Exception):
            return row
        found = zone(row.user_id, row.office_id)
        if isinstance(found, Exception):
            return not_met.get(row.user_id, found) if isinstance(found, UnknownUser) else found
        pair = _or_refusal(checked_record, tx, caller, row, found)
        if isinstance(pair, Exception):
            return pair
        if part := who_agrees(tx, made, caller, "add", row.user_id, pair.work_date):
            return NeedsCorrection(part, row.user_id, "add")
        return too_old(pair.work_date, row.in_at, tx.now, years) or pair

    found = [checked(row) for row in rows]
    refused = iter(pairs_at_once.add_each(tx.connection, [row for row in found if isinstance(row, Pair)]))
    written = [next(refused) or row if isinstance(row, Pair) else row for row in found]
    return written, {user_id: person[1] for user_id, person in known.items() if not isinstance(person, Exception)}


def _or_refusal(do: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T | Refusal:
    """What it returns, or the refusal that it raises."""
    try:
        return do(*args, **kwargs)
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
