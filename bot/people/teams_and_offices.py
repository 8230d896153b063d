"""Use cases of admins: offices and teams."""

from __future__ import annotations

import dataclasses
import re
import unicodedata
from collections.abc import Collection, Mapping
from datetime import date
from types import EllipsisType
from typing import Any, Literal

from bot import permissions
from bot.calendar.own_days import DayOff
from bot.calendar.public_holidays import place_of
from bot.calendar.working_hours import WorkingHours
from bot.calendar.worktime import zone_of_place
from bot.errors import ChangedMeanwhile, InvalidName, IsArchived
from bot.people import user_groups
from bot.people.admins import require_full_member
from bot.people.audit_entries import Action, record_audit_entry
from bot.people.own_days import change as change_own_days
from bot.people.profiles import with_unknown_users_looked_up
from bot.people.user_groups import ReadGroup
from bot.permissions import Caller, Operation
from bot.runtime.services import Profile, Services
from storage import offices, people, teams
from storage.database import Transaction
from storage.errors import NameTaken
from storage.names import key_of
from storage.offices import Office
from storage.teams import Team

__all__ = ["Office", "Team"]

_OFFICE_ID = re.compile(r"[^\W_][\w.-]*")  # a word that can be typed after "in"
LONGEST_ID, LONGEST_NAME = 40, 80  # characters: both have to fit into a form's menus


async def set_office(
    services: Services,
    caller: Caller,
    office_id: str,
    name: str,
    zone: str,
    *,
    country: str | EllipsisType | None = ...,
    region: str | None = None,
    own_days: tuple[Mapping[date, DayOff], Mapping[date, DayOff]] = ({}, {}),
    replacing: Office | EllipsisType | None = ...,
) -> Office:
    """Adds or changes an office. Its past events keep the zone they were written with.

    Without a `country` (and its `region`), it keeps the one it has. `own_days`: those that the caller saw, and what
    they are now. `replacing` is what the caller saw there, None for nothing. If something else is there now, nothing
    changes. Raises UnknownZone, UnknownCountry, UnknownRegion, RegionWithoutCountry, InvalidName, NameTaken, IsArchived
    or ChangedMeanwhile.
    """
    kept_id, kept_name = _one_line("office id", office_id, LONGEST_ID), _one_line("office", name, LONGEST_NAME)
    named = Office(caller.workspace_id, kept_id, kept_name, zone_of_place(zone).key)
    place = None if country is ... else place_of(country, region)

    def write(tx: Transaction) -> Office:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        people.lock_workspace(tx.connection, caller.workspace_id)
        before = offices.find_any(tx.connection, caller.workspace_id, kept_id)
        if before is None:
            _require_office_id(kept_id)
        _refuse_unless_as_seen("office id", kept_id, before, replacing)
        in_country, in_region = place or ((before.country, before.region) if before else (None, None))
        office = dataclasses.replace(named, country=in_country, region=in_region)
        offices.put(tx.connection, office)
        record_audit_entry(tx, caller, Action.SET_OFFICE, kept_id, office_facts(office, before))
        change_own_days(tx, caller, kept_id, *own_days)
        return office

    return await services.database.write(write)


async def set_team(
    services: Services,
    caller: Caller,
    name: str,
    managers: Collection[str],
    members: Collection[str],
    groups_followed: Collection[str] = (),
    working_hours: WorkingHours | None = None,
    *,
    read_group: ReadGroup | None = None,
    replacing: Team | EllipsisType | None = ...,
) -> Team:
    """Adds a team, or gives it other managers, members, groups and hours.

    `read_group` lists the members of groups that no team followed before; `replacing` as in `set_office`. Raises
    UnknownUser for people Slack doesn't know, NotFullMembers for guests, bots and deactivated people who weren't in the
    team before, UnknownGroup, InvalidName, NameTaken, IsArchived, ChangedMeanwhile or DirectoryUnavailable.
    """
    team = Team(
        caller.workspace_id,
        _one_line("team", name, LONGEST_NAME),
        frozenset(managers),
        frozenset(members),
        frozenset(groups_followed),
        str(working_hours) if working_hours else None,
    )
    new_groups = await user_groups.read_new(services, caller, team.groups, read_group) if team.groups else {}

    def write(tx: Transaction) -> Team:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        people.lock_workspace(tx.connection, caller.workspace_id)
        before = teams.find(tx.connection, caller.workspace_id, team.name)
        _refuse_unless_as_seen("team", team.name, before, replacing)
        was_in = before.managers | before.members if before else frozenset()
        require_full_member(tx, caller.workspace_id, (team.managers | team.members) - was_in)
        teams.put(tx.connection, team)
        record_audit_entry(tx, caller, Action.SET_TEAM, team.name, team_facts(team, before))
        user_groups.follow(tx, caller.workspace_id, new_groups)
        return team

    await with_unknown_users_looked_up(services, caller.workspace_id, lambda: services.database.write(write))
    if new_groups:
        await user_groups.look_up_members(services, caller.workspace_id)
    return team


