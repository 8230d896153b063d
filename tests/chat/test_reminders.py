"""Reminders are true when they are sent, however late that is."""

from __future__ import annotations

import pytest

from bot.attendance import breaks, recording
from bot.attendance.change_notifications import Kind
from bot.attendance.recording import NewRecord
from bot.calendar.break_kinds import parse_break_kinds
from bot.calendar.working_hours import parse_weekly_time, parse_working_hours
from bot.chat.features import router
from bot.chat.routing import Ask
from bot.chat.views import Message
from bot.notifications import reminders
from bot.people import teams_and_offices
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Profile, Services
from bot.wording import Reader
from bot.workspaces import workspace_settings
from storage import outbox, people
from storage.database import Database
from tests.builders import ADMIN, caller, utc, workplace
from tests.chat.conftest import PlainDoor, fields_of, form_in, labels, shown
from tests.chat.test_notices import drawn, notice, waiting
from tests.conftest import WORKSPACE, Clock

ANA, BEN, MARCO = "U0ANA", "U0BEN", "U0MARCO"
NOT_IN_YET = ["Good morning! You haven't clocked in yet."]


@pytest.fixture
async def services(database: Database) -> Services:
    services = await workplace(database, {ANA: "Europe/Berlin", MARCO: "Europe/Berlin"})
    await teams_and_offices.set_team(services, ADMIN, "Support", [MARCO], [ANA])
    await workspace_settings.change(
        services, ADMIN, working_hours=parse_working_hours("mon-fri 09:00-17:00"), reminders=True
    )
    await reminders.switch(services, caller(MARCO), on=False)
    return services


async def told(services: Services) -> list[tuple[str, list[str]]]:
    """Who gets which message when the bot's messages are sent."""
    return [one for one in await drawn(services) if one[0] in (ANA, MARCO)]


@pytest.mark.parametrize(
    ("sent_at", "expected"),
    [("2026-11-24T08:11", [(ANA, NOT_IN_YET)]), ("2026-11-24T09:09", [(ANA, NOT_IN_YET)]), ("2026-11-24T09:10", [])],
)
async def test_a_reminder_is_sent_within_the_hour_or_not_at_all(
    services: Services, clock: Clock, sent_at: str, expected: list[tuple[str, list[str]]]
) -> None:
    clock.set("2026-11-24T08:10")
    await reminders.queue_due_reminders(services, WORKSPACE)
    clock.set(sent_at)

    assert await told(services) == expected


async def test_a_person_who_came_and_left_meanwhile_is_not_reminded(services: Services, clock: Clock) -> None:
    clock.set("2026-11-24T08:10")
    await reminders.queue_due_reminders(services, WORKSPACE)
    clock.advance(minutes=2)
    await recording.clock_in(services, caller(ANA), ANA)
    clock.advance(minutes=2)
    await recording.clock_out(services, caller(ANA), ANA)

    assert await told(services) == []


async def test_a_manager_hears_that_a_person_who_left_the_company_cannot_be_asked(
    services: Services, clock: Clock
) -> None:
    await recording.clock_in(services, Caller(WORKSPACE, ANA, Via.SLACK, Role.EMPLOYEE), ANA)
    left = Profile(WORKSPACE, ANA, "Ana", "UTC", False, False, False, deactivated=True, refreshed_at=clock.now)
    await services.database.write(lambda tx: people.upsert_profile(tx.connection, left, tx.now))
    clock.advance(hours=25)
    await reminders.queue_due_reminders(services, WORKSPACE)

    assert await told(services) == [
        (
            MARCO,
            [
                "@U0ANA didn't clock out on Monday (in since 09:02).",
                "I can't ask @U0ANA. Please set the time yourself.",
            ],
        )
    ]


