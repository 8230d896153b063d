"""Breaks by a press: **Start a break**, **Back**, **I'm done for today**, **Undo**, and the question `Back?`."""

from __future__ import annotations

from datetime import timedelta

from bot.attendance import breaks, changing, missing_clock_outs
from bot.attendance.change_notifications import Kind
from bot.attendance.wanted_records import Wanted
from bot.calendar.break_kinds import parse_break_kinds
from bot.chat.routing import Ask
from bot.chat.views import Message
from bot.wording import Reader
from bot.workspaces import workspace_settings
from tests.builders import ADMIN, caller, claim_due
from tests.chat.conftest import ADA, ANA, BEN, MARCO, PlainDoor, labels, shown
from tests.chat.mailbox import Mailbox, read
from tests.conftest import WORKSPACE, Clock


async def asked(door: PlainDoor, clock: Clock) -> list[Message | None]:
    """The questions that are due."""
    due = await door.services.database.write(lambda tx: claim_due(tx, WORKSPACE))
    ask = Ask(door.services, caller(ANA), Reader(ANA, clock.now, zone="Europe/Berlin"))
    return [await door.router.notice(ask, one.kind, one.facts) for one in due if one.kind == Kind.BACK]


async def on_a_break(door: PlainDoor, clock: Clock) -> None:
    """From 12:02 on, for 20 minutes."""
    await door.type(ANA, "clockin")
    clock.advance(hours=3)
    await breaks.start_break(door.services, caller(ANA), ANA, minutes=20)


async def paid_coffee(door: PlainDoor) -> None:
    """The workspace's only kind of break is paid for 15 minutes."""
    kinds = parse_break_kinds("coffee paid 15")
    await workspace_settings.change(door.services, ADMIN, break_kinds=kinds)


async def test_a_break_is_started_and_ended_by_a_press(door: PlainDoor, clock: Clock) -> None:
    clocked_in = await door.type(ANA, "clockin")
    assert labels(clocked_in) == ["Clock out", "Start a break", "Undo"]
    clock.advance(hours=3)
    on = await door.press(ANA, clocked_in, "Start a break")
    assert shown(on) == ["✅ Break started at 12:02.", "Today: 3\xa0h so far"]
    assert labels(on) == ["Back", "I'm done for today", "Undo"]
    clock.advance(minutes=30)
    back = await door.press(ANA, on, "Back")
    assert shown(back) == ["✅ Back at 12:32.", "Break: 30\xa0min"]
    assert labels(back) == ["Clock out", "Start a break", "Undo"]
    clock.advance(hours=4)
    assert shown(await door.press(ANA, back, "Clock out"))[0].startswith("✅ Clocked out at 16:32. This shift: 4\xa0h.")


async def test_a_second_press_changes_nothing_and_says_since_when(door: PlainDoor, clock: Clock) -> None:
    clocked_in = await door.type(ANA, "clockin")
    clock.advance(hours=3)
    on = await door.press(ANA, clocked_in, "Start a break")
    clock.advance(minutes=5)
    again = await door.refusing(ANA, door.press(ANA, clocked_in, "Start a break"))
    assert shown(again) == ["⚠️ You're already on a break (since 12:02)."]
    assert labels(again) == ["Back", "I'm done for today"]
    await door.press(ANA, on, "Back")
    clock.advance(minutes=5)
    again = await door.refusing(ANA, door.press(ANA, on, "Back"))
    assert shown(again) == ["⚠️ You're not on a break. You've been clocked in since 12:07."]
    assert labels(again) == ["Clock out", "Start a break"]


async def test_back_from_an_earlier_break_leaves_a_later_one(door: PlainDoor, clock: Clock) -> None:
    clocked_in = await door.type(ANA, "clockin")
    clock.advance(hours=1)
    first = await door.press(ANA, clocked_in, "Start a break")
    back = await door.press(ANA, first, "Back")
    clock.advance(hours=3)
    await door.press(ANA, back, "Start a break")
    clock.advance(minutes=5)
    for button in ("Back", "I'm done for today"):
        again = await door.refusing(ANA, door.press(ANA, first, button))
        assert shown(again) == ["⚠️ You're already on a break (since 13:02)."]
        assert labels(again) == ["Back", "I'm done for today"]


