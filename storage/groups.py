"""The chat platform's user groups that teams follow: who is in each, as the platform told last."""

from __future__ import annotations

from collections.abc import Collection

from sqlalchemy import Connection, delete, insert, select

from storage.tables import group_members, team_groups


def followed(connection: Connection, workspace_id: str) -> frozenset[str]:
    """The groups that some team of the workspace follows, by id."""
    query = select(team_groups.c.group_id).where(team_groups.c.workspace_id == workspace_id)
    return frozenset(connection.scalars(query))


def members(connection: Connection, workspace_id: str, group_id: str) -> frozenset[str]:
    """Who is in a group, by user id."""
    query = select(group_members.c.user_id).where(
        group_members.c.workspace_id == workspace_id, group_members.c.group_id == group_id
    )
    return frozenset(connection.scalars(query))


def put(connection: Connection, workspace_id: str, group_id: str, user_ids: Collection[str]) -> frozenset[str]:
    """Writes down who is in a group; returns who was before."""
    before = members(connection, workspace_id, group_id)
    gone, new = sorted(before.difference(user_ids)), sorted(set(user_ids) - before)
    same = (group_members.c.workspace_id == workspace_id) & (group_members.c.group_id == group_id)
    if gone:
        connection.execute(delete(group_members).where(same, group_members.c.user_id.in_(gone)))
    if new:
        rows = [{"workspace_id": workspace_id, "group_id": group_id, "user_id": user_id} for user_id in new]
        connection.execute(insert(group_members), rows)
    return before
