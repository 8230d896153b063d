"""Sums over a range, on both engines."""

from __future__ import annotations

from dataclasses import replace
from datetime import date, timedelta
from typing import Any

import pytest
from sqlalchemy import select
from sqlalchemy.util import await_only

from bot.attendance import recording
from bot.attendance.recording import NewRecord
from bot.people import teams_and_offices
from bot.runtime.services import Services
from storage import totals
from storage.database import Database, Transaction
from storage.pair_queries import workspaces_open_since
from storage.pairs import Scope
from storage.tables import pairs
from storage.totals import Summary
from tests.builders import ADMIN, caller, utc, workplace
from tests.conftest import WORKSPACE, Clock

ANA, BEN = "U0ANA", "U0BEN"
NOVEMBER = Scope(WORKSPACE, date(2026, 11, 1), date(2026, 11, 30))


@pytest.fixture
async def services(database: Database, clock: Clock) -> Services:
    services = await workplace(database, {ANA: "Europe/Berlin", BEN: "America/New_York"})
    await teams_and_offices.set_office(services, ADMIN, "hq", "HQ", "Europe/Berlin")
    return services


async def record(services: Services, start: str, end: str, **how: str) -> None:
    await recording.record(services, ADMIN, NewRecord(ANA, utc(start), utc(end), **how))  # type: ignore[arg-type]


async def summary(services: Services) -> Summary:
    def read(tx: Transaction) -> Summary:
        return totals.summary(tx.connection, NOVEMBER)

    return await services.database.read(read)


async def test_breaks_are_the_gaps_within_a_day_and_never_the_nights_between(services: Services) -> None:
    await record(services, "2026-11-02T08:00", "2026-11-02T12:00")
    await record(services, "2026-11-02T12:30", "2026-11-02T16:00")
    await record(services, "2026-11-02T16:10", "2026-11-02T17:00")
    await record(services, "2026-11-03T20:00", "2026-11-04T04:00")

    (ana,) = (await summary(services)).people

    assert (ana.worked, ana.days, ana.pairs) == (timedelta(hours=16, minutes=20), 2, 4)
    assert ana.breaks == timedelta(minutes=40)
    assert ana.by_hand == 4


@pytest.mark.parametrize(
    ("second", "breaks"), [("14:59", timedelta(hours=2, minutes=59)), ("15:00", timedelta()), ("22:00", timedelta())]
)
async def test_a_gap_of_three_hours_splits_the_day_and_is_no_break(
    services: Services, second: str, breaks: timedelta
) -> None:
    await record(services, "2026-11-02T08:00", "2026-11-02T10:00")
    await record(services, "2026-11-02T10:15", "2026-11-02T12:00")
    await record(services, f"2026-11-02T{second}", "2026-11-02T22:59")

    (ana,) = (await summary(services)).people
    whole = breaks + timedelta(minutes=15)

    def days(tx: Transaction) -> list[timedelta | None]:
        anas = replace(NOVEMBER, user_ids=frozenset({ANA}))
        streamed = [total.breaks for _, total in totals.days_of_people(tx.connection, NOVEMBER)]
        return [*streamed, *(day.breaks for day in totals.per_day(tx.connection, anas))]

    assert ana.breaks == whole
    assert await services.database.read(days) == [whole, whole]


async def test_people_see_lengths_from_minute_to_minute_and_programs_every_second(services: Services) -> None:
    await record(services, "2026-11-02T08:00:59.5", "2026-11-02T12:00:01")
    await record(services, "2026-11-02T12:30:40", "2026-11-02T16:00:20.25")

    def read(tx: Transaction) -> tuple[Summary, Summary, totals.DayTotal, totals.Worked]:
        anas = replace(NOVEMBER, user_ids=frozenset({ANA}))
        (day,) = totals.per_day(tx.connection, anas)
        worked = totals.worked(tx.connection, WORKSPACE, ANA, date(2026, 11, 2))
        exact = totals.summary(tx.connection, NOVEMBER, exact=True)
        return totals.summary(tx.connection, NOVEMBER), exact, day, worked

    seen, exact, day, worked = await services.database.read(read)
    (ana,), (to_the_second,) = seen.people, exact.people

    assert (ana.worked, ana.breaks) == (timedelta(hours=7, minutes=30), timedelta(minutes=30))
    assert (day.worked, day.breaks) == (ana.worked, ana.breaks)
    assert worked == (ana.worked, ana.worked)
    assert to_the_second.worked == timedelta(hours=7, minutes=28, seconds=41.75)
    assert to_the_second.breaks == timedelta(minutes=30, seconds=39)


