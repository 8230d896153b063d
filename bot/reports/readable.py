"""The people and teams whose records somebody may see, by name."""

from __future__ import annotations

import hashlib
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from bot import permissions
from bot.errors import OutdatedButton
from bot.permissions import Caller, Operation, Role
from bot.runtime.services import Services
from storage import people, teams
from storage.database import Transaction


@dataclass(frozen=True, slots=True)
class ReadableTeam:
    """A team with everybody in it, by user id. `key` is used instead of the name in buttons."""

    name: str
    members: frozenset[str]

    @property
    def key(self) -> str:
        """Short, and not text that people typed."""
        return hashlib.sha256(self.name.encode()).hexdigest()[:16]


@dataclass(frozen=True, slots=True)
class Readable:
    """People's names by id, and the teams that the caller manages; all of both for admins. `other_teams`: the names of
    those that others manage. `managed`: the members of the caller's teams, without the caller."""

    names: Mapping[str, str]
    teams: tuple[ReadableTeam, ...]
    other_teams: Sequence[str]
    managed: frozenset[str]

    def team(self, key: str) -> ReadableTeam:
        """Raises OutdatedButton if there is no such team any more."""
        for team in self.teams:
            if team.key == key:
                return team
        raise OutdatedButton


async def readable(services: Services, caller: Caller) -> Readable:
    """What the caller can see now."""

    def read(tx: Transaction) -> Readable:
        permitted = permissions.permitted_users(tx, caller, Operation.READ)
        seen = people.names(tx.connection, caller.workspace_id, permitted)
        found = _teams(tx, caller) if permissions.role_of(tx, caller) is not Role.EMPLOYEE else ()
        own = {team.name for team in found}
        everyones = teams.all_of(tx.connection, caller.workspace_id)
        others = [team.name for team in everyones if team.name not in own and team.archived_at is None]
        managed = teams.managed_by(tx.connection, caller.workspace_id, caller.user_id) - {caller.user_id}
        return Readable(seen, found, others, managed)

    return await services.database.read(read)


def _teams(tx: Transaction, caller: Caller) -> tuple[ReadableTeam, ...]:
    """For admins, archived teams too: they can be reported on, but give their managers no rights."""
    everything = permissions.role_of(tx, caller) is Role.ADMIN
    members = teams.members_by_team(tx.connection, caller.workspace_id, with_archived=everything)
    return tuple(
        ReadableTeam(team.name, frozenset(members.get(team.name, ())))
        for team in teams.all_of(tx.connection, caller.workspace_id)
        if everything or (caller.user_id in team.managers and team.archived_at is None)
    )
