"""Profiles of people. An unknown person is looked up in the chat platform, and refreshed now and then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from functools import partial
from typing import TypeVar

import structlog

from bot.errors import DirectoryUnavailable, NotAnEmployee
from bot.people import readers
from bot.people.audit_entries import Action, record_audit_entry
from bot.people.readers import Reading, reading
from bot.people.shared_reads import SharedReads
from bot.permissions import Caller, Via
from bot.runtime import budgets
from bot.runtime.budgets import Rate
from bot.runtime.services import Services
from storage import admins, people, teams
from storage.database import Transaction
from storage.errors import Unavailable, UnknownUser
from storage.people import Profile

T = TypeVar("T")

log = structlog.get_logger(__name__)

OLD_AFTER = timedelta(hours=26)  # at least one nightly list has missed them
REFRESH_EVERY_SECONDS = 1.2
REFRESH = {"profiles": Rate(timedelta(seconds=REFRESH_EVERY_SECONDS), burst=3)}
"""Of all replicas together: half of the 100 calls of users.info that Slack takes in a minute."""
KNOWN_FOR = timedelta(minutes=5)  # another replica may hear of a change


async def look_up_profile(services: Services, workspace_id: str, user_id: str) -> Profile:
    """Looks the person up and stores the profile. Raises UnknownUser or DirectoryUnavailable."""
    profile = await services.directory.look_up(workspace_id, user_id, services.database.clock())
    if profile is None:
        raise UnknownUser(user_id)
    return await services.database.write(lambda tx: save_profile(tx, profile))


async def with_unknown_users_looked_up(services: Services, workspace_id: str, run: Callable[[], Awaitable[T]]) -> T:
    """Runs a transaction. If it meets an unknown person, looks them up outside of it and runs it again."""
    met: set[str] = set()
    while True:
        try:
            return await run()
        except UnknownUser as unknown:
            if unknown.user_id in met:
                raise
            met.add(unknown.user_id)
            await look_up_profile(services, workspace_id, unknown.user_id)


async def names_of(services: Services, workspace_id: str, user_ids: Collection[str]) -> dict[str, str]:
    """The names of those who are known."""
    known = await services.database.read(lambda tx: people.get_many(tx.connection, workspace_id, user_ids))
    return {user_id: profile.name for user_id, profile in known.items()}


def require_employee(person: Profile) -> None:
    """Raises NotAnEmployee for guests, bots and deactivated people."""
    if kind := non_employee_reason(person):
        raise NotAnEmployee(person.user_id, kind)


def non_employee_reason(person: Profile) -> str | None:
    """`bot`, `guest` or `deactivated`; None for a full member."""
    return next((kind for kind in ("bot", "guest", "deactivated") if getattr(person, kind)), None)


class ProfileCache:
    """Answers with what the ledger knows of people. Only somebody never seen is looked up first. An old profile is
    refreshed afterwards, below the platform's limits: events and the nightly list keep most of them new."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: dict[_Person, _Known] = {}
        self._stale: dict[str, list[str]] = {}
        """User ids by workspace, in the order in which they are refreshed."""
        self._reads = SharedReads(services, readers.of_people)

    async def reading_of(self, workspace_id: str, user_id: str) -> Reading:
        """How the person reads. Raises UnknownUser, or DirectoryUnavailable for somebody never seen."""
        now, person = self._services.database.clock(), (workspace_id, user_id)
        if person in self._services.changed_people:
            self._services.changed_people.discard(person)
            self._known.pop(person, None)
        cached = self._known.get(person)
        if cached and now < cached.until:
            return cached.reading
        known = await self._reads.get(workspace_id, user_id)
        assert known is not None  # of strangers it says that they are
        reads, refreshed_at = known
        if refreshed_at is None:
            profile = await self._first_sight(person)
            reads, refreshed_at = reading(profile, reads.tags.of_workspace), profile.refreshed_at
        if refreshed_at <= now - OLD_AFTER:
            self._refresh_later(workspace_id, user_id)
        self._known[person] = _Known(now + KNOWN_FOR, reads)
        return reads

    async def changed(self, profile: Profile) -> None:
        """Takes over what Slack tells of somebody who was met before, or is in a team by a group that it follows; of
        strangers nothing is kept."""

        def write(tx: Transaction) -> None:
            met = people.get_many(tx.connection, profile.workspace_id, [profile.user_id])
            if met or teams.is_in_any_group(tx.connection, profile.workspace_id, profile.user_id):
                save_profile(tx, profile)

        await self._services.database.write(write)
        self._known.pop((profile.workspace_id, profile.user_id), None)

    async def _first_sight(self, person: _Person) -> Profile:
        """Asks the platform once, however often the person types meanwhile."""
        key = ("first sight", *person)
        if key not in self._services.tasks:
            self._services.tasks.start(look_up_profile(self._services, *person), key)
        found: Profile = await asyncio.shield(self._services.tasks[key])
        return found

    def _refresh_later(self, workspace_id: str, user_id: str) -> None:
        if (waiting := self._stale.get(workspace_id)) is None:
            self._stale[workspace_id] = waiting = []
            self._services.tasks.start(self._refresh_stale(workspace_id, waiting))
        if user_id not in waiting:
            waiting.append(user_id)

    async def _refresh_stale(self, workspace_id: str, waiting: list[str]) -> None:
        try:
            while waiting:
                take = partial(budgets.take, workspace_id=workspace_id, costs=REFRESH)
                if not await self._services.database.write(take):
                    await asyncio.sleep(REFRESH_EVERY_SECONDS)
                    continue
                user_id = waiting.pop(0)
                try:
                    await look_up_profile(self._services, workspace_id, user_id)
                except UnknownUser:
                    await self._services.database.write(partial(_left, workspace_id=workspace_id, user_id=user_id))
                self._known.pop((workspace_id, user_id), None)
        except (DirectoryUnavailable, Unavailable) as error:
            log.warning("profile-not-refreshed", kind=type(error).__name__, reason=str(error))
        finally:
            del self._stale[workspace_id]