@pytest.mark.parametrize("meanwhile", ["nothing", "answered", "no manager any more"])
async def test_a_manager_hears_of_a_missing_clock_out_only_while_it_is_missing_and_they_manage_the_team(
    services: Services, clock: Clock, meanwhile: str
) -> None:
    await recording.clock_in(services, Caller(WORKSPACE, ANA, Via.SLACK, Role.EMPLOYEE), ANA)
    clock.advance(hours=25)
    await reminders.queue_due_reminders(services, WORKSPACE)
    if meanwhile == "answered":
        await recording.clock_out(services, caller(ANA), ANA, at=utc("2026-11-23T16:30"))
    elif meanwhile == "no manager any more":
        await teams_and_offices.set_team(services, ADMIN, "Support", [], [ANA])

    to_marco = [lines for who, lines in await told(services) if who == MARCO]

    assert to_marco == (
        [
            [
                "@U0ANA didn't clock out on Monday (in since 09:02).",
                "I've asked @U0ANA. You can also set the time yourself.",
            ]
        ]
        if meanwhile == "nothing"
        else []
    )


@pytest.fixture
async def on_monday(services: Services, clock: Clock) -> Services:
    """Of a team whose manager gets a summary at nine, after a week in which Ana worked once, and clocked in again."""
    await workspace_settings.change(services, ADMIN, weekly_summary=parse_weekly_time("mon 09:00"))
    worked = NewRecord(ANA, utc("2026-11-19T08:00"), utc("2026-11-19T16:30"), out_comment="long")
    await recording.record(services, ADMIN, worked)
    clock.set("2026-11-20T08:00")
    await recording.clock_in(services, caller(ANA), ANA)
    clock.set("2026-11-23T08:00")
    await reminders.queue_due_reminders(services, WORKSPACE)
    return services


async def test_the_weekly_summary_holds_as_of_when_it_is_sent(on_monday: Services, clock: Clock) -> None:
    clock.advance(minutes=1)
    await recording.clock_out(on_monday, caller(ANA), ANA, at=utc("2026-11-20T09:00"))

    summary = [lines for who, lines in await told(on_monday) if lines[0].startswith("Your teams' week")]

    assert summary == [["Your teams' week · Mon 16 – Sun 22 Nov", "9 h 30 min in all", "@U0ANA: 9 h 30 min on 2 days"]]


async def test_the_weekly_summary_names_missing_clock_outs_and_leads_to_the_report(on_monday: Services) -> None:
    (summary,) = [one for one in await waiting(on_monday) if one.kind == Kind.WEEKLY_SUMMARY]

    message = await notice(on_monday, summary)

    assert message is not None
    assert shown(message) == [
        "Your teams' week · Mon 16 – Sun 22 Nov",
        "8 h 30 min in all",
        "@U0ANA: 8 h 30 min on 2 days",
        "Missing clock-out: @U0ANA since Fri 20 Nov, 09:00.",
    ]
    report = await PlainDoor(on_monday).press(MARCO, message, "Show the report")
    assert shown(report)[:2] == ["Last week · Mon 16 – Sun 22 Nov", "8 h 30 min · U0Ana"]


async def test_somebody_who_manages_no_team_any_more_gets_no_summary(on_monday: Services) -> None:
    await teams_and_offices.set_team(on_monday, ADMIN, "Support", [], [ANA])

    assert MARCO not in [who for who, _ in await told(on_monday)]


async def test_the_summary_of_a_team_without_records_says_so(services: Services, clock: Clock) -> None:
    await workspace_settings.change(services, ADMIN, weekly_summary=parse_weekly_time("mon 09:00"))
    clock.set("2026-11-23T08:00")
    await reminders.queue_due_reminders(services, WORKSPACE)

    assert (MARCO, ["Your teams' week · Mon 16 – Sun 22 Nov", "No records."]) in await told(services)


async def test_a_summary_that_an_earlier_version_queued_is_sent(services: Services, clock: Clock) -> None:
    facts = {"first": "2026-11-16", "last": "2026-11-22"}
    await services.database.write(lambda tx: outbox.add(tx.connection, WORKSPACE, MARCO, "report", tx.now, facts=facts))

    assert (MARCO, ["Your teams' week · Mon 16 – Sun 22 Nov", "No records."]) in await told(services)


async def question(services: Services, user_id: str, kind: Kind) -> Message:
    """What the bot asks the person if it is sent now."""
    await reminders.queue_due_reminders(services, WORKSPACE)
    (told,) = [one for one in await waiting(services) if (one.recipient, one.kind) == (user_id, kind)]
    asked = await notice(services, told)
    assert asked is not None
    return asked


