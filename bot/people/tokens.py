"""API tokens: whom a token speaks for, until when, and making, listing and revoking them."""

from __future__ import annotations

import re
import secrets
from collections.abc import Mapping
from datetime import date, datetime, timedelta

import structlog

from bot import permissions
from bot.calendar.worktime import end_of_day, zone_named
from bot.errors import DirectoryUnavailable, InvalidName, NotReadable
from bot.people.audit_entries import Action, UsedToken, record_audit_entry
from bot.people.profiles import look_up_profile, require_employee, with_unknown_users_looked_up
from bot.permissions import Caller, Operation, ReadingRole, Role, Via
from bot.runtime.services import Profile, Services
from storage import outbox, people, tokens
from storage.database import Transaction
from storage.errors import Unavailable, UnknownUser
from storage.ids import new_id
from storage.tokens import USE_NOTED_EVERY, Token

__all__ = ["Token"]

log = structlog.get_logger(__name__)

MADE = "token-made/1"
"""The notice to the person in whose name somebody else made a token."""
USED = "token-used/1"
"""The notice to them that a program used it, for something else than their own records."""
PREFIX = "att_"  # so that scanners for leaked secrets, and people, know one when they see it
LONGEST_NAME = 80
LONGEST_LIFE = 3650  # days

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_DAYS = re.compile(r"(\d{1,5})(?: ?d(?:ays?)?)?", re.ASCII | re.IGNORECASE)

Expiry = date | timedelta
"""The last day on which a token works, in the workspace's zone; or how long it works from now."""


async def caller_of(services: Services, secret: str, ip: str | None) -> Caller | None:
    """Whom a living token speaks for; None for any other secret."""
    token = await services.database.read(lambda tx: find_token(tx, secret, tx.now))
    if token is None:
        return None
    note_use(services, token)
    return caller_by(token, ip)


def find_token(tx: Transaction, secret: str, at: datetime) -> Token | None:
    """The token with that secret that lives then, with as much of its role as its person has now. None where they are
    no full member any more, or their workspace removed the bot."""
    return tokens.by_secret(tx.connection, secret, at)


def caller_by(token: Token, ip: str | None) -> Caller:
    """Whom the token speaks for."""
    role = ReadingRole(token.role) if token.reach else Role(token.role)
    return Caller(token.workspace_id, token.user_id, Via.API, role, ip, token=token)


async def create(
    services: Services, caller: Caller, user_id: str, role: Role, name: str | None, *, expires: Expiry | None = None
) -> str:
    """Makes a token that speaks for `user_id`; returns its secret, which nobody can read again.

    Raises Forbidden, NotAnEmployee, RoleBeyondPerson, InvalidName, NotReadable for a day that has passed, or
    UnknownUser for somebody whom the chat platform does not know.
    """
    secret, name = PREFIX + secrets.token_urlsafe(32), checked_name(name)

    def write(tx: Transaction) -> str:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        require_employee(people.find(tx.connection, caller.workspace_id, user_id))
        permissions.require_role(tx, caller.workspace_id, user_id, role)
        expires_at = _end(tx, caller.workspace_id, expires) if expires is not None else None
        token = Token(
            caller.workspace_id, new_id(), user_id, role, name, tx.now, None, expires_at, None, caller.user_id
        )
        tokens.add(tx.connection, token, secret)
        if caller.user_id != user_id:
            told = {"token": UsedToken.of(token).told(), "role": role}
            outbox.add(tx.connection, caller.workspace_id, user_id, MADE, tx.now, facts=told)
        facts: dict[str, object] = {"user_id": user_id, "role": role, "name": name}
        facts |= {"digest": tokens.digest(secret), "expires_at": expires_at}
        record_audit_entry(tx, caller, Action.CREATE_TOKEN, token.token_id, facts)
        return secret

    return await with_unknown_users_looked_up(services, caller.workspace_id, lambda: services.database.write(write))


def checked_name(name: str | None) -> str | None:
    """The name as it is stored. Raises InvalidName."""
    name = (name or "").strip() or None
    if name is not None and (len(name) > LONGEST_NAME or not name.isprintable()):
        raise InvalidName("token", LONGEST_NAME)
    return name


