"""Reminders are sent once, at the right time in each person's zone, however many replicas look."""

from __future__ import annotations

from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from datetime import date, timedelta
from typing import Any

import pytest

from bot.attendance import breaks, recording
from bot.attendance.change_notifications import Kind
from bot.calendar.working_hours import parse_weekly_time, parse_working_hours
from bot.notifications import reminders
from bot.people import teams_and_offices
from bot.runtime.outbox_sender import NotSent, send_due
from bot.runtime.services import Profile, Services
from bot.workspaces import workspace_settings
from storage import outbox, people, teams
from storage.database import Database, Transaction, open_database
from storage.outbox import Message
from storage.teams import Team
from tests.builders import ADMIN, NobodyElse, caller, claim_due, one_by_one, workplace
from tests.conftest import WORKSPACE, Clock

ANA, BEN, MARCO = "U0ANA", "U0BEN", "U0MARCO"
NINE_TO_FIVE = parse_working_hours("mon-fri 09:00-17:00")


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


on_sqlite = pytest.mark.parametrize("engine", ["sqlite"])
"""For what goes minute by minute: which minute is due is found in code, and once in the other tests on each engine."""


@pytest.fixture
async def services(database: Database, clock: Clock) -> Services:
    services = await workplace(database, {ANA: "Europe/Berlin", BEN: "America/New_York", MARCO: "Europe/Berlin"})
    await teams_and_offices.set_team(services, ADMIN, "Support", [MARCO], [ANA, BEN])
    return services


async def said(services: Services) -> list[tuple[str, str]]:
    """Checks like the background job, and takes due messages from the outbox: their recipients and kinds."""
    if WORKSPACE in await services.database.read(reminders.workspaces_with_due_reminders):
        await reminders.queue_due_reminders(services, WORKSPACE)

    def take(tx: Transaction) -> list[Message]:
        found = claim_due(tx, WORKSPACE)
        for message in found:
            outbox.sent(tx.connection, message, None, tx.now)
        return found

    return [(one.recipient, one.kind) for one in await services.database.write(take) if one.kind != Kind.HOMES]


async def told_within(services: Services, clock: Clock, *, minutes: int) -> list[str]:
    """The messages that Ana gets from now on."""
    await said(services)
    told = []
    for _ in range(minutes):
        clock.advance(minutes=1)
        told += [kind for who, kind in await said(services) if who == ANA]
    return told


async def settings(services: Services, **changes: Any) -> None:
    await workspace_settings.change(services, ADMIN, **changes)


async def test_nothing_is_sent_unless_a_setting_says_so(services: Services, clock: Clock) -> None:
    for _ in range(24):
        clock.advance(hours=1)
        assert await said(services) == []


async def test_a_long_clock_in_is_asked_about_and_again_every_few_hours(services: Services, clock: Clock) -> None:
    await recording.clock_in(services, caller(ANA), ANA)
    clock.advance(hours=9, minutes=59)
    assert await said(services) == []

    asked = []
    for minutes in range(1, 14 * 60, 20):
        clock.set("2026-11-23T18:01")
        clock.advance(minutes=minutes)
        asked += [(clock.now, *message) for message in await said(services)]

    assert [(f"{at:%H:%M}", who, kind) for at, who, kind in asked] == [
        ("18:02", ANA, Kind.STILL_WORKING),
        ("22:02", ANA, Kind.STILL_WORKING),
        ("02:02", ANA, Kind.STILL_WORKING),
        ("06:02", ANA, Kind.STILL_WORKING),
    ]


async def test_a_missing_clock_out_is_asked_about_once_and_reported_to_the_manager_once(
    services: Services, clock: Clock
) -> None:
    await recording.clock_in(services, caller(ANA), ANA)
    clock.advance(hours=25)

    assert await said(services) == [(ANA, Kind.STILL_WORKING), (MARCO, Kind.FORGOTTEN)]
    for _ in range(48):
        clock.advance(hours=1)
        assert await said(services) == []


