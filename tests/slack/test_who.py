"""`/attendance who`: who is in now, by office and team, since when in their own zone; and who should be and is not."""

from __future__ import annotations

import re

import pytest

from bot.practice.people import Member
from tests.conftest import Clock, RunningBot
from tests.slack.conftest import People, change_settings
from tests.slack.test_walk import ADA, ANA, BEN, MARCO, set_the_scene

NORA, GUS = "U0NORA", "U0GUS"


@pytest.fixture
async def team(bot: RunningBot, people: People, clock: Clock) -> People:
    """Marco manages Support: Ana and Ben."""
    await set_the_scene(bot, people, clock)
    return people


async def test_a_manager_sees_the_team_by_office_each_in_their_own_zone(team: People, clock: Clock) -> None:
    await team.type(ANA, "/clockin in hq")
    clock.advance(minutes=20)
    await team.type(BEN, "/clockin")
    await team.type(NORA, "/clockin")

    told = await team.type(MARCO, "/attendance who")

    assert told.text.splitlines() == [
        "*2 people are in.*",
        "*No office* · 1",
        "<@U0BEN> since 09:22 (Berlin) · Support",
        "*Berlin Mitte* · 1",
        "<@U0ANA> since 09:02 (Berlin) · Support",
    ]


async def test_an_admin_sees_everyone_and_an_employee_themselves_alone(team: People, clock: Clock) -> None:
    await team.type(ANA, "/clockin")
    await team.type(NORA, "/clockin")

    everyone = await team.type(ADA, "/attendance who")
    alone = await team.type(NORA, "/attendance who")

    assert everyone.text.splitlines()[0] == "*2 people are in.*"
    assert "<@U0NORA> since 03:02 (New York)" in everyone.text
    assert alone.text.splitlines()[0] == "*1 person is in.*"
    assert "U0ANA" not in alone.text
    assert "You see yourself here: managers see their teams, admins everyone." in alone.text


async def test_who_is_expected_and_not_there_is_named_and_who_has_left_as_well(
    bot: RunningBot, team: People, clock: Clock
) -> None:
    await change_settings(bot, clock, working_hours="mon-fri 09:00-17:00")
    assert "*Expected, and not in* · 3" in (await team.type(MARCO, "/attendance who")).text
    await team.type(MARCO, "/clockin")
    await team.type(ANA, "/clockin")
    clock.advance(hours=1)
    await team.type(ANA, "/clockout")

    told = (await team.type(MARCO, "/attendance who")).text

    assert told.splitlines() == [
        "*1 person is in.*",
        "*No office* · 1",
        "<@U0MARCO> since 09:02 (Berlin)",
        "*Expected, and not in* · 2",
        "<@U0BEN>, expected at 09:00 (Berlin)",
        "<@U0ANA>, left at 10:02 (Berlin)",
    ]
    clock.set("2026-11-23T16:00")  # 17:00 in Berlin, when the day is over
    assert "Expected" not in (await team.type(MARCO, "/attendance who")).text


async def test_a_forgotten_clock_out_is_unresolved_and_nobody_in(team: People, clock: Clock) -> None:
    await team.type(ANA, "/clockin")
    clock.advance(hours=25)
    told = (await team.type(MARCO, "/attendance who")).text
    assert told.splitlines() == [
        "*Nobody is in.*",
        "*Unresolved: the clock-out is missing* · 1",
        "<@U0ANA> since Mon 23 Nov 2026, 09:02 (Berlin)",
    ]


async def test_a_hundred_in_one_office_fit_and_the_rest_are_counted(bot: RunningBot, people: People) -> None:
    for number in range(100):
        user_id = f"U0MANY{number:03}"
        bot.workspace.members[user_id] = Member(user_id, f"many{number}", f"Many {number}", "Europe/Berlin")
        await people.type(user_id, "/clockin")
    told = await people.type(ADA, "/attendance who")  # checked against Slack's sizes
    assert told.text.startswith("*100 people are in.*")
    assert re.fullmatch(r"and \d\d more", told.shown.splitlines()[-1])


async def test_a_guest_and_words_too_many_get_a_sentence(team: People) -> None:
    assert "U0ANA" not in (await team.type(GUS, "/attendance who")).text
    assert "who @ana" not in (await team.type(ADA, "/attendance")).text
    told = await team.type(ADA, "/attendance who tomorrow")
    assert "`/attendance help`" in told.text
