"""What the log channel shows of a shift, and its **Delete** and **Undo**."""

from __future__ import annotations

import pytest

from bot.attendance import breaks, recording
from bot.attendance.recording import NewRecord, Pair
from bot.attendance.undo import undo as undo_entry
from bot.calendar.break_kinds import parse_break_kinds
from bot.chat import log_channel
from bot.chat.routing import Action
from bot.chat.views import Message, Text
from bot.errors import Forbidden
from bot.notifications import channel_posts
from bot.people import admins
from bot.people.teams_and_offices import set_office, set_team
from bot.wording.markup import mentioned
from bot.workspaces import workspace_settings
from storage import pairs
from storage.errors import AlreadyDeleted, Refusal, Unavailable
from tests.builders import ADMIN, caller, utc
from tests.chat.conftest import ADA, ANA, BEN, KEI, MARCO, PlainDoor, buttons, fields_of, form_in, labels, meet, shown
from tests.conftest import WORKSPACE, Clock


@pytest.fixture(autouse=True)
async def berlin(door: PlainDoor) -> None:
    """The workspace is in Berlin."""
    await workspace_settings.change(door.services, ADMIN, zone="Europe/Berlin")


async def posted(door: PlainDoor, event_id: str) -> Message:
    shown = await channel_posts.shifts_beside(door.services, WORKSPACE, event_id)
    return log_channel.post(list(shown.values()), door.services.database.clock())


async def record(door: PlainDoor, start: str, end: str, by: str = ANA) -> Message:
    """The post of a record that was added."""
    new = NewRecord(ANA, utc(start), utc(end), in_comment="train <!here>", out_comment="dentist")
    pair = (await recording.record(door.services, ADMIN if by != ANA else caller(ANA), new)).pair
    return await posted(door, pair.clock_in.id)


async def clocked_in(door: PlainDoor, words: str = "", user_id: str = ANA) -> str:
    """Somebody's clock-in, by its id."""
    await door.type(user_id, f"clockin {words}".strip())
    return (await open_pair(door, user_id)).clock_in.id


async def open_pair(door: PlainDoor, user_id: str) -> Pair:
    found = await door.services.database.read(lambda tx: pairs.open_pair(tx.connection, WORKSPACE, user_id))
    assert found is not None
    return found


async def show_comments(door: PlainDoor) -> None:
    await workspace_settings.change(door.services, ADMIN, log_comments=True)


async def test_the_post_of_a_clock_in_becomes_that_of_the_whole_shift(door: PlainDoor, clock: Clock) -> None:
    await set_office(door.services, ADMIN, "hq", "Berlin Mitte", "Europe/Berlin")
    came = await clocked_in(door, "in hq good morning <!channel>")
    assert shown(await posted(door, came)) == ["U0Ana clocked in at 09:02 · Berlin Mitte"]

    clock.advance(hours=8, minutes=28)
    await recording.clock_out(door.services, ADMIN, ANA)

    assert shown(await posted(door, came)) == ["U0Ana · 09:02 – 17:30 · 8 h 28 min · Berlin Mitte · entered by U0Admin"]


async def test_a_break_and_the_return_from_it_are_posted(door: PlainDoor, clock: Clock) -> None:
    came = await clocked_in(door)
    clock.advance(hours=3, minutes=29)
    await breaks.start_break(door.services, caller(ANA), ANA)
    gone = "U0Ana · 09:02 – 12:31 · 3 h 29 min · then a break"
    assert shown(await posted(door, came)) == [gone]

    clock.advance(minutes=30)
    again = (await breaks.back(door.services, caller(ANA), ANA)).pair.clock_in.id
    assert shown(await posted(door, came)) == [gone]
    assert shown(await posted(door, again)) == ["U0Ana came back from a break at 13:01"]

    clock.advance(hours=4)
    await door.type(ANA, "clockout")
    assert shown(await posted(door, again)) == ["U0Ana · 13:01 – 17:01 · 4 h"]
    clock.advance(hours=1)
    later = await clocked_in(door)
    assert shown(await posted(door, later)) == ["U0Ana clocked in at 18:01"]


async def test_a_break_that_was_the_end_of_the_day_is_none_in_the_post(door: PlainDoor, clock: Clock) -> None:
    came = await clocked_in(door)
    clock.advance(hours=3, minutes=29)
    await breaks.start_break(door.services, caller(ANA), ANA)
    await breaks.end_day(door.services, caller(ANA), ANA)
    assert shown(await posted(door, came)) == ["U0Ana · 09:02 – 12:31 · 3 h 29 min"]


