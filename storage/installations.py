"""Installations of the bot in workspaces, with encrypted tokens; and the states they were made with."""

from __future__ import annotations

from datetime import datetime

from sqlalchemy import ColumnElement, Connection, delete, exists, select, update

from storage.tables import installations, oauth_states, upsert
from storage.teams import Id


def keep(connection: Connection, workspace_id: str, sealed: str, by: str | None, at: datetime) -> None:
    """Stores an installation, new or in place of the old one."""
    row = {"workspace_id": workspace_id, "sealed": sealed, "installed_by": by, "installed_at": at}
    upsert(connection, installations, row | {"uninstalled_at": None})


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


def find(connection: Connection, workspace_id: str) -> str | None:
    """The workspace's encrypted tokens, or None if the bot isn't installed."""
    query = select(installations.c.sealed).where(installations.c.workspace_id == workspace_id, *_INSTALLED)
    return connection.execute(query).scalar()


def is_ended(connection: Connection, workspace_id: str) -> bool:
    """Whether the workspace removed the bot, and did not install it again."""
    return bool(connection.execute(select(has_ended(workspace_id))).scalar())


def has_ended(workspace_id: Id) -> ColumnElement[bool]:
    """The same within another statement."""
    return exists().where(installations.c.workspace_id == workspace_id, installations.c.uninstalled_at.is_not(None))


def all_of(connection: Connection) -> list[str]:
    """The ids of workspaces where the bot is installed, in order."""
    query = select(installations.c.workspace_id).where(*_INSTALLED)
    return list(connection.scalars(query.order_by(installations.c.workspace_id)))


def use_state(connection: Connection, state: str, ends_at: datetime, now: datetime) -> bool:
    """Notes that somebody installed with this state, which works once. Returns whether it wasn't used yet.

    Deletes those that have ended.
    """
    connection.execute(delete(oauth_states).where(oauth_states.c.expires_at <= now))
    return upsert(connection, oauth_states, {"state": state, "expires_at": ends_at}, unless_there=True)


def is_state_used(connection: Connection, state: str) -> bool:
    """Whether somebody installed with this state."""
    return connection.execute(select(oauth_states.c.state).where(oauth_states.c.state == state)).first() is not None


_INSTALLED = (installations.c.uninstalled_at.is_(None), installations.c.sealed != "")
