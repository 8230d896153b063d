"""A manager's week: how long their teams worked, and whose clock-out is missing."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date

from bot.calendar.ranges import DateRange
from bot.calendar.worktime import is_forgotten
from bot.permissions import Caller
from bot.reports import findings, holidays
from bot.reports.findings import Found
from bot.reports.holidays import Holidays
from bot.runtime.services import Services
from storage import pair_queries, teams, totals
from storage.database import Transaction
from storage.pairs import Pair, Scope
from storage.totals import PersonTotal


@dataclass(frozen=True, slots=True)
class WeeklySummary:
    """The people who worked, by user id, the missing clock-outs, the holidays of every office, and what the rules on
    working time find, by user id."""

    days: DateRange
    worked: Sequence[PersonTotal]
    unresolved: Sequence[Pair]
    holidays: Holidays = field(default_factory=Holidays)
    findings: Mapping[str, Sequence[Found]] = field(default_factory=dict)


async def weekly_summary(services: Services, manager: Caller, days: DateRange) -> WeeklySummary | None:
    """Of the manager's teams, without the manager. None for somebody who manages no team any more."""

    def read(tx: Transaction) -> WeeklySummary | None:
        workspace_id = manager.workspace_id
        if not teams.manages_any(tx.connection, workspace_id, manager.user_id):
            return None
        members = teams.managed_by(tx.connection, workspace_id, manager.user_id) - {manager.user_id}
        scope = Scope(workspace_id, days.first, days.last, members)
        worked = totals.summary(tx.connection, scope).people
        opened = pair_queries.still_open(tx.connection, Scope(workspace_id, date.min, date.max, members))
        unresolved = [pair for pair in opened if is_forgotten(pair.clock_in.at, tx.now)]
        free = holidays.of_offices(tx, Scope(workspace_id, days.first, days.last))
        found = findings.findings(tx, scope) if findings.has_rules(tx, workspace_id) else {}
        return WeeklySummary(days, sorted(worked, key=lambda total: total.user_id), unresolved, free, found)

    return await services.database.read(read)
