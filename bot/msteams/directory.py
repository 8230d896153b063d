"""Looks people up in Microsoft Teams, in the rosters of the bot's conversations. There is no other list.

A roster tells the name and whether somebody is a guest. It tells no time zone: that comes with what people do.
"""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from bot.errors import DirectoryUnavailable
from bot.msteams.connector import Connector, Member, NotTaken, Place, Unreachable
from bot.people.directories import UnknownPeople
from bot.people.ids import USER_IDS
from bot.runtime.services import Profile
from storage import msteams, people
from storage.database import Database, Transaction
from storage.msteams import Channel, Contact
from storage.people import Platform

AT_ONCE = 16  # of 50 a second, and each takes 0.4 s
PATIENCE_SECONDS = 8.0  # of the 15 after which Teams delivers a message again
PAUSE = timedelta(seconds=1)  # after a 429 that names none
LOOK_UP_SECONDS = 5.0  # programs give up sooner than the service's limits end
MOST_ASKED = 20  # conversations, for somebody who was never met
LEFT = "MemberNotFoundInConversation"


class TeamsDirectory:
    """Looks people up in their chat with the bot, or else in the teams and group chats that it is in. With `in_time`,
    it gives up after 5 seconds."""

    def __init__(self, database: Database, connector: Connector, *, in_time: bool = False) -> None:
        self._database, self._connector, self._in_time = database, connector, in_time
        self._unknown = UnknownPeople()
        self._places = asyncio.Semaphore(AT_ONCE)

    async def look_up(self, workspace_id: str, user_id: str, now: datetime) -> Profile | None:
        """The person as of `now`, with the time zone that is known already. None if nobody there has this id, or they
        left. Raises DirectoryUnavailable."""
        if not USER_IDS[Platform.TEAMS].fullmatch(user_id) or self._unknown.has(workspace_id, user_id, now):
            return None
        known = await self._database.read(lambda tx: _known(tx, workspace_id, user_id))
        try:
            async with asyncio.timeout(LOOK_UP_SECONDS if self._in_time else None):
                found = await self._find(user_id, known)
        except (NotTaken, Unreachable, TimeoutError) as error:
            raise DirectoryUnavailable(user_id) from error
        if found is None or found[1].user_id != user_id:
            self._unknown.add(workspace_id, user_id, now)
            return None
        place, member = found
        if known.contact is None:
            reached = Contact(member.id, place.service_url, None)
            await self._database.write(
                lambda tx: msteams.remember_person(tx.connection, workspace_id, user_id, reached)
            )
        return profile_of(workspace_id, member, known.zone, now)

    async def member(self, place: Place, teams_id: str) -> Member | None:
        """Somebody in a conversation. None if they aren't there. Raises DirectoryUnavailable, after 8 seconds at the
        latest."""
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                return await self._ask(place, teams_id)
        except NotTaken as error:
            if error.is_gone:
                return None
            raise DirectoryUnavailable("who wrote") from error
        except (Unreachable, TimeoutError) as error:
            raise DirectoryUnavailable("who wrote") from error

    async def _ask(self, place: Place, who: str) -> Member:
        """Waits where the service limits the rate: on the first morning, everybody comes at once."""
        until = time.monotonic() + PATIENCE_SECONDS
        while True:
            async with self._places:
                try:
                    return await self._connector.member(place, who)
                except NotTaken as error:
                    pause = (PAUSE if error.pause is None else error.pause).total_seconds()
                    if error.status != 429 or time.monotonic() + pause > until:
                        raise
            await asyncio.sleep(pause)

    async def _find(self, user_id: str, known: _Known) -> tuple[Place, Member] | None:
        """Raises NotTaken or Unreachable where that can't be said."""
        silent: NotTaken | None = None
        if (contact := known.contact) and contact.conversation_id:
            chat = Place(contact.service_url, contact.conversation_id)
            try:
                return chat, await self._ask(chat, contact.teams_id)
            except NotTaken as error:
                if not error.is_gone:
                    raise
                silent = error if error.code != LEFT else None  # who removed the bot from their chats hasn't left
        for place in known.places:
            try:
                return place, await self._ask(place, user_id)
            except NotTaken as error:
                if not error.is_gone:
                    raise
        if silent or (contact and not contact.conversation_id):
            raise silent or NotTaken(404, LEFT)  # who left all teams may still be in the company
        return None


def profile_of(workspace_id: str, member: Member, zone: str | None, now: datetime) -> Profile:
    """The profile of somebody in a roster. `zone`: the IANA name that is known of them."""
    is_elsewhere = bool(member.tenant_id) and member.tenant_id.lower() != workspace_id
    is_guest = is_elsewhere or "#EXT#" in member.user_principal_name.upper()
    return Profile(
        workspace_id=workspace_id,
        user_id=member.user_id,
        name=member.name or member.user_principal_name or member.user_id,
        zone=zone,
        chat_admin=False,
        guest=is_guest or member.user_role.lower() in ("guest", "anonymous"),
        bot=member.id.startswith("28:"),
        deactivated=False,
        refreshed_at=now,
    )


@dataclass(frozen=True, slots=True)
class _Known:
    """What the ledger knows of somebody: where they are reached, their time zone, and where else they may be found."""

    contact: Contact | None
    zone: str | None
    places: Sequence[Place]


def _known(tx: Transaction, workspace_id: str, user_id: str) -> _Known:
    profile = people.get_many(tx.connection, workspace_id, [user_id]).get(user_id)
    contact = msteams.find_person(tx.connection, workspace_id, user_id)
    places = list(_rosters(msteams.all_channels(tx.connection, workspace_id)))
    return _Known(contact, profile.zone if profile else None, places[:MOST_ASKED])


def _rosters(channels: Sequence[Channel]) -> Iterator[Place]:
    """Each team once: its channels have the same people, but for private ones."""
    seen = set()
    for channel in channels:
        where = channel.team_id or channel.conversation_id
        if where not in seen:
            seen.add(where)
            yield Place(channel.service_url, where)
