"""Weeks over the average of their period: looked up for people with a long week alone."""

from __future__ import annotations

from collections.abc import Collection, Iterator
from datetime import date

from bot.rules import checks
from bot.rules.checks import Finding, WorkingWeek
from bot.rules.packs import Limits
from storage import working_days
from storage.database import Transaction
from storage.pairs import Scope


def findings(
    tx: Transaction, scope: Scope, long_weeks: Collection[tuple[str, WorkingWeek, Limits]]
) -> Iterator[tuple[str, Finding]]:
    """The findings of those weeks by user id. A period that began before somebody's first record isn't judged yet."""
    if not long_weeks:
        return
    since = working_days.known_since(tx.connection, scope.workspace_id, {user_id for user_id, _, _ in long_weeks})
    periods: dict[tuple[date, date], dict[str, tuple[WorkingWeek, Limits]]] = {}
    for user_id, week, limits in long_weeks:
        assert limits.week_average
        first = max((week.number + 1 - limits.week_average.period) * 7 + 1, 1)
        last = min((week.number + 1) * 7, date.max.toordinal())
        if since.get(user_id, date.max).toordinal() <= first:
            dates = (date.fromordinal(first), date.fromordinal(last))
            periods.setdefault(dates, {})[user_id] = (week, limits)
    for dates, people in periods.items():
        period = Scope(scope.workspace_id, *dates, frozenset(people))
        for user_id, worked, weeks in working_days.weeks_with_records(tx.connection, period):
            week, limits = people[user_id]
            for one in checks.over_average(limits, week, worked, weeks):
                yield user_id, one