@pytest.mark.parametrize("kind", ["deactivated", "guest"])
async def test_a_person_who_left_is_not_asked_and_the_manager_gets_one_message(
    services: Services, clock: Clock, kind: str
) -> None:
    await recording.clock_in(services, caller(ANA), ANA)
    await recording.clock_in(services, caller(BEN), BEN)
    kinds: dict[str, Any] = {"chat_admin": False, "guest": False, "bot": False, "deactivated": False} | {kind: True}
    left = Profile(WORKSPACE, ANA, "Ana", "Europe/Berlin", refreshed_at=clock.now, **kinds)
    await services.database.write(lambda tx: people.upsert_profile(tx.connection, left, tx.now))

    told = []
    for _ in range(72):
        clock.advance(hours=1)
        told += await said(services)

    assert {who for who, said_to_them in told if said_to_them == Kind.STILL_WORKING} == {BEN}
    assert [one for one in told if one[0] != BEN] == [(MARCO, Kind.FORGOTTEN)] * 2


async def test_each_missing_clock_out_is_reported_to_the_manager(services: Services, clock: Clock) -> None:
    await recording.clock_in(services, caller(ANA), ANA)
    clock.advance(hours=2)
    await recording.clock_in(services, caller(BEN), BEN)

    told = []
    for _ in range(72):
        clock.advance(hours=1)
        told += [one for one in await said(services) if one[0] == MARCO]

    assert told == [(MARCO, Kind.FORGOTTEN)] * 2


async def test_a_missing_clock_out_is_asked_about_even_if_long_clock_ins_are_not(
    services: Services, clock: Clock
) -> None:
    await settings(services, ask_after=None)
    await recording.clock_in(services, caller(ANA), ANA)
    clock.advance(hours=25)

    assert await said(services) == [(ANA, Kind.STILL_WORKING), (MARCO, Kind.FORGOTTEN)]


async def test_a_missing_clock_out_is_asked_about_again_after_slack_was_away_for_a_day(
    services: Services, clock: Clock
) -> None:
    await recording.clock_in(services, caller(ANA), ANA)
    clock.advance(hours=25)

    async def away(message: Message) -> None:
        raise NotSent("internal_error")

    await reminders.queue_due_reminders(services, WORKSPACE)
    for _ in range(30):
        await send_due(services, WORKSPACE, one_by_one(away))
        clock.advance(hours=1)

    assert (ANA, Kind.STILL_WORKING) in await said(services)


async def test_a_missing_clock_out_is_not_asked_about_again_at_the_end_of_the_next_day(
    services: Services, clock: Clock
) -> None:
    await settings(services, working_hours=NINE_TO_FIVE, reminders=True)
    await recording.clock_in(services, caller(ANA), ANA)
    clock.advance(hours=25)
    assert (ANA, Kind.STILL_WORKING) in await said(services)

    clock.set("2026-11-24T16:15")  # 17:15 in Berlin
    assert ANA not in [who for who, _ in await said(services)]


async def test_the_question_can_be_switched_off(services: Services, clock: Clock) -> None:
    await settings(services, ask_after=None)
    await recording.clock_in(services, caller(ANA), ANA)
    clock.advance(hours=23)

    assert await said(services) == []


async def test_everybody_is_reminded_by_their_own_clock(services: Services, clock: Clock) -> None:
    await settings(services, working_hours=NINE_TO_FIVE, reminders=True)
    reminded = []
    clock.set("2026-11-24T07:00")  # 08:00 in Berlin, 02:00 in New York
    for _ in range(60):
        clock.advance(minutes=10)
        reminded += [(f"{clock.now:%H:%M}", *message) for message in await said(services)]

    assert [one for one in reminded if one[1] != "U0ADMIN"] == [
        ("08:10", ANA, Kind.REMIND_IN),
        ("08:10", MARCO, Kind.REMIND_IN),
        ("14:10", BEN, Kind.REMIND_IN),
    ]


async def test_people_who_came_or_are_off_are_not_reminded(services: Services, clock: Clock) -> None:
    await settings(services, working_hours=NINE_TO_FIVE, reminders=True)
    clock.set("2026-11-24T07:30")
    await recording.clock_in(services, caller(ANA), ANA)
    clock.advance(minutes=20)
    await recording.clock_out(services, caller(ANA), ANA)
    await reminders.switch(services, caller(MARCO), on=False)
    clock.set("2026-11-24T08:10")
    assert [one for one in await said(services) if one[0] != "U0ADMIN"] == []

    clock.set("2026-11-28T08:10")  # a Saturday
    assert await said(services) == []


