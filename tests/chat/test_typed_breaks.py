"""`/break` and `/back`, and the same in words: what is clear is done, and what may mean two things is asked about."""

from __future__ import annotations

import pytest

from bot.calendar.break_kinds import parse_break_kinds
from bot.workspaces import workspace_settings
from tests.builders import ADMIN
from tests.chat.conftest import ADA, ANA, BEN, KEI, MARCO, PlainDoor, labels, rename, shown
from tests.conftest import Clock

KINDS = parse_break_kinds("break unpaid, lunch unpaid 30, coffee paid 15")


@pytest.fixture
async def at_work(door: PlainDoor, clock: Clock) -> PlainDoor:
    """Ana has been in since 09:02; it is 13:32."""
    await workspace_settings.change(door.services, ADMIN, break_kinds=KINDS)
    await door.type(ANA, "clockin")
    clock.advance(hours=4, minutes=30)
    return door


async def records(door: PlainDoor, user_id: str = ANA) -> list[str]:
    """Their records of today, the oldest first."""
    lines = shown(await door.type(user_id, "events"))
    return [line for line in reversed(lines) if line[:1].isdigit() or line.startswith("since")]


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("break", "✅ Break started at 13:32."),
        ("break lunch", "✅ Break started at 13:32 (lunch)."),
        ("break LUNCH 20", "✅ Break started at 13:32 (lunch)."),
        ("break 10", "✅ Break started at 13:32."),
        ("break coffee", "✅ Break started at 13:32 (coffee)."),
        ("break at 13:00", "✅ Break started at 13:00."),
        ("break 13:00", "✅ Break started at 13:00."),
        ("break at 1", "✅ Break started at 13:00."),
        ("break 30 min ago", "✅ Break started at 13:02."),
        ("break since 12:25", "✅ Break started at 12:25."),
        ("break lunch since 1", "✅ Break started at 13:00 (lunch)."),
        ("break until 2", "✅ Break started at 13:32."),
        ("break 12:30-13:00", "✅ Break entered: 12:30 to 13:00."),
        ("break 12:30-1", "✅ Break entered: 12:30 to 13:00."),
        ("break 1-1:30", "✅ Break entered: 13:00 to 13:30."),
        ("break lunch 12:30-13:00", "✅ Break entered: 12:30 to 13:00 (lunch)."),
        ("break coffee 12:30-12:40", "✅ Break entered: 12:30 to 12:40 (coffee)."),
        ("break coffee 12:30-13:00", "✅ Break entered: 12:30 to 13:00 (coffee)."),
        ("break at 12:30 for 30 min", "✅ Break entered: 12:30 to 13:00."),
        ("break 13:00-14:00", "✅ Break started at 13:00."),
        ('break "with Ana"', "✅ Break started at 13:32."),
    ],
)
async def test_what_is_clear_is_done(at_work: PlainDoor, typed: str, first: str) -> None:
    answer = await at_work.type(ANA, typed)
    assert shown(answer)[0] == first
    assert labels(answer)[-1] == "Undo"


async def test_how_long_a_break_lasts_is_when_the_bot_asks(at_work: PlainDoor) -> None:
    assert "I'll ask at 13:42 whether you're back." in shown(await at_work.type(ANA, "break 10"))
    await at_work.type(ANA, "back")