async def all_offices(services: Services, workspace_id: str) -> list[Office]:
    """Every office of the workspace by name, also archived ones."""
    return await services.database.read(lambda tx: offices.all_of(tx.connection, workspace_id))


async def all_teams(services: Services, workspace_id: str) -> list[Team]:
    """Every team of the workspace by name, also archived ones."""
    return await services.database.read(lambda tx: teams.all_of(tx.connection, workspace_id))


async def offices_to_change(services: Services, caller: Caller) -> list[Office]:
    """Every office, for callers who may change them. Raises Forbidden."""

    def read(tx: Transaction) -> list[Office]:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        return offices.all_of(tx.connection, caller.workspace_id)

    return await services.database.read(read)


async def teams_to_change(services: Services, caller: Caller) -> list[Team]:
    """Every team, without the people in them, for callers who may change them. Raises Forbidden."""

    def read(tx: Transaction) -> list[Team]:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        return teams.without_people(tx.connection, caller.workspace_id)

    return await services.database.read(read)


async def teams_page(services: Services, caller: Caller, start: int, most: int) -> list[Team]:
    """Some teams, whole: first those in use by name, then archived ones. For callers who may change them. Raises
    Forbidden."""

    def read(tx: Transaction) -> list[Team]:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        return teams.page(tx.connection, caller.workspace_id, start, most)

    return await services.database.read(read)


async def team_to_change(services: Services, caller: Caller, name: str) -> tuple[Team | None, dict[str, Profile]]:
    """The team of that name and the people in it, for callers who may change it. Raises Forbidden."""

    def read(tx: Transaction) -> tuple[Team | None, dict[str, Profile]]:
        permissions.require_operation(tx, caller, Operation.ADMINISTER)
        team = teams.find(tx.connection, caller.workspace_id, name)
        within = team.managers | team.members if team else ()
        return team, people.get_many(tx.connection, caller.workspace_id, within)

    return await services.database.read(read)


def check_new_office_id(office_id: str, offices: Collection[Office]) -> None:
    """Raises in advance what `set_office` would: InvalidName or NameTaken."""
    _require_office_id(office_id)
    for office in offices:
        if key_of(office.office_id) == key_of(office_id):
            raise NameTaken("office id", office.office_id, office.archived_at is not None)


def check_office_name(name: str, others: Collection[Office]) -> None:
    """The same for its name."""
    name = _one_line("office", name, LONGEST_NAME)
    for office in others:
        if key_of(office.name) == key_of(name):
            raise NameTaken("office", office.name, office.archived_at is not None)


def check_new_team_name(name: str, teams: Collection[Team]) -> None:
    """Raises in advance what `set_team` would: InvalidName or NameTaken."""
    name = _one_line("team", name, LONGEST_NAME)
    for team in teams:
        if key_of(team.name) == key_of(name):
            raise NameTaken("team", team.name, team.archived_at is not None)


def id_from(name: str) -> str:
    """An office id from a name: `Berlin Mitte` becomes `berlin-mitte`."""
    words = re.sub(r"[^\w.-]+", "-", unicodedata.normalize("NFKC", name).casefold())
    return words[:LONGEST_ID].strip("-.") or "office"


def _require_office_id(office_id: str) -> None:
    if len(office_id) > LONGEST_ID or not _OFFICE_ID.fullmatch(office_id):
        raise InvalidName("office id", LONGEST_ID)


def office_facts(office: Office, before: Office | None) -> dict[str, Any]:
    """The facts of the audit entry."""
    archived = {"archived": True} if office.archived_at else {}
    was = [before.name, before.zone, *([before.country, before.region] if before.country else [])] if before else None
    place = {"country": office.country, "region": office.region} if office.country else {}
    return {"name": office.name, "zone": office.zone, **place, **archived, "before": was}


def team_facts(team: Team, before: Team | None) -> dict[str, Any]:
    """The facts of the audit entry."""
    return {**_facts(team), "before": before and _facts(before)}


def _facts(team: Team) -> dict[str, Any]:
    archived = {"archived": True} if team.archived_at else {}
    return {
        "managers": sorted(team.managers),
        "members": sorted(team.members),
        "groups": sorted(team.groups),
        "working_hours": team.working_hours,
        **archived,
    }


def _one_line(what: str, text: str, longest: int) -> str:
    text = text.strip()
    if not 0 < len(text) <= longest or not text.isprintable():
        raise InvalidName(what, longest)
    return text


def _refuse_unless_as_seen(
    what: Literal["office id", "team"],
    name: str,
    before: Office | Team | None,
    seen: Office | Team | EllipsisType | None,
) -> None:
    if seen is not ... and before != seen:
        raise ChangedMeanwhile(name) if seen or not before else NameTaken(what, name, before.archived_at is not None)
    if before and before.archived_at:
        raise IsArchived(name)
