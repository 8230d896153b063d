"""Clocking in and out on the plain door: words and buttons."""

from __future__ import annotations

from datetime import timedelta

import pytest

from bot.attendance import missing_clock_outs
from bot.chat import clock_buttons, leaving
from bot.chat.clock_buttons import ClockIn
from bot.chat.views import Outcome
from bot.errors import Forbidden, OutdatedButton
from bot.people.teams_and_offices import set_office
from bot.permissions import Caller, Via
from bot.wording import Reader
from tests.builders import ADMIN
from tests.chat.conftest import ADA, ANA, BEN, KEI, MARCO, PlainDoor, form_in, labels, meet, rename, shown
from tests.conftest import WORKSPACE, Clock


async def test_a_clock_in_is_answered_with_a_button_that_ends_it(door: PlainDoor, clock: Clock) -> None:
    came = await door.type(ANA, "clockin good morning")
    clock.advance(hours=8, minutes=28)
    left = await door.press(ANA, came, "Clock out")

    assert shown(came) == ['✅ Clocked in at 09:02. "good morning"']
    assert labels(came) == ["Clock out", "Start a break", "Undo"]
    assert shown(left) == ["✅ Clocked out at 17:30. Today: 8 h 28 min.", "This week: 8 h 28 min"]


async def test_typed_text_never_becomes_markup(door: PlainDoor) -> None:
    came = await door.type(ANA, 'clockin <b>bold</b> & <!channel> &lt;at id="U0BEN"&gt;')

    assert shown(came) == ['✅ Clocked in at 09:02. "<b>bold</b> & <!channel> &lt;at id="U0BEN"&gt;"']


async def test_somebody_else_is_clocked_in_by_those_who_may(door: PlainDoor) -> None:
    assert shown(await door.type(ADA, f"clockin <@{ANA}> at 8:30")) == [
        "✅ Clocked @U0ANA in at 08:30.",
        "I've told them.",
    ]
    with pytest.raises(Forbidden):
        await door.type(BEN, f"clockout <@{ANA}>")


@pytest.mark.parametrize("packed", ["", "x", "{}", "[" * 900, '{"user_id": "U0ANA"}', '{"user_id": 1, "event_id": []}'])
async def test_a_forged_button_is_not_understood(door: PlainDoor, packed: str) -> None:
    with pytest.raises(OutdatedButton):
        await door.press_forged(ANA, clock_buttons.press_clock_out.name, packed)


async def test_a_button_that_was_never_declared_is_not_understood(door: PlainDoor) -> None:
    with pytest.raises(OutdatedButton):
        await door.press_forged(ANA, "clocking.everybody_out", "null")


async def test_somebody_elses_button_changes_nothing(door: PlainDoor, clock: Clock) -> None:
    came = await door.type(ANA, "clockin")
    with pytest.raises(Forbidden):
        await door.press(BEN, came, "Clock out")
    clock.now += timedelta(minutes=5)
    assert shown(await door.type(ANA, "status"))[0].startswith("You've been clocked in since 09:02")


def test_a_button_carries_what_its_handler_takes() -> None:
    packed = clock_buttons.press_clock_out.pack(ClockIn(ANA, "event"))
    assert clock_buttons.press_clock_out.unpack(packed) == ClockIn(ANA, "event")


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("at 8:30", "✅ Clocked in at 08:30."),
        ("at 8:30am the train was late", '✅ Clocked in at 08:30. "the train was late"'),
        ("in HQ", "✅ Clocked in at 09:02. Office: Berlin Mitte."),
        ("in berlin mitte at 8.15", "✅ Clocked in at 08:15. Office: Berlin Mitte."),
        ('"in a hurry"', '✅ Clocked in at 09:02. "in a hurry"'),
    ],
)
async def test_the_answer_names_time_office_and_comment(team: PlainDoor, typed: str, told: str) -> None:
    assert shown(await team.type(ANA, f"clockin {typed}")) == [told]


