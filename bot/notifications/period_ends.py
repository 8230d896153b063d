"""Asks people to sign a period on the morning after it, and managers to approve it a day later: once each, where the
workspace wants it."""

from __future__ import annotations

from collections.abc import Mapping, Set
from dataclasses import dataclass, field
from datetime import date, datetime, time, timedelta
from enum import StrEnum

from bot.calendar.ranges import DateRange
from bot.calendar.worktime import work_date, zone_named
from bot.notifications.due_messages import Due, queue_once
from bot.reports.approvers import to_approve
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import pair_queries, people, settings
from storage.database import Transaction
from storage.pairs import Scope

LOOK_EVERY_SECONDS = 300.0
ASKED_FROM = time(9)  # in each person's own zone
PEOPLE_ASKED_AFTER, MANAGERS_ASKED_AFTER = timedelta(days=1), timedelta(days=2)
ASKED_WITHIN = timedelta(days=3)
"""A workspace that begins to ask in the middle of a period doesn't ask about the last one."""


class Kind(StrEnum):
    """The messages, with the version of their facts."""

    PERIOD_OVER = "period-over/1"
    """To the person."""
    TO_APPROVE = "period-to-approve/1"
    """To who approves."""


def workspaces_asking(tx: Transaction) -> Set[str]:
    """The workspaces in which people are asked."""
    return settings.workspaces_with(tx.connection, ["ask_to_sign"])


async def ask_to_sign(services: Services, workspace_id: str) -> None:
    """Queues what is due, however many replicas check."""
    await queue_once(services, workspace_id, lambda tx: _due(tx, workspace_id))


@dataclass
class _Worked:
    """Who has records in a period, and whose of them are to be approved by whom: each looked up once."""

    tx: Transaction
    workspace_id: str
    people: dict[DateRange, frozenset[str]] = field(default_factory=dict)
    approvers: dict[DateRange, Mapping[str, Set[str]]] = field(default_factory=dict)

    def in_period(self, period: DateRange) -> frozenset[str]:
        """Those with records."""
        if period not in self.people:
            scope = Scope(self.workspace_id, period.first, period.last)
            self.people[period] = pair_queries.user_ids_in(self.tx.connection, scope)
        return self.people[period]

    def to_approve_by(self, user_id: str, period: DateRange) -> Set[str]:
        """Those whose records that person approves."""
        if period not in self.approvers:
            self.approvers[period] = to_approve(self.tx, self.workspace_id, self.in_period(period))
        return self.approvers[period].get(user_id, frozenset())


def _due(tx: Transaction, workspace_id: str) -> list[Due]:
    """For everybody who has records in a period that has just ended for them, and for those who approve them."""
    chosen = workspace_settings.in_force(tx, workspace_id)
    if not chosen.ask_to_sign:
        return []
    workspace_zone = people.workspace_zone(tx.connection, workspace_id)
    worked = _Worked(tx, workspace_id)
    messages: list[Due] = []
    for user_id, profile in people.get_many(tx.connection, workspace_id).items():
        if profile.bot or profile.guest or profile.deactivated:
            continue
        zone = profile.zone or workspace_zone
        period = chosen.signature_period.latest_over(work_date(tx.now, zone_named(zone)))
        facts = {"first": str(period.first), "last": str(period.last)}
        which = f"{period.first} {period.last} {user_id}"
        if _is_time(period.last + PEOPLE_ASKED_AFTER, zone, tx.now) and user_id in worked.in_period(period):
            messages.append(Due(f"sign {which}", user_id, Kind.PERIOD_OVER, facts))
        if _is_time(period.last + MANAGERS_ASKED_AFTER, zone, tx.now) and worked.to_approve_by(user_id, period):
            messages.append(Due(f"approve {which}", user_id, Kind.TO_APPROVE, facts))
    return messages


def _is_time(day: date, zone: str, now: datetime) -> bool:
    local = now.astimezone(zone_named(zone))
    since = datetime.combine(day, ASKED_FROM, local.tzinfo)
    return since <= local <= since + ASKED_WITHIN