@pytest.mark.parametrize(
    ("hours", "now", "greeting"),
    [
        ("mon-fri 09:00-17:00", "2026-11-24T08:10", "Good morning!"),
        ("mon-fri 13:00-17:00", "2026-11-24T12:10", "Good afternoon!"),
        ("mon-fri 22:00-06:00", "2026-11-24T21:10", "Good evening!"),
    ],
)
async def test_a_reminder_greets_by_the_time_of_day(
    services: Services, clock: Clock, hours: str, now: str, greeting: str
) -> None:
    await workspace_settings.change(services, ADMIN, working_hours=parse_working_hours(hours))
    clock.set(now)

    assert shown(await question(services, ANA, Kind.REMIND_IN)) == [f"{greeting} You haven't clocked in yet."]


async def test_not_today_mutes_reminders_until_tomorrow(services: Services, clock: Clock) -> None:
    door = PlainDoor(services)
    clock.set("2026-11-24T08:10")
    asked = await question(services, ANA, Kind.REMIND_IN)
    assert labels(asked) == ["Clock in", "Not today", "Turn off reminders"]

    answer = await door.press(ANA, asked, "Not today")

    assert shown(answer) == ["OK, no more reminders today."]
    await door.press(ANA, answer, "Clock in")
    clock.set("2026-11-24T16:10")
    await reminders.queue_due_reminders(services, WORKSPACE)
    assert await told(services) == []
    await door.type(ANA, "clockout")
    clock.set("2026-11-25T08:10")
    await reminders.queue_due_reminders(services, WORKSPACE)
    assert await told(services) == [(ANA, NOT_IN_YET)]


async def test_reminders_are_turned_off_and_on_again_by_buttons(services: Services, clock: Clock) -> None:
    door = PlainDoor(services)
    clock.set("2026-11-24T08:10")
    asked = await question(services, ANA, Kind.REMIND_IN)

    off = await door.press(ANA, asked, "Turn off reminders")

    assert shown(off) == ["✅ Reminders are off."]
    await door.press(ANA, asked, "Not today")  # an old message turns nothing on again
    clock.set("2026-11-25T08:10")
    await reminders.queue_due_reminders(services, WORKSPACE)
    assert await told(services) == []
    on = await door.press(ANA, off, "Turn on reminders")
    assert shown(on) == ["✅ Reminders are on. They follow your working hours."]
    assert labels(on) == ["Turn off reminders"]
    await reminders.queue_due_reminders(services, WORKSPACE)
    assert await told(services) == [(ANA, NOT_IN_YET)]


@pytest.mark.parametrize(
    ("words", "answer"),
    [
        ("on", "✅ Reminders are on. They follow your working hours."),
        ("OFF", "✅ Reminders are off."),
        ("later", 'Type "/attendance reminders on" or "/attendance reminders off".'),
    ],
)
async def test_the_command_says_what_it_did(services: Services, words: str, answer: str) -> None:
    assert shown(await PlainDoor(services).type(ANA, f"reminders {words}")) == [answer]


async def test_a_manager_sets_the_time_from_the_notice(services: Services, clock: Clock) -> None:
    await recording.clock_in(services, Caller(WORKSPACE, ANA, Via.SLACK, Role.EMPLOYEE), ANA)
    clock.advance(hours=25)
    asked = await question(services, MARCO, Kind.FORGOTTEN)
    assert labels(asked) == ["Set clock-out time"]

    door = PlainDoor(services)
    form = form_in(await door.press(MARCO, asked, "Set clock-out time"))

    assert fields_of(form)["at"] == "17:00"
    assert "16:45" in str(shown(await door.send(MARCO, form, at="16:45")))


