"""What an operator sees of a running bot: figures at /metrics, and a request's id from its door to the database."""

from __future__ import annotations

import asyncio
import json
import logging
import re
from collections.abc import AsyncIterator, Iterator
from contextlib import AsyncExitStack
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import aiohttp
import pytest
import structlog
from aiohttp import web
from prometheus_client.parser import text_string_to_metric_families

from bot.app import running
from bot.attendance import recording
from bot.cli.demo import demo_settings
from bot.operations import metrics
from bot.practice.model import Fault
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from bot.runtime import logs
from bot.webhooks import deliveries
from storage import database as ledger
from storage import outbox, people
from storage.database import Transaction, open_database
from tests.builders import OPERATOR, admins_token, caller, workplace
from tests.conftest import ROOT, WORKSPACE, Clock, RunningBot
from tests.receiver import Receiver, ok, receiving

ANA, ADA = "U0ANA", "U0ADA"
LOOPBACK = (ip_network("127.0.0.0/8"),)
DASHBOARD = ROOT / "deploy" / "grafana-dashboard.json"

Figures = dict[tuple[str, tuple[tuple[str, str], ...]], float]


@pytest.fixture(params=["sqlite", "postgresql"])
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
def other_settings() -> dict[str, object]:
    return {"webhooks_may_reach": LOOPBACK}


@pytest.fixture
async def http() -> AsyncIterator[aiohttp.ClientSession]:
    async with aiohttp.ClientSession() as session:
        yield session


async def scraped(http: aiohttp.ClientSession, address: str) -> Figures:
    async with http.get(f"{address}/metrics") as response:
        assert response.status == 200
        assert response.headers["Content-Type"].startswith("text/plain; version=")
        text = await response.text()
    families = text_string_to_metric_families(text)
    return {
        (sample.name, tuple(sorted(sample.labels.items()))): sample.value
        for family in families
        for sample in family.samples
    }


def value(figures: Figures, name: str, **labels: str) -> float:
    return figures[name, tuple(sorted(labels.items()))]


async def test_metrics_count_a_day_and_name_nobody(
    bot: RunningBot, http: aiohttp.ClientSession, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "ASKED_EVERY_SECONDS", 0.0)
    await bot.workspace.command(ANA, "/clockin", "my-private-reason")
    async with http.get(f"{bot.address}/attendance-events/0/history") as response:
        assert response.status == 401
    async with http.get(f"{bot.address}/anything/{ANA}") as response:
        assert response.status == 404
    figures = await scraped(http, bot.address)
    count = "attendance_http_requests_total"
    assert value(figures, count, method="POST", route="/slack/events", status="200") == 1
    assert value(figures, count, method="GET", route="/attendance-events/{id}/history", status="401") == 1
    assert value(figures, count, method="GET", route="none", status="404") == 1
    assert value(figures, "attendance_slack_acknowledgement_seconds_count", kind="command") == 1
    assert value(figures, "attendance_open_clock_ins") == 1
    assert value(figures, "attendance_database_up") == 1
    assert value(figures, "attendance_write_batch_size_bucket", le="+Inf") >= 1
    assert value(figures, "attendance_write_batch_size_sum") >= value(figures, "attendance_write_batch_size_count")
    assert value(figures, "attendance_database_connections") > 0
    assert value(figures, "attendance_messages_total", door="slack", outcome="given-up") == 0
    async with http.get(f"{bot.address}/metrics") as response:
        text = await response.text()
    assert not any(private in text for private in (ANA, WORKSPACE, "my-private-reason", "xoxb-"))


async def test_the_outbox_shows_its_size_its_age_and_what_was_given_up(
    bot: RunningBot, http: aiohttp.ClientSession, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "ASKED_EVERY_SECONDS", 0.0)
    bot.workspace.faults["chat.postMessage"] = Fault(error="fatal_error")
    opened = await open_database(bot.settings.database_url, clock=clock)

    def write(tx: Transaction) -> None:
        people.add_workspace_if_new(tx.connection, WORKSPACE, platform=people.Platform.SLACK, zone="UTC", at=tx.now)
        outbox.add(tx.connection, WORKSPACE, ANA, outbox.TEXT, tx.now, facts={"text": "news"})

    await opened.write(write)
    await opened.close()

    await until(http, bot, "attendance_messages_total", 1, door="slack", outcome="failed")
    assert value(await scraped(http, bot.address), "attendance_outbox_messages") == 1
    clock.advance(hours=2)
    assert value(await scraped(http, bot.address), "attendance_outbox_age_seconds") >= 7200
    clock.advance(hours=23)
    await until(http, bot, "attendance_messages_total", 1, door="slack", outcome="given-up")
    assert value(await scraped(http, bot.address), "attendance_outbox_messages") == 0


