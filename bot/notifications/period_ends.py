"""Asks people to sign a period when it is over: once each, on the morning after, where the workspace wants it."""

from __future__ import annotations

from collections.abc import Set
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.calendar.ranges import DateRange
from bot.calendar.worktime import work_date, zone_named
from bot.notifications.due_messages import Due, queue_once
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import pair_queries, people, settings
from storage.database import Transaction
from storage.pairs import Scope

LOOK_EVERY_SECONDS = 300.0
ASKED_FROM = time(9)  # on the day after, in each person's own zone
ASKED_WITHIN = timedelta(days=3)
"""A workspace that begins to ask in the middle of a period doesn't ask about the last one."""


class Kind(StrEnum):
    """The message, with the version of its facts."""

    PERIOD_OVER = "period-over/1"


def workspaces_asking(tx: Transaction) -> Set[str]:
    """The workspaces in which people are asked."""
    return settings.workspaces_with(tx.connection, ["ask_to_sign"])


async def ask_to_sign(services: Services, workspace_id: str) -> None:
    """Queues what is due, however many replicas check."""
    await queue_once(services, workspace_id, lambda tx: _due(tx, workspace_id))


def _due(tx: Transaction, workspace_id: str) -> list[Due]:
    """For everybody who has records in a period that has just ended for them."""
    chosen = workspace_settings.in_force(tx, workspace_id)
    if not chosen.ask_to_sign:
        return []
    workspace_zone = people.workspace_zone(tx.connection, workspace_id)
    with_records: dict[DateRange, frozenset[str]] = {}
    messages: list[Due] = []
    for user_id, profile in people.get_many(tx.connection, workspace_id).items():
        if profile.bot or profile.guest or profile.deactivated:
            continue
        zone = profile.zone or workspace_zone
        period = chosen.signature_period.latest_over(work_date(tx.now, zone_named(zone)))
        if not _is_time(period.last, zone, tx.now):
            continue
        if period not in with_records:
            scope = Scope(workspace_id, period.first, period.last)
            with_records[period] = pair_queries.user_ids_in(tx.connection, scope)
        if user_id in with_records[period]:
            facts = {"first": str(period.first), "last": str(period.last)}
            key = f"sign {period.first} {period.last} {user_id}"
            messages.append(Due(key, user_id, Kind.PERIOD_OVER, facts))
    return messages


def _is_time(last: date, zone: str, now: datetime) -> bool:
    local = now.astimezone(zone_named(zone))
    since = datetime.combine(last + timedelta(days=1), ASKED_FROM, local.tzinfo)
    return since <= local <= since + ASKED_WITHIN
