"""Bodies on their way: compressed, cut off, too slow, with parameters twice, with files."""

from __future__ import annotations

import asyncio
import gzip
import json
from urllib.parse import urlsplit

import aiohttp
import pytest
from structlog.testing import capture_logs

from bot.api import requests
from tests.api.conftest import ANA, BEN, Client

IN = "/attendance-events/clock-in"


async def begin(api: Client, *headers: str) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    """A request whose body the test sends itself."""
    address = urlsplit(api.address)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    token = f"gd-api-token: {api.tokens['admin']}"
    lines = [f"POST {IN} HTTP/1.1", "Host: bot", "Content-Type: application/json", token, *headers, "", ""]
    writer.write("\r\n".join(lines).encode())
    return reader, writer


@pytest.mark.parametrize("encoding", ["gzip", "deflate"])
async def test_a_body_that_is_not_compressed_as_it_says_is_refused(api: Client, encoding: str) -> None:
    headers = {"Content-Encoding": encoding, "Content-Type": "application/json"}
    reply = await api.call("POST", IN, data=b"not compressed", headers=headers)
    assert (reply.status, list(reply.faults)) == (400, ["body"])


async def test_a_compressed_body_serves_and_counts_by_what_it_holds(api: Client) -> None:
    headers = {"Content-Encoding": "gzip", "Content-Type": "application/json"}
    bomb = await api.call("POST", IN, data=gzip.compress(b" " * 50_000_000), headers=headers)
    assert (bomb.status, bomb.code) == (413, "too-large")
    body = gzip.compress(json.dumps({"userId": ANA}).encode())
    assert (await api.call("POST", IN, data=body, headers=headers)).status == 200


async def test_a_sender_who_stalls_is_let_go(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(requests, "PATIENCE_SECONDS", 0.05)
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
