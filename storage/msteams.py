"""Where people and channels are reached in Microsoft Teams.

`service_url` is where the bot sends what it says there. Teams may change it, and the newest one counts.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import asdict, dataclass, replace
from typing import Any

from sqlalchemy import Connection, Select, delete, select, update

from storage.column_types import OneOf
from storage.tables import msteams_channels as channels
from storage.tables import msteams_people as people
from storage.tables import upsert


@dataclass(frozen=True, slots=True)
class Contact:
    """A person. `teams_id`: the id that Teams gives them for this bot (`29:…`). `conversation_id`: their chat with the
    bot, None before there is one."""

    teams_id: str
    service_url: str
    conversation_id: str | None


@dataclass(frozen=True, slots=True)
class Channel:
    """A channel or group chat that the bot is in. `name` is empty if Teams gave none. `team_id` (`19:…`): the Teams
    team of a channel. A team's first channel has the team's own id and name."""

    conversation_id: str
    service_url: str
    name: str
    team_id: str | None


def find_person(connection: Connection, workspace_id: str, user_id: str) -> Contact | None:
    """None for somebody whom Teams never told of."""
    return find_people(connection, workspace_id, [user_id]).get(user_id)


def find_people(connection: Connection, workspace_id: str, user_ids: Collection[str]) -> dict[str, Contact]:
    """Those of them whom Teams told of, by user id."""
    query = select(people.c.user_id, people.c.teams_id, people.c.service_url, people.c.conversation_id)
    these = query.where(people.c.workspace_id == workspace_id, OneOf(people.c.user_id, user_ids))
    return {user_id: Contact(*row) for user_id, *row in connection.execute(these)}


def users_of(connection: Connection, workspace_id: str, teams_ids: Collection[str]) -> dict[str, str]:
    """The user ids of known people, by the ids that Teams gives them."""
    query = select(people.c.teams_id, people.c.user_id)
    these = query.where(people.c.workspace_id == workspace_id, OneOf(people.c.teams_id, teams_ids))
    return {row.teams_id: row.user_id for row in connection.execute(these)}


def remember_person(connection: Connection, workspace_id: str, user_id: str, contact: Contact) -> Contact:
    """Stores where somebody is reached, and returns that. A chat that was known before stays."""
    row = {"workspace_id": workspace_id, "user_id": user_id, "teams_id": contact.teams_id}
    row["service_url"] = contact.service_url
    if contact.conversation_id is not None:
        upsert(connection, people, row | {"conversation_id": contact.conversation_id})
        return contact
    upsert(connection, people, row)
    stored = find_person(connection, workspace_id, user_id)
    return replace(contact, conversation_id=stored.conversation_id if stored else None)


def forget_chat(connection: Connection, workspace_id: str, user_id: str) -> None:
    """The person's chat with the bot is gone: they removed it or blocked it."""
    whose = (people.c.workspace_id == workspace_id, people.c.user_id == user_id)
    connection.execute(update(people).where(*whose).values(conversation_id=None))


def forget_people(connection: Connection, workspace_id: str, user_ids: Collection[str] | Select[Any]) -> None:
    """Deletes where they are reached, until Teams tells it again."""
    connection.execute(delete(people).where(people.c.workspace_id == workspace_id, people.c.user_id.in_(user_ids)))


def all_channels(connection: Connection, workspace_id: str) -> list[Channel]:
    """Every channel and group chat that the bot is in, by id."""
    query = select(channels.c.conversation_id, channels.c.service_url, channels.c.name, channels.c.team_id)
    here = query.where(channels.c.workspace_id == workspace_id).order_by(channels.c.conversation_id)
    return [Channel(*row) for row in connection.execute(here)]


def find_channel(connection: Connection, workspace_id: str, conversation_id: str) -> Channel | None:
    """None for one that the bot isn't in."""
    query = select(channels.c.conversation_id, channels.c.service_url, channels.c.name, channels.c.team_id)
    row = connection.execute(
        query.where(channels.c.workspace_id == workspace_id, channels.c.conversation_id == conversation_id)
    ).first()
    return Channel(*row) if row else None


def remember_channel(connection: Connection, workspace_id: str, channel: Channel) -> None:
    """Stores a channel or group chat. A name that was known before stays, unless there is a new one."""
    known = find_channel(connection, workspace_id, channel.conversation_id)
    named = replace(channel, name=channel.name or (known.name if known else ""))
    upsert(connection, channels, {"workspace_id": workspace_id, **asdict(named)})


def forget_channel(connection: Connection, workspace_id: str, conversation_id: str) -> None:
    """The bot was removed there. A team's own id stands for all of its channels."""
    gone = (channels.c.conversation_id == conversation_id) | (channels.c.team_id == conversation_id)
    connection.execute(delete(channels).where(channels.c.workspace_id == workspace_id, gone))