@pytest.mark.parametrize("typed", ["break until 14:00", "break 13:10-14:00"])
async def test_a_break_until_a_time_to_come_goes_on_until_they_are_back(at_work: PlainDoor, typed: str) -> None:
    answer = await at_work.type(ANA, typed)
    assert "I'll ask at 14:00 whether you're back." in shown(answer)
    assert labels(answer) == ["Back", "I'm done for today", "Undo"]


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("break 0", "A break lasts at least a minute. Enter more minutes."),
        ("break 9999", "A break lasts 6\xa0h at most. Enter fewer minutes, or clock out."),
        ("break 999999999", "A break lasts 6\xa0h at most. Enter fewer minutes, or clock out."),
        ("break until 23:00", "A break lasts 6\xa0h at most. Enter fewer minutes, or clock out."),
        ("break at 15:00", "15:00 hasn't happened yet. It's 13:32."),
        ("break 8:00-8:30", "08:00 isn't later than your clock-in (09:02). Choose a later time."),
        ("break at 8:00", "08:00 isn't later than your clock-in (09:02). Choose a later time."),
        ("break 8:00", "08:00 isn't later than your clock-in (09:02). Choose a later time."),
        ("break at 25:00", 'I couldn\'t read "25:00" as a time. Try "/break at 8:30".'),
        ("break cigarette", 'There\'s no break called "cigarette". Choose from break, lunch, coffee.'),
        ('break coffee "with Ben"', "The comment can't be kept, because a paid break has none."),
        ("break x\x07", "There's no break called"),
        ('break "' + "x" * 2001 + '"', "The comment has 2,001 characters, so shorten it to 2,000."),
    ],
)
async def test_what_cannot_be_meant_changes_nothing(at_work: PlainDoor, typed: str, refusal: str) -> None:
    said = await at_work.refusal(ANA, at_work.type(ANA, typed))
    assert refusal in said
    assert shown(await at_work.type(ANA, "status"))[0] == "You've been clocked in since 09:02"


async def test_a_misspelled_kind_and_a_comment_are_asked_about(at_work: PlainDoor, clock: Clock) -> None:
    asked = await at_work.refusing(ANA, at_work.type(ANA, "break lnch 20"))
    assert labels(asked) == ["Start a break: lunch", "Start a break, with that as comment"]
    assert shown(await at_work.press(ANA, asked, "Start a break: lunch"))[0] == "✅ Break started at 13:32 (lunch)."
    await at_work.type(ANA, "back")
    clock.advance(minutes=5)
    asked = await at_work.type(ANA, "break lunch with Ben")
    assert (shown(asked), labels(asked)) == (
        ['What do you mean by "with Ben"?'],
        ["Start a break, with that as comment"],
    )
    answer = await at_work.press(ANA, asked, "Start a break, with that as comment")
    assert shown(answer)[0] == "✅ Break started at 13:37 (lunch)."


@pytest.mark.parametrize(
    ("typed", "offered", "started"),
    [
        ("break 0", ["Start a break"], "✅ Break started at 13:32."),
        ("break lunch 0", ["Start a break"], "✅ Break started at 13:32 (lunch)."),
        ("break 9999", ["Start a break", "Clock out"], "✅ Break started at 13:32."),
        ("break until 23:00", ["Start a break", "Clock out"], "✅ Break started at 13:32."),
    ],
)
async def test_a_length_that_cannot_be_is_answered_with_a_button(
    at_work: PlainDoor, typed: str, offered: list[str], started: str
) -> None:
    refused = await at_work.refusing(ANA, at_work.type(ANA, typed))
    assert labels(refused) == offered
    assert shown(await at_work.press(ANA, refused, "Start a break"))[0] == started


async def test_a_paid_break_with_other_words_is_offered_without_them(at_work: PlainDoor) -> None:
    asked = await at_work.type(ANA, "break coffee with Ben")
    assert (shown(asked), labels(asked)) == (['What do you mean by "with Ben"?'], ["Start a break: coffee"])
    answer = await at_work.press(ANA, asked, "Start a break: coffee")
    assert shown(answer)[0] == "✅ Break started at 13:32 (coffee)."


async def test_a_comment_that_names_somebody_is_kept_as_it_was_typed(at_work: PlainDoor) -> None:
    asked = await at_work.type(ANA, "break lunch with @[U0BEN|ben]")
    await at_work.press(ANA, asked, "Start a break, with that as comment")
    assert "with @ben" in "\n".join(shown(await at_work.type(ANA, "events")))


