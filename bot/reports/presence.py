"""Who is in now, or on a break."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import permissions
from bot.permissions import Caller
from bot.reports import absence
from bot.reports.absence import MOST_LISTED, Missing, Some
from bot.runtime.services import Services
from storage import breaks, offices, paid_breaks, presence, teams
from storage.breaks import Break
from storage.database import Transaction
from storage.pairs import Pair
from storage.presence import Among, InOffice, Named

LEAST_LISTED, LISTED_IN_ALL = 20, 500
"""Of each office where there are many, and of all of them."""
MOST_OFFICES = 25


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody who is in: their open clock-in, or the record of the break that they are on; and their teams."""

    name: str
    pair: Pair
    teams: Sequence[str]
    on_break: Break | None = None


@dataclass(frozen=True, slots=True)
class AtOffice:
    """How many work there, how many are on a break, and the first of both, by name."""

    working: int
    on_break: int
    first: Sequence[Presence]


@dataclass(frozen=True, slots=True)
class WhoIsIn:
    """The people whom the caller may see.

    `by_office` has the office's name ("" for none) and who is in there. `not_in_yet` are expected, `left` were here
    today, `unresolved` are missing clock-outs, oldest first. `only_self`: the caller sees nobody else.
    """

    by_office: Mapping[str, AtOffice]
    not_in_yet: Some[Missing]
    left: Some[Missing]
    unresolved: Some[Presence]
    only_self: bool
    now: datetime

    @property
    def working(self) -> int:
        """How many people are in and not on a break."""
        return sum(found.working for found in self.by_office.values())

    @property
    def on_break(self) -> int:
        """How many people are on a break."""
        return sum(found.on_break for found in self.by_office.values())


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
    """The same within a transaction, in a few statements however many people there are. Their records are read only for
    those who are listed."""
    workspace_id = caller.workspace_id
    whose = permissions.readable_users(tx, caller, user_ids, None)
    among = Among(workspace_id, whose, office_id, tx.now)
    names = {office.office_id: office.name for office in offices.all_of(tx.connection, workspace_id)}
    counts = presence.counts(tx.connection, among)
    counts.sort(key=lambda one: names.get(one.office_id, one.office_id) if one.office_id else "")
    in_now, forgotten = _listed(tx, among, counts)
    nobody: Some[Missing] = Some(0, [])
    not_in_yet, left = (nobody, nobody) if office_id is not None else absence.missing(tx, workspace_id, whose)
    return WhoIsIn(
        {names.get(place, place) if place else "": there for place, there in in_now.items()},
        not_in_yet,
        left,
        forgotten,
        only_self=user_ids is None and whose == frozenset({caller.user_id}),
        now=tx.now,
    )


def _listed(
    tx: Transaction, among: Among, found: Sequence[InOffice]
) -> tuple[dict[str | None, AtOffice], Some[Presence]]:
    """The first of each office that has anybody, and the first who miss their clock-out, with records and teams. Of
    further offices people are only counted."""
    there = [one for one in found if one.working + one.on_break]
    most = min(MOST_LISTED, max(LEAST_LISTED, LISTED_IN_ALL // (len(there) + 1)))
    places = [one.office_id for one in there[:MOST_OFFICES]]
    shown = presence.first(tx.connection, among, places, most) if found else []
    on_break: dict[str, Break] = {}
    if any(one.on_break for one in found):
        shown, on_break = _with_breaks(tx, among, shown, places, most)
    members = teams.members_by_team(tx.connection, among.workspace_id, user_ids={pair.user_id for pair, _ in shown})
    in_teams: dict[str, list[str]] = defaultdict(list)
    for team in sorted(members):
        for user_id in members[team]:
            in_teams[user_id].append(team)
    in_now: dict[str | None, list[Presence]] = {one.office_id: [] for one in there}
    forgotten: list[Presence] = []
    for pair, name in shown:
        one = Presence(name, pair, in_teams[pair.user_id], on_break.get(pair.clock_in.id))
        is_old = pair.clock_out is None and pair.clock_in.at < among.since
        (forgotten if is_old else in_now[pair.clock_in.office_id]).append(one)
    for some in in_now.values():
        some.sort(key=lambda one: (one.name.casefold(), one.pair.clock_in.at, one.pair.clock_in.id))
    forgotten.sort(key=lambda one: (one.pair.clock_in.at, one.pair.clock_in.id))
    missing = sum(one.missing for one in found)
    listed = {one.office_id: AtOffice(one.working, one.on_break, in_now[one.office_id][:most]) for one in there}
    return listed, Some(missing, forgotten)


def _with_breaks(
    tx: Transaction, among: Among, shown: Sequence[Named], places: Collection[str | None], most: int
) -> tuple[list[Named], dict[str, Break]]:
    """Those who are clocked in and, at these offices, those on unpaid breaks; and the breaks, by their record."""
    users = {pair.user_id for pair, _ in shown}
    inside = {one.in_id: one for one in paid_breaks.open_ones(tx.connection, among.workspace_id, users)}
    away = presence.first_on_unpaid_break(tx.connection, among, most)
    everybody = [*shown, *(one for one in away if one[0].clock_in.office_id in places)]
    on_break: dict[str, Break] = {}
    for pair, _ in everybody:
        in_id = pair.clock_in.id
        if one := breaks.paid(pair, inside[in_id]) if in_id in inside else breaks.unpaid(pair):
            on_break[in_id] = one
    return everybody, on_break
