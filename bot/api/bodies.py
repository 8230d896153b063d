"""Reads what stands in a request's body: JSON or a form, in bounded time and memory whatever it holds."""

from __future__ import annotations

import asyncio
import json
import re
from collections.abc import Mapping
from concurrent.futures import ThreadPoolExecutor
from itertools import islice
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, HttpVersion11, web
from aiohttp.http_exceptions import BadHttpMessage
from multidict import MultiDict

from bot.api.problems import Problem, invalid

LARGEST_BODY = 1024**2  # PRODUCT.md section 2
PATIENCE_SECONDS = 30.0  # for a body on its way: who stalls may not hold a connection for ever
MOST_VALUES = 300_000  # counted by texts, commas and brackets: ten times what the largest batch needs
MOST_FIELDS = 1000
CHARSETS = frozenset({"utf-8", "utf8", "us-ascii", "ascii", "iso-8859-1", "latin1", "windows-1252"})
"""What forms are sent in. Of Python's other codecs one takes half a minute for a megabyte, and some are no charsets."""
_VALUE = re.compile(rb'"(?:[^"\\]|\\.)*+"?|[\[{,]', re.DOTALL)  # a text that does not end ends with the body
_large_bodies = ThreadPoolExecutor(1, thread_name_prefix="large-bodies")  # one after the other: each takes its memory


async def parameters(request: web.Request, *, at_most: int = LARGEST_BODY) -> Mapping[str, Any]:
    """The parameters of a POST: a JSON object or a form. Raises a 400, 413 or 415 Problem."""
    if request.headers.get("Content-Encoding", "identity").lower() != "identity":
        # What is small to send may take long to unpack, and everybody else would wait.
        raise Problem("unsupported-media-type", "Send the body uncompressed.", headers={"Accept-Encoding": "identity"})
    try:
        if (request.content_length or 0) > at_most:
            raise web.HTTPRequestEntityTooLarge(at_most, request.content_length or 0)
        async with asyncio.timeout(PATIENCE_SECONDS):
            return await _body(request if at_most == LARGEST_BODY else request.clone(client_max_size=at_most))
    except web.HTTPRequestEntityTooLarge as error:
        raise Problem("too-large", f"A body holds at most {at_most // 1024**2} MiB here.") from error
    except TimeoutError as error:
        raise invalid([("body", f"did not arrive within {PATIENCE_SECONDS:g} seconds")]) from error
    except (web.RequestPayloadError, ConnectionResetError) as error:  # bad chunks; or a sender who hung up
        raise invalid([("body", "did not arrive whole")]) from error


async def not_yet(request: web.Request) -> None:
    """In place of aiohttp's answer to `Expect: 100-continue`, which invites before it is known who asks, and for what.

    Reading the body does it then.
    """


async def _body(request: web.Request) -> Mapping[str, Any]:
    kind = request.content_type if "Content-Type" in request.headers else ""
    is_json = kind == "application/json" or kind.endswith("+json")
    is_form = kind in ("application/x-www-form-urlencoded", "multipart/form-data")
    if is_json or is_form or not request.content_length:
        await _invite(request)
        if is_form:
            return await _form(request)
        body = await request.read()
        if is_json and len(body) > LARGEST_BODY:
            # What is large takes a while: beside the event loop, on which others are answered in time.
            return await asyncio.get_running_loop().run_in_executor(_large_bodies, _json, body)
        if is_json or not body:
            return _json(body)
    raise Problem("unsupported-media-type", "Send application/json, or a form.")


async def _invite(request: web.Request) -> None:
    if request.version >= HttpVersion11 and request.headers.get("Expect", "").lower() == "100-continue":
        await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
        request.writer.output_size = 0  # the answer itself has not begun


def _json(body: bytes) -> Mapping[str, Any]:
    # Ten megabytes of empty arrays are three hundred in memory, which take seconds to make.
    if sum(1 for _ in islice(_VALUE.finditer(body), MOST_VALUES + 1)) > MOST_VALUES:
        raise invalid([("body", "holds too many values")])
    try:
        text = body.decode("utf-8")
        found = json.loads(text, parse_constant=_no_number, object_pairs_hook=_object) if body.strip() else {}
    except json.JSONDecodeError as error:
        raise invalid([("body", f"is not JSON: look at line {error.lineno}, column {error.colno}")]) from error
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise invalid([("body", "is not JSON in UTF-8")]) from error
    if not isinstance(found, Mapping):
        raise invalid([("body", "is not a JSON object")])
    return found


def _object(members: list[tuple[str, Any]]) -> Mapping[str, Any]:
    """With a name that comes twice kept twice, so that it can be refused like a form's."""
    found = dict(members)
    return found if len(found) == len(members) else MultiDict(members)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


async def _form(request: web.Request) -> Mapping[str, Any]:
    try:
        if request.content_type == "multipart/form-data":
            return await _parts(request)
        charset = request.charset or "utf-8"
        text = _decoded(await request.read(), charset)  # not by aiohttp, which puts U+FFFD for what is no UTF-8
        if text.lstrip().startswith("{"):  # curl says of any body that it is a form
            raise invalid([("body", "is JSON, and called a form: send Content-Type: application/json")])
        fields = parse_qsl(text, keep_blank_values=True, encoding=charset, errors="strict", max_num_fields=MOST_FIELDS)
        return MultiDict(fields)
    # Parts, charset, UTF-8, or (a RuntimeError of aiohttp's) an encoding of a part that nobody knows.
    except (ValueError, LookupError, AssertionError, BadHttpMessage, RuntimeError) as error:
        raise invalid([("body", "is not a form that can be read")]) from error


async def _parts(request: web.Request) -> Mapping[str, Any]:
    """Not by aiohttp's `post`, which decodes by any charset that a part names. A file is no text, so no parameter."""
    found: MultiDict[Any] = MultiDict()
    parts = await request.multipart()
    while (part := await parts.next()) is not None:
        if not isinstance(part, BodyPartReader) or part.name is None or len(found) >= MOST_FIELDS:
            raise ValueError("a part of parts, without a name, or too many")
        octets = part.decode(await part.read())
        if request.content.total_bytes > LARGEST_BODY:  # each is bounded by itself
            raise web.HTTPRequestEntityTooLarge(LARGEST_BODY, request.content.total_bytes)
        is_text = not part.filename and part.headers.get("Content-Type", "text/plain").startswith("text/")
        found.add(part.name, _decoded(octets, part.get_charset("utf-8")) if is_text else octets)
    return found


def _decoded(octets: bytes, charset: str) -> str:
    if charset.lower() not in CHARSETS:
        raise LookupError(charset)
    return octets.decode(charset)
