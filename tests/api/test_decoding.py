"""What stands in bodies: JSON, forms, files; parameters twice or misspelt; and more than anybody sends."""

from __future__ import annotations

import asyncio
import json
from io import BytesIO
from types import SimpleNamespace

import aiohttp
import pytest

from tests.api.conftest import ANA, BEN, Client
from tests.conftest import Clock

IN = "/attendance-events/clock-in"
BATCH = "/attendance-events/batch"
JSON = {"Content-Type": "application/json"}


@pytest.fixture
def engine() -> str:
    return "sqlite"  # a body is read before any ledger has a say


CHARSETS = ["punycode", "utf-7", "unicode_escape", "idna", "rot13", "charmap", "x-unknown"]


@pytest.mark.parametrize("charset", CHARSETS)
async def test_a_form_in_an_encoding_that_no_browser_sends_is_refused_before_it_is_decoded(
    api: Client, charset: str
) -> None:
    """Python's decoder of punycode takes half a minute for a megabyte."""
    long = b"userId=" + b"a" * 500_000 + b"-" + b"b" * 500_000
    form, parts = "application/x-www-form-urlencoded", "multipart/form-data; boundary=B"
    told, not_read = "is in a charset that is not read here: send UTF-8", "is not a form that can be read"
    for kind, body, reason in (
        (f"{form}; charset={charset}", long, told),
        (parts, part(long, f"text/plain; charset={charset}") + b"--B--\r\n", told),
        (
            parts,
            part(charset.encode(), None, name="_charset_") + part(long, None) + b"--B--\r\n",
            not_read,
        ),  # as any such
    ):
        async with asyncio.timeout(5):
            reply = await api.call("POST", IN, data=body, headers={"Content-Type": kind})
        assert reply.faults == {"body": reason}


SENT_IN = ["utf-8", "UTF8", "utf_8", "iso-8859-1", "ISO_8859-1", "iso8859-1", "latin-1", "windows-1252", "cp1252"]


@pytest.mark.parametrize(("charset", "sent"), [(name, "€" if "1252" in name else "é") for name in SENT_IN])
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
    parsed: list[str] = []
    monkeypatch.setattr("bot.api.decoding.json", SimpleNamespace(loads=parsed.append))
    for path, values in ((BATCH, 120_000), (IN, 21_000)):
        body = b'{"records": [' + b",".join([value] * values) + b"]}"
        reply = await api.call("POST", path, data=BytesIO(body), headers=JSON)
        assert (reply.faults, parsed) == ({"body": "holds too many values"}, [])


FORMS = {
    "escapes": ("application/x-www-form-urlencoded", b"userId=" + b"%" * 1_000_000),
    "newlines, and no part": ("multipart/form-data; boundary=B", b"\n" * 1_000_000),
    "lines in a head": ("multipart/form-data; boundary=B", b"--B\r\n" + b"a\n" * 500_000),
    "parts": ("multipart/form-data; boundary=B", (b"--B\n\n\n") * 150_000),
}


@pytest.mark.parametrize(("kind", "body"), FORMS.values(), ids=FORMS)
async def test_a_form_that_falls_into_more_pieces_than_anybody_sends_is_refused_before_it_is_taken_apart(
    api: Client, kind: str, body: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.delattr("bot.api.decoding.parse_qsl")
    monkeypatch.delattr("bot.api.decoding.MultipartReader")
    reply = await api.call("POST", IN, data=body, headers={"Content-Type": kind})
    assert reply.faults == {"body": "holds too many values"}


@pytest.mark.parametrize("letter", ["é", "\N{GRINNING FACE}"])
async def test_the_longest_comment_of_letters_that_take_the_most_escapes_is_read(api: Client, letter: str) -> None:
    form = {"userId": ANA, "comment": letter * 2000}
    assert (await api.call("POST", IN, data=form)).body["comment"] == letter * 2000
    day = {"userId": ANA, "date": "2026-11-20", "clockInComment": letter * 2000, "clockOutComment": letter * 2000}
    stamps = {"clockInTimestampUtc": "2026-11-20T08:00:00", "clockOutTimestampUtc": "2026-11-20T16:00:00"}
    assert (await api.call("POST", "/attendance-events/create", data=day | stamps)).status == 200


async def test_a_body_with_comments_full_of_brackets_is_read(api: Client) -> None:
    record = {"userId": ANA, "date": "2026-11-20", "clockInComment": '[{,"\\' * 300, "clockOutComment": "[" * 2000}
    batch = {"records": [record] * 1000}
    body = BytesIO(json.dumps(batch).encode())
    reply = await api.call("POST", BATCH, data=body, headers=JSON)
    assert (reply.status, reply.body["refused"]) == (200, 1000)


ENDLESS = {
    "escaped quotes": b'{"a": "' + b'\\"' * 4_900_000,
    "letters": b'{"a": "' + b"x" * 10_000_000,
    "quotes": b'"' * 9_999_999,
}


@pytest.mark.parametrize("body", ENDLESS.values(), ids=ENDLESS)
async def test_a_text_that_does_not_end_is_refused_soon(api: Client, body: bytes) -> None:
    async with asyncio.timeout(5):
        reply = await api.call("POST", BATCH, data=BytesIO(body), headers=JSON)
    assert list(reply.faults) == ["body"]


async def test_a_number_longer_than_any_is_no_value(api: Client) -> None:
    for digits, reason in (("9" * 100, "must be a string"), ("9" * 101, "is not JSON in UTF-8")):
        reply = await api.call("POST", IN, data=f'{{"userId": {digits}}}', headers=JSON)
        assert [*reply.faults.values()] == [reason]


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


async def test_json_may_begin_with_the_mark_that_some_editors_put_there(api: Client) -> None:
    body = b"\xef\xbb\xbf" + json.dumps({"userId": ANA, "comment": "é"}, ensure_ascii=False).encode()
    assert (await api.call("POST", IN, data=body, headers=JSON)).body["comment"] == "é"


async def test_json_that_is_called_a_form_is_told_as_such(api: Client) -> None:
    form = {"Content-Type": "application/x-www-form-urlencoded"}
    reply = await api.call("POST", IN, data=json.dumps({"userId": ANA}), headers=form)
    assert reply.faults == {"body": "is JSON, and called a form: send Content-Type: application/json"}


@pytest.mark.parametrize("name", ["userid", "user_id", "USERID", "OfficeId", "timestamp-utc", "Comment"])
async def test_a_parameter_that_is_misspelt_by_a_letters_size_is_not_passed_over(api: Client, name: str) -> None:
    reply = await api.call("POST", IN, json={name: "x"})
    assert reply.faults[name].startswith("is unknown: write ")
    assert (await api.clock_in(colour="red")).status == 200


async def test_beside_the_right_one_a_misspelt_parameter_is_an_unknown_one(api: Client) -> None:
    assert (await api.call("POST", IN, json={"userId": ANA, "user_id": 4711, "UserID": "x"})).status == 200


async def test_of_many_misspelt_parameters_a_few_are_told(api: Client) -> None:
    names = {f"user{'_' * i}id{'-' * j}": "x" for i in range(1, 50) for j in range(50)} | {"user" + "_" * 999: "x"}
    reply = await api.call("POST", IN, json=names)
    assert len(reply.faults) == 21
    assert reply.faults["userId"] == "is missing"


async def test_a_batch_that_misspells_its_option_writes_nothing(api: Client) -> None:
    reply = await api.call("POST", BATCH, json={"records": [{}], "allornothing": True})
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
