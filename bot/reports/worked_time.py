"""Worked time over a range, and the records behind it. Storage adds up.

Nothing here calculates with zones: work dates were found when the pairs were written.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from bot import permissions
from bot.calendar.ranges import DateRange
from bot.calendar.worktime import ClockChange, clock_changes, is_forgotten, work_date, zone_named
from bot.people.profiles import with_unknown_users_looked_up
from bot.permissions import Caller, Operation
from bot.reports import findings, holidays
from bot.reports.findings import Found
from bot.reports.holidays import Holidays
from bot.reports.today import running_day_of
from bot.runtime.services import Services
from storage import breaks, corrections, offices, paid_break_sums, pair_queries, people, totals
from storage.breaks import Break
from storage.corrections import Correction
from storage.database import Transaction
from storage.errors import UnknownOffice
from storage.office_breaks import breaks_at_office
from storage.offices import Office
from storage.pairs import DAY, Pair, Scope
from storage.record_changes import RecordChange, changed_in, last_changes, removed_in
from storage.totals import DayTotal

__all__ = ["ClockChange", "DayTotal", "Office", "Pair"]


@dataclass(frozen=True, slots=True)
class CallerContext:
    """What is needed to read a caller's words: their zone, their today, and every office."""

    zone: ZoneInfo
    today: date
    every_office: Sequence[Office]
    role: permissions.Role

    @property
    def offices(self) -> Sequence[Office]:
        """The offices that can be chosen: without archived ones."""
        return [office for office in self.every_office if office.archived_at is None]

    def office(self, office_id: str | None) -> Office | None:
        """The office with that id. Raises UnknownOffice."""
        if office_id is None:
            return None
        for office in self.every_office:
            if office.office_id == office_id:
                return office
        raise UnknownOffice(office_id)


@dataclass(frozen=True, slots=True)
class PersonRow:
    """One person's worked time over the range.

    `breaks` at one office are gaps between records that are both there; None where they aren't counted. `by_hand`
    counts the records that were entered later. `paid`: on paid breaks, which count as worked.
    """

    user_id: str
    name: str
    worked: timedelta
    days: int
    pairs: int
    breaks: timedelta | None
    by_hand: int
    paid: timedelta = timedelta()


@dataclass(frozen=True, slots=True)
class Report:
    """Worked time over a range. `days_of_one` is set if the report is about one person, and `today` if they
    are in or on a break: it is their work date then.

    Open clock-ins have no length yet. They are in `still_in`, or in `unresolved` if the clock-out is missing, and never
    in a total. `from_before` are those of the work date before these days who are in on one of them,
    and `breaks_from_before` the breaks of those who are on one.
    """

    days: DateRange
    office: Office | None
    people: Sequence[PersonRow]
    days_of_one: Sequence[DayTotal] | None
    total: timedelta
    still_in: Sequence[Pair]
    unresolved: Sequence[Pair]
    clock_changes: Sequence[ClockChange]
    zones: Sequence[str]
    now: datetime
    holidays: Holidays = field(default_factory=Holidays)
    findings: Mapping[str, Sequence[Found]] = field(default_factory=dict)
    """What the rules on working time find, by user id."""
    today: date | None = None
    from_before: Sequence[Pair] = ()
    changed: Sequence[tuple[Pair, RecordChange]] = ()
    """The records that took another one's place or that corrections added, if the report is about one person. Else only
    those without the person's agreement."""
    removed: Sequence[tuple[Pair, Correction]] = ()
    """The same of records that corrections removed."""
    breaks_from_before: Sequence[Break] = ()


@dataclass(frozen=True, slots=True)
class Listing:
    """Which records are listed, and from which place on. `as_of`: when the list was opened."""

    days: DateRange
    user_id: str | None
    as_of: datetime
    offset: int = 0


