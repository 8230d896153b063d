"""`/attendance settings`: one form for everything that admins set for the workspace."""

from __future__ import annotations

from typing import Any

import pytest

from bot.calendar.working_hours import parse_working_hours
from bot.errors import NotACommand, OutdatedButton
from bot.people import admins
from bot.workspaces import workspace_settings
from bot.workspaces.workspace_settings import Overview
from storage import audit
from tests.builders import ADMIN
from tests.chat.conftest import ADA, ANA, BEN, KEI, PlainDoor, fields_of, meet, shown

UNSET: dict[str, Any] = {
    "zone": "UTC",
    "language": "no",
    "translated_csv": [],
    "country": None,
    "region": None,
    "agreements": None,
    "break_kinds": "break unpaid, lunch unpaid",
    "corrections": "direct",
    "ask_for_older_than_days": None,
    "signature_period": "month",
    "ask_to_sign": [],
    "working_hours": None,
    "reminders": [],
    "ask_after": "10",
    "weekly_summary": None,
    "log_channel": None,
    "log_comments": [],
    "anchor_channel": None,
    "anchor_to_people": [],
    "admins": [],
}
ALL: dict[str, Any] = {
    "zone": "Europe/Berlin",
    "language": "de",
    "translated_csv": ["yes"],
    "country": "DE",
    "region": "BY",
    "break_kinds": "lunch unpaid 30, coffee paid 15",
    "corrections": "request",
    "ask_for_older_than_days": "7",
    "signature_period": "two weeks from 2026-11-16",
    "ask_to_sign": ["yes"],
    "agreements": 'daily_rest 600 "TV X §4"\nDE break_block 10 "BV Y §2"',
    "working_hours": "mon-fri 09:00-17:00",
    "reminders": ["yes"],
    "ask_after": None,
    "weekly_summary": "mon 09:00",
    "log_channel": "C0GENERAL",
    "log_comments": ["yes"],
    "anchor_channel": "C0SEALS",
    "anchor_to_people": ["yes"],
    "admins": [ANA],
}


async def overview(door: PlainDoor) -> Overview:
    return await workspace_settings.overview(door.services, ADMIN)


async def test_an_admin_sets_everything_and_takes_it_back(door: PlainDoor) -> None:
    form = await door.open(ADA, "settings")
    saved = await door.send(ADA, form, **ALL)
    again = await door.open(ADA, "settings")
    await door.send(ADA, again, **UNSET)

    assert fields_of(form) == UNSET
    assert shown(saved) == ["✅ Settings saved."]
    assert fields_of(again) == ALL
    assert fields_of(await door.open(ADA, "settings")) == UNSET


async def test_a_form_sent_unchanged_writes_nothing(door: PlainDoor) -> None:
    await door.send(ADA, await door.open(ADA, "settings"), **ALL)
    before = await door.services.database.read(lambda tx: len(list(audit.entries(tx.connection))))

    assert shown(await door.send(ADA, await door.open(ADA, "settings"))) == ["✅ Einstellungen gespeichert."]

    assert await door.services.database.read(lambda tx: len(list(audit.entries(tx.connection)))) == before


async def test_another_admins_setting_stays(door: PlainDoor) -> None:
    form = await door.open(ADA, "settings")
    hours = parse_working_hours("mon-fri 09:00-17:00")
    await workspace_settings.change(door.services, ADMIN, working_hours=hours, keep_records_for_years=4)
    await admins.appoint(door.services, ADMIN, ANA)

    await door.send(ADA, form, reminders=["yes"], admins=[BEN])

    now = await overview(door)
    assert (now.settings.working_hours, now.settings.reminders) == (hours, True)
    assert now.settings.keep_records_for_years == 4
    assert now.appointed == {ANA, BEN}


async def test_an_empty_field_of_break_kinds_brings_the_usual_ones_back(door: PlainDoor) -> None:
    for typed, kinds in (("Coffee PAID 15", "Coffee paid 15"), (None, "break unpaid, lunch unpaid")):
        await door.send(ADA, await door.open(ADA, "settings"), break_kinds=typed)
        assert fields_of(await door.open(ADA, "settings"))["break_kinds"] == kinds


async def test_numbers_and_days_are_kept_as_they_were_meant(door: PlainDoor) -> None:
    filled = {"working_hours": " Monday - Friday 9:00 to 17:00 ", "ask_after": "7,5", "weekly_summary": "Monday 9:00"}
    await door.send(ADA, await door.open(ADA, "settings"), **filled)
    now = fields_of(await door.open(ADA, "settings"))
    assert {name: now[name] for name in filled} == {
        "working_hours": "mon-fri 09:00-17:00",
        "ask_after": "7.5",
        "weekly_summary": "mon 09:00",
    }


