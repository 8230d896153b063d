"""Workspaces and the people the bot has met, as their chat platform describes them."""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum
from typing import NamedTuple

from sqlalchemy import Connection, bindparam, exists, func, or_, select, update

from storage.column_types import OneOf
from storage.errors import UnknownUser
from storage.installations import is_organisation
from storage.prepared import Prepared
from storage.tables import people, upsert, workspaces

AT_ONCE = 500  # rows


class Platform(StrEnum):
    """The chat platform of a workspace."""

    SLACK = "slack"
    TEAMS = "msteams"


@dataclass(frozen=True, slots=True)
class Profile:
    """A person as the chat platform describes them. `zone` is an IANA name, and `locale` what their chat is set to
    (`de-DE`), if known. `language` is what they chose here (`de`), which the platform knows nothing of."""

    workspace_id: str
    user_id: str
    name: str
    zone: str | None
    chat_admin: bool
    guest: bool
    bot: bool
    deactivated: bool
    refreshed_at: datetime
    locale: str | None = None
    language: str | None = None


@dataclass(frozen=True, slots=True)
class Workspace:
    """A tenant. `zone` (IANA) is for people without their own."""

    workspace_id: str
    zone: str
    met_at: datetime
    platform: str


def add_workspace_if_new(
    connection: Connection, workspace_id: str, *, platform: Platform, zone: str, at: datetime
) -> None:
    """Adds a workspace, unless it is known."""
    if connection.execute(select(workspaces.c.zone).where(workspaces.c.workspace_id == workspace_id)).first():
        return
    row = {"workspace_id": workspace_id, "zone": zone, "met_at": at, "platform": platform}
    upsert(connection, workspaces, row, unless_there=True)


def all_workspaces(connection: Connection, platform: Platform | None = None) -> list[Workspace]:
    """Every workspace, or those of one platform, in the order they were met. Organisations have none themselves."""
    query = select(workspaces).where(~is_organisation(workspaces.c.workspace_id)).order_by(workspaces.c.met_at)
    if platform is not None:
        query = query.where(workspaces.c.platform == platform)
    return [Workspace(*row) for row in connection.execute(query)]


def workspace_zone(connection: Connection, workspace_id: str) -> str:
    """The IANA name of the workspace's zone."""
    zone = connection.execute(select(workspaces.c.zone).where(workspaces.c.workspace_id == workspace_id)).scalar_one()
    return str(zone)


def set_workspace_zone(connection: Connection, workspace_id: str, zone: str) -> None:
    """Changes the workspace's zone (IANA name)."""
    connection.execute(update(workspaces).where(workspaces.c.workspace_id == workspace_id).values(zone=zone))


def lock_workspace(connection: Connection, workspace_id: str) -> None:
    """Locks teams, groups, offices, settings and roles of the workspace until the transaction ends."""
    query = select(workspaces.c.zone).where(workspaces.c.workspace_id == workspace_id)
    connection.execute(query.with_for_update(key_share=True))


def upsert_profile(connection: Connection, profile: Profile, now: datetime) -> tuple[Profile | None, Profile]:
    """Stores a person's profile, unless a newer one is stored. Returns the profile before, and the one stored now.
    Locks the person until the transaction ends.

    A profile from the future was stamped by a wrong clock, and is replaced.

    Inserts the row before locking it. Two replicas that read first would both report the same change of role.
    """
    if upsert(connection, people, {name: getattr(profile, name) for name in Profile.__slots__}, unless_there=True):
        return None, profile
    before = get_for_update(connection, profile.workspace_id, profile.user_id)
    if profile.refreshed_at < before.refreshed_at <= now:
        return before, before
    profile = replace(profile, locale=profile.locale or before.locale, language=before.language)
    if profile.deactivated and before.name == profile.user_id:  # erased: the platform may tell it again
        profile = replace(profile, name=profile.user_id, locale=None, language=None)
    upsert(connection, people, {name: getattr(profile, name) for name in Profile.__slots__})
    return before, profile


def set_language(connection: Connection, workspace_id: str, user_id: str, language: str | None) -> None:
    """What the person chose. None: nothing any more."""
    whose = (people.c.workspace_id == workspace_id, people.c.user_id == user_id)
    connection.execute(update(people).where(*whose).values(language=language))


def mark_refreshed(connection: Connection, workspace_id: str, user_ids: Collection[str], at: datetime) -> None:
    """Notes that the chat platform said the same of these people again."""
    these = (people.c.workspace_id == workspace_id) & people.c.user_id.in_(sorted(user_ids))
    connection.execute(update(people).where(these, people.c.refreshed_at < at).values(refreshed_at=at))


