"""Which work date is "today" for one person: after midnight, that of the record they are still in or on a break of.

For several people it's the calendar day.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import date, datetime

from bot import permissions
from bot.calendar.worktime import is_forgotten
from bot.permissions import Caller, Operation, Role
from bot.runtime.services import Services
from storage import breaks
from storage.breaks import State
from storage.database import Transaction


async def today_of(services: Services, caller: Caller, user_id: str | None, role: Role, today: date) -> date:
    """What `today` means in words about that person, or without one, about all whom a caller with that role may see:
    employees see themselves. `today` is the calendar day."""
    whose = user_id or (caller.user_id if role is Role.EMPLOYEE else None)
    return (await running_days(services, caller, [whose])).get(whose, today) if whose else today


async def running_days(services: Services, caller: Caller, user_ids: Collection[str]) -> dict[str, date]:
    """The work date that runs, of those who are in or on a break and whose records the caller may see."""

    def read(tx: Transaction) -> dict[str, date]:
        days = {
            user_id: running_day_of(tx, caller.workspace_id, user_id)
            for user_id in user_ids
            if permissions.may(tx, caller, Operation.READ, user_id)
        }
        return {user_id: day for user_id, day in days.items() if day}

    return await services.database.read(read)


def running_day_of(tx: Transaction, workspace_id: str, user_id: str) -> date | None:
    """The work date that runs for the person. Checks no permission."""
    return running_day(breaks.state_of(tx.connection, workspace_id, user_id), tx.now)


def running_day(state: State, now: datetime) -> date | None:
    """The work date of the open record, unless its clock-out is missing, or of the record whose break they are on."""
    pair = state.open_pair
    runs = pair is not None and not is_forgotten(pair.clock_in.at, now)
    return state.latest.work_date if state.latest and (runs or state.break_at(now)) else None
