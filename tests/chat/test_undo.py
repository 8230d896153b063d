"""**Undo** on one's own clock-in and clock-out, for ten minutes."""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta

import pytest
from sqlalchemy import select

from bot.attendance import recording
from bot.attendance.history import Change, person_history
from bot.calendar.ranges import DateRange
from bot.calendar.worktime import from_microseconds
from bot.chat import clock_buttons
from bot.chat.clock_buttons import Entry
from bot.chat.routing import Ask
from bot.documents.personal_file import action_in_words
from bot.errors import EnteredBySomebodyElse, Forbidden, NothingToUndo, TooLateToUndo
from bot.people.teams_and_offices import set_office, set_team
from bot.wording import Reader
from bot.workspaces import workspace_settings
from bot.workspaces.correction_ways import CorrectionWay
from storage import pairs
from storage.tables import outbox
from storage.verify import verify
from tests.builders import ADMIN, caller, events_of
from tests.chat.conftest import ADA, ANA, BEN, MARCO, PlainDoor, form_in, labels, shown
from tests.conftest import WORKSPACE, Clock


async def test_an_undone_clock_in_is_gone(door: PlainDoor, clock: Clock) -> None:
    came = await door.type(ANA, "clockin")
    assert labels(came) == ["Clock out", "Start a break", "Undo"]

    undone = await door.press(ANA, came, "Undo")

    assert shown(undone)[0] == "✅ Clock-in undone."
    assert labels(undone) == ["Clock in"]
    assert await starts(door) == []


async def test_an_undone_clock_out_opens_the_record_again_as_it_was(team: PlainDoor, clock: Clock) -> None:
    await team.type(ANA, "clockin at 8:30 in hq good morning")
    before = await open_pair(team)
    clock.advance(hours=3)
    left = await team.type(ANA, "clockout")
    clock.advance(minutes=5)

    undone = await team.press(ANA, left, "Undo")

    assert shown(undone)[0] == "✅ Clock-out undone. You've been clocked in since 08:30."
    assert labels(undone) == ["Clock out", "Start a break"]
    again = await open_pair(team)
    assert before is not None
    assert again is not None
    assert pairs.to_audit_fields(again) == pairs.to_audit_fields(before) | {"in_id": again.clock_in.id}
    clock.advance(hours=1)
    assert "✅ Clocked out at 13:07" in shown(await team.press(ANA, undone, "Clock out"))[0]


async def test_in_out_and_in_again_within_a_minute_leaves_nothing_behind(door: PlainDoor, clock: Clock) -> None:
    first = await door.type(ANA, "clockin")
    clock.now += timedelta(seconds=5)
    await door.type(ANA, "clockout")
    clock.now += timedelta(seconds=5)
    await door.type(ANA, "clockin")

    undone = await door.press(ANA, first, "Undo")

    assert shown(undone)[0].startswith("✅ Record removed: Mon 23 Nov")
    assert labels(undone) == ["Clock out", "Start a break"]
    assert await starts(door) == [clock.now]


async def test_after_clocking_in_again_the_clock_out_is_undone_in_turn(door: PlainDoor, clock: Clock) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=2)
    left = await door.type(ANA, "clockout")
    clock.advance(minutes=1)
    await door.type(ANA, "clockin")

    first = await door.press(ANA, left, "Undo")
    assert shown(first) == ["You've clocked in again since then (since 11:03). Undo that first."]
    await door.press(ANA, first, "Undo")
    undone = await door.press(ANA, left, "Undo")

    assert "since 09:02" in shown(undone)[0]


@pytest.mark.parametrize(("zone", "since"), [("Europe/Berlin", "11:03"), ("America/New_York", "05:03, New York")])
async def test_a_clock_out_after_which_somebody_else_clocked_the_person_in_stays(
    team: PlainDoor, clock: Clock, zone: str, since: str
) -> None:
    await team.type(ANA, "clockin")
    clock.advance(hours=2)
    left = await team.type(ANA, "clockout")
    clock.advance(minutes=1)
    if zone != "Europe/Berlin":
        await set_office(team.services, ADMIN, "ny", "New York", zone)
    await team.type(MARCO, f"clockin <@{ANA}>" + (" in ny" if zone != "Europe/Berlin" else ""))

    told = await team.press(ANA, left, "Undo")

    assert shown(told) == [f"You can't undo this clock-out, because @U0MARCO clocked you in again (since {since})."]
    assert labels(told) == ["Clock out"]
    clock.advance(minutes=1)
    assert "Clocked out at" in shown(await team.press(ANA, told, "Clock out"))[0]