@pytest.mark.parametrize(
    ("filled", "field", "told"),
    [
        ({"zone": "Mars"}, "zone", '"Mars" isn\'t a time zone.'),
        ({"zone": "EST"}, "zone", '"EST" is an abbreviation, not a city'),
        ({"zone": None}, "zone", "The time zone is empty."),
        (
            {"country": "XX"},
            "country",
            "I don't know the public holidays of \"XX\". Use a country's code, for example",
        ),
        ({"country": "Germny"}, "country", 'I don\'t know the public holidays of "Germny". Did you mean "Germany"?'),
        ({"country": "de", "region": "Tyrol"}, "region", 'I don\'t know a region "Tyrol" of Germany. Use one of these'),
        ({"region": "BY"}, "region", 'The region "BY" needs its country.'),
        ({"break_kinds": "coffee"}, "break_kinds", 'I couldn\'t read "coffee" as kinds of breaks.'),
        ({"agreements": "daily_rest 600"}, "agreements", 'I couldn\'t read "daily_rest 600"'),
        ({"working_hours": "always"}, "working_hours", 'I couldn\'t read "always" as working hours.'),
        ({"ask_after": "soon"}, "ask_after", 'I couldn\'t read "soon" as a number of hours.'),
        ({"ask_after": "nan"}, "ask_after", 'I couldn\'t read "nan" as a number of hours.'),
        ({"ask_after": "25"}, "ask_after", 'I couldn\'t read "25" as a number of hours.'),
        ({"ask_after": "0"}, "ask_after", 'I couldn\'t read "0" as a number of hours.'),
        ({"weekly_summary": "9"}, "weekly_summary", 'I couldn\'t read "9" as a time of the week.'),
        ({"admins": [KEI]}, "admins", "U0Kei (guest) can't be chosen"),
        ({"admins": [BEN]}, "admins", "U0Ben (bot) can't be chosen"),
        ({"admins": ["U0STRANGER"]}, "admins", "I can't find @U0STRANGER in this workspace. Choose somebody else."),
    ],
)
async def test_mistakes_in_the_settings_are_shown_at_their_fields(
    door: PlainDoor, filled: dict[str, Any], field: str, told: str
) -> None:
    await meet(door, KEI, guest=True)
    await meet(door, BEN, bot=True)
    before = await overview(door)

    at, words = await door.refused(ADA, await door.open(ADA, "settings"), **{"reminders": ["yes"], **filled})

    assert at == field
    assert words.startswith(told)
    assert await overview(door) == before


async def test_everything_wrong_in_the_settings_is_marked_at_once(door: PlainDoor) -> None:
    await meet(door, KEI, guest=True)
    filled = {"zone": "Mars", "working_hours": "always", "ask_after": "x", "weekly_summary": "9", "admins": [KEI, ANA]}
    faults = await door.faults(ADA, await door.open(ADA, "settings"), **filled)
    assert list(faults) == list(filled)


async def test_more_admins_than_a_form_carries_are_left_to_the_command_line(door: PlainDoor) -> None:
    everybody = [f"U0{number:03}" for number in range(101)]
    for user_id in everybody:
        await meet(door, user_id)
    await workspace_settings.change(door.services, ADMIN, appointed=everybody)

    form = await door.open(ADA, "settings")
    await door.send(ADA, form, reminders=["yes"])

    assert "admins" not in fields_of(form)
    assert (await overview(door)).appointed == {*everybody}


@pytest.mark.parametrize("packed", ["null", "[]", "nonsense", '{"admins": ["U0ANA"]}'])
async def test_forged_form_metadata_changes_no_settings(door: PlainDoor, packed: str) -> None:
    before = await overview(door)
    with pytest.raises(OutdatedButton):
        await door.router.sent(await door._ask(ADA), "settings.save", packed, ALL)
    assert await overview(door) == before


async def test_a_direct_message_offers_the_form_of_the_settings(door: PlainDoor) -> None:
    told = "Here's the form:"
    assert shown(await door.say(ADA, "Settings")) == [told]


async def test_words_after_settings_are_refused(door: PlainDoor) -> None:
    with pytest.raises(NotACommand, match="settings now"):
        await door.type(ADA, "settings now")
