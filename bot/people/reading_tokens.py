"""Tokens that only read, for inspectors and for representatives of the employees: an admin says of which people and
days, for how long, and why."""

from __future__ import annotations

import secrets
from collections.abc import Collection
from dataclasses import dataclass
from datetime import timedelta

from bot import permissions
from bot.calendar.ranges import DateRange
from bot.errors import InvalidReach
from bot.people.audit_entries import Action, UsedToken, record_audit_entry
from bot.people.profiles import require_employee, with_unknown_users_looked_up
from bot.people.tokens import PREFIX, checked_name
from bot.permissions import Caller, Operation, ReadingRole, Role
from bot.runtime.services import Services
from storage import outbox, people, tokens
from storage.audited_rights import PURPOSE
from storage.database import Transaction
from storage.ids import new_id
from storage.tokens import Token

MADE = "reading-token-made/1"
"""The notice to the admin who answers for a token that somebody else made."""
PREFIX_OF_READERS = f"{PREFIX}read_"
LONGEST_LIFE = 30  # days
LONGEST_REASON = 500


@dataclass(frozen=True, slots=True)
class NewReader:
    """A token to be made. `user_ids` None: everyone. `answers`: the admin who answers for it; it works while they are
    one. `lives`: for how many days from now."""

    role: ReadingRole
    answers: str
    user_ids: Collection[str] | None
    days: DateRange
    lives: int
    reason: str
    name: str | None = None


async def create(services: Services, caller: Caller, new: NewReader) -> str:
    """Makes the token; returns its secret, which nobody can read again.

    Raises Forbidden, NotAnEmployee, RoleBeyondPerson, InvalidName, InvalidReach or UnknownUser.
    """
    check_people(new.user_ids)
    check_days(new.days)
    check_reason(new.reason)
    check_life(new.lives)
    secret, name = PREFIX_OF_READERS + secrets.token_urlsafe(32), checked_name(new.name)

    def write(tx: Transaction) -> str:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        require_employee(people.find(tx.connection, caller.workspace_id, new.answers))
        permissions.require_role(tx, caller.workspace_id, new.answers, Role.ADMIN)
        for user_id in new.user_ids or ():
            people.find(tx.connection, caller.workspace_id, user_id)
        token = Token(
            workspace_id=caller.workspace_id,
            token_id=new_id(),
            user_id=new.answers,
            role=new.role,
            name=name,
            created_at=tx.now,
            revoked_at=None,
            expires_at=tx.now + timedelta(days=new.lives),
            last_used_at=None,
            created_by=caller.user_id,
            reason=new.reason.strip(),
            reads_from=new.days.first,
            reads_until=new.days.last,
            reads_people=tokens.people_as_stored(new.user_ids),
        )
        tokens.add(tx.connection, token, secret)
        if caller.user_id != new.answers:
            told = {"token": UsedToken.of(token).told(), "role": new.role}
            outbox.add(tx.connection, caller.workspace_id, new.answers, MADE, tx.now, facts=told)
        said = ("user_id", "role", "name", "expires_at", "reads_from", "reads_until", "reads_people")
        facts = {one: getattr(token, one) for one in said}
        facts |= {PURPOSE: token.reason, "digest": tokens.digest(secret)}
        record_audit_entry(tx, caller, Action.CREATE_TOKEN, token.token_id, facts)
        return secret

    return await with_unknown_users_looked_up(services, caller.workspace_id, lambda: services.database.write(write))


def check_people(user_ids: Collection[str] | None) -> None:
    """Raises InvalidReach."""
    if user_ids is not None and not user_ids:
        raise InvalidReach("people")


def check_days(days: DateRange) -> None:
    """Raises InvalidReach."""
    if days.first > days.last:
        raise InvalidReach("days")


def check_reason(reason: str) -> None:
    """Raises InvalidReach."""
    if not 1 <= len(reason.strip()) <= LONGEST_REASON or not reason.replace("\n", " ").isprintable():
        raise InvalidReach("reason")


def check_life(days: int) -> None:
    """Raises InvalidReach."""
    if not 1 <= days <= LONGEST_LIFE:
        raise InvalidReach("expiry")
