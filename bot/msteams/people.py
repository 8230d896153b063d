"""Learns who people are from what they do in Microsoft Teams: each activity brings their name, their time zone and
where they are reached."""

from __future__ import annotations

import asyncio
from collections.abc import Collection
from dataclasses import dataclass, replace
from datetime import datetime, timedelta

import structlog

from bot.calendar.worktime import zone_named
from bot.errors import DirectoryUnavailable, UnknownZone
from bot.msteams.activities import Activity
from bot.msteams.connector import Place
from bot.msteams.directory import TeamsDirectory, profile_of
from bot.msteams.first_admins import FirstAdmins
from bot.people.languages import locale_told
from bot.people.profiles import save_profile
from bot.people.shared_reads import SharedReads
from bot.runtime.services import Profile, Services
from storage import msteams, outbox, people
from storage.database import Transaction
from storage.errors import Unavailable
from storage.msteams import Contact

log = structlog.get_logger(__name__)

KNOWN_FOR = timedelta(minutes=5)  # an operator may erase them, or another replica hear something else
MOST_KNOWN = 20_000
SENT_AGAIN_WITHIN = timedelta(days=1)


class People:
    """Takes over what is new. What was told within the last minutes costs nothing."""

    def __init__(self, services: Services, directory: TeamsDirectory, admins: FirstAdmins) -> None:
        self._services, self._directory, self._admins = services, directory, admins
        self._known = SharedReads(services, _known)
        self._told: dict[_Who, tuple[_Told, datetime]] = {}
        self._asked: set[_Who] = set()
        """Whose names were asked for since the start, because an admin is waited for by name."""

    async def meet(self, activity: Activity) -> None:
        """Learns what the activity tells of its person. If Teams or the ledger can't be reached, it learns nothing, and
        the handler of the activity tells the person."""
        who, told = (activity.tenant_id, activity.user_id), _told(activity)
        if activity.type == "installationUpdate":
            self._told.pop(who, None)  # their chat with the bot may have been gone meanwhile
            if activity.action.startswith("remove"):
                return
        if not who[1] or self._is_told(who, told):
            return
        key = ("meet", *who)
        if key not in self._services.tasks:
            self._services.tasks.start(self._meet(who, told, roster_of(activity)), key)
        await asyncio.shield(self._services.tasks[key])

    def _is_told(self, who: _Who, told: _Told) -> bool:
        before, until = self._told.get(who, (None, self._services.database.clock()))
        return before == told and self._services.database.clock() < until

    async def _meet(self, who: _Who, told: _Told, place: Place) -> None:
        try:
            await self._take_over(who, told, place)
        except (DirectoryUnavailable, Unavailable) as error:
            log.warning("person-not-met", user_id=who[1], kind=type(error).__name__, reason=str(error))
            return
        self._told.pop(who, None)  # so that the dictionary is ordered by age
        while len(self._told) >= MOST_KNOWN:
            del self._told[next(iter(self._told))]
        self._told[who] = told, self._services.database.clock() + KNOWN_FOR

    async def _take_over(self, who: _Who, told: _Told, place: Place) -> None:
        known, contact = await self._known.get(*who) or (None, None)
        if not _is_same(contact, told.contact):
            has_chat = contact is not None and contact.conversation_id is not None
            await self._services.database.write(lambda tx: _remember(tx, who, told.contact, had_chat=has_chat))
        profile, name = known, ""
        if known is None or known.deactivated:
            member = await self._directory.member(place, told.contact.teams_id)
            if member is not None and member.user_id == who[1]:
                zone, name = known.zone if known else None, member.user_principal_name
                profile = profile_of(who[0], member, zone, self._services.database.clock())
        if profile is None:
            return
        new = replace(
            profile,
            name=told.name or profile.name,
            zone=told.zone or profile.zone,
            locale=told.locale or profile.locale,
        )
        if new != known:
            await self._services.database.write(lambda tx: save_profile(tx, new))
            self._services.changed_people.add(who)
        await self._admins.appoint(*who, (who[1], name))
        if not name and await self._waits_for_a_name(who):
            # In the background: nobody who is known waits for Teams.
            self._services.tasks.start(self._appoint_by_name(who, place, told.contact.teams_id), ("name", *who))

    async def _appoint_by_name(self, who: _Who, place: Place, teams_id: str) -> None:
        try:
            member = await self._directory.member(place, teams_id)
            self._asked.add(who)
            if member is not None and member.user_id == who[1]:
                await self._admins.appoint(*who, (who[1], member.user_principal_name))
        except (DirectoryUnavailable, Unavailable) as error:
            log.warning("person-not-met", user_id=who[1], kind=type(error).__name__, reason=str(error))

    async def _waits_for_a_name(self, who: _Who) -> bool:
        """Whether this may be an admin whom only the roster's name tells."""
        return who not in self._asked and any("@" in name for name in await self._admins.waiting(who[0]))


def roster_of(activity: Activity) -> Place:
    """The conversation whose roster has the person of an activity: of a thread, its channel."""
    return Place(activity.service_url, activity.conversation.id.partition(";")[0])


_Who = tuple[str, str]
"""Workspace and user id."""


@dataclass(frozen=True, slots=True)
class _Told:
    """What an activity tells of its person. `zone` is an IANA name, None for none that exists."""

    name: str
    zone: str | None
    locale: str | None
    contact: Contact


def _told(activity: Activity) -> _Told:
    chat = activity.conversation.id if activity.is_personal else None
    contact = Contact(activity.sender.id, activity.service_url, chat)
    return _Told(activity.sender.name, _zone(activity.time_zone), locale_told(activity.locale), contact)


def _zone(name: str) -> str | None:
    try:
        return zone_named(name).key
    except UnknownZone:
        return None


def _known(
    tx: Transaction, workspace_id: str, user_ids: Collection[str]
) -> dict[str, tuple[Profile | None, Contact | None]]:
    profiles = people.get_many(tx.connection, workspace_id, user_ids)
    contacts = msteams.find_people(tx.connection, workspace_id, user_ids)
    return {user_id: (profiles.get(user_id), contacts.get(user_id)) for user_id in user_ids}


def _remember(tx: Transaction, who: _Who, contact: Contact, *, had_chat: bool) -> None:
    """Stores where they are reached. With their first chat, or a new one, comes what couldn't be sent within a day."""
    msteams.remember_person(tx.connection, *who, contact)
    if contact.conversation_id is not None and not had_chat:
        outbox.send_again(tx.connection, *who, (), tx.now, since=tx.now - SENT_AGAIN_WITHIN)


def _is_same(known: Contact | None, told: Contact) -> bool:
    if known is None or (known.teams_id, known.service_url) != (told.teams_id, told.service_url):
        return False
    return told.conversation_id in (None, known.conversation_id)
