"""Reads the parameters of a POST: a JSON object, a form, or the query if there is no body."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import Any
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, MultipartReader, StreamReader, web
from aiohttp.http_exceptions import BadHttpMessage
from multidict import MultiDict

from bot.api.problems import Problem, invalid
from bot.runtime.body_budget import BodyBudget, MadeWay

LARGEST_BODY = 1024**2
PATIENCE_SECONDS = 30.0  # for a body to arrive
MOST_FIELDS = 200
MOST_LINES = 10_000  # of a multipart form: aiohttp takes half a minute to read a million

_FORM, _PARTS = "application/x-www-form-urlencoded", "multipart/form-data"


async def parameters(request: web.Request, budget: BodyBudget | None = None) -> Mapping[str, Any]:
    """Within the `budget`, for a body that may be large. Raises a 400, 413, 415 or 429 Problem."""
    return await parsed(request, await arrived(request, budget))


async def arrived(request: web.Request, budget: BodyBudget | None) -> bytes:
    """The body as sent, which takes far less memory than parsed. Raises a 400, 413, 415 or 429 Problem."""
    if request.headers.get("Content-Encoding", "").strip().lower() not in ("", "identity"):
        detail = "Send the body uncompressed, without Content-Encoding."
        raise Problem("unsupported-media-type", detail, headers={"Accept-Encoding": "identity"})
    if request.content.is_eof():  # as a rule: it came with the head, and a timer would cost more than reading it
        return await _read(request)
    size = min(request.content_length or LARGEST_BODY, LARGEST_BODY)
    try:
        return await (budget or BodyBudget(size)).read(size, PATIENCE_SECONDS, lambda: _read(request))
    except MadeWay:
        detail = "Other large requests of this workspace are still arriving. Send one after another."
        raise Problem("rate-limited", detail, headers={"Retry-After": "5"}) from None
    except TimeoutError as error:
        raise invalid([("body", f"didn't arrive within {PATIENCE_SECONDS:g} seconds")]) from error


async def _read(request: web.Request) -> bytes:
    try:
        return await request.read()
    except web.HTTPRequestEntityTooLarge as error:
        raise Problem("too-large", "Send at most 1 MiB.") from error
    except (web.RequestPayloadError, ConnectionResetError) as error:  # bad chunks, or the sender hung up
        raise invalid([("body", "didn't arrive completely")]) from error


async def parsed(request: web.Request, body: bytes, *, forms: bool = True) -> Mapping[str, Any]:
    """Raises a 400 or 415 Problem."""
    kind = request.content_type
    if not body:
        return request.query
    if kind == "application/json" or kind.endswith("+json"):
        return _json_object(body)
    if not forms or kind not in (_FORM, _PARTS):
        detail = "Send application/json or a form." if forms else "Send application/json."
        raise Problem("unsupported-media-type", detail)
    if (request.charset or "utf-8").lower() not in ("utf-8", "utf8"):
        raise invalid([("body", "must be UTF-8")])
    try:
        return _fields(body) if kind == _FORM else await _parts(request, body)
    except (ValueError, AssertionError, BadHttpMessage, RuntimeError) as error:  # aiohttp raises all of these
        raise invalid([("body", "isn't a readable form")]) from error


def _json_object(body: bytes) -> Mapping[str, Any]:
    try:
        found = _JSON.decode(body.decode("utf-8-sig"))
    except json.JSONDecodeError as error:
        raise invalid([("body", f"isn't JSON. See line {error.lineno}, column {error.colno}")]) from error
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise invalid([("body", "isn't JSON in UTF-8")]) from error
    if not isinstance(found, Mapping):
        raise invalid([("body", "must be a JSON object")])
    return found


def _members(pairs: list[tuple[str, Any]]) -> Mapping[str, Any]:
    """Keeps names that appear twice, so that they are refused as in a form."""
    found = dict(pairs)
    return found if len(found) == len(pairs) else MultiDict(pairs)


_JSON = json.JSONDecoder(object_pairs_hook=_members)


def _fields(body: bytes) -> Mapping[str, Any]:
    text = body.decode()
    if text.lstrip().startswith("{"):  # curl's default Content-Type is a form
        raise invalid([("body", "is JSON. Send it with Content-Type: application/json")])
    return MultiDict(parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS))


async def _parts(request: web.Request, body: bytes) -> Mapping[str, Any]:
    """Avoids aiohttp's `post`, which decodes with any charset that a part names: punycode takes half a minute."""
    if body.count(b"\n") > MOST_LINES:
        raise ValueError("too many lines")
    stream = StreamReader(request.protocol, 2 * len(body) + 1)  # too high to pause the connection
    stream.feed_data(body)
    stream.feed_eof()
    parts, found = MultipartReader(request.headers, stream), MultiDict[Any]()
    while (part := await parts.next()) is not None:
        if not isinstance(part, BodyPartReader) or part.name is None or len(found) >= MOST_FIELDS:
            raise ValueError("a nested part, a part without a name, or too many parts")
        octets = part.decode(await part.read())
        found.add(part.name, octets if part.filename else octets.decode())  # a file can't be a parameter
    return found
