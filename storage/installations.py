"""Installations of the bot in workspaces and organisations, with encrypted tokens; and the states they were made with.

A workspace of an organisation that installed the bot has a row without a token: it names the organisation, whose row
holds the token. An organisation's own row names itself.
"""

from __future__ import annotations

from datetime import datetime
from typing import NamedTuple

from sqlalchemy import ColumnElement, Connection, delete, exists, func, or_, select, update

from storage.tables import installations, oauth_states, upsert
from storage.teams import Id


class Held(NamedTuple):
    """Encrypted tokens, and whose row holds them: the workspace's, or its organisation's."""

    holder_id: str
    sealed: str


def keep(
    connection: Connection,
    workspace_id: str,
    sealed: str,
    by: str | None,
    at: datetime,
    *,
    for_organisation: bool = False,
) -> None:
    """Stores an installation, new or in place of the old one."""
    row = {"workspace_id": workspace_id, "sealed": sealed, "installed_by": by, "installed_at": at}
    whose = {"organisation_id": workspace_id if for_organisation else None}
    upsert(connection, installations, row | whose | {"uninstalled_at": None})


def join(connection: Connection, workspace_id: str, organisation_id: str, at: datetime, *, granted: bool) -> bool:
    """Adds a workspace to an organisation that has the bot. Returns whether it is new there.

    One that left stays out until the organisation installs the bot again, or the workspace is `granted`.
    """
    installed = connection.execute(
        select(installations.c.installed_at).where(
            installations.c.workspace_id == organisation_id,
            installations.c.organisation_id == organisation_id,
            *_STANDING,
        )
    ).scalar()
    if installed is None:
        return False
    row = {"sealed": "", "installed_by": None, "installed_at": at, "uninstalled_at": None}
    row |= {"organisation_id": organisation_id}
    left = installations.c.uninstalled_at
    is_elsewhere = installations.c.organisation_id.is_distinct_from(organisation_id)
    may_return = left.is_not(None) if granted else left.is_not(None) & or_(is_elsewhere, left < installed)
    again = update(installations).where(installations.c.workspace_id == workspace_id, may_return).values(row)
    if connection.execute(again).rowcount > 0:
        return True
    return upsert(connection, installations, row | {"workspace_id": workspace_id}, unless_there=True)


def members(connection: Connection, organisation_id: str) -> list[str]:
    """The ids of the workspaces that use an organisation's installation, in order."""
    of_it = (installations.c.organisation_id == organisation_id, installations.c.workspace_id != organisation_id)
    query = select(installations.c.workspace_id).where(*of_it, *_STANDING)
    return list(connection.scalars(query.order_by(installations.c.workspace_id)))


def replace(connection: Connection, workspace_id: str, before: str, after: str) -> bool:
    """Replaces the encrypted tokens, unless somebody else did since `before` was read. Returns whether it did."""
    mine = (installations.c.workspace_id == workspace_id, installations.c.sealed == before)
    return connection.execute(update(installations).where(*mine).values(sealed=after)).rowcount > 0


def end(connection: Connection, workspace_id: str, at: datetime) -> bool:
    """Ends an installation from before then, and deletes its tokens. Returns whether there was one."""
    installed = (
        installations.c.workspace_id == workspace_id,
        installations.c.uninstalled_at.is_(None),
        installations.c.installed_at <= at,
    )
    ended = update(installations).where(*installed).values(uninstalled_at=at, sealed="")
    return connection.execute(ended).rowcount > 0


def end_with_token_in_settings(connection: Connection, workspace_id: str, at: datetime) -> bool:
    """The same for a bot whose token the settings hold: until its first end there is no row of it."""
    row = {"workspace_id": workspace_id, "sealed": "", "installed_by": None, "installed_at": at, "uninstalled_at": at}
    return end(connection, workspace_id, at) or upsert(connection, installations, row, unless_there=True)


def resume(connection: Connection, workspace_id: str, at: datetime) -> None:
    """Says that the bot is there after all, with a token that the settings hold."""
    ended = (installations.c.workspace_id == workspace_id, installations.c.uninstalled_at.is_not(None))
    connection.execute(update(installations).where(*ended).values(uninstalled_at=None, installed_at=at))


def find(connection: Connection, workspace_id: str) -> Held | None:
    """The encrypted tokens of the workspace or of its organisation. None if the bot isn't installed."""
    holder = installations.alias("holder")
    query = (
        select(holder.c.workspace_id, holder.c.sealed)
        .select_from(installations)
        .join(
            holder,
            holder.c.workspace_id == func.coalesce(installations.c.organisation_id, installations.c.workspace_id),
        )
        .where(installations.c.workspace_id == workspace_id, *_STANDING)
        .where(holder.c.uninstalled_at.is_(None), holder.c.sealed != "")
    )
    row = connection.execute(query).first()
    return Held(*row) if row else None


def is_ended(connection: Connection, workspace_id: str) -> bool:
    """Whether the workspace removed the bot, and did not install it again."""
    return bool(connection.execute(select(has_ended(workspace_id))).scalar())


def has_ended(workspace_id: Id) -> ColumnElement[bool]:
    """The same within another statement."""
    return exists().where(installations.c.workspace_id == workspace_id, installations.c.uninstalled_at.is_not(None))


def all_of(connection: Connection) -> list[str]:
    """The ids of workspaces where the bot is installed, in order."""
    has_token = or_(installations.c.sealed != "", installations.c.organisation_id.is_not(None))
    query = select(installations.c.workspace_id).where(has_token, ~_IS_ORGANISATION, *_STANDING)
    return list(connection.scalars(query.order_by(installations.c.workspace_id)))


def holders(connection: Connection) -> list[str]:
    """The ids of workspaces and organisations with tokens, in order."""
    query = select(installations.c.workspace_id).where(installations.c.sealed != "", *_STANDING)
    return list(connection.scalars(query.order_by(installations.c.workspace_id)))


def is_organisation(workspace_id: Id) -> ColumnElement[bool]:
    """Whether the id is an organisation's, within another statement."""
    return exists().where(installations.c.workspace_id == workspace_id, _IS_ORGANISATION)


def use_state(connection: Connection, state: str, ends_at: datetime, now: datetime) -> bool:
    """Notes that somebody installed with this state, which works once. Returns whether it wasn't used yet.

    Deletes those that have ended.
    """
    connection.execute(delete(oauth_states).where(oauth_states.c.expires_at <= now))
    return upsert(connection, oauth_states, {"state": state, "expires_at": ends_at}, unless_there=True)


def is_state_used(connection: Connection, state: str) -> bool:
    """Whether somebody installed with this state."""
    return connection.execute(select(oauth_states.c.state).where(oauth_states.c.state == state)).first() is not None


_STANDING = (installations.c.uninstalled_at.is_(None),)
_IS_ORGANISATION = func.coalesce(installations.c.organisation_id, "") == installations.c.workspace_id
