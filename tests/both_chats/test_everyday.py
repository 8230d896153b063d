"""What everybody does every day, in each chat."""

from __future__ import annotations

from bot.calendar.working_hours import parse_working_hours
from tests.both_chats.doors import ADA, ANA, BEN, MARCO, Door, Office
from tests.conftest import Clock


async def test_a_shift_is_clocked_in_and_out_once_and_taken_back(door: Door, clock: Clock) -> None:
    came = await door.type(ANA, "clockin good morning")
    assert came.words.splitlines()[0] == '✅ Clocked in at 09:02. "good morning"'
    assert came.labels == ["Clock out", "Start a break", "Undo"]

    again = await door.type(ANA, "clockin")
    assert "You're already clocked in (since 09:02)." in again.words

    clock.advance(hours=8)
    left = await door.press(ANA, came, "Clock out")
    assert left.words.startswith("✅ Clocked out at 17:02. Today: 8\N{NO-BREAK SPACE}h.")
    assert left.message is came.message
    twice = await door.press(ANA, again, "Clock out")
    assert "You're not clocked in. Your last clock-out: 17:02." in twice.words

    undone = await door.press(ANA, left, "Undo")
    assert "Clock-out undone." in undone.words
    assert undone.labels == ["Clock out", "Start a break"]


async def test_a_manager_clocks_somebody_in_who_is_told(door: Door) -> None:
    answer = await door.type(MARCO, "clockin @ben")
    assert answer.words.startswith("✅ Clocked Ben Fischer in at 09:02.")
    told = await door.hears(BEN, "clocked you in")
    assert "Marco Rossi" in told.words


async def test_a_wrong_line_is_answered_with_what_was_probably_meant(door: Door) -> None:
    answer = await door.type(ANA, "repot")
    assert "Did you mean" in answer.words
    shown = await door.press(ANA, answer, "Show report")
    assert "Today" in shown.words


async def test_a_record_that_overlaps_another_is_refused_at_its_field(door: Door, clock: Clock) -> None:
    clock.set("2026-11-24T17:00")
    form = await door.open_form(ANA, "add")
    added = await door.send(ANA, form, date="2026-11-23", start="09:00", end="12:00", note="train")
    assert added.words.startswith("✅ Record added. Mon 23 Nov, 09:00 to 12:00 · 3\N{NO-BREAK SPACE}h.")

    form = await door.open_form(ANA, "add")
    wrong = await door.refused(ANA, form, date="2026-11-23", start="11:00", end="13:00", note="again")
    assert "You already have a record on Mon 23 Nov, 09:00 to 12:00." in wrong
    added = await door.send(ANA, form, start="12:00")
    assert "12:00 to 13:00" in added.words
    assert "again" in added.words, "what was entered is kept"


async def test_a_report_is_turned_and_shared(door: Door, clock: Clock) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=8)
    await door.type(ANA, "clockout")
    report = await door.type(ANA, "report", in_channel=True)
    assert "Today · Mon 23 Nov" in report.words
    before = await door.press(ANA, report, "Previous")
    assert "Sun 22 Nov" in before.words
    assert before.message is report.message
    today = await door.press(ANA, before, "Next")
    assert "Mon 23 Nov" in today.words
    await door.press(ANA, today, "Share in channel")
    shared = await door.posted(BEN, "shared this report")
    assert "8\N{NO-BREAK SPACE}h" in shared.words
    assert shared.labels == []


async def test_a_deleted_record_can_be_brought_back(door: Door, clock: Clock) -> None:
    await door.type(BEN, "clockin")
    clock.advance(hours=1)
    await door.type(BEN, "clockout")
    listed = await door.type(ADA, "events")
    asked = await door.press(ADA, listed, "Delete")
    assert "Delete Ben Fischer's record" in asked.words
    gone = await door.press(ADA, asked, "Delete", row=-1)
    assert "Deleted by Ada Clarke" in gone.words
    told = await door.hears(BEN, "deleted")
    assert "Ada Clarke" in told.words
    back = await door.press(ADA, gone, "Undo")
    assert "Deleted by" not in back.words


async def test_a_missing_clock_out_is_asked_about(office: Office, door: Door, clock: Clock) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=25)
    await office.remind()
    asked = await door.hears(ANA, "When did you leave")
    told = await door.hears(MARCO, "didn't clock out")
    assert "Ana Silva" in told.words
    form = await door.press_for_form(ANA, asked, "Another time…")
    wrong = await door.refused(ANA, form, at="25:00")
    assert "25:00" in wrong
    answered = await door.send(ANA, form, at="17:30")
    assert "Clocked out on Mon 23 Nov at 17:30" in answered.words


async def test_a_reminder_is_answered_by_its_button(office: Office, door: Door, clock: Clock) -> None:
    await office.change_settings(working_hours=parse_working_hours("mon-fri 09:00-17:00"), reminders=True)
    clock.set("2026-11-24T08:10")
    await office.remind()
    reminder = await door.hears(ANA, "You haven't clocked in yet.")
    assert reminder.labels == ["Clock in", "Not today", "Turn off reminders"]
    answer = await door.press(ANA, reminder, "Clock in")
    assert "Clocked in at 09:10" in answer.words
