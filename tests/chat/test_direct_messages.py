"""Plain words in a direct message do what the commands do."""

from __future__ import annotations

from typing import Any

import pytest

from bot.errors import Forbidden
from bot.people.teams_and_offices import set_office
from storage.database import Database
from storage.errors import AlreadyClockedIn
from tests.builders import ADMIN
from tests.chat.conftest import ADA, ANA, BEN, MARCO, PlainDoor, fields_of, form_in, labels, meet, rename, shown
from tests.conftest import Clock


async def test_in_and_out_clock_in_and_out(door: PlainDoor, clock: Clock) -> None:
    arrived = await door.say(ANA, "in")
    clock.advance(hours=8, minutes=28)
    left = await door.say(ANA, "Out!")

    assert shown(arrived) == ["✅ Clocked in at 09:02."]
    assert labels(arrived) == ["Clock out", "Start a break", "Undo"]
    assert shown(left)[0].startswith("✅ Clocked out at 17:30. Today: 8 h 28 min.")


async def test_an_earlier_time_and_a_reason_are_taken_over(door: PlainDoor) -> None:
    arrived = await door.say(ANA, "in at 8:30 because the train was late")
    assert shown(arrived) == ['✅ Clocked in at 08:30. "the train was late"']


@pytest.mark.parametrize("words", ["in", "In", "IN", "in.", "clock in", "Clock-in", "clockin", "clocking in", "in, "])
async def test_clocking_in_can_be_said_in_many_ways(door: PlainDoor, words: str) -> None:
    assert shown(await door.say(ANA, words)) == ["✅ Clocked in at 09:02."]


async def test_an_office_is_understood_without_another_in(door: PlainDoor) -> None:
    await set_office(door.services, ADMIN, "hq", "Berlin Mitte", "Europe/Berlin")

    arrived = await door.say(ANA, "in berlin mitte good morning")
    elsewhere = await door.say(BEN, "in a café, good morning")

    assert shown(arrived) == ['✅ Clocked in at 09:02. Office: Berlin Mitte. "good morning"']
    assert shown(elsewhere) == ['✅ Clocked in at 09:02. "a café, good morning"']


@pytest.mark.parametrize("words", ["status", "Help", "who?", "history yesterday", "events this week", "reminders off"])
async def test_words_of_attendance_are_answered_like_the_command(door: PlainDoor, words: str) -> None:
    typed = words.lower().rstrip("?")
    assert shown(await door.say(ANA, words)) == shown(await door.type(ANA, typed))


@pytest.mark.parametrize(
    "words",
    [
        "",
        "indeed",
        "in?",
        "in at 8:30, ok?",
        "clockin?",
        "clockin at 8:30, ok?",
        "clockout?",
        "out-of-office tomorrow",
        "in-laws visiting",
        "in: later",
        "out of curiosity: who sees it?",
    ],
)
async def test_questions_and_other_words_are_answered_with_examples(door: PlainDoor, words: str) -> None:
    answer = await door.refusing(ANA, door.say(ANA, words))
    assert shown(answer) == ['⚠️ Sorry, I didn\'t get that. Try "in", "out", or "status".']
    assert labels(answer) == ["Show help"]
    assert shown(await door.say(ANA, "status"))[0] == "You haven't clocked in today"


async def test_somebody_else_is_clocked_in_by_those_who_may(door: PlainDoor) -> None:
    with pytest.raises(Forbidden):
        await door.say(ANA, f"in <@{BEN}>")
    assert shown(await door.say(ADA, f"in <@{BEN}>")) == ["✅ Clocked @U0BEN in at 09:02.", "I've told them."]


async def test_a_message_that_was_refused_writes_nothing_when_it_is_delivered_again(
    door: PlainDoor, clock: Clock
) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=8)
    with pytest.raises(AlreadyClockedIn):
        await door.say(ANA, "in", message_id="1")
    await door.type(ANA, "clockout")
    clock.advance(minutes=5)

    again = await door.say(ANA, "in", message_id="1")

    assert shown(again)[0] == "You're clocked out"


