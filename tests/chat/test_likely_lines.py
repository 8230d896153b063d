"""Words for which a whole line is suggested: a range of days without its command, a misspelled word and range."""

from __future__ import annotations

import pytest

from bot.people.teams_and_offices import set_office
from tests.builders import ADMIN
from tests.chat.conftest import ADA, ANA, PlainDoor, form_in, labels, shown
from tests.conftest import Clock

SUGGESTED = {
    "today": "report today",
    "last week": "report last week",
    "csv last week": "report last week csv",
    "missing": "who",
    "repot last wek": "report last week",
    "evnts yesterdy": "events yesterday",
}


@pytest.mark.parametrize("way", ["message", "command"])
async def test_a_whole_line_is_suggested(door: PlainDoor, way: str) -> None:
    speak = {"message": door.say, "command": door.attendance}[way]
    for typed, line in SUGGESTED.items():
        asked = await door.refusing(ANA, speak(ANA, typed))
        expected = line if way == "message" else f"/attendance {line}"
        assert shown(asked) == [f'⚠️ Did you mean "{expected}"?'], typed
        (label,) = labels(asked)
        assert shown(await door.press(ANA, asked, label))


@pytest.mark.parametrize("typed", ["reminder of", "reminders of", "reminder"])
async def test_half_a_word_about_reminders_offers_on_and_off(door: PlainDoor, typed: str) -> None:
    for speak in (door.say, door.attendance):
        assert labels(await speak(ANA, typed)) == ["Turn on reminders", "Turn off reminders"]
    assert shown(await door.say(ANA, "reminder off")) == ["✅ Reminders are off."]


async def test_who_was_in_on_another_day_offers_its_report(door: PlainDoor) -> None:
    await set_office(door.services, ADMIN, "hq", "Berlin", "Europe/Berlin")
    for speak in (door.say, door.attendance):
        told = await speak(ADA, "who was in yesterday?")
        assert shown(told) == ["I only know who is in now. For another day, see its report:"]
        assert "Sun 22 Nov" in shown(await door.press(ADA, told, "Show report"))[0]


async def test_a_new_office_is_offered_its_form(door: PlainDoor) -> None:
    await set_office(door.services, ADMIN, "hq", "Berlin", "Europe/Berlin")
    offered = await door.attendance(ADA, "office add Munich")
    assert (shown(offered), labels(offered)) == (["Here's the form:"], ["New office…"])
    form_in(await door.press(ADA, offered, "New office…"))


async def test_what_says_nothing_more_about_a_clock_in_is_no_comment(door: PlainDoor, clock: Clock) -> None:
    await set_office(door.services, ADMIN, "hq", "Berlin", "Europe/Berlin")
    assert labels(await door.type(ANA, "clockin in")) == ["Clock in", "Clock in now, with that as comment"]
    assert "Clock in at 08:30, office Berlin" in labels(await door.type(ANA, "clockin 08:30 Berlin"))
    said = await door.refusal(ANA, door.type(ANA, "clockin tomorrow at 8"))
    assert said == "⚠️ You can't enter hours for Tue 24 Nov yet. Clock in when you get there."
    assert shown(await door.type(ANA, "clockin now")) == ["✅ Clocked in at 09:02."]
