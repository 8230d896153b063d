"""What the outbox sends to Slack, where something else happens in between."""

from __future__ import annotations

from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field
from typing import Any

import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.attendance import recording, undo
from bot.attendance.change_notifications import Kind
from bot.calendar.working_hours import parse_working_hours
from bot.notifications import prompts, reminders
from bot.notifications.updates import MOST_IN_A_ROW
from bot.permissions import Caller, Role, Via
from bot.runtime.outbox_sender import Message
from bot.runtime.services import Services
from bot.slack.app import DELIVERIES
from bot.workspaces import workspace_settings
from storage import outbox
from storage.database import Database
from storage.errors import Unavailable
from tests.builders import ADMIN, claim_due, workplace
from tests.conftest import WORKSPACE, Clock

ANA, CHANNEL = "U0ANA", "C0LOG"
AT_SLACK = Caller(WORKSPACE, ANA, Via.SLACK, Role.EMPLOYEE)


@dataclass
class Chat:
    """Slack's messages by their timestamps, as the calls leave them."""

    texts: dict[str, str] = field(default_factory=dict)
    channels: list[str] = field(default_factory=list)
    before_update: list[Callable[[], Awaitable[object]]] = field(default_factory=list)
    """What happens while Slack takes the next updates."""

    @property
    def posts(self) -> list[str]:
        """The posts in the log channel."""
        return [text for channel, text in zip(self.channels, self.texts.values(), strict=True) if channel == CHANNEL]

    async def api_call(self, method: str, *args: Any, **how: Any) -> dict[str, str]:
        payload = how.get("json") or how.get("params") or how.get("data") or {}
        if method == "chat.update":
            if self.before_update:
                await self.before_update.pop(0)()
            self.texts[payload["ts"]] = payload["text"]
        elif method == "chat.postMessage":
            self.texts[str(len(self.texts) + 1)] = payload["text"]
            self.channels.append(payload["channel"])
        return {"channel": payload.get("channel", ""), "ts": str(len(self.texts))}


@pytest.fixture
def chat() -> Chat:
    return Chat()


@pytest.fixture
async def services(database: Database) -> Services:
    services = await workplace(database, {ANA: "Europe/Berlin"})
    await workspace_settings.change(services, ADMIN, zone="Europe/Berlin", log_channel=CHANNEL)
    return services


async def claim(services: Services) -> list[Message]:
    """What is due, for one replica to send."""
    found = await services.database.write(lambda tx: claim_due(tx, WORKSPACE))
    return [message for message in found if message.kind not in (Kind.HOME, Kind.HOMES)]


async def send(services: Services, chat: Chat, messages: list[Message]) -> None:
    client = AsyncWebClient(token="xoxb-none")
    client.api_call = chat.api_call  # type: ignore[method-assign, assignment]
    for message in messages:
        await DELIVERIES[message.kind](services, client, [message])
        await services.database.write(lambda tx, message=message: outbox.sent(tx.connection, message, None, tx.now))  # type: ignore[misc]


async def send_all(services: Services, chat: Chat) -> int:
    count = 0
    while messages := await claim(services):
        await send(services, chat, messages)
        count += len(messages)
    return count


async def clock_in(services: Services) -> str:
    return (await recording.clock_in(services, AT_SLACK, ANA)).pair.clock_in.id


async def clock_out(services: Services) -> str:
    pair = (await recording.clock_out(services, AT_SLACK, ANA)).pair
    assert pair.clock_out is not None
    return pair.clock_out.id


async def remind(services: Services, clock: Clock) -> None:
    """Queues the reminder of a day on which Ana hasn't clocked in."""
    hours = parse_working_hours("mon-fri 09:00-17:00")
    await workspace_settings.change(services, ADMIN, working_hours=hours, reminders=True)
    clock.set("2026-11-24T08:10")
    await reminders.queue_due_reminders(services, WORKSPACE)


async def test_a_clock_in_undone_before_it_was_posted_is_not_posted(services: Services, chat: Chat) -> None:
    event_id = await clock_in(services)
    await undo.undo(services, AT_SLACK, event_id)
    await send_all(services, chat)
    assert chat.posts == []