async def test_start_a_break_starts_none_in_a_later_record(door: PlainDoor, clock: Clock) -> None:
    clocked_in = await door.type(ANA, "clockin")
    clock.advance(hours=1)
    await door.type(ANA, "clockout")
    clock.advance(hours=1)
    await door.type(ANA, "clockin")
    assert await door.refusal(ANA, door.press(ANA, clocked_in, "Start a break")) == (
        "⚠️ That record has ended, and you're clocked in again (since 11:02)."
    )


async def test_start_a_break_on_the_next_day_asks_when_they_left(door: PlainDoor, clock: Clock) -> None:
    clocked_in = await door.type(ANA, "clockin")
    clock.advance(hours=23)
    asked = await door.press(ANA, clocked_in, "Start a break")
    assert shown(asked)[0] == "When did you leave on Monday? You clocked in at 09:02."
    assert shown(await door.type(ANA, "status"))[0].startswith("You've been clocked in since")


async def test_start_a_break_starts_it_in_the_record_that_took_the_former_ones_place(
    team: PlainDoor, clock: Clock
) -> None:
    clocked_in = await team.type(ANA, "clockin")
    clock.advance(hours=1)
    pair = (await missing_clock_outs.question(team.services, caller(ANA), ANA)).pair
    earlier = Wanted(in_at=pair.clock_in.at - timedelta(minutes=2))
    await changing.change(team.services, ADMIN, pair.clock_in.id, earlier, "The train was early")
    started = await team.press(ANA, clocked_in, "Start a break")
    assert shown(started) == ["✅ Break started at 10:02.", "Today: 1\xa0h 2\xa0min so far"]


async def test_the_start_of_a_break_is_undone(door: PlainDoor, clock: Clock) -> None:
    clocked_in = await door.type(ANA, "clockin")
    clock.advance(hours=3)
    on = await door.press(ANA, clocked_in, "Start a break")
    clock.advance(minutes=9)
    undone = await door.press(ANA, on, "Undo")
    assert shown(undone)[0] == "✅ Break undone. You've been clocked in since 09:02."
    assert shown(await door.press(ANA, on, "Undo"))[0] == "You've already undone this."


async def test_the_end_of_a_break_is_undone_and_the_break_goes_on(door: PlainDoor, clock: Clock) -> None:
    clocked_in = await door.type(ANA, "clockin")
    clock.advance(hours=3)
    back = await door.press(ANA, await door.press(ANA, clocked_in, "Start a break"), "Back")
    undone = await door.press(ANA, back, "Undo")
    assert shown(undone)[0] == "✅ Clock-in undone. You've been on a break since 12:02."
    assert labels(undone) == ["Back", "I'm done for today"]
    clock.advance(minutes=20)
    assert shown(await door.press(ANA, undone, "Back")) == ["✅ Back at 12:22.", "Break: 20\xa0min"]


async def test_a_paid_break_is_started_ended_and_undone_by_a_press(door: PlainDoor, clock: Clock) -> None:
    await paid_coffee(door)
    clocked_in = await door.type(ANA, "clockin")
    clock.advance(hours=3)
    on = await door.press(ANA, clocked_in, "Start a break")
    assert shown(on) == [
        "✅ Break started at 12:02 (coffee).",
        "Today: 3\xa0h so far",
        "I'll ask at 12:17 whether you're back.",
    ]
    clock.advance(minutes=10)
    back = await door.press(ANA, on, "Back")
    assert shown(back) == ["✅ Back at 12:12.", "Break: 10\xa0min"]
    goes_on = await door.press(ANA, back, "Undo")
    assert shown(goes_on) == ["✅ Undone. You've been on a break since 12:02."]
    assert labels(goes_on) == ["Back", "I'm done for today"]
    assert shown(await door.press(ANA, goes_on, "Back"))[0] == "✅ Back at 12:12."