async def test_a_name_without_at_asks_whether_that_person_is_meant(team: PlainDoor, clock: Clock) -> None:
    await rename(team, ANA, "Ana Silva")
    for person in (ANA, MARCO):
        await team.type(person, "clockin")
    clock.advance(hours=1)
    asked = await team.type(MARCO, "break Ana 20")
    assert shown(asked) == ["Did you mean @U0ANA?"]
    assert labels(asked) == ["Start a break for Ana Silva", "Start a break, with that as comment"]
    started = await team.press(MARCO, asked, "Start a break for Ana Silva")
    assert shown(started)[0] == "✅ Break of @U0ANA started at 10:02."
    assert "I'll ask them at 10:22 whether they're back." in shown(started)
    asked = await team.type(MARCO, "back ana")
    assert shown(asked) == ["Did you mean @U0ANA?"]
    assert labels(asked) == ["Ana Silva is back", "Back now, with that as comment"]
    assert shown(await team.press(MARCO, asked, "Ana Silva is back"))[0] == "✅ @U0ANA is back at 10:02."
    own = await team.type(MARCO, "break lunch Ana")
    comment = await team.press(MARCO, own, "Start a break, with that as comment")
    assert shown(comment)[0] == "✅ Break started at 10:02 (lunch)."
    clock.advance(minutes=5)
    asked = await team.type(MARCO, "back Ana")
    assert shown(await team.press(MARCO, asked, "Back now, with that as comment"))[0] == "✅ Back at 10:07."


async def test_who_is_responsible_for_nobody_is_not_asked_about_names(team: PlainDoor) -> None:
    await rename(team, ANA, "Ana Silva")
    await team.type(BEN, "clockin")
    assert "no break called" in await team.refusal(BEN, team.type(BEN, "break Ana"))


async def test_words_after_break_in_a_direct_message_are_read_as_after_the_command(at_work: PlainDoor) -> None:
    asked = await at_work.refusing(ANA, at_work.say(ANA, "break foo"))
    assert shown(asked) == ['⚠️ There\'s no break called "foo". Choose from break, lunch, coffee.']
    assert labels(asked)[-1] == "Start a break, with that as comment"
    said = await at_work.say(ANA, "break 30 lunch")
    assert shown(said)[0] == "✅ Break started at 13:32 (lunch)."


async def test_a_time_to_come_without_at_may_be_the_end_of_the_break(at_work: PlainDoor) -> None:
    asked = await at_work.type(ANA, "break lunch 14:00")
    assert (shown(asked), labels(asked)) == (["Did you mean until 14:00?"], ["Start a break until 14:00"])
    answer = await at_work.press(ANA, asked, "Start a break until 14:00")
    assert shown(answer)[0] == "✅ Break started at 13:32 (lunch)."


async def test_a_time_that_was_twice_in_a_long_shift_is_asked_about(door: PlainDoor, clock: Clock) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=14)  # 23:02
    asked = await door.type(ANA, "break 10-10:30")
    assert labels(asked) == ["Break 10:00–10:30", "Break 22:00–22:30"]
    assert shown(await door.press(ANA, asked, "Break 22:00–22:30"))[0] == "✅ Break entered: 22:00 to 22:30."


async def test_a_second_break_and_a_second_return_change_nothing(at_work: PlainDoor) -> None:
    await at_work.type(ANA, "break")
    for typed in ("break lunch", "break until 15:00", "break at 13:00"):
        again = await at_work.refusing(ANA, at_work.type(ANA, typed))
        assert shown(again) == ["⚠️ You're already on a break (since 13:32)."]
        assert labels(again) == ["Back", "I'm done for today"]
    await at_work.type(ANA, "back")
    again = await at_work.refusing(ANA, at_work.type(ANA, "back"))
    assert shown(again) == ["⚠️ You're not on a break. You've been clocked in since 13:32."]


