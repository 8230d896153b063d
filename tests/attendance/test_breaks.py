"""Breaks, and what goes wrong with them: none to come back from, two at once, midnight, clock changes, coming late."""

from __future__ import annotations

import asyncio
from collections import Counter
from datetime import date, timedelta

import pytest

from bot.attendance.breaks import back, back_and_out, end_day, start_break, undo_break
from bot.attendance.history import Change, person_history
from bot.attendance.recording import clock_in, clock_out
from bot.attendance.undo import undo
from bot.calendar.break_kinds import parse_break_kinds
from bot.calendar.ranges import DateRange
from bot.errors import AlreadyOnABreak, BreakTooLong, NotOnABreak, NotReadable, OnABreak, UnknownBreakKind
from bot.reports.status import status
from bot.reports.worked_time import worked_time
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import breaks, paid_breaks, pair_queries
from storage.database import Database, open_database
from storage.errors import AlreadyClockedIn, NotClockedIn
from storage.pairs import Pair, Scope
from storage.verify import verify
from tests.builders import ADMIN, caller, utc, workplace
from tests.conftest import WORKSPACE, Clock

ANA, ME = "U0ANA", caller("U0ANA")
MONDAY = date(2026, 11, 23)
KINDS = parse_break_kinds("break unpaid, lunch unpaid 30, coffee paid 15, nursing paid")


@pytest.fixture
async def services(database: Database) -> Services:
    found = await workplace(database, {ANA: "Europe/Berlin"})
    await workspace_settings.change(found, ADMIN, break_kinds=KINDS)
    return found


async def records(services: Services) -> list[Pair]:
    scope = Scope(WORKSPACE, date(2026, 1, 1), date(2026, 12, 31), frozenset({ANA}))
    return await services.database.read(lambda tx: list(pair_queries.within(tx.connection, scope)))


async def shown(services: Services) -> list[str]:
    """Each record with its work date, UTC times and break."""
    assert await services.database.read(lambda tx: [one for one in verify(tx.connection) if one.rule != "clock"]) == []
    return [
        f"{pair.work_date:%d} {pair.clock_in.at:%H:%M}-"
        + (f"{pair.clock_out.at:%H:%M} {pair.out_break or ''}".strip() if pair.clock_out else "")
        for pair in await records(services)
    ]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize("way", ["back", "clock in"])
async def test_a_night_with_a_break_is_one_work_date(services: Services, clock: Clock, way: str) -> None:
    for at, step in (("22T21:00", "in"), ("23T00:00", "break"), ("23T00:30", way), ("23T05:00", "out")):
        clock.set(f"2026-11-{at}")
        if step == "in":
            await clock_in(services, ME, ANA)
        elif step == "break":
            await start_break(services, ME, ANA)
        elif step == "back":
            assert (await back(services, ME, ANA)).was.kind == "break"
        elif step == "clock in":
            found = await clock_in(services, ME, ANA)
            assert found.continues
            assert found.continues.ended_at == clock.now
        else:
            assert (await clock_out(services, ME, ANA)).day_total == timedelta(hours=7, minutes=30)
    assert await shown(services) == ["22 21:00-00:00 break", "22 00:30-05:00"]


async def test_back_without_a_break_is_refused(services: Services, clock: Clock) -> None:
    with pytest.raises(NotOnABreak):
        await back(services, ME, ANA)
    await clock_in(services, ME, ANA)
    clock.advance(hours=1)
    with pytest.raises(NotOnABreak):
        await back(services, ME, ANA)
    await clock_out(services, ME, ANA)
    clock.advance(minutes=5)
    with pytest.raises(NotOnABreak):
        await back(services, ME, ANA)
    assert await shown(services) == ["23 08:02-09:02"]


