"""The Home page: one's state and week, with the buttons that fit, and to managers who is in."""

from __future__ import annotations

from bot.attendance.recording import NewRecord, record
from bot.chat.views import Chart, Form, Message
from bot.people.teams_and_offices import set_office, set_team
from tests.builders import ADMIN, caller, utc
from tests.chat.conftest import ANA, BEN, KEI, PlainDoor, labels, meet, shown
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
        "You're clocked in since 09:02",
        "Today: 0 min so far · This week: 4 h 30 min",
        "Mon 23 – Sun 29 Nov",
        "Mon 23 Nov: 09:00 to 14:30, 4 h 30 min, breaks 1 h",
        "Tue 24 Nov: 09:02 to still in, 0 min",
        'The same by typing: "/clockin", "/clockout", "/attendance help".',
    ]
    assert labels(page) == ["Clock out", "Add a record"]
    (chart,) = [piece for piece in page.pieces if isinstance(piece, Chart)]
    assert [(name, number.shown) for name, number in chart.bars[:2]] == [
        ("Mon 23 Nov", "4 h 30 min"),
        ("Tue 24 Nov", "0 min"),
    ]


async def test_a_week_without_records_says_so(door: PlainDoor) -> None:
    page = await door.home(ANA)
    assert shown(page)[2:4] == ["Mon 23 – Sun 29 Nov", "Nothing yet."]
    assert labels(page) == ["Clock in", "Add a record"]
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
    assert labels(page)[:2] == ["17:30", "Another time…"]
    assert labels(page)[-2:] == ["Clock in", "Add a record"]
    await door.press(ANA, page, "17:30")

    assert shown(await door.home(ANA))[0] == "You're clocked out"


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
    assert shown(page) == ["Guests and apps have no working hours here. Ask an admin if that is wrong."]
    assert labels(page) == []


async def test_somebody_whom_the_chat_does_not_know_gets_a_sentence(door: PlainDoor) -> None:
    page = await door.home("U0NOBODY")
    assert isinstance(page, Message)
    assert labels(page) == []
