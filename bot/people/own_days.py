"""An office's own days: days off that only it has, and public holidays on which it works."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date

from bot import permissions
from bot.calendar.own_days import DayOff
from bot.errors import ChangedMeanwhile
from bot.people.audit_entries import Action, record_audit_entry
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from storage import offices, own_days, people
from storage.database import Transaction
from storage.own_days import OwnDay


async def set_own_day(services: Services, caller: Caller, office_id: str, day: date, off: DayOff | None) -> None:
    """Sets what the day is at that office, or with None what it is elsewhere. Raises Forbidden or UnknownOffice."""

    def write(tx: Transaction) -> None:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        people.lock_workspace(tx.connection, caller.workspace_id)
        offices.find(tx.connection, caller.workspace_id, office_id)
        _set(tx, caller, office_id, day, off)

    await services.database.write(write)


async def of_office(services: Services, caller: Caller, office_id: str, first: date) -> Mapping[date, DayOff]:
    """The office's own days from that one on. Raises Forbidden."""

    def read(tx: Transaction) -> Mapping[date, DayOff]:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        found = own_days.of_workspace(tx.connection, caller.workspace_id, first, date.max)
        return {one.day: DayOff(one.part, one.name) for one in found if one.office_id == office_id}

    return await services.database.read(read)


def change(
    tx: Transaction, caller: Caller, office_id: str, seen: Mapping[date, DayOff], wanted: Mapping[date, DayOff]
) -> None:
    """Changes the days that differ from what the caller saw. Raises ChangedMeanwhile if somebody else changed one."""
    for day in sorted(seen.keys() | wanted.keys()):
        if wanted.get(day) == seen.get(day):
            continue
        if (found := own_days.find(tx.connection, caller.workspace_id, office_id, day)) is not None:
            if DayOff(found.part, found.name) != seen.get(day):
                raise ChangedMeanwhile(office_id)
        elif day in seen:
            raise ChangedMeanwhile(office_id)
        _set(tx, caller, office_id, day, wanted.get(day))


def _set(tx: Transaction, caller: Caller, office_id: str, day: date, off: DayOff | None) -> None:
    before = own_days.find(tx.connection, caller.workspace_id, office_id, day)
    if before == (now := off and OwnDay(caller.workspace_id, office_id, day, off.part, off.name)):
        return
    if now:
        own_days.put(tx.connection, now)
    elif before:
        own_days.remove(tx.connection, before)
    facts = {
        "day": str(day),
        "now": now and [now.part.value, now.name],
        "before": before and [before.part.value, before.name],
    }
    record_audit_entry(tx, caller, Action.SET_OWN_DAY, office_id, facts)
