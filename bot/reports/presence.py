"""Who is in now, and who is expected and isn't there."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import permissions
from bot.calendar.working_hours import WorkingHours
from bot.calendar.worktime import is_forgotten, work_date, zone_named
from bot.permissions import Caller
from bot.runtime.services import Profile, Services
from bot.workspaces import schedules
from storage import offices, pair_queries, people, teams, totals
from storage.database import Transaction
from storage.pairs import Pair, Scope


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody who is in: the open clock-in, and the teams they are in."""

    name: str
    pair: Pair
    teams: Sequence[str]


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
class WhoIsIn:
    """The people whom the caller may see.

    `by_office` has the office's name ("" for none) and who is in there, by name. `unresolved` are missing clock-outs.
    `only_self`: the caller sees nobody else.
    """

    by_office: Mapping[str, Sequence[Presence]]
    missing: Sequence[Missing]
    unresolved: Sequence[Presence]
    only_self: bool
    now: datetime

    @property
    def count(self) -> int:
        """How many people are in."""
        return sum(len(found) for found in self.by_office.values())


async def who_is_in(
    services: Services, caller: Caller, user_ids: Collection[str] | None = None, office_id: str | None = None
) -> WhoIsIn:
    """Who is in now, of those people at that office, or of everybody the caller may see.

    Nobody is expected at a particular office, because people choose it when they clock in. Raises Forbidden or
    UnknownUser.
    """
    return await services.database.read(lambda tx: read_presence(tx, caller, user_ids, office_id))


def read_presence(
    tx: Transaction, caller: Caller, user_ids: Collection[str] | None = None, office_id: str | None = None
) -> WhoIsIn:
    """The same within a transaction, in a few statements however many people there are."""
    whose = permissions.readable_users(tx, caller, user_ids)
    opened = pair_queries.still_open(tx.connection, Scope(caller.workspace_id, date.min, date.max, whose, office_id))
    known = people.get_many(tx.connection, caller.workspace_id, whose)
    of_team = teams.members_by_team(tx.connection, caller.workspace_id)
    places = {office.office_id: office.name for office in offices.all_of(tx.connection, caller.workspace_id)}
    by_office: dict[str, list[Presence]] = {}
    unresolved = []
    for pair in opened:
        in_teams = sorted(team for team, members in of_team.items() if pair.user_id in members)
        presence = Presence(known[pair.user_id].name, pair, in_teams)
        if is_forgotten(pair.clock_in.at, tx.now):
            unresolved.append(presence)
        else:
            office_id = pair.clock_in.office_id
            by_office.setdefault(places.get(office_id, office_id) if office_id else "", []).append(presence)
    for found in by_office.values():
        found.sort(key=lambda presence: presence.name.casefold())
    in_now = {pair.user_id for pair in opened if not is_forgotten(pair.clock_in.at, tx.now)}
    return WhoIsIn(
        dict(sorted(by_office.items())),
        _missing(tx, caller.workspace_id, whose, in_now, known) if office_id is None else [],
        unresolved,
        only_self=user_ids is None and whose == frozenset({caller.user_id}),
        now=tx.now,
    )


def expected(hours: WorkingHours, zone: ZoneInfo, now: datetime) -> tuple[datetime, datetime] | None:
    """The hours during which somebody in that zone is expected at this instant, also those of a night shift that began
    yesterday. None if they aren't expected."""
    today = work_date(now, zone)
    for day in (today, today - timedelta(days=1)):
        if (times := hours.on(day, zone)) and times[0] <= now < times[1]:
            return times
    return None


def _missing(
    tx: Transaction,
    workspace_id: str,
    whose: Collection[str] | None,
    in_now: Collection[str],
    known: Mapping[str, Profile],
) -> list[Missing]:
    workspace_zone = people.workspace_zone(tx.connection, workspace_id)
    zones = {user_id: zone_named(person.zone or workspace_zone) for user_id, person in known.items()}
    starts: dict[str, datetime] = {}
    for user_id, hours in schedules.hours_of(tx, workspace_id, whose).items():
        times = expected(hours, zones[user_id], tx.now)
        if times and user_id not in in_now:
            starts[user_id] = times[0]
    today, day = tx.now.date(), timedelta(days=1)
    around = Scope(workspace_id, today - 2 * day, today + day, None if whose is None else frozenset(whose))
    left = {
        user_id: out_at.astimezone(zones[user_id])
        for user_id, out_at in totals.last_out(tx.connection, around).items()
        if user_id not in in_now
    }
    found = []
    for user_id in starts.keys() | left.keys():
        left_at, expected_at = left.get(user_id), starts.get(user_id)
        if expected_at:
            # Who left before the hours began hasn't worked them.
            left_at = left_at if left_at and left_at > expected_at else None
        elif left_at and left_at.date() != tx.now.astimezone(left_at.tzinfo).date():
            continue
        found.append(Missing(user_id, known[user_id].name, expected_at, left_at))
    return sorted(found, key=lambda one: (one.left_at is not None, one.name.casefold()))
