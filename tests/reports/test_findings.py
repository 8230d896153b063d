"""What rule packs find in the records of a ledger, on both engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from itertools import pairwise
from random import Random
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from bot.attendance import breaks, recording
from bot.attendance.recording import NewRecord
from bot.reports import findings
from bot.rules import checks
from bot.rules.packs import Limits, packs
from bot.runtime.services import Services
from storage import (
    in_doubt,
    offices,
    paid_breaks,
    pair_queries,
    pairs,
    remarks,
    settings,
    totals,
    working_conditions,
    working_days,
)
from storage.database import Database, Transaction
from storage.ids import new_id
from storage.offices import Office
from storage.paid_breaks import Moment, PaidBreak
from storage.pairs import Pair, PairEvent, Scope
from storage.remarks import Remark
from storage.working_conditions import WorkingConditions
from tests.builders import ADMIN, caller, utc, workplace
from tests.conftest import WORKSPACE, Clock

BERLIN = ZoneInfo("Europe/Berlin")
TUESDAY = date(2026, 11, 24)
BOTH = pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
Told = tuple[str, int, int]
"""The rule, and the minutes that were measured and asked."""


@dataclass
class Case:
    """A day in that country, in local times; `22:00-25:30` ends on the next one. `paid`: breaks inside a record."""

    about: str
    country: str
    day: str
    told: Sequence[Told] = ()
    paid: str = ""
    before: str = ""
    adult_from: date | None = None
    night_worker: bool = False


# The numbers are those of the list of cases from the field.
CASES = [
    Case("1", "DE", "07:43-12:00 12:30-16:44"),
    Case("3", "DE", "07:00-12:00 12:30-17:00", told=[("break", 30, 45)]),
    Case("4", "DE", "06:00-12:00"),
    Case("4, a minute more", "DE", "06:00-12:01", told=[("break", 0, 30), ("stretch", 361, 360)]),
    Case("5", "DE", "06:00-12:00 13:00-15:00"),
    Case("6", "DE", "06:00-08:00 08:10-09:10 09:20-10:20 10:30-12:30"),
    Case(
        *("6, a minute more", "DE", "06:00-08:00 08:10-09:10 09:20-10:20 10:30-12:31"),
        told=[("break", 0, 30), ("stretch", 361, 360)],
    ),
    Case("7", "DE", "08:00-11:00 11:05-14:10", told=[("break", 0, 30), ("stretch", 365, 360)]),
    Case(
        *("8", "DE", "08:00-09:07 09:12-10:19 10:24-11:31 11:36-12:43 12:48-13:55 14:00-15:07"),
        told=[("break", 0, 30), ("stretch", 402, 360)],
    ),
    Case("10", "DE", "08:00-15:46", told=[("break", 0, 30), ("stretch", 466, 360)]),
    Case("11", "DE", "08:00-14:15 14:45-15:45", told=[("stretch", 375, 360)]),
    Case("12", "DE", "08:00-12:00", before="08:00-12:00 14:00-18:00"),
    Case("13", "DE", "08:00-09:00", before="12:00-22:00", told=[("rest", 600, 660)]),
    Case("14, entered by hand", "DE", "22:00-25:00 25:30-30:00"),
    Case("16", "ES", "09:10-15:15", told=[("break", 0, 15)]),
    Case("17", "ES", "08:30-09:00", before="17:00-21:00", told=[("rest", 690, 720)]),
    Case("17, in Germany", "DE", "08:30-09:00", before="17:00-21:00"),
    Case("19", "NL", "08:00-13:31", told=[("break", 0, 30)]),
    Case("20", "PL", "08:00-14:00", paid="10:00-10:15"),
    Case("20, without it", "PL", "08:00-14:00", told=[("break", 0, 15)]),
    Case("21", "JP", "08:00-12:00 12:45-16:45"),
    Case("21, a minute more", "JP", "08:00-12:00 12:45-16:46", told=[("break", 45, 60), ("day", 481, 480)]),
    Case(
        *("24", "DE", "08:00-12:30 13:00-17:00"),
        adult_from=date(2027, 5, 1),
        told=[("break", 30, 60), ("day", 510, 480)],
    ),
    Case("24, a year older", "DE", "08:00-12:30 13:00-17:00", adult_from=date(2026, 11, 24)),
    Case("25", "DE", "07:00-12:00 12:45-17:46", told=[("day", 601, 600)]),
    Case("27", "DE", "06:00:59-12:00:01"),
    Case("28", "DE", "16:00-21:00 22:00-24:30", night_worker=True),
    Case("28, one night under two hours", "DE", "15:00-20:00 21:00-25:00", night_worker=True),
    Case("28, in France", "FR", "14:00-18:00 18:30-24:30", night_worker=True, told=[("night", 600, 480)]),
    Case("a minor at night", "DE", "18:00-20:05", adult_from=date(2027, 5, 1), told=[("night", 5, 0)]),
    Case("two breaks, one of them paid", "DE", "08:00-11:00 11:15-15:00", paid="13:00-13:15"),
    Case("a paid break too short", "DE", "08:00-11:00 11:15-15:00", paid="13:00-13:14", told=[("break", 15, 30)]),
    Case("a break in one piece", "FR", "08:00-11:00 11:15-13:00 13:10-15:00", told=[("break", 15, 20)]),
    Case("from the first to the last", "CH", "06:00-08:00 19:00-20:01", told=[("day", 841, 840)]),
    Case("no pack", "BR", "06:00-18:00"),
]  # fmt: skip


def of_local(day: date, text: str) -> datetime:
    hours, minute, *seconds = (int(part) for part in text.split(":"))
    midnight = datetime(day.year, day.month, day.day, tzinfo=BERLIN)
    return (midnight + timedelta(hours=hours, minutes=minute, seconds=sum(seconds))).astimezone(UTC)


@pytest.fixture
async def services(database: Database, clock: Clock) -> Services:
    clock.set("2026-12-31T12:00")
    return await workplace(database, {user_id(number): "Europe/Berlin" for number in range(len(CASES))})


def user_id(number: int) -> str:
    return f"U0{number:03}"


async def write_case(services: Services, who: str, case: Case) -> None:
    person = WorkingConditions(WORKSPACE, who, case.adult_from, case.night_worker)
    office = Office(WORKSPACE, case.country, case.country, "Europe/Berlin", country=case.country)

    def prepare(tx: Transaction) -> None:
        working_conditions.put(tx.connection, person)
        offices.put(tx.connection, office)

    await services.database.write(prepare)
    for day, spans in ((TUESDAY - timedelta(days=1), case.before), (TUESDAY, case.day)):
        for start, end in (span.split("-") for span in spans.split()):
            await record(services, who, of_local(day, start), of_local(day, end), day, case.country)
    for start, end in (span.split("-") for span in case.paid.split()):
        await paid_break(services, who, of_local(TUESDAY, start), of_local(TUESDAY, end))


async def record(
    services: Services, who: str, start: datetime, end: datetime, day: date | None = None, office: str | None = None
) -> Pair:
    recorded = await recording.record(services, ADMIN, NewRecord(who, start, end, day, office))
    return recorded.pair


async def paid_break(services: Services, who: str, start: datetime, end: datetime) -> None:
    scope = Scope(WORKSPACE, TUESDAY, TUESDAY, frozenset({who}))

    def write(tx: Transaction) -> None:
        (around,) = (
            one
            for one in pair_queries.within(tx.connection, scope)
            if one.clock_in.at <= start and one.clock_out and start < one.clock_out.at
        )
        first, last = (Moment(at, at, who, "slack") for at in (start, end))
        paid_breaks.start(tx.connection, PaidBreak(WORKSPACE, new_id(), who, around.clock_in.id, "coffee", first, last))

    await services.database.write(write)


async def told(services: Services, first: date = TUESDAY, last: date = TUESDAY, **which: Any) -> dict[str, list[Told]]:
    scope = Scope(WORKSPACE, first, last, **which)
    found = await services.database.read(lambda tx: findings.findings(tx, scope))
    return {
        who: [(str(one.finding.rule), one.finding.measured, one.finding.asked) for one in several]
        for who, several in found.items()
    }


@BOTH
async def test_the_cases_from_the_field(services: Services) -> None:
    for number, case in enumerate(CASES):
        await write_case(services, user_id(number), case)
    found = await told(services)
    wrong = {
        case.about: (found.get(user_id(number), []), list(case.told))
        for number, case in enumerate(CASES)
        if found.get(user_id(number), []) != list(case.told)
    }
    assert not wrong, "what was found, and what was expected"
    in_spain = {user_id(number) for number, case in enumerate(CASES) if case.country == "ES" and case.told}
    assert set(await told(services, office_id="ES")) == in_spain


@BOTH
async def test_a_night_with_a_break_after_midnight_is_one_day_without_a_finding(
    services: Services, clock: Clock
) -> None:
    """Case 14, and a rest that is too short after it."""
    who = caller("U0000")
    await services.database.write(lambda tx: settings.put(tx.connection, WORKSPACE, "country", "DE"))
    for at, deed in (
        ("2026-11-24T21:00", recording.clock_in),
        ("2026-11-25T00:00", breaks.start_break),
        ("2026-11-25T00:30", breaks.back),
        ("2026-11-25T05:00", recording.clock_out),
        ("2026-11-25T15:59", recording.clock_in),
    ):
        clock.set(at)
        await deed(services, who, who.user_id)
    assert await told(services, last=TUESDAY + timedelta(days=1)) == {who.user_id: [("rest", 659, 660)]}


async def test_a_paid_break_changes_no_sum(services: Services) -> None:
    start, end = utc("2026-11-24T06:00"), utc("2026-11-24T12:01")
    scope = Scope(WORKSPACE, TUESDAY, TUESDAY)

    def write(tx: Transaction) -> None:
        settings.put(tx.connection, WORKSPACE, "country", "DE")
        add_pair(tx, "U0000", start, end)

    await services.database.write(write)
    before = await services.database.read(lambda tx: totals.summary(tx.connection, scope, exact=True))
    assert await told(services) == {"U0000": [("break", 0, 30), ("stretch", 361, 360)]}
    await paid_break(services, "U0000", utc("2026-11-24T09:00"), utc("2026-11-24T09:30"))
    assert await services.database.read(lambda tx: totals.summary(tx.connection, scope, exact=True)) == before
    assert await told(services) == {}


@BOTH
async def test_a_glance_of_the_database_misses_nothing_in_whatever_order_records_came(
    services: Services, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Random weeks under every pack: what is found equals what the checks find in all records, and doesn't depend on
    the range that is looked at, nor on how many people are asked about."""
    chance = Random(22)
    people = [f"U0{number:03}" for number in range(len(CASES))]
    packs_of = dict(zip(people, [*packs().values()] * 3, strict=False))
    records = {who: random_weeks(chance) for who in people}

    def write(tx: Transaction) -> None:
        for pack in packs().values():
            country, _, region = pack.code.partition("-")
            country = pack.members[0] if pack.members else country
            office = Office(WORKSPACE, pack.code, pack.code, "UTC", country=country, region=region or None)
            offices.put(tx.connection, office)
        every = [(who, start, end) for who, days in records.items() for spans in days.values() for start, end in spans]
        rows = []
        for who, start, end in chance.sample(every, len(every)):
            first, last = (PairEvent(new_id(), at, at, who, "slack", "UTC", packs_of[who].code) for at in (start, end))
            rows.append(pairs.to_audit_fields(Pair(WORKSPACE, who, start.date(), first, last)))
        pairs.INSERT.write_all(tx.connection, rows)

    await services.database.write(write)
    first, last = date(2026, 10, 28), date(2026, 11, 24)
    expected = {who: in_all_of(packs_of[who], days, first, last) for who, days in records.items()}
    expected = {who: told for who, told in expected.items() if told}
    found = await told(services, first, last)
    assert {who: sorted(several) for who, several in found.items()} == expected
    assert len({rule for several in found.values() for rule, *_ in several}) == 6, "all but the night"
    parts = [await told(services, day, day + timedelta(days=3)) for day in (first + timedelta(4 * n) for n in range(7))]
    added = {who: sorted(one for part in parts for one in part.get(who, [])) for who in found}
    assert added == expected, "a few days at a time"
    assert await told(services, first, last, user_ids=frozenset(people)) == found, "a few people, without a glance"
    monkeypatch.setattr(in_doubt, "FEW", 0)
    assert await told(services, first, last) == found, "those who may break a rule, counted exactly"
    monkeypatch.setattr(working_days, "DAYS_AT_ONCE", 7)
    assert await told(services, first, last) == found, "a few of their days at a time"


