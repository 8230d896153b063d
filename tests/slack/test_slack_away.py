"""For ten minutes Slack refuses, hangs or loses calls. People are answered all the same, and what was to be sent is
sent once, soon after."""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from types import SimpleNamespace
from typing import Any

import pytest
from slack_sdk.errors import SlackApiError
from slack_sdk.web.async_client import AsyncWebClient
from sqlalchemy import func, select

from bot.attendance import recording
from bot.permissions import Caller, Via
from bot.practice.limits import Limits
from bot.practice.model import Fault
from bot.runtime.outbox_sender import send_due
from bot.runtime.services import Services
from bot.slack.app import DELIVERIES
from bot.slack.client import one_client, post_messages
from bot.slack.serving import TO_SLACK
from bot.workspaces import workspace_settings
from storage import home_tabs, outbox, tables
from storage.database import Database, Transaction
from tests.builders import ADMIN, workplace
from tests.conftest import WORKSPACE, Clock, RunningBot
from tests.slack.conftest import People, change_settings

CHANNEL = "C0LOG"
PEOPLE = [f"U0{number}" for number in range(40)]
TABS, TOLD = PEOPLE[:8], PEOPLE[8:16]
RECOVERS_WITHIN = timedelta(minutes=3)


class AwaySlack:
    """Counts calls, keeps what it takes, and misbehaves until its `fault` is cleared."""

    def __init__(self, clock: Clock) -> None:
        self.clock, self.fault = clock, ""
        self.limits = Limits(lambda: clock.now.timestamp())
        self.calls = 0
        self.shown: dict[str, list[str]] = {}
        """Lines by the id of the message."""
        self.posted: Counter[str] = Counter()
        self.drawn: set[str] = set()

    async def api_call(self, method: str, **how: Any) -> dict[str, str]:
        self.calls += 1
        if self.fault == "refuses":
            answer = SimpleNamespace(status_code=429, headers={"Retry-After": "30"}, data={"error": "ratelimited"})
            raise SlackApiError("ratelimited", answer)  # type: ignore[no-untyped-call]
        if self.fault == "loses" and self.calls % 2:
            raise TimeoutError
        if self.fault == "hangs":
            self.clock.advance(seconds=10)
        payload = how["json"]
        assert not self.limits.retry_after(method, payload.get("channel", "")), method
        if method == "views.publish":
            self.drawn.add(payload["user_id"])
            return {}
        ts = payload.get("ts") or str(len(self.shown))
        self.shown[ts] = [block["text"]["text"] for block in payload["blocks"] if block["type"] == "section"]
        if method == "chat.postMessage":
            self.posted.update([payload["channel"]])
        return {"channel": payload["channel"], "ts": ts}


@pytest.fixture
async def services(database: Database) -> Services:
    services = await workplace(database, dict.fromkeys(PEOPLE, "Europe/Berlin"))
    await workspace_settings.change(services, ADMIN, zone="Europe/Berlin", log_channel=CHANNEL)

    def open_tabs(tx: Transaction) -> None:
        for user_id in TABS:
            home_tabs.opened(tx.connection, WORKSPACE, user_id, tx.now, sees_others=False)

    await database.write(open_tabs)
    return services


@pytest.mark.parametrize("fault", ["refuses", "hangs", "loses"])
async def test_what_was_to_be_sent_is_sent_once_within_minutes(
    services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch, fault: str
) -> None:
    slack = AwaySlack(clock)
    monkeypatch.setattr(AsyncWebClient, "api_call", lambda _self, method, **how: slack.api_call(method, **how))
    post = post_messages(services, one_client(AsyncWebClient(token="xoxb-none")), DELIVERIES)

    async def send_all() -> None:
        while await send_due(services, WORKSPACE, post, way=TO_SLACK):
            pass

    slack.fault, waiting, ends_at = fault, list(PEOPLE), clock.now + timedelta(minutes=10)
    while waiting or clock.now < ends_at:
        for user_id in waiting[:1]:
            caller = ADMIN if user_id in TOLD else Caller(WORKSPACE, user_id, Via.SLACK)
            await recording.clock_in(services, caller, user_id)
        del waiting[:1]
        await send_all()
        clock.advance(seconds=15)
    queued = await services.database.read(
        lambda tx: tx.connection.scalar(select(func.count()).select_from(tables.outbox))
    )
    assert queued == len(PEOPLE) + len(TABS) + len(TOLD), "a message for each change and place"
    assert slack.calls < 200

    slack.fault, recovered_at = "", clock.now
    while await services.database.read(
        lambda tx: outbox.due_lots(tx.connection, WORKSPACE, tx.now + timedelta(days=1))
    ):
        await send_all()
        clock.advance(seconds=5)
    assert clock.now - recovered_at < RECOVERS_WITHIN
    lines = [line for lines in slack.shown.values() for line in lines]
    for number, user_id in enumerate(PEOPLE):
        assert len([line for line in lines if line.startswith(f"*U0{number}* ")]) == 1, user_id
    assert {user_id: slack.posted[user_id] for user_id in TOLD} == dict.fromkeys(TOLD, 1)
    assert slack.drawn == set(TABS)


@pytest.mark.parametrize(
    "fault", [Fault(status=429, retry_after=30), Fault(delay=10), Fault(status=500)], ids=["refuses", "hangs", "fails"]
)
async def test_people_are_answered_at_once_meanwhile(
    bot: RunningBot, people: People, clock: Clock, fault: Fault
) -> None:
    await change_settings(bot, clock, log_channel="C0GENERAL")
    await people.type("U0ANA", "/attendance")
    for method in ("chat.postMessage", "chat.update", "views.publish", "users.info"):
        bot.workspace.faults[method] = fault
    for word, said in (("/clockin", "Clocked in"), ("/clockout", "Clocked out"), ("/attendance", "clocked out")):
        clock.advance(minutes=10)
        delivery = await bot.workspace.command("U0ANA", word)
        assert said in delivery.messages[0].text, "on the acknowledgement, which waits two seconds at most"
    bot.workspace.faults.clear()
