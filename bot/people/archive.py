"""Archives offices and teams, and brings them back.

Nobody can choose an archived office or team, and an archived team gives nobody any right. Earlier records keep their
office.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot import permissions
from bot.people.audit_entries import Action, record_audit_entry
from bot.people.teams_and_offices import office_facts, team_facts
from bot.permissions import Caller, Operation
from bot.runtime.services import Services
from storage import offices, people, teams
from storage.database import Transaction
from storage.errors import UnknownTeam
from storage.offices import Office
from storage.teams import Team


async def archive_office(services: Services, caller: Caller, office_id: str) -> Office:
    """From now on, the office takes no new records. Raises Forbidden or UnknownOffice."""
    return await services.database.write(lambda tx: _set_office(tx, caller, office_id, tx.now))


async def bring_back_office(services: Services, caller: Caller, office_id: str) -> Office:
    """The office takes records again. Raises Forbidden or UnknownOffice."""
    return await services.database.write(lambda tx: _set_office(tx, caller, office_id, None))


async def archive_team(services: Services, caller: Caller, name: str) -> Team:
    """From now on, the team gives its managers no rights. Raises Forbidden or UnknownTeam."""
    return await services.database.write(lambda tx: _set_team(tx, caller, name, tx.now))


async def bring_back_team(services: Services, caller: Caller, name: str) -> Team:
    """The team is back as it was. Raises Forbidden or UnknownTeam."""
    return await services.database.write(lambda tx: _set_team(tx, caller, name, None))


def _set_office(tx: Transaction, caller: Caller, office_id: str, archived_at: datetime | None) -> Office:
    _lock(tx, caller)
    before = offices.find(tx.connection, caller.workspace_id, office_id)
    if (before.archived_at is None) == (archived_at is None):
        return before
    office = replace(before, archived_at=archived_at)
    offices.put(tx.connection, office)
    record_audit_entry(tx, caller, Action.SET_OFFICE, office_id, office_facts(office, before))
    return office


def _set_team(tx: Transaction, caller: Caller, name: str, archived_at: datetime | None) -> Team:
    _lock(tx, caller)
    before = teams.find(tx.connection, caller.workspace_id, name)
    if before is None:
        raise UnknownTeam(name)
    if (before.archived_at is None) == (archived_at is None):
        return before
    team = replace(before, archived_at=archived_at)
    teams.put(tx.connection, team)
    record_audit_entry(tx, caller, Action.SET_TEAM, name, team_facts(team, before))
    return team


def _lock(tx: Transaction, caller: Caller) -> None:
    permissions.require_operation(tx, caller, Operation.ADMINISTER)
    people.lock_workspace(tx.connection, caller.workspace_id)
