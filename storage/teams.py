"""Teams: a name, managers, members, the user groups that it follows, and working hours.

Its members are the named ones, and known people in a group that the team follows, as far as the chat platform told. An
archived team keeps everything until it is brought back, but gives nobody any right.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from sqlalchemy import (
    ColumnElement,
    Connection,
    Select,
    Subquery,
    Table,
    delete,
    exists,
    func,
    insert,
    literal,
    select,
    true,
    union,
    union_all,
    update,
)
from sqlalchemy.exc import IntegrityError

from storage.errors import NameTaken
from storage.names import key_of
from storage.tables import group_members, people, team_groups, team_people, teams

Id = str | ColumnElement[str]
"""A value, or the column that holds it."""


@dataclass(frozen=True, slots=True)
class Team:
    """Managers and members by user id, groups by the platform's id; `working_hours` as they are typed.

    `members` are only the named ones. `members_by_team` has those from groups too.
    """

    workspace_id: str
    name: str
    managers: frozenset[str]
    members: frozenset[str]
    groups: frozenset[str] = frozenset()
    working_hours: str | None = None
    archived_at: datetime | None = None


_SOME = select(teams.c.name, teams.c.working_hours, teams.c.archived_at)


def put(connection: Connection, team: Team) -> Team | None:
    """Writes a new or changed team. Returns how it was before. Everybody named must be known. Raises NameTaken."""
    same = (teams.c.workspace_id == team.workspace_id) & (teams.c.name == team.name)
    # one writer of a team at a time
    is_new = connection.execute(select(teams).where(same).with_for_update(key_share=True)).first() is None
    before = None if is_new else find(connection, team.workspace_id, team.name)
    if is_new:
        _insert(connection, team)
    connection.execute(update(teams).where(same).values(working_hours=team.working_hours, archived_at=team.archived_at))
    for table in (team_people, team_groups):
        whose = (table.c.workspace_id == team.workspace_id) & (table.c.team == team.name)
        connection.execute(delete(table).where(whose))
    team_of = {"workspace_id": team.workspace_id, "team": team.name}
    parts = [("manager", user_id) for user_id in team.managers] + [("member", user_id) for user_id in team.members]
    if parts:
        rows = [{**team_of, "user_id": user_id, "part": part} for part, user_id in sorted(parts)]
        connection.execute(insert(team_people), rows)
    if team.groups:
        connection.execute(insert(team_groups), [{**team_of, "group_id": group} for group in sorted(team.groups)])
    return before


def find(connection: Connection, workspace_id: str, name: str) -> Team | None:
    """The team of that name, if there is one, archived or not."""
    return next(iter(_read(connection, workspace_id, _SOME.where(teams.c.name == name))), None)


def in_use(connection: Connection, workspace_id: str) -> list[Team]:
    """Every team of the workspace by name, without archived ones."""
    return [team for team in all_of(connection, workspace_id) if team.archived_at is None]


def all_of(connection: Connection, workspace_id: str) -> list[Team]:
    """Every team of the workspace by name, also archived ones."""
    return _read(connection, workspace_id, _SOME.order_by(teams.c.name), all_teams=True)


def page(connection: Connection, workspace_id: str, start: int, most: int) -> list[Team]:
    """A page of the workspace's teams: those in use by name, then archived ones."""
    ordered = _SOME.order_by(teams.c.archived_at.is_not(None), teams.c.name)
    return _read(connection, workspace_id, ordered.offset(start).limit(most))


def without_people(connection: Connection, workspace_id: str) -> list[Team]:
    """Every team of the workspace by name, also archived ones, as if nobody were in them."""
    found = connection.execute(_SOME.where(teams.c.workspace_id == workspace_id).order_by(teams.c.name)).all()
    nobody: frozenset[str] = frozenset()
    return [
        Team(workspace_id, row.name, nobody, nobody, nobody, row.working_hours, archived_at=row.archived_at)
        for row in found
    ]


def hours(connection: Connection, workspace_id: str) -> dict[str, str]:
    """The working hours of the teams in use that have some, by the team's name and in that order."""
    query = _SOME.where(
        teams.c.workspace_id == workspace_id, teams.c.working_hours.is_not(None), teams.c.archived_at.is_(None)
    )
    return {row.name: row.working_hours for row in connection.execute(query.order_by(teams.c.name)).all()}