async def test_who_is_out_is_offered_to_clock_in(door: PlainDoor, clock: Clock) -> None:
    for typed in ("break", "break 12:30-13:00", "back"):
        refused = await door.refusing(ANA, door.type(ANA, typed))
        assert (shown(refused), labels(refused)) == (["⚠️ You're not clocked in."], ["Clock in"])


async def test_a_break_entered_after_the_clock_out_is_added_to_the_record(at_work: PlainDoor, clock: Clock) -> None:
    await at_work.type(ANA, "clockout")
    added = await at_work.type(ANA, "break 12-12:30")
    assert shown(added)[0] == "✅ Break added: 12:00 to 12:30. Today: 4\xa0h."
    await at_work.press(ANA, added, "Undo")
    clock.advance(minutes=11)
    said = await at_work.refusal(ANA, at_work.type(ANA, "break 12-12:30"))
    assert said.startswith("⚠️ You can only add a break within ten minutes of clocking out.")


async def test_a_break_before_the_last_return_is_added_to_the_earlier_record(at_work: PlainDoor, clock: Clock) -> None:
    await at_work.type(ANA, "break 12:30-13:00")
    added = await at_work.type(ANA, "break 10-10:15")
    assert shown(added)[0] == "✅ Break added: 10:00 to 10:15. Today: 3\xa0h 45\xa0min so far."


@pytest.mark.parametrize("kind", ["", "lunch ", "coffee "])
async def test_undo_takes_back_a_break_that_was_entered_at_once(at_work: PlainDoor, clock: Clock, kind: str) -> None:
    entered = await at_work.type(ANA, f"break {kind}12:30-13:00")
    clock.advance(minutes=5)
    undone = await at_work.press(ANA, entered, "Undo")
    assert shown(undone)[0].startswith("✅ Break undone.")
    assert shown(await at_work.type(ANA, "status"))[0] == "You've been clocked in since 09:02"
    left = await at_work.type(ANA, "clockout")
    assert shown(left)[0] == "✅ Clocked out at 13:37. Today: 4\xa0h 35\xa0min."
    assert "Break" not in "\n".join(shown(await at_work.type(ANA, "report")))


@pytest.mark.parametrize(
    ("typed", "first"),
    [
        ("back", "✅ Back at 14:02."),
        ("back from lunch", "✅ Back at 14:02."),
        ("back at 13:50", "✅ Back at 13:50."),
        ("back 10 min ago", "✅ Back at 13:52."),
        ("back at 1:45", "✅ Back at 13:45."),
        ("back from my break at 13:50", "✅ Back at 13:50."),
        ("back sorry", "✅ Back at 14:02."),
    ],
)
async def test_a_return_is_now_or_at_a_time(at_work: PlainDoor, clock: Clock, typed: str, first: str) -> None:
    await at_work.type(ANA, "break")
    clock.advance(minutes=30)
    answer = await at_work.type(ANA, typed)
    assert shown(answer)[0] == first
    assert labels(answer) == ["Clock out", "Start a break", "Undo"]


@pytest.mark.parametrize(
    ("typed", "refusal"),
    [
        ("back at 15:00", "15:00 hasn't happened yet. It's 14:02."),
        ("back at 12:00", "12:00 isn't after the start of the break (13:32). Choose a later time."),
        ("back in 10 minutes", "You're already on a break (since 13:32)."),
    ],
)
async def test_a_return_that_cannot_be_meant_changes_nothing(
    at_work: PlainDoor, clock: Clock, typed: str, refusal: str
) -> None:
    await at_work.type(ANA, "break")
    clock.advance(minutes=30)
    assert refusal in await at_work.refusal(ANA, at_work.type(ANA, typed))
    assert shown(await at_work.type(ANA, "back"))[0] == "✅ Back at 14:02."


