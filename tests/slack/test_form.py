"""The form for a whole record: errors stand at the field, and nothing is guessed."""

from __future__ import annotations

from dataclasses import replace

import pytest

from bot import workspace_settings
from bot.administration import set_office
from bot.practice.people import as_slack
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.slack.conftest import People
from tests.slack.test_admin_forms import BY_ADA, ledger
from tests.slack.test_walk import ADA, ANA, BEN, MARCO, set_the_scene


@pytest.mark.parametrize(
    ("date", "start", "end", "field", "told"),
    [
        ("2026-11-23", "08:00", "23:00", "end", "23:00 is still to come: it is 09:02 (Berlin) now."),
        ("2026-11-20", "09:00", "09:00", "end", "The end has to differ from the start."),
        ("2026-03-29", "02:30", "09:00", "start", "02:30 did not exist on Sun 29 Mar 2026 in Berlin"),
        ("9999-12-31", "22:00", "06:00", "date", "Fri 31 Dec 9999 is a day that no record can be of."),
        ("9999-12-31", "08:00", "16:00", "end", "Fri 31 Dec 9999, 16:00 is still to come"),
        ("2026-03-28", "22:00", "02:30", "end", "02:30 did not exist on Sun 29 Mar 2026 in Berlin"),
    ],
)
async def test_an_error_stands_at_its_field(
    people: People, date: str, start: str, end: str, field: str, told: str
) -> None:
    view = await people.open_form(ANA)
    await people.submit(ANA, view, date=date, start=start, end=end)
    assert list(view.errors) == [field]
    assert told in view.errors[field]


async def test_a_day_that_is_older_than_records_are_kept_is_refused_at_the_date(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await people.type(ADA, "/attendance")
    async with ledger(bot, clock) as services:
        await workspace_settings.change(services, BY_ADA, keep_records_for_years=1)
    view = await people.open_form(ANA)
    await people.submit(ANA, view, date="2025-11-20", start="08:00", end="16:00")
    assert view.errors == {"date": "It is older than the year for which records are kept."}


async def test_a_time_that_comes_twice_adds_a_question_to_the_form(people: People) -> None:
    view = await people.open_form(ANA)
    filled = {"date": "2026-10-24", "start": "22:00", "end": "02:30", "in_comment": "the long night"}
    await people.submit(ANA, view, **filled)
    assert "End: this time came twice that night. Which one?" in view.shown
    assert "The first 02:30 (UTC+2)" in view.shown
    second = next(block for block in view.blocks if block["block_id"] == "which_end")["element"]["options"][1]
    await people.submit(ANA, view, which_end=second["value"])
    assert "Sat 24 Oct 2026, 22:00 to 02:30 the next day (Berlin), 5 h 30 min. " in view.shown
    assert "Sun 25 Oct 2026 had 25 hours in Berlin: the clocks went back. “the long night”" in view.shown


async def test_an_answer_to_that_question_is_no_dead_end_once_the_date_is_another(people: People) -> None:
    view = await people.open_form(ANA)
    await people.submit(ANA, view, date="2026-10-24", start="22:00", end="02:30")
    assert "Which one?" in view.shown
    await people.submit(ANA, view, date="2026-10-20", which_end="60")
    assert (view.errors, "Tue 20 Oct 2026, 22:00 to 02:30 the next day (Berlin), 4 h 30 min." in view.shown) == (
        {},
        True,
    )


async def test_an_answer_is_kept_while_another_question_arises(people: People) -> None:
    view = await people.open_form(ANA)
    await people.submit(ANA, view, date="2026-10-25", start="02:30", end="09:00")
    assert view.shown.count("Which one?") == 1
    await people.submit(ANA, view, which_start="120", end="02:45")
    assert view.shown.count("Which one?") == 2
    await people.submit(ANA, view, which_end="60")
    assert "Sun 25 Oct 2026, 02:30 to 02:45 (Berlin), 1 h 15 min." in view.shown


async def test_a_shift_into_the_repeated_hour_is_of_the_same_night(people: People) -> None:
    view = await people.open_form(ANA)
    await people.submit(ANA, view, date="2026-10-25", start="02:45", end="02:15")
    assert "Start: this time came twice that night. Which one?" in view.shown
    assert "End: this time" not in view.shown
    await people.submit(ANA, view, which_start="120")
    assert "Sun 25 Oct 2026, 02:45 to 02:15 (Berlin), 30 min." in view.shown


async def test_an_end_that_is_said_to_come_before_the_start_is_refused_at_the_end(people: People) -> None:
    view = await people.open_form(ANA)
    await people.submit(ANA, view, date="2026-10-25", start="02:15", end="02:45")
    await people.submit(ANA, view, which_start="60", which_end="120")
    assert list(view.errors) == ["end"]
    assert "has to be later than the start" in view.errors["end"]


async def test_a_manager_adds_a_record_for_the_team_who_is_told(bot: RunningBot, people: People, clock: Clock) -> None:
    await set_the_scene(bot, people, clock)
    view = await people.open_form(MARCO)
    await people.submit(MARCO, view, person=BEN, date="2026-11-20", start="08:00", end="16:00")
    assert "Recorded for <@U0BEN>: Fri 20 Nov 2026, 08:00 to 16:00 (Berlin), 8 h." in view.shown
    assert (await people.direct_message(BEN)).text == (
        "<@U0MARCO> added a record for you: Fri 20 Nov 2026, 08:00 to 16:00 (Berlin), 8 h."
    )


async def test_a_manager_adds_none_for_somebody_out_of_reach(bot: RunningBot, people: People, clock: Clock) -> None:
    await set_the_scene(bot, people, clock)
    view = await people.open_form(MARCO)
    await people.submit(MARCO, view, person="U0NORA", date="2026-11-20", start="08:00", end="16:00")
    assert view.errors == {
        "person": "You may not add a record for Nora Jones: managers may for their teams, admins for everyone."
    }


async def test_of_many_offices_each_can_be_chosen(bot: RunningBot, people: People, clock: Clock) -> None:
    await people.type(ADA, "/attendance")
    async with ledger(bot, clock) as services:
        for number in range(120):
            await set_office(services, BY_ADA, f"o{number:03}", f"Branch {number:03}", "Asia/Tokyo")
    view = await people.open_form(ANA)

    assert "Branch 119" in str(view.raw)
    await people.submit(ANA, view, office="o119", date="2026-11-20", start="09:00", end="17:00")

    told = people.workspace.open_view(ANA)
    assert told is not None
    assert "09:00 to 17:00 (Tokyo)" in told.shown


async def test_the_times_are_those_of_the_chosen_office(bot: RunningBot, people: People, clock: Clock) -> None:
    await set_the_scene(bot, people, clock)
    view = await people.open_form("U0NORA")
    await people.submit("U0NORA", view, office="hq", date="2026-11-20", start="08:00", end="16:00")
    assert "Fri 20 Nov 2026, 08:00 to 16:00 (Berlin)" in view.shown


async def test_an_error_names_people_as_they_are_called(bot: RunningBot, people: People, clock: Clock) -> None:
    await set_the_scene(bot, people, clock)
    view = await people.open_form(ADA)
    await people.type(BEN, "/attendance")
    member = replace(bot.workspace.members[BEN], deleted=True)
    await bot.workspace.event({"type": "user_change", "user": as_slack(member, WORKSPACE)})

    await people.submit(ADA, view, person=BEN, date="2026-11-20", start="09:00", end="17:00")

    assert view.errors == {
        "person": "Ben Fischer is deactivated in this workspace, and has no working hours here.",
    }
