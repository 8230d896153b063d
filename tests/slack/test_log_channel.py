"""The log channel: each shift has a post, which is updated as the shift changes."""

from __future__ import annotations

import asyncio
from typing import Any

import pytest

from bot.attendance import erasure
from bot.practice.model import GENERAL, Fault, Message
from bot.runtime.services import Services
from bot.slack import render
from storage.database import open_database
from tests.builders import ADMIN, NobodyElse
from tests.conftest import Clock, RunningBot
from tests.slack.conftest import People, buttons, change_settings, delete_first, labels
from tests.slack.test_walk import ADA, ANA, BEN, MARCO, set_the_scene


async def posts(people: People, count: int) -> list[Message]:
    """The posts in the channel, once there are so many."""

    def arrived() -> list[Message]:
        found = [
            m for m in people.workspace.messages if m.channel_id == GENERAL and m.visible_to is None and not m.deleted
        ]
        return found if len(found) >= count else []

    found = await people.workspace.until(arrived)
    return [people.checked(message) for message in found]


def bin_of(post: Message) -> dict[str, Any]:
    """The button that only some see."""
    (found,) = [one for one in buttons(post) if one.get("type") == "icon_button"]
    return found


@pytest.fixture
async def logged(bot: RunningBot, people: People, clock: Clock) -> People:
    await set_the_scene(bot, people, clock)
    await change_settings(bot, clock, log_channel=GENERAL)
    return people


async def test_a_shift_has_one_post_which_its_clock_out_updates(logged: People, clock: Clock) -> None:
    await logged.type(ANA, "/clockin in hq good morning <!channel>")
    (came,) = await posts(logged, 1)
    assert came.text == "*Ana Silva* clocked in at 09:02 (Berlin) · Berlin Mitte"
    assert labels(came) == ["Change…", "Delete"]
    clock.advance(hours=8)
    await logged.type(ANA, "/clockout")

    await logged.workspace.until(lambda: "8 h" in came.text)

    assert came.text == "*Ana Silva* · 09:02 – 17:02 (Berlin) · 8 h · Berlin Mitte"
    assert labels(came) == ["Change…", "Delete"]
    assert await posts(logged, 1) == [came]


async def test_a_clock_out_that_overtakes_the_post_is_in_it(logged: People, bot: RunningBot, clock: Clock) -> None:
    bot.workspace.faults["chat.postMessage"] = Fault(hold=(hold := asyncio.Event()))
    await logged.type(ANA, "/clockin")
    await logged.workspace.until(lambda: any(call.method == "chat.postMessage" for call in bot.workspace.calls))
    clock.advance(hours=8)
    await logged.type(ANA, "/clockout")
    del bot.workspace.faults["chat.postMessage"]
    hold.set()

    (came,) = await posts(logged, 1)
    await logged.workspace.until(lambda: "8 h" in came.text)
    assert await posts(logged, 1) == [came]


async def test_a_shift_without_a_post_gets_one_at_its_clock_out(bot: RunningBot, people: People, clock: Clock) -> None:
    await people.type(ANA, "/clockin")
    await change_settings(bot, clock, log_channel=GENERAL)
    clock.advance(hours=8)
    await people.type(ANA, "/clockout")

    (post,) = await posts(people, 1)

    assert post.text == "*Ana Silva* · 09:02 – 17:02 (Berlin) · 8 h"


async def test_a_post_that_was_removed_by_hand_stays_away(logged: People, bot: RunningBot, clock: Clock) -> None:
    await logged.type(ANA, "/clockin")
    (came,) = await posts(logged, 1)
    bot.workspace.delete(came)
    clock.advance(hours=8)
    await logged.type(ANA, "/clockout")

    await logged.workspace.until(lambda: any(call.method == "chat.update" for call in bot.workspace.calls))
    await logged.type(BEN, "/clockin")
    (post,) = await posts(logged, 1)
    assert post.text.startswith("*Ben")