async def test_a_paid_break_is_shown_while_it_lasts(door: PlainDoor, clock: Clock) -> None:
    kinds = parse_break_kinds("coffee paid")
    await workspace_settings.change(door.services, ADMIN, break_kinds=kinds)
    came = await clocked_in(door)
    clock.advance(hours=1)
    await breaks.start_break(door.services, caller(ANA), ANA)
    assert shown(await posted(door, came)) == ["U0Ana clocked in at 09:02 · on a break since 10:02"]
    clock.advance(minutes=10)
    await breaks.back(door.services, caller(ANA), ANA)
    assert shown(await posted(door, came)) == ["U0Ana clocked in at 09:02"]


async def test_a_post_that_comes_on_another_day_names_the_day_of_the_shift(door: PlainDoor, clock: Clock) -> None:
    came = await clocked_in(door)
    clock.advance(hours=8, minutes=28)
    await door.type(ANA, "clockout")
    clock.advance(days=1)
    assert shown(await posted(door, came)) == ["U0Ana · Mon 23 Nov, 09:02 – 17:30 · 8 h 28 min"]


async def test_nobody_is_notified_of_their_own_clock_in(door: PlainDoor, clock: Clock) -> None:
    came = await clocked_in(door)
    await recording.delete(door.services, ADMIN, came)
    texts = [piece.text for piece in (await posted(door, came)).pieces if isinstance(piece, Text)]
    assert [mentioned(text) for text in texts] == [[]]


async def test_a_time_in_another_zone_than_the_workspaces_names_it(door: PlainDoor) -> None:
    assert shown(await posted(door, await clocked_in(door, user_id=KEI))) == ["U0Kei clocked in at 17:02 (Tokyo)"]


async def test_comments_are_shown_only_where_the_workspace_wants_it(door: PlainDoor, clock: Clock) -> None:
    came = await clocked_in(door, "good morning <!channel>")
    assert shown(await posted(door, came)) == ["U0Ana clocked in at 09:02"]
    await show_comments(door)
    assert shown(await posted(door, came)) == ["U0Ana clocked in at 09:02", '"good morning <!channel>"']


async def test_an_added_record_says_its_day_and_who_entered_it(door: PlainDoor) -> None:
    assert shown(await record(door, "2026-11-20T08:00", "2026-11-20T16:00", by=ADA)) == [
        "U0Ana · Fri 20 Nov, 09:00 – 17:00 · 8 h · entered by U0Admin"
    ]


async def test_an_added_record_shows_both_comments_and_the_clock_change(door: PlainDoor) -> None:
    await show_comments(door)
    assert shown(await record(door, "2026-10-24T20:00", "2026-10-25T04:00")) == [
        "U0Ana · Sat 24 Oct, 22:00 – 05:00 the next day · 8 h",
        'Sun 25 Oct had 25 hours in Berlin: the clocks went back. "train <!here>" "dentist"',
    ]


async def test_a_clock_out_for_another_day_says_its_day(door: PlainDoor, clock: Clock) -> None:
    came = await clocked_in(door)
    clock.advance(days=2)
    await recording.clock_out(door.services, caller(ANA), ANA, at=utc("2026-11-23T16:30"))

    assert shown(await posted(door, came)) == ["U0Ana · Mon 23 Nov, 09:02 – 17:30 · 8 h 28 min"]


async def test_an_admin_deletes_it_there_and_undoes_it(door: PlainDoor, clock: Clock) -> None:
    came = await posted(door, await clocked_in(door, "hello"))
    clock.advance(hours=1)

    gone = await door.press(ADA, came, "Delete")
    assert isinstance(gone, Message)
    assert gone.replaces
    assert shown(gone) == ["U0Ana clocked in at 09:02", "Deleted by U0Ada at 10:02."]
    assert labels(gone) == ["Undo"]
    assert shown(await door.press(ADA, gone, "Undo")) == shown(came)


