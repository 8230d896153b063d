"""Worked time by person, day, week or month: the figures of a report, for programs, to the second."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass, replace
from datetime import date, timedelta
from enum import StrEnum
from itertools import groupby

from bot.calendar.ranges import DateRange, month_of
from bot.calendar.worktime import is_forgotten
from bot.permissions import Caller, readable_users
from bot.reports.worked_time import PersonRow, person_rows
from storage import offices, paid_break_sums, pair_queries, people, totals
from storage.database import Transaction
from storage.pairs import NOTHING, Scope
from storage.totals import PersonTotal


class GroupBy(StrEnum):
    """What a row is about."""

    PERSON = "person"
    DAY = "day"
    WEEK = "week"
    MONTH = "month"


@dataclass(frozen=True, slots=True)
class Row:
    """One person's worked time within the days.

    `still_in` counts today's open clock-ins, which have no length yet, and `unresolved` the missing clock-outs.
    `stated` are the breaks that began with a clock-out that said so, None where breaks aren't counted.
    """

    days: DateRange
    person: PersonRow
    still_in: int
    unresolved: int
    stated: timedelta | None


def worked_time(
    tx: Transaction,
    caller: Caller,
    days: DateRange,
    by: GroupBy,
    user_ids: Collection[str] | None,
    office_id: str | None,
) -> Iterator[Row]:
    """With `by` person, everybody asked about, by name. Otherwise the people with records in each period, period by
    period. Streamed.

    Raises Forbidden, UnknownUser or UnknownOffice before the first row.
    """
    whose = readable_users(tx, caller, user_ids, days)
    if office_id is not None:
        offices.find(tx.connection, caller.workspace_id, office_id)
    scope = Scope(caller.workspace_id, days.first, days.last, whose, office_id)
    period = _PERIODS[by]
    open_ones = _open_ones(tx, scope, lambda day: period(day, days))
    if by is GroupBy.PERSON:
        found = totals.summary(tx.connection, scope, exact=True).people
        rows = person_rows(tx, caller, found, whose, whole=office_id is None)
        stated = {total.user_id: total.stated for total in found}
        paid = paid_break_sums.of_people(tx.connection, scope, exact=True)
        rows = [replace(row, paid=paid.get(row.user_id, NOTHING)) for row in rows]
        return (_row(days, row, open_ones, stated.get(row.user_id, NOTHING)) for row in rows)
    return _by_period(tx, caller, scope, lambda day: period(day, days), open_ones)


def _by_period(
    tx: Transaction,
    caller: Caller,
    scope: Scope,
    period: Callable[[date], DateRange],
    open_ones: dict[bool, Counter[tuple[DateRange, str]]],
) -> Iterator[Row]:
    names = people.names(tx.connection, caller.workspace_id, scope.user_ids)
    paid_on = paid_break_sums.of_days(tx.connection, scope, exact=True)
    of_days = totals.days_of_people(tx.connection, scope)
    for days, found in groupby(of_days, key=lambda one: period(one[0])):
        sums: dict[str, PersonTotal] = {}
        paid: dict[str, timedelta] = defaultdict(timedelta)
        for day, total in found:
            before = sums.get(total.user_id)
            sums[total.user_id] = total if before is None else totals.added(before, total)
            paid[total.user_id] += paid_on.get((day, total.user_id), NOTHING)
        rows = [
            PersonRow(
                total.user_id,
                names[total.user_id],
                total.worked,
                total.days,
                total.pairs,
                total.breaks if scope.office_id is None else None,
                total.by_hand,
                paid[total.user_id],
            )
            for total in sums.values()
        ]
        for row in sorted(rows, key=lambda row: (row.name.casefold(), row.user_id)):
            yield _row(days, row, open_ones, sums[row.user_id].stated)


def _row(
    days: DateRange, row: PersonRow, open_ones: dict[bool, Counter[tuple[DateRange, str]]], stated: timedelta
) -> Row:
    still_in, unresolved = (open_ones[forgotten][days, row.user_id] for forgotten in (False, True))
    return Row(days, row, still_in, unresolved, None if row.breaks is None else stated)


def _open_ones(
    tx: Transaction, scope: Scope, period: Callable[[date], DateRange]
) -> dict[bool, Counter[tuple[DateRange, str]]]:
    """How many open clock-ins each person has in each period, and whether their clock-outs are missing."""
    found: dict[bool, Counter[tuple[DateRange, str]]] = {False: Counter(), True: Counter()}
    for pair in pair_queries.still_open(tx.connection, scope):
        forgotten = is_forgotten(pair.clock_in.at, tx.now)
        found[forgotten][period(pair.work_date), pair.user_id] += 1
    return found


def _day(day: date, within: DateRange) -> DateRange:
    return DateRange(day, day)


def _week(day: date, within: DateRange) -> DateRange:
    """From Monday, or from the first day of the range."""
    before, after = timedelta(days=day.weekday()), timedelta(days=6 - day.weekday())
    first = day - before if day - within.first > before else within.first
    return DateRange(first, day + after if within.last - day > after else within.last)


def _month(day: date, within: DateRange) -> DateRange:
    whole = month_of(day.year, day.month)
    return DateRange(max(whole.first, within.first), min(whole.last, within.last))


_PERIODS: dict[GroupBy, Callable[[date, DateRange], DateRange]] = {
    GroupBy.PERSON: lambda day, within: within,
    GroupBy.DAY: _day,
    GroupBy.WEEK: _week,
    GroupBy.MONTH: _month,
}
