"""Who may do what to whose records. The table below decides it, and nothing else does.

Use cases ask inside their own transaction, so that a role that was just taken away counts.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Literal

from bot.calendar.ranges import DateRange
from bot.errors import BeyondToken, Forbidden, RoleBeyondPerson
from storage import admins, people, teams
from storage.audit import Via
from storage.database import Transaction
from storage.people import Profile
from storage.tokens import Reach, Token

__all__ = ["Via"]

OPERATOR = "cli:"
"""What the ids of operators at the command line begin with."""


class Role(StrEnum):
    """How far a person or a token reaches, the least first."""

    EMPLOYEE = "employee"
    MANAGER = "manager"
    ADMIN = "admin"


class ReadingRole(StrEnum):
    """Of tokens that only read, and only what they were made for."""

    INSPECTOR = "inspector"
    """Records, with comments, addresses, findings and change history."""
    REPRESENTATIVE = "representative"
    """Records by name and office, and no more."""


class Operation(StrEnum):
    """What can be done with records, and with the bot itself."""

    CLOCK = "clock in and out"
    RECORD = "add a record"
    READ = "see events and reports"
    CHANGE = "change"
    DELETE = "delete and restore"
    UNDO = "undo an entry of the last minutes"
    APPROVE = "approve periods"
    ASK = "ask for a correction"
    ANSWER = "answer corrections as the employer"
    ADMINISTER = "change teams, offices, settings and tokens"


class Ownership(StrEnum):
    """Whose records, as seen by the caller."""

    OWN = "own"
    TEAM = "team"
    ANYONE = "anyone"


@dataclass(frozen=True, slots=True)
class Caller:
    """Who asks, and through what. `role` is set where a token narrows it or the command line gives it;
    `at_home` where they pressed on their Home tab, which will itself say what came of it; `token` where a program asks
    in their name, or one that only reads (its role is a ReadingRole)."""

    workspace_id: str
    user_id: str
    via: Via
    role: Role | ReadingRole | None = None
    ip: str | None = field(default=None, repr=False)
    at_home: bool = False
    token: Token | None = field(default=None, repr=False)

    @property
    def is_own_word(self) -> bool:
        """Whether what they ask or answer is their own word: said in the chat, or by a program with a token that they
        made or that an operator handed out. An admin can make a token in anybody's name, and would agree with
        themselves."""
        maker = self.token.created_by if self.token else self.user_id
        return maker == self.user_id or (maker or "").startswith(OPERATOR)


_OWN = frozenset({Ownership.OWN})
_OWN_AND_TEAM = frozenset({Ownership.OWN, Ownership.TEAM})
_EVERYONE = frozenset(Ownership)

_TABLE: dict[Operation, dict[Role, frozenset[Ownership]]] = (
    {
        operation: {Role.EMPLOYEE: _OWN, Role.MANAGER: _OWN_AND_TEAM, Role.ADMIN: _EVERYONE}
        for operation in (Operation.CLOCK, Operation.RECORD, Operation.READ, Operation.UNDO, Operation.ASK)
    }
    | {
        operation: {Role.EMPLOYEE: frozenset(), Role.MANAGER: frozenset({Ownership.TEAM}), Role.ADMIN: _EVERYONE}
        for operation in (Operation.CHANGE, Operation.DELETE)
    }
    | {
        operation: {
            Role.EMPLOYEE: frozenset(),
            Role.MANAGER: frozenset({Ownership.TEAM}),
            Role.ADMIN: _EVERYONE - _OWN,
        }
        for operation in (Operation.APPROVE, Operation.ANSWER)
    }
    | {
        Operation.ADMINISTER: {Role.EMPLOYEE: frozenset(), Role.MANAGER: frozenset(), Role.ADMIN: _EVERYONE},
    }
)


def allows(role: Role, operation: Operation, whose: Ownership) -> bool:
    """The table itself. Tokens that only read aren't in it: what they may, `require_read` says."""
    return whose in _TABLE[operation][role]


def role_of(tx: Transaction, caller: Caller) -> Role:
    """The caller's role now. A token's is what its person had of it when it was looked up. Raises BeyondToken for one
    that only reads, which has none."""
    if isinstance(caller.role, ReadingRole):
        raise _beyond(caller, "anything else")
    return caller.role or role_of_person(tx, caller.workspace_id, caller.user_id)


