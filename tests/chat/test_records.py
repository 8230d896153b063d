"""The records, their history, who is in, and help, on the plain door."""

from __future__ import annotations

import pytest

from bot.attendance import recording
from bot.attendance.recording import NewRecord
from bot.chat import events
from bot.chat.plain import plain
from bot.chat.views import Message
from bot.errors import Forbidden
from bot.reports import worked_time
from bot.wording import Reader
from bot.wording.refusals import refusal
from storage.errors import AlreadyDeleted, Overlap, Unavailable
from tests.builders import ADMIN, utc
from tests.chat.conftest import ADA, ANA, MARCO, PlainDoor, buttons, labels, shown, work
from tests.conftest import Clock

RECORD = "@U0ANA · Mon 23 Nov, 09:02 to 17:30"


async def work_today(door: PlainDoor, clock: Clock, comment: str = "") -> None:
    await door.type(ANA, f"clockin {comment}".strip())
    clock.advance(hours=8, minutes=28)
    await door.type(ANA, "clockout")


async def test_an_admin_deletes_a_record_and_brings_it_back(door: PlainDoor, clock: Clock) -> None:
    await work_today(door, clock, "good morning")

    listed = await door.type(ADA, "events today")
    assert shown(listed) == ["Records, Mon 23 Nov", f"{RECORD} · 8 h 28 min", "“good morning”"]
    confirm = buttons(listed)[0].confirm
    assert confirm is not None
    assert confirm.question == "Delete the record of U0Ana: Mon 23 Nov, 09:02 to 17:30, 8 h 28 min?"

    deleted = await door.press(ADA, listed, "Delete")
    assert shown(deleted) == ["Records, Mon 23 Nov", RECORD, "Deleted by @U0ADA at 17:30."]
    assert labels(deleted) == ["Undo"]
    assert shown(await door.press(ADA, await door.type(ADA, "events"), "Undo"))[1].startswith(RECORD)


async def test_an_employee_sees_no_delete_button_and_may_press_none(door: PlainDoor, clock: Clock) -> None:
    await work_today(door, clock)
    listed_by_admin = await door.type(ADA, "events")

    assert labels(await door.type(ANA, "events")) == []
    with pytest.raises(Forbidden):
        await door.press(ANA, listed_by_admin, "Delete")


async def test_a_long_list_is_turned_page_by_page(door: PlainDoor, clock: Clock) -> None:
    for _ in range(12):
        await door.type(ANA, "clockin")
        clock.advance(minutes=5)
        await door.type(ANA, "clockout")
        clock.advance(minutes=5)

    first = await door.type(ANA, "events")
    second = await door.press(ANA, first, "Older")

    assert (len(shown(first)), labels(first)) == (11, ["Older"])
    assert (len(shown(second)), labels(second)) == (3, ["Newer"])


async def test_a_list_begins_with_the_newest(door: PlainDoor, clock: Clock) -> None:
    for day in range(1, 13):
        await work(door, clock, ANA, f"2026-11-{day:02}T08:00", f"2026-11-{day:02}T16:00")
    clock.set("2026-11-23T08:00")

    newest = await door.type(ANA, "events this month")
    older = await door.press(ANA, newest, "Older")

    assert shown(newest)[1].startswith("@U0ANA · Thu 12 Nov")
    assert isinstance(older, Message)
    assert older.replaces
    assert shown(older)[1].startswith("@U0ANA · Mon 2 Nov")
    assert shown(await door.press(ANA, older, "Newer")) == shown(newest)


async def test_a_manager_deletes_for_the_team_but_not_for_themselves(team: PlainDoor, clock: Clock) -> None:
    for user_id in (ANA, MARCO):
        await work(team, clock, user_id, "2026-11-23T08:00", "2026-11-23T09:00")

    assert labels(await team.type(MARCO, f"events today <@{ANA}>")) == ["Delete"]
    assert labels(await team.type(MARCO, f"events today <@{MARCO}>")) == []


async def test_two_admins_who_delete_the_same_record_get_one_clear_answer_each(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T09:00")
    first, second = await door.type(ADA, "events"), await door.type(ADA, "events")
    assert labels(await door.press(ADA, first, "Delete")) == ["Undo"]

    for at, told in (
        ("2026-11-23T09:00", "@U0ADA deleted this record already, at 10:00."),
        ("2026-11-24T08:00", "@U0ADA deleted this record already, at Mon 23 Nov, 10:00."),
    ):
        clock.set(at)
        with pytest.raises(AlreadyDeleted) as refused:
            await door.press(ADA, second, "Delete")
        assert plain(refusal(refused.value, Reader(ADA, clock.now, zone="Europe/Berlin"))) == told


async def test_a_deletion_is_told_though_the_list_can_not_be_read_afterwards(
    door: PlainDoor, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T09:00")
    listed = await door.type(ADA, "events")

    async def away(*_: object) -> None:
        raise Unavailable("the connection is lost")

    with monkeypatch.context() as patch:
        patch.setattr(worked_time, "events_page", away)
        told = await door.press(ADA, listed, "Delete")
    record = "Mon 23 Nov, 09:00 to 10:00"
    assert shown(told) == [f"The record is deleted: @U0ANA, {record}. The list can't be shown just now."]
    clock.advance(minutes=1)
    assert "No records in this range." in shown(await door.type(ADA, "events"))

    with monkeypatch.context() as patch:
        patch.setattr(worked_time, "events_page", away)
        told = await door.press_forged(ADA, events.undo.name, events.undo.pack(buttons(listed)[0].carries))
    assert shown(told) == [f"The record is restored: @U0ANA, {record}. The list can't be shown just now."]
    assert labels(await door.type(ADA, "events")) == ["Delete"]


async def test_what_was_deleted_stays_in_its_list_for_a_day(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T09:00")
    after = await door.press(ADA, await door.type(ADA, "events"), "Delete")
    assert isinstance(after, Message)
    row = events.turn_page.pack(buttons(after)[0].carries)

    clock.advance(hours=24)
    assert labels(await door.press_forged(ADA, events.turn_page.name, row)) == ["Undo"]
    clock.advance(minutes=1)
    assert "No records in this range." in shown(await door.press_forged(ADA, events.turn_page.name, row))


async def test_undo_gives_way_to_what_took_the_place(door: PlainDoor, clock: Clock) -> None:
    await work(door, clock, ANA, "2026-11-23T08:00", "2026-11-23T09:00")
    deleted = await door.press(ADA, await door.type(ADA, "events"), "Delete")
    new = NewRecord(ANA, utc("2026-11-23T08:30"), utc("2026-11-23T08:45"))
    await recording.record(door.services, ADMIN, new)

    assert isinstance(deleted, Message)
    with pytest.raises(Overlap):
        await door.press(ADA, deleted, "Undo")


async def test_no_forged_place_in_a_list_breaks_it(door: PlainDoor) -> None:
    for offset in ("-5", "999999999999"):
        packed = f'{{"first": "2026-11-23", "last": "2026-11-23", "as_of": "2026-11-23T08:00:00Z", "offset": {offset}}}'
        assert shown(await door.press_forged(ANA, "events.turn_page", packed))[1] == "No records in this range."


async def test_help_has_every_word(door: PlainDoor) -> None:
    told = "\n".join(shown(await door.type(ANA, "help")))
    for word in ("/clockin", "/clockout", "report", "events", "who", "mine", "history", "add", "team", "settings"):
        assert word in told
