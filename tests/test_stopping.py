"""What is running when the bot has to stop is finished, so that nobody gets a message twice; but not for long."""

from __future__ import annotations

import asyncio
from collections.abc import Coroutine
from contextlib import AsyncExitStack, suppress
from dataclasses import dataclass, field
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest

from bot.app import running
from bot.attendance import recording
from bot.cli.demo import demo_settings
from bot.permissions import Caller, Role, Via
from bot.practice.model import Fault
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from bot.runtime import tasks
from bot.runtime.encryption import Sealer
from bot.runtime.outbox_sender import Message, send_due
from bot.runtime.services import Services
from bot.webhooks import deliveries
from bot.webhooks.deliveries import call_due
from bot.workspaces.installations import Credentials, InstalledWorkspaces
from storage import outbox, people
from storage.database import Database, Transaction, open_database
from storage.errors import Unavailable
from storage.webhooks import Webhook
from tests.builders import OPERATOR, one_by_one, workplace
from tests.conftest import WORKSPACE, Clock, unlimited
from tests.storage.test_webhooks import spread

ANA, MARCO = "U0ANA", "U0MARCO"
STOP_WITHIN_SECONDS = 5.0


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@dataclass
class Slow:
    """Takes what it is sent at once, and answers when it may."""

    taken: list[str] = field(default_factory=list)
    came: asyncio.Event = field(default_factory=asyncio.Event)
    may_answer: asyncio.Event = field(default_factory=asyncio.Event)

    async def take(self, what: str) -> None:
        self.taken.append(what)
        self.came.set()
        await self.may_answer.wait()

    async def post(self, message: Message) -> None:
        await self.take(message.message_id)

    async def send(self, webhook: Webhook, call: Message, secret: str) -> str:
        await self.take(call.message_id)
        return "204"

    async def renew(self, refresh_token: str) -> Credentials:
        await self.take(refresh_token)
        return Credentials("xoxb-new", "xoxe-new", None)


async def broken_off(work: Coroutine[Any, Any, object], slow: Slow, *, answers: bool) -> None:
    """Breaks the work off once `slow` has taken something, of which it then says so."""
    task = asyncio.create_task(work)
    await slow.came.wait()
    task.cancel()
    if answers:
        slow.may_answer.set()
    async with asyncio.timeout(STOP_WITHIN_SECONDS):
        with suppress(asyncio.CancelledError):
            await task
    assert task.cancelled()


@pytest.fixture
async def services(database: Database) -> Services:
    """Marco has clocked Ana in. She should get a message, and a webhook a call."""
    opened = await workplace(database, {ANA: "Europe/Berlin", MARCO: "Europe/Berlin"})
    await deliveries.add(opened, OPERATOR, "https://93.184.215.14/", may_reach=(), sealer=None)
    await recording.clock_in(opened, Caller(WORKSPACE, MARCO, Via.SLACK, Role.ADMIN), ANA)
    return opened


async def test_a_message_that_slack_accepted_is_marked_as_sent_even_during_a_stop(
    services: Services, clock: Clock
) -> None:
    slow = Slow()
    await broken_off(send_due(services, WORKSPACE, one_by_one(slow.post)), slow, answers=True)
    clock.advance(minutes=2)
    await send_due(services, WORKSPACE, one_by_one(slow.post))
    assert len(slow.taken) == 1


async def test_a_call_that_was_accepted_during_a_stop_is_not_repeated(services: Services, clock: Clock) -> None:
    slow = Slow()
    await spread(services)
    (address,) = await deliveries.with_due(services)()
    await broken_off(call_due(services, slow.send, None, address), slow, answers=True)
    clock.advance(minutes=2)
    await call_due(services, slow.send, None, address)
    assert len(slow.taken) == 1


