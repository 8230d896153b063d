"""Mistyped words, days and offices are asked about with a button, and nothing happens until it is pressed."""

from __future__ import annotations

import pytest

from bot.calendar.typed import corrected
from bot.chat.did_you_mean import label_of
from bot.chat.features import router
from bot.chat.routing import CLOCKING
from bot.chat.views import Form, Message
from tests.chat.conftest import ADA, ANA, BEN, MARCO, PlainDoor, labels, meet, rename, shown
from tests.conftest import Clock


@pytest.mark.parametrize(
    ("typed", "asked", "label"),
    [
        ("repot", '⚠️ Did you mean "/attendance report"?', "Show report"),
        ("statsu", '⚠️ Did you mean "/attendance status"?', "Show status"),
        ("evnts yesterday", '⚠️ Did you mean "/attendance events yesterday"?', "Show records"),
        ("hstory", '⚠️ Did you mean "/attendance history"?', "Show history"),
        ("repot last week in Berlin", '⚠️ Did you mean "/attendance report last week in Berlin"?', "Show report"),
        ("adds", '⚠️ Did you mean "/attendance add"?', "Add a record"),
        (
            "add yesterday 9-5 in Berln 2",
            '⚠️ There\'s no office "Berln". Did you mean "Berlin Mitte"?',
            "Add a record, office Berlin Mitte",
        ),
        (
            "add yesterday at 8:3x",
            '⚠️ I couldn\'t read "8:3x" as a time. Try "/attendance add at 8:30".',
            None,
        ),
        ("frobnicate", '⚠️ I don\'t know "frobnicate". Type "/attendance help" to see what I can do.', "Show help"),
        ("report lst week", '⚠️ I don\'t know "lst week". Did you mean "last week"?', "Show last week"),
        ("events lst week", '⚠️ I don\'t know "lst week". Did you mean "last week"?', "Show last week"),
        ("history yesteday", '⚠️ I don\'t know "yesteday". Did you mean "yesterday"?', "Show yesterday"),
        ("mine octobr", '⚠️ I don\'t know "octobr". Did you mean "october"?', "Show october"),
        (
            "report last week in Berln",
            '⚠️ There\'s no office "Berln". Did you mean "Berlin Mitte"?',
            "Show Berlin Mitte",
        ),
        (
            "report 2026-10-31 to 2026-10-01",
            '⚠️ "2026-10-31 to 2026-10-01" ends before it begins. Did you mean "2026-10-01 to 2026-10-31"?',
            "Show 2026-10-01 to 2026-10-31",
        ),
    ],
)
async def test_a_mistyped_word_is_asked_about(team: PlainDoor, typed: str, asked: str, label: str | None) -> None:
    message = await team.refusing(ANA, team.type(ANA, typed))
    assert shown(message) == [asked]
    assert labels(message) == ([label] if label else [])


async def test_a_misspelled_team_of_a_report_keeps_its_days(team: PlainDoor) -> None:
    message = await team.refusing(MARCO, team.type(MARCO, "report Suport last week"))
    assert shown(message) == ['⚠️ There\'s no team "Suport". Did you mean "Support"?']
    assert labels(message) == ["Show Support"]


@pytest.mark.parametrize(
    ("typed", "meant"),
    [
        ("repot last week", "report last week"),
        (f"report lst week <@{BEN}>", f"report last week <@{BEN}>"),
        (f"report lst <@{BEN}> week in hq", f"report last week <@{BEN}> in hq"),
        ("report Suport last week", "report Support last week"),
        ("report last week suport in hq", "report last week Support in hq"),
        ("report Support lst week", "report Support last week"),
        ("report team last weak", "report team last week"),
        ("report U0Ben lst week", f"report last week <@{BEN}>"),
        ("history lst week U0Ben", f"history last week <@{BEN}>"),
        ("events lst week", "events last week"),
        ("history yesteday", "history yesterday"),
        ("report last week in Berln", "report last week in Berlin Mitte"),
    ],
)
async def test_the_button_shows_what_was_meant(team: PlainDoor, typed: str, meant: str) -> None:
    message = await team.refusing(MARCO, team.type(MARCO, typed))
    (label,) = labels(message)
    told = await team.press(MARCO, message, label)
    assert isinstance(told, Message)
    assert told.replaces
    assert shown(told) == shown(await team.type(MARCO, meant))


