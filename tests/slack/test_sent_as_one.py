"""What waits for one place in Slack is sent as one: drawings of a tab, shifts for the log channel, and what a person is
told within a minute."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.attendance import erasure, recording, undo
from bot.attendance.change_notifications import MOST_IN_POST
from bot.chat import log_channel
from bot.notifications import reminders
from bot.people import teams_and_offices
from bot.permissions import Caller, Via
from bot.runtime import outbox_sender
from bot.runtime.outbox_sender import Message
from bot.runtime.services import Services
from bot.slack.app import DELIVERIES
from bot.slack.serving import TO_SLACK
from bot.workspaces import workspace_settings
from storage import home_tabs, outbox
from storage.database import Database
from tests.builders import ADMIN, utc, workplace
from tests.conftest import WORKSPACE, Clock
from tests.slack.test_deliveries import CHANNEL, Chat

ANA, BEN, MARCO = "U0ANA", "U0BEN", "U0MARCO"
MANY = [f"U0{number}" for number in range(MOST_IN_POST + 3)]


class CountingChat(Chat):
    """Keeps the blocks of each message, and counts drawings of tabs."""

    def __init__(self) -> None:
        super().__init__()
        self.blocks: dict[str, list[dict[str, Any]]] = {}
        self.methods: list[str] = []

    async def api_call(self, method: str, *args: Any, **how: Any) -> dict[str, str]:
        self.methods.append(method)
        answer = await super().api_call(method, *args, **how)
        payload = how.get("json") or {}
        self.blocks[payload.get("ts") or answer["ts"]] = payload.get("blocks", [])
        return answer

    def lines(self, ts: str) -> list[str]:
        texts = [block["text"]["text"] for block in self.blocks[ts] if block["type"] == "section"]
        return [text.replace("\xa0", " ") for text in texts]


@pytest.fixture
def chat() -> CountingChat:
    return CountingChat()


@pytest.fixture
async def services(database: Database) -> Services:
    services = await workplace(database, dict.fromkeys([ANA, BEN, MARCO, *MANY], "Europe/Berlin"))
    await workspace_settings.change(services, ADMIN, zone="Europe/Berlin", log_channel=CHANNEL)
    return services


async def send(services: Services, chat: Chat) -> None:
    """Sends what is due and has room, as the bot does."""
    client = AsyncWebClient(token="xoxb-none")
    client.api_call = chat.api_call  # type: ignore[method-assign, assignment]

    async def post(messages: Sequence[Message]) -> None:
        await DELIVERIES[messages[0].kind](services, client, messages)

    while await outbox_sender.send_due(services, WORKSPACE, post, way=TO_SLACK):
        pass


async def clock_in(services: Services, *user_ids: str) -> list[str]:
    """Their clock-ins, by id."""
    found = [await recording.clock_in(services, Caller(WORKSPACE, user_id, Via.SLACK), user_id) for user_id in user_ids]
    return [answer.pair.clock_in.id for answer in found]


async def clock_out(services: Services, user_id: str) -> str:
    pair = (await recording.clock_out(services, Caller(WORKSPACE, user_id, Via.SLACK), user_id)).pair
    assert pair.clock_out is not None
    return pair.clock_out.id


async def test_what_waited_for_the_log_channel_is_one_post_with_a_row_for_each_shift(
    services: Services, chat: CountingChat, clock: Clock
) -> None:
    await clock_in(services, ANA)
    await send(services, chat)
    assert chat.lines("1") == ["*U0Ana* clocked in at 09:02"], "alone"

    clock.advance(minutes=1)
    event_ids = await clock_in(services, *MANY)
    await send(services, chat)
    assert [len(chat.lines(ts)) for ts in chat.texts] == [1, MOST_IN_POST]
    clock.advance(seconds=2)
    await send(services, chat)

    posts = [chat.blocks[ts] for ts in ("2", "3")]
    assert [len(blocks) for blocks in posts] == [MOST_IN_POST, 3]
    menus = [block["accessory"] for blocks in posts for block in blocks]
    assert {menu["action_id"] for menu in menus} == {f'menu:{{"event_id":"{event_id}"}}' for event_id in event_ids}
    pressed = {option["value"] for menu in menus for option in menu["options"]}
    assert pressed == {log_channel.change.name, log_channel.ask_to_delete.name}


async def test_a_gathered_post_is_updated_once_for_all_changes_that_waited(
    services: Services, chat: CountingChat, clock: Clock
) -> None:
    _, second = await clock_in(services, ANA, BEN)
    await send(services, chat)
    clock.advance(hours=1)
    out_id = await clock_out(services, ANA)
    await recording.delete(services, ADMIN, second)
    await send(services, chat)

    assert chat.methods.count("chat.update") == 1
    assert chat.posts == [chat.texts["1"]]
    assert chat.lines("1") == [
        "*U0Ana* · 09:02 – 10:02 · 1 h",
        "~*U0Ben* clocked in at 09:02~\nDeleted by *U0Admin* at 10:02.",
    ]
    await undo.undo(services, Caller(WORKSPACE, ANA, Via.SLACK), out_id)
    await recording.restore(services, ADMIN, second)
    clock.advance(seconds=2)
    await send(services, chat)
    assert chat.lines("1") == ["*U0Ana* clocked in at 09:02", "*U0Ben* clocked in at 09:02"]
    await erasure.erase_person(services, ADMIN, BEN)
    clock.advance(seconds=2)
    await send(services, chat)
    assert chat.lines("1") == ["*U0Ana* clocked in at 09:02", "*U0BEN* clocked in at 09:02"]
    assert len(chat.posts) == 1


async def test_a_shift_deleted_before_it_was_posted_is_left_out_of_the_gathered_post(
    services: Services, chat: CountingChat
) -> None:
    _, second = await clock_in(services, ANA, BEN)
    await recording.delete(services, ADMIN, second)
    await send(services, chat)
    assert chat.posts == ["*U0Ana* clocked in at 09:02"]


async def test_a_change_while_a_gathered_post_is_on_its_way_shows_in_it(
    services: Services, chat: CountingChat, clock: Clock
) -> None:
    await clock_in(services, ANA, BEN)
    post = chat.api_call

    async def slowly(method: str, *args: Any, **how: Any) -> dict[str, str]:
        answer = await post(method, *args, **how)
        if method == "chat.postMessage":
            clock.advance(hours=1)
            await clock_out(services, BEN)
        return answer

    chat.api_call = slowly  # type: ignore[method-assign]
    await send(services, chat)
    assert chat.lines("1") == ["*U0Ana* clocked in at 09:02", "*U0Ben* · 09:02 – 10:02 · 1 h"]


async def test_an_open_tab_is_drawn_once_for_all_changes_that_waited(
    services: Services, chat: CountingChat, clock: Clock
) -> None:
    await workspace_settings.change(services, ADMIN, log_channel="no")
    await services.database.write(lambda tx: home_tabs.opened(tx.connection, WORKSPACE, ANA, tx.now, sees_others=False))
    for _ in range(3):
        await clock_in(services, ANA)
        clock.advance(minutes=1)
        await clock_out(services, ANA)
    await send(services, chat)
    assert chat.methods == ["views.publish"]


async def test_a_person_is_told_at_once_and_of_what_follows_within_the_minute_in_one_message(
    services: Services, chat: CountingChat, clock: Clock
) -> None:
    await workspace_settings.change(services, ADMIN, log_channel="no")
    await recording.clock_in(services, ADMIN, ANA)
    await send(services, chat)
    assert len(chat.texts) == 1
    clock.advance(seconds=20)
    pair = (await recording.clock_out(services, ADMIN, ANA)).pair
    clock.advance(seconds=20)
    await recording.delete(services, ADMIN, pair.clock_in.id)
    await send(services, chat)
    assert len(chat.texts) == 1, "not within a minute of the first"

    clock.advance(seconds=20)
    await send(services, chat)
    _, together = chat.texts
    clocked_out, deleted = chat.lines(together)
    assert clocked_out.startswith("<@U0ADMIN> clocked you out at ")
    assert deleted.startswith("<@U0ADMIN> deleted your record: ")


async def test_a_manager_is_asked_about_a_mornings_missing_clock_outs_in_one_message_which_follows_the_answers(
    services: Services, chat: CountingChat, clock: Clock
) -> None:
    await workspace_settings.change(services, ADMIN, log_channel="no")
    await teams_and_offices.set_team(services, ADMIN, "Support", [MARCO], [ANA, BEN])
    await clock_in(services, ANA, BEN)
    clock.advance(hours=25)
    await reminders.queue_due_reminders(services, WORKSPACE)
    await send(services, chat)
    (asked,) = [ts for ts in chat.texts if "didn't clock out" in chat.texts[ts]]
    assert [line.partition("\n")[0] for line in chat.lines(asked)] == [
        "<@U0ANA> didn't clock out on Monday (in since 09:02).",
        "<@U0BEN> didn't clock out on Monday (in since 09:02).",
    ]

    await recording.clock_out(services, ADMIN, ANA, at=utc("2026-11-23T16:00"))
    clock.advance(seconds=10)
    await send(services, chat)

    answered, still = chat.lines(asked)
    assert answered.startswith("✅ *<@U0ADMIN> set the clock-out of <@U0ANA>:*")
    assert still.startswith("<@U0BEN> didn't clock out")


async def test_one_message_that_can_not_be_drawn_keeps_none_of_the_others(
    services: Services, chat: CountingChat
) -> None:
    await workspace_settings.change(services, ADMIN, log_channel="no")
    await services.database.write(
        lambda tx: outbox.add(tx.connection, WORKSPACE, ANA, "clocked-in/1", tx.now, facts={"by": 1})
    )
    await recording.clock_in(services, ADMIN, ANA)
    await send(services, chat)
    (text,) = chat.texts.values()
    assert text == "<@U0ADMIN> clocked you in at 09:02."
