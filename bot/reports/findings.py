"""What rule packs find in people's records, with the remarks about it. Worked out when it is read, and never stored.

Findings of a day don't depend on the range that is looked at: the days around it are read as well.
"""

from __future__ import annotations

from collections.abc import Collection, Iterator, Mapping
from dataclasses import dataclass, replace
from datetime import date, timedelta

from bot.calendar.worktime import to_microseconds
from bot.reports import average_weeks, night_work
from bot.reports.rules_in_force import RulesInForce, rules_in_force
from bot.rules import checks
from bot.rules.checks import Finding, Rule, Span, WorkingDay, WorkingWeek
from bot.rules.packs import Limits
from storage import paid_breaks, remarks, totals, working_days
from storage.database import Transaction
from storage.pairs import DAY, Scope
from storage.remarks import Remark

__all__ = ["Finding", "Remark", "Rule"]

EVERY_RULE = frozenset(Rule)
WHEN_CLOCKING = frozenset({Rule.BREAK, Rule.STRETCH, Rule.DAY, Rule.REST})
DAYS_AT_ONCE = 62
PEOPLE_AT_ONCE = 50
WEEK = 7 * DAY
LONGEST_REST = 4 * DAY  # no rule asks for a longer one
Place = str | None
Days = dict[str, list[WorkingDay]]


@dataclass(frozen=True, slots=True)
class Found:
    """A finding, and the latest remark about it."""

    finding: Finding
    remark: Remark | None


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
    """The same, two months at a time, so that a long range doesn't fill the memory."""
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
        yield replace(scope, first=first, last=first + timedelta(days=DAYS_AT_ONCE - 1))
        first += timedelta(days=DAYS_AT_ONCE)
    yield replace(scope, first=first)


