"""Teams: a name, its managers, its members, the chat platform's user groups that it follows, and its working hours."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Sequence
from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, Select, Table, delete, insert, select, union_all, update

from storage import tables
from storage.tables import group_members, team_groups, team_people, teams


@dataclass(frozen=True, slots=True)
class Team:
    """Managers and members by user id. Whoever is in one of the `groups` is a member too, beside those named here.

    `working_hours` as text; None where the workspace's hold.
    """

    workspace_id: str
    name: str
    managers: frozenset[str]
    members: frozenset[str]
    groups: frozenset[str] = frozenset()
    working_hours: str | None = None


def put(connection: Connection, team: Team) -> Team | None:
    """Writes a team, new or changed; returns how it was before. Everybody in it has been met before."""
    is_new = tables.put(connection, teams, {"workspace_id": team.workspace_id, "name": team.name}, unless_there=True)
    same = (teams.c.workspace_id == team.workspace_id) & (teams.c.name == team.name)
    connection.execute(select(teams).where(same).with_for_update(key_share=True))  # one writer of a team at a time
    before = None if is_new else find(connection, team.workspace_id, team.name)
    connection.execute(update(teams).where(same).values(working_hours=team.working_hours))
    parts = [("manager", user_id) for user_id in team.managers] + [("member", user_id) for user_id in team.members]
    _replace(connection, team, team_people, [{"part": part, "user_id": user_id} for part, user_id in sorted(parts)])
    _replace(connection, team, team_groups, [{"group_id": group_id} for group_id in sorted(team.groups)])
    return before


def _replace(connection: Connection, team: Team, table: Table, rows: Sequence[dict[str, str]]) -> None:
    connection.execute(delete(table).where(table.c.workspace_id == team.workspace_id, table.c.team == team.name))
    if rows:
        whose = {"workspace_id": team.workspace_id, "team": team.name}
        connection.execute(insert(table), [whose | row for row in rows])


def find(connection: Connection, workspace_id: str, name: str) -> Team | None:
    """The team of that name, where there is one."""
    return next((team for team in all_of(connection, workspace_id) if team.name == name), None)


def all_of(connection: Connection, workspace_id: str) -> list[Team]:
    """Every team of the workspace, by name."""
    people: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in connection.execute(select(team_people).where(team_people.c.workspace_id == workspace_id)):
        people[row.team, row.part].add(row.user_id)
    groups: dict[str, set[str]] = defaultdict(set)
    for row in connection.execute(select(team_groups).where(team_groups.c.workspace_id == workspace_id)):
        groups[row.team].add(row.group_id)
    query = select(teams.c.name, teams.c.working_hours).where(teams.c.workspace_id == workspace_id)
    return [
        Team(
            workspace_id,
            name,
            frozenset(people[name, "manager"]),
            frozenset(people[name, "member"]),
            frozenset(groups[name]),
            working_hours,
        )
        for name, working_hours in connection.execute(query.order_by(teams.c.name))
    ]


def manages_any(connection: Connection, workspace_id: str, user_id: str) -> bool:
    """Whether the user is a manager of any team."""
    query = select(team_people.c.team).where(_manager(workspace_id, user_id)).limit(1)
    return connection.execute(query).first() is not None


def managed_by(connection: Connection, workspace_id: str, manager_id: str) -> frozenset[str]:
    """The members of all teams that `manager_id` manages, by user id."""
    led = select(team_people.c.team).where(_manager(workspace_id, manager_id))
    named, followed = _memberships(workspace_id)
    query = union_all(named.where(team_people.c.team.in_(led)), followed.where(team_groups.c.team.in_(led)))
    return frozenset(row.user_id for row in connection.execute(query))


def working_hours(connection: Connection, workspace_id: str, user_ids: Collection[str] | None = None) -> dict[str, str]:
    """The working hours of each member's first team, by name, that has some of its own. Two queries, for everybody or
    for `user_ids`."""
    own = select(teams.c.name, teams.c.working_hours).where(
        teams.c.workspace_id == workspace_id, teams.c.working_hours.is_not(None)
    )
    hours = {row.name: row.working_hours for row in connection.execute(own)}
    if not hours:
        return {}
    named, followed = _memberships(workspace_id)
    named, followed = named.where(team_people.c.team.in_(hours)), followed.where(team_groups.c.team.in_(hours))
    if user_ids is not None:
        named = named.where(team_people.c.user_id.in_(sorted(user_ids)))
        followed = followed.where(group_members.c.user_id.in_(sorted(user_ids)))
    first: dict[str, str] = {}
    for row in connection.execute(union_all(named, followed)):
        first[row.user_id] = min(row.team, first.get(row.user_id, row.team))
    return {user_id: hours[team] for user_id, team in first.items()}


def _memberships(workspace_id: str) -> tuple[Select[tuple[str, str]], Select[tuple[str, str]]]:
    """Who is a member of which team: those named, and those in a group that it follows."""
    named = select(team_people.c.team, team_people.c.user_id).where(
        team_people.c.workspace_id == workspace_id, team_people.c.part == "member"
    )
    in_group = (group_members.c.workspace_id == team_groups.c.workspace_id) & (
        group_members.c.group_id == team_groups.c.group_id
    )
    followed = (
        select(team_groups.c.team, group_members.c.user_id)
        .select_from(team_groups.join(group_members, in_group))
        .where(team_groups.c.workspace_id == workspace_id)
    )
    return named, followed


def _manager(workspace_id: str, user_id: str) -> ColumnElement[bool]:
    return (
        (team_people.c.workspace_id == workspace_id)
        & (team_people.c.user_id == user_id)
        & (team_people.c.part == "manager")
    )
