"""How many corrections wait for somebody's answer."""

from __future__ import annotations

from bot import permissions
from bot.attendance.correction_views import Can, choices
from bot.permissions import Caller, Operation
from storage import corrections
from storage.database import Transaction


def count_waiting(tx: Transaction, caller: Caller) -> int:
    """Of those that the caller can answer."""
    as_employer = permissions.permitted_users(tx, caller, Operation.ANSWER)
    theirs = None if as_employer is None else as_employer | {caller.user_id}
    found = corrections.of_people(tx.connection, caller.workspace_id, theirs, waiting=True)
    return sum(bool(choices(tx, caller, one) - {Can.WITHDRAW}) for one in found)
