"""Work at night, of those few people of whom the law asks something there: night workers, and minors."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from dataclasses import replace
from datetime import date, datetime, time, timedelta

from bot.calendar.worktime import from_microseconds, time_at_night, zone_named
from bot.reports.rules_in_force import RulesInForce
from bot.rules import checks
from bot.rules.checks import Finding, NightShift
from storage import working_days
from storage.database import Transaction
from storage.in_doubt import MINUTE
from storage.pairs import DAY, Scope

LONGEST_PERIOD = 120  # days over which a pack takes the average of nights
Record = tuple[int, int, str, str | None]
"""From one minute to another, in that zone, at that office."""


def findings(tx: Transaction, scope: Scope, force: RulesInForce) -> Iterator[tuple[str, Finding]]:
    """The findings of these people by user id; also of days before the scope."""
    if not (people := force.night_people()):
        return
    before = LONGEST_PERIOD * DAY
    first = scope.first - before if scope.first - date.min > before else scope.first
    wide = replace(scope, first=first, office_id=None, user_ids=frozenset(people))
    known = working_days.known_since(tx.connection, scope.workspace_id, people)
    for user_id, days in _records(tx, wide).items():
        earlier: list[NightShift] = []
        for day, records in sorted(days.items()):
            office_id = next((office for *_, office in records if office is not None), None)
            limits = force.limits(user_id, day, office_id)
            if limits.forbidden_night:
                at_night = _at_night(records, limits.forbidden_night.starts, limits.forbidden_night.ends)
                yield from ((user_id, one) for one in checks.forbidden_night(limits, day, at_night))
            if limits.night and force.people[user_id].night_worker:
                at_night = _at_night(records, limits.night.starts, limits.night.ends)
                shift = NightShift(day, sum(end - start for start, end, *_ in records), at_night)
                yield from (
                    (user_id, one) for one in checks.of_night_worker(limits, shift, earlier, known.get(user_id, day))
                )
                earlier.append(shift)


def _records(tx: Transaction, scope: Scope) -> dict[str, dict[date, list[Record]]]:
    """The records that have ended, by person and work date."""
    days: dict[str, dict[date, list[Record]]] = {}
    for user_id, text, start, end, office_id, zone in working_days.records_with_zones(tx.connection, scope):
        if end is not None:
            record = (start, end, zone, office_id)
            days.setdefault(user_id, {}).setdefault(date.fromisoformat(text), []).append(record)
    return days


def _at_night(records: Collection[Record], starts: time, ends: time) -> int:
    lengths = (
        time_at_night(_instant(start), _instant(end), starts, ends, zone_named(zone)) for start, end, zone, _ in records
    )
    return sum(lengths, timedelta()) // timedelta(minutes=1)


def _instant(minute: int) -> datetime:
    return from_microseconds(minute * MINUTE)