_Person = tuple[str, str]
"""Workspace and user id."""


@dataclass(frozen=True, slots=True)
class _Known:
    """How a person reads, and until when that needn't be found again (UTC)."""

    until: datetime
    reading: Reading


def save_profile(tx: Transaction, profile: Profile) -> Profile:
    """Takes over what the chat platform says of the person, with its audit entry where rights change by it;
    returns what is known now, which the platform may have said later."""
    before, profile = people.upsert_profile(tx.connection, profile, tx.now)
    was_admin = before.chat_admin if before else False
    was_member = _membership(before) if before else FULL_MEMBER
    facts: dict[str, object] = {}
    if was_admin != profile.chat_admin:
        facts |= {"admin_before": was_admin, "admin_now": profile.chat_admin}
    if was_member != (is_member := _membership(profile)):
        facts |= {"membership_before": was_member, "membership_now": is_member}
    if non_employee_reason(profile) and admins.is_appointed(tx.connection, profile.workspace_id, profile.user_id):
        admins.dismiss(tx.connection, profile.workspace_id, [profile.user_id])  # it ends with the full membership
        facts |= {"appointed_before": True, "appointed_now": False}
    if facts:
        themselves = Caller(profile.workspace_id, profile.user_id, Via.SYSTEM)
        facts["by"] = "the chat platform's word"
        record_audit_entry(tx, themselves, Action.CHANGE_ROLE, profile.user_id, facts)
    return profile


def _left(tx: Transaction, workspace_id: str, user_id: str) -> None:
    """Marks somebody as deactivated whom the chat platform doesn't know any more."""
    known = people.get_for_update(tx.connection, workspace_id, user_id)
    save_profile(tx, replace(known, deactivated=True, refreshed_at=tx.now))


FULL_MEMBER = {"guest": False, "bot": False, "deactivated": False}


def _membership(profile: Profile) -> dict[str, bool]:
    """What a full member is not."""
    return {name: getattr(profile, name) for name in FULL_MEMBER}