async def test_seven_hours_later_a_break_was_the_end_of_the_day_unless_they_say_when_they_were_back(
    at_work: PlainDoor, clock: Clock
) -> None:
    await at_work.type(ANA, "break")
    clock.advance(hours=7)
    refused = await at_work.refusing(ANA, at_work.type(ANA, "back"))
    assert shown(refused) == ["⚠️ Your break began at 13:32, too long ago to continue. Clock in instead."]
    assert labels(refused) == ["Clock in"]
    assert shown(await at_work.type(ANA, "back at 14:00"))[0] == "✅ Back at 14:00."


async def test_a_break_over_midnight_is_of_the_day_that_the_night_began(door: PlainDoor, clock: Clock) -> None:
    clock.advance(hours=13)  # 22:02
    await door.type(ANA, "clockin")
    clock.advance(hours=1, minutes=30)
    await door.type(ANA, "break")
    clock.advance(hours=1)
    assert shown(await door.type(ANA, "back"))[0] == "✅ Back at 00:32."
    clock.advance(hours=3)
    left = await door.type(ANA, "clockout")
    assert "This shift: 3\xa0h. Mon 23 Nov: 4\xa0h 30\xa0min." in shown(left)[0]


async def test_a_break_entered_over_midnight_is_read_from_the_shift(door: PlainDoor, clock: Clock) -> None:
    clock.advance(hours=13)  # 22:02
    await door.type(ANA, "clockin")
    clock.advance(hours=4)
    answer = await door.type(ANA, "break 23:45-0:15")
    assert shown(answer)[0] == "✅ Break entered: Mon 23 Nov, 23:45 to 00:15."


async def test_a_break_at_a_time_that_comes_twice_is_refused_with_how_to_type_it(door: PlainDoor, clock: Clock) -> None:
    clock.set("2026-10-24T21:00")  # 23:00 in Berlin, in the night when the clocks go back
    await door.type(ANA, "clockin")
    clock.set("2026-10-25T03:00")
    assert "02:30" in await door.refusal(ANA, door.type(ANA, "break at 02:30"))
    assert shown(await door.type(ANA, "break at 02:30+02:00 for 20 min"))[0] == "✅ Break entered: 02:30 to 02:50."


async def test_a_shift_of_yesterday_is_a_missing_clock_out_before_it_is_a_break(door: PlainDoor, clock: Clock) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=23)
    for typed in ("break", "break 12:30-13:00"):
        assert shown(await door.type(ANA, typed))[0] == "When did you leave on Monday? You clocked in at 09:02."


async def test_managers_start_and_end_breaks_of_their_team_and_the_person_is_told(
    team: PlainDoor, clock: Clock
) -> None:
    await team.type(ANA, "clockin")
    clock.advance(hours=1)
    started = await team.type(MARCO, f"break <@{ANA}> 20")
    assert shown(started)[0] == "✅ Break of @U0ANA started at 10:02."
    assert shown(started)[1:] == [
        "Today: 1\xa0h so far",
        "I'll ask them at 10:22 whether they're back.",
        "I've told them.",
    ]
    assert labels(started) == ["They're back", "They're done for today", "Undo"]
    clock.advance(minutes=10)
    again = await team.refusing(MARCO, team.type(MARCO, f"break <@{ANA}>"))
    assert shown(again) == ["⚠️ @U0ANA is already on a break (since 10:02)."]
    assert labels(again) == ["They're back", "They're done for today"]
    back = await team.type(MARCO, f"back <@{ANA}>")
    assert shown(back)[0] == "✅ @U0ANA is back at 10:12."
    assert "You can't" in await team.refusal(BEN, team.type(BEN, f"break <@{ANA}>"))
    assert "You can't" in await team.refusal(MARCO, team.type(MARCO, f"back <@{KEI}>"))
    assert "isn't on a break" in await team.refusal(ADA, team.type(ADA, f"back <@{ANA}>"))


