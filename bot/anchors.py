"""Publishes the head of the audit chain where no operator can quietly change it: in a channel, and to the people.

Whoever can write to the database can seal a changed chain anew. What was published before then tells, by
`attendance verify --against`. It shows later changes, never a false entry at the time it was made.
"""

from __future__ import annotations

from collections.abc import Mapping, Set
from datetime import date, datetime, time, timedelta
from enum import StrEnum
from typing import Any

from bot import workspace_settings
from bot.services import Services
from bot.worktime import work_date, zone_named
from storage import audit, outbox, people, settings, totals
from storage.audit import Anchor
from storage.database import Transaction
from storage.pairs import Scope
from storage.people import Profile

LOOK_EVERY_SECONDS = 300.0
TOLD_FROM = time(9)  # on Mondays, in each person's own zone

Due = tuple[str, str, Mapping[str, Any], str]
"""Recipient, kind, facts and key of a message."""


class Kind(StrEnum):
    """The messages, each with the version of its facts."""

    DAY = "seal-of-the-day/1"
    WEEK = "seal-of-the-week/1"


def where_switched_on(tx: Transaction) -> Set[str]:
    """The workspaces that want it."""
    return settings.workspaces_with(tx.connection, ["anchor_channel", "anchor_to_people"])


async def publish(services: Services, workspace_id: str) -> None:
    """Puts in the outbox what is due: once a day for the channel, once a week for each person, whoever else does."""
    due = await services.database.read(lambda tx: _due(tx, workspace_id))
    if not due:
        return

    def write(tx: Transaction) -> None:
        for recipient, kind, facts, key in due:
            outbox.add(tx.connection, workspace_id, recipient, "", tx.now, key=key, kind=kind, facts=facts)

    await services.database.write(write)


def _due(tx: Transaction, workspace_id: str) -> list[Due]:
    """What is due and not written yet."""
    chosen = workspace_settings.in_force(tx, workspace_id)
    head = next(iter(audit.heads(tx.connection, workspace_id)), None)
    if head is None:
        return []
    messages: list[Due] = []
    if chosen.anchor_channel:
        messages.append((chosen.anchor_channel, Kind.DAY, {"anchor": str(head)}, f"anchor {tx.now.date()}"))
    if chosen.anchor_to_people:
        messages += _weekly(tx, workspace_id, head)
    written = outbox.keys_among(tx.connection, workspace_id, [key for *_, key in messages])
    return [message for message in messages if message[-1] not in written]


def _weekly(tx: Transaction, workspace_id: str, head: Anchor) -> list[Due]:
    """For everybody in whose zone it is Monday morning or later: last week's hours, and the head."""
    workspace_zone = people.workspace_zone(tx.connection, workspace_id)
    weeks: dict[date, dict[str, totals.PersonTotal]] = {}
    messages: list[Due] = []
    for user_id, profile in people.known(tx.connection, workspace_id).items():
        monday = _monday_to_tell(profile, workspace_zone, tx.now)
        if monday is None:
            continue
        first, last = monday - timedelta(days=7), monday - timedelta(days=1)
        if first not in weeks:
            found = totals.summary(tx.connection, Scope(workspace_id, first, last))
            weeks[first] = {total.user_id: total for total in found.people}
        if total := weeks[first].get(user_id):
            facts = {
                "first": str(first),
                "last": str(last),
                "worked_seconds": total.worked.total_seconds(),
                "days": total.days,
                "anchor": str(head),
            }
            messages.append((user_id, Kind.WEEK, facts, f"week {first} {user_id}"))
    return messages


def _monday_to_tell(profile: Profile, workspace_zone: str, now: datetime) -> date | None:
    if profile.bot or profile.deactivated:
        return None
    zone = zone_named(profile.zone or workspace_zone)
    today = work_date(now, zone)
    monday = today - timedelta(days=today.weekday())
    is_early = today == monday and now.astimezone(zone).time() < TOLD_FROM
    return None if is_early else monday
