"""What rule packs find in people's records, with the remarks about it. Worked out when it is read, and never stored.

Findings of a day don't depend on the range that is looked at: the days around it are read as well.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass, replace
from datetime import date, timedelta
from itertools import chain, pairwise
from typing import Any

from bot.calendar.worktime import to_microseconds
from bot.reports import average_weeks, night_work
from bot.reports.rules_in_force import RulesInForce, rules_in_force
from bot.rules import checks
from bot.rules.checks import Finding, Rule, Span, WorkingDay, WorkingWeek
from bot.rules.packs import Limits, WeeklyRest
from storage import paid_breaks, remarks, totals, working_days
from storage.database import Transaction
from storage.in_doubt import MINUTE, MOST_PEOPLE, SATURDAY, DayBounds, PersonBounds, in_doubt
from storage.pairs import Scope
from storage.remarks import Remark

__all__ = ["Finding", "Remark", "Rule"]

EVERY_RULE = frozenset(Rule)
OF_A_DAY = frozenset({Rule.BREAK, Rule.STRETCH, Rule.DAY})
OF_A_WEEK = frozenset({Rule.WEEKLY_REST, Rule.WEEK})
BETWEEN_DAYS = OF_A_WEEK | {Rule.REST}
WHEN_CLOCKING = OF_A_DAY | {Rule.REST}
DAYS_AT_ONCE, PEOPLE_AT_ONCE = 62, 500
FOUND_AT_ONCE = 200
LONGEST_REST = 4  # days: no rule asks for a longer one


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, and the latest remark about it. `earlier`: one that was about another figure, as before a break
    was added, taken back or changed."""

    finding: Finding
    remark: Remark | None
    earlier: Remark | None = None


def has_rules(tx: Transaction, workspace_id: str) -> bool:
    """Whether anything may be found: the workspace or an office has a country."""
    return working_days.has_country(tx.connection, workspace_id)


def findings(tx: Transaction, scope: Scope, rules: Collection[Rule] = EVERY_RULE) -> dict[str, list[Found]]:
    """The findings of the scope's work dates by person, each in the order of days. With an office, those of days that
    began there."""
    found: dict[str, list[Found]] = {}
    for portion in in_portions(tx, scope, rules):
        for user_id, several in portion.items():
            found.setdefault(user_id, []).extend(several)
    return found


def of_day(tx: Transaction, workspace_id: str, user_id: str, work_date: date) -> list[Found]:
    """What a person's work date itself shows: its breaks and length, and the rest before it."""
    scope = Scope(workspace_id, work_date, work_date, frozenset({user_id}))
    return findings(tx, scope, WHEN_CLOCKING).get(user_id, [])


def in_portions(
    tx: Transaction, scope: Scope, rules: Collection[Rule] = EVERY_RULE
) -> Iterator[dict[str, list[Found]]]:
    """The same, two months and some people at a time, so that a long range and a large team don't fill the memory."""
    if (force := rules_in_force(tx, scope)) is None:
        return
    for portion in _portions(tx, scope):
        found = _Search(tx, portion, force, frozenset(rules)).found()
        yield _with_remarks(tx, portion, found) if found else {}


def _portions(tx: Transaction, scope: Scope) -> Iterator[Scope]:
    if scope.last - scope.first >= timedelta(days=DAYS_AT_ONCE):
        if (span := totals.first_and_last_day(tx.connection, scope)) is None:
            return
        scope = replace(scope, first=max(scope.first, span[0]), last=min(scope.last, span[1]))
    first = scope.first
    while scope.last - first >= timedelta(days=DAYS_AT_ONCE):
        yield from _of_some_people(replace(scope, first=first, last=first + timedelta(days=DAYS_AT_ONCE - 1)))
        first += timedelta(days=DAYS_AT_ONCE)
    yield from _of_some_people(replace(scope, first=first))


def _of_some_people(scope: Scope) -> Iterator[Scope]:
    """The same for as many people at a time as are read at once. Everybody stays together."""
    if scope.user_ids is None:
        yield scope
        return
    ordered = sorted(scope.user_ids)
    for first in range(0, len(ordered), PEOPLE_AT_ONCE):
        yield replace(scope, user_ids=frozenset(ordered[first : first + PEOPLE_AT_ONCE]))


