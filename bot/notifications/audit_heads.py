"""Publishes the head of the audit chain where no operator can quietly change it: in a channel, and to the people.

Somebody who can write to the database can also rewrite the chain. `attendance verify --against` compares it with what
was published before. That shows later changes, not an entry that was false from the start.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.calendar.worktime import work_date, zone_named
from bot.notifications.due_messages import Due, queue_once
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import audit, people, settings, totals
from storage.audit import Anchor
from storage.database import Transaction
from storage.pairs import Scope
from storage.people import Profile

LOOK_EVERY_SECONDS = 300.0
TOLD_FROM = time(9)  # on Mondays, in each person's own zone


class Kind(StrEnum):
    """The messages, each with the version of its facts."""

    DAY = "seal-of-the-day/1"
    WEEK = "seal-of-the-week/1"


def workspaces_publishing(tx: Transaction) -> Set[str]:
    """The workspaces that publish seals."""
    return settings.workspaces_with(tx.connection, ["anchor_channel", "anchor_to_people"])


async def publish(services: Services, workspace_id: str) -> None:
    """Queues what is due: once a day for the channel, once a week for each person, however many replicas check."""
    await queue_once(services, workspace_id, lambda tx: _due(tx, workspace_id))


def _due(tx: Transaction, workspace_id: str) -> list[Due]:
    chosen = workspace_settings.in_force(tx, workspace_id)
    head = next(iter(audit.heads(tx.connection, workspace_id)), None)
    if head is None:
        return []
    messages: list[Due] = []
    if chosen.anchor_channel:
        messages.append(Due(f"anchor {tx.now.date()}", chosen.anchor_channel, Kind.DAY, {"anchor": str(head)}))
    if chosen.anchor_to_people:
        messages += _weekly(tx, workspace_id, head)
    return messages


def _weekly(tx: Transaction, workspace_id: str, head: Anchor) -> list[Due]:
    """For everybody in whose zone it is Monday morning or later: last week's hours and the head."""
    workspace_zone = people.workspace_zone(tx.connection, workspace_id)
    weeks: dict[date, dict[str, totals.PersonTotal]] = {}
    messages: list[Due] = []
    for user_id, profile in people.get_many(tx.connection, workspace_id).items():
        monday = _monday_to_publish(profile, workspace_zone, tx.now)
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
            messages.append(Due(f"week {first} {user_id}", user_id, Kind.WEEK, facts))
    return messages


def _monday_to_publish(profile: Profile, workspace_zone: str, now: datetime) -> date | None:
    if profile.bot or profile.deactivated:
        return None
    zone = zone_named(profile.zone or workspace_zone)
    today = work_date(now, zone)
    monday = today - timedelta(days=today.weekday())
    is_early = today == monday and now.astimezone(zone).time() < TOLD_FROM
    return None if is_early else monday
