"""Bodies on their way: compressed, cut off, too slow, too large, by turns."""

from __future__ import annotations

import asyncio
import gzip
import json
from io import BytesIO
from urllib.parse import urlsplit

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.api import bodies
from tests.api.conftest import ANA, Client
from tests.api.test_decoding import BATCH, IN, JSON, part


@pytest.fixture
def engine() -> str:
    return "sqlite"  # a body is read before any ledger has a say


async def begin(
    api: Client, *headers: str, who: str | None = "admin", kind: str = "application/json", path: str = IN
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A request whose body the test sends itself."""
    address = urlsplit(api.address)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    token = [f"gd-api-token: {api.tokens[who]}"] if who else []
    lines = [f"POST {path} HTTP/1.1", "Host: bot", f"Content-Type: {kind}", *token, *headers, "", ""]
    writer.write("\r\n".join(lines).encode())
    return reader, writer


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "GZIP", "nonsense", "identity, gzip"])
async def test_a_compressed_body_is_refused(api: Client, encoding: str) -> None:
    headers = {"Content-Encoding": encoding, "Content-Type": "application/json"}
    reply = await api.call("POST", IN, data=b"whatever", headers=headers)
    assert (reply.status, reply.code) == (415, "unsupported-media-type")
    assert reply.headers["Accept-Encoding"] == "identity"
    for nothing in ("Identity", "", " "):
        headers["Content-Encoding"] = nothing
        assert (await api.call("POST", IN, data="[]", headers=headers)).faults == {"body": "is not a JSON object"}


@pytest.mark.parametrize("who", [None, "employee"])
@pytest.mark.parametrize("path", [IN, "/nowhere", "/healthz", "/slack/events"])
async def test_nothing_is_unpacked_whoever_sends_it(
    api: Client, path: str, who: str | None, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A megabyte may hold a gigabyte, and who unpacks it keeps everybody else waiting."""

    def unpack(*_: object, **__: object) -> None:
        raise AssertionError("unpacked")

    monkeypatch.setattr("aiohttp.http_parser.DeflateBuffer.feed_data", unpack)
    monkeypatch.setattr("aiohttp.compression_utils.ZLibDecompressor.decompress_sync", unpack)
    headers = {"Content-Encoding": "gzip"} | ({"gd-api-token": api.tokens[who]} if who else {})
    for data in (gzip.compress(b" " * 50_000_000), b"no gzip"):
        async with api.http.post(api.address + path, data=data, headers=headers) as response:
            assert response.status in (401, 404, 405, 415)


async def test_a_form_in_parts_that_comes_in_small_pieces_is_read_and_one_without_an_end_is_refused(
    api: Client,
) -> None:
    body = part(ANA.encode(), None) + part(b"a\r\n" * 900, None, name="comment")
    form = "multipart/form-data; boundary=B"
    for end, status in (b"", 400), (b"--B--\r\nand after it", 200):
        reader, writer = await begin(api, f"Content-Length: {len(body + end)}", "Connection: close", kind=form)
        for octet in body + end:
            writer.write(bytes([octet]))
            await writer.drain()
        async with asyncio.timeout(5):
            assert (await reader.readline()).startswith(f"HTTP/1.1 {status} ".encode())
        writer.close()


async def test_a_batch_is_no_form(api: Client) -> None:
    for form in (aiohttp.FormData({"records": "[]"}), aiohttp.FormData({"records": "[]"}, default_to_multipart=True)):
        reply = await api.call("POST", BATCH, data=form)
        assert (reply.code, reply.body["detail"]) == ("unsupported-media-type", "Send application/json.")


@pytest.mark.parametrize(
    ("why", "who", "length", "status"),
    [("a stranger", None, 100, 401), ("too much", "admin", 10**8, 413), ("neither JSON nor a form", "admin", 100, 415)],
)
async def test_nobody_is_asked_to_go_on_with_a_body_that_is_refused(
    api: Client, why: str, who: str | None, length: int, status: int
) -> None:
    reader, writer = await begin(api, f"Content-Length: {length}", "Expect: 100-continue", who=who, kind="text/x")
    async with asyncio.timeout(5):
        assert (await reader.readline()).startswith(f"HTTP/1.1 {status} ".encode()), why
        assert b"\r\nConnection: close\r\n" in await reader.readuntil(b"\r\n\r\n")
    writer.close()


async def test_who_hangs_up_before_being_told_to_go_on_is_no_fault_of_ours(api: Client) -> None:
    with capture_logs() as lines:
        for _ in range(10):
            _, writer = await begin(api, "Content-Length: 30", "Expect: 100-continue")
            writer.close()
            await writer.wait_closed()
        for _ in range(10):
            assert (await api.query()).body == []
    assert [line for line in lines if line["log_level"] == "error"] == []


async def test_who_has_no_body_to_send_keeps_the_connection(api: Client) -> None:
    headers = {"Expect": "100-continue", "gd-api-token": api.tokens["admin"]}
    async with api.http.get(f"{api.address}/offices", headers=headers) as answer:
        assert answer.status == 200
        assert "Connection" not in answer.headers


async def test_who_asks_before_sending_a_body_is_told_to_go_on(api: Client) -> None:
    body = json.dumps({"userId": ANA}).encode()
    reader, writer = await begin(api, f"Content-Length: {len(body)}", "Expect: 100-Continue")
    async with asyncio.timeout(5):
        assert await told(reader) == GO_ON
        writer.write(body)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
        assert b"\r\nConnection: " not in await reader.readuntil(b"\r\n\r\n")
    writer.close()


LARGE = b'{"records": [{}]}' + b" " * 2 * 1024**2

GO_ON = b"HTTP/1.1 100 Continue\r\n\r\n"


async def begin_large(api: Client, who: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    return await begin(api, f"Content-Length: {len(LARGE)}", "Expect: 100-continue", who=who, path=BATCH)


async def told(reader: asyncio.StreamReader) -> bytes:
    async with asyncio.timeout(10):
        return await reader.readuntil(b"\r\n\r\n")


async def test_a_person_sends_one_large_batch_after_the_other_and_holds_nobody_else_up(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = await begin_large(api, "admin")
    assert await told(reader) == GO_ON
    monkeypatch.setattr(bodies, "PATIENCE_SECONDS", 0.05)

    another, its_writer = await begin_large(api, "admin")
    answer = await told(another)
    assert answer.startswith(b"HTTP/1.1 429 ")
    assert b"\r\nRetry-After: 5\r\n" in answer
    assert (await api.call("POST", BATCH, json={"records": [{}]})).status == 200
    monkeypatch.setattr(bodies, "PATIENCE_SECONDS", 30.0)
    others, their_writer = await begin_large(api, "manager")
    assert await told(others) == GO_ON

    for writing in (writer, their_writer):
        writing.write(LARGE)
        await writing.drain()
    assert (await told(reader)).startswith(b"HTTP/1.1 200 ")
    assert (await told(others)).startswith(b"HTTP/1.1 200 ")
    for used in (writer, its_writer, their_writer):
        used.close()


async def test_large_batches_that_are_sent_at_once_are_all_answered(api: Client) -> None:
    sent = (api.call("POST", BATCH, data=BytesIO(LARGE), headers=JSON) for _ in range(20))
    assert {reply.status for reply in await asyncio.gather(*sent)} == {200}


@pytest.fixture
def one_at_once(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "LARGE_AT_ONCE", 1)


async def test_only_so_many_large_batches_are_on_their_way(
    one_at_once: None, api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    reader, writer = await begin_large(api, "admin")
    assert await told(reader) == GO_ON
    monkeypatch.setattr(bodies, "PATIENCE_SECONDS", 0.05)

    refused, its_writer = await begin_large(api, "manager")
    assert (await told(refused)).startswith(b"HTTP/1.1 429 ")

    for used in (writer, its_writer):
        used.close()


@pytest.fixture
def impatient(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bot.app.IDLE_SECONDS", 0.2)


@pytest.mark.parametrize("begun", [b"", b"GET /healthz HTTP/1.1\r\nHost: bot\r\n"])
async def test_a_connection_on_which_no_request_comes_is_closed(impatient: None, api: Client, begun: bytes) -> None:
    address = urlsplit(api.address)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(begun)
    async with asyncio.timeout(5):
        assert await reader.read() == b""
    writer.close()


async def test_a_sender_who_stalls_is_let_go(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE_SECONDS", 0.05)
    reader, writer = await begin(api, "Content-Length: 100")
    writer.write(b'{"userId"')
    async with asyncio.timeout(5):
        answer = await reader.readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    writer.close()
    assert (await api.query()).body == []


async def test_a_sender_who_hangs_up_is_no_fault_of_ours(api: Client) -> None:
    with capture_logs() as lines:
        _, writer = await begin(api, "Content-Length: 100")
        writer.write(b'{"userId"')
        await writer.drain()
        writer.close()
        await writer.wait_closed()
        assert (await api.query()).body == []
        await asyncio.sleep(0.05)
    assert [line for line in lines if line["log_level"] == "error"] == []
