"""What the form for a whole record needs to know."""

from __future__ import annotations

from datetime import date, datetime

from bot import permissions
from bot.attendance.recording import refuse_too_old
from bot.people.profiles import require_employee, with_unknown_users_looked_up
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from storage import pairs, people
from storage.database import Transaction


async def check_age(services: Services, caller: Caller, day: date, in_at: datetime) -> None:
    """Raises TooOld for a record that is older than any can be, or than the workspace keeps them."""
    await services.database.read(lambda tx: refuse_too_old(tx, caller, day, in_at))


async def last_office(services: Services, caller: Caller, user_id: str) -> str | None:
    """The office id of the person's last record, for callers who may add one. Raises Forbidden, NotAnEmployee or
    UnknownUser."""

    def read(tx: Transaction) -> str | None:
        permissions.require(tx, caller, Operation.RECORD, user_id)
        require_employee(people.find(tx.connection, caller.workspace_id, user_id))
        last = pairs.latest(tx.connection, caller.workspace_id, user_id)
        return last.clock_in.office_id if last else None

    return await with_unknown_users_looked_up(services, caller.workspace_id, lambda: services.database.read(read))