async def readable_expiry(services: Services, caller: Caller, words: str) -> Expiry | None:
    """The same as `parse_expiry`, and raises NotReadable for a day that has passed too."""
    if expires := parse_expiry(words):
        await services.database.read(lambda tx: _end(tx, caller.workspace_id, expires))
    return expires


def parse_expiry(words: str) -> Expiry | None:
    """`2027-01-31`, `90` or `90 days`; nothing for never. Raises NotReadable."""
    text = words.strip()
    try:
        if not text:
            return None
        if _DAY.fullmatch(text):
            return date.fromisoformat(text)
        if (match := _DAYS.fullmatch(text)) and 1 <= int(match[1]) <= LONGEST_LIFE:
            return timedelta(days=int(match[1]))
    except ValueError as error:
        raise NotReadable("expiry", words) from error
    raise NotReadable("expiry", words)


async def all_of(services: Services, caller: Caller) -> list[Token]:
    """Every token of the workspace, revoked and expired ones too. Raises Forbidden."""

    def read(tx: Transaction) -> list[Token]:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        return tokens.all_of(tx.connection, caller.workspace_id)

    return await services.database.read(read)


async def with_people(services: Services, caller: Caller) -> tuple[list[Token], Mapping[str, Profile]]:
    """Every token that lives, oldest first, and whom they speak for. Raises Forbidden."""

    def read(tx: Transaction) -> tuple[list[Token], Mapping[str, Profile]]:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        living = [token for token in tokens.all_of(tx.connection, caller.workspace_id) if token.lives(tx.now)]
        return living, people.get_many(tx.connection, caller.workspace_id, [token.user_id for token in living])

    return await services.database.read(read)


async def revoke(services: Services, caller: Caller, token_id: str) -> None:
    """Ends a token at once. Raises Forbidden or UnknownToken."""

    def write(tx: Transaction) -> None:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        tokens.revoke(tx.connection, caller.workspace_id, token_id, tx.now)
        record_audit_entry(tx, caller, Action.REVOKE_TOKEN, token_id, {})

    await services.database.write(write)


def _end(tx: Transaction, workspace_id: str, expires: Expiry) -> datetime:
    if isinstance(expires, timedelta):
        return tx.now + expires
    try:
        end = end_of_day(expires, zone_named(people.workspace_zone(tx.connection, workspace_id)))
    except OverflowError as error:
        raise NotReadable("expiry", expires.isoformat()) from error
    if end <= tx.now:
        raise NotReadable("expiry", expires.isoformat())
    return end


def tell_of_use(tx: Transaction, caller: Caller) -> None:
    """Tells the person that a program changes something in their name, once a day for each token that somebody else
    made."""
    token = caller.token
    if token is None or token.created_by == caller.user_id:
        return
    key = tokens.key_of_use(token.token_id, tx.now)
    if key != token.told:  # or a terminal would try again with everybody who clocks in
        facts = {"token": UsedToken.of(token).told()}
        outbox.add(tx.connection, caller.workspace_id, caller.user_id, USED, tx.now, key=key, facts=facts)


def note_use(services: Services, token: Token) -> None:
    """Once an hour. Beside the request, which does not wait: while the ledger can't be written to, it can still be
    read."""
    if token.last_used_at and services.database.clock() - token.last_used_at < USE_NOTED_EVERY:
        return
    key = "token", token.token_id  # one write at a time, however many requests come with it
    if key not in services.tasks:
        services.tasks.start(_noted(services, token), key)


async def _noted(services: Services, token: Token) -> None:
    """And looks up whom it speaks for, as a command in Slack does: who left may not be seen there any more, and the
    chat platform's word that they left may have been missed."""
    try:
        await services.database.write(lambda tx: tokens.used(tx.connection, token, tx.now))
    except Unavailable as error:
        log.warning("token-use-not-noted", token_id=token.token_id, reason=str(error))
    try:
        await look_up_profile(services, token.workspace_id, token.user_id)
    except (Unavailable, DirectoryUnavailable, UnknownUser) as error:
        log.warning("token-owner-not-looked-up", token_id=token.token_id, reason=type(error).__name__)
