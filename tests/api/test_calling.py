"""One call of a webhook: what counts as accepted, what isn't followed, and where it never connects."""

from __future__ import annotations

import asyncio
import contextlib
import json
import socket
import textwrap
from collections.abc import AsyncIterator, Callable
from datetime import UTC, datetime
from ipaddress import ip_network
from typing import Any

import pytest
from aiohttp import web

from bot.api.webhook_client import sender
from bot.runtime.outbox_sender import Message, NotSent
from bot.webhooks import calls, deliveries
from storage import audit, pairs
from storage.database import Database
from storage.pairs import Pair, PairEvent
from storage.webhooks import Webhook
from tests.builders import ADMIN, workplace
from tests.conftest import MONDAY_MORNING, ROOT, WORKSPACE, Clock
from tests.receiver import Received, Receiver, is_genuine, receiving

PAGE = (ROOT / "docs" / "api.md").read_text()
SECRET = "whsec_c2VjcmV0"
LOOPBACK = (ip_network("127.0.0.0/8"),)
HALF = PairEvent("in", MONDAY_MORNING, MONDAY_MORNING, "U0ANA", "api", "UTC")
FACTS = json.loads(audit.canonical(pairs.to_audit_fields(Pair(WORKSPACE, "U0ANA", MONDAY_MORNING.date(), HALF))))


@pytest.fixture
def engine() -> str:
    return "sqlite"


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as opened:
        yield opened


def webhook_at(url: str) -> Webhook:
    return Webhook(WORKSPACE, "hook", url, SECRET, "U0ADA", MONDAY_MORNING)


CALL = Message(
    *(WORKSPACE, "event", "hook", MONDAY_MORNING, MONDAY_MORNING, 0, calls.KIND),
    *({"type": "attendance.clocked-in", "pair": FACTS}, "U0ANA", MONDAY_MORNING, None, None, None),
)


def status(number: int) -> Callable[[Received], web.StreamResponse]:
    return lambda call: web.Response(status=number, headers={"Location": "/elsewhere"})


async def test_a_call_is_signed_with_the_time_of_the_attempt(receiver: Receiver, clock: Clock) -> None:
    async with sender(LOOPBACK, clock) as send:
        for _ in range(2):
            assert await send(webhook_at(receiver.address), CALL, SECRET) == "204"
            clock.advance(minutes=1)
    first, second = receiver.taken
    assert first.body == second.body
    assert [call.headers["Webhook-Timestamp"] for call in receiver.taken] == ["1795420920", "1795420980"]
    assert all(is_genuine(SECRET, call.headers, call.body) for call in receiver.taken)


async def test_the_example_in_the_docs_verifies_it(receiver: Receiver) -> None:
    block = PAGE.partition("By hand:\n\n")[2].partition("\n\n#")[0]
    known: dict[str, Any] = {}
    exec(textwrap.dedent(block), known)
    async with sender(LOOPBACK, lambda: datetime.now(UTC)) as send:
        await send(webhook_at(receiver.address), CALL, SECRET)
    (call,) = receiver.taken
    assert known["is_genuine"](SECRET, call.headers, call.body)
    assert not known["is_genuine"]("whsec_b3RoZXI=", call.headers, call.body)
    assert not known["is_genuine"](SECRET, call.headers, call.body + b" ")
    old = dict(call.headers) | {"Webhook-Timestamp": str(int(call.headers["Webhook-Timestamp"]) - 600)}
    assert not known["is_genuine"](SECRET, old, call.body)


@pytest.mark.parametrize("number", [301, 302, 307, 308, 400, 404, 410, 429, 500, 503])
async def test_only_a_success_counts_and_no_redirection_is_followed(
    receiver: Receiver, clock: Clock, number: int
) -> None:
    receiver.answer = status(number)
    async with sender(LOOPBACK, clock) as send:
        with pytest.raises(NotSent, match=str(number)):
            await send(webhook_at(receiver.address), CALL, SECRET)
    assert len(receiver.came) == 1


