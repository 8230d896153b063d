"""The channels and group chats in Microsoft Teams that the bot is in, and who is in a Teams team.

Teams lists neither for a bot: activities tell of them, one by one.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Sequence
from dataclasses import replace
from datetime import datetime

import structlog

from bot.errors import DirectoryUnavailable, UnknownGroup
from bot.msteams.activities import Activity
from bot.msteams.connector import Connector, NotTaken, Place, Unreachable
from bot.msteams.people import KNOWN_FOR, roster_of
from bot.people import user_groups
from bot.people.user_groups import Group, ReadGroup
from bot.runtime.services import Services
from storage import msteams
from storage.database import Database, Transaction
from storage.errors import Unavailable
from storage.msteams import Channel

log = structlog.get_logger(__name__)

MOST_KNOWN = 10_000
OF_TEAMS = {"teamMemberAdded", "teamMemberRemoved"}
GONE = frozenset({"teamDeleted", "teamHardDeleted", "channelDeleted"})


class Channels:
    """Takes over what is new, and follows who joins and leaves a team."""

    def __init__(self, services: Services) -> None:
        self._services = services
        self._known: dict[tuple[str, Channel], datetime] = {}
        """By workspace, with until when it needn't be read again."""

    async def hear(self, activity: Activity) -> None:
        """Learns what the activity tells of its channel or group chat. Without the ledger, a later one tells it."""
        if activity.is_personal or not activity.tenant_id:
            return
        try:
            await self._take_over(activity)
        except Unavailable as error:
            log.warning("channel-not-remembered", reason=str(error))

    async def _take_over(self, activity: Activity) -> None:
        workspace_id = activity.tenant_id
        if activity.type in ("conversationUpdate", "installationUpdate"):
            self._known.clear()  # the bot may have left meanwhile, and another replica heard of that
            if gone := _gone(activity):
                forget = msteams.forget_channel
                await self._services.database.write(lambda tx: forget(tx.connection, workspace_id, gone))
                return
        for channel in _told(activity):
            await self._remember(workspace_id, channel)
        if activity.channel_data.event_type in OF_TEAMS:  # those of a private channel are fewer, of a shared one others
            await self._follow(activity)

    async def _remember(self, workspace_id: str, channel: Channel) -> None:
        key, now = (workspace_id, channel), self._services.database.clock()
        if now < self._known.get(key, now):
            return

        def is_known(tx: Transaction) -> bool:
            stored = msteams.find_channel(tx.connection, workspace_id, channel.conversation_id)
            return stored is not None and stored == replace(channel, name=channel.name or stored.name)

        def write(tx: Transaction) -> None:
            msteams.remember_channel(tx.connection, workspace_id, channel)

        if not await self._services.database.read(is_known):
            await self._services.database.write(write)
        if len(self._known) >= MOST_KNOWN:
            self._known.clear()
        self._known[key] = now + KNOWN_FOR

    async def _follow(self, activity: Activity) -> None:
        """Somebody joined or left a team: its managers see the change at once."""
        workspace_id, team = activity.tenant_id, activity.channel_data.team.id
        joined = {one.user_id for one in activity.members_added if one.user_id}
        left = {one.user_id for one in activity.members_removed if one.user_id}
        if await user_groups.changed(self._services, workspace_id, team, lambda before: (before | joined) - left):
            self._services.tasks.start(user_groups.look_up_members(self._services, workspace_id))


async def offered(database: Database, workspace_id: str) -> Sequence[Group]:
    """The Teams teams with the bot, by name."""

    def read(tx: Transaction) -> list[Channel]:
        return msteams.all_channels(tx.connection, workspace_id)

    teams = [one for one in await database.read(read) if one.team_id == one.conversation_id]
    groups = [Group(one.conversation_id, one.name or one.conversation_id) for one in teams]
    return sorted(groups, key=lambda group: (group.name.casefold(), group.group_id))


def group_reader(database: Database, connector: Connector) -> ReadGroup:
    """Asks Teams who is in a team. Without the bot in it, nobody is."""

    async def read(workspace_id: str, group_id: str) -> Collection[str]:
        known = await database.read(lambda tx: msteams.find_channel(tx.connection, workspace_id, group_id))
        if known is None or known.team_id != group_id:
            raise UnknownGroup(group_id)
        try:
            pages = connector.members(Place(known.service_url, group_id))
            return frozenset([one.user_id async for page in pages for one in page if one.user_id])
        except NotTaken as error:
            raise (UnknownGroup(group_id) if error.is_gone else DirectoryUnavailable(f"team {group_id}")) from error
        except Unreachable as error:
            raise DirectoryUnavailable(f"team {group_id}") from error

    return read


def _gone(activity: Activity) -> str:
    """The team, channel or chat that the bot isn't in any more. Empty if it still is."""
    told = activity.channel_data
    if told.event_type in GONE:
        return told.channel.id if told.event_type == "channelDeleted" else told.team.id
    was_removed = activity.type == "installationUpdate" and activity.action.startswith("remove")
    if was_removed or any(one.id == activity.recipient.id for one in activity.members_removed):
        return told.team.id or roster_of(activity).conversation_id
    return ""


def _told(activity: Activity) -> Iterator[Channel]:
    """The team, and the channel or chat itself."""
    told, place = activity.channel_data, roster_of(activity)
    where, team_id = told.channel.id or place.conversation_id, told.team.id or None
    if team_id:
        yield Channel(team_id, place.service_url, told.team.name, team_id)
    if where != team_id:
        name = told.channel.name or ("" if team_id else activity.conversation.name)
        yield Channel(where, place.service_url, name, team_id)
