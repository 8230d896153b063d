"""Who isn't in: expected and not in yet, or gone again today."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Generic, TypeVar
from zoneinfo import ZoneInfo

from bot.calendar.working_hours import WorkingHours
from bot.calendar.worktime import work_date, zone_named
from bot.workspaces import schedules
from storage import people, totals
from storage.database import Transaction
from storage.pairs import Scope
from storage.presence import PlainPerson

T = TypeVar("T")

MOST_LISTED = 150
"""More than fit into a paragraph. The rest is counted."""


@dataclass(frozen=True, slots=True)
class Missing:
    """Somebody who isn't in: expected and not in yet, or gone again today.

    Both times are in their zone. `left_at` is their last clock-out of the day, `expected_at` is None if they had no
    working hours now.
    """

    user_id: str
    name: str
    expected_at: datetime | None
    left_at: datetime | None


@dataclass(frozen=True, slots=True)
class Some(Generic[T]):
    """The first of so many."""

    count: int
    first: Sequence[T]


def missing(
    tx: Transaction,
    workspace_id: str,
    whose: Collection[str] | None,
    in_now: Collection[str],
    known: Mapping[str, PlainPerson],
) -> tuple[Some[Missing], Some[Missing]]:
    """Who is expected and not in yet, and who was here today and has left."""
    workspace_zone = people.workspace_zone(tx.connection, workspace_id)
    hours = schedules.working_hours(tx, workspace_id, whose)
    starts = _Starts(tx.now)
    today, day = tx.now.date(), timedelta(days=1)
    around = Scope(workspace_id, today - 2 * day, today + day, None if whose is None else frozenset(whose))
    last_out = totals.last_out(tx.connection, around)
    not_in_yet: list[_Absent] = []
    left: list[_Absent] = []
    for user_id, person in known.items():
        if user_id in in_now:
            continue
        zone = person.zone or workspace_zone
        own = hours.of(user_id) if person.is_employee else None
        expected_at = starts.of(own, zone) if own else None
        left_at = last_out.get(user_id)
        if left_at and left_at > (expected_at or starts.midnight(zone)):
            # Who left before the hours began hasn't worked them.
            left.append((person.name.casefold(), user_id, zone, expected_at, left_at))
        elif expected_at:
            not_in_yet.append((person.name.casefold(), user_id, zone, expected_at, None))
    return _first(not_in_yet, known), _first(left, known)


_Absent = tuple[str, str, str, datetime | None, datetime | None]
"""What they are sorted by; user id and zone; since when they are expected, and when they left (UTC)."""


def _first(found: list[_Absent], known: Mapping[str, PlainPerson]) -> Some[Missing]:
    first = []
    for _, user_id, zone, expected_at, left_at in sorted(found, key=lambda one: one[:2])[:MOST_LISTED]:
        local = zone_named(zone)
        first.append(
            Missing(
                user_id,
                known[user_id].name,
                expected_at and expected_at.astimezone(local),
                left_at and left_at.astimezone(local),
            )
        )
    return Some(len(found), first)


class _Starts:
    """When people are expected and when the day began (UTC): worked out once for each zone and working hours."""

    def __init__(self, now: datetime) -> None:
        self._now = now
        self._expected: dict[tuple[WorkingHours, str], datetime | None] = {}
        self._midnights: dict[str, datetime] = {}

    def of(self, hours: WorkingHours, zone: str) -> datetime | None:
        """Since when somebody is expected now. None if they aren't."""
        if (hours, zone) not in self._expected:
            times = expected(hours, zone_named(zone), self._now)
            self._expected[hours, zone] = times[0].astimezone(UTC) if times else None
        return self._expected[hours, zone]

    def midnight(self, zone: str) -> datetime:
        """The last instant before today."""
        if zone not in self._midnights:
            local = zone_named(zone)
            today = self._now.astimezone(local).date()
            began = datetime(today.year, today.month, today.day, tzinfo=local).astimezone(UTC)
            self._midnights[zone] = began - timedelta(microseconds=1)
        return self._midnights[zone]


def expected(hours: WorkingHours, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime] | None:
    """The hours during which somebody in that zone is expected at this instant, also those of a night shift that began
    yesterday. None if they aren't expected."""
    today = work_date(now, zone)
    for day in (today, today - timedelta(days=1)):
        if (times := hours.on(day, zone)) and times[0] <= now < times[1]:
            return times
    return None
