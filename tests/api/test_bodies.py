"""Bodies of requests: JSON, forms, the query in their place; compressed, cut off, too slow, too large."""

from __future__ import annotations

import asyncio
import gzip
import itertools
import json
import tracemalloc
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack
from io import BytesIO
from urllib.parse import urlsplit

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.api import bodies
from bot.api.bodies import LARGEST_BODY
from bot.api.handling import LARGE_BODIES
from tests.api.conftest import ANA, BEN, Client, on_sqlite
from tests.conftest import Clock

IN, BATCH = "/attendance-events/clock-in", "/attendance-events/batch"
JSON, FORM = {"Content-Type": "application/json"}, {"Content-Type": "application/x-www-form-urlencoded"}
PARTS = {"Content-Type": "multipart/form-data; boundary=B"}


@pytest.fixture
def engine() -> str:
    return "sqlite"  # a body is read before any ledger has a say


def part(body: bytes, *, name: str = "userId", more: str = "") -> bytes:
    return f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n{more}\r\n'.encode() + body + b"\r\n"


NOT_JSON, NOT_A_FORM = "isn't JSON in UTF-8", "isn't a readable form"
BROKEN: list[tuple[dict[str, str], bytes, str]] = [
    (JSON, b'{"userId": "U0ANA",}', "isn't JSON. See line 1, column 20"),
    (JSON, b'{"userId":\n "U0', "isn't JSON. See line 2, column 2"),
    (JSON, b"[]", "must be a JSON object"),
    (JSON, b"\xff", NOT_JSON),
    (JSON, b"[" * 100_000, NOT_JSON),
    (JSON, b'{"userId": ' + b"9" * 10_000 + b"}", NOT_JSON),
    (FORM, b"userId=%FF", NOT_A_FORM),
    (FORM, b"userId=U0ANA&comment=\xff", NOT_A_FORM),
    (FORM, b"a=b&" * 1000, NOT_A_FORM),
    (FORM, b'{"userId": "U0ANA"}', "is JSON. Send it with Content-Type: application/json"),
    (
        FORM | {"Content-Type": f"{FORM['Content-Type']}; charset=punycode"},
        b"a",
        "must be UTF-8",
    ),
    ({"Content-Type": "multipart/form-data"}, b"userId", NOT_A_FORM),
    (PARTS, b"--B\r\nbroken", NOT_A_FORM),
    (PARTS, part(ANA.encode()), NOT_A_FORM),  # without an end
    (PARTS, part(b"\xff") + b"--B--", NOT_A_FORM),
    (PARTS, part(ANA.encode(), more="Content-Transfer-Encoding: x-unknown\r\n") + b"--B--", NOT_A_FORM),
    (PARTS, b"\n" * 1_000_000, NOT_A_FORM),  # half a minute of reading lines, were they read
]


async def test_a_body_that_can_not_be_read_is_refused(api: Client) -> None:
    for headers, body, reason in BROKEN:
        async with asyncio.timeout(5):
            reply = await api.call("POST", IN, data=body, headers=headers)
        assert (reply.status, reply.code) == (400, "invalid-parameter"), body[:40]
        assert reply.faults["body"].startswith(reason), body[:40]
    assert (await api.query()).body == []


@pytest.mark.parametrize("path", [IN, BATCH])
async def test_a_body_of_more_than_a_mebibyte_is_refused(api: Client, path: str) -> None:
    async def chunks() -> AsyncIterator[bytes]:
        yield b'{"userId": "' + b"x" * 1024 * 1024

    for data in (BytesIO(b" " * (1024 * 1024 + 1)), chunks()):
        reply = await api.call("POST", path, data=data, headers=JSON)
        assert (reply.status, reply.code) == (413, "too-large")
    assert (await api.call("POST", path, data=b"[]" + b" " * (1024 * 1024 - 2), headers=JSON)).status == 400


async def test_only_json_and_forms_are_read_and_only_json_as_a_batch(api: Client) -> None:
    for kind, body in (("text/plain", b"userId=U0ANA"), ("application/xml", b"<userId/>"), ("application/json+", b"x")):
        reply = await api.call("POST", IN, data=body, headers={"Content-Type": kind})
        assert (reply.status, reply.body["detail"]) == (415, "Send application/json or a form.")
    for form in (aiohttp.FormData({"records": "[]"}), aiohttp.FormData({"records": "[]"}, default_to_multipart=True)):
        reply = await api.call("POST", BATCH, data=form)
        assert (reply.code, reply.body["detail"]) == ("unsupported-media-type", "Send application/json.")