async def test_clocking_in_by_a_message_is_one_transaction_and_happens_once(
    door: PlainDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    transactions = []
    write = Database.write

    async def counted(database: Database, work: Any) -> Any:
        transactions.append(work)
        return await write(database, work)

    monkeypatch.setattr(Database, "write", counted)
    arrived = await door.say(ANA, "in", message_id="1")
    assert len(transactions) == 1
    again = await door.say(ANA, "in", message_id="1")
    assert (shown(arrived)[0], shown(again)[0]) == ("✅ Clocked in at 09:02.", "You've been clocked in since 09:02")


async def test_a_message_that_was_answered_by_a_question_writes_nothing_when_it_is_delivered_again(
    door: PlainDoor, clock: Clock
) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=23)
    asked = await door.say(ANA, "in", message_id="1")
    assert "When did you leave on Monday?" in shown(asked)[0]
    await door.type(ANA, "clockout at 17:30")
    clock.advance(minutes=5)

    again = await door.say(ANA, "in", message_id="1")

    assert shown(again)[0] == "You haven't clocked in today"


@pytest.mark.parametrize(
    ("typed", "command"),
    [
        ("What are my hours?", "status"),
        ("my hours", "status"),
        ("hours", "status"),
        ("how long did I work", "status"),
        ("How long have I been working today?", "status"),
        ("am I still clocked in?", "status"),
        ("status please", "status"),
        ("my hours last week", "report last week"),
        ("how many hours did I work this week?", "report this week"),
        ("can you show me my hours for yesterday, please", "report yesterday"),
        ("report last week, please", "report last week"),
        ("who is in", "who"),
        ("who's working today?", "who"),
        ("show my records", "events"),
    ],
)
async def test_everyday_words_for_a_command_are_understood(door: PlainDoor, typed: str, command: str) -> None:
    await door.type(ANA, "clockin")
    word, _, days = command.partition(" ")
    assert shown(await door.say(ANA, typed)) == shown(await door.type(ANA, f"{word} {days}".strip()))


async def test_undo_offers_to_take_back_the_last_entry(door: PlainDoor, clock: Clock) -> None:
    too_late = (
        "⚠️ You entered nothing in the last ten minutes that you can undo. You can ask for a change of an older record."
    )
    assert await door.refusal(ANA, door.say(ANA, "undo")) == too_late
    await door.type(ANA, "clockin")
    asked = await door.say(ANA, "undo that")
    assert shown(asked) == ["Your last entry: clocked in at 09:02."]
    clock.advance(minutes=11)
    asked_late = await door.refusing(ANA, door.say(ANA, "undo"))
    assert (shown(asked_late), labels(asked_late)) == ([too_late], ["Fix a record"])
    await door.type(ANA, "clockout")
    asked = await door.say(ANA, "Oops")
    assert shown(asked) == ["Your last entry: clocked out at 09:13."]
    undone = await door.press(ANA, asked, "Undo")
    assert shown(undone)[0] == "✅ Clock-out undone. You've been clocked in since 09:02."


@pytest.mark.parametrize("way", ["message", "command"])
async def test_what_only_may_mean_in_or_out_is_answered_with_a_button(door: PlainDoor, way: str) -> None:
    speak = {"message": door.say, "command": door.attendance}[way]
    for typed, word in {
        "start": "in",
        "im in": "in",
        "done for today": "out",
        "Bye!": "out",
        "I'm off": "out",
    }.items():
        asked = await door.refusing(ANA, speak(ANA, typed))
        assert shown(asked) == [f'⚠️ Did you mean "{word if way == "message" else f"/attendance {word}"}"?'], typed
    assert shown(await door.type(ANA, "status"))[0].startswith("You")
    assert shown(await speak(ANA, "thanks!")) == ["You're welcome!"]


