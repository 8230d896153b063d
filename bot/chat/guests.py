"""People who can't clock in. Guests get the same sentence for every command; others read why they can't be clocked
in."""

from __future__ import annotations

from contextlib import suppress

from bot.errors import DirectoryUnavailable, Forbidden, NotAnEmployee
from bot.people.profiles import non_employee_reason, require_employee, with_unknown_users_looked_up
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from storage import pairs, people
from storage.database import Transaction
from storage.errors import UnknownUser


async def refuse_guests(
    services: Services, caller: Caller, *, with_records: bool = False, clocking: bool = False
) -> None:
    """Raises NotAnEmployee, to people who asked for anything, or for `clocking`. Unless `with_records`, guests with
    records can still see them and clock out."""

    def read(tx: Transaction) -> None:
        person = people.get_many(tx.connection, caller.workspace_id, [caller.user_id]).get(caller.user_id)
        if person is None or (kind := non_employee_reason(person)) is None:
            return
        if with_records or pairs.latest(tx.connection, caller.workspace_id, caller.user_id) is None:
            raise NotAnEmployee(person.user_id, kind, "clocking" if clocking else "anything")

    await services.database.read(read)


async def refuse_non_employee(services: Services, caller: Caller, refused: Forbidden) -> None:
    """Raises NotAnEmployee if nobody could clock this person in or add a record for them."""
    if refused.user_id is None or refused.operation not in (Operation.CLOCK, Operation.RECORD):
        return
    user_id = refused.user_id

    def read(tx: Transaction) -> None:
        require_employee(people.find(tx.connection, caller.workspace_id, user_id))

    with suppress(UnknownUser, DirectoryUnavailable):
        await with_unknown_users_looked_up(services, caller.workspace_id, lambda: services.database.read(read))
