"""Strangers can send as much as they like, as slowly as they like: it costs little memory, and Slack is answered."""

from __future__ import annotations

import asyncio
import time
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager
from urllib.parse import urlencode, urlsplit

import pytest

from bot.slack import unsigned_bodies
from bot.slack.request_verification import MOST_BYTES
from tests.conftest import RunningBot

STRANGERS = 200
CHUNK = b"x" * (MOST_BYTES - 1000)
ALL_OF_THEM = STRANGERS * len(CHUNK)


def head(length: int | None, **headers: str) -> bytes:
    named = {"Host": "bot", "X-Slack-Request-Timestamp": str(int(time.time())), "X-Slack-Signature": "v0=" + "0" * 64}
    if length is not None:
        named["Content-Length"] = str(length)
    named |= {name.replace("_", "-"): value for name, value in headers.items()}
    lines = [f"{name}: {value}" for name, value in named.items() if value]
    return "\r\n".join(["POST /slack/events HTTP/1.1", *lines, "", ""]).encode()


@asynccontextmanager
async def connections(
    bot: RunningBot, count: int
) -> AsyncIterator[list[tuple[asyncio.StreamReader, asyncio.StreamWriter]]]:
    address = urlsplit(bot.address)
    async with AsyncExitStack() as stack:
        opened = []
        for _ in range(count):
            reader, writer = await asyncio.open_connection(address.hostname, address.port)
            stack.callback(writer.close)
            opened.append((reader, writer))
        yield opened


async def answer_of(reader: asyncio.StreamReader) -> tuple[int, str]:
    async with asyncio.timeout(20):
        lines = (await reader.readuntil(b"\r\n\r\n")).decode()
    return int(lines.split()[1]), lines


async def test_hundreds_who_send_slowly_hold_little_and_slack_is_answered(bot: RunningBot) -> None:
    """Each sends half a mebibyte but the end of it, and waits."""
    async with connections(bot, STRANGERS) as strangers:
        tracemalloc.start()
        before, _ = tracemalloc.get_traced_memory()
        try:
            for _, writer in strangers:
                writer.write(head(MOST_BYTES) + CHUNK)
                await asyncio.wait_for(writer.drain(), 20)
            (answer,) = (await bot.workspace.command("U0ANA", "/clockin")).messages
            assert answer.text == "✅ *Clocked in at 09:02.*"
            now, _ = tracemalloc.get_traced_memory()
            made_way = STRANGERS - unsigned_bodies.MOST_BYTES // MOST_BYTES
            answers = [await answer_of(reader) for reader, _ in strangers[:made_way]]
        finally:
            tracemalloc.stop()
    assert {status for status, _ in answers} == {503}
    assert all("Retry-After: 5" in lines for _, lines in answers)
    assert now - before < ALL_OF_THEM / 4


@pytest.mark.parametrize(
    ("why", "length", "headers", "status"),
    [
        ("no signature", MOST_BYTES, {"X_Slack_Signature": ""}, 413),
        ("no timestamp", MOST_BYTES, {"X_Slack_Request_Timestamp": ""}, 401),
        ("a stale timestamp", MOST_BYTES, {"X_Slack_Request_Timestamp": "1700000000"}, 401),
        ("a signature that can't be one", MOST_BYTES, {"X_Slack_Signature": "v0=abc"}, 401),
        ("no length", None, {"Transfer_Encoding": "chunked"}, 411),
        ("too long", MOST_BYTES + 1, {}, 413),
    ],
)
async def test_what_can_not_be_slacks_is_refused_before_its_body_comes(
    bot: RunningBot, why: str, length: int | None, headers: dict[str, str], status: int
) -> None:
    async with connections(bot, 1) as [(reader, writer)]:
        writer.write(head(length, **headers))
        assert (await answer_of(reader))[0] == status, why


async def test_a_body_that_fits_is_read_however_many_came_before(bot: RunningBot) -> None:
    """Room is given back: by those who were refused, those who hung up, and those who were answered."""
    for _ in range(3 * unsigned_bodies.MOST_BYTES // MOST_BYTES):
        async with connections(bot, 1) as [(reader, writer)]:
            writer.write(head(MOST_BYTES) + CHUNK)
            await writer.drain()
    assert (await bot.workspace.deliver_raw(CHUNK, {"X-Slack-Signature": "v0=abc"})).status == 401
    async with connections(bot, 1) as [(reader, writer)]:
        writer.write(head(len(CHUNK)) + CHUNK)
        assert (await answer_of(reader))[0] == 401


async def test_no_answer_names_versions(bot: RunningBot) -> None:
    for sent in (
        b"GET /healthz HTTP/1.1\r\nHost: bot\r\n\r\n",
        b"GET /nowhere HTTP/1.1\r\nHost: bot\r\n\r\n",
        b"x\r\n\r\n",
    ):
        async with connections(bot, 1) as [(reader, writer)]:
            writer.write(sent)
            _, lines = await answer_of(reader)
            assert "\r\nServer: attendance\r\n" in lines


async def test_strangers_who_announce_much_and_send_nothing_push_out_none_of_slacks(bot: RunningBot) -> None:
    body = urlencode({"command": "/clockin", "text": "", "team_id": "T0BAKERY", "user_id": "U0ANA"}).encode()
    signed = {"Content_Type": "application/x-www-form-urlencoded"} | bot.workspace.sign(body)
    async with connections(bot, STRANGERS + 1) as [(reader, writer), *strangers]:
        writer.write(head(len(body), **signed))
        for _, stranger in strangers:
            stranger.write(head(MOST_BYTES))
        for other, _ in strangers[: STRANGERS - unsigned_bodies.MOST_BYTES // MOST_BYTES]:
            assert (await answer_of(other))[0] == 503
        writer.write(body)
        assert (await answer_of(reader))[0] == 200