async def test_webhooks_show_how_many_calls_wait_for_how_long_and_what_was_given_up(
    bot: RunningBot, http: aiohttp.ClientSession, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(metrics, "ASKED_EVERY_SECONDS", 0.0)
    opened = await open_database(bot.settings.database_url, clock=clock)
    services = await workplace(opened, {ANA: "UTC"})
    async with receiving(Receiver(answer=lambda call: web.Response(status=500))) as receiver:
        webhook, _ = await deliveries.add(services, OPERATOR, receiver.address, may_reach=LOOPBACK, sealer=None)
        await recording.clock_in(services, caller(ANA), ANA)
        await until(http, bot, "attendance_webhook_calls_total", 1, outcome="failed")
        assert value(await scraped(http, bot.address), "attendance_webhook_calls_waiting") == 1
        clock.advance(hours=2)
        assert value(await scraped(http, bot.address), "attendance_webhook_calls_age_seconds") >= 7200
        clock.advance(hours=23)
        await until(http, bot, "attendance_webhook_calls_total", 1, outcome="given-up")
        figures = await scraped(http, bot.address)
        assert value(figures, "attendance_webhook_calls_waiting") == 0
        assert value(figures, "attendance_webhook_calls_age_seconds") == 0
        receiver.answer = ok
        await deliveries.resend(services, OPERATOR, webhook.webhook_id, [])
        await until(http, bot, "attendance_webhook_calls_total", 1, outcome="taken")
    await opened.close()


async def until(http: aiohttp.ClientSession, bot: RunningBot, name: str, expected: float, **labels: str) -> None:
    """Waits for a counter. A scrape reads the ledger first and the counters after: what the ledger holds by then is
    told by the next one."""
    async with asyncio.timeout(10):
        while True:
            if value(await scraped(http, bot.address), name, **labels) >= expected:
                return
            await asyncio.sleep(0.05)


async def test_the_ledger_is_counted_at_most_every_15_seconds(bot: RunningBot, http: aiohttp.ClientSession) -> None:
    before = value(await scraped(http, bot.address), "attendance_open_clock_ins")
    await bot.workspace.command(ANA, "/clockin")
    assert value(await scraped(http, bot.address), "attendance_open_clock_ins") == before


async def test_the_dashboard_uses_existing_metrics(bot: RunningBot, http: aiohttp.ClientSession) -> None:
    await bot.workspace.command(ANA, "/clockin")
    known = {name for name, _ in await scraped(http, bot.address)}
    dashboard = json.loads(DASHBOARD.read_text())
    asked = [target["expr"] for panel in dashboard["panels"] for target in panel.get("targets", [])]
    named = {name for expression in asked for name in re.findall(r"\b(?:attendance|process)_\w+", expression)}
    assert named - known == set()
    families = {re.sub(r"_(total|bucket|sum|count|created)$", "", name) for name in known if "attendance" in name}
    assert {name for name in families if not any(name in expression for expression in asked)} == set()


async def test_a_request_carries_its_id_from_the_door_into_the_answer(
    bot: RunningBot, http: aiohttp.ClientSession
) -> None:
    async with http.get(f"{bot.address}/healthz") as first, http.get(f"{bot.address}/healthz") as second:
        ids = first.headers["X-Request-Id"], second.headers["X-Request-Id"]
    assert ids[0] != ids[1]
    assert all(re.fullmatch(r"[0-9a-f]{12}", one) for one in ids)
    async with http.get(f"{bot.address}/healthz", headers={"X-Request-Id": "chosen-by-a-stranger"}) as response:
        assert response.headers["X-Request-Id"] != "chosen-by-a-stranger"


class Lines(logging.Handler):
    """The log as JSON lines."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[dict[str, Any]] = []

    def emit(self, record: logging.LogRecord) -> None:
        line = self.format(record)
        if line.startswith("{"):
            self.told.append(json.loads(line))

    def of(self, event: str) -> dict[str, Any]:
        (line,) = (line for line in self.told if line["event"] == event)
        return line


@pytest.fixture
def lines() -> Iterator[Lines]:
    """As served, in JSON."""
    root, structured = logging.getLogger(), structlog.get_config()
    handlers, level = root.handlers, root.level
    logs.configure("debug", "json")
    caught = Lines()
    caught.setFormatter(root.handlers[0].formatter)
    root.handlers = [caught]
    yield caught
    structlog.configure(**structured)
    root.handlers = handlers
    root.setLevel(level)


async def test_a_proxys_id_is_in_every_log_line_down_to_the_database(
    tmp_path: Path, database_url: str, lines: Lines, monkeypatch: pytest.MonkeyPatch, http: aiohttp.ClientSession
) -> None:
    monkeypatch.setattr(ledger, "SLOW_SECONDS", -1.0)
    whole = recording.clock_in

    async def broken(*args: Any, **kwargs: Any) -> Any:
        await whole(*args, **kwargs)
        raise RuntimeError("a bug")

    monkeypatch.setattr(recording, "clock_in", broken)
    opened = await open_database(database_url)
    services = await workplace(opened, {ADA: "UTC", ANA: "UTC"})
    token = await admins_token(services, ADA)
    await opened.close()
    lines.told.clear()
    async with AsyncExitStack() as stack:
        workspace = Workspace(bot_url="", team_id=WORKSPACE)
        slack = await stack.enter_async_context(serve(workspace, port=0))
        settings = demo_settings(workspace, slack, tmp_path).model_copy(
            update={"database_url": database_url, "trusted_proxies": (ip_network("127.0.0.0/8"),)}
        )
        address = await stack.enter_async_context(running(settings))
        headers = {"X-Request-Id": "edge-4711", "Authorization": f"Bearer {token}"}
        body = {"userId": ADA, "comment": "my-private-reason"}
        async with http.post(f"{address}/attendance-events/clock-in", json=body, headers=headers) as response:
            problem = await response.json()
        assert (response.status, problem["reference"]) == (500, "edge-4711")
        assert response.headers["X-Request-Id"] == "edge-4711"
        workspace.bot_url = f"{address}/slack/events"
        typed = await workspace.command(ANA, "/clockin")
    mine = [line for line in lines.told if line.get("request_id") == "edge-4711"]
    assert {line["event"] for line in mine} == {"ledger-slow", "request-failed", "answered"}
    assert "write" in {line["kind"] for line in mine if line["event"] == "ledger-slow"}
    failed = lines.of("listener-failed")
    assert failed["reference"] == failed["request_id"]
    assert failed["reference"] in typed.messages[0].text
    assert not any("my-private-reason" in str(line) or token in str(line) for line in lines.told)


async def test_while_stopping_it_serves_and_is_not_ready(tmp_path: Path, http: aiohttp.ClientSession) -> None:
    stopping = asyncio.Event()
    workspace = Workspace(bot_url="", team_id=WORKSPACE)
    async with serve(workspace, port=0) as slack:
        settings = demo_settings(workspace, slack, tmp_path)
        async with running(settings, stopping=stopping) as address:
            async with http.get(f"{address}/readyz") as response:
                assert response.status == 200
                assert "Connection" not in response.headers
            stopping.set()
            async with http.get(f"{address}/readyz") as response:
                assert (response.status, await response.json()) == (503, {"status": "stopping"})
                assert response.headers["Connection"] == "close", "whoever holds a connection looks for another replica"
            async with http.get(f"{address}/readyz?of=database") as response:
                assert response.status == 503, "whatever is asked about"
            async with http.get(f"{address}/healthz") as response:
                assert response.status == 200
            workspace.bot_url = f"{address}/slack/events"
            assert (await workspace.command(ANA, "/clockin")).messages[0].text.startswith("✅ *Clocked in at ")
