"""The Home page: state and week, with the buttons that fit, and for managers, who is in."""

from __future__ import annotations

from bot.attendance.recording import NewRecord, record
from bot.calendar.break_kinds import parse_break_kinds
from bot.chat.views import Chart, Form, Message
from bot.people.teams_and_offices import set_office, set_team
from bot.workspaces import workspace_settings
from tests.builders import ADMIN, caller, utc
from tests.chat.conftest import ADA, ANA, BEN, KEI, MARCO, PlainDoor, form_in, labels, meet, shown, work
from tests.conftest import Clock


async def test_it_shows_state_and_week_with_the_buttons_that_fit(door: PlainDoor, clock: Clock) -> None:
    for first, last in (("08:00", "11:00"), ("12:00", "13:30")):
        new = NewRecord(ANA, utc(f"2026-11-23T{first}"), utc(f"2026-11-23T{last}"))
        clock.set("2026-11-23T14:00")
        await record(door.services, caller(ANA), new)
    clock.set("2026-11-24T08:02")
    await door.type(ANA, "clockin")

    page = await door.home(ANA)

    assert shown(page) == [
        "You've been clocked in since 09:02",
        "Today: 0 min so far · This week: 4 h 30 min",
        "Mon 23 – Sun 29 Nov",
        "Mon 23 Nov · 09:00 – 14:30 · 4 h 30 min · 1 h break",
        "Tue 24 Nov · 09:02 – now · 0 min",
    ]
    assert labels(page) == [
        *("Clock out", "Start a break", "Undo", "Add a record"),
        *("Report", "My records", "My file", "Help"),
    ]
    (chart,) = [piece for piece in page.pieces if isinstance(piece, Chart)]
    assert [(name, number.shown) for name, number in chart.bars[:2]] == [
        ("Mon 23 Nov", "4 h 30 min"),
        ("Tue 24 Nov", "0 min"),
    ]


async def test_a_week_without_records_says_so(door: PlainDoor) -> None:
    page = await door.home(ANA)
    assert shown(page)[2:4] == ["Mon 23 – Sun 29 Nov", "Nothing yet."]
    assert labels(page) == ["Clock in", "Add a record", "Report", "My records", "My file", "Help"]
    assert not [piece for piece in page.pieces if isinstance(piece, Chart)]


async def test_add_a_record_opens_the_form(door: PlainDoor) -> None:
    form = await door.press(ANA, await door.home(ANA), "Add a record")
    assert isinstance(form, Form)
    assert form.title == "Add a record"


async def test_an_open_question_comes_first_and_is_answered_there(door: PlainDoor, clock: Clock) -> None:
    await record(door.services, caller(ANA), NewRecord(ANA, utc("2026-11-20T08:00"), utc("2026-11-20T16:30")))
    await door.type(ANA, "clockin")
    clock.advance(hours=25)

    page = await door.home(ANA)
    assert shown(page)[1].startswith("⚠️ When did you leave on Monday?")
    assert labels(page)[:2] == ["17:30 (8 h 28 min)", "Another time…"]
    assert labels(page)[2:4] == ["Clock in", "Add a record"]
    await door.press(ANA, page, "17:30 (8 h 28 min)")

    assert shown(await door.home(ANA))[0] == "You haven't clocked in today"


async def test_managers_see_who_is_in(door: PlainDoor) -> None:
    await set_office(door.services, ADMIN, "hq", "Berlin Mitte", "Europe/Berlin")
    await set_team(door.services, ADMIN, "Support", managers={KEI}, members={ANA, BEN})
    await door.type(ANA, "clockin in hq")
    await door.type(BEN, "clockin")

    seen, own = shown(await door.home(KEI)), shown(await door.home(ANA))

    at = seen.index("2 people are in")
    assert seen[at + 1 : at + 5] == [
        "No office · 1",
        "@U0BEN since 09:02 (Berlin) · Support",
        "Berlin Mitte · 1",
        "@U0ANA since 09:02 (Berlin) · Support",
    ]
    assert not any(BEN in line for line in own)


async def test_guests_get_a_sentence_and_no_buttons(door: PlainDoor) -> None:
    await meet(door, "U0GUS", guest=True)
    page = await door.home("U0GUS")
    assert shown(page) == ["Guest accounts can't clock in. Ask an admin to make you a full member."]
    assert labels(page) == []


async def test_somebody_whom_the_chat_does_not_know_gets_a_sentence(door: PlainDoor) -> None:
    page = await door.home("U0NOBODY")
    assert isinstance(page, Message)
    assert labels(page) == []


async def test_shortcuts_answer_as_their_commands_do(team: PlainDoor) -> None:
    page = await team.home(MARCO)
    assert labels(page)[2:7] == ["Report", "Team report", "My records", "My file", "Help"]
    told = await team.press(MARCO, page, "Report")
    await team.press(MARCO, page, "Team report")
    assert shown(told) == ["✅ I've sent it to you as a direct message."]
    own, theirs = team.chat.directed
    assert shown(own) == shown(await team.type(MARCO, f"report this week <@{MARCO}>"))
    assert shown(theirs) == shown(await team.type(MARCO, "report this week"))


async def test_admins_have_settings_teams_and_offices(team: PlainDoor) -> None:
    page = await team.home(ADA)
    assert labels(page)[7:10] == ["Settings", "Teams", "Offices"]
    assert isinstance(await team.press(ADA, page, "Settings"), Form)
    await team.press(ADA, page, "Offices")
    assert shown(team.chat.directed[0]) == shown(await team.type(ADA, "office"))