@pytest.mark.parametrize("way", ["message", "command"])
async def test_a_whole_shift_in_one_line_is_a_record(door: PlainDoor, clock: Clock, way: str) -> None:
    clock.advance(hours=4)  # 13:02
    speak = {"message": door.say, "command": door.attendance}[way]
    for typed, expected in {
        "in at 9 out at 12": ("2026-11-23", "09:00", "12:00", None),
        "in 8:00 out 9:00": ("2026-11-23", "08:00", "09:00", None),
        "in at 9, and out at noon": ("2026-11-23", "09:00", "12:00", None),
        "in yesterday 9 out 5 stocktaking": ("2026-11-22", "09:00", "17:00", "stocktaking"),
        "I worked from 8 to 9": ("2026-11-23", "08:00", "09:00", None),
        "I've worked 9-12, stocktaking": ("2026-11-23", "09:00", "12:00", "stocktaking"),
        "worked yesterday 9-17:30": ("2026-11-22", "09:00", "17:30", None),
        "I was in from 8 to 9": ("2026-11-23", "08:00", "09:00", None),
        "add 9 out 12": ("2026-11-23", "09:00", "12:00", None),
    }.items():
        if way == "command":
            form = form_in(await door.commanded(ANA, typed))
        else:
            offered = await door.say(ANA, typed)
            form = form_in(await door.press(ANA, offered, labels(offered)[0]))
        fields = fields_of(form)
        assert tuple(fields[name] for name in ("date", "start", "end", "note")) == expected, typed
    asked = await speak(ANA, "in at 9, out at 16:00 for the dentist")
    assert labels(asked) == ["Clock in at 09:00, with that as comment"], "that is still to come"
    asked = await door.refusing(ANA, speak(ANA, "in at 9 out at 12, in at 13 out at 17"))
    assert shown(asked)[0].startswith('⚠️ I couldn\'t read "in at 13 out at 17". Type one record at a time')
    filled = fields_of(form_in(await door.press(ANA, asked, "Add a record without it")))
    assert (filled["start"], filled["end"]) == ("09:00", "12:00")
    asked = await speak(ANA, "I worked 9-17 with lunch 12-12:30")
    assert labels(asked)[:2] == ["Add 09:00 to 12:00…", "Add 12:30 to 17:00…"]


async def test_a_break_of_somebody_who_is_not_at_work_any_more_is_a_missing_clock_out(
    door: PlainDoor, clock: Clock
) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=23)
    for typed in ("lunch", "forgot to clock out yesterday", "i forgot"):
        asked = await door.say(ANA, typed)
        assert shown(asked) == ["When did you leave on Monday? You clocked in at 09:02."]
        assert "Another time…" in labels(asked)


async def test_a_forgotten_clock_out_opens_the_form_that_fits(door: PlainDoor, clock: Clock) -> None:
    told = await door.say(ANA, "forgot to clock out yesterday")
    assert shown(told) == ["You're not missing a clock-out. If a whole record is missing, add it."]
    form_in(await door.press(ANA, told, "Add a record"))
    told = await door.attendance(ANA, "forgot to clock in")
    assert shown(told)[0].startswith('Type "/clockin at 8:30" with the time you came.')
    await door.type(ANA, "clockin")
    clock.advance(hours=3)
    told = await door.say(ANA, "I forgot to clock out")
    assert shown(told) == ["You've been clocked in since 09:02. When did you leave?"]
    form = form_in(await door.press(ANA, told, "I left at…"))
    assert shown(await door.send(ANA, form, at="11:00"))[0].startswith("✅ Clocked out at 11:00.")


@pytest.mark.parametrize("way", ["message", "command"])
async def test_what_the_bot_does_not_do_is_answered_with_what_to_do(door: PlainDoor, way: str) -> None:
    speak = {"message": door.say, "command": door.attendance}[way]
    undo = "undo" if way == "message" else "/attendance undo"
    told = await speak(ANA, "delete my last record")
    assert shown(told)[0].startswith(f'"{undo}" takes back what you entered in the last ten minutes.')
    assert labels(told) == ["Undo the last one", "Fix a record"]
    for typed in ("sick today", "off tomorrow", "I'm not in today", "not in today"):
        told = await speak(ANA, typed)
        assert shown(told)[0].startswith("I only keep working hours.")
        assert labels(told) == (["Not today"] if "not in" in typed else [])
    assert shown(await door.press(ANA, told, "Not today")) == ["OK, no more reminders today."]


@pytest.mark.parametrize("way", ["message", "command"])
@pytest.mark.parametrize(
    ("typed", "done"),
    [
        ("clock me in", "✅ Clocked in at 09:02."),
        ("please clock me in at 8:30", "✅ Clocked in at 08:30."),
        ("im in since 8.45", "✅ Clocked in at 08:45."),
        ("I came at half past 8", "✅ Clocked in at 08:30."),
        ("started 10 min ago", "✅ Clocked in at 08:52."),
        ("stop reminders", "✅ Reminders are off."),
        ("turn off reminders", "✅ Reminders are off."),
        ("turn reminders on please", "✅ Reminders are on. They follow your working hours."),
    ],
)
async def test_everyday_words_with_one_meaning_are_done(door: PlainDoor, way: str, typed: str, done: str) -> None:
    speak = {"message": door.say, "command": door.attendance}[way]
    assert shown(await speak(ANA, typed)) == [done]