def role_of_person(tx: Transaction, workspace_id: str, user_id: str) -> Role:
    """Admin by Slack's word or by appointment, else manager of a team, else employee. A guest, a bot or a deactivated
    person is never more than that."""
    return role_of_profile(tx, people.find(tx.connection, workspace_id, user_id))


def role_of_profile(tx: Transaction, person: Profile) -> Role:
    """The same, of somebody whose profile was just read."""
    if person.guest or person.bot or person.deactivated:
        return Role.EMPLOYEE
    if person.chat_admin:
        return Role.ADMIN
    is_appointed, is_manager = admins.appointed_or_manager(tx.connection, person.workspace_id, person.user_id)
    if is_appointed:
        return Role.ADMIN
    return Role.MANAGER if is_manager else Role.EMPLOYEE


def require_role(tx: Transaction, workspace_id: str, user_id: str, role: Role) -> None:
    """Raises RoleBeyondPerson where the person has less than that role."""
    by_reach = list(Role)
    if by_reach.index(role_of_person(tx, workspace_id, user_id)) < by_reach.index(role):
        raise RoleBeyondPerson(user_id, role)


def may(tx: Transaction, caller: Caller, operation: Operation, user_id: str) -> bool:
    """Whether the caller may do that to the records of `user_id`."""
    own = user_id == caller.user_id and not isinstance(caller.role, ReadingRole)
    if own and all(allows(role, operation, Ownership.OWN) for role in Role):
        return True  # no need to ask the database
    role = role_of(tx, caller)
    if own:
        return allows(role, operation, Ownership.OWN)
    if allows(role, operation, Ownership.ANYONE):
        return True
    return allows(role, operation, Ownership.TEAM) and user_id in _team(tx, caller)


def require(tx: Transaction, caller: Caller, operation: Operation, user_id: str) -> None:
    """Raises Forbidden unless the caller may."""
    if not may(tx, caller, operation, user_id):
        raise Forbidden(operation, user_id)


def require_operation(tx: Transaction, caller: Caller, operation: Operation) -> None:
    """Raises Forbidden where the caller's role can't do that to anybody's records, whoever they are."""
    if not any(allows(role_of(tx, caller), operation, whose) for whose in Ownership):
        raise Forbidden(operation, None)


def permitted_users(tx: Transaction, caller: Caller, operation: Operation) -> frozenset[str] | None:
    """Everyone whom the caller may do that to, by user id; None means the whole workspace."""
    role = role_of(tx, caller)
    if allows(role, operation, Ownership.ANYONE):
        if allows(role, operation, Ownership.OWN):
            return None
        return frozenset(people.names(tx.connection, caller.workspace_id)) - {caller.user_id}
    found = {caller.user_id} if allows(role, operation, Ownership.OWN) else set()
    if allows(role, operation, Ownership.TEAM):
        found |= _team(tx, caller) - {caller.user_id}
    return frozenset(found)


def employers_of(tx: Transaction, workspace_id: str, user_id: str) -> frozenset[str]:
    """Who is asked to answer as the employer for the person: the managers of their teams; where there are none, the
    admins. A sole admin answers for themselves."""
    managers = _full_members(tx, workspace_id, teams.managers_of(tx.connection, workspace_id, user_id) - {user_id})
    if managers:
        return managers
    may_be = people.chat_admins(tx.connection, workspace_id) | admins.appointed(tx.connection, workspace_id)
    found = _full_members(tx, workspace_id, may_be)
    return found - {user_id} or found


def who_may_delete(tx: Transaction, workspace_id: str, user_id: str) -> frozenset[str]:
    """Everybody in the chat who may delete and restore the person's records."""
    managers = teams.managers_of(tx.connection, workspace_id, user_id) - {user_id}
    may_be = people.chat_admins(tx.connection, workspace_id) | admins.appointed(tx.connection, workspace_id) | managers
    return _full_members(tx, workspace_id, may_be)