@dataclass(frozen=True, slots=True)
class Page:
    """Some pairs of a list, newest first. Pairs that were deleted since it was opened keep their place. `whose`: the
    person, if the list is about one, and `today` as in a report about them."""

    listing: Listing
    whose: str | None
    pairs: Sequence[Pair]
    has_older: bool
    may_delete: frozenset[str]
    names: dict[str, str]
    office_names: dict[str, str]
    today: date | None = None
    changes: Mapping[str, RecordChange] = field(default_factory=dict)
    """Who changed which of them last, by clock-in."""
    removals: Mapping[str, Correction] = field(default_factory=dict)
    """The corrections that removed records which keep their place, by clock-in."""


PAGE_SIZE = 10
MOST_DAYS_IN_PASSING = 62  # of a report that is read beside everything else


async def caller_context(services: Services, caller: Caller) -> CallerContext:
    """The caller's zone, today, role, and the workspace's offices."""

    def read(tx: Transaction) -> CallerContext:
        zone = zone_of(tx, caller)
        found = offices.all_of(tx.connection, caller.workspace_id)
        return CallerContext(zone, work_date(tx.now, zone), found, permissions.role_of(tx, caller))

    return await services.database.read(read)


async def names_of_others(services: Services, caller: Caller) -> dict[str, str]:
    """Names by id of the people whom the caller may clock in and out, besides themselves."""

    def read(tx: Transaction) -> dict[str, str]:
        permitted = permissions.permitted_users(tx, caller, Operation.CLOCK)
        names = people.names(tx.connection, caller.workspace_id, permitted)
        return {user_id: name for user_id, name in names.items() if user_id != caller.user_id}

    return await services.database.read(read)


async def correctable(services: Services, caller: Caller, user_ids: Collection[str]) -> set[str]:
    """Those of them whose records the caller may delete."""

    def read(tx: Transaction) -> set[str]:
        return {one for one in user_ids if permissions.may(tx, caller, Operation.DELETE, one)}

    return await services.database.read(read)


async def others_called(services: Services, caller: Caller, name: str) -> dict[str, str]:
    """Names by id of the people in the workspace with that full or first name, besides the caller."""
    found = await services.database.read(lambda tx: people.called(tx.connection, caller.workspace_id, name))
    return {user_id: one for user_id, one in found.items() if user_id != caller.user_id}


async def worked_time(
    services: Services,
    caller: Caller,
    days: DateRange,
    user_ids: Collection[str] | None = None,
    office: Office | None = None,
) -> Report:
    """Worked time of those people, or of everybody the caller may see. Raises Forbidden or UnknownUser."""

    def read(tx: Transaction) -> Report:
        whose = permissions.readable_users(tx, caller, user_ids, days)
        scope = Scope(caller.workspace_id, days.first, days.last, whose, office.office_id if office else None)
        summary = totals.summary(tx.connection, scope)
        rows = person_rows(tx, caller, summary.people, whose, whole=office is None)
        one = next(iter(whose)) if whose is not None and len(whose) == 1 else None
        of_one = totals.per_day(tx.connection, scope) if one else None
        if office:
            rows, of_one = _at_office(tx, scope, rows, of_one)
        rows, of_one = _with_paid_breaks(tx, scope, rows, of_one)
        still_open, from_before = _still_open(tx, scope)
        with_details, alone = permissions.sees_details(caller), one is None
        return Report(
            days=days,
            office=office,
            people=rows,
            days_of_one=of_one,
            total=sum((row.worked for row in rows), timedelta()),
            still_in=[pair for pair in still_open if not is_forgotten(pair.clock_in.at, tx.now)],
            unresolved=[pair for pair in still_open if is_forgotten(pair.clock_in.at, tx.now)],
            clock_changes=clock_changes_of(tx, scope, summary.zones),
            zones=summary.zones or [zone_of(tx, caller).key],
            now=tx.now,
            holidays=_holidays(tx, scope, of_one),
            findings=findings.findings(tx, scope) if findings.has_rules(tx, caller.workspace_id) else {},
            today=running_day_of(tx, caller.workspace_id, one) if one else None,
            from_before=from_before,
            changed=changed_in(tx.connection, scope, alone=alone) if with_details else (),
            removed=removed_in(tx.connection, scope, alone=alone) if with_details else (),
            breaks_from_before=_breaks_from_before(tx, scope),
        )

    long = days.days > MOST_DAYS_IN_PASSING
    return await with_unknown_users_looked_up(
        services, caller.workspace_id, lambda: services.database.read(read, long=long)
    )


