"""`/clockout` during a break that nobody ended: when they were back is asked, and nothing is guessed."""

from __future__ import annotations

import pytest

from bot.calendar.break_kinds import parse_break_kinds
from bot.chat.views import Message
from bot.workspaces import workspace_settings
from tests.builders import ADMIN
from tests.chat.conftest import ANA, BEN, MARCO, PlainDoor, fields_of, form_in, labels, shown
from tests.conftest import Clock


async def asked(door: PlainDoor, clock: Clock, typed: str = "clockout", *, kind: str = "") -> Message:
    """At 17:02, of somebody who has been in since 09:02 and on a break since 12:02."""
    await door.type(ANA, "clockin")
    clock.advance(hours=3)
    await door.type(ANA, f"break {kind}".strip())
    clock.advance(hours=5)
    return await door.refusing(ANA, door.type(ANA, typed))


async def test_it_is_asked_whether_they_left_or_were_back(door: PlainDoor, clock: Clock) -> None:
    question = await asked(door, clock)
    assert shown(question) == ["⚠️ You've been on a break since 12:02. Did you leave then, or were you back?"]
    assert labels(question) == ["I left at 12:02", "I was back at…", "Back"]
    assert shown(await door.type(ANA, "status"))[0] == "You've been on a break since 12:02"


async def test_without_an_answer_the_day_ended_at_the_break(door: PlainDoor, clock: Clock) -> None:
    await asked(door, clock)
    clock.advance(days=1)
    report = "\n".join(shown(await door.type(ANA, "report yesterday")))
    assert "3\xa0h" in report
    assert "09:02" in report
    assert "12:02" in report


async def test_who_was_back_says_when_and_leaves_now(door: PlainDoor, clock: Clock) -> None:
    form = form_in(await door.press(ANA, await asked(door, clock), "I was back at…"))
    assert fields_of(form) == {"back": None, "left": None, "comment": None}
    left = await door.send(ANA, form, back="12:32")
    assert shown(left)[0] == "✅ Clocked out at 17:02. This shift: 4\xa0h 30\xa0min. Today: 7\xa0h 30\xa0min."


async def test_the_time_and_the_comment_that_were_typed_are_in_the_form(door: PlainDoor, clock: Clock) -> None:
    form = form_in(await door.press(ANA, await asked(door, clock, "clockout at 16:30 dentist"), "I was back at…"))
    assert fields_of(form) == {"back": None, "left": "16:30", "comment": "dentist"}
    left = await door.send(ANA, form, back="1")
    assert shown(left)[0] == '✅ Clocked out at 16:30. This shift: 3\xa0h 30\xa0min. Today: 6\xa0h 30\xa0min. "dentist"'


@pytest.mark.parametrize(
    ("filled", "field", "refusal"),
    [
        ({"back": ""}, "back", "couldn't read"),
        ({"back": "8:3x"}, "back", "couldn't read"),
        ({"back": "18:00"}, "back", "18:00 hasn't happened yet. It's 17:02."),
        ({"back": "11:00"}, "back", "11:00 isn't after the start of the break (12:02). Choose a later time."),
        ({"back": "13:00", "left": "18:00"}, "left", "18:00 hasn't happened yet. It's 17:02."),
        (
            {"back": "13:00", "left": "12:30"},
            "left",
            "12:30 isn't after the end of the break (13:00). Choose a later time.",
        ),
        ({"back": "13:00", "left": "x"}, "left", "couldn't read"),
        ({"back": "13:00", "comment": "a\x07b"}, "comment", "The comment holds control characters"),
    ],
)
async def test_times_that_cannot_be_are_refused_at_their_field(
    door: PlainDoor, clock: Clock, filled: dict[str, str], field: str, refusal: str
) -> None:
    form = form_in(await door.press(ANA, await asked(door, clock), "I was back at…"))
    at, said = await door.refused(ANA, form, **filled)
    assert at == field
    assert refusal in said
    assert shown(await door.type(ANA, "status"))[0] == "You've been on a break since 12:02"


async def test_the_form_answers_once(door: PlainDoor, clock: Clock) -> None:
    question = await asked(door, clock)
    form = form_in(await door.press(ANA, question, "I was back at…"))
    await door.send(ANA, form, back="12:32")
    assert "You're not on a break" in await door.refusal(ANA, door.send(ANA, form, back="12:32"))
    assert "You're not on a break" in await door.refusal(ANA, door.press(ANA, question, "I was back at…"))


async def test_after_seven_hours_they_can_still_say_when_they_were_back(door: PlainDoor, clock: Clock) -> None:
    await asked(door, clock)
    clock.advance(hours=2)  # 19:02
    question = await door.refusing(ANA, door.type(ANA, "clockout"))
    assert shown(question) == ["⚠️ You're not clocked in. Your last break began at 12:02. Were you back?"]
    assert labels(question) == ["I was back at…", "Clock in"]
    form = form_in(await door.press(ANA, question, "I was back at…"))
    assert "too long ago" in (await door.refused(ANA, form, back="18:30"))[1]
    left = await door.send(ANA, form, back="13:02", left="18:02")
    assert shown(left)[0] == "✅ Clocked out at 18:02. This shift: 5\xa0h. Today: 8\xa0h."