async def test_a_failing_call_lets_the_others_finish_before_a_stop(
    services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    await recording.clock_in(services, Caller(WORKSPACE, MARCO, Via.SLACK, Role.ADMIN), MARCO)
    slow, failed, mark = Slow(), asyncio.Event(), outbox.sent

    def sent(*call: Any) -> None:
        if not failed.is_set():
            failed.set()
            raise Unavailable("the ledger is away for a moment")
        mark(*call)

    async def send(webhook: Webhook, call: Message, secret: str) -> str:
        if call.ordering_key == MARCO:
            return await slow.send(webhook, call, secret)
        slow.taken.append(call.message_id)
        return "204"

    monkeypatch.setattr(outbox, "sent", sent)
    await spread(services)
    (address,) = await deliveries.with_due(services)()
    calling = asyncio.create_task(call_due(services, send, None, address))
    await failed.wait()
    assert not (await asyncio.wait([calling], timeout=0.1))[0]
    slow.may_answer.set()
    with pytest.raises(Unavailable):
        await calling
    clock.advance(minutes=2)
    await call_due(services, send, None, address)
    assert len(slow.taken) == 3, "only the one that could not be marked comes again"


async def test_a_token_renewed_during_a_stop_is_stored(database: Database, clock: Clock) -> None:
    slow = Slow()
    installed = InstalledWorkspaces(database, Sealer("A" * 43 + "="), slow.renew)
    await installed.install(WORKSPACE, Credentials("xoxb-old", "xoxe-old", clock() + timedelta(hours=1)), ANA)
    await broken_off(installed.renew(WORKSPACE), slow, answers=True)
    assert (await installed.credentials(WORKSPACE)).token == "xoxb-new"


async def test_a_stop_does_not_wait_long_for_answers(
    services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tasks, "FINISH_WITHIN_SECONDS", 0.05)
    slow = Slow()
    await broken_off(send_due(services, WORKSPACE, one_by_one(slow.post)), slow, answers=False)
    slow.may_answer.set()
    clock.advance(minutes=2)
    await send_due(services, WORKSPACE, one_by_one(slow.post))
    assert len(slow.taken) == 2, "twice rather than never"


async def test_a_bot_stopped_while_slack_holds_its_answer_has_said_it_once_after_the_restart(
    tmp_path: Path, database_url: str, clock: Clock
) -> None:
    async with AsyncExitStack() as stack:
        workspace = Workspace(bot_url="", team_id=WORKSPACE)
        slack = await stack.enter_async_context(serve(workspace, port=0))
        settings = demo_settings(workspace, slack, tmp_path).model_copy(update={"database_url": database_url})
        hold = asyncio.Event()
        stack.callback(hold.set)
        workspace.faults["chat.postMessage"] = Fault(hold=hold)
        first = AsyncExitStack()
        await first.enter_async_context(running(settings, clock=clock, way=unlimited))
        await tell(database_url, clock, "before")
        await workspace.until(lambda: any(call.method == "chat.postMessage" for call in workspace.calls))

        stopped = asyncio.create_task(first.aclose())
        await asyncio.wait([stopped], timeout=0.3)  # as long as Slack holds its answer, and not for ever
        hold.set()
        async with asyncio.timeout(STOP_WITHIN_SECONDS):
            await stopped

        clock.advance(minutes=2)
        await tell(database_url, clock, "after")
        await stack.enter_async_context(running(settings, clock=clock, way=unlimited))
        await workspace.until(lambda: "after" in said(workspace))
        assert said(workspace) == ["before", "after"]


async def tell(database_url: str, clock: Clock, text: str) -> None:
    """As another replica would."""
    opened = await open_database(database_url, clock=clock)

    def write(tx: Transaction) -> None:
        people.add_workspace_if_new(tx.connection, WORKSPACE, platform=people.Platform.SLACK, zone="UTC", at=tx.now)
        outbox.add(tx.connection, WORKSPACE, ANA, outbox.TEXT, tx.now, facts={"text": text})

    await opened.write(write)
    await opened.close()


def said(workspace: Workspace) -> list[str]:
    return [message.text for message in workspace.messages]
