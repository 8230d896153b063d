"""Who is in now."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime

from bot import permissions
from bot.calendar.worktime import LONGEST_PAIR, to_microseconds
from bot.permissions import Caller
from bot.reports import absence
from bot.reports.absence import MOST_LISTED, Missing, Some
from bot.runtime.services import Services
from storage import offices, presence, teams
from storage.database import Transaction
from storage.pairs import Pair
from storage.presence import OpenClockIn, PlainPerson

LEAST_LISTED, LISTED_IN_ALL = 20, 500
"""Of each office where there are many, and of all of them."""


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
    workspace_id, since = caller.workspace_id, to_microseconds(tx.now - LONGEST_PAIR)
    whose = permissions.readable_users(tx, caller, user_ids)
    known = presence.plain_people(tx.connection, workspace_id, whose)
    places = {office.office_id: office.name for office in offices.all_of(tx.connection, workspace_id)}
    by_office: dict[str, list[OpenClockIn]] = {}
    forgotten: list[OpenClockIn] = []
    opened = presence.open_clock_ins(tx.connection, workspace_id, whose, office_id)
    for one in sorted(opened, key=lambda one: (known[one.user_id].name.casefold(), one.at, one.id)):
        if one.at < since:
            forgotten.append(one)
        else:
            by_office.setdefault(places.get(one.office_id, one.office_id) if one.office_id else "", []).append(one)
    forgotten.sort(key=lambda one: (one.at, one.id))
    in_now = {one.user_id for found in by_office.values() for one in found}
    nobody: Some[Missing] = Some(0, [])
    not_in_yet, left = nobody, nobody
    if office_id is None:
        not_in_yet, left = absence.missing(tx, workspace_id, whose, in_now, known)
    listed = _listed(tx, workspace_id, known, {**dict(sorted(by_office.items())), None: forgotten})
    unresolved = listed.pop(None)
    return WhoIsIn(
        {name or "": some for name, some in listed.items()},
        not_in_yet,
        left,
        unresolved,
        only_self=user_ids is None and whose == frozenset({caller.user_id}),
        now=tx.now,
    )


def _listed(
    tx: Transaction,
    workspace_id: str,
    known: Mapping[str, PlainPerson],
    groups: Mapping[str | None, Sequence[OpenClockIn]],
) -> dict[str | None, Some[Presence]]:
    """The first of each group with their records and teams."""
    most = min(MOST_LISTED, max(LEAST_LISTED, LISTED_IN_ALL // len(groups)))
    shown = [one for found in groups.values() for one in found[:most]]
    records = presence.pairs_of(tx.connection, workspace_id, [one.id for one in shown])
    members = teams.members_by_team(tx.connection, workspace_id, user_ids={one.user_id for one in shown})
    in_teams: dict[str, list[str]] = defaultdict(list)
    for team in sorted(members):
        for user_id in members[team]:
            in_teams[user_id].append(team)
    return {
        name: Some(
            len(found),
            [Presence(known[one.user_id].name, records[one.id], in_teams[one.user_id]) for one in found[:most]],
        )
        for name, found in groups.items()
    }
