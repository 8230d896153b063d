"""How people read: in which time zone, and in which language."""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime
from typing import NamedTuple

from bot.runtime.services import Services
from storage import people, settings
from storage.database import Transaction
from storage.people import Profile

LANGUAGE = "language"
"""The name of the workspace's setting."""


class Tags(NamedTuple):
    """Language tags (`de`, `en-US`): the one that the person chose, else their chat's, else the workspace's. None where
    nobody said."""

    chosen: str | None = None
    of_chat: str | None = None
    of_workspace: str | None = None


class Reading(NamedTuple):
    """How somebody reads. `zone`: the IANA name, if the chat platform has one."""

    zone: str | None
    tags: Tags


class Known(NamedTuple):
    """How somebody reads, and when their profile was refreshed (UTC); None for somebody never met."""

    reading: Reading
    refreshed_at: datetime | None


def of_people(tx: Transaction, workspace_id: str, user_ids: Collection[str]) -> dict[str, Known]:
    """How each of these reads."""
    met = people.get_many(tx.connection, workspace_id, user_ids)
    language = settings.value_of(tx.connection, workspace_id, LANGUAGE)
    return {user_id: Known(reading(met.get(user_id), language), _seen(met.get(user_id))) for user_id in user_ids}


def reading(person: Profile | None, of_workspace: str | None) -> Reading:
    """How the person reads in a workspace of that language. Nothing is known of somebody who was never met."""
    if person is None:
        return Reading(None, Tags(of_workspace=of_workspace))
    return Reading(person.zone, Tags(person.language, person.locale, of_workspace))


async def reading_of(services: Services, workspace_id: str, user_id: str) -> Reading:
    """How the person reads."""
    known = await services.database.read(lambda tx: of_people(tx, workspace_id, [user_id]))
    return known[user_id].reading


def _seen(person: Profile | None) -> datetime | None:
    return person.refreshed_at if person else None