def hours_by_person(workspace_id: str) -> Subquery:
    """User ids, and the working hours of the first of the person's teams by name that has some."""
    theirs, has_hours = teams.c.workspace_id == workspace_id, teams.c.working_hours.is_not(None)
    some = select(teams.c.name).where(theirs, has_hours)
    named = _named(workspace_id).where(team_people.c.team.in_(some))
    member = union_all(named, _in_groups(workspace_id).where(team_groups.c.team.in_(some))).subquery()
    first = select(member.c.user_id, func.min(member.c.team).label("team")).group_by(member.c.user_id).subquery()
    found = select(first.c.user_id, teams.c.working_hours).join(teams, teams.c.name == first.c.team)
    return found.where(theirs).subquery()


def _read(connection: Connection, workspace_id: str, query: Select[Any], *, all_teams: bool = False) -> list[Team]:
    """The teams of the query with everybody in them."""
    found = connection.execute(query.where(teams.c.workspace_id == workspace_id)).all()
    parts: dict[tuple[str, str], set[str]] = defaultdict(set)
    for table in (team_people, team_groups):
        of_these = select(table).where(table.c.workspace_id == workspace_id)
        if not all_teams:
            of_these = of_these.where(table.c.team.in_([row.name for row in found]))
        for row in connection.execute(of_these).all():
            if table is team_people:
                parts[row.team, row.part].add(row.user_id)
            else:
                parts[row.team, "group"].add(row.group_id)
    return [
        Team(
            workspace_id,
            row.name,
            managers=frozenset(parts[row.name, "manager"]),
            members=frozenset(parts[row.name, "member"]),
            groups=frozenset(parts[row.name, "group"]),
            working_hours=row.working_hours,
            archived_at=row.archived_at,
        )
        for row in found
    ]


def manages_any(connection: Connection, workspace_id: str, user_id: str) -> bool:
    """Whether the user is a manager of any team."""
    return bool(connection.execute(select(is_manager(workspace_id, user_id))).scalar())


def is_manager(workspace_id: Id, user_id: Id) -> ColumnElement[bool]:
    """The same within another statement."""
    return exists(select(team_people.c.team).where(_manager(workspace_id, user_id), _in_use(team_people)))


def managed_by(connection: Connection, workspace_id: str, manager_id: str) -> frozenset[str]:
    """The members of all teams that `manager_id` manages, by user id."""
    led = select(team_people.c.team).where(_manager(workspace_id, manager_id), _in_use(team_people))
    return frozenset(
        connection.scalars(
            union(
                _named(workspace_id).with_only_columns(team_people.c.user_id).where(team_people.c.team.in_(led)),
                _in_groups(workspace_id).with_only_columns(group_members.c.user_id).where(team_groups.c.team.in_(led)),
            )
        )
    )


def members_by_team(
    connection: Connection,
    workspace_id: str,
    *,
    with_archived: bool = False,
    user_ids: Collection[str] | None = None,
) -> dict[str, set[str]]:
    """Everybody in each team that has anybody, by user id; or those of `user_ids`."""
    found: dict[str, set[str]] = defaultdict(set)
    for query, person in (
        (_named(workspace_id, with_archived), team_people.c.user_id),
        (_in_groups(workspace_id, with_archived), group_members.c.user_id),
    ):
        some = query if user_ids is None else query.where(person.in_(sorted(user_ids)))
        for row in connection.execute(some).all():
            found[row.team].add(row.user_id)
    return dict(found)


def managers_of(connection: Connection, workspace_id: str, user_id: str) -> frozenset[str]:
    """The managers of every team that the person is in."""
    mine = union(
        _named(workspace_id).with_only_columns(team_people.c.team).where(team_people.c.user_id == user_id),
        _in_groups(workspace_id).with_only_columns(team_groups.c.team).where(group_members.c.user_id == user_id),
    )
    query = select(team_people.c.user_id).where(
        team_people.c.workspace_id == workspace_id, team_people.c.part == "manager", team_people.c.team.in_(mine)
    )
    return frozenset(connection.scalars(query))


def set_group(connection: Connection, workspace_id: str, group_id: str, user_ids: Collection[str]) -> None:
    """The members of a user group."""
    same = (group_members.c.workspace_id == workspace_id) & (group_members.c.group_id == group_id)
    connection.execute(delete(group_members).where(same))
    if user_ids:
        rows = [{"workspace_id": workspace_id, "group_id": group_id, "user_id": user_id} for user_id in set(user_ids)]
        connection.execute(insert(group_members), rows)


