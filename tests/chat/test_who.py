"""`/attendance who`: who is in now, by office and team, since when in their own zone; and who should be and is not."""

from __future__ import annotations

import pytest

from bot.calendar.working_hours import parse_working_hours
from bot.errors import NotACommand
from bot.workspaces import workspace_settings
from tests.builders import ADMIN
from tests.chat.conftest import ADA, ANA, BEN, KEI, MARCO, PlainDoor, meet, shown
from tests.conftest import Clock


async def test_a_manager_sees_the_team_by_office_each_in_their_own_zone(team: PlainDoor, clock: Clock) -> None:
    await team.type(ANA, "clockin in hq")
    clock.advance(minutes=20)
    await team.type(BEN, "clockin")
    await team.type(KEI, "clockin")

    assert shown(await team.type(MARCO, "who")) == [
        "2 people are in.",
        "No office · 1",
        "@U0BEN since 09:22 · Support",
        "Berlin Mitte · 1",
        "@U0ANA since 09:02 · Support",
    ]


async def test_an_admin_sees_everyone_and_an_employee_themselves_alone(team: PlainDoor) -> None:
    await team.type(ANA, "clockin")
    await team.type(KEI, "clockin")

    assert shown(await team.type(ADA, "who")) == [
        "2 people are in.",
        "No office · 2",
        "@U0ANA since 09:02 · Support",
        "@U0KEI since 17:02 (Tokyo)",
    ]
    assert shown(await team.type(KEI, "who")) == [
        "1 person is in.",
        "No office · 1",
        "@U0KEI since 17:02",
        "You see yourself here: managers see their teams, admins everyone.",
    ]


async def test_who_is_expected_and_not_there_is_named_and_who_has_left_as_well(team: PlainDoor, clock: Clock) -> None:
    hours = parse_working_hours("mon-fri 09:00-17:00")
    await workspace_settings.change(team.services, ADMIN, working_hours=hours)
    assert "Expected, and not in · 3" in shown(await team.type(MARCO, "who"))
    await team.type(MARCO, "clockin")
    await team.type(ANA, "clockin")
    clock.advance(hours=1)
    await team.type(ANA, "clockout")

    assert shown(await team.type(MARCO, "who")) == [
        "1 person is in.",
        "No office · 1",
        "@U0MARCO since 09:02",
        "Expected, and not in · 2",
        "@U0BEN, expected at 09:00",
        "@U0ANA, left at 10:02",
    ]
    clock.set("2026-11-23T16:00")  # 17:00 in Berlin, when the day is over
    assert "Expected" not in str(shown(await team.type(MARCO, "who")))


async def test_a_forgotten_clock_out_is_unresolved_and_nobody_in(team: PlainDoor, clock: Clock) -> None:
    await team.type(ANA, "clockin")
    clock.advance(hours=25)
    assert shown(await team.type(MARCO, "who")) == [
        "Nobody is in.",
        "Unresolved: the clock-out is missing · 1",
        "@U0ANA since Mon 23 Nov, 09:02",
    ]


async def test_a_guest_sees_nobody(door: PlainDoor) -> None:
    await meet(door, "U0GUS", guest=True)
    await door.type(ANA, "clockin")
    assert shown(await door.type("U0GUS", "who"))[0] == "Nobody is in."


async def test_words_too_many_are_refused(door: PlainDoor) -> None:
    with pytest.raises(NotACommand):
        await door.type(ADA, "who tomorrow")