async def test_a_post_that_slack_does_not_let_be_edited_is_sent_again(
    logged: People, bot: RunningBot, clock: Clock
) -> None:
    await logged.type(ANA, "/clockin")
    await posts(logged, 1)
    bot.workspace.faults["chat.update"] = Fault(error="edit_window_closed", times=1)
    clock.advance(hours=8)
    await logged.type(ANA, "/clockout")

    _, again = await posts(logged, 2)
    assert again.text == "*Ana Silva* · 09:02 – 17:02 (Berlin) · 8 h"
    await delete_first(logged, ADA)
    await logged.workspace.until(lambda: again.text.startswith("~"))


async def test_a_clock_out_that_is_undone_leaves_the_shift_one_post(logged: People, clock: Clock) -> None:
    await logged.type(ANA, "/clockin")
    (came,) = await posts(logged, 1)
    clock.advance(hours=8)
    answer = await logged.type(ANA, "/clockout")
    await logged.workspace.until(lambda: "8 h" in came.text)

    await logged.press(ANA, answer, "Undo")

    await logged.workspace.until(lambda: came.text == "*Ana Silva* clocked in at 09:02 (Berlin)")
    clock.advance(hours=1)
    await logged.type(ANA, "/clockout")
    await logged.workspace.until(lambda: "9 h" in came.text)
    assert await posts(logged, 1) == [came]


async def test_a_whole_record_is_posted_once(logged: People) -> None:
    view = await logged.open_form(ANA)
    await logged.submit(ANA, view, date="2026-11-20", start="09:00", end="17:00")

    (post,) = await posts(logged, 1)

    assert post.text == "*Ana Silva* · Fri 20 Nov, 09:00 – 17:00 (Berlin) · 8 h"


async def test_an_erased_comment_disappears_from_the_post(logged: People, bot: RunningBot, clock: Clock) -> None:
    await change_settings(bot, clock, log_comments=True)
    await logged.type(ANA, "/clockin my back hurts")
    (came,) = await posts(logged, 1)
    assert "my back hurts" in came.text
    database = await open_database(bot.settings.database_url, clock=clock)
    await erasure.erase_person(Services(database, NobodyElse()), ADMIN, ANA)
    await database.close()

    await logged.workspace.until(lambda: "my back hurts" not in came.text + came.shown)

    assert came.text == "*U0ANA* clocked in at 09:02 (Berlin)"


async def test_an_erased_name_disappears_from_the_question_before_a_deletion(
    logged: People, bot: RunningBot, clock: Clock
) -> None:
    await logged.type(ANA, "/clockin")
    (came,) = await posts(logged, 1)
    assert "Ana Silva" in str(came.blocks)
    database = await open_database(bot.settings.database_url, clock=clock)
    await erasure.erase_person(Services(database, NobodyElse()), ADMIN, ANA)
    await database.close()

    await logged.workspace.until(lambda: "Ana Silva" not in str(came.blocks))

    assert labels(came) == ["Change…", "Delete"]


@pytest.mark.parametrize("change", ["deleted", "erased"])
async def test_a_change_during_posting_shows_in_the_post(
    logged: People, bot: RunningBot, clock: Clock, change: str
) -> None:
    hold = asyncio.Event()
    bot.workspace.faults["chat.postMessage"] = Fault(hold=hold)
    await change_settings(bot, clock, log_comments=True)
    await logged.type(ANA, "/clockin my back hurts")
    await logged.workspace.until(lambda: any(call.method == "chat.postMessage" for call in bot.workspace.calls))
    database = await open_database(bot.settings.database_url, clock=clock)
    services = Services(database, NobodyElse())
    if change == "deleted":
        await delete_first(logged, ADA)
    else:
        await erasure.erase_person(services, ADMIN, ANA)
    await database.close()
    del bot.workspace.faults["chat.postMessage"]
    hold.set()
    (came,) = await posts(logged, 1)

    if change == "deleted":
        await logged.workspace.until(lambda: came.text.startswith("~"))
        assert labels(came) == ["Undo"]
    else:
        await logged.workspace.until(lambda: "my back hurts" not in came.text)


