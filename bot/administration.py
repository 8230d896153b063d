"""Use cases of those who run the bot: offices, teams, and the check of the whole ledger."""

from __future__ import annotations

from collections.abc import Collection

from bot import access
from bot.access import Caller, Operation
from bot.auditing import Action, write_down
from bot.people import meeting_whom_it_names
from bot.services import Services
from bot.worktime import zone_named
from storage import offices, people, teams
from storage.database import Transaction
from storage.offices import Office
from storage.teams import Team

__all__ = ["Office", "Team"]


async def set_office(services: Services, caller: Caller, office_id: str, name: str, zone: str) -> Office:
    """Adds or changes an office. Its past events keep the zone they were written with. Raises UnknownZone."""
    office = Office(caller.workspace_id, office_id, name, zone_named(zone).key)

    def write(tx: Transaction) -> Office:
        access.require_anyone(tx, caller, Operation.ADMINISTER)
        before = offices.put(tx.connection, office)
        facts = {"name": office.name, "zone": office.zone, "before": before and [before.name, before.zone]}
        write_down(tx, caller, Action.SET_OFFICE, office.office_id, facts)
        return office

    return await services.database.write(write)


async def set_team(
    services: Services, caller: Caller, name: str, managers: Collection[str], members: Collection[str]
) -> Team:
    """Adds a team, or gives it other managers and members. Raises UnknownUser for people Slack does not know."""
    team = Team(caller.workspace_id, name, frozenset(managers), frozenset(members))

    def write(tx: Transaction) -> Team:
        access.require_anyone(tx, caller, Operation.ADMINISTER)
        for user_id in sorted(team.managers | team.members):
            people.find(tx.connection, caller.workspace_id, user_id)
        before = teams.put(tx.connection, team)
        facts = {
            "managers": sorted(team.managers),
            "members": sorted(team.members),
            "before": before and {"managers": sorted(before.managers), "members": sorted(before.members)},
        }
        write_down(tx, caller, Action.SET_TEAM, name, facts)
        return team

    return await meeting_whom_it_names(services, caller.workspace_id, lambda: services.database.write(write))


async def all_offices(services: Services, workspace_id: str) -> list[Office]:
    """Every office of the workspace, by name."""
    return await services.database.read(lambda tx: offices.all_of(tx.connection, workspace_id))


async def all_teams(services: Services, workspace_id: str) -> list[Team]:
    """Every team of the workspace, by name."""
    return await services.database.read(lambda tx: teams.all_of(tx.connection, workspace_id))