async def test_the_start_of_a_paid_break_is_undone(door: PlainDoor, clock: Clock) -> None:
    await paid_coffee(door)
    on = await door.press(ANA, await door.type(ANA, "clockin"), "Start a break")
    clock.advance(minutes=10)
    undone = await door.press(ANA, on, "Undo")
    assert shown(undone) == ["✅ Break undone."]
    assert labels(undone) == ["Clock out", "Start a break"]


async def test_a_length_counts_from_minute_to_minute_as_the_clock_shows_it(door: PlainDoor, clock: Clock) -> None:
    clocked_in = await door.type(ANA, "clockin")
    clock.set("2026-11-23T12:00:50")
    on = await door.press(ANA, clocked_in, "Start a break")
    clock.set("2026-11-23T12:30:10")
    assert shown(await door.press(ANA, on, "Back")) == ["✅ Back at 13:30.", "Break: 30\xa0min"]


async def test_a_paid_break_undone_after_the_clock_out_offers_no_second_one(door: PlainDoor, clock: Clock) -> None:
    await paid_coffee(door)
    await door.type(ANA, "clockin")
    clock.advance(hours=1)
    on = await door.type(ANA, "break 09:30-09:40")
    await door.type(ANA, "clockout")
    undone = await door.press(ANA, on, "Undo")
    assert shown(undone) == ["✅ Break undone."]
    assert labels(undone) == []


async def test_clock_in_during_a_paid_break_offers_back(door: PlainDoor, clock: Clock) -> None:
    await paid_coffee(door)
    await door.type(ANA, "clockin")
    clock.advance(hours=1)
    await door.type(ANA, "break")
    clock.advance(minutes=5)
    asked = await door.refusing(ANA, door.type(ANA, "clockin"))
    assert shown(asked) == ["⚠️ You're already on a break (since 10:02)."]
    assert shown(await door.press(ANA, asked, "Back"))[0] == "✅ Back at 10:07."


async def test_what_a_paid_break_lasts_longer_is_said_to_be_unpaid(door: PlainDoor, clock: Clock) -> None:
    await paid_coffee(door)
    on = await door.press(ANA, await door.type(ANA, "clockin"), "Start a break")
    clock.advance(minutes=25)
    back = await door.press(ANA, on, "Back")
    assert shown(back) == [
        "✅ Back at 09:27.",
        "Break: 25\xa0min",
        "From 09:17 on, it's unpaid: coffee is paid for 15\xa0min.",
    ]
    assert shown(await door.press(ANA, back, "Undo"))[0] == "✅ Undone. You've been on a break since 09:02."


async def test_buttons_about_a_break_reach_nobody_elses(team: PlainDoor, clock: Clock) -> None:
    clocked_in = await team.type(ANA, "clockin")
    clock.advance(hours=1)
    on = await team.press(ANA, clocked_in, "Start a break")
    for label in ("Back", "I'm done for today", "Undo"):
        assert "You can't" in await team.refusal(BEN, team.press(BEN, on, label))
    assert shown(await team.press(ADA, on, "Back"))[0] == "✅ @U0ANA is back at 10:02."


async def test_who_is_not_back_after_the_minutes_of_a_break_is_asked_once(door: PlainDoor, clock: Clock) -> None:
    await on_a_break(door, clock)
    clock.advance(minutes=19)
    assert await asked(door, clock) == []
    clock.advance(minutes=1)
    (question,) = await asked(door, clock)
    assert shown(question) == ["Back? You've been on a break since 12:02."]
    assert labels(question) == ["Back", "I'm done for today"]
    assert await asked(door, clock) == []
    clock.advance(minutes=3)
    assert shown(await door.press(ANA, question, "Back")) == ["✅ Back at 12:25.", "Break: 23\xa0min"]


