"""Who sees a correction, and what they may do with it."""

from __future__ import annotations

from enum import StrEnum

from bot import permissions
from bot.calendar.ranges import DateRange
from bot.permissions import Caller, Operation, ReadingRole
from storage.corrections import Correction
from storage.database import Transaction


class Can(StrEnum):
    """What somebody may do with a correction that waits."""

    AGREE = "agree"
    """As the person."""
    OBJECT = "object"
    APPROVE = "approve"
    """As an employer."""
    DECLINE = "decline"
    APPLY = "apply"
    """Without the person's agreement."""
    WITHDRAW = "withdraw"


def require_visible(tx: Transaction, caller: Caller, one: Correction) -> None:
    """Raises Forbidden or BeyondToken unless the caller may see it."""
    permissions.require_details(caller)
    if isinstance(caller.role, ReadingRole) or caller.user_id != one.asked_by:
        permissions.require_read(tx, caller, one.user_id, DateRange(one.first_day, one.last_day))


def choices(tx: Transaction, caller: Caller, one: Correction) -> frozenset[Can]:
    """What the caller may do now."""
    if not one.is_waiting or isinstance(caller.role, ReadingRole):
        return frozenset()
    is_employer = permissions.may_as_employer(tx, caller, Operation.ANSWER, one.user_id)
    if one.is_asked_by_person:
        answers = {Can.APPROVE, Can.DECLINE} if is_employer else set[Can]()
        return frozenset(answers | ({Can.WITHDRAW} if caller.user_id == one.asked_by else set()))
    found = set[Can]()
    if caller.user_id == one.user_id and one.person_answer is None:
        found |= {Can.AGREE, Can.OBJECT}
    if caller.user_id == one.asked_by or (is_employer and caller.user_id != one.user_id):
        found.add(Can.WITHDRAW)
    if is_employer and caller.user_id != one.user_id and (one.is_objected or tx.now >= one.applicable_since):
        found.add(Can.APPLY)
    return frozenset(found)