async def test_people_still_in_after_their_hours_are_asked(services: Services, clock: Clock) -> None:
    await settings(services, working_hours=NINE_TO_FIVE, reminders=True)
    clock.set("2026-11-24T07:55")
    await recording.clock_in(services, caller(ANA), ANA)
    clock.set("2026-11-24T16:10")

    assert [one for one in await said(services) if one[0] == ANA] == [(ANA, Kind.STILL_WORKING)]


async def test_people_on_a_break_have_come_and_are_asked_after_their_hours_whether_they_are_back(
    services: Services, clock: Clock
) -> None:
    nights = Team(WORKSPACE, "Support", frozenset({MARCO}), frozenset({ANA}), working_hours="mon-fri 09:00-17:00")
    await services.database.write(lambda tx: teams.put(tx.connection, nights))
    await settings(services, reminders=True)
    clock.set("2026-11-23T20:00")  # 21:00 in Berlin
    await recording.clock_in(services, caller(ANA), ANA)
    clock.set("2026-11-24T05:00")
    await breaks.start_break(services, caller(ANA), ANA)
    clock.set("2026-11-24T08:10")  # ten past nine
    assert await said(services) == []
    assert not await reminders.is_still_expected(services, caller(ANA), date(2026, 11, 24))
    await breaks.end_day(services, caller(ANA), ANA)
    assert [kind for _, kind in await said(services)] == [Kind.REMIND_IN]
    await recording.clock_in(services, caller(ANA), ANA)
    clock.set("2026-11-24T12:00")
    await breaks.start_break(services, caller(ANA), ANA)
    clock.set("2026-11-24T16:09")
    assert await said(services) == []
    clock.set("2026-11-24T16:10")
    assert await said(services) == [(ANA, Kind.BACK)]
    clock.advance(minutes=10)
    assert await said(services) == []


@pytest.mark.parametrize("back", [False, True])
async def test_who_was_asked_after_the_minutes_of_a_break_is_not_asked_again(
    services: Services, clock: Clock, back: bool
) -> None:
    await settings(services, working_hours=NINE_TO_FIVE, reminders=True)
    clock.set("2026-11-24T07:55")
    await recording.clock_in(services, caller(ANA), ANA)
    clock.set("2026-11-24T15:00")
    await breaks.start_break(services, caller(ANA), ANA, minutes=30)
    clock.set("2026-11-24T15:30")
    assert [one for one in await said(services) if one[0] == ANA] == [(ANA, Kind.BACK)]
    if back:
        await breaks.back(services, caller(ANA), ANA)
    clock.set("2026-11-24T16:10")
    assert [kind for user_id, kind in await said(services) if user_id == ANA] == [Kind.STILL_WORKING] * back


@on_sqlite
@pytest.mark.parametrize("came", ["2026-11-24T08:09", "2026-11-24T08:10", "2026-11-24T08:12", "2026-11-24T04:10"])
async def test_nobody_is_asked_twice_about_a_long_clock_in_at_the_end_of_their_hours(
    services: Services, clock: Clock, came: str
) -> None:
    await settings(services, working_hours=NINE_TO_FIVE, reminders=True, ask_after=timedelta(hours=8))
    clock.set(came)
    await recording.clock_in(services, caller(ANA), ANA)
    clock.set("2026-11-24T15:30")  # 16:30 in Berlin

    assert await told_within(services, clock, minutes=100) == [Kind.STILL_WORKING]


@on_sqlite
@pytest.mark.parametrize("ask_after", [None, timedelta(hours=10)])
async def test_a_clock_out_that_goes_missing_within_the_hour_is_asked_about_once(
    services: Services, clock: Clock, ask_after: timedelta | None
) -> None:
    await settings(services, working_hours=NINE_TO_FIVE, reminders=True, ask_after=ask_after)
    clock.set("2026-11-23T16:30")
    await recording.clock_in(services, caller(ANA), ANA)
    clock.set("2026-11-24T16:00")  # 17:00 in Berlin, half an hour before it is a day

    assert await told_within(services, clock, minutes=100) == [Kind.STILL_WORKING]