async def test_a_break_when_out_and_one_of_an_unknown_kind_are_refused(services: Services, clock: Clock) -> None:
    with pytest.raises(NotClockedIn):
        await start_break(services, ME, ANA)
    await clock_in(services, ME, ANA)
    clock.advance(hours=1)
    with pytest.raises(UnknownBreakKind) as refused:
        await start_break(services, ME, ANA, kind="siesta")
    assert refused.value.kinds == ["break", "lunch", "coffee", "nursing"]
    for minutes in (0, 361):
        with pytest.raises(BreakTooLong):
            await start_break(services, ME, ANA, minutes=minutes)
    assert await shown(services) == ["23 08:02-"]


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
@pytest.mark.parametrize("kind", ["lunch", "coffee"])
async def test_a_break_typed_twice_at_once_starts_and_ends_once(services: Services, clock: Clock, kind: str) -> None:
    await clock_in(services, ME, ANA)
    clock.advance(hours=1)
    two = await asyncio.gather(*(start_break(services, ME, ANA, kind=kind) for _ in range(2)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in two) == ["AlreadyOnABreak", "BreakStarted"]
    clock.advance(minutes=10)
    ended = await asyncio.gather(*(back(services, ME, ANA) for _ in range(2)), return_exceptions=True)
    assert sorted(type(one).__name__ for one in ended) == ["Back", "NotOnABreak"]
    assert len(await shown(services)) == (2 if kind == "lunch" else 1)


@pytest.mark.parametrize("engine", ["postgresql"])
@pytest.mark.parametrize("kind", ["lunch", "coffee"])
async def test_two_replicas_start_and_end_a_break_at_once_and_it_is_written_once(
    services: Services, database_url: str, clock: Clock, kind: str
) -> None:
    await clock_in(services, ME, ANA)
    other = await open_database(database_url, clock=clock)
    try:
        replicas = (services, Services(other, services.directory))
        for _ in range(5):
            clock.advance(minutes=20)
            began = await asyncio.gather(
                *(start_break(replica, ME, ANA, kind=kind) for replica in replicas * 3), return_exceptions=True
            )
            assert Counter(type(one).__name__ for one in began) == {"BreakStarted": 1, "AlreadyOnABreak": 5}
            clock.advance(minutes=10)
            ended = await asyncio.gather(*(back(replica, ME, ANA) for replica in replicas * 3), return_exceptions=True)
            assert Counter(type(one).__name__ for one in ended) == {"Back": 1, "NotOnABreak": 5}
    finally:
        await other.close()
    assert len(await shown(services)) == (6 if kind == "lunch" else 1)
    (latest,) = (await records(services))[-1:]
    inside = await services.database.read(
        lambda tx: paid_breaks.of_records(tx.connection, WORKSPACE, [latest.clock_in.id])
    )
    assert [one.end is not None for found in inside.values() for one in found] == (
        [] if kind == "lunch" else [True] * 5
    )


@pytest.mark.parametrize("engine", ["postgresql"])
async def test_a_clock_in_that_waits_for_a_break_to_be_written_continues_it(services: Services, clock: Clock) -> None:
    clock.set("2026-11-22T21:00")
    await clock_in(services, ME, ANA)
    clock.set("2026-11-23T00:30")  # past midnight in Berlin
    two = await asyncio.gather(start_break(services, ME, ANA), clock_in(services, ME, ANA), return_exceptions=True)
    if not isinstance(two[1], AlreadyClockedIn):  # it was the second
        assert [pair.work_date.day for pair in await records(services)] == [22, 22]


async def test_after_seven_hours_nobody_is_on_a_break(services: Services, clock: Clock) -> None:
    await clock_in(services, ME, ANA)
    clock.set("2026-11-23T17:00")
    await start_break(services, ME, ANA, kind="lunch")
    clock.set("2026-11-24T00:00")
    with pytest.raises(NotOnABreak):
        await back(services, ME, ANA)
    with pytest.raises(NotClockedIn):
        await clock_out(services, ME, ANA)
    assert (await clock_in(services, ME, ANA)).continues is None
    assert await shown(services) == ["23 08:02-17:00 lunch", "24 00:00-"]


async def test_a_break_across_a_clock_change_lasts_as_long_as_it_did(services: Services, clock: Clock) -> None:
    clock.set("2026-10-24T20:00")
    await clock_in(services, ME, ANA)
    clock.set("2026-10-24T23:30")  # 01:30 in Berlin, where 02:00 to 03:00 comes twice
    await start_break(services, ME, ANA)
    clock.set("2026-10-25T05:31")  # 06:31
    with pytest.raises(NotOnABreak):
        await back(services, ME, ANA)
    clock.set("2026-10-25T05:30")
    await back(services, ME, ANA)
    assert await shown(services) == ["24 20:00-23:30 break", "24 05:30-"]


async def test_clocking_out_during_a_break_is_asked_about(services: Services, clock: Clock) -> None:
    await clock_in(services, ME, ANA)
    clock.set("2026-11-23T11:00")
    await start_break(services, ME, ANA, kind="lunch")
    with pytest.raises(AlreadyOnABreak):
        await start_break(services, ME, ANA)
    clock.set("2026-11-23T19:00")  # eight hours later it can still be answered
    await back_and_out(services, ME, ANA, back_at=utc("2026-11-23T11:45"), left_at=utc("2026-11-23T16:00"))
    assert await shown(services) == ["23 08:02-11:00 lunch", "23 11:45-16:00"]
    clock.set("2026-11-24T08:00")
    await clock_in(services, ME, ANA)
    clock.set("2026-11-24T12:00")
    await start_break(services, ME, ANA, kind="lunch")
    with pytest.raises(OnABreak):
        await clock_out(services, ME, ANA, ends_paid_break=True)
    await end_day(services, ME, ANA)
    assert (await shown(services))[2:] == ["24 08:00-12:00"]
    clock.advance(minutes=20)
    assert (await clock_in(services, ME, ANA)).continues is None


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_what_a_paid_break_lasts_longer_than_is_paid_is_unpaid(services: Services, clock: Clock) -> None:
    await clock_in(services, ME, ANA)
    clock.set("2026-11-23T10:00")
    on = (await start_break(services, ME, ANA, kind="Coffee")).on
    clock.set("2026-11-23T10:15:59")
    assert (await back(services, ME, ANA, expected_id=on.id)).paid_until is None
    assert await shown(services) == ["23 08:02-"]
    clock.set("2026-11-23T12:00")
    await start_break(services, ME, ANA, kind="coffee")
    clock.set("2026-11-23T12:25")
    assert (await back(services, ME, ANA)).paid_until == utc("2026-11-23T12:15")
    assert await shown(services) == ["23 08:02-12:15 coffee", "23 12:25-"]
    clock.set("2026-11-23T14:00")
    await start_break(services, ME, ANA, kind="nursing")
    clock.set("2026-11-23T21:00")  # of a kind without a limit, it is paid for as long as it lasts
    with pytest.raises(OnABreak):
        await clock_out(services, ME, ANA)
    await clock_out(services, ME, ANA, ends_paid_break=True)
    assert (await shown(services))[1:] == ["23 12:25-21:00"]


async def test_a_past_break_splits_the_open_record(services: Services, clock: Clock) -> None:
    await clock_in(services, ME, ANA)
    clock.set("2026-11-23T13:00")
    await start_break(services, ME, ANA, kind="coffee")
    clock.set("2026-11-23T13:10")
    await back(services, ME, ANA)
    clock.set("2026-11-23T15:00")
    at, until = utc("2026-11-23T11:30"), utc("2026-11-23T12:00")
    started = await start_break(services, ME, ANA, kind="lunch", at=at, until=until)
    assert started.on.ended_at == until
    assert await shown(services) == ["23 08:02-11:30 lunch", "23 12:00-"]
    inside = await services.database.read(
        lambda tx: paid_breaks.of_records(tx.connection, WORKSPACE, [started.pair.clock_in.id])
    )
    assert [one.start.at for one in inside[started.pair.clock_in.id]] == [utc("2026-11-23T13:00")]


async def test_undo_takes_a_break_back(services: Services, clock: Clock) -> None:
    await clock_in(services, ME, ANA)
    clock.set("2026-11-23T10:00")
    lunch = (await start_break(services, ME, ANA, kind="lunch")).on
    assert (await undo(services, ME, lunch.id)).reopened
    coffee = (await start_break(services, ME, ANA, kind="coffee")).on
    clock.advance(minutes=5)
    await back(services, ME, ANA)
    again = await undo_break(services, ME, coffee.id)
    await undo_break(services, ME, again.id)
    clock.advance(minutes=5)
    await start_break(services, ME, ANA, kind="coffee")
    clock.advance(minutes=5)
    await clock_out(services, ME, ANA, ends_paid_break=True)
    out = (await records(services))[-1].clock_out
    assert out
    await undo(services, ME, out.id)
    on = await services.database.read(lambda tx: breaks.break_now(tx.connection, WORKSPACE, ANA, tx.now))
    assert on
    assert on.is_paid
    assert on.kind == "coffee"
    assert await shown(services) == ["23 08:02-"]


@pytest.mark.parametrize(
    "words", ["", "lunch", "lunch free", "lunch unpaid 0", "lunch unpaid 361", "lunch unpaid, Lunch paid", "15 paid"]
)
def test_kinds_that_cannot_be_read_are_refused(words: str) -> None:
    with pytest.raises(NotReadable):
        parse_break_kinds(words)


def test_kinds_are_stored_as_they_are_typed() -> None:
    assert str(parse_break_kinds(" Lunch  unpaid 30,coffee PAID 15 ")) == "Lunch unpaid 30, coffee paid 15"


async def test_at_a_quarter_past_one_status_tells_the_night_so_far(services: Services, clock: Clock) -> None:
    clock.set("2026-11-22T21:00")
    await clock_in(services, ME, ANA)
    clock.set("2026-11-23T00:00")
    await start_break(services, ME, ANA)
    clock.set("2026-11-23T00:15")
    found = await status(services, ME, ANA)
    assert found.on_break
    assert (found.day, found.today) == (date(2026, 11, 22), timedelta(hours=3))
    clock.set("2026-11-23T00:30")
    await back(services, ME, ANA)
    clock.set("2026-11-23T05:00")
    assert (await status(services, ME, ANA)).today == timedelta(hours=7, minutes=30)
    await clock_out(services, ME, ANA)
    for days in (DateRange(MONDAY, MONDAY), DateRange(date(2026, 11, 22), date(2026, 11, 22))):
        (row,) = (await worked_time(services, ME, days)).people
        night = (timedelta(hours=7, minutes=30), timedelta(minutes=30), 1, 2)
        nothing = (timedelta(), timedelta(), 0, 0)
        assert (row.worked, row.breaks, row.days, row.pairs) == (nothing if days.first == MONDAY else night)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_undoing_the_end_of_a_day_leaves_the_record_as_it_was_before(services: Services, clock: Clock) -> None:
    await clock_in(services, ME, ANA)
    clock.set("2026-11-23T09:00")
    await start_break(services, ME, ANA, kind="coffee")
    clock.set("2026-11-23T09:10")
    await back(services, ME, ANA)
    clock.set("2026-11-23T12:00")
    lunch = (await start_break(services, ME, ANA, kind="lunch")).on
    clock.set("2026-11-23T15:00")
    left = (await end_day(services, ME, ANA)).pair
    assert await shown(services) == ["23 08:02-12:00"]
    assert left.clock_out
    undone = await undo(services, ME, left.clock_out.id)
    assert undone.on
    assert (undone.on.kind, undone.on.at, undone.on.recorded_at) == ("lunch", lunch.at, lunch.recorded_at)
    assert await shown(services) == ["23 08:02-12:00 lunch"]
    inside = await services.database.read(
        lambda tx: paid_breaks.of_records(tx.connection, WORKSPACE, [undone.on.pair.clock_in.id] if undone.on else [])
    )
    assert [one.kind for several in inside.values() for one in several] == ["coffee"]
    clock.set("2026-11-23T15:30")
    assert (await back(services, ME, ANA)).pair.work_date == MONDAY
    changes = await person_history(services, ME, ANA, DateRange(MONDAY, MONDAY))
    assert [(str(one.action), one.undone) for one in changes if isinstance(one, Change) and one.undone] == [
        ("delete", "end-day"),
        ("create", "end-day"),
    ]
