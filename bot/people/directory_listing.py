"""The people, offices and teams that the caller may see, for programs."""

from __future__ import annotations

import asyncio
from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass

from bot import permissions
from bot.permissions import Caller, Operation
from bot.runtime.services import Profile, Services
from storage import admins, offices, people, teams
from storage.database import Transaction
from storage.offices import Office
from storage.teams import Team

Found = tuple[Collection[Profile], Collection[str], Mapping[str, Sequence[str]]]


@dataclass(frozen=True, slots=True)
class Person:
    """An employee, also a former one. `reports_to`: a manager of the first of their teams, by name."""

    user_id: str
    name: str
    is_admin: bool
    reports_to: str | None


async def visible_people(services: Services, caller: Caller) -> list[Person]:
    """Everybody whose records the caller may see, by name. Guests and bots have no records."""

    def read(tx: Transaction) -> Found:
        reach = permissions.reach_of(caller)
        within = reach.user_ids if reach else permissions.permitted_users(tx, caller, Operation.READ)
        appointed = admins.appointed(tx.connection, caller.workspace_id)
        managers = _managers(tx, caller.workspace_id)
        return people.get_many(tx.connection, caller.workspace_id, within).values(), appointed, managers

    return await asyncio.to_thread(_by_name, *await services.database.read(read))


def _by_name(
    profiles: Collection[Profile], appointed: Collection[str], managers: Mapping[str, Sequence[str]]
) -> list[Person]:
    found = [
        Person(
            user_id=profile.user_id,
            name=profile.name,
            is_admin=profile.chat_admin or profile.user_id in appointed,
            reports_to=next((one for one in managers.get(profile.user_id, ()) if one != profile.user_id), None),
        )
        for profile in profiles
        if not (profile.bot or profile.guest)
    ]
    return sorted(found, key=lambda person: (person.name.casefold(), person.user_id))


async def all_offices(services: Services, caller: Caller) -> list[Office]:
    """Every office of the workspace by name, also archived ones, because earlier records name them."""
    return await services.database.read(lambda tx: offices.all_of(tx.connection, caller.workspace_id))


async def visible_teams(services: Services, caller: Caller) -> list[Team]:
    """The teams in use that the caller manages or is in, or every one for an admin, by name. Lists only members whom
    the caller may see, also those from user groups."""

    def read(tx: Transaction) -> list[Team]:
        within = permissions.permitted_users(tx, caller, Operation.READ)
        members = teams.members_by_team(tx.connection, caller.workspace_id)
        return [
            Team(
                team.workspace_id,
                team.name,
                team.managers,
                frozenset(one for one in members.get(team.name, ()) if within is None or one in within),
            )
            for team in teams.in_use(tx.connection, caller.workspace_id)
            if within is None or caller.user_id in team.managers | members.get(team.name, set())
        ]

    return await services.database.read(read)


def _managers(tx: Transaction, workspace_id: str) -> Mapping[str, Sequence[str]]:
    """Each member's managers, in the order of their teams' names."""
    members = teams.members_by_team(tx.connection, workspace_id)
    found: dict[str, list[str]] = defaultdict(list)
    for team in teams.in_use(tx.connection, workspace_id):
        for user_id in members.get(team.name, ()):
            found[user_id] += sorted(team.managers)
    return found