class _Search:
    """Looks for the findings of a few weeks."""

    def __init__(self, tx: Transaction, scope: Scope, force: RulesInForce, rules: frozenset[Rule]) -> None:
        self._tx, self._scope, self._force, self._rules = tx, scope, force, rules
        self._places: dict[tuple[str, date], str] = {}
        """The office of each day that has one: of its first clock-in that names one."""
        self._long_weeks: list[tuple[str, WorkingWeek, Limits]] = []

    def found(self) -> dict[str, list[Finding]]:
        """By person, each in the order of days and rules."""
        found: defaultdict[str, list[Finding]] = defaultdict(list)
        for number, (user_id, one) in enumerate(self._every()):
            if number % FOUND_AT_ONCE == 0:
                working_days.let_others_run(self._tx.connection)
            if one.rule in self._rules and self._is_asked_about(user_id, one.work_date):
                found[user_id].append(one)
        for several in found.values():
            several.sort(key=_in_order)
        return found

    def _every(self) -> Iterator[tuple[str, Finding]]:
        """Also some that aren't asked about."""
        of_days, of_people = self._to_look_at()
        paid = self._paid_breaks() if of_days else {}
        for user_id, days in of_days.items():
            yield from ((user_id, one) for one in self._of_days(user_id, days, paid.get(user_id, ())))
        for user_id, days in of_people.items():
            yield from ((user_id, one) for one in self._of_rests(user_id, days))
            yield from ((user_id, one) for one in self._of_weeks(user_id, days))
        yield from average_weeks.findings(self._tx, self._scope, self._long_weeks)
        if Rule.NIGHT in self._rules:
            yield from night_work.findings(self._tx, replace(self._scope, office_id=None), self._force)

    def _to_look_at(self) -> tuple[_Days, _Days]:
        """The dates to look at by themselves, and those of people whose rests and weeks are looked at. Of everybody,
        only what isn't fine at a glance."""
        connection, scope = self._tx.connection, replace(self._scope, office_id=None)
        has_places = bool(self._force.offices) or self._scope.office_id is not None
        of_day = self._day_bounds() if self._rules & OF_A_DAY else None
        of_person = self._person_bounds() if self._rules & BETWEEN_DAYS else None
        wide = self._widened() if of_person else scope
        if scope.user_ids is not None:
            every = self._by_person(working_days.records(connection, wide, places=has_places))
            return every if of_day else {}, every if of_person else {}
        hard = in_doubt(connection, self._glance() if of_person else scope, wide, of_day, of_person)
        theirs = replace(wide, user_ids=hard.people) if len(hard.people) <= MOST_PEOPLE else wide
        return (
            self._by_person(working_days.records_of_days(connection, scope, hard.days, places=has_places)),
            self._by_person(working_days.records(connection, theirs, places=has_places)),
        )

    def _by_person(self, rows: Iterator[Any]) -> _Days:
        """The days of these records in order. Of each row as little as possible is done."""
        days: defaultdict[str, list[WorkingDay]] = defaultdict(list)
        of_whom = on = ""
        date_and_week, seen = (date.min, 0), {"": (date.min, 0)}
        spans: list[Span] = []
        opened, worked = None, 0
        for user_id, text, start, end, place in chain(rows, [_END]):
            if user_id != of_whom or text != on:
                if spans:
                    ends = (spans[0][0], spans[-1][1])
                    days[of_whom].append(WorkingDay(*date_and_week, spans, opened is not None, *ends, worked))
                elif opened is not None:
                    days[of_whom].append(WorkingDay(*date_and_week, spans, True, opened, None, 0))
                if text != on:
                    date_and_week = seen.get(text) or seen.setdefault(text, _date_and_week(text))
                of_whom, on, spans, opened, worked = user_id, text, [], None, 0
            if end is None:
                opened = start
            else:
                spans.append((start, end))
                worked += end - start
            if place is not None:
                self._places.setdefault((user_id, date_and_week[0]), place)
        return days

    def _day_bounds(self) -> DayBounds:
        """The strictest of all that hold somewhere."""
        limits = self._force.in_use
        return DayBounds(
            carefree=min(one.carefree for one in limits),
            enough=max(one.enough for one in limits),
            longest_piece=min(one.longest_piece for one in limits),
            longest_day=min(one.longest_day for one in limits),
            longest_span=min(one.longest_span for one in limits),
        )

    def _person_bounds(self) -> PersonBounds:
        """The strictest of all that hold somewhere, for the rules that are asked about."""
        limits = self._force.in_use
        weeks = [limit.minutes for one in limits for limit in (one.week, one.week_average) if limit]
        rests = [one.weekly_rest.minutes for one in limits if one.weekly_rest]
        of_weeks = bool(self._rules & OF_A_WEEK)
        first, last = checks.week_of(self._scope.first), checks.week_of(self._scope.last)
        return PersonBounds(
            rest=max((one.daily_rest.minutes for one in limits if one.daily_rest), default=0),
            week=min(weeks) if weeks and of_weeks else None,
            weekly_rest=max(rests) if rests and of_weeks else 0,
            mondays=[checks.monday_of(week) for week in range(first, last + 1)] if of_weeks else [],
        )

    def _paid_breaks(self) -> dict[str, list[Span]]:
        """Each person's paid breaks that have ended."""
        found: dict[str, list[Span]] = {}
        for one in paid_breaks.within(self._tx.connection, replace(self._scope, office_id=None)):
            if one.end is not None:
                start, end = (to_microseconds(moment.at) // MINUTE for moment in (one.start, one.end))
                found.setdefault(one.user_id, []).append((start, end))
        return found

    def _widened(self) -> Scope:
        """With the days around that the rules need: the rest before, whole weeks, and the weeks beside them."""
        since, until = self._scope.first.toordinal() - 2, self._scope.last.toordinal()
        if self._rules & OF_A_WEEK:
            since, until = min(since, since + 2 - self._scope.first.weekday()), until + 6 - self._scope.last.weekday()
            if rests := self._weekly_rests():
                beside = max(rest.days for rest in rests) - 7 + LONGEST_REST
                since, until = since - beside, until + beside
        first, last = max(since, 1), min(until, date.max.toordinal())
        return replace(self._scope, first=date.fromordinal(first), last=date.fromordinal(last), office_id=None)

    def _weekly_rests(self) -> list[WeeklyRest]:
        if Rule.WEEKLY_REST not in self._rules:
            return []
        return [limits.weekly_rest for limits in self._force.in_use if limits.weekly_rest]

    def _glance(self) -> Scope:
        """The days by which the database finds people: with the days before of the first week. Of a week that goes on
        after them, the dates in them are enough, because findings are about its last date. A weekly rest may begin
        before and end after."""
        if self._weekly_rests():
            return self._widened()
        monday = self._scope.first.toordinal() - self._scope.first.weekday()
        needs_week = self._rules & OF_A_WEEK and self._scope.first.weekday() < SATURDAY  # weekends are looked at
        first = date.fromordinal(max(monday, 1)) if needs_week else self._scope.first
        return replace(self._scope, first=first, office_id=None)

    def _limits(self, user_id: str, day: date) -> Limits:
        return self._force.limits(user_id, day, self._places.get((user_id, day)))

    def _is_asked_about(self, user_id: str, day: date) -> bool:
        if not self._scope.first <= day <= self._scope.last:
            return False
        return self._scope.office_id in (None, self._places.get((user_id, day)))

    def _of_days(self, user_id: str, days: Sequence[WorkingDay], paid: Sequence[Span]) -> Iterator[Finding]:
        for day in days:
            yield from checks.of_day(self._limits(user_id, day.date), day, paid)

    def _of_rests(self, user_id: str, days: Sequence[WorkingDay]) -> Iterator[Finding]:
        for before, day in pairwise(days):
            yield from checks.rest(self._limits(user_id, day.date), before, day)

    def _of_weeks(self, user_id: str, days: Sequence[WorkingDay]) -> Iterator[Finding]:
        weeks = {week.number: week for week in checks.weeks_of(days)}
        for number, week in weeks.items():
            if not self._is_asked_about(user_id, week.last):
                continue
            limits = self._limits(user_id, week.last)
            yield from checks.of_week(limits, week)
            if checks.may_be_over_average(limits, week):
                self._long_weeks.append((user_id, week, limits))
            if limits.weekly_rest:
                beside = (weeks.get(number - 1), weeks.get(number + 1))
                yield from checks.weekly_rest(limits.weekly_rest, week, *beside)


def _with_remarks(tx: Transaction, scope: Scope, found: Mapping[str, list[Finding]]) -> dict[str, list[Found]]:
    said = {(one.user_id, one.work_date, one.rule): one for one in remarks.of_days(tx.connection, scope)}
    return {
        user_id: [_answered(one, said.get((user_id, one.work_date, one.rule))) for one in several]
        for user_id, several in found.items()
    }


def _answered(finding: Finding, said: Remark | None) -> Found:
    is_about_it = said is not None and said.measured == finding.measured
    return Found(finding, said) if is_about_it else Found(finding, None, said)


def _date_and_week(text: str) -> tuple[date, int]:
    day = date.fromisoformat(text)
    return day, checks.week_of(day)


def _in_order(one: Finding) -> tuple[date, int]:
    return one.work_date, _ORDER[one.rule]


_Days = Mapping[str, Sequence[WorkingDay]]
"""Each person's dates in order."""
_END = ("", "", 0, None, None)  # after the last row
_ORDER = {rule: place for place, rule in enumerate(Rule)}