@pytest.mark.parametrize(
    ("typed", "told"),
    [
        ("clockin at 25:00", 'I couldn\'t read "25:00" as a time. Try "/clockin at 8:30".'),
        ("clockin at 8:3x", 'I couldn\'t read "8:3x" as a time. Try "/clockin at 8:30".'),
        ("clockout at 8:30+99:99", 'I couldn\'t read "8:30+99:99" as a time. Try "/clockout at 17:30".'),
        (f"clockin <@{BEN}> at 8:30 <@{MARCO}>", 'This works for one person at a time. Try "/clockin @person".'),
        ("clockin at 9:30", "09:30 hasn't happened yet. It's 09:02."),
        ("clockin in paris", 'There\'s no office "paris". Choose from Berlin Mitte.'),
        ("clockin in berln", 'There\'s no office "berln". Did you mean "Berlin Mitte"?'),
        ("clockin @benn at 8:30", 'I can\'t tell who "@benn" is. Type "/clockin @" and choose a name from the list.'),
        ("clockout @benn at 8:30", 'I can\'t tell who "@benn" is. Type "/clockout @" and choose a name from the list.'),
        ("clockout", "You're not clocked in."),
        ("clockin " + "x" * 2001, "The comment has 2,001 characters, so shorten it to 2,000."),
        ("clockin a\x07b", "The comment holds control characters, so leave them out."),
        (
            f"clockin <@{KEI}>",
            "You can't clock @U0KEI in or out. Managers can for their own team, admins for everyone.",
        ),
        ("report in Paris", 'There\'s no office "Paris". Choose from Berlin Mitte.'),
        ("report 2026-13", 'I don\'t know "2026-13". Try "last week" or "2026-10-01 to 2026-10-15".'),
        (
            "report last week @nobody",
            'I can\'t tell who "@nobody" is. Type "/attendance report @" and choose a name from the list.',
        ),
        (f"events <@{BEN}> <@{MARCO}>", 'This works for one person at a time. Try "/attendance events @person".'),
        (f"repot <@{BEN}>", 'Did you mean "/attendance report @U0BEN"?'),
        ("status now", 'Did you mean "/attendance status"?'),
        ("frobnicate", 'I don\'t know "frobnicate". Type "/attendance help" to see what I can do.'),
    ],
)
async def test_a_mistake_says_what_was_wrong_and_how_to_type_it(team: PlainDoor, typed: str, told: str) -> None:
    assert await team.refusal(ANA, team.type(ANA, typed)) == f"⚠️ {told}"
    assert shown(await team.type(ANA, "")) == ["You haven't clocked in today", "Today: 0 min · This week: 0 min"]


async def test_guests_can_not_clock_in(door: PlainDoor) -> None:
    await meet(door, "U0GUS", guest=True)
    assert await door.refusal("U0GUS", door.type("U0GUS", "clockin")) == (
        "⚠️ Guest accounts can't clock in. Ask an admin to make you a full member."
    )


async def test_out_at_a_time_means_the_first_such_time_after_the_clock_in(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-23T21:00")
    await door.type(ANA, "clockin")
    clock.set("2026-11-24T07:00")
    told = await door.type(ANA, "clockout at 6:00")
    assert shown(told) == ["✅ Clocked out on Tue 24 Nov at 06:00. Mon 23 Nov: 8 h."]


async def test_a_comment_on_going_home_may_begin_with_in(door: PlainDoor, clock: Clock) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=1)
    assert shown(await door.type(ANA, "clockout in a rush"))[0].endswith('"in a rush"')


async def test_after_24_hours_a_clock_out_needs_its_time(door: PlainDoor, clock: Clock) -> None:
    came = await door.type(ANA, "clockin")
    clock.advance(hours=24)
    assert shown(await door.type(ANA, "status"))[0].startswith("You've been clocked in since Mon 23 Nov, 09:02")
    clock.advance(hours=1)
    question = "When did you leave on Monday? You clocked in at 09:02."
    assert shown(await door.type(ANA, "clockout")) == [question]
    assert shown(await door.press(ANA, came, "Clock out")) == [question]
    assert shown(await door.type(ANA, "clockin"))[0] == question
    assert shown(await door.type(ANA, "status")) == [
        "You didn't clock out on Monday",
        "Today: 0 min · This week: 0 min",
        question,
    ]
    assert shown(await door.type(ANA, "clockout at 17:30")) == [
        "✅ Clocked out on Mon 23 Nov at 17:30. That day: 8 h 28 min."
    ]