async def test_the_button_of_a_form_opens_it(door: PlainDoor) -> None:
    message = await door.refusing(ANA, door.type(ANA, "adds"))
    assert isinstance(await door.press(ANA, message, "Add a record"), Form)


@pytest.mark.parametrize(
    ("said", "asked", "labels_", "state"),
    [
        ("inn", '⚠️ Did you mean "in"?', ["Clock in"], "You've been clocked in since 09:02"),
        ("ni at 8:30", '⚠️ Did you mean "in at 8:30"?', ["Clock in"], "You've been clocked in since 08:30"),
        ("statsu", '⚠️ Did you mean "status"?', ["Show status"], "You haven't clocked in today"),
        ("repot yesterday", '⚠️ Did you mean "report yesterday"?', ["Show report"], "You haven't clocked in today"),
    ],
)
async def test_typing_errors_in_a_direct_message_record_nothing_until_a_press(
    door: PlainDoor, said: str, asked: str, labels_: list[str], state: str
) -> None:
    message = await door.refusing(ANA, door.say(ANA, said))
    assert shown(message) == [asked]
    assert labels(message) == labels_
    assert shown(await door.type(ANA, "status"))[0] == "You haven't clocked in today"
    await door.press(ANA, message, labels_[0])
    assert shown(await door.type(ANA, "status"))[0].startswith(state)


async def test_ot_clocks_out_after_a_press(door: PlainDoor, clock: Clock) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=1)
    message = await door.refusing(ANA, door.say(ANA, "ot"))
    assert shown(await door.type(ANA, "status"))[0].startswith("You've been clocked in")
    await door.press(ANA, message, "Clock out")
    assert shown(await door.type(ANA, "status"))[0] == "You're clocked out"


async def test_a_suggestion_of_yesterday_does_nothing(door: PlainDoor, clock: Clock) -> None:
    message = await door.refusing(ANA, door.say(ANA, "inn"))
    clock.advance(hours=17)
    told = await door.press(ANA, message, "Clock in")
    assert shown(told) == ["That was a while ago. Type it again."]


async def test_a_mistyped_office_is_taken_after_a_press(team: PlainDoor) -> None:
    message = await team.refusing(ANA, team.type(ANA, "clockin at 8:30 in Berln good morning"))
    assert shown(message) == ['⚠️ There\'s no office "Berln". Did you mean "Berlin Mitte"?']
    told = await team.press(ANA, message, "Clock in, office Berlin Mitte")
    assert shown(told) == ['✅ Clocked in at 08:30. Office: Berlin Mitte. "good morning"']


@pytest.mark.parametrize(
    ("line", "wrong", "after", "corrected_line"),
    [
        ("clockin @[U0BEN|ben] in ben", "ben", "in", "clockin @[U0BEN|ben] in Bern"),
        ("clockin @[BEN|] in BEN", "BEN", "in", "clockin @[BEN|] in Bern"),
        ("in in  n hq", "n hq", "in", "in in  Bern"),
        ("report ben @[U0BEN|ben] in ben", "ben", "in", "report ben @[U0BEN|ben] in Bern"),
        ("report weeklong wee", "wee", "", "report weeklong Bern"),
        ("report @[U0WEE|wee] wee", "wee", "", "report @[U0WEE|wee] Bern"),
        ("e @[U0E|e]", "e", "", "Bern @[U0E|e]"),
    ],
)
def test_only_the_wrong_words_are_corrected(line: str, wrong: str, after: str, corrected_line: str) -> None:
    assert corrected(line, wrong, "Bern", after=after) == corrected_line