def _still_open(tx: Transaction, scope: Scope) -> tuple[list[Pair], list[Pair]]:
    """The open clock-ins, and those of last night who are in on one of these days."""
    since = scope.first - DAY if scope.first > date.min else scope.first
    found = pair_queries.still_open(tx.connection, replace(scope, first=since))

    def runs(pair: Pair) -> bool:
        today = work_date(tx.now, zone_named(pair.clock_in.zone))
        return not is_forgotten(pair.clock_in.at, tx.now) and scope.first <= today <= scope.last

    of_days = [pair for pair in found if pair.work_date >= scope.first]
    return of_days, [pair for pair in found if pair.work_date < scope.first and runs(pair)]


def _breaks_from_before(tx: Transaction, scope: Scope) -> list[Break]:
    """The breaks of last night's records that somebody is on now, on one of these days."""
    if abs(scope.first - tx.now.date()) > DAY:  # in no zone these days began a few hours ago
        return []
    found = breaks.unpaid_breaks_now(tx.connection, scope.workspace_id, tx.now, scope.user_ids)

    def counts(on: Break) -> bool:
        today = work_date(tx.now, zone_named(on.zone))
        is_of_last_night = on.pair.work_date < scope.first <= today <= scope.last and not on.is_over(tx.now)
        return is_of_last_night and scope.office_id in (None, on.pair.clock_in.office_id)

    return sorted(filter(counts, found.values()), key=lambda on: on.at)


def _holidays(tx: Transaction, scope: Scope, of_one: Sequence[DayTotal] | None) -> Holidays:
    if of_one is None:
        return holidays.of_offices(tx, scope)
    assert scope.user_ids is not None
    return holidays.of_one(tx, scope, next(iter(scope.user_ids)), [total.work_date for total in of_one])


def _at_office(
    tx: Transaction, scope: Scope, rows: Sequence[PersonRow], of_one: Sequence[DayTotal] | None
) -> tuple[list[PersonRow], list[DayTotal] | None]:
    """The rows with the breaks at that office, without people who weren't there; a person who is asked about stays."""
    breaks = breaks_at_office(tx.connection, scope)
    of_person: dict[str, timedelta] = defaultdict(timedelta)
    of_day: dict[date, timedelta] = defaultdict(timedelta)
    for (user_id, day), length in breaks.items():
        of_person[user_id] += length
        of_day[day] += length
    people = [replace(row, breaks=of_person[row.user_id]) for row in rows if row.pairs or of_one is not None]
    return people, None if of_one is None else [replace(total, breaks=of_day[total.work_date]) for total in of_one]


def _with_paid_breaks(
    tx: Transaction, scope: Scope, rows: Sequence[PersonRow], of_one: Sequence[DayTotal] | None
) -> tuple[list[PersonRow], list[DayTotal] | None]:
    paid = paid_break_sums.of_people(tx.connection, scope)
    people = [replace(row, paid=paid[row.user_id]) if row.user_id in paid else row for row in rows]
    if of_one is None:
        return people, None
    found = paid_break_sums.of_days(tx.connection, scope) if paid else {}
    of_days = {day: length for (day, _), length in found.items()}
    return people, [replace(total, paid=of_days.get(total.work_date, timedelta())) for total in of_one]