async def test_a_change_is_confirmed_even_if_the_post_can_not_be_read_again(
    door: PlainDoor, monkeypatch: pytest.MonkeyPatch
) -> None:
    event_id = await clocked_in(door)
    before = await posted(door, event_id)

    async def away(*_: object) -> None:
        raise Unavailable("the connection is lost")

    with monkeypatch.context() as patch:
        patch.setattr(channel_posts, "shifts_beside", away)
        told = await door.press(ADA, before, "Delete")
    assert shown(told) == ["✅ Record deleted: @U0ANA, Mon 23 Nov, in at 09:02. The post will follow in a moment."]
    after = await posted(door, event_id)

    with monkeypatch.context() as patch:
        patch.setattr(channel_posts, "shifts_beside", away)
        told = await door.press(ADA, after, "Undo")
    assert shown(told) == ["✅ Record restored: @U0ANA, Mon 23 Nov, in at 09:02. The post will follow in a moment."]
    assert not told.replaces  # type: ignore[union-attr]


async def test_the_question_before_a_deletion_names_person_day_and_hours(door: PlainDoor) -> None:
    delete, *_ = buttons(await record(door, "2026-11-20T08:00", "2026-11-20T16:00"))
    assert delete.confirm is not None
    assert delete.confirm.question == "Delete U0Ana's record of Fri 20 Nov, 09:00 – 17:00, 8 h?"


async def test_its_menu_changes_the_record_and_asks_before_it_deletes(door: PlainDoor) -> None:
    post = await record(door, "2026-11-20T08:00", "2026-11-20T16:00")
    assert labels(post) == ["Delete", "Change…"]
    form = form_in(await door.press(ADA, post, "Change…"))
    assert fields_of(form)["end"] == "17:00"
    (event,) = {one.carries for one in buttons(post)}
    asked = await door.press_forged(ADA, log_channel.ask_to_delete.name, log_channel.ask_to_delete.pack(event))
    assert shown(asked) == ["Delete U0Ana's record of Fri 20 Nov, 09:00 – 17:00, 8\N{NO-BREAK SPACE}h?"]
    assert shown(await door.press(ADA, asked, "Keep")) == ["Nothing was deleted."]
    done = await door.press(ADA, asked, "Delete")
    assert shown(done) == [
        "✅ Record deleted: @U0ANA, Fri 20 Nov, 09:00 – 17:00, 8\N{NO-BREAK SPACE}h. The post will follow in a moment."
    ]


async def test_delete_is_for_admins_and_for_managers_of_others(team: PlainDoor) -> None:
    await set_team(team.services, ADMIN, "Night", [MARCO, BEN], [MARCO, ANA])
    may = {user_id: await readers(team, await clocked_in(team, user_id=user_id)) for user_id in (ANA, MARCO)}
    assert may == {ANA: {MARCO, BEN}, MARCO: {BEN}}

    await admins.appoint(team.services, ADMIN, MARCO)
    assert await readers(team, (await open_pair(team, MARCO)).clock_in.id) == {MARCO, BEN}, "admins also their own"

    await meet(team, BEN, gone=True)
    assert await readers(team, (await open_pair(team, MARCO)).clock_in.id) == {MARCO}


async def readers(door: PlainDoor, event_id: str) -> set[str]:
    delete, *_ = buttons(await posted(door, event_id))
    assert delete.only_for is not None
    return set(delete.only_for)


@pytest.mark.parametrize("who", [ANA, BEN])
async def test_other_people_who_press_are_refused(door: PlainDoor, who: str) -> None:
    came = await posted(door, await clocked_in(door))
    with pytest.raises(Forbidden):
        await door.press(who, came, "Delete")


@pytest.mark.parametrize("user_id", [ANA, ADA])
async def test_a_record_undone_by_its_person_has_no_undo_there(door: PlainDoor, clock: Clock, user_id: str) -> None:
    came = await clocked_in(door, user_id=user_id)
    clock.advance(minutes=2)
    await undo_entry(door.services, caller(user_id), came)

    post = await posted(door, came)
    assert shown(post)[1].startswith(f"Undone by {user_id.title()} at ")
    assert labels(post) == []


async def test_a_second_press_finds_it_deleted(door: PlainDoor) -> None:
    came = await posted(door, await clocked_in(door))
    await door.press(ADA, came, "Delete")
    with pytest.raises(AlreadyDeleted):
        await door.press(ADA, came, "Delete")


@pytest.mark.parametrize(
    "action",
    [log_channel.delete, log_channel.undo, log_channel.change, log_channel.ask_to_delete, log_channel.delete_it],
)
@pytest.mark.parametrize("packed", ["", "x", "e" * 1999, "\x00", "{}", '{"event_id": "x"}', '{"event_id": "\\u0000"}'])
async def test_a_forged_press_is_refused(door: PlainDoor, action: Action, packed: str) -> None:
    with pytest.raises(Refusal):
        await door.press_forged(ADA, action.name, packed)
