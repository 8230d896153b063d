"""What rule packs find in the records of a ledger, on both engines."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from bot.attendance import recording
from bot.attendance.recording import NewRecord
from bot.reports import findings
from bot.runtime.services import Services
from storage import offices, paid_breaks, pair_queries, working_conditions
from storage.database import Database, Transaction
from storage.ids import new_id
from storage.offices import Office
from storage.paid_breaks import Moment, PaidBreak
from storage.pairs import Pair, Scope
from storage.working_conditions import WorkingConditions
from tests.builders import ADMIN, workplace
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


async def told(
    services: Services, first: date = TUESDAY, last: date = TUESDAY, **which: object
) -> dict[str, list[Told]]:
    scope = Scope(WORKSPACE, first, last, **which)  # type: ignore[arg-type]
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
