"""A forgotten clock-out is asked about with likely times, and never guessed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from bot.calendar.working_hours import parse_working_hours
from bot.chat import clocking
from bot.chat.clocking import Leaving
from bot.chat.routing import Action
from bot.notifications import reminders
from bot.practice.people import as_slack
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.slack.conftest import People, change_settings, labels, view_labels
from tests.slack.test_admin_forms import ledger
from tests.slack.test_reporting import work
from tests.slack.test_walk import ANA, BEN, MARCO, set_the_scene

QUESTION = "When did you leave on Tuesday? In since Tue 24 Nov 2026, 09:00 (Berlin)."


async def forget(people: People, clock: Clock) -> None:
    """Ana leaves at half past four on Monday, and forgets to say so on Tuesday; it is Wednesday morning now."""
    await work(people, clock, ANA, "2026-11-23T08:00", "2026-11-23T15:30")
    clock.set("2026-11-24T08:00")
    await people.type(ANA, "/clockin")
    clock.set("2026-11-25T07:55")


async def test_clocking_in_on_another_day_asks_for_yesterdays_end_first(people: People, clock: Clock) -> None:
    await forget(people, clock)

    asked = await people.type(ANA, "/clockin")
    assert asked.text == QUESTION
    assert labels(asked) == ["16:30", "Another time…"]
    answered = await people.press(ANA, asked, "16:30")
    assert answered is asked
    assert answered.text == "Out at 16:30 (Berlin) after 7 h 30 min. Tue 24 Nov 2026: 7 h 30 min in all."
    again = await people.press(ANA, answered, "Clock in")

    assert again.text == "In at 08:55 (Berlin)."


async def test_on_the_same_day_a_second_clock_in_is_told_that_one_is_in(people: People, clock: Clock) -> None:
    await people.type(ANA, "/clockin")
    clock.advance(hours=9)

    assert (await people.type(ANA, "/clockin")).text == "You are already in since 09:02 (Berlin)."


async def test_the_end_of_the_working_hours_is_likely_too(bot: RunningBot, people: People, clock: Clock) -> None:
    await forget(people, clock)
    await change_settings(bot, clock, working_hours=parse_working_hours("mon-fri 09:00-17:00"))

    assert labels(await people.type(ANA, "/clockin")) == ["16:30", "17:00", "Another time…"]


async def test_another_time_opens_a_form_that_writes_it(people: People, clock: Clock) -> None:
    await forget(people, clock)
    asked = await people.type(ANA, "/clockin")

    view = await people.press_for_form(ANA, asked, "Another time…")
    assert "When did you leave on Tuesday?" in view.shown
    await people.submit(ANA, view, at="18:15", comment="dentist <!here>")

    told = people.workspace.open_view(ANA)
    assert told is not None
    assert "Out at 18:15 (Berlin) after 9 h 15 min." in told.shown
    assert "<!here>" not in str(told.raw)


async def test_the_form_reads_the_time_in_the_zone_that_it_shows(bot: RunningBot, people: People, clock: Clock) -> None:
    await forget(people, clock)
    member = replace(bot.workspace.members[ANA], tz="America/New_York")
    await bot.workspace.event({"type": "user_change", "user": as_slack(member, WORKSPACE)})
    view = await people.press_for_form(ANA, await people.type(ANA, "/clockin"), "Another time…")
    assert "09:00 (Berlin)" in view.shown

    await people.submit(ANA, view, at="17:30")

    told = people.workspace.open_view(ANA)
    assert told is not None
    assert "Out at 11:30 (New York) after 8 h 30 min." in told.shown


async def test_about_another_person_the_form_does_not_ask_when_you_left(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    await forget(people, clock)
    clock.advance(hours=2)

    view = await people.press_for_form(MARCO, await people.type(MARCO, "/clockout @ana"), "Another time…")

    assert view.title == "When did they leave?"
    assert "They left at" in view.shown
    assert "ou left" not in view.shown


@pytest.mark.parametrize(("ask_after", "again"), [(timedelta(hours=8), " I will ask again later."), (None, "")])
async def test_only_where_it_asks_again_the_bot_says_so(
    bot: RunningBot, people: People, clock: Clock, ask_after: timedelta | None, again: str
) -> None:
    await people.type(ANA, "/clockin")
    await change_settings(
        bot, clock, ask_after=ask_after, reminders=True, working_hours=parse_working_hours("mon-fri 09:00-17:00")
    )
    clock.set("2026-11-23T16:12")
    async with ledger(bot, clock) as services:
        await reminders.queue_due_reminders(services, WORKSPACE)

    told = await people.press(ANA, await people.direct_message(ANA), "Still here")

    assert told.text == f"All right, you are in since 09:02 (Berlin).{again}"


@pytest.mark.parametrize(
    ("typed", "error"),
    [
        ("late", "“late” is not a time of day."),
        ("08:58", "is still to come"),
        ("x" * 20, "is not a time of day."),
    ],
)
async def test_what_is_wrong_stands_at_the_field_and_writes_nothing(
    people: People, clock: Clock, typed: str, error: str
) -> None:
    await forget(people, clock)
    view = await people.press_for_form(ANA, await people.type(ANA, "/clockin"), "Another time…")

    await people.submit(ANA, view, at=typed)

    assert error in view.errors["at"]
    assert (await people.type(ANA, "/clockin")).text == QUESTION


async def test_a_time_that_came_twice_is_asked_about(people: People, clock: Clock) -> None:
    clock.set("2026-10-24T20:00")  # in the night after, Berlin's clocks go back from 03:00 to 02:00
    await people.type(ANA, "/clockin")
    clock.set("2026-10-25T09:00")
    view = await people.press_for_form(ANA, await people.type(ANA, "/clockin"), "Another time…")

    await people.submit(ANA, view, at="02:30")
    assert "02:30 came twice" in view.errors["at"]
    await people.submit(ANA, view, at="02:30+01:00")

    told = people.workspace.open_view(ANA)
    assert told is not None
    assert "after 5 h 30 min" in told.shown


async def test_answering_twice_writes_once_and_says_so(people: People, clock: Clock) -> None:
    await forget(people, clock)
    first, second = await people.type(ANA, "/clockin"), await people.type(ANA, "/clockin")
    await people.press(ANA, first, "16:30")

    stale = await people.press(ANA, second, "16:30")
    assert stale.text.startswith("You are not clocked in. The last clock-out was Tue 24 Nov 2026, 16:30 (Berlin).")
    stale = await people.press(ANA, second, "Another time…")
    assert stale.text.startswith("You are not clocked in.")


async def test_a_form_that_comes_too_late_speaks_to_the_person(people: People, clock: Clock) -> None:
    await forget(people, clock)
    view = await people.press_for_form(ANA, await people.type(ANA, "/clockin"), "Another time…")
    await people.type(ANA, "/clockout at 18:00")

    await people.submit(ANA, view, at="17:30")

    assert view.errors["at"].startswith(
        "You are not clocked in. The last clock-out was Tue 24 Nov 2026, 18:00 (Berlin)."
    )


async def test_a_stale_answer_ends_no_other_clock_in(people: People, clock: Clock) -> None:
    await forget(people, clock)
    asked = await people.type(ANA, "/clockin")
    (button, _) = [element for block in asked.blocks for element in block.get("elements", [])]
    await people.press(ANA, asked, "16:30")
    await people.type(ANA, "/clockin")
    clock.advance(hours=1)

    stale = replace(clocking.left_at_likely.unpack(button["value"]), at=clock.now)
    told = await people.press_forged(ANA, asked, button["action_id"], clocking.left_at_likely.pack(stale))

    assert told.text == "This clock-in has ended already. You are in again since 08:55 (Berlin)."
    assert (await people.type(ANA, "/clockin")).text == "You are already in since 08:55 (Berlin)."


async def test_somebody_elses_question_is_not_answered_for_them(bot: RunningBot, people: People, clock: Clock) -> None:
    await set_the_scene(bot, people, clock)
    await forget(people, clock)
    asked = await people.type(ANA, "/clockin")
    (button, _) = [element for block in asked.blocks for element in block.get("elements", [])]
    likely: Leaving = clocking.left_at_likely.unpack(button["value"])
    shown = clocking.ClockIn(likely.user_id, likely.event_id)
    of_the_question = (clocking.still_here, clocking.left_at, clocking.press_clock_out)
    for action, carried in [(clocking.left_at_likely, likely), *((action, shown) for action in of_the_question)]:
        told = await people.press_forged(BEN, asked, f"{action.name}#0", action.pack(carried))
        assert told.text.startswith("You may not clock <@U0ANA> in or out"), action.name


async def test_a_manager_answers_for_the_team(bot: RunningBot, people: People, clock: Clock) -> None:
    await set_the_scene(bot, people, clock)
    await forget(people, clock)
    clock.advance(hours=2)

    asked = await people.type(MARCO, "/clockout @ana")
    assert asked.text.startswith("When did <@U0ANA> leave on Tuesday?")
    answered = await people.press(MARCO, asked, "16:30")

    assert answered.text.startswith("<@U0ANA> is out at 16:30 (Berlin)")
    assert labels(answered) == []


@pytest.mark.parametrize(
    "value",
    [
        "",
        "x",
        "[" * 1900,
        "{}",
        '{"user_id": "U0ANA", "event_id": "e1"}',
        '{"user_id": "U0ANA", "event_id": "e1", "at": 1e30}',
        '{"user_id": "U0ANA", "event_id": "e1", "at": "2026-11-23T09:00:00"}',
        '{"user_id": "U0ANA", "event_id": "e1", "at": "9999-12-31T23:59:59Z"}',
        '{"user_id": ["U0ANA"], "event_id": null}',
    ],
)
@pytest.mark.parametrize("action", [clocking.still_here, clocking.left_at, clocking.left_at_likely])
async def test_a_forged_button_gets_a_sentence(people: People, bot: RunningBot, action: Action, value: str) -> None:
    message = await people.type(ANA, "/clockin")

    told = await people.press_forged(ANA, message, f"{action.name}#0", value)

    assert "Something went wrong" not in told.text


async def test_a_night_shift_is_no_other_day_past_midnight(people: People, clock: Clock) -> None:
    clock.set("2026-11-23T21:00")  # 22:00 in Berlin
    await people.type(ANA, "/clockin")
    clock.set("2026-11-23T23:30")

    home = await people.open_home(ANA)
    assert "When did you leave" not in home.shown
    assert view_labels(home) == ["Clock out", "Add a record"]
    assert (await people.type(ANA, "/clockin")).text == "You are already in since Mon 23 Nov 2026, 22:00 (Berlin)."


async def test_within_the_working_hours_a_long_night_shift_is_no_other_day(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await people.type(ANA, "/attendance")
    await change_settings(
        bot, clock, ask_after=timedelta(hours=4), working_hours=parse_working_hours("mon 20:00-08:00")
    )
    clock.set("2026-11-23T19:00")
    await people.type(ANA, "/clockin")

    clock.set("2026-11-24T06:59")
    assert (await people.type(ANA, "/clockin")).text.startswith("You are already in since")
    clock.set("2026-11-24T07:00")
    assert (await people.type(ANA, "/clockin")).text.startswith("When did you leave on Monday?")


async def test_until_24_hours_have_passed_clocking_out_stays_possible(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    clock.set("2026-11-23T21:00")
    await people.type(ANA, "/clockin")
    clock.set("2026-11-24T07:05")
    async with ledger(bot, clock) as services:
        await reminders.queue_due_reminders(services, WORKSPACE)

    asked = await people.direct_message(ANA)
    assert asked.text == "Still working? In since Mon 23 Nov 2026, 22:00 (Berlin)."
    assert labels(asked) == ["Still here", "I left at…", "Clock out now"]
    home = await people.open_home(ANA)
    assert "is missing" not in home.shown
    assert "Clock out" in view_labels(home)