async def test_a_compressed_body_is_refused(api: Client) -> None:
    for encoding in ("gzip", "deflate", "br", "zstd", "GZIP", "nonsense", "identity, gzip"):
        reply = await api.call("POST", IN, data=b"whatever", headers=JSON | {"Content-Encoding": encoding})
        assert (reply.status, reply.code) == (415, "unsupported-media-type")
        assert reply.headers["Accept-Encoding"] == "identity"
    for nothing in ("Identity", "", " "):
        reply = await api.call("POST", IN, data="[]", headers=JSON | {"Content-Encoding": nothing})
        assert reply.faults == {"body": "must be a JSON object"}


async def test_no_body_is_decompressed(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    """A megabyte may hold a gigabyte, and who unpacks it keeps everybody else waiting."""

    def unpack(*_: object, **__: object) -> None:
        raise AssertionError("unpacked")

    monkeypatch.setattr("aiohttp.http_parser.DeflateBuffer.feed_data", unpack)
    monkeypatch.setattr("aiohttp.compression_utils.ZLibDecompressor.decompress_sync", unpack)
    data = gzip.compress(b" " * 50_000_000)
    for path in (IN, "/nowhere", "/healthz", "/slack/events"):
        for token in ({}, {"gd-api-token": api.tokens["employee"]}):
            headers = {"Content-Encoding": "gzip"} | token
            async with api.http.post(api.address + path, data=data, headers=headers) as response:
                assert response.status in (401, 404, 405, 413, 415)


async def test_a_parameter_given_twice_is_refused_and_an_unknown_one_is_not(api: Client) -> None:
    form = [("userId", ANA), ("userId", BEN), ("comment", "a"), ("comment", "b"), ("tag", "x"), ("tag", "y")]
    twice = dict.fromkeys(["userId", "comment"], "was sent more than once")
    assert (await api.call("POST", IN, data=aiohttp.FormData(form))).faults == twice
    assert (await api.call("POST", IN, params=form)).faults == twice
    span = [("startDate", "2026-11-01"), ("endDate", "2026-11-30"), ("tag", "x"), ("tag", "y")]
    assert (await api.call("GET", "/attendance-events", params=span)).status == 200
    reply = await api.call("GET", "/attendance-events", params=[*span, ("userIds", ANA), ("userIds", BEN)])
    assert list(reply.faults) == ["userIds"]


async def test_without_a_body_the_query_has_the_parameters(api: Client) -> None:
    reply = await api.call("POST", IN, params={"userId": ANA, "comment": "a b"})
    assert (reply.status, reply.body["comment"]) == (200, "a b")
    assert (await api.call("POST", IN, params={"userId": BEN}, json={"comment": "x"})).faults == {
        "userId": "is missing"
    }
    assert (await api.call("POST", IN, params={"userId": BEN, "token": "att_x"})).status == 401


async def test_letters_of_any_script_are_read_from_json_and_both_forms(api: Client, clock: Clock) -> None:
    said = "é 日本 \N{GRINNING FACE}"
    marked = b"\xef\xbb\xbf" + json.dumps({"userId": ANA, "comment": said}, ensure_ascii=False).encode()
    plain = aiohttp.FormData({"userId": ANA, "comment": said})
    parts = aiohttp.FormData({"userId": ANA, "comment": said}, default_to_multipart=True)
    for out, (data, headers) in enumerate([(marked, JSON), (plain, {}), (parts, {})]):  # in, out, in
        reply = await api.call("POST", IN.replace("-in", "-out") if out % 2 else IN, data=data, headers=headers)
        assert (reply.status, reply.body["comment"]) == (200, said)
        clock.advance(hours=1)


async def test_a_file_is_refused_as_a_parameter(api: Client) -> None:
    form = aiohttp.FormData({"userId": ANA})
    form.add_field("comment", b"text", filename="comment.txt")
    assert (await api.call("POST", IN, data=form)).faults == {"comment": "must be a string"}
    form = aiohttp.FormData({"userId": ANA})
    form.add_field("photo", b"\xff\xd8", filename="face.jpg")
    assert (await api.call("POST", IN, data=form)).status == 200


async def test_values_left_empty_or_null_are_not_given_and_line_ends_become_newlines(api: Client) -> None:
    form = {"userId": ANA, "officeId": "", "timestampUtc": "", "comment": "a\r\nb"}
    reply = await api.call("POST", IN, data=form)
    assert (reply.status, reply.body["comment"], reply.body["officeId"]) == (200, "a\nb", None)
    reply = await api.clock_in(BEN, officeId=None, timestampUtc=None, comment=None)
    assert (reply.status, reply.body["comment"]) == (200, None)


async def begin(
    api: Client, *headers: str, path: str = IN, who: str = "admin"
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A request whose body the test itself sends."""
    address = urlsplit(api.address)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    token = f"gd-api-token: {api.tokens[who]}"
    lines = [f"POST {path} HTTP/1.1", "Host: bot", "Content-Type: application/json", token, *headers, "", ""]
    writer.write("\r\n".join(lines).encode())
    return reader, writer


async def test_a_client_that_expects_100_continue_gets_it(api: Client) -> None:
    body = json.dumps({"userId": ANA}).encode()
    reader, writer = await begin(api, f"Content-Length: {len(body)}", "Expect: 100-Continue")
    async with asyncio.timeout(5):
        assert await reader.readuntil(b"\r\n\r\n") == b"HTTP/1.1 100 Continue\r\n\r\n"
        writer.write(body)
        assert (await reader.readline()).startswith(b"HTTP/1.1 200 ")
    writer.close()


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


async def test_a_stalled_sender_is_disconnected(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(bodies, "PATIENCE_SECONDS", 0.05)
    reader, writer = await begin(api, "Content-Length: 100")
    writer.write(b'{"userId"')
    async with asyncio.timeout(5):
        answer = await reader.readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 400 ")
    writer.close()
    assert (await api.query()).body == []


async def test_a_sender_who_hangs_up_is_not_logged_as_an_error(api: Client) -> None:
    with capture_logs() as lines:
        for more in ((), ("Expect: 100-continue",)):
            _, writer = await begin(api, "Content-Length: 100", *more)
            writer.write(b'{"userId"')
            await writer.drain()
            writer.close()
            await writer.wait_closed()
        for _ in range(10):
            assert (await api.query()).body == []
    assert [line for line in lines if line["log_level"] == "error"] == []


@pytest.mark.parametrize(
    ("path", "length"),
    [(IN, "Transfer-Encoding: chunked"), (BATCH, "Content-Length: 1048000"), ("/webhooks", "Content-Length: 1048000")],
)
async def test_many_large_bodies_that_stall_hold_little_and_delay_nobody(api: Client, path: str, length: str) -> None:
    """Each comes but for its end. Those of another workspace stay."""
    sent = b" " * 1_047_000
    async with AsyncExitStack() as opened:
        theirs, at_them = await begin(api, "Content-Length: 1048000", path=path, who="stranger")
        opened.callback(at_them.close)
        at_them.write(sent)
        tracemalloc.start()
        opened.callback(tracemalloc.stop)
        before, _ = tracemalloc.get_traced_memory()
        senders = []
        for _ in range(40):
            reader, writer = await begin(api, length, path=path)
            opened.callback(writer.close)
            writer.write(f"{len(sent) + 900:x}\r\n".encode() + sent if "chunked" in length else sent)
            senders.append(reader)
            await asyncio.wait_for(writer.drain(), 20)
        answers = [asyncio.create_task(reader.readuntil(b"\r\n\r\n")) for reader in senders]
        for answer in answers:
            opened.callback(answer.cancel)
        refused = itertools.islice(asyncio.as_completed(answers, timeout=20), 40 - LARGE_BODIES // LARGEST_BODY)
        for head in [(await one).decode() for one in refused]:
            assert head.startswith("HTTP/1.1 429 ")
            assert "Retry-After: 5" in head
        now, _ = tracemalloc.get_traced_memory()
        assert now - before < 20 * 1024 * 1024
        assert (await api.clock_in(BEN)).status == 200
        at_them.write(b" " * 1000)
        async with asyncio.timeout(20):
            assert (await theirs.readline()).startswith(b"HTTP/1.1 400 ")


@on_sqlite
async def test_minutes_are_a_whole_number_however_it_is_written(api: Client, clock: Clock) -> None:
    for given in (0, 361, 20.5, 1e300, -20.0, "20.0", "²"):
        asked = {"userId": ANA, "minutes": given}
        reply = await api.call("POST", "/attendance-events/break", json=asked)
        assert reply.faults == {"minutes": "must be a whole number from 1 to 360"}, given
    for given in (20, 20.0, "20"):
        await api.clock_in()
        clock.advance(minutes=30)
        reply = await api.call("POST", "/attendance-events/break", json={"userId": ANA, "minutes": given})
        assert reply.status == 200, given
        clock.advance(minutes=20)
