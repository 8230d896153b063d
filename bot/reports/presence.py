"""Who is in now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import permissions
from bot.calendar.worktime import LONGEST_PAIR
from bot.permissions import Caller
from bot.reports import absence
from bot.reports.absence import MOST_LISTED, Missing, Some
from bot.runtime.services import Services
from storage import offices, presence, teams
from storage.database import Transaction
from storage.pairs import Pair
from storage.presence import Among, InOffice

LEAST_LISTED, LISTED_IN_ALL = 20, 500
"""Of each office where there are many, and of all of them."""
MOST_OFFICES = 25


@dataclass(frozen=True, slots=True)
class Presence:
    """Somebody who is in: the open clock-in, and the teams they are in."""

    name: str
    pair: Pair
    teams: Sequence[str]


@dataclass(frozen=True, slots=True)
class WhoIsIn:
    """The people whom the caller may see.

    `by_office` has the office's name ("" for none) and who is in there, by name. `not_in_yet` are expected,
    `left` were here today, `unresolved` are missing clock-outs, oldest first. `only_self`: the caller sees nobody else.
    """

    by_office: Mapping[str, Some[Presence]]
    not_in_yet: Some[Missing]
    left: Some[Missing]
    unresolved: Some[Presence]
    only_self: bool
    now: datetime

    @property
    def count(self) -> int:
        """How many people are in."""
        return sum(found.count for found in self.by_office.values())


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
    whose = permissions.readable_users(tx, caller, user_ids)
    among = Among(workspace_id, whose, office_id, tx.now - LONGEST_PAIR)
    names = {office.office_id: office.name for office in offices.all_of(tx.connection, workspace_id)}
    counts = presence.counts(tx.connection, among)
    counts.sort(key=lambda one: names.get(one.office_id, one.office_id) if one.office_id else "")
    in_now, forgotten = _listed(tx, among, counts)
    nobody: Some[Missing] = Some(0, [])
    not_in_yet, left = (nobody, nobody) if office_id is not None else absence.missing(tx, workspace_id, whose)
    return WhoIsIn(
        {names.get(place, place) if place else "": some for place, some in in_now.items()},
        not_in_yet,
        left,
        forgotten,
        only_self=user_ids is None and whose == frozenset({caller.user_id}),
        now=tx.now,
    )


def _listed(
    tx: Transaction, among: Among, found: Sequence[InOffice]
) -> tuple[dict[str | None, Some[Presence]], Some[Presence]]:
    """The first of each office that has anybody, and the first who miss their clock-out, with records and teams. Of
    further offices people are only counted."""
    counts = {one.office_id: one.number for one in found if one.number}
    most = min(MOST_LISTED, max(LEAST_LISTED, LISTED_IN_ALL // (len(counts) + 1)))
    shown = presence.first(tx.connection, among, list(counts)[:MOST_OFFICES], most) if found else []
    members = teams.members_by_team(tx.connection, among.workspace_id, user_ids={pair.user_id for pair, _ in shown})
    in_teams: dict[str, list[str]] = defaultdict(list)
    for team in sorted(members):
        for user_id in members[team]:
            in_teams[user_id].append(team)
    in_now: dict[str | None, list[Presence]] = {office_id: [] for office_id in counts}
    forgotten: list[Presence] = []
    for pair, name in shown:
        one = Presence(name, pair, in_teams[pair.user_id])
        (forgotten if pair.clock_in.at < among.since else in_now[pair.clock_in.office_id]).append(one)
    for some in in_now.values():
        some.sort(key=lambda one: (one.name.casefold(), one.pair.clock_in.at, one.pair.clock_in.id))
    forgotten.sort(key=lambda one: (one.pair.clock_in.at, one.pair.clock_in.id))
    missing = sum(one.missing for one in found)
    return {office_id: Some(count, in_now[office_id]) for office_id, count in counts.items()}, Some(missing, forgotten)