@pytest.mark.parametrize(
    ("typed", "done"),
    [
        ("clock out pls", "✅ Clocked out on Tue 24 Nov at 00:02."),
        ("clock me out at 17:00", "✅ Clocked out on Mon 23 Nov at 17:00."),
        ("I left yesterday at 5pm", "✅ Clocked out on Mon 23 Nov at 17:00."),
    ],
)
@pytest.mark.parametrize("way", ["message", "command"])
async def test_everyday_words_clock_out(door: PlainDoor, clock: Clock, way: str, typed: str, done: str) -> None:
    speak = {"message": door.say, "command": door.attendance}[way]
    await door.type(ANA, "clockin")
    clock.advance(hours=15)
    assert shown(await speak(ANA, typed))[0].startswith(done)


@pytest.mark.parametrize("typed", ["8:30", "at 8:30", "8:30 am", "half past 8", "8.30"])
async def test_a_time_alone_is_asked_about(door: PlainDoor, clock: Clock, typed: str) -> None:
    asked = await door.say(ANA, typed)
    assert (shown(asked), labels(asked)) == ([f'What do you mean by "{typed}"?'], ["Clock in at 08:30"])
    came = await door.press(ANA, asked, "Clock in at 08:30")
    assert shown(came) == ["✅ Clocked in at 08:30."]
    clock.advance(hours=3)
    asked = await door.attendance(ANA, "11:00")
    assert labels(asked) == ["Clock out at 11:00"]
    assert shown(await door.press(ANA, asked, "Clock out at 11:00"))[0].startswith("✅ Clocked out at 11:00.")


async def test_a_range_opens_the_form(door: PlainDoor) -> None:
    for typed in ("9-17:30 yesterday", "yesterday 9-17:30"):
        offered = await door.say(ANA, typed)
        forms = (
            form_in(await door.press(ANA, offered, "Add a record")),
            form_in(await door.commanded(ANA, typed)),
        )
        for form in forms:
            fields = fields_of(form)
            assert [fields[name] for name in ("date", "start", "end")] == ["2026-11-22", "09:00", "17:30"]


@pytest.mark.parametrize(
    "words", ["i left the keys at home", "5 to 6 people", "I'm in a meeting", "finished 3 tickets"]
)
async def test_other_sentences_clock_nobody(door: PlainDoor, words: str) -> None:
    answer = await door.refusing(ANA, door.say(ANA, words))
    assert shown(answer)[0].startswith("⚠️ Sorry, I didn't get that.")


async def test_where_somebody_is_shows_their_status(team: PlainDoor, clock: Clock) -> None:
    await meet(team, BEN)
    for typed in ("where is u0ben", "Where's U0Ben?", f"where is <@{BEN}>", "is u0ben in today?"):
        for speak in (team.say, team.attendance):
            assert shown(await speak(MARCO, typed)) == shown(await team.type(MARCO, f"status <@{BEN}>")), typed


async def test_those_who_may_correct_somebody_are_shown_their_records(team: PlainDoor, clock: Clock) -> None:
    await rename(team, BEN, "Ben Frey")
    clock.set("2026-11-24T08:00")
    for typed, heading in {
        "delete ben's record of yesterday": "Ben Frey's records · Yesterday · Mon 23 Nov",
        "change Ben Frey’s hours": "Ben Frey's records · Today · Tue 24 Nov",
        f"delete <@{BEN}> last friday": "Ben Frey's records · Fri 20 Nov",
    }.items():
        for user_id in (MARCO, ADA):
            for speak in (team.say, team.attendance):
                told = await speak(user_id, typed)
                assert shown(told)[0] == "Delete the wrong record in this list, and then add the right one.", typed
                assert shown(await team.press(user_id, told, "Show Ben Frey's records"))[0] == heading
        assert labels(await team.say(ANA, typed)) == ["Undo the last one", "Fix a record"]
    told = await team.say(BEN, "delete ben's record of yesterday")
    assert labels(told) == ["Undo the last one", "Fix a record"]
