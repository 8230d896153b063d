"""Teams: a name, its managers and its members."""

from __future__ import annotations

from dataclasses import dataclass

from sqlalchemy import ColumnElement, Connection, delete, insert, select

from storage import tables
from storage.tables import team_people, teams


@dataclass(frozen=True, slots=True)
class Team:
    """Managers and members by user id."""

    workspace_id: str
    name: str
    managers: frozenset[str]
    members: frozenset[str]


def put(connection: Connection, team: Team) -> Team | None:
    """Writes a team, new or changed; returns how it was before. Everybody in it has been met before."""
    is_new = tables.put(connection, teams, {"workspace_id": team.workspace_id, "name": team.name}, unless_there=True)
    same = (teams.c.workspace_id == team.workspace_id) & (teams.c.name == team.name)
    connection.execute(select(teams).where(same).with_for_update(key_share=True))  # one writer of a team at a time
    before = None if is_new else find(connection, team.workspace_id, team.name)
    connection.execute(
        delete(team_people).where(team_people.c.workspace_id == team.workspace_id, team_people.c.team == team.name)
    )
    rows = [("manager", user_id) for user_id in team.managers] + [("member", user_id) for user_id in team.members]
    if rows:
        values = [
            {"workspace_id": team.workspace_id, "team": team.name, "user_id": user_id, "part": part}
            for part, user_id in sorted(rows)
        ]
        connection.execute(insert(team_people), values)
    return before


def find(connection: Connection, workspace_id: str, name: str) -> Team | None:
    """The team of that name, where there is one."""
    return next((team for team in all_of(connection, workspace_id) if team.name == name), None)


def all_of(connection: Connection, workspace_id: str) -> list[Team]:
    """Every team of the workspace, by name."""
    people: dict[str, dict[str, set[str]]] = {
        name: {"manager": set(), "member": set()}
        for name in connection.scalars(
            select(teams.c.name).where(teams.c.workspace_id == workspace_id).order_by(teams.c.name)
        )
    }
    for row in connection.execute(select(team_people).where(team_people.c.workspace_id == workspace_id)):
        people[row.team][row.part].add(row.user_id)
    return [
        Team(workspace_id, name, frozenset(parts["manager"]), frozenset(parts["member"]))
        for name, parts in people.items()
    ]


def manages_any(connection: Connection, workspace_id: str, user_id: str) -> bool:
    """Whether the user is a manager of any team."""
    query = select(team_people.c.team).where(_manager(workspace_id, user_id)).limit(1)
    return connection.execute(query).first() is not None


def managed_by(connection: Connection, workspace_id: str, manager_id: str) -> frozenset[str]:
    """The members of all teams that `manager_id` manages, by user id."""
    led = select(team_people.c.team).where(_manager(workspace_id, manager_id))
    query = select(team_people.c.user_id).where(
        team_people.c.workspace_id == workspace_id, team_people.c.part == "member", team_people.c.team.in_(led)
    )
    return frozenset(connection.scalars(query))


def _manager(workspace_id: str, user_id: str) -> ColumnElement[bool]:
    return (
        (team_people.c.workspace_id == workspace_id)
        & (team_people.c.user_id == user_id)
        & (team_people.c.part == "manager")
    )