async def test_who_is_done_for_the_day_left_when_the_break_began(door: PlainDoor, clock: Clock) -> None:
    await on_a_break(door, clock)
    clock.advance(minutes=20)
    (question,) = await asked(door, clock)
    assert "12:02" in shown(await door.press(ANA, question, "I'm done for today"))[0]


async def done_for_the_day(door: PlainDoor, clock: Clock) -> Message:
    """Two hours after the break began at 12:02, they say that they left then."""
    await on_a_break(door, clock)
    clock.advance(hours=2)
    question = await door.refusing(ANA, door.type(ANA, "clockout"))
    answer = await door.press(ANA, question, "I left at 12:02")
    assert isinstance(answer, Message)
    return answer


async def test_the_end_of_a_day_is_undone_and_the_break_goes_on(door: PlainDoor, clock: Clock) -> None:
    left = await done_for_the_day(door, clock)
    assert labels(left) == ["Undo"]
    clock.advance(minutes=10)
    undone = await door.press(ANA, left, "Undo")
    assert shown(undone)[0] == "✅ Undone. You've been on a break since 12:02."
    assert labels(undone) == ["Back", "I'm done for today"]
    again = await door.press(ANA, left, "Undo")
    assert shown(again)[0] == "You've already undone this. You've been on a break since 12:02."
    assert shown(await door.press(ANA, undone, "Back"))[0] == "✅ Back at 14:12."


async def test_after_ten_minutes_the_end_of_a_day_stays(door: PlainDoor, clock: Clock) -> None:
    left = await done_for_the_day(door, clock)
    clock.advance(minutes=11)
    assert "ten minutes" in await door.refusal(ANA, door.press(ANA, left, "Undo"))
    assert shown(await door.type(ANA, "status"))[0] == "You're clocked out"


async def test_the_end_of_a_day_right_after_the_break_began_is_undone_to_the_break(
    door: PlainDoor, clock: Clock
) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=3)
    on = await door.type(ANA, "break")
    clock.advance(minutes=1)
    left = await door.press(ANA, on, "I'm done for today")
    undone = await door.press(ANA, left, "Undo")
    assert shown(undone)[0] == "✅ Undone. You've been on a break since 12:02."
    last = await door.type(ANA, "undo")
    assert shown(await door.press(ANA, last, "Undo"))[0] == "✅ Break undone. You've been clocked in since 09:02."


async def test_the_end_of_a_day_during_a_paid_break_is_undone_to_the_break(door: PlainDoor, clock: Clock) -> None:
    await paid_coffee(door)
    left = await done_for_the_day(door, clock)
    assert labels(left) == ["Undo"]
    undone = await door.press(ANA, left, "Undo")
    assert shown(undone)[0] == (
        "✅ Clock-out undone. You've been clocked in since 09:02. You've been on a break since 12:02."
    )
    assert labels(undone) == ["Back", "I'm done for today"]


async def test_the_question_whether_they_are_back_is_asked_again_after_the_end_of_the_day_is_undone(
    door: PlainDoor, clock: Clock
) -> None:
    mail = Mailbox(door)
    await workspace_settings.change(door.services, ADMIN, break_kinds=parse_break_kinds("lunch unpaid 30"))
    await door.type(ANA, "clockin")
    clock.advance(hours=3)
    await door.type(ANA, "break lunch")
    clock.advance(minutes=31)
    question = [["Back? You've been on a break since 12:02."]]
    assert await mail.of(ANA) == question
    left = await door.press(ANA, await door.refusing(ANA, door.type(ANA, "clockout")), "I left at 12:02")
    assert await mail.of(ANA) != question

    await door.press(ANA, left, "Undo")

    assert await mail.of(ANA) == question
    assert read(await mail.press(ANA, "Back"))[0] == "✅ Back at 12:33."


async def test_the_end_of_a_day_is_not_undone_after_clocking_in_again(door: PlainDoor, clock: Clock) -> None:
    left = await done_for_the_day(door, clock)
    clock.advance(minutes=1)
    await door.type(ANA, "clockin")
    first = await door.press(ANA, left, "Undo")
    assert shown(first) == ["You've clocked in again since then (since 14:03). Undo that first."]
    await door.press(ANA, first, "Undo")
    assert shown(await door.press(ANA, left, "Undo"))[0] == "✅ Undone. You've been on a break since 12:02."


