"""The records, their history, who is in, and help, on the plain door."""

from __future__ import annotations

from datetime import date
from unittest.mock import Mock

import pytest

from bot.attendance import recording
from bot.attendance.recording import NewRecord
from bot.calendar import words
from bot.chat import events
from bot.chat.plain import words_of
from bot.chat.views import Message, Number, Outcome, Table
from bot.errors import Forbidden, NotADateRange
from bot.people import teams_and_offices
from bot.reports import worked_time
from storage.errors import Overlap, Unavailable
from tests.builders import ADMIN, utc
from tests.chat.conftest import ADA, ANA, BEN, KEI, MARCO, PlainDoor, buttons, labels, rename, shown, work
from tests.conftest import Clock

RECORD = "@U0ANA · 09:02 – 17:30"
QUESTION = "Delete @U0ANA's record of Mon 23 Nov, 09:02 – 17:30, 8 h 28 min?"
TODAY = "Records · Today · Mon 23 Nov"


async def work_today(door: PlainDoor, clock: Clock, comment: str = "") -> None:
    await door.type(ANA, f"clockin {comment}".strip())
    clock.advance(hours=8, minutes=28)
    await door.type(ANA, "clockout")


async def delete(door: PlainDoor, user_id: str, listed: Outcome) -> Outcome:
    """**Delete** in the first row, and **Delete** below its question."""
    return await door.press(user_id, await door.press(user_id, listed, "Delete"), "Delete")


async def test_an_admin_deletes_a_record_and_brings_it_back(door: PlainDoor, clock: Clock) -> None:
    await work_today(door, clock, "good morning")
    listed = await door.type(ADA, "events today")
    assert shown(listed) == [TODAY, f"{RECORD} · 8 h 28 min", '"good morning"']

    asked = await door.press(ADA, listed, "Delete")
    assert (shown(asked), labels(asked)) == ([TODAY, QUESTION], ["Delete", "Keep"])

    deleted = await door.press(ADA, asked, "Delete")
    assert shown(deleted) == [TODAY, f"{RECORD} · Deleted by @U0ADA at 17:30"]
    assert labels(deleted) == ["Undo"]
    assert shown(await door.press(ADA, deleted, "Undo")) == shown(listed)


async def test_records_are_a_table_that_sorts_by_day_hours_and_length(team: PlainDoor, clock: Clock) -> None:
    await work(team, clock, BEN, "2026-11-20T07:30", "2026-11-20T08:30")
    clock.set("2026-11-23T08:02")
    await team.type(ANA, "clockin in hq good morning")
    clock.set("2026-11-23T16:30")
    await team.type(MARCO, f"clockout <@{ANA}>")

    (listed,) = [piece for piece in (await team.type(MARCO, "events this month")).pieces if isinstance(piece, Table)]

    assert listed.columns == ["Day", "Person", "Hours", "Worked", "Change", "Delete", "History", "Office", "Remarks"]
    assert [[words_of(cell) for cell in row] for row in listed.rows] == [
        [
            "Mon 23 Nov",
            "U0Ana",
            "09:02 – 17:30",
            "8\xa0h 28\xa0min",
            "Change…",
            "Delete",
            "History",
            "Berlin Mitte",
            'by U0Marco · "good morning"',
        ],
        ["Fri 20 Nov", "U0Ben", "08:30 – 09:30", "1\xa0h", "Change…", "Delete", "History", "", ""],
    ]
    values = [[cell.value for cell in row if isinstance(cell, Number)] for row in listed.rows]
    assert values == [[date(2026, 11, 23).toordinal(), 542, 508], [date(2026, 11, 20).toordinal(), 510, 60]]


async def test_a_table_leaves_out_what_all_its_records_share_or_lack(door: PlainDoor, clock: Clock) -> None:
    await work_today(door, clock)
    (own,) = [piece for piece in (await door.type(ANA, "events")).pieces if isinstance(piece, Table)]
    assert own.columns == ["Hours", "Worked", "Change", "History"]