async def test_on_another_day_the_form_asks_for_both_times(door: PlainDoor, clock: Clock) -> None:
    await asked(door, clock)
    clock.advance(hours=16)  # 09:02 the next day
    question = await door.refusing(ANA, door.type(ANA, "clockout"))
    form = form_in(await door.press(ANA, question, "I was back at…"))
    assert (await door.refused(ANA, form, back="12:32"))[0] == "left"
    left = await door.send(ANA, form, back="12:32", left="17:02")
    assert "That day: 7\xa0h 30\xa0min." in shown(left)[0]


async def test_a_paid_break_is_asked_about_as_well(door: PlainDoor, clock: Clock) -> None:
    await workspace_settings.change(door.services, ADMIN, break_kinds=parse_break_kinds("coffee paid 15"))
    question = await asked(door, clock, kind="coffee")
    assert labels(question) == ["I left at 12:02", "I was back at…", "Back"]
    form = form_in(await door.press(ANA, question, "I was back at…"))
    left = await door.send(ANA, form, back="12:12")
    assert shown(left)[0] == "✅ Clocked out at 17:02. Today: 8\xa0h."


@pytest.mark.parametrize(
    ("kind", "back", "undone"),
    [
        ("", "12:32", "✅ Record removed: Mon 23 Nov, 12:32 to 17:02. You've been on a break since 12:02."),
        (
            *("coffee", "12:12"),
            "✅ Clock-out undone. You've been clocked in since 09:02. You've been on a break since 12:02.",
        ),
        ("coffee", "12:40", "✅ Undone. You've been on a break since 12:02."),
    ],
    ids=["unpaid", "paid", "longer than is paid"],
)
async def test_undo_takes_back_the_clock_out_and_the_end_of_the_break(
    door: PlainDoor, clock: Clock, kind: str, back: str, undone: str
) -> None:
    kinds = parse_break_kinds("break unpaid, coffee paid 15")
    await workspace_settings.change(door.services, ADMIN, break_kinds=kinds)
    form = form_in(await door.press(ANA, await asked(door, clock, kind=kind), "I was back at…"))
    left = await door.send(ANA, form, back=back)
    clock.advance(minutes=1)
    answer = await door.press(ANA, left, "Undo")
    assert shown(answer)[0] == undone
    assert labels(answer) == ["Back", "I'm done for today"]
    assert shown(await door.press(ANA, answer, "Back"))[0] == "✅ Back at 17:03."


async def test_a_clock_out_pressed_during_a_break_is_asked_about(door: PlainDoor, clock: Clock) -> None:
    came = await door.type(ANA, "clockin")
    clock.advance(hours=3)
    await door.type(ANA, "break")
    clock.advance(hours=1)
    question = await door.refusing(ANA, door.press(ANA, came, "Clock out"))
    assert labels(question) == ["I left at 12:02", "I was back at…", "Back"]
    assert shown(await door.press(ANA, question, "I left at 12:02"))[0].startswith("✅ Clocked out at 12:02.")


async def test_a_manager_answers_for_somebody_of_their_team(team: PlainDoor, clock: Clock) -> None:
    await asked(team, clock)
    question = await team.refusing(MARCO, team.type(MARCO, f"clockout <@{ANA}>"))
    assert shown(question) == ["⚠️ @U0ANA has been on a break (since 12:02). Did they leave then, or were they back?"]
    assert labels(question) == ["They left at 12:02", "They were back at…", "They're back"]
    assert "You can't" in await team.refusal(BEN, team.press(BEN, question, "They were back at…"))
    form = form_in(await team.press(MARCO, question, "They were back at…"))
    left = await team.send(MARCO, form, back="12:32", left="16:32")
    assert shown(left)[0].startswith("✅ Clocked @U0ANA out at 16:32.")
    assert "I've told them." in shown(left)


async def test_the_posted_buttons_start_a_break_and_continue_after_it(door: PlainDoor, clock: Clock) -> None:
    await door.type(ANA, "post")
    post = door.chat.posted[-1]
    await door.press(ANA, post, "Clock in")
    clock.advance(hours=3)
    on = await door.press(ANA, post, "Start a break")
    assert shown(on)[0] == "✅ Break started at 12:02."
    assert labels(on) == ["Back", "I'm done for today", "Undo"]
    assert not (isinstance(on, Message) and on.replaces)
    clock.advance(minutes=30)
    await door.press(ANA, post, "Clock in")
    clock.advance(hours=4)
    left = await door.press(ANA, post, "Clock out")
    assert shown(left)[0] == "✅ Clocked out at 16:32. This shift: 4\xa0h. Today: 7\xa0h."
