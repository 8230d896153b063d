"""Messages to people about breaks that others, or programs in their name, started, ended, added or took back."""

from __future__ import annotations

from datetime import date, time

import pytest

from bot.attendance.add_break import add_break
from bot.attendance.breaks import back, end_day, start_break, undo_break
from bot.attendance.recording import clock_in
from bot.calendar.break_kinds import parse_break_kinds
from bot.calendar.worktime import TimeOfDay
from bot.workspaces import workspace_settings
from tests.builders import ADMIN, caller, utc
from tests.chat.conftest import ADA, ANA, PlainDoor, work
from tests.chat.test_changes_by_programs import CAME, with_token
from tests.chat.test_notices import IN_CHAT, drawn
from tests.conftest import Clock

KINDS = parse_break_kinds("break unpaid, lunch unpaid 30, coffee paid 15")


@pytest.fixture
async def clocked_in(door: PlainDoor, clock: Clock) -> PlainDoor:
    """Ana, who clocked herself in at nine."""
    await workspace_settings.change(door.services, ADMIN, break_kinds=KINDS)
    clock.set("2026-11-23T08:00")
    await clock_in(door.services, caller(ANA), ANA)
    clock.set("2026-11-23T11:00")
    return door


@pytest.mark.parametrize("kind", ["break", "coffee"])
async def test_a_break_that_somebody_else_started_and_ended_is_told(
    clocked_in: PlainDoor, clock: Clock, kind: str
) -> None:
    services = clocked_in.services
    await start_break(services, IN_CHAT, ANA, kind=kind)
    clock.set("2026-11-23T11:10")
    await back(services, IN_CHAT, ANA)
    at, until = utc("2026-11-23T11:30"), utc("2026-11-23T11:40")
    clock.set("2026-11-23T12:00")
    await start_break(services, IN_CHAT, ANA, kind=kind, at=at, until=until)
    assert await drawn(services) == [
        (ANA, ["@U0ADA started your break at 12:00."]),
        (ANA, ["@U0ADA ended your break (12:00 to 12:10)."]),
        (ANA, ["@U0ADA entered a break for you: 12:30 to 12:40."]),
    ]


async def test_a_break_that_was_taken_back_or_became_the_end_of_the_day_is_told(
    clocked_in: PlainDoor, clock: Clock
) -> None:
    services = clocked_in.services
    coffee = (await start_break(services, IN_CHAT, ANA, kind="coffee")).on
    clock.set("2026-11-23T11:05")
    await undo_break(services, IN_CHAT, coffee.id)
    await start_break(services, IN_CHAT, ANA, kind="break")
    clock.set("2026-11-23T16:00")
    await end_day(services, IN_CHAT, ANA)
    assert await drawn(services) == [
        (ANA, ["@U0ADA started your break at 12:00."]),
        (ANA, ["@U0ADA took back what they entered of your break (12:00)."]),
        (ANA, ["@U0ADA started your break at 12:05."]),
        (ANA, ["@U0ADA clocked you out at 12:05. Your record: 09:00 – 12:05, 3\u00a0h 5\u00a0min."]),
    ]


@pytest.mark.parametrize(("kind", "until"), [("lunch", "12:30"), ("coffee", "12:10")])
async def test_a_break_that_somebody_else_added_to_a_record_is_told(
    clocked_in: PlainDoor, clock: Clock, kind: str, until: str
) -> None:
    await work(clocked_in, clock, ADA, "2026-11-23T15:00", "2026-11-23T15:05")
    clock.set("2026-11-23T16:00")
    await clocked_in.type(ANA, "clockout")
    chosen = KINDS.named(kind)
    assert chosen
    span = TimeOfDay(time(12)), TimeOfDay(time.fromisoformat(until))
    await add_break(clocked_in.services, IN_CHAT, ANA, date(2026, 11, 23), *span, chosen)
    assert await drawn(clocked_in.services) == [
        (
            ANA,
            [
                "@U0ADA added a break to your record: 09:00 – 17:00, 8\u00a0h. If that's wrong, ask them to undo it.",
            ],
        )
    ]


async def test_what_people_do_of_their_own_breaks_is_not_told(clocked_in: PlainDoor, clock: Clock) -> None:
    services, me = clocked_in.services, caller(ANA)
    for kind in ("coffee", "lunch"):
        await start_break(services, me, ANA, kind=kind)
        clock.advance(minutes=10)
        await back(services, me, ANA)
        clock.advance(minutes=10)
    assert await drawn(services) == []


async def test_of_breaks_that_a_program_takes_for_somebody_the_first_of_a_day_is_told(
    clocked_in: PlainDoor, clock: Clock
) -> None:
    services = clocked_in.services
    program = await with_token(services, ANA)
    for _ in range(2):  # people see the answer of the terminal at the door
        await start_break(services, program, ANA, kind="lunch")
        clock.advance(minutes=30)
        await back(services, program, ANA)
        clock.advance(minutes=30)
    assert await drawn(services) == [(ANA, ["A program started your break at 12:00, as you.", CAME])]


@pytest.mark.parametrize("kind", ["lunch", "coffee"])
async def test_a_break_that_a_program_enters_later_or_takes_back_is_told_each_time(
    clocked_in: PlainDoor, clock: Clock, kind: str
) -> None:
    services = clocked_in.services
    program = await with_token(services, ANA)
    await start_break(services, program, ANA, kind=kind)
    clock.advance(minutes=10)
    await back(services, program, ANA)
    clock.set("2026-11-23T14:00")
    at, until = utc("2026-11-23T13:00"), utc("2026-11-23T13:10")
    entered = await start_break(services, program, ANA, kind=kind, at=at, until=until)
    if entered.on.is_paid:
        await undo_break(services, program, entered.on.id)
    expected = [
        "A program started your break at 12:00, as you.",
        "A program entered a break for you, as you: 14:00 to 14:10.",
    ]
    if entered.on.is_paid:
        expected.append("A program took back what it entered of your break (14:00 to 14:10), as you.")
    assert await drawn(services) == [(ANA, [line, CAME]) for line in expected]