async def test_the_row_of_a_deleted_record_says_who_did_it_and_counts_nothing(door: PlainDoor, clock: Clock) -> None:
    await work_today(door, clock)
    deleted = await delete(door, ADA, await door.type(ADA, "events"))

    assert isinstance(deleted, Message)
    (after,) = [piece for piece in deleted.pieces if isinstance(piece, Table)]
    assert after.columns == ["Person", "Hours", "Delete", "Remarks"]
    assert [words_of(cell) for cell in after.rows[0]] == ["U0Ana", "09:02 – 17:30", "Undo", "Deleted by U0Ada at 17:30"]


async def test_a_record_that_is_kept_stays_as_it_was(door: PlainDoor, clock: Clock) -> None:
    await work_today(door, clock)
    listed = await door.type(ADA, "events")

    kept = await door.press(ADA, await door.press(ADA, listed, "Delete"), "Keep")

    assert isinstance(kept, Message)
    assert kept.replaces
    assert (shown(kept), labels(kept)) == (shown(listed), ["Change…", "Delete", "History"])


async def test_records_are_listed_by_day_with_their_details(team: PlainDoor, clock: Clock) -> None:
    clock.set("2026-11-20T21:00")
    await team.type(ANA, "clockin in hq")
    clock.set("2026-11-21T05:00")
    await team.type(MARCO, f"clockout <@{ANA}>")
    await work(team, clock, ANA, "2026-11-22T08:00", "2026-11-22T09:30")
    clock.set("2026-11-22T12:00")
    await team.type(ANA, "clockin at 12:00")
    clock.advance(minutes=32)

    assert shown(await team.type(ANA, "events 20 Nov to 22 Nov")) == [
        "Your records · Fri 20 – Sun 22 Nov",
        "Sun 22 Nov",
        "12:00 – now · 1 h 32 min · entered later",
        "09:00 – 10:30 · 1 h 30 min",
        "Fri 20 Nov",
        "22:00 – 06:00 the next day · 8 h · Berlin Mitte · by @U0MARCO",
    ]


async def test_hours_of_another_zone_name_it(team: PlainDoor, clock: Clock) -> None:
    await work(team, clock, KEI, "2026-11-23T00:00", "2026-11-23T03:00")

    assert shown(await team.type(ADA, f"events <@{KEI}>")) == [
        "U0Kei's records · Today · Mon 23 Nov",
        "09:00 – 12:00 (Tokyo) · 3 h",
    ]
    assert shown(await team.type(KEI, "events"))[1] == "09:00 – 12:00 · 3 h"


async def test_one_person_is_asked_for_by_a_plain_name(team: PlainDoor, clock: Clock) -> None:
    await rename(team, ANA, "Ana Silva")
    await rename(team, BEN, "Ben Silva")
    await work(team, clock, BEN, "2026-11-20T08:00", "2026-11-20T10:00")
    clock.set("2026-11-23T08:00")

    listed = await team.type(MARCO, "events last week ben")
    assert shown(listed)[0] == "Ben Silva's records · Last week · Mon 16 – Sun 22 Nov"
    assert len(shown(await team.type(MARCO, "history 20 Nov Ben Silva"))) == 5
    for line in ("events silva last week", "history silva last week"):
        asked = await team.type(MARCO, line)
        assert (shown(asked), labels(asked)) == (["Which one do you mean?"], ["Ana Silva", "Ben Silva"])
        answer = await team.press(MARCO, asked, "Ben Silva")
        assert isinstance(answer, Message)
        assert answer.replaces
        assert any("@U0BEN clocked in" in text or "09:00 – 11:00" in text for text in shown(answer))
    with pytest.raises(NotADateRange):
        await team.type(ANA, "events ben")


async def test_people_of_one_name_are_told_apart(team: PlainDoor) -> None:
    for user_id in ("U0ANN", ANA, BEN, MARCO, KEI):
        await rename(team, user_id, "Ana Silva")
    await teams_and_offices.set_team(team.services, ADMIN, "Night", [MARCO], [KEI])

    assert labels(await team.type(ADA, "events silva")) == [
        "Ana Silva (Night)",
        "Ana Silva (U0ANA)",
        "Ana Silva (U0ANN)",
        "Ana Silva (U0BEN)",
        "Ana Silva (U0MARCO)",
    ]
    assert labels(await team.type(ADA, "clockin ana"))[:2] == [
        "Clock in Ana Silva (U0ANA)",
        "Clock in Ana Silva (U0ANN)",
    ]