async def test_pressing_undo_twice_undoes_once(door: PlainDoor, clock: Clock) -> None:
    came = await door.type(ANA, "clockin")
    await door.press(ANA, came, "Undo")
    again = await door.press(ANA, came, "Undo")
    assert shown(again)[0] == "You've already undone this."
    assert labels(again) == ["Clock in"]


async def test_after_ten_minutes_it_is_too_late(door: PlainDoor, clock: Clock) -> None:
    came = await door.type(ANA, "clockin at 8:00")
    clock.now += timedelta(minutes=10)
    entry = Entry((await open_pair(door)).clock_in.id)  # type: ignore[union-attr]
    clock.now += timedelta(microseconds=1)
    with pytest.raises(TooLateToUndo):
        await door.press(ANA, came, "Undo")
    assert await open_pair(door)
    clock.now -= timedelta(microseconds=1)
    await door.press_forged(ANA, clock_buttons.undo.name, clock_buttons.undo.pack(entry))
    assert await open_pair(door) is None


async def test_a_managers_entry_can_not_be_undone_by_the_person(team: PlainDoor) -> None:
    await team.type(MARCO, f"clockin <@{ANA}>")
    pair = await open_pair(team)
    assert pair is not None
    packed = clock_buttons.undo.pack(Entry(pair.clock_in.id))
    with pytest.raises(EnteredBySomebodyElse):
        await team.press_forged(ANA, clock_buttons.undo.name, packed)
    with pytest.raises(EnteredBySomebodyElse):
        await team.press_forged(ADA, clock_buttons.undo.name, packed)
    with pytest.raises(Forbidden):
        await team.press_forged(BEN, clock_buttons.undo.name, packed)


async def test_what_a_manager_entered_is_theirs_to_undo_and_the_person_is_told(team: PlainDoor, clock: Clock) -> None:
    came = await team.type(MARCO, f"clockin <@{ANA}> at 8:30")
    assert labels(came) == ["Clock out", "Undo"]
    undone = await team.press(MARCO, came, "Undo")
    assert shown(undone) == ["✅ Clock-in of @U0ANA undone.", "I've told them."]
    assert labels(undone) == []
    assert shown(await team.press(MARCO, came, "Undo")) == ["You've already undone this."]

    await team.type(ANA, "clockin at 8:30")
    left = await team.type(MARCO, f"clockout <@{ANA}>")
    assert labels(left) == ["Undo"]
    undone = await team.press(MARCO, left, "Undo")
    assert shown(undone) == [
        "✅ Clock-out of @U0ANA undone. They've been clocked in since 08:30.",
        "I've told them.",
    ]
    assert labels(undone) == ["Clock out"]

    rows = await team.services.database.read(lambda tx: tx.connection.execute(select(outbox)).all())
    told = [
        (row.kind, json.loads(row.facts)) for row in rows if row.recipient == ANA and row.kind.endswith("-undone/1")
    ]
    ask = Ask(team.services, caller(ANA), Reader(ANA, clock.now, zone="Europe/Berlin"))
    messages = [await team.router.notice(ask, kind, facts) for kind, facts in told]
    assert [shown(message) for message in messages if message] == [
        ["@U0MARCO took back the clock-in at 08:30 that they entered for you."],
        [
            "@U0MARCO took back the clock-out that they entered for you. You've been clocked in since 08:30.",
        ],
    ]
    assert await team.services.database.read(lambda tx: list(verify(tx.connection))) == []