def is_followed(connection: Connection, workspace_id: str, group_id: str) -> bool:
    """Whether any team follows the group. Members of other groups aren't stored."""
    query = select(literal(1)).where(team_groups.c.workspace_id == workspace_id, team_groups.c.group_id == group_id)
    return connection.execute(query.limit(1)).first() is not None


def workspaces_with_groups(connection: Connection) -> set[str]:
    """The workspaces in which a team follows a user group."""
    return set(connection.scalars(select(team_groups.c.workspace_id).distinct()))


def followed_groups(connection: Connection, workspace_id: str) -> frozenset[str]:
    """The user groups that any team follows, by id."""
    query = select(team_groups.c.group_id).where(team_groups.c.workspace_id == workspace_id)
    return frozenset(connection.scalars(query))


def in_group(connection: Connection, workspace_id: str, group_id: str) -> frozenset[str]:
    """The members of a user group by user id. Empty if no team follows it."""
    query = select(group_members.c.user_id).where(
        group_members.c.workspace_id == workspace_id, group_members.c.group_id == group_id
    )
    return frozenset(connection.scalars(query))


def in_any_group(connection: Connection, workspace_id: str) -> frozenset[str]:
    """Everybody in the user groups that teams follow, by user id. Some may be unknown."""
    query = select(group_members.c.user_id).where(group_members.c.workspace_id == workspace_id)
    return frozenset(connection.scalars(query))


def is_in_any_group(connection: Connection, workspace_id: str, user_id: str) -> bool:
    """Whether the person is in a user group that a team follows."""
    query = select(literal(1)).where(group_members.c.workspace_id == workspace_id, group_members.c.user_id == user_id)
    return connection.execute(query.limit(1)).first() is not None


def unfollowed_groups(connection: Connection, workspace_id: str) -> frozenset[str]:
    """The groups of which people are known, although no team follows them any more, by id."""
    still = select(team_groups.c.group_id).where(team_groups.c.workspace_id == workspace_id)
    query = select(group_members.c.group_id).where(
        group_members.c.workspace_id == workspace_id, group_members.c.group_id.not_in(still)
    )
    return frozenset(connection.scalars(query.distinct()))


def _named(workspace_id: str, with_archived: bool = False) -> Select[tuple[str, str]]:
    return select(team_people.c.team, team_people.c.user_id).where(
        team_people.c.workspace_id == workspace_id,
        team_people.c.part == "member",
        true() if with_archived else _in_use(team_people),
    )


def _in_groups(workspace_id: str, with_archived: bool = False) -> Select[tuple[str, str]]:
    """Known people. The platform may have named others, about whom there is nothing to see yet."""
    both = (team_groups.c.workspace_id == group_members.c.workspace_id) & (
        team_groups.c.group_id == group_members.c.group_id
    )
    met = (people.c.workspace_id == group_members.c.workspace_id) & (people.c.user_id == group_members.c.user_id)
    return (
        select(team_groups.c.team, group_members.c.user_id)
        .select_from(team_groups.join(group_members, both).join(people, met))
        .where(team_groups.c.workspace_id == workspace_id, true() if with_archived else _in_use(team_groups))
    )


def _in_use(of_team: Table) -> ColumnElement[bool]:
    """Whether the row of `team_people` or `team_groups` is for a team that isn't archived."""
    own = (teams.c.workspace_id == of_team.c.workspace_id) & (teams.c.name == of_team.c.team)
    return exists().where(own, teams.c.archived_at.is_(None))


def _insert(connection: Connection, team: Team) -> None:
    key = key_of(team.name)
    row = {"workspace_id": team.workspace_id, "name": team.name, "name_key": key}
    try:
        with connection.begin_nested():
            connection.execute(insert(teams).values(row))
    except IntegrityError as error:
        other = (teams.c.workspace_id == team.workspace_id) & (teams.c.name_key == key)
        taken = connection.execute(select(teams.c.name, teams.c.archived_at).where(other)).one()
        raise NameTaken("team", taken.name, taken.archived_at is not None) from error


def _manager(workspace_id: Id, user_id: Id) -> ColumnElement[bool]:
    return (
        (team_people.c.workspace_id == workspace_id)
        & (team_people.c.user_id == user_id)
        & (team_people.c.part == "manager")
    )