def random_weeks(chance: Random) -> dict[date, list[tuple[datetime, datetime]]]:
    """Six weeks of somebody's records (UTC), some of them hard."""
    regular, days = chance.random() < 0.6, {}
    at = datetime(2026, 10, 19, 8, tzinfo=UTC)
    while at.date() < date(2026, 12, 1):
        spans = []
        if chance.random() < (0.75 if regular else 0.93):
            start = at + timedelta(minutes=chance.randrange(60) if regular else chance.randrange(-240, 240))
            for _ in range(2 if regular else chance.randint(1, 4)):
                end = start + timedelta(minutes=chance.randint(150, 300) if regular else chance.randint(30, 420))
                if start.date() == at.date():
                    spans.append((start, end))
                start = end + timedelta(minutes=chance.choice([5, 15, 30, 45, 60]), seconds=chance.choice([0, 30]))
        if spans:
            days[at.date()] = spans
        at += timedelta(days=1)
    return without_overlaps(days)


def without_overlaps(
    days: dict[date, list[tuple[datetime, datetime]]],
) -> dict[date, list[tuple[datetime, datetime]]]:
    kept: dict[date, list[tuple[datetime, datetime]]] = {}
    until = datetime(2026, 1, 1, tzinfo=UTC)
    for day, spans in days.items():
        for start, end in spans:
            if start > until:
                kept.setdefault(day, []).append((start, end))
                until = end
    return kept