async def events_page(services: Services, caller: Caller, listing: Listing) -> Page:
    """A page of the list. Raises Forbidden or UnknownUser."""

    def read(tx: Transaction) -> Page:
        named = [listing.user_id] if listing.user_id else None
        whose = permissions.readable_users(tx, caller, named, listing.days)
        scope = Scope(caller.workspace_id, listing.days.first, listing.days.last, whose)
        found = pair_queries.page(tx.connection, scope, as_of=listing.as_of, offset=listing.offset, limit=PAGE_SIZE + 1)
        shown = found[:PAGE_SIZE]
        deletable = permissions.permitted_users(tx, caller, Operation.DELETE)
        may_delete = frozenset(pair.user_id for pair in shown if deletable is None or pair.user_id in deletable)
        one = next(iter(whose)) if whose is not None and len(whose) == 1 else None
        changed = [pair.clock_in.id for pair in shown if pair.replaces]
        every = [pair.clock_in.id for pair in shown]
        changes = last_changes(tx.connection, caller.workspace_id, every, changed=changed, parts=every)
        removals = corrections.that_removed(tx.connection, caller.workspace_id, shown)
        shown_people = {one or "", *(change.by for change in changes.values())}
        shown_people |= {user_id for pair in shown for user_id in _people_of(pair)}
        profiles = people.get_many(tx.connection, caller.workspace_id, shown_people)
        names = {user_id: profile.name for user_id, profile in profiles.items()}
        places = {office.office_id: office.name for office in offices.all_of(tx.connection, caller.workspace_id)}
        today = running_day_of(tx, caller.workspace_id, one) if one else None
        return Page(listing, one, shown, len(found) > PAGE_SIZE, may_delete, names, places, today, changes, removals)

    return await with_unknown_users_looked_up(services, caller.workspace_id, lambda: services.database.read(read))


def _people_of(pair: Pair) -> set[str]:
    """Whose it is, who entered it, and who deleted it."""
    return {pair.user_id, *(half.by for half in pair.halves), pair.deleted_by or ""}


def person_rows(
    tx: Transaction,
    caller: Caller,
    found: Sequence[totals.PersonTotal],
    whose: frozenset[str] | None,
    *,
    whole: bool,
) -> list[PersonRow]:
    """A row for everyone asked about, also for people without records, by name."""
    by_id = {total.user_id: total for total in found}
    names = people.names(tx.connection, caller.workspace_id, whose)
    user_ids = (set(by_id) | (whose or set())) & names.keys()  # a group may hold people who were never met
    rows = []
    for user_id in user_ids:
        total = by_id.get(user_id) or totals.PersonTotal(user_id, timedelta(), 0, 0, timedelta())
        breaks = total.breaks if whole else None
        rows.append(PersonRow(user_id, names[user_id], total.worked, total.days, total.pairs, breaks, total.by_hand))
    return sorted(rows, key=lambda row: (row.name.casefold(), row.user_id))


def clock_changes_of(tx: Transaction, scope: Scope, zones: Collection[str]) -> list[ClockChange]:
    """The clock changes during somebody's hours. A night shift of the last day can meet one on the next day."""
    if not zones:
        return []
    is_short = scope.last - scope.first < timedelta(days=31)
    if (span := (scope.first, scope.last) if is_short else totals.first_and_last_day(tx.connection, scope)) is None:
        return []
    first, last = span
    changes = [change for name in zones for change in clock_changes(first, last + DAY, zone_named(name))]
    days = {change.day for change in changes}
    worked = totals.worked_in_zones(tx.connection, scope, days | {day - DAY for day in days})

    def touched(change: ClockChange) -> bool:
        zone, day = change.zone.key, change.day
        if (zone, day) in worked:
            return True
        return (zone, day - DAY) in worked and totals.worked_through(tx.connection, scope, zone, day - DAY, change.at)

    return [change for change in changes if touched(change)]


def zone_of(tx: Transaction, caller: Caller) -> ZoneInfo:
    """The caller's zone, or the workspace's if they have none."""
    person = people.get_many(tx.connection, caller.workspace_id, [caller.user_id]).get(caller.user_id)
    known = person.zone if person else None  # the command line has no person behind it
    return zone_named(known or people.workspace_zone(tx.connection, caller.workspace_id))