async def test_an_office_called_like_a_person_is_corrected_and_the_person_stays(team: PlainDoor) -> None:
    await rename(team, BEN, "Berln")
    message = await team.refusing(MARCO, team.type(MARCO, "clockin @[U0BEN|Berln] in Berln"))
    told = await team.press(MARCO, message, "Clock in, office Berlin Mitte")
    assert shown(told)[0] == "✅ Clocked @U0BEN in at 09:02. Office: Berlin Mitte."


@pytest.mark.parametrize(
    ("typed", "comment"),
    [("in a hurry", "in a hurry"), ("in paris", "in paris"), ("at the dentist", "at the dentist")],
)
async def test_words_that_only_look_like_an_office_or_a_time_can_be_the_comment(
    team: PlainDoor, typed: str, comment: str
) -> None:
    message = await team.refusing(ANA, team.type(ANA, f"clockin {typed}"))
    assert labels(message) == ["Clock in, with that as comment"]
    told = await team.press(ANA, message, "Clock in, with that as comment")
    assert f'"{comment}"' in "".join(shown(told))


@pytest.mark.parametrize("typed", ["at 8:3x", "at 25:00", "at noonish 12"])
async def test_a_mistyped_time_is_not_taken_as_a_comment(team: PlainDoor, typed: str) -> None:
    assert labels(await team.refusing(ANA, team.type(ANA, f"clockin {typed}"))) == []


async def test_advice_fits_a_direct_message(team: PlainDoor) -> None:
    assert await team.refusal(ANA, team.say(ANA, "in at 8:3x")) == (
        '⚠️ I couldn\'t read "8:3x" as a time. Try "in at 8:30".'
    )
    assert await team.refusal(ANA, team.say(ANA, f"events <@{ANA}> <@{BEN}>")) == (
        '⚠️ This works for one person at a time. Try "events @person".'
    )


async def test_people_of_like_names_have_a_button_each(team: PlainDoor) -> None:
    await rename(team, ANA, "Sam Hill")
    await rename(team, BEN, "Sam Lake")
    asked = await team.type(MARCO, "clockin sam")
    assert shown(asked) == ["Which one do you mean?"]
    assert labels(asked)[:2] == ["Clock in Sam Hill", "Clock in Sam Lake"]
    await team.press(MARCO, asked, "Clock in Sam Lake")
    assert shown(await team.type(BEN, "status")) != shown(await team.type(ANA, "status"))


async def test_a_second_clock_in_offers_to_clock_out_or_to_undo_the_first(door: PlainDoor, clock: Clock) -> None:
    await door.type(ANA, "clockin")
    message = await door.refusing(ANA, door.type(ANA, "clockin"))
    assert shown(message) == ["⚠️ You're already clocked in (since 09:02)."]
    assert labels(message) == ["Clock out", "Undo"]

    clock.advance(minutes=5)
    message = await door.refusing(ANA, door.type(ANA, "clockin"))
    assert shown(await door.press(ANA, message, "Undo"))[0].startswith("✅ Clock-in undone")

    await door.type(ANA, "clockin")
    clock.advance(minutes=11)
    message = await door.refusing(ANA, door.type(ANA, "clockin"))
    assert labels(message) == ["Clock out"], "it's too late to undo"


async def test_a_clock_in_within_a_record_shows_what_stands_there(door: PlainDoor, clock: Clock) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=2)
    await door.type(ANA, "clockout")
    message = await door.refusing(ANA, door.type(ANA, "clockin at 10:00"))
    assert shown(message)[0].startswith("⚠️ You already have a record from 09:02 to 11:02. Change the times")
    assert shown(await door.press(ANA, message, "Show that day")) == shown(await door.type(ANA, "events"))


async def test_nobody_is_suggested_more_than_a_chat_carries(door: PlainDoor) -> None:
    assert labels(await door.refusing(ADA, door.type(ADA, "repot " + "x" * 1000))) == []


