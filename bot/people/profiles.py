"""Profiles of people. An unknown person is looked up in the chat platform, and refreshed now and then."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TypeVar

from bot.errors import DirectoryUnavailable, NotAnEmployee
from bot.people.audit_entries import Action, record_audit_entry
from bot.permissions import Caller, Via
from bot.runtime.services import Services
from storage import admins, people, teams
from storage.database import Transaction
from storage.errors import UnknownUser
from storage.people import Profile

T = TypeVar("T")

LIFETIME = timedelta(hours=1)  # roles and zones come from Slack, and are at most this old (DESIGN.md section 4)
RETRY_AFTER = timedelta(minutes=1)
PATIENCE_SECONDS = 1.5  # of the 3 that Slack gives a command


async def meet(services: Services, workspace_id: str, user_id: str) -> Profile:
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
            await meet(services, workspace_id, unknown.user_id)


async def names_of(services: Services, workspace_id: str, user_ids: Collection[str]) -> dict[str, str]:
    """The names of those who are known."""
    known = await services.database.read(lambda tx: people.get_many(tx.connection, workspace_id, user_ids))
    return {user_id: profile.name for user_id, profile in known.items()}


async def zone_of(services: Services, workspace_id: str, user_id: str) -> str | None:
    """The person's time zone (IANA); None where they weren't met, or the chat platform has none."""
    known = await services.database.read(lambda tx: people.get_many(tx.connection, workspace_id, [user_id]))
    return known[user_id].zone if user_id in known else None


def require_employee(person: Profile) -> None:
    """Raises NotAnEmployee for guests, bots and deactivated people."""
    if kind := non_employee_reason(person):
        raise NotAnEmployee(person.user_id, kind)


def non_employee_reason(person: Profile) -> str | None:
    """`bot`, `guest` or `deactivated`; None for a full member."""
    return next((kind for kind in ("bot", "guest", "deactivated") if getattr(person, kind)), None)


class ProfileCache:
    """Keeps what is known of people at most an hour old, and serves the last known answer while Slack is away."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: dict[tuple[str, str], _Known] = {}

    async def refresh(self, workspace_id: str, user_id: str) -> str | None:
        """Makes sure the person is known; returns their time zone (IANA), where the chat platform has one. Raises
        UnknownUser, or DirectoryUnavailable for somebody never seen."""
        now = self._services.database.clock()
        cached = self._known.get((workspace_id, user_id))
        if cached and now < cached.fresh_until:
            return cached.zone
        known = await self._services.database.read(lambda tx: people.get_many(tx.connection, workspace_id, [user_id]))
        profile = known.get(user_id)
        fresh_until = profile.refreshed_at + LIFETIME if profile else now
        if profile is None or fresh_until <= now:
            try:
                async with asyncio.timeout(PATIENCE_SECONDS):
                    profile = await meet(self._services, workspace_id, user_id)
                fresh_until = profile.refreshed_at + LIFETIME
            except (DirectoryUnavailable, TimeoutError) as error:
                if profile is None:
                    raise DirectoryUnavailable(user_id) from error
                fresh_until = now + RETRY_AFTER
        self._known[workspace_id, user_id] = _Known(fresh_until, profile.zone)
        return profile.zone

    async def changed(self, profile: Profile) -> None:
        """Takes over what Slack tells of somebody who was met before, or is in a team by a group that it follows; of
        strangers nothing is kept."""

        def write(tx: Transaction) -> None:
            met = people.get_many(tx.connection, profile.workspace_id, [profile.user_id])
            if met or teams.is_in_any_group(tx.connection, profile.workspace_id, profile.user_id):
                save_profile(tx, profile)

        await self._services.database.write(write)
        self._known.pop((profile.workspace_id, profile.user_id), None)


@dataclass(frozen=True, slots=True)
class _Known:
    """Until when a profile need not be asked for again (UTC), and the person's zone (IANA)."""

    fresh_until: datetime
    zone: str | None


def save_profile(tx: Transaction, profile: Profile) -> Profile:
    """Takes over what the chat platform says of the person, with its audit line where roles change by it; returns what
    is known now, which the platform may have said later."""
    before, profile = people.upsert_profile(tx.connection, profile, tx.now)
    was_admin = before.chat_admin if before else False
    facts: dict[str, object] = {}
    if was_admin != profile.chat_admin:
        facts |= {"admin_before": was_admin, "admin_now": profile.chat_admin}
    if non_employee_reason(profile) and admins.is_appointed(tx.connection, profile.workspace_id, profile.user_id):
        admins.dismiss(tx.connection, profile.workspace_id, [profile.user_id])  # it ends with the full membership
        facts |= {"appointed_before": True, "appointed_now": False}
    if facts:
        themselves = Caller(profile.workspace_id, profile.user_id, Via.SYSTEM)
        facts["by"] = "the chat platform's word"
        record_audit_entry(tx, themselves, Action.CHANGE_ROLE, profile.user_id, facts)
    return profile
