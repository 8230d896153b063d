"""API tokens: whom a token speaks for, and making, listing and revoking them."""

from __future__ import annotations

import secrets

from bot import access
from bot.access import Caller, Operation, Role, Via
from bot.auditing import Action, write_down
from bot.people import meeting_whom_it_names, require_employee
from bot.services import Services
from storage import people, tokens
from storage.database import Transaction
from storage.ids import new_id
from storage.tokens import Token

__all__ = ["Token", "all_of", "caller_in", "caller_of", "create", "revoke"]

PREFIX = "att_"  # so that scanners for leaked secrets, and people, know one when they see it


async def caller_of(services: Services, secret: str, ip: str | None) -> Caller | None:
    """Whom a living token speaks for, with the token's own role; None for any other secret, and for one whose user is
    deactivated by now."""
    return await services.database.read(lambda tx: caller_in(tx, secret, ip), at_a_glance=True)


def caller_in(tx: Transaction, secret: str, ip: str | None) -> Caller | None:
    """The same within the transaction of what is asked: one way to the ledger instead of two."""
    token = tokens.by_secret(tx.connection, secret)
    return Caller(token.workspace_id, token.user_id, Via.API, Role(token.role), ip) if token else None


async def create(services: Services, caller: Caller, user_id: str, role: Role, name: str | None) -> str:
    """Makes a token that speaks for `user_id`; returns its secret, which nobody can read again.

    Raises Forbidden, NotAnEmployee, or UnknownUser for somebody whom the chat platform does not know.
    """
    secret = PREFIX + secrets.token_urlsafe(32)

    def write(tx: Transaction) -> str:
        access.require_anyone(tx, caller, Operation.ADMINISTER)
        require_employee(people.find(tx.connection, caller.workspace_id, user_id))
        token = Token(caller.workspace_id, new_id(), user_id, role, name, tx.now, None)
        tokens.add(tx.connection, token, secret)
        facts = {"user_id": user_id, "role": role, "name": name, "digest": tokens.digest(secret)}
        write_down(tx, caller, Action.CREATE_TOKEN, token.token_id, facts)
        return secret

    return await meeting_whom_it_names(services, caller.workspace_id, lambda: services.database.write(write))


async def all_of(services: Services, caller: Caller) -> list[Token]:
    """Every token of the workspace, revoked ones too. Raises Forbidden."""

    def read(tx: Transaction) -> list[Token]:
        access.require_anyone(tx, caller, Operation.ADMINISTER)
        return tokens.all_of(tx.connection, caller.workspace_id)

    return await services.database.read(read)


async def revoke(services: Services, caller: Caller, token_id: str) -> None:
    """Ends a token at once. Raises Forbidden or UnknownToken."""

    def write(tx: Transaction) -> None:
        access.require_anyone(tx, caller, Operation.ADMINISTER)
        tokens.revoke(tx.connection, caller.workspace_id, token_id, tx.now)
        write_down(tx, caller, Action.REVOKE_TOKEN, token_id, {})

    await services.database.write(write)
