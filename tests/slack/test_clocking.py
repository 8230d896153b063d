"""What people type to clock in and out, and what they are told."""

from __future__ import annotations

import asyncio
from collections import Counter

import pytest

from bot.people.teams_and_offices import set_office
from bot.practice.model import Message
from bot.slack.render import escape
from tests.conftest import Clock, RunningBot
from tests.slack.conftest import People, buttons, labels
from tests.slack.test_admin_forms import BY_ADA, ledger
from tests.slack.test_walk import ADA, ANA, BEN, MARCO, set_the_scene


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("/clockin at 8:30", "In at 08:30 (Berlin)."),
        ("/clockin at 8:30am the train was late", "In at 08:30 (Berlin). “the train was late”"),
        ("/clockin in HQ", "In at 09:02 (Berlin), office Berlin Mitte."),
        ("/clockin in berlin mitte at 8.15", "In at 08:15 (Berlin), office Berlin Mitte."),
        ('/clockin "in a hurry"', "In at 09:02 (Berlin). “in a hurry”"),
        ("/clockin *bold* & <b>", "In at 09:02 (Berlin). “*bold* &amp; &lt;b&gt;”"),
    ],
)
async def test_typed_is_told(bot: RunningBot, people: People, clock: Clock, typed: str, told: str) -> None:
    await set_the_scene(bot, people, clock)
    assert (await people.type(ANA, typed)).text == told


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        (
            "/clockin at 25:00",
            "“25:00” is not a time of day. Type it as in `/clockin at 8:30`. To begin a comment with “at”, put it in "
            'quotes: `/clockin "at last"`.',
        ),
        (
            "/clockin at noon",
            "“noon” is not a time of day. Type it as in `/clockin at 8:30`. To begin a comment with “at”, put it in "
            'quotes: `/clockin "at last"`.',
        ),
        (
            "/clockin at 8:30+99:99",
            "“8:30+99:99” is not a time of day. Type it as in `/clockin at 8:30`. "
            'To begin a comment with “at”, put it in quotes: `/clockin "at last"`.',
        ),
        ("/clockin @ben at 8:30 @marco", "I can't read “more than one person”. Type `/attendance help` for examples."),
        ("/clockin at 9:30", "09:30 is still to come: it is 09:02 (Berlin) now."),
        (
            "/clockin in paris",
            "There is no office “paris”. Offices: Berlin Mitte. To begin a comment with “in”, put it in quotes: "
            '`/clockin "in a hurry"`.',
        ),
        (
            "/clockin @benn at 8:30",
            "I can't tell who “@benn” is. Type `/clockin @` and the first letters of a name, then choose one person "
            'from the list. To begin a comment with “@”, put it in quotes: `/clockin "@home"`.',
        ),
        (
            "/clockout @benn at 8:30",
            "I can't tell who “@benn” is. Type `/clockout @` and the first letters of a name, then choose one person "
            'from the list. To begin a comment with “@”, put it in quotes: `/clockout "@home"`.',
        ),
        (
            "/attendance report in Paris",
            "There is no office “Paris”. Offices: Berlin Mitte. Type the office last, as in "
            "`/attendance report last week in OFFICE`.",
        ),
        ("/clockout", "You are not clocked in. Type `/clockin` to begin."),
        ("/clockin " + "x" * 2001, "The comment has 2,001 characters, and may have 2,000."),
        ("/clockin a\x07b", "The comment holds control characters."),
        (
            "/attendance frobnicate <!here>",
            "I don't know “frobnicate &lt;!here&gt;”. Try `/attendance report last week`, or `/attendance help` for "
            "all of it.",
        ),
        (
            "/attendance events @ben @marco",
            "I can't read “more than one person”. Type `/attendance help` for examples.",
        ),
        (
            "/attendance report 2026-13",
            "“2026-13” is not a range of days. Try `yesterday`, `last week`, `2026-10`, `2026-10-01 2026-10-31`: "
            "`/attendance report last week`.",
        ),
    ],
)
async def test_a_mistake_says_what_was_wrong_and_how_to_type_it(
    bot: RunningBot, people: People, clock: Clock, typed: str, told: str
) -> None:
    await set_the_scene(bot, people, clock)
    assert (await people.type(ANA, typed)).text == told
    assert (await people.type(ANA, "/attendance")).text == "You are out.\nToday: 0 min. This week: 0 min."