async def test_a_missing_clock_out_elsewhere_names_the_zone(services: Services, clock: Clock) -> None:
    await workplace(services.database, {ANA: "Asia/Tokyo"})
    await recording.clock_in(services, Caller(WORKSPACE, ANA, Via.SLACK, Role.EMPLOYEE), ANA)
    clock.advance(hours=25)

    assert shown(await question(services, MARCO, Kind.FORGOTTEN))[0] == (
        "@U0ANA didn't clock out on Monday (in since 17:02, Tokyo)."
    )


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            f"remind <@{ANA}> to clock out",
            f"I send reminders by working hours, not on request. Please write to @{ANA} yourself.",
        ),
        (f"remind <@{ANA}> <@{BEN}>", f"not on request. Please write to @{ANA}, @{BEN} yourself."),
        (f"reminders <@{ANA}>", f"not on request. Please write to @{ANA} yourself."),
        ("remind @anna", 'not on request. For your own, type "/attendance reminders on" or'),
        ("remind everyone", 'not on request. For your own, type "/attendance reminders on" or'),
        ("remind me at 17:00", 'not on request. For your own, type "/attendance reminders on" or'),
        ("remind", 'Type "/attendance reminders on" or "/attendance reminders off".'),
        ("remind off", "✅ Reminders are off."),
    ],
)
async def test_nobody_is_reminded_on_request(door: PlainDoor, typed: str, told: str) -> None:
    assert told in shown(await door.type(MARCO, typed))[0]


async def test_who_is_on_a_paid_break_when_their_hours_end_is_asked_about_the_break(
    services: Services, clock: Clock
) -> None:
    await workspace_settings.change(services, ADMIN, break_kinds=parse_break_kinds("coffee paid"))
    clock.set("2026-11-24T07:55")
    await recording.clock_in(services, caller(ANA), ANA)
    clock.set("2026-11-24T14:30")
    await breaks.start_break(services, caller(ANA), ANA)
    clock.set("2026-11-24T16:10")
    await reminders.queue_due_reminders(services, WORKSPACE)

    (message,) = [one for one in await waiting(services) if one.recipient == ANA]
    asked = await notice(services, message)

    assert asked is not None
    assert shown(asked) == ["Still working? You've been on a break since 15:30."]
    door = PlainDoor(services)
    assert shown(await door.press(ANA, asked, "I left at 15:30"))[0].startswith("✅ Clocked out at 15:30.")


async def test_a_question_that_is_answered_by_a_break_says_so(services: Services, clock: Clock) -> None:
    clock.set("2026-11-24T07:55")
    pair = (await recording.clock_in(services, caller(ANA), ANA)).pair
    clock.set("2026-11-24T16:10")
    await breaks.start_break(services, caller(ANA), ANA)
    about = {"event_id": pair.clock_in.id}
    ask = Ask(services, caller(ANA), Reader(ANA, clock.now, zone="Europe/Berlin"))

    updated = await router().updated(ask, Kind.STILL_WORKING, about)

    assert updated is not None
    assert shown(updated)[0].startswith("✅ You went on a break: ")
    await breaks.end_day(services, caller(ANA), ANA)
    updated = await router().updated(ask, Kind.STILL_WORKING, about)
    assert updated is not None
    assert shown(updated)[0].startswith("✅ You clocked out: ")


async def test_a_break_is_no_missing_clock_out_in_the_managers_week(services: Services, clock: Clock) -> None:
    await workspace_settings.change(services, ADMIN, weekly_summary=parse_weekly_time("wed 09:00"))
    await reminders.switch(services, caller(ANA), on=False)
    clock.set("2026-11-23T21:00")  # 22:00 on Monday in Berlin
    await recording.clock_in(services, caller(ANA), ANA)
    clock.advance(hours=3)
    await breaks.start_break(services, caller(ANA), ANA)
    clock.advance(minutes=30)
    await breaks.back(services, caller(ANA), ANA)
    clock.advance(hours=4)
    await breaks.start_break(services, caller(ANA), ANA)
    clock.set("2026-11-25T08:00")
    await reminders.queue_due_reminders(services, WORKSPACE)

    (lines,) = [lines for who, lines in await told(services) if who == MARCO]

    assert lines[1:3] == ["7\xa0h in all", "@U0ANA: 7\xa0h on 1 day"]
    assert "Missing clock-out" not in "\n".join(lines)