class Ages(NamedTuple):
    """How many profiles there are, how many were last seen before a moment, and when the oldest was."""

    number: int
    old: int
    oldest: datetime | None


def ages(connection: Connection, old_before: datetime) -> Ages:
    """Those of all workspaces."""
    seen, is_old = people.c.refreshed_at, people.c.refreshed_at < old_before
    number, old, oldest = connection.execute(
        select(func.count(), func.count().filter(is_old), func.min(seen)).select_from(people)
    ).one()
    return Ages(number, old, oldest)


def find(connection: Connection, workspace_id: str, user_id: str) -> Profile:
    """The person. Raises UnknownUser."""
    return _found(connection, _FIND, workspace_id, user_id)


def get_for_update(connection: Connection, workspace_id: str, user_id: str) -> Profile:
    """Locks the person's records until the transaction ends. Raises UnknownUser.

    Every change to somebody's records starts here or with `subscribers.lock_person`. On PostgreSQL, the constraints
    alone would deadlock.
    """
    return _found(connection, _LOCK, workspace_id, user_id)


def get_many_for_update(connection: Connection, workspace_id: str, user_ids: Collection[str]) -> dict[str, Profile]:
    """Locks the records of all known ones. Always in one order, or two transactions would wait for each other."""
    query = select(people).where(people.c.workspace_id == workspace_id, people.c.user_id.in_(sorted(user_ids)))
    found = connection.execute(query.order_by(people.c.user_id).with_for_update(key_share=True))
    return {row.user_id: Profile(*row) for row in found}


def _found(connection: Connection, query: Prepared, workspace_id: str, user_id: str) -> Profile:
    row = query.first(connection, {"workspace": workspace_id, "user": user_id})
    if row is None:
        raise UnknownUser(user_id)
    return Profile(*row)


def get_many(connection: Connection, workspace_id: str, user_ids: Collection[str] | None = None) -> dict[str, Profile]:
    """Known people by user id: those of `user_ids`, or everybody in the workspace."""
    query = select(people).where(people.c.workspace_id == workspace_id)
    if user_ids is None:
        query = query.execution_options(yield_per=AT_ONCE)  # between these, other requests have their turn
    else:
        query = query.where(OneOf(people.c.user_id, user_ids))
    return {row.user_id: Profile(*row) for row in connection.execute(query)}


def chat_admins(connection: Connection, workspace_id: str) -> frozenset[str]:
    """The user ids of the chat platform's admins."""
    query = select(people.c.user_id).where(people.c.workspace_id == workspace_id, people.c.chat_admin)
    return frozenset(connection.scalars(query))


def names(connection: Connection, workspace_id: str, user_ids: Collection[str] | None = None) -> dict[str, str]:
    """Names by user id: of those who are known of `user_ids`, or of everybody in the workspace."""
    query = select(people.c.user_id, people.c.name).where(people.c.workspace_id == workspace_id)
    if user_ids is None:
        query = query.execution_options(yield_per=AT_ONCE)  # as above
    else:
        query = query.where(OneOf(people.c.user_id, user_ids))
    return {row.user_id: row.name for row in connection.execute(query)}


def called(connection: Connection, workspace_id: str, name: str) -> dict[str, str]:
    """Names by user id of the people whose full or first name this is, in any spelling of upper and lower case; on
    SQLite a letter such as `É` in the spelling that it has."""
    fits = or_(
        *(
            (stored == wanted) | stored.startswith(f"{wanted} ", autoescape=True)
            for stored, wanted in ((people.c.name, name), (func.lower(people.c.name), name.lower()))
        )
    )
    query = select(people.c.user_id, people.c.name).where(people.c.workspace_id == workspace_id, fits)
    return {row.user_id: row.name for row in connection.execute(query)}


def names_told_apart(connection: Connection, workspace_id: str, user_ids: Collection[str]) -> dict[str, str]:
    """Names by user id of those who are known, followed by the id if somebody else in the workspace has that name."""
    other = people.alias()
    namesakes = exists().where(
        other.c.workspace_id == workspace_id,
        func.lower(other.c.name) == func.lower(people.c.name),  # by the index
        other.c.name == people.c.name,
        other.c.user_id != people.c.user_id,
    )
    these = (people.c.workspace_id == workspace_id, OneOf(people.c.user_id, user_ids))
    found = connection.execute(select(people.c.user_id, people.c.name, namesakes).where(*these)).all()
    return {user_id: f"{name} ({user_id})" if is_shared else name for user_id, name, is_shared in found}


PERSON = select(people).where(people.c.workspace_id == bindparam("workspace"), people.c.user_id == bindparam("user"))
_FIND = Prepared(PERSON)
_LOCK = Prepared(PERSON.with_for_update(key_share=True))