async def test_a_clock_out_undone_before_the_shift_was_posted_leaves_one_post(
    services: Services, chat: Chat, clock: Clock
) -> None:
    await clock_in(services)
    clock.advance(hours=1)
    await undo.undo(services, AT_SLACK, await clock_out(services))
    await send_all(services, chat)
    assert chat.posts == ["*U0Ana* clocked in at 09:02"]

    clock.advance(hours=1)
    await clock_out(services)
    await send_all(services, chat)
    assert chat.posts == ["*U0Ana* · 09:02 – 11:02 · 2 h"]


@pytest.mark.parametrize("sent_between", [True, False])
async def test_a_restored_shift_is_posted_once(
    services: Services, chat: Chat, clock: Clock, sent_between: bool
) -> None:
    event_id = await clock_in(services)
    await recording.delete(services, ADMIN, event_id)
    if sent_between:
        await send_all(services, chat)
    await recording.restore(services, ADMIN, event_id)
    await send_all(services, chat)
    clock.advance(hours=1)
    await clock_out(services)
    await send_all(services, chat)
    assert chat.posts == ["*U0Ana* · 09:02 – 10:02 · 1 h"]


@pytest.mark.parametrize("change", ["clock-out", "undo", "delete"])
async def test_an_update_that_lands_late_is_followed_by_another(
    services: Services, chat: Chat, clock: Clock, change: str
) -> None:
    event_id = await clock_in(services)
    await send_all(services, chat)
    clock.advance(hours=1)
    out_id = await clock_out(services)
    if change == "clock-out":
        await undo.undo(services, AT_SLACK, out_id)
    late = await claim(services)

    async def other_replica() -> None:
        if change == "clock-out":
            await clock_out(services)
        elif change == "undo":
            await undo.undo(services, AT_SLACK, out_id)
        else:
            await recording.delete(services, ADMIN, event_id)
        await send(services, chat, await claim(services))

    chat.before_update.append(other_replica)
    await send(services, chat, late)
    await send_all(services, chat)

    (text,) = chat.posts
    starts = {"clock-out": "*U0Ana* · 09:02 – 10:02", "undo": "*U0Ana* clocked in", "delete": "~"}
    assert text.startswith(starts[change])


async def test_a_late_update_of_a_question_is_followed_by_another(services: Services, chat: Chat, clock: Clock) -> None:
    await workspace_settings.change(services, ADMIN, log_channel="no")
    await remind(services, clock)
    await send_all(services, chat)
    event_id = await clock_in(services)
    late = await claim(services)

    async def other_replica() -> None:
        await recording.delete(services, ADMIN, event_id)
        await send(services, chat, [one for one in await claim(services) if one.kind == Kind.PROMPT_UPDATE])

    chat.before_update.append(other_replica)
    await send(services, chat, late)
    await send_all(services, chat)

    assert chat.texts["1"] == "Good morning! You haven't clocked in yet."


async def test_updates_in_a_row_end(services: Services, chat: Chat, clock: Clock) -> None:
    event_id = await clock_in(services)
    await send_all(services, chat)

    is_deleted = False

    async def flip() -> None:
        nonlocal is_deleted
        await (recording.restore if is_deleted else recording.delete)(services, ADMIN, event_id)
        is_deleted = not is_deleted
        for own in await claim(services):
            await services.database.write(lambda tx, own=own: outbox.sent(tx.connection, own, None, tx.now))  # type: ignore[misc]

    clock.advance(hours=1)
    await clock_out(services)
    chat.before_update += [flip] * 20
    assert await send_all(services, chat) == 1 + MOST_IN_A_ROW


@pytest.mark.parametrize("step", ["remember", "update"])
async def test_a_question_is_sent_once_though_it_can_not_be_remembered(
    services: Services, chat: Chat, clock: Clock, monkeypatch: pytest.MonkeyPatch, step: str
) -> None:
    await workspace_settings.change(services, ADMIN, log_channel="no")
    await remind(services, clock)
    waiting = await claim(services)

    async def away(*_: object) -> None:
        raise Unavailable("the connection is lost")

    monkeypatch.setattr(prompts, step, away)
    if step == "update":
        remember = prompts.remember

        async def answered_meanwhile(*how: Any) -> bool:
            await clock_in(services)
            return await remember(*how)

        monkeypatch.setattr(prompts, "remember", answered_meanwhile)
    await send(services, chat, waiting)
    assert list(chat.texts.values()) == ["Good morning! You haven't clocked in yet."]