async def test_a_break_is_started_and_ended_there(door: PlainDoor, clock: Clock) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=3, minutes=29)
    await door.press(ANA, await door.home(ANA), "Start a break")

    page = await door.home(ANA)
    assert shown(page)[:2] == ["You've been on a break since 12:31", "Today: 3 h 29 min · This week: 3 h 29 min"]
    assert labels(page)[:4] == ["Back", "I'm done for today", "Undo", "Add a record"]
    clock.advance(minutes=30)
    assert labels(await door.home(ANA))[:3] == ["Back", "I'm done for today", "Add a record"]
    await door.press(ANA, page, "Back")
    again = await door.home(ANA)
    assert shown(again)[0] == "You've been clocked in since 13:01"
    assert labels(again)[:4] == ["Clock out", "Start a break", "Undo", "Add a record"]

    clock.advance(minutes=30)
    await door.press(ANA, again, "Start a break")
    await door.press(ANA, await door.home(ANA), "I'm done for today")
    page = await door.home(ANA)
    assert shown(page)[0] == "You're clocked out"
    assert labels(page)[0] == "Clock in"


async def test_a_break_nobody_came_back_from_was_the_end_of_the_day(door: PlainDoor, clock: Clock) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=3)
    await door.press(ANA, await door.home(ANA), "Start a break")
    clock.advance(hours=6, minutes=1)
    page = await door.home(ANA)
    assert shown(page)[0] == "You're clocked out"
    assert labels(page)[:2] == ["Clock in", "Add a record"]


async def test_start_and_end_of_a_paid_break_are_undone_there(door: PlainDoor, clock: Clock) -> None:
    await workspace_settings.change(door.services, ADMIN, break_kinds=parse_break_kinds("coffee paid"))
    await door.type(ANA, "clockin")
    clock.advance(hours=1)

    await door.press(ANA, await door.home(ANA), "Start a break")
    assert shown(await door.home(ANA))[0] == "You've been on a break since 10:02"
    await door.press(ANA, await door.home(ANA), "Undo")
    assert shown(await door.home(ANA))[0] == "You've been clocked in since 09:02"
    assert "Undo" not in labels(await door.home(ANA))

    await door.press(ANA, await door.home(ANA), "Start a break")
    clock.advance(minutes=15)
    assert "Undo" not in labels(await door.home(ANA))
    await door.press(ANA, await door.home(ANA), "Back")
    assert labels(await door.home(ANA))[:4] == ["Clock out", "Start a break", "Undo", "Add a record"]
    await door.press(ANA, await door.home(ANA), "Undo")
    assert shown(await door.home(ANA))[0] == "You've been on a break since 10:02"

    await door.press(ANA, await door.home(ANA), "Back")
    clock.advance(minutes=1)
    await door.press(ANA, await door.home(ANA), "Clock out")
    await door.press(ANA, await door.home(ANA), "Undo")
    assert shown(await door.home(ANA))[0] == "You've been clocked in since 09:02"


async def test_managers_see_who_is_on_a_break(team: PlainDoor, clock: Clock) -> None:
    await team.type(ANA, "clockin in hq")
    clock.advance(hours=3)
    await team.press(ANA, await team.home(ANA), "Start a break")
    seen = shown(await team.home(MARCO))
    at = seen.index("Nobody is in · 1 on a break")
    assert seen[at + 1 :] == ["Berlin Mitte · 1 on a break", "@U0ANA on a break since 12:02 · Support"]


async def test_undo_on_home(door: PlainDoor, clock: Clock) -> None:
    await door.press(ANA, await door.home(ANA), "Clock in")
    await door.press(ANA, await door.home(ANA), "Undo")
    page = await door.home(ANA)
    assert shown(page)[0] == "You haven't clocked in today"
    assert "Undo" not in labels(page)


async def test_undo_on_home_takes_back_a_record_that_was_added_whole(door: PlainDoor) -> None:
    await door.send(ANA, form_in(await door.typed(ANA, "add today 08:00-09:00")))

    undone = await door.press(ANA, await door.home(ANA), "Undo")

    assert shown(undone)[0].startswith("✅ Record removed: Mon 23 Nov")


async def test_home_offers_no_undo_of_a_change_which_has_its_own(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ADA, "2026-11-24T08:00", "2026-11-24T16:00")
    clock.set("2026-11-24T17:00")
    form = form_in(await door.press(ADA, await door.type(ADA, "fix"), "Change…"))

    changed = await door.send(ADA, form, end="16:30", reason="I left earlier")

    assert labels(changed) == ["Undo"]
    assert "Undo" not in labels(await door.home(ADA))


async def test_home_offers_no_undo_of_what_somebody_else_approved_or_ended(team: PlainDoor, clock: Clock) -> None:
    await work(team, clock, ANA, "2026-11-24T08:00", "2026-11-24T16:00")
    clock.set("2026-11-24T17:00")
    form = form_in(await team.press(ANA, await team.type(ANA, "fix"), "Change…"))
    await team.send(ANA, form, end="17:30", reason="I left later")
    await team.press(MARCO, await team.type(MARCO, "requests"), "Approve")
    assert "Undo" not in labels(await team.home(ANA))
    refused = await team.refusing(ANA, team.type(ANA, "clockout"))
    assert "Undo" not in labels(refused)

    clock.set("2026-11-25T08:00")
    await team.type(ANA, "clockin")
    clock.set("2026-11-25T12:00")
    await team.type(ANA, "break")
    assert "Undo" in labels(await team.home(ANA))
    asked = await team.refusing(MARCO, team.type(MARCO, f"clockout <@{ANA}>"))
    await team.press(MARCO, asked, "They left at 13:00")
    assert "Undo" not in labels(await team.home(ANA))