async def test_an_admin_deletes_it_there_and_undoes_it(logged: People, bot: RunningBot, clock: Clock) -> None:
    await change_settings(bot, clock, log_comments=True)
    await logged.type(ANA, "/clockin ~ all\nday")
    (came,) = await posts(logged, 1)
    clock.advance(hours=1)

    gone = await logged.press(ADA, came, "Delete")
    assert gone is came
    assert gone.text.splitlines() == [
        "~*Ana Silva* clocked in at 09:02 (Berlin)~",
        '~"- all day"~',
        "Deleted by *Ada Clarke* at 10:02 (Berlin).",
    ]
    back = await logged.press(ADA, came, "Undo")

    assert back.text == '*Ana Silva* clocked in at 09:02 (Berlin)\n"∼ all day"'


async def test_a_deletion_elsewhere_shows_there_too(logged: People, clock: Clock) -> None:
    await logged.type(ANA, "/clockin")
    (came,) = await posts(logged, 1)

    await delete_first(logged, ADA)

    await logged.workspace.until(lambda: came.text.startswith("~"))


async def test_only_those_who_may_delete_it_see_the_bin(logged: People) -> None:
    await logged.type(ANA, "/clockin")
    (came,) = await posts(logged, 1)
    delete = bin_of(came)

    assert (delete["type"], delete["icon"], delete["visible_to_user_ids"]) == ("icon_button", "trash", [ADA, MARCO])
    assert "Delete Ana Silva's record of" in delete["confirm"]["text"]["text"]
    with pytest.raises(LookupError):
        await logged.press(BEN, came, "Delete")


async def test_for_more_people_than_slack_takes_a_menu_asks_and_checks_at_the_press(
    logged: People, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(render, "MOST_READERS", 1)
    await logged.type(ANA, "/clockin")
    (came,) = await posts(logged, 1)

    (menu,) = [block["accessory"] for block in came.blocks]
    assert (menu["type"], labels(came)) == ("overflow", ["Change…", "Delete"])
    assert "You can't delete" in (await logged.press(BEN, came, "Delete")).text
    asked = await logged.press(MARCO, came, "Delete")
    assert asked.visible_to == MARCO
    assert asked.text.startswith("Delete Ana Silva's record of Mon 23 Nov, 09:02 – now")
    assert (await logged.press(MARCO, asked, "Delete")).text.startswith("✅ *Record deleted:*")
    await logged.workspace.until(lambda: came.text.startswith("~"))


async def test_a_manager_changes_a_record_from_its_post(logged: People, clock: Clock) -> None:
    await logged.type(ANA, "/clockin")
    (came,) = await posts(logged, 1)
    clock.advance(hours=8)
    await logged.type(ANA, "/clockout")
    view = await logged.press_for_form(MARCO, came, "Change…")
    told = await logged.finish(MARCO, view, end="16:10", reason="The train was late")
    assert "09:02 – 17:02 → 09:02 – 16:10 (−0:52)" in told.shown
    await logged.workspace.until(lambda: "16:10" in came.text)
    assert "changed by *Marco Rossi*" in came.text
    assert "You can't change" in (await logged.press(BEN, came, "Change…")).text


async def test_other_people_who_press_are_refused_in_private(logged: People) -> None:
    await logged.type(ANA, "/clockin")
    (came,) = await posts(logged, 1)
    delete = bin_of(came)

    told = await logged.press_forged(BEN, came, delete["action_id"], delete["value"])

    assert told is not came
    assert told.visible_to == BEN
    assert "You can't delete" in told.text
    assert came.text == "*Ana Silva* clocked in at 09:02 (Berlin)"


async def test_admins_are_told_once_that_the_bot_is_not_in_the_channel(logged: People, bot: RunningBot) -> None:
    bot.workspace.faults["chat.postMessage"] = Fault(error="not_in_channel", times=1)

    await logged.type(ANA, "/clockin")

    told = await logged.direct_message(ADA)
    assert "`/invite @Attendance`" in told.text


async def test_nothing_is_posted_where_no_channel_is_set(people: People, bot: RunningBot) -> None:
    await people.type(ANA, "/clockin")
    await people.type(ANA, "/clockout")

    assert [call for call in bot.workspace.calls if call.method == "chat.postMessage"] == []