async def test_after_the_hours_change_people_are_asked_again_at_the_new_ones(services: Services, clock: Clock) -> None:
    await settings(services, working_hours=NINE_TO_FIVE, reminders=True, ask_after=timedelta(hours=4))
    clock.set("2026-11-24T07:00")
    await recording.clock_in(services, caller(ANA), ANA)
    for hours in (4, 4):
        clock.advance(hours=hours)
        assert (ANA, Kind.STILL_WORKING) in await said(services)
    await settings(services, ask_after=timedelta(hours=9, minutes=30))

    clock.set("2026-11-24T16:30")
    assert (ANA, Kind.STILL_WORKING) in await said(services)


async def test_a_late_reminder_is_not_sent(services: Services, clock: Clock) -> None:
    await settings(services, working_hours=NINE_TO_FIVE, reminders=True)
    clock.set("2026-11-24T10:30")  # the bot was down when they should have come

    assert await said(services) == []


@pytest.mark.parametrize(
    ("day", "nine_in_berlin"),
    [("2026-10-23", "07:00"), ("2026-10-26", "08:00"), ("2027-03-26", "08:00"), ("2027-03-29", "07:00")],
)
async def test_working_hours_follow_the_clock_on_the_wall_through_clock_changes(
    services: Services, clock: Clock, day: str, nine_in_berlin: str
) -> None:
    await settings(services, working_hours=NINE_TO_FIVE, reminders=True)
    clock.set(f"{day}T{nine_in_berlin}")
    assert (ANA, Kind.REMIND_IN) not in await said(services)
    clock.advance(minutes=10)

    assert (ANA, Kind.REMIND_IN) in await said(services)


async def test_a_night_shifts_end_belongs_to_the_day_it_began(services: Services, clock: Clock) -> None:
    nights = Team(WORKSPACE, "Support", frozenset({MARCO}), frozenset({ANA}), working_hours="mon-fri 22:00-06:00")
    await services.database.write(lambda tx: teams.put(tx.connection, nights))
    await settings(services, reminders=True)
    clock.set("2026-11-27T20:50")  # Friday, 21:50 in Berlin
    await recording.clock_in(services, caller(ANA), ANA)
    clock.set("2026-11-28T05:10")  # Saturday, 06:10

    assert await said(services) == [(ANA, Kind.STILL_WORKING)]


async def test_managers_get_their_teams_week_at_the_time_that_was_set(services: Services, clock: Clock) -> None:
    await settings(services, weekly_summary=parse_weekly_time("mon 09:00"))
    clock.set("2026-11-23T07:59")
    assert (MARCO, Kind.WEEKLY_SUMMARY) not in await said(services)
    clock.set("2026-11-23T08:00")
    await reminders.queue_due_reminders(services, WORKSPACE)
    (message,) = await services.database.write(
        lambda tx: [m for m in claim_due(tx, WORKSPACE) if m.kind == Kind.WEEKLY_SUMMARY]
    )

    assert message.facts == {"first": "2026-11-16", "last": "2026-11-22"}


@pytest.fixture
async def replicas(services: Services, database_url: str, clock: Clock, engine: str) -> AsyncIterator[list[Services]]:
    """Three on PostgreSQL. On SQLite only one process serves."""
    async with AsyncExitStack() as stack:
        found = [services]
        for _ in range(2 if engine == "postgresql" else 0):
            other = await open_database(database_url, clock=clock)
            stack.push_async_callback(other.close)
            found.append(Services(other, NobodyElse()))
        yield found


async def test_a_reminder_goes_out_once_with_three_replicas_and_a_restart_in_mid_delivery(
    replicas: list[Services], clock: Clock
) -> None:
    await settings(replicas[0], working_hours=NINE_TO_FIVE, reminders=True)
    clock.set("2026-11-24T08:10")
    arrived: list[str] = []

    async def dies(message: Message) -> None:
        raise NotSent("the process was stopped before Slack took it")

    async def takes(message: Message) -> None:
        arrived.append(message.recipient)

    for replica in replicas:
        await reminders.queue_due_reminders(replica, WORKSPACE)
    await send_due(replicas[0], WORKSPACE, one_by_one(dies))
    for _ in range(10):
        clock.advance(seconds=20)
        for replica in replicas:
            await reminders.queue_due_reminders(replica, WORKSPACE)
            await send_due(replica, WORKSPACE, one_by_one(takes))

    assert sorted(arrived) == [ANA, MARCO]
