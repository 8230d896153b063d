"""Publishes the head of the audit chain where no operator can quietly change it: in a channel, and to the people.

Whoever can write to the database can seal a changed chain anew. What was published before then tells, by
`attendance verify --against`. It shows later changes, never a false entry at the time it was made.
"""

from __future__ import annotations

from collections.abc import Set
from datetime import date, datetime, time, timedelta

from bot import wording, workspace_settings
from bot.services import Services
from bot.worktime import work_date, zone_named
from storage import audit, outbox, people, settings, totals
from storage.audit import Anchor
from storage.database import Transaction
from storage.pairs import Scope
from storage.people import Profile

LOOK_EVERY_SECONDS = 300.0
TOLD_FROM = time(9)  # on Mondays, in each person's own zone


def where_switched_on(tx: Transaction) -> Set[str]:
    """The workspaces that want it."""
    return settings.workspaces_with(tx.connection, ["anchor_channel", "anchor_to_people"])


async def publish(services: Services, workspace_id: str) -> None:
    """Puts in the outbox what is due: once a day for the channel, once a week for each person, whoever else does."""
    due = await services.database.read(lambda tx: _due(tx, workspace_id))
    if not due:
        return

    def write(tx: Transaction) -> None:
        for recipient, text, key in due:
            outbox.add(tx.connection, workspace_id, recipient, text, tx.now, key=key)

    await services.database.write(write)


def _due(tx: Transaction, workspace_id: str) -> list[tuple[str, str, str]]:
    """Recipient, text and key of each message that is due and not written yet."""
    chosen = workspace_settings.in_force(tx, workspace_id)
    head = next(iter(audit.heads(tx.connection, workspace_id)), None)
    if head is None:
        return []
    messages = []
    if chosen.anchor_channel:
        messages.append((chosen.anchor_channel, wording.seal_of_the_day(str(head)), f"anchor {tx.now.date()}"))
    if chosen.anchor_to_people:
        messages += _weekly(tx, workspace_id, head)
    written = outbox.keys_among(tx.connection, workspace_id, [key for _, _, key in messages])
    return [message for message in messages if message[2] not in written]


def _weekly(tx: Transaction, workspace_id: str, head: Anchor) -> list[tuple[str, str, str]]:
    """For everybody in whose zone it is Monday morning or later: last week's hours, and the head."""
    workspace_zone = people.workspace_zone(tx.connection, workspace_id)
    weeks: dict[date, dict[str, totals.PersonTotal]] = {}
    messages = []
    for user_id, profile in people.known(tx.connection, workspace_id).items():
        monday = _monday_to_tell(profile, workspace_zone, tx.now)
        if monday is None:
            continue
        first, last = monday - timedelta(days=7), monday - timedelta(days=1)
        if first not in weeks:
            found = totals.summary(tx.connection, Scope(workspace_id, first, last))
            weeks[first] = {total.user_id: total for total in found.people}
        if total := weeks[first].get(user_id):
            text = wording.seal_of_the_week(first, last, total.worked, total.days, str(head))
            messages.append((user_id, text, f"week {first} {user_id}"))
    return messages


def _monday_to_tell(profile: Profile, workspace_zone: str, now: datetime) -> date | None:
    if profile.bot or profile.deactivated:
        return None
    zone = zone_named(profile.zone or workspace_zone)
    today = work_date(now, zone)
    monday = today - timedelta(days=today.weekday())
    is_early = today == monday and now.astimezone(zone).time() < TOLD_FROM
    return None if is_early else monday