async def test_undo_reaches_what_was_just_entered_for_others_and_added_records(team: PlainDoor, clock: Clock) -> None:
    await team.type(MARCO, "clockin")
    clock.now += timedelta(minutes=1)
    await team.type(MARCO, f"clockin <@{ANA}> at 8:30")
    clock.now += timedelta(minutes=1)
    form = form_in(await team.typed(MARCO, f"add <@{BEN}> 20 Nov 9-17"))
    await team.send(MARCO, form)
    clock.now += timedelta(minutes=1)
    await team.send(MARCO, form_in(await team.typed(MARCO, "add 20 Nov 9-17")))
    await team.type(ANA, "clockout")  # so that her clock-in isn't Marco's alone any more
    clock.now += timedelta(minutes=1)
    await team.type(MARCO, f"clockin <@{ANA}>")

    offered, undone = [], []
    for _ in range(4):
        asked = await team.type(MARCO, "undo")
        offered += shown(asked)
        undone += shown(await team.press(MARCO, asked, "Undo"))[:1]

    assert offered == [
        "Your last entry: clocked @U0ANA in at 09:06.",
        "Your last entry: a record, Fri 20 Nov, 09:00 to 17:00.",
        "Your last entry: a record for @U0BEN, Fri 20 Nov, 09:00 to 17:00.",
        "Your last entry: clocked in at 09:02.",
    ]
    assert [said.partition(".")[0].partition(":")[0] for said in undone] == [
        "✅ Clock-in of @U0ANA undone",
        "✅ Record removed",
        "✅ Record removed",
        "✅ Clock-in undone",
    ]
    with pytest.raises(NothingToUndo):
        await team.type(MARCO, "undo")
    assert await team.services.database.read(lambda tx: list(verify(tx.connection))) == []


async def test_undo_offers_nothing_after_ten_minutes_or_for_whom_one_no_longer_manages(
    team: PlainDoor, clock: Clock
) -> None:
    await team.type(MARCO, f"clockin <@{ANA}>")
    await set_team(team.services, ADMIN, "Support", [ADA], [ANA])
    with pytest.raises(NothingToUndo):
        await team.type(MARCO, "undo")
    await set_team(team.services, ADMIN, "Support", [MARCO], [ANA])
    await team.type(MARCO, "undo")
    clock.now += timedelta(minutes=11)
    with pytest.raises(NothingToUndo):
        await team.type(MARCO, "undo")


async def test_somebody_who_came_again_stays_in_when_their_clock_out_is_undone(team: PlainDoor, clock: Clock) -> None:
    await team.type(ANA, "clockin")
    clock.advance(hours=1)
    left = await team.type(MARCO, f"clockout <@{ANA}>")
    clock.advance(minutes=1)
    await team.type(ANA, "clockin")
    told = await team.press(MARCO, left, "Undo")
    assert shown(told) == ["You can't undo this clock-out, because @U0ANA is clocked in again (since 10:03)."]
    assert labels(told) == ["Clock out"]


async def test_who_no_longer_manages_somebody_undoes_nothing_for_them(team: PlainDoor) -> None:
    came = await team.type(MARCO, f"clockin <@{ANA}>")
    await set_team(team.services, ADMIN, "Support", [ADA], [ANA])
    with pytest.raises(Forbidden):
        await team.press(MARCO, came, "Undo")
    assert await open_pair(team)


async def test_a_record_that_a_manager_ended_stays(team: PlainDoor, clock: Clock) -> None:
    came = await team.type(ANA, "clockin")
    clock.advance(minutes=3)
    await team.type(MARCO, f"clockout <@{ANA}>")
    said = await team.refusal(ANA, team.press(ANA, came, "Undo"))
    assert said == "⚠️ You can't undo this, because @U0MARCO entered part of it. Ask them to correct it."


async def test_the_answer_to_a_missing_clock_out_can_be_undone(door: PlainDoor, clock: Clock) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=25)
    answered = await door.type(ANA, "clockout at 17:30")
    assert labels(answered)[-1] == "Undo"

    undone = await door.press(ANA, answered, "Undo")

    assert shown(undone)[0].startswith("✅ Clock-out undone.")
    assert shown(await door.type(ANA, "clockout"))[0].startswith("When did you leave on Monday?")


async def test_the_change_history_tells_of_it_and_the_ledger_holds(door: PlainDoor, clock: Clock) -> None:
    await door.type(ANA, "clockin")
    clock.advance(hours=1)
    left = await door.type(ANA, "clockout")
    await door.press(ANA, left, "Undo")
    clock.advance(hours=1)
    await door.type(ANA, "clockout")
    came = await door.type(ANA, "clockin")
    await door.press(ANA, came, "Undo")

    said = [line.split(" · ")[1] for line in shown(await door.type(ANA, "history"))[1:] if " · " in line]

    assert said == [
        "@U0ANA clocked in",
        "@U0ANA clocked out",
        "@U0ANA undid the clock-out",
        "@U0ANA opened the record again",
        "@U0ANA clocked out",
        "@U0ANA clocked in",
        "@U0ANA undid the clock-in",
    ]
    assert await door.services.database.read(lambda tx: list(verify(tx.connection))) == []