def in_all_of(
    limits: Limits, records: dict[date, list[tuple[datetime, datetime]]], first: date, last: date
) -> list[Told]:
    """What the checks find, without any shortcut."""
    days = [checks.working_day(day, [(minute(a), minute(b)) for a, b in spans]) for day, spans in records.items()]
    every = [one for day in days for one in checks.of_day(limits, day)]
    every += [one for before, day in pairwise(days) for one in checks.rest(limits, before, day)]
    weeks = {week.number: week for week in checks.weeks_of(days)}
    for number, week in weeks.items():
        every += checks.of_week(limits, week)
        if limits.weekly_rest:
            beside = (weeks.get(number - 1), weeks.get(number + 1))
            every += checks.weekly_rest(limits.weekly_rest, week, *beside)
    return sorted((str(one.rule), one.measured, one.asked) for one in every if first <= one.work_date <= last)


def minute(at: datetime) -> int:
    return int(at.timestamp()) // 60


async def test_an_average_is_found_over_a_whole_period_of_weeks_with_records(services: Services) -> None:
    """Fifty hours a week since May, but for two weeks of leave, which are neutral."""
    await services.database.write(lambda tx: settings.put(tx.connection, WORKSPACE, "country", "DE"))
    monday = date(2026, 5, 4)

    def write(tx: Transaction) -> None:
        for week in range(27):
            for day in range(5):
                if week not in (10, 11):
                    start = datetime(2026, 5, 4, 6, tzinfo=UTC) + timedelta(days=7 * week + day)
                    for begins, ends in ((0, 5), (6, 11)):
                        add_pair(tx, "U0000", start + timedelta(hours=begins), start + timedelta(hours=ends))

    await services.database.write(write)
    found = await told(services, monday, monday + timedelta(days=7 * 27))
    assert found == {"U0000": [("week", 3000, 2880)] * 4}, "of 25, those whose 24 weeks lie within the records"