@pytest.mark.parametrize("typed", ["back tomorrow", "back on Tuesday", "I'm back tomorrow"])
async def test_a_return_on_another_day_ends_no_break_now(at_work: PlainDoor, typed: str) -> None:
    await at_work.type(ANA, "break")
    asked = await at_work.say(ANA, typed)
    assert shown(asked)[0].startswith("What do you mean by")
    assert shown(await at_work.type(ANA, "status"))[0] == "You've been on a break since 13:32"


async def test_a_question_about_somebody_elses_break_is_answered_for_them(team: PlainDoor, clock: Clock) -> None:
    for person in (ANA, MARCO):
        await team.type(person, "clockin")
    clock.advance(hours=1)
    asked = await team.type(MARCO, f"break <@{ANA}> 11:00")
    started = await team.press(MARCO, asked, "Start a break until 11:00")
    assert shown(started)[0] == "✅ Break of @U0ANA started at 10:02."
    unclear = await team.type(MARCO, f"back <@{ANA}> until 11:00")
    assert shown(unclear)[0].startswith("What do you mean by")
    assert labels(unclear) == []


@pytest.mark.parametrize("say", ["lunch", "I'm on lunch break", "brb 10", "break at 13:00", "coffee"])
async def test_a_break_is_started_in_plain_words(at_work: PlainDoor, say: str) -> None:
    assert shown(await at_work.say(ANA, say))[0].startswith("✅ Break started at 13:")
    assert shown(await at_work.say(ANA, "I'm back"))[0] == "✅ Back at 13:32."


async def test_a_message_that_is_delivered_twice_starts_one_break(at_work: PlainDoor, clock: Clock) -> None:
    await at_work.say(ANA, "lunch", message_id="1")
    await at_work.say(ANA, "back", message_id="2")
    again = await at_work.say(ANA, "lunch", message_id="1")
    assert not shown(again)[0].startswith("✅")


async def test_questions_and_other_sentences_start_no_break(at_work: PlainDoor) -> None:
    for said in ("break?", "lunch?"):
        asked = await at_work.say(ANA, said)
        assert shown(asked) == ["Do you want to start a break? You've been clocked in since 09:02."]
        assert labels(asked) == ["Start a break"]
    assert "coffee machine" not in "".join(shown(await at_work.type(ANA, "status")))
    await at_work.refusal(ANA, at_work.say(ANA, "lunch was great"))
    assert shown(await at_work.type(ANA, "status"))[0] == "You've been clocked in since 09:02"


async def test_back_at_a_time_of_somebody_who_is_not_on_a_break_is_asked_about(door: PlainDoor, clock: Clock) -> None:
    for typed in ("back at 8:30", "I'm back since 8:30", "back from lunch at 8:30"):
        asked = await door.say(ANA, typed)
        assert labels(asked) == ["Clock in at 08:30"]
    assert shown(await door.press(ANA, asked, "Clock in at 08:30")) == ["✅ Clocked in at 08:30."]
    asked = await door.say(ANA, "back at 10:00")
    assert labels(asked) == ["Start a break until 10:00"]
    assert shown(await door.press(ANA, asked, "Start a break until 10:00"))[0] == "✅ Break started at 09:02."


@pytest.mark.parametrize(
    ("said", "label"),
    [
        ("back at 8:30 because the train was late", "Clock in at 08:30"),
        ("back at 10:00 because of the dentist", "Start a break until 10:00"),
    ],
)
async def test_a_comment_is_kept_when_the_time_of_a_return_is_asked_about(
    door: PlainDoor, clock: Clock, said: str, label: str
) -> None:
    if label.startswith("Start"):
        await door.type(ANA, "clockin")
        clock.advance(minutes=5)
    asked = await door.say(ANA, said)
    assert labels(asked) == [label]
    await door.press(ANA, asked, label)
    assert said.split("because ")[1] in "\n".join(shown(await door.type(ANA, "events")))


async def test_clockin_of_a_break_offers_to_start_it(at_work: PlainDoor) -> None:
    asked = await at_work.type(ANA, "clockin lunch")
    assert "Start a break" in labels(asked)