class _Search:
    """Looks for the findings of a few weeks."""

    def __init__(self, tx: Transaction, scope: Scope, force: RulesInForce, rules: frozenset[Rule]) -> None:
        self._tx, self._scope, self._force, self._rules = tx, scope, force, rules
        self._places: dict[tuple[str, date], Place] = {}
        """The office of each day that has one: of its first clock-in that names one."""
        self._records: dict[tuple[str, date], list[Span]] = {}
        """The records of days whose figures don't tell enough."""
        self._paid: dict[str, list[Span]] = {}
        self._long_weeks: list[tuple[str, WorkingWeek, Limits]] = []

    def found(self) -> dict[str, list[Finding]]:
        """By person, each in the order of days and rules."""
        days = self._read()
        found: dict[str, list[Finding]] = {}
        for number, (user_id, theirs) in enumerate(days.items()):
            if number % PEOPLE_AT_ONCE == 0:
                working_days.let_others_run(self._tx.connection)
            if several := [*self._of_days(user_id, theirs), *self._of_weeks(user_id, theirs)]:
                found[user_id] = several
        for user_id, one in average_weeks.findings(self._tx, self._scope, self._long_weeks):
            found.setdefault(user_id, []).append(one)
        if Rule.NIGHT in self._rules:
            for user_id, one in night_work.findings(self._tx, self._scope, self._force, days.keys()):
                if self._is_asked_about(user_id, one.work_date):
                    found.setdefault(user_id, []).append(one)
        for several in found.values():
            several.sort(key=_in_order)
        return found

    def _read(self) -> Days:
        """Everybody's days, also those around the scope."""
        wide, has_places = self._widened(), bool(self._force.offices) or self._scope.office_id is not None
        days: Days = {}
        dates: dict[str, date] = {}
        unclear: set[tuple[str, date]] = set()
        for row in working_days.days(self._tx.connection, wide, places=has_places):
            user_id, text, records, ended, first, last, worked, longest, *places = row
            if (day := dates.get(text)) is None:
                day = dates[text] = date.fromisoformat(text)
            one = WorkingDay(day, records, ended, first, last, worked, longest)
            days.setdefault(user_id, []).append(one)
            if places and places[0] is not None:
                self._places[user_id, day] = places[0]
            if not self._scope.first <= day <= self._scope.last:
                continue
            if places and places[0] != places[1]:
                unclear.add((user_id, day))
            if ended > 2 and checks.needs_a_look(self._limits(user_id, day), one):
                unclear.add((user_id, day))
        if self._rules & WHEN_CLOCKING:
            unclear |= self._read_paid(days)
        if unclear:
            self._read_records(unclear)
        return days

    def _read_paid(self, days: Days) -> set[tuple[str, date]]:
        """Reads the paid breaks. Returns the days of several records that have one."""
        unclear = set()
        for one in paid_breaks.within(self._tx.connection, replace(self._scope, office_id=None)):
            if one.end is None or one.user_id not in days:
                continue
            start, end = (to_microseconds(moment.at) // working_days.MINUTE for moment in (one.start, one.end))
            self._paid.setdefault(one.user_id, []).append((start, end))
            around = [day for day in days[one.user_id] if day.records > 1 and day.first <= start]
            if around:
                unclear.add((one.user_id, around[-1].date))
        return unclear

    def _read_records(self, unclear: set[tuple[str, date]]) -> None:
        narrow = replace(self._scope, office_id=None, user_ids=frozenset(user_id for user_id, _ in unclear))
        named: set[tuple[str, date]] = set()
        for user_id, text, start, end, _, place in working_days.records(self._tx.connection, narrow):
            key = (user_id, date.fromisoformat(text))
            if key not in unclear:
                continue
            if end is not None:
                self._records.setdefault(key, []).append((start, end))
            if place is not None and key not in named:
                named.add(key)
                self._places[key] = place

    def _widened(self) -> Scope:
        """With the days around that the rules need: the rest before, whole weeks, and the weeks beside them."""
        first, last = self._scope.first, self._scope.last
        since, until = first - 2 * DAY if first > date.min + 2 * DAY else first, last
        if self._rules & {Rule.WEEK, Rule.WEEKLY_REST} and date.min + 3 * WEEK < first <= last < date.max - 3 * WEEK:
            since, until = checks.monday_of(first), checks.monday_of(last) + WEEK - DAY
            rests = [pack.weekly_rest for pack in self._force.packs]
            if any(rests):
                longest = WEEK if any(rest and rest.days == 14 for rest in rests) else timedelta()
                since, until = since - longest - LONGEST_REST, until + longest + LONGEST_REST
            since = min(since, first - 2 * DAY)
        return replace(self._scope, first=since, last=until, office_id=None)

    def _limits(self, user_id: str, day: date) -> Limits:
        return self._force.limits(user_id, day, self._places.get((user_id, day)))

    def _is_asked_about(self, user_id: str, day: date) -> bool:
        if not self._scope.first <= day <= self._scope.last:
            return False
        return self._scope.office_id in (None, self._places.get((user_id, day)))

    def _of_days(self, user_id: str, days: list[WorkingDay]) -> Iterator[Finding]:
        paid, before = self._paid.get(user_id, ()), None
        for day in days:
            if self._is_asked_about(user_id, day.date):
                limits = self._limits(user_id, day.date)
                if checks.needs_a_look(limits, day):
                    spans = self._records.get((user_id, day.date)) or day.spans or []
                    ended = day.ended == day.records
                    for one in checks.of_day(limits, day.date, spans, paid, has_ended=ended):
                        if one.rule in self._rules:
                            yield one
                if Rule.REST in self._rules and before is not None:
                    yield from checks.rest(limits, before, day)
            before = day

    def _of_weeks(self, user_id: str, days: list[WorkingDay]) -> Iterator[Finding]:
        if not self._rules & {Rule.WEEK, Rule.WEEKLY_REST}:
            return
        weeks = {week.monday: week for week in checks.weeks_of(days)}
        for monday, week in weeks.items():
            if not self._is_asked_about(user_id, week.last):
                continue
            limits = self._limits(user_id, week.last)
            if Rule.WEEK in self._rules:
                yield from checks.of_week(limits, week)
                if checks.may_be_over_average(limits, week):
                    self._long_weeks.append((user_id, week, limits))
            if Rule.WEEKLY_REST in self._rules and limits.weekly_rest:
                beside = (weeks.get(monday - WEEK), weeks.get(monday + WEEK))
                yield from checks.weekly_rest(limits.weekly_rest, week, *beside)


def _with_remarks(tx: Transaction, scope: Scope, found: Mapping[str, list[Finding]]) -> dict[str, list[Found]]:
    said = {(one.user_id, one.work_date, one.rule): one for one in remarks.of_days(tx.connection, scope)}
    return {
        user_id: [Found(one, said.get((user_id, one.work_date, one.rule))) for one in several]
        for user_id, several in found.items()
    }


def _in_order(one: Finding) -> tuple[date, int]:
    return one.work_date, _ORDER[one.rule]


_ORDER = {rule: place for place, rule in enumerate(Rule)}