async def test_exempt_people_and_agreements_have_other_findings_and_remarks_are_shown(
    services: Services,
) -> None:
    def write(tx: Transaction) -> None:
        settings.put(tx.connection, WORKSPACE, "country", "DE")
        settings.put(tx.connection, WORKSPACE, "agreements", 'break none "TV X §1"')
        working_conditions.put(tx.connection, WorkingConditions(WORKSPACE, "U0001", exempt=True))
        for who in ("U0000", "U0001"):
            add_pair(tx, who, utc("2026-11-24T06:00"), utc("2026-11-24T14:00"))
        about = (WORKSPACE, "r1", "U0000", TUESDAY, "stretch", 480, "The line was down")
        remarks.add(tx.connection, Remark(*about, "U0000", tx.now, "slack"))

    assert await services.database.read(lambda tx: findings.has_rules(tx, WORKSPACE)) is False
    await services.database.write(write)
    assert await services.database.read(lambda tx: findings.has_rules(tx, WORKSPACE)) is True
    (one,) = await services.database.read(lambda tx: findings.of_day(tx, WORKSPACE, "U0000", TUESDAY))
    assert (one.finding.rule, one.finding.measured) == ("stretch", 480)
    assert one.remark is not None
    assert one.remark.text == "The line was down"
    assert list(await told(services)) == ["U0000"]


async def test_an_open_record_is_judged_by_its_rest_and_a_missing_clock_out_by_nothing(services: Services) -> None:
    def write(tx: Transaction) -> None:
        settings.put(tx.connection, WORKSPACE, "country", "DE")
        add_pair(tx, "U0000", utc("2026-11-23T12:00"), utc("2026-11-23T21:30"))
        add_pair(tx, "U0000", utc("2026-11-24T06:00"), None)
        add_pair(tx, "U0001", utc("2026-11-23T20:00"), None)

    await services.database.write(write)
    assert await told(services) == {"U0000": [("rest", 510, 660)]}


def add_pair(tx: Transaction, who: str, start: datetime, end: datetime | None) -> None:
    first, last = (PairEvent(new_id(), at, at, who, "slack", "UTC") if at else None for at in (start, end))
    assert first
    pairs.add(tx.connection, Pair(WORKSPACE, who, start.date(), first, last))
