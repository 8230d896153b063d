"""The form for a whole record as Slack shows it: errors at their fields, and questions that are added to it."""

from __future__ import annotations

from dataclasses import replace

from bot.practice.people import as_slack
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.slack.conftest import People
from tests.slack.test_walk import ADA, ANA, BEN, set_the_scene


async def test_an_error_stands_at_its_field(people: People) -> None:
    view = await people.open_form(ANA)
    await people.submit(ANA, view, date="2026-11-23", start="08:00", end="23:00")
    assert view.errors == {"end": "23:00 hasn't happened yet. It's 09:02."}


async def test_a_time_that_comes_twice_adds_a_question_to_the_form(people: People) -> None:
    view = await people.open_form(ANA)
    filled = {"date": "2026-10-24", "start": "22:00", "end": "02:30", "note": "the long night"}
    await people.submit(ANA, view, **filled)
    assert "End: this time came twice that night. Which one?" in view.shown
    assert "The first 02:30 (UTC+2)" in view.shown
    second = next(block for block in view.blocks if block["block_id"] == "which_end")["element"]["options"][1]
    told = await people.finish(ANA, view, which_end=second["value"])
    assert "Sat 24 Oct, 22:00 to 02:30 the next day · 5 h 30 min. " in told.shown
    assert 'Sun 25 Oct had 25 hours in Berlin: the clocks went back. "the long night"' in told.shown


async def test_an_answer_is_kept_while_another_question_arises(people: People) -> None:
    view = await people.open_form(ANA)
    await people.submit(ANA, view, date="2026-10-25", start="02:30", end="09:00")
    assert view.shown.count("Which one?") == 1
    await people.submit(ANA, view, which_start="120", end="02:45")
    assert view.shown.count("Which one?") == 2
    told = await people.finish(ANA, view, which_end="60")
    assert "Sun 25 Oct, 02:30 to 02:45 · 1 h 15 min." in told.shown


async def test_an_error_names_people_as_they_are_called(bot: RunningBot, people: People, clock: Clock) -> None:
    await set_the_scene(bot, people, clock)
    view = await people.open_form(ADA)
    await people.type(BEN, "/attendance")
    member = replace(bot.workspace.members[BEN], deleted=True)
    await bot.workspace.event({"type": "user_change", "user": as_slack(member, WORKSPACE)})

    await people.submit(ADA, view, person=BEN, date="2026-11-20", start="09:00", end="17:00")

    assert view.errors == {
        "person": "Ben Fischer's account is deactivated. Choose somebody else.",
    }