async def test_a_manager_ends_a_forgotten_clock_in_of_the_team(team: PlainDoor, clock: Clock) -> None:
    await team.type(ANA, "clockin")
    clock.advance(hours=25)
    assert shown(await team.type(MARCO, f"clockout <@{ANA}>")) == [
        "When did @U0ANA leave on Monday? They clocked in at 09:02."
    ]
    told = await team.type(MARCO, f"clockout <@{ANA}> at 17:30")
    assert shown(told)[0].startswith("✅ Clocked @U0ANA out on Mon 23 Nov at 17:30. That day: 8 h 28 min.")


async def test_a_time_that_comes_twice_is_asked_about(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-10-24T20:00")
    await door.type(ANA, "clockin")
    clock.set("2026-10-25T07:00")
    asked = await door.type(ANA, "clockout at 2:30")
    assert shown(asked) == ["02:30 came twice in Berlin on Sun 25 Oct. Which one do you mean?"]
    assert labels(asked) == ["Clock out at the first 02:30", "Clock out at the second 02:30"]
    assert shown(await door.press(ANA, asked, "Clock out at the second 02:30")) == [
        "✅ Clocked out on Sun 25 Oct at 02:30. Sat 24 Oct: 5 h 30 min.",
        "Sun 25 Oct had 25 hours in Berlin: the clocks went back.",
    ]


@pytest.mark.parametrize(
    ("typed", "chosen", "length"),
    [
        ("at 02:30 ready", ["first"], "4 h 30 min"),
        ("today at 2:30 ready", ["second"], "5 h 30 min"),
        ("at 02:30+01:00 ready", [], "5 h 30 min"),
    ],
)
async def test_the_chosen_one_of_two_times_ends_the_record(
    door: PlainDoor, clock: Clock, typed: str, chosen: list[str], length: str
) -> None:
    clock.set("2026-10-24T20:00")
    await door.type(ANA, "clockin")
    clock.set("2026-10-25T07:00")
    told: Outcome = await door.type(ANA, f"clockout {typed}")
    for one in chosen:
        told = await door.press(ANA, told, f"Clock out at the {one} 02:30")
    assert shown(told)[0] == f'✅ Clocked out on Sun 25 Oct at 02:30. Sat 24 Oct: {length}. "ready"'


@pytest.mark.parametrize(
    ("now", "typed", "pressed"),
    [
        ("07:00", "at 02:30 ready", ["Clock in at the first 02:30"]),
        ("14:00", "at 2:30 ready", ["Clock in at 02:30", "Clock in at the first 02:30"]),
    ],
)
async def test_the_chosen_one_of_two_times_begins_the_record(
    door: PlainDoor, clock: Clock, now: str, typed: str, pressed: list[str]
) -> None:
    clock.set(f"2026-10-25T{now}")
    told: Outcome = await door.type(ANA, f"clockin {typed}")
    for label in pressed:
        told = await door.press(ANA, told, label)
    assert shown(told) == ['✅ Clocked in at 02:30. "ready"']
    clock.set("2026-10-25T14:30")
    assert shown(await door.type(ANA, "clockout"))[0] == "✅ Clocked out at 15:30. Today: 14 h."


async def test_two_times_and_a_long_comment_are_typed_again(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-10-25T07:00")
    assert await door.refusal(ANA, door.type(ANA, "clockin at 02:30 " + "ready " * 200)) == (
        '⚠️ 02:30 came twice in Berlin on Sun 25 Oct. Use "02:30+02:00" for the first or "02:30+01:00" for the second.'
    )


async def test_a_time_that_never_was_is_refused(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-03-28T22:00")
    await door.type(ANA, "clockin")
    clock.set("2026-03-29T06:00")
    assert await door.refusal(ANA, door.type(ANA, "clockout at 2:30")) == (
        "⚠️ 02:30 didn't exist in Berlin on Sun 29 Mar, because the clocks went forward. Choose another time."
    )


@pytest.mark.parametrize("typed", ["<@U0ANA> at 8:00 in hq", "at 8:00 <@U0ANA> in hq", "at 8:00 in hq <@U0ANA>"])
async def test_a_person_is_meant_wherever_they_are_named_before_the_comment(team: PlainDoor, typed: str) -> None:
    told = await team.type(MARCO, f"clockin {typed} forgot her phone")
    assert shown(told) == [
        '✅ Clocked @U0ANA in at 08:00. Office: Berlin Mitte. "forgot her phone"',
        "I've told them.",
    ]


async def test_a_button_leaves_a_newer_clock_in_alone(door: PlainDoor, clock: Clock) -> None:
    came = await door.type(ANA, "clockin")
    clock.advance(hours=1)
    await door.type(ANA, "clockout")
    clock.advance(hours=1)
    await door.type(ANA, "clockin")
    clock.advance(hours=1)
    told = await door.refusal(ANA, door.press(ANA, came, "Clock out"))
    assert told == "⚠️ That record has ended, and you're clocked in again (since 11:02)."
    assert shown(await door.type(ANA, "status"))[:2] == [
        "You've been clocked in since 11:02",
        "Today: 2 h so far · This week: 2 h",
    ]


async def test_the_days_total_names_the_clock_change_that_an_earlier_record_went_through(
    door: PlainDoor, clock: Clock
) -> None:
    clock.set("2026-10-24T22:00")  # midnight in Berlin, where the clocks go back at 03:00
    await door.type(ANA, "clockin")
    clock.set("2026-10-25T05:00")
    first = shown(await door.type(ANA, "clockout"))
    clock.set("2026-10-25T08:00")
    await door.type(ANA, "clockin")
    clock.set("2026-10-25T11:00")
    second = shown(await door.type(ANA, "clockout"))
    changed = "Sun 25 Oct had 25 hours in Berlin: the clocks went back."
    assert first.count(changed) == second.count(changed) == 1
    assert second[0] == "✅ Clocked out at 12:00. This shift: 3 h. Today: 10 h."


async def test_hours_at_an_office_where_it_is_tomorrow_already_count_in_ones_own_state(
    door: PlainDoor, clock: Clock
) -> None:
    await set_office(door.services, ADMIN, "akl", "Auckland", "Pacific/Auckland")
    clock.set("2026-11-23T20:00")  # Tuesday morning in Auckland
    await door.type(ANA, "clockin in akl")
    clock.set("2026-11-23T22:30")
    await door.type(ANA, "clockout")
    assert shown(await door.type(ANA, ""))[1] == "Today: 2 h 30 min · This week: 2 h 30 min"


async def test_a_running_night_shift_counts_as_this_shift(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-23T21:00")  # 22:00 in Berlin
    await door.type(ANA, "clockin")
    clock.set("2026-11-24T04:00")
    assert shown(await door.type(ANA, "status")) == [
        "You've been clocked in since Mon 23 Nov, 22:00",
        "This shift: 7 h so far · This week: 7 h",
    ]


async def test_managers_and_admins_ask_for_the_state_of_others(team: PlainDoor, clock: Clock) -> None:
    await team.type(ANA, "clockin")
    clock.advance(minutes=17)
    for who in (MARCO, ADA):
        answer = await team.type(who, f"status <@{ANA}>")
        assert shown(answer) == ["@U0ANA has been clocked in since 09:02", "Today: 17 min so far · This week: 17 min"]
        assert labels(answer) == []
    assert shown(await team.type(MARCO, f"status <@{BEN}>"))[0] == "@U0BEN hasn't clocked in today"
    with pytest.raises(Forbidden):
        await team.type(BEN, f"status <@{ANA}>")

    clock.advance(hours=25)
    asked = await team.type(MARCO, f"status <@{ANA}>")
    assert shown(asked)[0] == "@U0ANA didn't clock out on Monday"
    assert labels(asked)[-1] == "Another time…"


@pytest.mark.parametrize("how", ["clockout at 8:20", "clockout 46 min ago", "clockout today at 08:20", "I left at…"])
async def test_a_clock_out_before_the_clock_in_is_refused_as_that(door: PlainDoor, clock: Clock, how: str) -> None:
    clock.set("2026-11-23T07:30")
    await door.type(ANA, "clockin")
    clock.set("2026-11-23T08:06")
    told = "08:20 is before you clocked in (08:30). Choose a later time, or clock out now."

    if how == "I left at…":
        asked_of = await missing_clock_outs.question(door.services, Caller(WORKSPACE, ANA, Via.SLACK), ANA)
        asked = leaving.still_working(asked_of, Reader(ANA, clock.now))
        form = form_in(await door.press(ANA, asked, how))
        assert await door.refused(ANA, form, at="8:20") == ("at", told)
    else:
        refused = await door.refusing(ANA, door.type(ANA, how))
        assert (shown(refused), labels(refused)) == ([f"⚠️ {told}"], ["Clock out now", "Another time…"])


async def test_what_a_clock_out_before_its_clock_in_may_mean_is_one_press(team: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-23T07:30")
    await team.type(ANA, "clockin")
    await team.type(BEN, "clockin")
    clock.set("2026-11-23T08:06")
    refused = await team.refusing(ANA, team.say(ANA, "out at 8:20"))
    assert "/" not in "".join(shown(refused))
    form_in(await team.press(ANA, refused, "Another time…"))
    assert shown(await team.type(ANA, "status"))[0] == "You've been clocked in since 08:30"
    assert shown(await team.press(ANA, refused, "Clock out now"))[0].startswith("✅ Clocked out at 09:06.")
    of_ben = await team.refusing(MARCO, team.type(MARCO, f"clockout <@{BEN}> at 8:20"))
    assert labels(of_ben) == ["Clock out now", "Another time…"]
    assert "out at 09:06" in shown(await team.press(MARCO, of_ben, "Clock out now"))[0]


async def test_the_status_of_somebody_named_without_a_sign_is_shown(team: PlainDoor) -> None:
    for user_id, name in ((ANA, "Ana Silva"), (BEN, "Ben Silva")):
        await rename(team, user_id, name)
    await team.type(ANA, "clockin")
    assert shown(await team.type(MARCO, "status ana"))[0] == "@U0ANA has been clocked in since 09:02"
    asked = await team.type(MARCO, "status silva")
    assert labels(asked) == ["Ana Silva", "Ben Silva"]
    assert shown(await team.press(MARCO, asked, "Ben Silva"))[0] == "@U0BEN hasn't clocked in today"
    assert await team.refusal(ANA, team.type(ANA, "status ben")) == '⚠️ Did you mean "/attendance status"?'


async def test_a_wrong_clock_out_can_be_undone_when_the_right_one_is_typed(team: PlainDoor, clock: Clock) -> None:
    await team.type(ANA, "clockin")
    clock.set("2026-11-23T16:20")
    await team.type(ANA, "clockout 5pm")
    wrong = await team.refusing(ANA, team.type(ANA, "clockout at 17h15"))
    assert shown(wrong)[0].endswith("Your last clock-out: 17:00. If that's wrong, undo it and type it again.")
    assert labels(wrong) == ["Clock in", "Undo"]
    assert shown(await team.press(ANA, wrong, "Undo"))[0].startswith("✅ Clock-out undone.")
    assert shown(await team.type(ANA, "clockout at 17h15"))[0].startswith("✅ Clocked out at 17:15.")
    of_ana = await team.type(MARCO, f"clockout <@{ANA}> at 17:10")
    assert "Undo" not in labels(of_ana)
    clock.advance(minutes=11)
    late = await team.refusing(ANA, team.type(ANA, "clockout at 17:20"))
    assert shown(late) == ["⚠️ You're not clocked in. Your last clock-out: 17:15."]
    assert labels(late) == ["Clock in"]


async def test_a_clock_out_of_an_earlier_day_shows_the_records_of_that_day(team: PlainDoor, clock: Clock) -> None:
    for user_id in (ANA, BEN):
        await team.type(user_id, "clockin")
    wrong = await team.refusing(ANA, team.type(ANA, "clockout yesterday at 18:00"))
    assert shown(wrong) == ["⚠️ You've been clocked in since 09:02. To change an earlier record, look at that day."]
    assert labels(wrong) == ["Show that day"]
    assert shown(await team.press(ANA, wrong, "Show that day"))[0] == "Your records · Yesterday · Sun 22 Nov"
    of_ben = await team.refusing(MARCO, team.type(MARCO, f"clockout <@{BEN}> yesterday at 18:00"))
    assert shown(await team.press(MARCO, of_ben, "Show that day"))[0] == "U0Ben's records · Yesterday · Sun 22 Nov"