async def test_out_at_a_time_means_the_first_such_time_after_the_clock_in(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    clock.set("2026-11-23T21:00")
    await people.type(ANA, "/clockin")
    clock.set("2026-11-24T07:00")
    told = await people.type(ANA, "/clockout at 6:00")
    assert told.text == "Out at 06:00 (Berlin) after 8 h. Mon 23 Nov 2026: 8 h in all."


async def test_a_comment_on_going_home_may_begin_with_in(people: People, clock: Clock) -> None:
    await people.type(ANA, "/clockin")
    clock.advance(hours=1)
    assert (await people.type(ANA, "/clockout in a rush")).text.endswith("“in a rush”")


async def test_a_forgotten_clock_out_is_asked_about_and_never_guessed(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    answer = await people.type(ANA, "/clockin")
    clock.advance(hours=25)
    question = "When did you leave on Monday? In since Mon 23 Nov 2026, 09:02 (Berlin), and the clock-out is missing."
    assert (await people.type(ANA, "/clockout")).text == question
    assert (await people.press(ANA, answer, "Clock out")).text == question
    assert (await people.type(ANA, "/clockin")).text == question
    assert (await people.type(ANA, "/clockout at 17:30")).text == (
        "Out at 17:30 (Berlin) after 8 h 28 min. Mon 23 Nov 2026: 8 h 28 min in all."
    )


async def test_a_forgotten_clock_out_is_told_with_ones_state(bot: RunningBot, people: People, clock: Clock) -> None:
    await people.type(ANA, "/clockin")
    clock.advance(hours=24)
    assert (await people.type(ANA, "/attendance")).text.startswith("You are in since Mon 23 Nov 2026, 09:02 (Berlin)")
    clock.advance(minutes=1)
    assert (await people.type(ANA, "/attendance status")).text == (
        "Unresolved: you, since Mon 23 Nov 2026, 09:02 (Berlin): the clock-out is missing. "
        "When did you leave on Monday? Type `/clockout at 17:30`.\n"
        "Today: 0 min in finished records. This week: 0 min."
    )


async def test_a_manager_ends_a_forgotten_clock_in_of_the_team(bot: RunningBot, people: People, clock: Clock) -> None:
    await set_the_scene(bot, people, clock)
    await people.type(ANA, "/clockin")
    clock.advance(hours=25)
    assert (await people.type(MARCO, "/clockout @ana")).text == (
        "When did <@U0ANA> leave on Monday? In since Mon 23 Nov 2026, 09:02 (Berlin), and the clock-out is missing."
    )
    told = await people.type(MARCO, "/clockout @ana at 17:30")
    assert told.text.startswith("<@U0ANA> is out at 17:30 (Berlin) after 8 h 28 min.")


async def test_a_time_that_comes_twice_is_asked_about(bot: RunningBot, people: People, clock: Clock) -> None:
    clock.set("2026-10-24T20:00")
    await people.type(ANA, "/clockin")
    clock.set("2026-10-25T07:00")
    assert (await people.type(ANA, "/clockout at 2:30")).text == (
        "02:30 came twice on Sun 25 Oct 2026 in Berlin: the clocks went back. "
        "Type `02:30+02:00` for the first or `02:30+01:00` for the second."
    )
    told = await people.type(ANA, "/clockout at 02:30+01:00")
    assert told.text == (
        "Out at 02:30 (Berlin) after 5 h 30 min. Sat 24 Oct 2026: 5 h 30 min in all. "
        "Sun 25 Oct 2026 had 25 hours in Berlin: the clocks went back."
    )


async def test_a_time_that_never_was_is_refused(bot: RunningBot, people: People, clock: Clock) -> None:
    clock.set("2026-03-28T22:00")
    await people.type(ANA, "/clockin")
    clock.set("2026-03-29T06:00")
    assert (await people.type(ANA, "/clockout at 2:30")).text == (
        "02:30 did not exist on Sun 29 Mar 2026 in Berlin: the clocks jumped over it."
    )


async def test_a_manager_clocks_in_and_out_for_the_team_and_the_person_is_told(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    answer = await people.type(MARCO, "/clockin @ana at 8:00 forgot her phone")
    assert answer.text == "<@U0ANA> is in at 08:00 (Berlin). “forgot her phone”"
    assert (await people.direct_message(ANA)).text == (
        "<@U0MARCO> clocked you in: Mon 23 Nov 2026, since 08:00 (Berlin). “forgot her phone”"
    )
    assert (await people.press(MARCO, answer, "Clock out")).text.startswith("<@U0ANA> is out at 09:02 (Berlin)")


@pytest.mark.parametrize(
    "typed", ["/clockin @ana at 8:00 in hq", "/clockin at 8:00 @ana in hq", "/clockin at 8:00 in hq @ana"]
)
async def test_a_person_is_meant_wherever_they_are_named_before_the_comment(
    bot: RunningBot, people: People, clock: Clock, typed: str
) -> None:
    await set_the_scene(bot, people, clock)
    told = await people.type(MARCO, f"{typed} forgot her phone, says @ben")
    assert told.text.startswith("<@U0ANA> is in at 08:00 (Berlin), office Berlin Mitte. “forgot her phone, says @ben”")


async def test_a_comment_told_to_somebody_else_notifies_nobody(bot: RunningBot, people: People, clock: Clock) -> None:
    await set_the_scene(bot, people, clock)
    await people.type(MARCO, "/clockin @ana <!channel> & co")
    assert (await people.direct_message(ANA)).text == (
        "<@U0MARCO> clocked you in: Mon 23 Nov 2026, since 09:02 (Berlin). “&lt;!channel&gt; &amp; co”"
    )


async def test_an_employee_clocks_in_nobody_else(bot: RunningBot, people: People, clock: Clock) -> None:
    await set_the_scene(bot, people, clock)
    refused = await people.type(ANA, "/clockin @ben")
    assert refused.text == "You may not clock <@U0BEN> in or out: managers may for their teams, admins for everyone."
    assert (await people.type(BEN, "/attendance")).text.startswith("You are out.")


async def test_guests_have_no_working_hours_here(people: People) -> None:
    assert (await people.type("U0GUS", "/clockin")).text == (
        "You are a guest in this workspace: working hours are kept for its full members."
    )


async def test_somebody_who_was_deactivated_has_no_working_hours_here(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    user = {"id": BEN, "team_id": bot.workspace.team_id, "real_name": "Ben Fischer", "deleted": True}
    assert (await bot.workspace.event({"type": "user_change", "user": user})).status == 200
    assert (await people.type(MARCO, "/clockin @ben")).text == (
        "<@U0BEN> is deactivated in this workspace, and has no working hours here."
    )
    assert "Ben" not in (await people.type(ADA, "/attendance events")).shown


async def test_a_button_ends_the_clock_in_it_was_shown_for_and_leaves_a_newer_one_alone(
    people: People, clock: Clock
) -> None:
    answer = await people.type(ANA, "/clockin")
    clock.advance(hours=1)
    await people.type(ANA, "/clockout")
    clock.advance(hours=1)
    await people.type(ANA, "/clockin")
    clock.advance(hours=1)
    told = await people.press(ANA, answer, "Clock out")
    assert told.text == "This clock-in has ended already. You are in again since 11:02 (Berlin)."
    assert labels(told) == ["Clock out"]
    assert (await people.type(ANA, "/attendance")).text.startswith("You are in since 11:02 (Berlin)")
    assert (await people.press(ANA, told, "Clock out")).text.startswith("Out at 12:02 (Berlin) after 1 h.")


@pytest.mark.parametrize("value", ["", "U0ANA event", "[" * 1900, "{}", '{"user_id": "U0ANA"}', "<!channel>"])
async def test_a_clock_out_button_that_is_none_of_ours_ends_nothing(people: People, value: str) -> None:
    answer = await people.type(ANA, "/clockin")
    told = await people.press_forged(ANA, answer, "clocking.press_clock_out#0", value)
    quoted = escape(value if len(value) <= 80 else value[:79] + "…")
    assert told.text == f"I can't read “{quoted}”. Type `/attendance help` for examples."
    assert (await people.type(ANA, "/attendance")).text.startswith("You are in since 09:02 (Berlin)")


async def test_a_person_who_is_none_is_shown_as_text(bot: RunningBot, people: People, clock: Clock) -> None:
    answer = await people.type(ANA, "/clockin")
    told = await people.press_forged(
        ANA, answer, "clocking.press_clock_out#0", '{"user_id": "<!channel>|x", "event_id": "event"}'
    )
    assert told.text.startswith("You may not clock &lt;!channel&gt;|x in or out")


async def test_a_button_clocks_in_once_however_often_it_is_pressed(people: People) -> None:
    state = await people.type(ANA, "/attendance")
    assert labels(state) == ["Clock in"]
    button = buttons(state)[0]
    told = await people.press(ANA, state, "Clock in")
    assert told.text == "In at 09:02 (Berlin)."
    await people.workspace.press_forged(ANA, state, button["action_id"], button["value"])

    def answered() -> list[Message]:
        return [message for message in people.workspace.visible_to(ANA) if message.text.startswith("You are already")]

    await people.workspace.until(answered)


async def test_help_tells_every_command(people: People) -> None:
    told = (await people.type(ADA, "/attendance help")).text
    for command in ("/clockin", "/clockout", "/attendance report", "/attendance events", "/attendance add"):
        assert command in told


async def test_a_hundred_impatient_commands_at_once_clock_in_once(bot: RunningBot, people: People) -> None:
    await people.type(ANA, "/attendance")
    deliveries = await asyncio.gather(*(bot.workspace.command(ANA, "/clockin") for _ in range(100)))
    told = Counter(delivery.messages[0].text for delivery in deliveries)
    assert told == {"In at 09:02 (Berlin).": 1, "You are already in since 09:02 (Berlin).": 99}


async def test_two_people_who_press_the_same_button_end_one_clock_in_and_get_a_clear_answer_each(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await set_the_scene(bot, people, clock)
    answer = await people.type(MARCO, "/clockin @ana")
    clock.advance(hours=1)
    action, value = buttons(answer)[0]["action_id"], buttons(answer)[0]["value"]
    seen = len(bot.workspace.messages)
    await asyncio.gather(
        bot.workspace.press(MARCO, answer, action, value), bot.workspace.press_forged(ADA, answer, action, value)
    )

    def beside() -> list[Message]:
        return [message for message in bot.workspace.messages[seen:] if message.visible_to in (MARCO, ADA)]

    (other,) = await bot.workspace.until(lambda: beside() if answer.edited else [])
    assert "<@U0ANA> is out at 10:02 (Berlin) after 1 h." in answer.text
    assert other.text.startswith("<@U0ANA> is not clocked in. The last clock-out was 10:02 (Berlin).")


async def test_the_days_total_names_the_clock_change_that_an_earlier_record_went_through(
    people: People, clock: Clock
) -> None:
    clock.set("2026-10-24T22:00")  # midnight in Berlin, where the clocks go back at 03:00
    await people.type(ANA, "/clockin")
    clock.set("2026-10-25T05:00")
    changed = "Sun 25 Oct 2026 had 25 hours in Berlin: the clocks went back."
    first = await people.type(ANA, "/clockout")
    clock.set("2026-10-25T08:00")
    await people.type(ANA, "/clockin")
    clock.set("2026-10-25T11:00")
    second = await people.type(ANA, "/clockout")
    assert first.text.count(changed) == second.text.count(changed) == 1
    assert f"Sun 25 Oct 2026: 10 h in all. {changed}" in second.text


async def test_hours_at_an_office_where_it_is_tomorrow_already_count_in_ones_own_state(
    bot: RunningBot, people: People, clock: Clock
) -> None:
    await people.type(ADA, "/attendance")
    async with ledger(bot, clock) as services:
        await set_office(services, BY_ADA, "akl", "Auckland", "Pacific/Auckland")
    clock.set("2026-11-23T20:00")  # Tuesday morning in Auckland
    await people.type(ANA, "/clockin in akl")
    clock.set("2026-11-23T22:30")
    await people.type(ANA, "/clockout")
    assert "Today: 2 h 30 min. This week: 2 h 30 min." in (await people.type(ANA, "/attendance")).text