async def test_the_end_of_a_day_that_a_manager_said_is_theirs_to_undo(team: PlainDoor, clock: Clock) -> None:
    await on_a_break(team, clock)
    question = await team.refusing(MARCO, team.type(MARCO, f"clockout <@{ANA}>"))
    left = await team.press(MARCO, question, "They left at 12:02")
    assert "You can't undo" in await team.refusal(ANA, team.press(ANA, left, "Undo"))
    undone = await team.press(MARCO, left, "Undo")
    assert shown(undone) == ["✅ Undone. @U0ANA has been on a break since 12:02.", "I've told them."]
    assert labels(undone) == ["They're back", "They're done for today"]


async def test_undo_typed_offers_to_take_back_the_end_of_the_day(door: PlainDoor, clock: Clock) -> None:
    await done_for_the_day(door, clock)
    last = await door.type(ANA, "undo")
    assert shown(last) == ["Your last entry: done for the day at 12:02."]
    assert shown(await door.press(ANA, last, "Undo"))[0] == "✅ Undone. You've been on a break since 12:02."


async def test_after_the_end_of_a_day_was_undone_they_are_asked_whether_they_are_back(
    door: PlainDoor, clock: Clock
) -> None:
    await on_a_break(door, clock)
    question = await door.refusing(ANA, door.type(ANA, "clockout"))
    await door.press(ANA, await door.press(ANA, question, "I left at 12:02"), "Undo")
    clock.advance(minutes=20)
    (question,) = [one for one in await asked(door, clock) if one]
    assert shown(question) == ["Back? You've been on a break since 12:02."]


async def test_nobody_is_asked_who_came_back_before(door: PlainDoor, clock: Clock) -> None:
    await on_a_break(door, clock)
    await breaks.back(door.services, caller(ANA), ANA)
    clock.advance(minutes=20)
    assert await asked(door, clock) == [None]


async def test_clocking_out_during_a_break_is_answered_by_a_press(door: PlainDoor, clock: Clock) -> None:
    await on_a_break(door, clock)
    clock.advance(hours=1)
    question = await door.refusing(ANA, door.type(ANA, "clockout"))
    assert shown(question) == ["⚠️ You've been on a break since 12:02. Did you leave then, or were you back?"]
    assert labels(question) == ["I left at 12:02", "I was back at…", "Back"]
    assert shown(await door.press(ANA, question, "I left at 12:02"))[0].startswith("✅ Clocked out at 12:02.")
    assert "on a break" not in await door.refusal(ANA, door.type(ANA, "clockout"))


async def test_undo_typed_offers_to_take_back_a_break(door: PlainDoor, clock: Clock) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=3)
    await door.type(ANA, "break")
    last = await door.type(ANA, "undo")
    assert shown(last) == ["Your last entry: break started at 12:02."]
    assert shown(await door.press(ANA, last, "Undo"))[0].startswith("✅ Break undone.")


async def test_undo_typed_offers_to_take_back_the_start_or_the_end_of_a_paid_break(
    door: PlainDoor, clock: Clock
) -> None:
    await paid_coffee(door)
    await door.type(ANA, "clockin")
    clock.advance(minutes=5)
    await door.type(ANA, "break")
    last = await door.type(ANA, "undo")
    assert shown(last) == ["Your last entry: break started at 09:07."]
    clock.advance(minutes=2)
    await door.type(ANA, "back")
    last = await door.type(ANA, "undo")
    assert shown(last) == ["Your last entry: back from a break at 09:09."]
    await door.press(ANA, last, "Undo")
    last = await door.type(ANA, "undo")
    assert shown(await door.press(ANA, last, "Undo"))[0] == "✅ Break undone."
    assert shown(await door.type(ANA, "undo")) == ["Your last entry: clocked in at 09:02."]
