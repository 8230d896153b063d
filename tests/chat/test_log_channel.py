"""What the log channel is shown of a clock-in or clock-out, and its **Delete** and **Undo**."""

from __future__ import annotations

import pytest

from bot.attendance import recording
from bot.attendance.recording import NewRecord, Pair
from bot.chat import log_channel
from bot.chat.routing import Action
from bot.chat.views import Message
from bot.errors import Forbidden
from bot.notifications import channel_posts
from bot.people.teams_and_offices import set_office
from storage import pairs
from storage.errors import AlreadyDeleted, Refusal
from tests.builders import ADMIN, caller, utc
from tests.chat.conftest import ADA, ANA, BEN, PlainDoor, buttons, labels, shown
from tests.conftest import WORKSPACE, Clock


async def posted(door: PlainDoor, event_id: str) -> Message:
    return log_channel.post(await channel_posts.event(door.services, WORKSPACE, event_id))


async def record(door: PlainDoor, by: str = ANA) -> Pair:
    new = NewRecord(ANA, utc("2026-11-20T08:00"), utc("2026-11-20T16:00"))
    writer = ADMIN if by != ANA else caller(ANA)
    return (await recording.record(door.services, writer, new)).pair


async def clocked_in(door: PlainDoor, words: str = "") -> str:
    """Ana's clock-in, by its id."""
    await door.type(ANA, f"clockin {words}".strip())
    return (await open_pair(door)).clock_in.id


async def open_pair(door: PlainDoor) -> Pair:
    found = await door.services.database.read(lambda tx: pairs.open_pair(tx.connection, WORKSPACE, ANA))
    assert found is not None
    return found


async def test_a_clock_in_and_its_clock_out_have_a_post_each(door: PlainDoor, clock: Clock) -> None:
    await set_office(door.services, ADMIN, "hq", "Berlin Mitte", "Europe/Berlin")
    came = await clocked_in(door, "in hq good morning <!channel>")
    clock.advance(hours=8)
    left = (await recording.clock_out(door.services, ADMIN, ANA)).pair.clock_out
    assert left is not None

    assert shown(await posted(door, came)) == [
        "@U0ANA clocked in at 09:02 (Berlin), office Berlin Mitte. “good morning <!channel>”"
    ]
    assert shown(await posted(door, left.id)) == [
        "@U0ANA clocked out at 17:02 (Berlin) after 8 h, written by @U0ADMIN."
    ]


async def test_a_whole_record_is_told_in_one_sentence(door: PlainDoor) -> None:
    pair = await record(door, by=ADA)
    assert pair.clock_out is not None
    assert shown(await posted(door, pair.clock_out.id)) == [
        "A record of @U0ANA was added, written by @U0ADMIN: Fri 20 Nov 2026, 09:00 to 17:00 (Berlin), 8 h."
    ]


async def test_an_admin_deletes_it_there_and_undoes_it(door: PlainDoor, clock: Clock) -> None:
    came = await posted(door, await clocked_in(door, "hello"))
    clock.advance(hours=1)

    gone = await door.press(ADA, came, "Delete")
    assert isinstance(gone, Message)
    assert gone.replaces
    assert shown(gone) == [
        "@U0ANA clocked in at 09:02 (Berlin). “hello”",
        "Deleted by @U0ADA at 10:02 (Berlin).",
    ]
    assert labels(gone) == ["Undo"]
    assert shown(await door.press(ADA, gone, "Undo")) == shown(came)


async def test_the_question_before_a_deletion_names_person_day_and_hours(door: PlainDoor) -> None:
    pair = await record(door)
    (delete,) = buttons(await posted(door, pair.clock_in.id))
    assert delete.confirm is not None
    assert delete.confirm.question == ("Delete the record of U0Ana: Fri 20 Nov 2026, 09:00 to 17:00 (Berlin), 8 h?")


@pytest.mark.parametrize("who", [ANA, BEN])
async def test_others_may_press_and_are_refused(door: PlainDoor, who: str) -> None:
    came = await posted(door, await clocked_in(door))
    with pytest.raises(Forbidden):
        await door.press(who, came, "Delete")


async def test_a_second_press_finds_it_deleted(door: PlainDoor) -> None:
    came = await posted(door, await clocked_in(door))
    await door.press(ADA, came, "Delete")
    with pytest.raises(AlreadyDeleted):
        await door.press(ADA, came, "Delete")


@pytest.mark.parametrize("action", [log_channel.delete, log_channel.undo])
@pytest.mark.parametrize("packed", ["", "x", "e" * 1999, "\x00", "{}", '{"event_id": "x"}', '{"event_id": "\\u0000"}'])
async def test_a_forged_press_is_refused(door: PlainDoor, action: Action, packed: str) -> None:
    with pytest.raises(Refusal):
        await door.press_forged(ADA, action.name, packed)