@pytest.mark.parametrize(("line", "left_out"), [("events silva", 5), ("report silva", 5), ("clockin ana", 20)])
async def test_the_question_says_how_many_more_fit(team: PlainDoor, line: str, left_out: int) -> None:
    for number in range(25):
        await rename(team, f"U0SILVA{number:02}", f"Ana {number:02} Silva")

    asked = await team.type(ADA, line)

    assert shown(asked)[-1] == f"And {left_out} more. To name one of them, type @ and choose the person."


async def test_a_long_comment_is_compared_with_no_name(team: PlainDoor, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(worked_time, "names_of_others", None)

    assert shown(await team.type(MARCO, "clockin had to wait for the train"))[0].startswith("✅ Clocked in at")


@pytest.mark.parametrize("word", ["report", "events", "history"])
async def test_a_long_line_is_compared_with_few_words(
    team: PlainDoor, monkeypatch: pytest.MonkeyPatch, word: str
) -> None:
    compared = Mock(wraps=words.alike)
    monkeypatch.setattr(words, "alike", compared)
    for line in (" ".join(f"w{number}" for number in range(320)), "w1 w2 w3 w4 w5 w6 w7 w8 w9 w10"):
        with pytest.raises(NotADateRange):
            await team.type(MARCO, f"{word} {line}")
    assert compared.call_count < 1000


async def test_the_history_of_a_record_is_shown_beside_the_list(door: PlainDoor, clock: Clock) -> None:
    await work_today(door, clock)

    told = await door.press(ANA, await door.type(ANA, "events"), "History")

    assert isinstance(told, Message)
    assert not told.replaces
    assert shown(told) == [
        "Your change history · Today · Mon 23 Nov",
        "09:02 · @U0ANA clocked in",
        "Mon 23 Nov, in at 09:02",
        "17:30 · @U0ANA clocked out",
        "Mon 23 Nov, 09:02 – 17:30, 8 h 28 min",
    ]


async def test_an_employee_sees_no_delete_and_may_press_none(door: PlainDoor, clock: Clock) -> None:
    await work_today(door, clock)
    listed_by_admin = await door.type(ADA, "events")

    assert labels(await door.type(ANA, "events")) == ["Ask for a change", "History"]
    asked = await door.press(ADA, listed_by_admin, "Delete")
    assert labels(await door.press(ANA, listed_by_admin, "Delete")) == ["Ask for a change", "History"], (
        "the question is for those who may"
    )
    with pytest.raises(Forbidden):
        await door.press(ANA, asked, "Delete")


async def test_a_long_list_is_turned_page_by_page(door: PlainDoor, clock: Clock) -> None:
    for _ in range(12):
        await door.type(ANA, "clockin")
        clock.advance(minutes=5)
        await door.type(ANA, "clockout")
        clock.advance(minutes=5)

    first = await door.type(ANA, "events")
    second = await door.press(ANA, first, "Older")

    assert (len(shown(first)), labels(first)) == (11, [*["Ask for a change", "History"] * 10, "Older"])
    assert (len(shown(second)), labels(second)) == (3, [*["Ask for a change", "History"] * 2, "Newer"])


async def test_a_list_begins_with_the_newest(door: PlainDoor, clock: Clock) -> None:
    for day in range(1, 13):
        await work(door, clock, ANA, f"2026-11-{day:02}T08:00", f"2026-11-{day:02}T16:00")
    clock.set("2026-11-23T08:00")

    newest = await door.type(ANA, "events this month")
    older = await door.press(ANA, newest, "Older")

    assert shown(newest)[1] == "Thu 12 Nov"
    assert isinstance(older, Message)
    assert older.replaces
    assert shown(older)[1] == "Mon 2 Nov"
    assert shown(await door.press(ANA, older, "Newer")) == shown(newest)


async def test_a_manager_deletes_for_the_team_but_not_for_themselves(team: PlainDoor, clock: Clock) -> None:
    for user_id in (ANA, MARCO):
        await work(team, clock, user_id, "2026-11-23T08:00", "2026-11-23T09:00")

    assert labels(await team.type(MARCO, f"events today <@{ANA}>")) == ["Change…", "Delete", "History"]
    assert labels(await team.type(MARCO, f"events today <@{MARCO}>")) == ["Ask for a change", "History"]


async def test_two_admins_who_delete_the_same_record_get_one_clear_answer_each(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T09:00")
    first, second = await door.type(ADA, "events"), await door.type(ADA, "events")
    question = await door.press(ADA, second, "Delete")
    assert labels(await delete(door, ADA, first)) == ["Undo"]

    for at, told in (
        ("2026-11-23T09:00", "⚠️ @U0ADA already deleted this record at 10:00. Open the list again to see it."),
        (
            "2026-11-24T08:00",
            "⚠️ @U0ADA already deleted this record at Mon 23 Nov, 10:00. Open the list again to see it.",
        ),
    ):
        clock.set(at)
        message = await door.refusing(ADA, door.press(ADA, question, "Delete"))
        assert shown(message) == [told]
        assert labels(message) == ["Show that day"]


async def test_a_deletion_is_confirmed_even_if_the_list_can_not_be_read_again(
    door: PlainDoor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T09:00")
    listed = await door.type(ADA, "events")

    asked = await door.press(ADA, listed, "Delete")

    async def away(*_: object) -> None:
        raise Unavailable("the connection is lost")

    with monkeypatch.context() as patch:
        patch.setattr(worked_time, "events_page", away)
        told = await door.press(ADA, asked, "Delete")
    record = "Mon 23 Nov, 09:00 – 10:00, 1 h"
    assert shown(told) == [f"The record is deleted: @U0ANA, {record}. The list can't be shown just now."]
    clock.advance(minutes=1)
    assert "No records." in shown(await door.type(ADA, "events"))

    with monkeypatch.context() as patch:
        patch.setattr(worked_time, "events_page", away)
        told = await door.press_forged(ADA, events.undo.name, events.undo.pack(buttons(listed)[1].carries))
    assert shown(told) == [f"The record is restored: @U0ANA, {record}. The list can't be shown just now."]
    assert labels(await door.type(ADA, "events")) == ["Change…", "Delete", "History"]


async def test_deleted_records_stay_in_their_list_for_a_day(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T09:00")
    after = await delete(door, ADA, await door.type(ADA, "events"))
    assert isinstance(after, Message)
    row = events.turn_page.pack(buttons(after)[-1].carries)

    clock.advance(hours=24)
    assert labels(await door.press_forged(ADA, events.turn_page.name, row)) == ["Undo"]
    clock.advance(minutes=1)
    assert "No records." in shown(await door.press_forged(ADA, events.turn_page.name, row))


async def test_undo_is_refused_if_another_record_took_the_place(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T09:00")
    deleted = await delete(door, ADA, await door.type(ADA, "events"))
    new = NewRecord(ANA, utc("2026-11-23T08:30"), utc("2026-11-23T08:45"))
    await recording.record(door.services, ADMIN, new)

    assert isinstance(deleted, Message)
    with pytest.raises(Overlap):
        await door.press(ADA, deleted, "Undo")


async def test_no_forged_place_in_a_list_breaks_it(door: PlainDoor) -> None:
    for offset in ("-5", "999999999999"):
        packed = f'{{"first": "2026-11-23", "last": "2026-11-23", "as_of": "2026-11-23T08:00:00Z", "offset": {offset}}}'
        assert shown(await door.press_forged(ANA, "events.turn_page", packed))[1] == "No records."


async def test_help_has_every_word(door: PlainDoor) -> None:
    told = "\n".join(shown(await door.type(ADA, "help")))
    for word in ("/clockin", "/clockout", "report", "events", "who", "mine", "history", "add", "team", "settings"):
        assert word in told
