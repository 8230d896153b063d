"""Bodies on their way: compressed, cut off, too slow, with parameters twice, with files."""

from __future__ import annotations

import asyncio
import gzip
import json
from io import BytesIO
from types import SimpleNamespace
from urllib.parse import urlsplit

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.api import bodies
from tests.api.conftest import ANA, BEN, Client
from tests.conftest import Clock

IN = "/attendance-events/clock-in"


@pytest.fixture
def engine() -> str:
    return "sqlite"  # a body is read before any ledger has a say


JSON = {"Content-Type": "application/json"}


async def begin(
    api: Client, *headers: str, token: bool = True, kind: str = "application/json"
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A request whose body the test sends itself."""
    address = urlsplit(api.address)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    who = [f"gd-api-token: {api.tokens['admin']}"] if token else []
    lines = [f"POST {IN} HTTP/1.1", "Host: bot", f"Content-Type: {kind}", *who, *headers, "", ""]
    writer.write("\r\n".join(lines).encode())
    return reader, writer


@pytest.mark.parametrize("encoding", ["gzip", "deflate", "br", "zstd", "GZIP", "nonsense", "identity, gzip"])
async def test_a_compressed_body_is_refused(api: Client, encoding: str) -> None:
    headers = {"Content-Encoding": encoding, "Content-Type": "application/json"}
    reply = await api.call("POST", IN, data=b"whatever", headers=headers)
    assert (reply.status, reply.code) == (415, "unsupported-media-type")
    assert reply.headers["Accept-Encoding"] == "identity"
    headers["Content-Encoding"] = "Identity"
    assert (await api.call("POST", IN, data=json.dumps({"userId": ANA}), headers=headers)).status == 200


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


CHARSETS = ["punycode", "utf-7", "unicode_escape", "idna", "rot13", "charmap", "x-unknown"]


@pytest.mark.parametrize("charset", CHARSETS)
async def test_a_form_in_an_encoding_that_no_browser_sends_is_refused_before_it_is_decoded(
    api: Client, charset: str
) -> None:
    """Python's decoder of punycode takes half a minute for a megabyte."""
    long = b"userId=" + b"a" * 500_000 + b"-" + b"b" * 500_000
    for kind, body in (
        (f"application/x-www-form-urlencoded; charset={charset}", long),
        ("multipart/form-data; boundary=B", part(long, f"text/plain; charset={charset}")),
        ("multipart/form-data; boundary=B", part(charset.encode(), None, name="_charset_") + part(long, None)),
    ):
        async with asyncio.timeout(5):
            reply = await api.call("POST", IN, data=body, headers={"Content-Type": kind})
        assert reply.faults == {"body": "is not a form that can be read"}


@pytest.mark.parametrize(
    ("charset", "sent"), [("utf-8", "é"), ("UTF8", "é"), ("iso-8859-1", "é"), ("windows-1252", "€")]
)
async def test_a_form_in_what_browsers_send_is_read(api: Client, clock: Clock, charset: str, sent: str) -> None:
    octets = sent.encode(charset)
    form = "multipart/form-data; boundary=B"
    body = part(ANA.encode(), None, name="userId") + part(octets, f'text/plain; charset="{charset}"', name="comment")
    reply = await api.call("POST", IN, data=body + b"--B--\r\n", headers={"Content-Type": form})
    assert (reply.status, reply.body["comment"]) == (200, sent)
    clock.advance(hours=8)
    form = f"application/x-www-form-urlencoded; charset={charset}"
    body = f"userId={ANA}&comment=".encode() + "".join(f"%{octet:02x}" for octet in octets).encode()
    reply = await api.call("POST", "/attendance-events/clock-out", data=body, headers={"Content-Type": form})
    assert (reply.status, reply.body["comment"]) == (200, sent)


def part(body: bytes, kind: str | None, *, name: str = "userId") -> bytes:
    head = f'--B\r\nContent-Disposition: form-data; name="{name}"\r\n' + (f"Content-Type: {kind}\r\n" if kind else "")
    return head.encode() + b"\r\n" + body + b"\r\n"


MANY = [b"[]", b"{}", b"1.5", b'""', b'{"a":1,"a":1}']


@pytest.mark.parametrize("value", MANY)
async def test_a_body_of_more_values_than_anybody_sends_is_refused_before_it_is_parsed(
    api: Client, value: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Ten megabytes of empty arrays are three hundred in memory, which take seconds to make."""
    body = b'{"records": [' + b",".join([value] * 400_000) + b"]}"
    parsed: list[str] = []
    monkeypatch.setattr("bot.api.bodies.json", SimpleNamespace(loads=parsed.append))
    reply = await api.call("POST", "/attendance-events/batch", data=BytesIO(body), headers=JSON)
    assert (reply.faults, parsed) == ({"body": "holds too many values"}, [])


async def test_a_body_with_comments_full_of_brackets_is_read(api: Client) -> None:
    record = {"userId": ANA, "date": "2026-11-20", "clockInComment": '[{,"\\' * 300, "clockOutComment": "[" * 2000}
    batch = {"records": [record] * 1000}
    body = BytesIO(json.dumps(batch).encode())
    reply = await api.call("POST", "/attendance-events/batch", data=body, headers=JSON)
    assert (reply.status, reply.body["refused"]) == (200, 1000)


ENDLESS = {
    "escaped quotes": b'{"a": "' + b'\\"' * 4_900_000,
    "letters": b'{"a": "' + b"x" * 10_000_000,
    "quotes": b'"' * 9_999_999,
}


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
async def test_a_text_that_does_not_end_is_refused_soon(api: Client, body: bytes) -> None:
    async with asyncio.timeout(5):
        reply = await api.call("POST", "/attendance-events/batch", data=BytesIO(body), headers=JSON)
    assert list(reply.faults) == ["body"]


@pytest.mark.parametrize(
    ("why", "token", "length", "status"),
    [("a stranger", False, 100, 401), ("too much", True, 99_999_999, 413), ("neither JSON nor a form", True, 100, 415)],
)
async def test_nobody_is_asked_to_go_on_with_a_body_that_is_refused(
    api: Client, why: str, token: bool, length: int, status: int
) -> None:
    reader, writer = await begin(api, f"Content-Length: {length}", "Expect: 100-continue", token=token, kind="text/x")
    async with asyncio.timeout(5):
        assert (await reader.readline()).startswith(f"HTTP/1.1 {status} ".encode()), why
    writer.close()


async def test_who_asks_before_sending_a_body_is_told_to_go_on(api: Client) -> None:
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


async def test_a_parameter_given_twice_is_refused_and_an_unknown_one_is_not(api: Client) -> None:
    form = [("userId", ANA), ("userId", BEN), ("comment", "a"), ("comment", "b"), ("tag", "x"), ("tag", "y")]
    reply = await api.call("POST", IN, data=aiohttp.FormData(form))
    assert reply.faults == dict.fromkeys(["userId", "comment"], "is given more than once")
    span = [("startDate", "2026-11-01"), ("endDate", "2026-11-30"), ("tag", "x"), ("tag", "y")]
    assert (await api.call("GET", "/attendance-events", params=span)).status == 200
    reply = await api.call("GET", "/attendance-events", params=[*span, ("userIds", ANA), ("userIds", BEN)])
    assert list(reply.faults) == ["userIds"]


async def test_a_file_is_no_parameter(api: Client) -> None:
    form = aiohttp.FormData({"userId": ANA})
    form.add_field("comment", b"text", filename="comment.txt")
    assert (await api.call("POST", IN, data=form)).faults == {"comment": "must be a string"}
    form = aiohttp.FormData({"userId": ANA})
    form.add_field("photo", b"\xff\xd8", filename="face.jpg")
    assert (await api.call("POST", IN, data=form)).status == 200


@pytest.mark.parametrize("encoding", ["x-unknown", "7 bits"])
async def test_a_part_in_an_encoding_that_nobody_knows_is_refused(api: Client, encoding: str) -> None:
    part = f'Content-Disposition: form-data; name="userId"\r\nContent-Transfer-Encoding: {encoding}\r\n\r\n{ANA}'
    body = f"--B\r\n{part}\r\n--B--\r\n".encode()
    reply = await api.call("POST", IN, data=body, headers={"Content-Type": "multipart/form-data; boundary=B"})
    assert reply.faults == {"body": "is not a form that can be read"}


@pytest.mark.parametrize(
    ("body", "place"),
    [('{"userId": "U0ANA",}', "1, column 20"), ("{'userId': 1}", "1, column 2"), ('{"userId":\n "U0', "2, column 2")],
)
async def test_of_json_that_is_none_the_place_is_told(api: Client, body: str, place: str) -> None:
    reply = await api.call("POST", IN, data=body, headers=JSON)
    assert reply.faults == {"body": f"is not JSON: look at line {place}"}


async def test_json_that_is_called_a_form_is_told_as_such(api: Client) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = await api.call("POST", IN, data=json.dumps({"userId": ANA}), headers=form)
    assert reply.faults == {"body": "is JSON, and called a form: send Content-Type: application/json"}


@pytest.mark.parametrize("name", ["userid", "user_id", "USERID", "OfficeId", "timestamp-utc", "Comment"])
async def test_a_parameter_that_is_misspelt_by_a_letters_size_is_not_passed_over(api: Client, name: str) -> None:
    (fault,) = (await api.call("POST", IN, json={"userId": ANA, name: "x"})).faults.items()
    assert fault[0] == name
    assert fault[1].startswith("is unknown: write ")
    assert (await api.clock_in(colour="red")).status == 200


async def test_a_batch_that_misspells_its_option_writes_nothing(api: Client) -> None:
    reply = await api.call("POST", "/attendance-events/batch", json={"records": [{}], "allornothing": True})
    assert reply.faults == {"allornothing": "is unknown: write allOrNothing"}


async def test_form_values_left_empty_are_not_given_and_line_ends_become_newlines(api: Client) -> None:
    form = {"userId": ANA, "officeId": "", "timestampUtc": "", "comment": "a\r\nb"}
    reply = await api.call("POST", IN, data=form)
    assert (reply.status, reply.body["comment"], reply.body["officeId"]) == (200, "a\nb", None)


async def test_an_offset_whose_plus_was_read_as_a_space_is_refused_with_a_hint(api: Client) -> None:
    for offset in (" 01:00", " 0100"):
        form = {"userId": ANA, "timestampUtc": f"2026-11-23T08:30:00{offset}"}
        assert (await api.call("POST", IN, data=form)).faults["timestampUtc"].endswith("it stands for a space")
    assert not (await api.clock_in(timestampUtc="2026-11-23 08:30")).faults["timestampUtc"].endswith("a space")
    assert (await api.call("POST", IN, data=form | {"timestampUtc": "2026-11-23T09:01:00+01:00"})).status == 200


async def test_null_is_not_given(api: Client) -> None:
    reply = await api.clock_in(officeId=None, timestampUtc=None, comment=None)
    assert (reply.status, reply.body["comment"]) == (200, None)