@pytest.mark.parametrize("words", ["hi", "Hello!", "hey there", "Good morning", "moin", "hi 👋", "hallo."])
async def test_a_greeting_is_answered_with_the_state_and_its_button(door: PlainDoor, words: str) -> None:
    answer = await door.say(ANA, words)
    status = await door.type(ANA, "status")
    assert shown(answer) == ["Hi!", *shown(status)]
    assert labels(answer) == labels(status)


async def test_a_guest_reads_one_sentence(door: PlainDoor) -> None:
    await meet(door, "U0GUS", guest=True)
    clocking = "⚠️ Guest accounts can't clock in. Ask an admin to make you a full member."
    anything = "⚠️ I only keep hours of full members, and you have a guest account. Ask an admin to change that."
    assert await door.refusal("U0GUS", door.say("U0GUS", "hi")) == anything
    assert await door.refusal("U0GUS", door.say("U0GUS", "in")) == clocking
    for line in [*door.router.words, "repot", "report last week", "in at 8", "clockout at 8:30", f"clockin <@{ANA}>"]:
        refused = await door.refusing("U0GUS", door.typed("U0GUS", line))
        is_clocking = line.split()[:1] in ([word] for word in CLOCKING)
        assert (line, shown(refused), labels(refused)) == (line, [clocking if is_clocking else anything], [])


async def test_a_guest_who_has_records_still_sees_them_and_clocks_out(door: PlainDoor, clock: Clock) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=1)
    await meet(door, ANA, guest=True)
    assert labels(await door.type(ANA, "")) == ["Clock out", "Start a break"]
    await door.type(ANA, "clockout")
    assert any("1 h" in line for line in shown(await door.type(ANA, "report")))
    for line in ("", "clockout", "clockin", f"report <@{BEN}>"):
        refused = await door.refusing(ANA, door.typed(ANA, line))
        assert ("can't clock in" in shown(refused)[0], "full member" in shown(refused)[0]) == ("clock" in line, True)
        assert labels(refused) == []


async def test_why_somebody_cannot_be_clocked_in_is_their_account(team: PlainDoor) -> None:
    await meet(team, "U0GUS", guest=True)
    await meet(team, "U0BOT", bot=True)
    for user_id in (ADA, MARCO, ANA):
        for line in ("clockin <@{}>", "clockin <@{}> at 8:30"):
            assert await team.refusal(user_id, team.type(user_id, line.format("U0GUS"))) == (
                "⚠️ @U0GUS has a guest account, and guests can't clock in. Choose a full member."
            )
            assert await team.refusal(user_id, team.type(user_id, line.format("U0BOT"))) == (
                "⚠️ @U0BOT is a bot, and bots can't clock in. Choose a person."
            )


async def test_help_fits_the_role(team: PlainDoor) -> None:
    employee, manager, admin = [await team.type(user_id, "help") for user_id in (ANA, MARCO, ADA)]
    assert "For managers" not in shown(employee)
    assert "For admins" not in shown(employee)
    assert "For managers" in shown(manager)
    assert "For admins" not in shown(manager)
    assert "For managers" in shown(admin)
    assert "For admins" in shown(admin)
    assert labels(employee) == ["Show status", "Show report", "Show records", "Add a record"]
    assert labels(manager) == ["Show status", "Show report", "Show records", "Show who is in", "Add a record"]
    assert labels(admin)[-1] == "Show settings"


async def test_the_buttons_of_help_do_what_they_say(team: PlainDoor) -> None:
    helped = await team.type(ADA, "help")
    for label, word in (("Show status", ""), ("Show report", "report"), ("Show who is in", "who")):
        assert shown(await team.press(ADA, helped, label)) == shown(await team.type(ADA, word))
    assert isinstance(await team.press(ADA, helped, "Show settings"), Form)


def test_every_word_has_a_label() -> None:
    assert {word for word in router().words if label_of(word) == "Yes"} == set()
