"""Reminds those whose answer to a correction is asked for: on the morning after, then ever more seldom; and those who
may apply it without an answer, once they may."""

from __future__ import annotations

from collections.abc import Set
from datetime import datetime, time, timedelta

from bot.attendance import correction_notices
from bot.calendar.worktime import zone_named
from bot.runtime.services import Services
from storage import corrections, people
from storage.corrections import Correction
from storage.database import Transaction

LOOK_EVERY_SECONDS = 300.0
REMINDED_FROM, REMINDED_UNTIL = time(9), time(17)
"""In the person's own zone."""
FIRST_DAYS, THEN_EVERY = (1, 3), 7
"""How many days after the last step."""


def workspaces_waiting(tx: Transaction) -> Set[str]:
    """The workspaces in which a correction has waited overnight."""
    return corrections.workspaces_waiting(tx.connection, tx.now - timedelta(hours=12))


async def remind(services: Services, workspace_id: str) -> None:
    """Queues what is due, each once a day however many replicas check."""
    due = await services.database.read(lambda tx: _due(tx, workspace_id))
    if not due:
        return

    def write(tx: Transaction) -> None:
        for one, key in due:
            correction_notices.remind(tx, one, key)

    await services.database.write(write)


def _due(tx: Transaction, workspace_id: str) -> list[tuple[Correction, str]]:
    """Of those of whose reminders of that day one is still to be queued, with their key."""
    workspace_zone = people.workspace_zone(tx.connection, workspace_id)
    found = []
    for one in corrections.of_people(tx.connection, workspace_id, None, waiting=True):
        person = people.find(tx.connection, workspace_id, one.user_id)
        local = tx.now.astimezone(zone_named(person.zone or workspace_zone))
        if not _is_time(one, local):
            continue
        key = f"correction {one.correction_id} {local.date()}"
        if correction_notices.is_to_remind(tx, one, key):
            found.append((one, key))
    return found


def _is_time(one: Correction, local: datetime) -> bool:
    if not REMINDED_FROM <= local.time() < REMINDED_UNTIL:
        return False
    days = (local.date() - one.latest_at.astimezone(local.tzinfo).date()).days
    return days in FIRST_DAYS or (days > 0 and days % THEN_EVERY == 0) or _is_applicable_since(one, local)


def _is_applicable_since(one: Correction, local: datetime) -> bool:
    """Whether this is the first day on which an employer may apply it without an answer."""
    since = one.applicable_since.astimezone(local.tzinfo)
    first = since.date() + timedelta(days=since.time() >= REMINDED_UNTIL)
    return one.waits_for == "person" and local.date() == first and local >= since
