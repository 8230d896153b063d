"""Workspaces and the people the bot has met, as their chat platform describes them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime

from sqlalchemy import Connection, bindparam, select, update

from storage.errors import UnknownUser
from storage.prepared import Prepared
from storage.tables import people, upsert, workspaces

AT_ONCE = 500  # rows


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as the chat platform tells: `zone` is an IANA name where it knows one."""

    workspace_id: str
    user_id: str
    name: str
    zone: str | None
    chat_admin: bool
    guest: bool
    bot: bool
    deactivated: bool
    refreshed_at: datetime


@dataclass(frozen=True, slots=True)
class Workspace:
    """The tenant boundary. `zone` (IANA) serves people and offices that have none of their own."""

    workspace_id: str
    zone: str
    met_at: datetime
    platform: str


def meet_workspace(connection: Connection, workspace_id: str, *, zone: str, at: datetime) -> None:
    """Remembers a workspace on first sight."""
    if connection.execute(select(workspaces.c.zone).where(workspaces.c.workspace_id == workspace_id)).first():
        return
    upsert(connection, workspaces, {"workspace_id": workspace_id, "zone": zone, "met_at": at}, unless_there=True)


def all_workspaces(connection: Connection) -> list[Workspace]:
    """Every workspace, in the order they were met."""
    return [Workspace(*row) for row in connection.execute(select(workspaces).order_by(workspaces.c.met_at))]


def workspace_zone(connection: Connection, workspace_id: str) -> str:
    """The workspace's own zone (IANA name)."""
    zone = connection.execute(select(workspaces.c.zone).where(workspaces.c.workspace_id == workspace_id)).scalar_one()
    return str(zone)


def set_workspace_zone(connection: Connection, workspace_id: str, zone: str) -> None:
    """Gives the workspace another zone (IANA name)."""
    connection.execute(update(workspaces).where(workspaces.c.workspace_id == workspace_id).values(zone=zone))


def lock_workspace(connection: Connection, workspace_id: str) -> None:
    """One at a time changes teams, groups, offices, settings and roles of the workspace, until the transaction ends."""
    query = select(workspaces.c.zone).where(workspaces.c.workspace_id == workspace_id)
    connection.execute(query.with_for_update(key_share=True))


def upsert_profile(connection: Connection, profile: Profile, now: datetime) -> tuple[Profile | None, Profile]:
    """Writes down or refreshes what the chat platform says of a person, unless what is known was said later; returns
    what was known before, and what is known then. Nobody else writes the person until the transaction ends.

    What was known as of a time that is still to come was stamped by a clock that was wrong, and counts for nothing.

    First the row, then its lock: two replicas that read before they write would both find the same role changed.
    """
    if upsert(connection, people, {name: getattr(profile, name) for name in Profile.__slots__}, unless_there=True):
        return None, profile
    before = get_for_update(connection, profile.workspace_id, profile.user_id)
    if profile.refreshed_at < before.refreshed_at <= now:
        return before, before
    if profile.deactivated and before.name == profile.user_id:  # erased: the platform may tell it again
        profile = replace(profile, name=profile.user_id)
    upsert(connection, people, {name: getattr(profile, name) for name in Profile.__slots__})
    return before, profile


def find(connection: Connection, workspace_id: str, user_id: str) -> Profile:
    """The person. Raises UnknownUser for one not met yet."""
    return _found(connection, _FIND, workspace_id, user_id)


def get_for_update(connection: Connection, workspace_id: str, user_id: str) -> Profile:
    """The person, whose records nobody else writes until the transaction ends. Raises UnknownUser.

    Every change to somebody's records begins here: on PostgreSQL the constraints behind it would deadlock alone.
    """
    return _found(connection, _LOCK, workspace_id, user_id)


def get_many_for_update(connection: Connection, workspace_id: str, user_ids: Collection[str]) -> dict[str, Profile]:
    """As `locked`, for many at once: those of them who were met. Always in one order, or two would wait for each
    other."""
    query = select(people).where(people.c.workspace_id == workspace_id, people.c.user_id.in_(sorted(user_ids)))
    found = connection.execute(query.order_by(people.c.user_id).with_for_update(key_share=True))
    return {row.user_id: Profile(*row) for row in found}


def _found(connection: Connection, query: Prepared, workspace_id: str, user_id: str) -> Profile:
    row = query.first(connection, {"workspace": workspace_id, "user": user_id})
    if row is None:
        raise UnknownUser(user_id)
    return Profile(*row)


def get_many(connection: Connection, workspace_id: str, user_ids: Collection[str] | None = None) -> dict[str, Profile]:
    """People by user id: those of `user_ids` that were met, or all of the workspace."""
    query = select(people).where(people.c.workspace_id == workspace_id)
    if user_ids is None:
        query = query.execution_options(yield_per=AT_ONCE)  # between these, other requests have their turn
    else:
        query = query.where(people.c.user_id.in_(sorted(user_ids)))
    return {row.user_id: Profile(*row) for row in connection.execute(query)}


def names(connection: Connection, workspace_id: str) -> dict[str, str]:
    """Everybody's name by user id."""
    query = select(people.c.user_id, people.c.name).where(people.c.workspace_id == workspace_id)
    return {row.user_id: row.name for row in connection.execute(query).all()}


PERSON = select(people).where(people.c.workspace_id == bindparam("workspace"), people.c.user_id == bindparam("user"))
_FIND = Prepared(PERSON)
_LOCK = Prepared(PERSON.with_for_update(key_share=True))