async def test_a_call_ends_at_its_time_limit(receiver: Receiver, clock: Clock) -> None:
    receiver.answer = lambda call: None
    async with sender(LOOPBACK, clock, timeout_seconds=0.2) as send:
        with pytest.raises(NotSent, match="did not answer in time"):
            await send(webhook_at(receiver.address), CALL, SECRET)


async def test_an_endless_answer_counts_by_its_status(receiver: Receiver, clock: Clock) -> None:
    written = []

    async def endless() -> AsyncIterator[bytes]:
        while True:
            written.append(1)
            yield b"x" * 4096

    receiver.answer = lambda call: web.Response(body=endless())
    async with sender(LOOPBACK, clock) as send:
        assert await send(webhook_at(receiver.address), CALL, SECRET) == "200"
    assert len(written) * 4096 < 20_000_000, "what the system's own buffers hold, and then no more"


async def test_endless_interim_answers_are_a_failure(clock: Clock) -> None:
    async def go_on(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        try:
            with contextlib.suppress(ConnectionError):
                while True:
                    writer.write(b"HTTP/1.1 100 Continue\r\n\r\n" * 100)
                    await writer.drain()
        finally:
            writer.close()

    server = await asyncio.start_server(go_on, "127.0.0.1", 0)
    async with server, sender(LOOPBACK, clock, timeout_seconds=0.3) as send:
        with pytest.raises(NotSent, match="did not answer in time"):
            await send(webhook_at(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"), CALL, SECRET)


async def test_interim_answers_are_skipped(clock: Clock) -> None:
    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.write(b"HTTP/1.1 103 Early Hints\r\n\r\n" * 3 + b"HTTP/1.1 204 No Content\r\n\r\n")
        await writer.drain()
        writer.close()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    async with server, sender(LOOPBACK, clock) as send:
        assert await send(webhook_at(f"http://127.0.0.1:{server.sockets[0].getsockname()[1]}"), CALL, SECRET) == "204"


async def test_no_connection_or_no_answer_is_a_failure(clock: Clock) -> None:
    with socket.socket() as closed:
        closed.bind(("127.0.0.1", 0))
        async with sender(LOOPBACK, clock) as send:
            with pytest.raises(NotSent, match="can't be connected to"):
                await send(webhook_at(f"http://127.0.0.1:{closed.getsockname()[1]}/"), CALL, SECRET)


@pytest.mark.parametrize(
    "host", ["127.0.0.1", "localhost", "2130706433", "127.1", "0", "[::1]", "[::ffff:127.0.0.1]", "[::]"]
)
async def test_addresses_in_closed_networks_are_not_connected_to(receiver: Receiver, clock: Clock, host: str) -> None:
    async with sender((), clock) as send:
        with pytest.raises(NotSent):
            await send(webhook_at(receiver.address.replace("127.0.0.1", host)), CALL, SECRET)
    assert receiver.came == []


async def test_the_address_is_checked_again_when_the_call_connects(
    receiver: Receiver, clock: Clock, database: Database, monkeypatch: pytest.MonkeyPatch
) -> None:
    """DNS rebinding: public when it is registered, our own machine when it is called."""
    meant = ["93.184.215.14"]
    really = socket.getaddrinfo

    def resolve(host: Any, port: Any, *how: Any, **more: Any) -> Any:
        return really(meant[0] if host == "rebinding.example" else host, port, *how, **more)

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    services = await workplace(database, {})
    url = receiver.address.replace("http://127.0.0.1", "https://rebinding.example")
    webhook, secret = await deliveries.add(services, ADMIN, url, may_reach=(), sealer=None)
    meant[0] = "127.0.0.1"
    async with sender((), clock) as send:
        with pytest.raises(NotSent, match="can't be connected to: within a private network"):
            await send(webhook, CALL, secret)
    assert receiver.came == []