def require_employer(tx: Transaction, caller: Caller, operation: Operation, user_id: str) -> None:
    """Raises Forbidden unless the caller may do that as the employer. Nobody may for themselves, but a sole admin."""
    if not may_as_employer(tx, caller, operation, user_id):
        raise Forbidden(operation, user_id)


def may_as_employer(tx: Transaction, caller: Caller, operation: Operation, user_id: str) -> bool:
    """Whether the caller may do that as the employer."""
    if user_id == caller.user_id and role_of(tx, caller) is Role.ADMIN and is_sole_admin(tx, caller):
        return True
    return may(tx, caller, operation, user_id)


def is_sole_admin(tx: Transaction, caller: Caller) -> bool:
    """Whether nobody else in the workspace is an admin."""
    here = tx.connection, caller.workspace_id
    known = people.get_many(*here, (people.chat_admins(*here) | admins.appointed(*here)) - {caller.user_id})
    return all(one.guest or one.bot or one.deactivated for one in known.values())


def require_for_all(tx: Transaction, caller: Caller, operation: Operation, user_ids: Collection[str]) -> None:
    """Raises Forbidden for the first to whose records the caller may not do that."""
    within = permitted_users(tx, caller, operation)
    for user_id in user_ids:
        if within is not None and user_id not in within:
            raise Forbidden(operation, user_id)


def readable_users(
    tx: Transaction, caller: Caller, user_ids: Collection[str] | None, days: DateRange | None
) -> frozenset[str] | None:
    """Those of `user_ids` whose records of those days to read, each checked; all whom the caller may see where None
    (None again: everyone). `days` None: what is now, which no token for reading includes. Raises Forbidden or
    BeyondToken."""
    if reach := reach_of(caller):
        if days is None:
            raise _beyond(caller, "days")
        require_within(reach, user_ids or (), days)
        for user_id in user_ids or ():
            people.find(tx.connection, caller.workspace_id, user_id)
        return reach.user_ids if user_ids is None else frozenset(user_ids)
    if user_ids is None:
        return permitted_users(tx, caller, Operation.READ)
    require_for_all(tx, caller, Operation.READ, user_ids)
    for user_id in user_ids:
        people.find(tx.connection, caller.workspace_id, user_id)
    return frozenset(user_ids)


def require_read(tx: Transaction, caller: Caller, user_id: str, days: DateRange) -> None:
    """Raises Forbidden or BeyondToken unless the caller may read the person's records of those days."""
    if reach := reach_of(caller):
        require_within(reach, [user_id], days)
    else:
        require(tx, caller, Operation.READ, user_id)


def require_details(caller: Caller) -> None:
    """Raises BeyondToken where the token doesn't include comments, addresses, remarks and changes."""
    if not sees_details(caller):
        raise _beyond(caller, "details")


def sees_details(caller: Caller) -> bool:
    """Whether the caller sees comments, addresses, remarks and changes of the records that they may read."""
    return caller.role is not ReadingRole.REPRESENTATIVE


def reach_of(caller: Caller) -> Reach | None:
    """What a token that only reads was made for. None for every other caller."""
    if not isinstance(caller.role, ReadingRole):
        return None
    return _reach(caller)


def require_within(reach: Reach, user_ids: Collection[str], days: DateRange) -> None:
    """Raises BeyondToken."""
    if not all(map(reach.covers, user_ids)):
        raise BeyondToken("people", reach.first, reach.last)
    if days.first < reach.first or days.last > reach.last:
        raise BeyondToken("days", reach.first, reach.last)


def _full_members(tx: Transaction, workspace_id: str, user_ids: Collection[str]) -> frozenset[str]:
    known = people.get_many(tx.connection, workspace_id, user_ids)
    return frozenset(one.user_id for one in known.values() if not (one.guest or one.bot or one.deactivated))


def _reach(caller: Caller) -> Reach:
    assert caller.token is not None
    reach = caller.token.reach
    assert reach is not None, "the database keeps the bounds of every token that only reads"
    return reach


def _beyond(caller: Caller, of: Literal["days", "details", "anything else"]) -> BeyondToken:
    reach = _reach(caller)
    return BeyondToken(of, reach.first, reach.last)


def _team(tx: Transaction, caller: Caller) -> frozenset[str]:
    return teams.managed_by(tx.connection, caller.workspace_id, caller.user_id)