async def test_only_records_entered_later_count_as_entered_by_hand(services: Services, clock: Clock) -> None:
    for minutes_late in (0, 15, 16):
        clock.advance(hours=1)
        await recording.clock_in(services, caller(BEN), BEN)
        clock.advance(minutes=20)
        await recording.clock_out(services, caller(BEN), BEN, at=clock.now - timedelta(minutes=minutes_late))

    (ben,) = (await summary(services)).people

    assert (ben.pairs, ben.by_hand) == (3, 1)


async def test_an_open_clock_in_counts_its_day_and_the_gap_before_it_but_no_time(
    services: Services, clock: Clock
) -> None:
    await record(services, "2026-11-23T05:00", "2026-11-23T07:00")
    await recording.clock_in(services, caller(ANA), ANA)  # at 8:02

    (ana,) = (await summary(services)).people

    assert (ana.worked, ana.days, ana.pairs) == (timedelta(hours=2), 1, 2)
    assert ana.breaks == timedelta(hours=1, minutes=2)


async def test_an_open_clock_in_has_no_worked_time(services: Services) -> None:
    await recording.clock_in(services, caller(ANA), ANA)

    (ana,) = (await summary(services)).people

    assert (ana.worked, ana.breaks, ana.days) == (timedelta(), timedelta(), 1)


async def test_all_zones_are_named_also_of_one_person_who_travels(services: Services) -> None:
    await record(services, "2026-11-02T08:00", "2026-11-02T12:00")
    await teams_and_offices.set_office(services, ADMIN, "tokyo", "Tokyo", "Asia/Tokyo")
    await record(services, "2026-11-04T08:00", "2026-11-04T12:00", office_id="tokyo")

    assert (await summary(services)).zones == ["Asia/Tokyo", "Europe/Berlin"]


@pytest.mark.parametrize("engine", ["sqlite"])  # PostgreSQL chooses by its statistics
async def test_the_records_entered_by_hand_are_found_by_their_index(database: Database) -> None:
    """Reports of a million records count the few of them."""

    def plan(tx: Transaction) -> str:
        statement = totals._by_hand(NOVEMBER).compile(tx.connection, compile_kwargs={"literal_binds": True})
        return str(tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {statement}").all())

    assert "pairs_by_hand" in await database.read(plan)


@pytest.mark.parametrize("engine", ["sqlite"])  # as above
async def test_few_people_among_many_are_found_by_their_index(database: Database) -> None:
    """A clock-out that looks through the day of ten thousand others takes longer the more there are."""
    anas = replace(NOVEMBER, user_ids=frozenset({ANA}))

    def plans(tx: Transaction) -> list[str]:
        of_scope = select(pairs).where(*anas.holds()).compile(tx.connection, compile_kwargs={"literal_binds": True})
        day = {
            "workspace": WORKSPACE,
            "user": ANA,
            "day": "2026-11-23",
            "first": "2026-11-23",
            "last": "2026-11-23",
            "since": 0,
            "until": 1,
        }
        of_day = totals._WORKED._statement.compile(tx.connection)
        found = [
            tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {of_scope}"),
            tx.connection.exec_driver_sql(
                f"EXPLAIN QUERY PLAN {of_day}", tuple(day[n] for n in of_day.positiontup or ())
            ),
        ]
        return [str(rows.all()) for rows in found]

    for plan in await database.read(plans):
        assert "pairs_by_user (workspace_id=? AND user_id=? AND in_at>? AND in_at<?)" in plan


@pytest.mark.parametrize("engine", ["sqlite"])  # as above
async def test_the_open_clock_ins_are_found_by_their_index(database: Database) -> None:
    """They are looked for every minute, among all records of all workspaces."""

    def plan(tx: Transaction) -> str:
        asked: list[str] = []
        driver: Any = tx.connection.connection.driver_connection
        await_only(driver.set_trace_callback(asked.append))
        workspaces_open_since(tx.connection, tx.now)
        await_only(driver.set_trace_callback(None))
        return str(tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {asked[-1]}").all())

    assert "pairs USING INDEX pairs_one_open (workspace_id=? AND user_id=?)" in await database.read(plan)
