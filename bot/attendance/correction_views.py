"""Who sees a correction, and what they may do with it. Lists, answers and the history all ask here."""

from __future__ import annotations

from enum import StrEnum

from bot import permissions
from bot.calendar.ranges import DateRange
from bot.errors import BeyondToken, ConsentTooEarly, Forbidden, NotYourWord, OwnCorrection
from bot.permissions import Caller, Operation, ReadingRole
from storage.corrections import Correction
from storage.database import Transaction
from storage.errors import AlreadyAnswered


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


_ANSWERS = (Can.AGREE, Can.OBJECT)
"""The person's own."""


def choices(tx: Transaction, caller: Caller, one: Correction) -> frozenset[Can]:
    """What the caller may do with it now. Raises Forbidden or BeyondToken where they may not even see it, also if they
    asked for it when they could."""
    permissions.require_details(caller)
    permissions.require_read(tx, caller, one.user_id, DateRange(one.first_day, one.last_day))
    if not one.is_waiting or isinstance(caller.role, ReadingRole) or not caller.is_own_word:
        return frozenset()
    own = caller.user_id == one.user_id
    is_employer = permissions.may_as_employer(tx, caller, Operation.ANSWER, one.user_id)
    found = set[Can]()
    if one.is_asked_by_person:
        found |= {Can.APPROVE, Can.DECLINE} if is_employer else set()
        found |= {Can.WITHDRAW} if own else set()
    elif own:
        found |= set(_ANSWERS) if one.person_answer is None else set()
    elif is_employer:
        found.add(Can.WITHDRAW)
        found |= {Can.APPLY} if one.is_objected or max(tx.now, one.latest_at) >= one.applicable_since else set()
    return frozenset(found)


def require_choice(tx: Transaction, caller: Caller, one: Correction, wish: Can) -> None:
    """Raises Forbidden, BeyondToken, AlreadyAnswered, OwnCorrection, NotYourWord or ConsentTooEarly unless the caller
    may do that now."""
    can = choices(tx, caller, one)
    if wish in can:
        return
    if not one.is_waiting or (wish in _ANSWERS and one.person_answer is not None):
        raise AlreadyAnswered(one)
    if not caller.is_own_word:
        raise NotYourWord(caller.user_id)
    if wish in (Can.APPROVE, Can.DECLINE) and caller.user_id == one.user_id:
        raise OwnCorrection(one)
    if wish is Can.APPLY and Can.WITHDRAW in can and not one.is_asked_by_person:
        raise ConsentTooEarly(one)
    raise Forbidden(Operation.ANSWER, one.user_id)


def sees(tx: Transaction, caller: Caller, one: Correction) -> bool:
    """Whether the caller may see it."""
    try:
        choices(tx, caller, one)
    except (Forbidden, BeyondToken):
        return False
    return True