async def test_a_whole_record_that_is_undone_reads_so_in_the_change_history(door: PlainDoor, clock: Clock) -> None:
    came = await door.type(ANA, "clockin")
    clock.advance(minutes=5)
    await door.type(ANA, "clockout")
    await door.press(ANA, came, "Undo")

    lines = shown(await door.type(ANA, "history"))
    assert lines[-2].endswith("@U0ANA undid the record")
    (change,) = (
        await person_history(door.services, caller(ANA), ANA, DateRange(date(2026, 11, 23), date(2026, 11, 23)))
    )[2:]
    assert isinstance(change, Change)
    assert action_in_words(change) == "undid the record"


async def test_undo_says_at_once_why_a_clock_out_can_not_be_undone(team: PlainDoor, clock: Clock) -> None:
    await team.type(ANA, "clockin")
    clock.advance(hours=2)
    await team.type(ANA, "clockout")
    clock.advance(minutes=1)
    await team.type(MARCO, f"clockin <@{ANA}>")

    said = await team.type(ANA, "undo")

    assert shown(said) == ["You can't undo this clock-out, because @U0MARCO clocked you in again (since 11:03)."]
    assert labels(said) == ["Clock out"]


async def test_undo_offers_nothing_in_a_period_that_was_approved_meanwhile(week: PlainDoor, clock: Clock) -> None:
    form = form_in(await week.typed(ANA, "add 2026-11-19 09:00-17:00"))
    await week.send(ANA, form)
    theirs = await week.send(MARCO, form_in(await week.typed(MARCO, f"add <@{ANA}> 2026-11-20 09:00-17:00")))
    assert labels(await week.type(ANA, "undo")) == ["Undo"]
    await week.press(ANA, await week.type(ANA, "sign"), "It's right")
    await week.press(MARCO, await week.type(MARCO, f"sign last week <@{ANA}>"), "Approve")

    refused = await week.refusing(ANA, week.type(ANA, "undo"))

    assert shown(refused)[0].startswith("⚠️ @U0MARCO approved your records of Mon 16 – Sun 22 Nov,")
    assert labels(refused) == ["Ask for a change"]
    said = await week.refusal(MARCO, week.type(MARCO, "undo"))
    assert said == await week.refusal(MARCO, week.press(MARCO, theirs, "Undo"))
    assert said.startswith("⚠️ You approved @U0ANA's records of Mon 16 – Sun 22 Nov,")


async def test_undo_offers_no_record_that_is_now_the_persons_to_agree_to(team: PlainDoor) -> None:
    added = await team.send(MARCO, form_in(await team.typed(MARCO, f"add <@{ANA}> 20 Nov 9-17")))
    await workspace_settings.change(team.services, ADMIN, corrections=CorrectionWay.BOTH)

    said = await team.refusal(MARCO, team.type(MARCO, "undo"))

    assert said == await team.refusal(MARCO, team.press(MARCO, added, "Undo"))


async def test_undo_does_not_offer_the_end_of_a_day_that_others_agreed_to(team: PlainDoor, clock: Clock) -> None:
    await team.type(ANA, "clockin")
    clock.advance(hours=3)
    await team.type(ANA, "break")
    form = form_in(await team.press(ANA, await team.type(ANA, "fix"), "Change…"))
    await team.send(ANA, form, start="08:30", reason="I came at half past eight")
    await team.press(MARCO, await team.type(MARCO, "requests"), "Approve")
    clock.advance(minutes=20)
    done = await team.press(ANA, await team.type(ANA, "status"), "I'm done for today")

    said = await team.refusal(ANA, team.type(ANA, "undo"))

    assert said == await team.refusal(ANA, team.press(ANA, done, "Undo"))
    assert "@U0MARCO" in said


async def starts(door: PlainDoor) -> list[datetime]:
    """When the records began that are left."""
    days = DateRange(date(2026, 11, 1), date(2026, 11, 30))
    found = await events_of(door.services, ADMIN, days)
    return [from_microseconds(event.at) for event in found if event.is_clock_in]


async def open_pair(door: PlainDoor) -> recording.Pair | None:
    return await door.services.database.read(lambda tx: pairs.open_pair(tx.connection, WORKSPACE, ANA))
