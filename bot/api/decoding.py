"""Reads what stands in a body: JSON or a form, in bounded time and memory whatever it holds."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from encodings import normalize_encoding
from encodings.aliases import aliases
from functools import cache
from typing import Any, NoReturn
from urllib.parse import parse_qsl

from aiohttp import BodyPartReader, MultipartReader, StreamReader, web
from aiohttp.http_exceptions import BadHttpMessage
from multidict import MultiDict

from bot.api.problems import invalid

MOST_VALUES = 20_000  # counted by texts, commas and brackets; of a form by lines and escapes
MOST_VALUES_OF_BATCH = 100_000  # a hundred for each record, which takes two dozen
MOST_FIELDS = 200
LONGEST_NUMBER = 100  # digits
CHARSETS = frozenset({"utf_8", "ascii", "latin_1", "cp1252"})
"""What forms are sent in. Of Python's other codecs one takes half a minute for a megabyte, and some are no charsets."""
_VALUE = rb'(?:[^"\[{,]*+(?:"[^"\\]*+(?:\\.[^"\\]*+)*+"?|[\[{,]))'  # a text that does not end ends with the body


def json_object(body: bytes, most_values: int) -> Mapping[str, Any]:
    """The members of the object; of no body, none. Raises a 400 Problem."""
    # Ten megabytes of empty arrays are three hundred in memory, which take seconds to make.
    if _more_than(most_values).match(body):
        raise invalid([("body", "holds too many values")])
    if not body.strip():
        return {}
    try:
        text = body.decode("utf-8-sig")  # some editors and shells of Windows begin with a mark (RFC 8259, section 8.1)
        found = json.loads(text, parse_constant=_no_number, parse_int=_short, object_pairs_hook=_object)
    except json.JSONDecodeError as error:
        raise invalid([("body", f"is not JSON: look at line {error.lineno}, column {error.colno}")]) from error
    except (ValueError, RecursionError) as error:  # UnicodeDecodeError is a ValueError
        raise invalid([("body", "is not JSON in UTF-8")]) from error
    if not isinstance(found, Mapping):
        raise invalid([("body", "is not a JSON object")])
    return found


@cache
def _more_than(values: int) -> re.Pattern[bytes]:
    return re.compile(_VALUE + b"{%d}+" % (values + 1), re.DOTALL)


def _object(members: list[tuple[str, Any]]) -> Mapping[str, Any]:
    """With a name that comes twice kept twice, so that it can be refused like a form's."""
    found = dict(members)
    return found if len(found) == len(members) else MultiDict(members)


def _short(digits: str) -> int:
    """No parameter is a number; thousands of long ones would take a fifth of a second."""
    if len(digits) > LONGEST_NUMBER:
        raise ValueError("so long a number")
    return int(digits)


def _no_number(name: str) -> NoReturn:
    raise ValueError(f"{name} is no JSON")


async def form(request: web.Request, body: bytes) -> Mapping[str, Any]:
    """The fields of the form that the request says its body is. Raises a 400 Problem."""
    if body.count(b"%") > MOST_VALUES or body.count(b"\n") > MOST_VALUES:
        raise invalid([("body", "holds too many values")])
    try:
        return await _parts(request, body) if request.content_type == "multipart/form-data" else _fields(request, body)
    # Parts, UTF-8, or (a RuntimeError of aiohttp's) an encoding of a part that nobody knows.
    except (ValueError, AssertionError, BadHttpMessage, RuntimeError) as error:
        raise invalid([("body", "is not a form that can be read")]) from error


def _fields(request: web.Request, body: bytes) -> Mapping[str, Any]:
    charset = _charset(request.charset)
    text = body.decode(charset)  # not by aiohttp, which puts U+FFFD for what is no UTF-8
    if text.lstrip().startswith("{"):  # curl says of any body that it is a form
        raise invalid([("body", "is JSON, and called a form: send Content-Type: application/json")])
    return MultiDict(
        parse_qsl(text, keep_blank_values=True, encoding=charset, errors="strict", max_num_fields=MOST_FIELDS)
    )


async def _parts(request: web.Request, body: bytes) -> Mapping[str, Any]:
    """Not by aiohttp's `post`, which decodes by any charset that a part names. A file is no text, so no parameter."""
    found: MultiDict[Any] = MultiDict()
    parts = _reader(request, body)
    while (part := await parts.next()) is not None:
        if not isinstance(part, BodyPartReader) or part.name is None or len(found) >= MOST_FIELDS:
            raise ValueError("a part of parts, without a name, or too many")
        octets = part.decode(await part.read())
        is_text = not part.filename and part.headers.get("Content-Type", "text/plain").lower().startswith("text/")
        found.add(part.name, octets.decode(_charset(part.get_charset("utf-8"))) if is_text else octets)
    return found


def _reader(request: web.Request, body: bytes) -> MultipartReader:
    stream = StreamReader(request.protocol, 2 * len(body) + 1)  # the limit beyond which it would stop the connection
    stream.feed_data(body)
    stream.feed_eof()
    return MultipartReader(request.headers, stream)


def _charset(name: str | None) -> str:
    """Python's name of it. Not by `codecs.lookup`, which remembers every name that it does not know."""
    known = normalize_encoding(name or "utf-8").lower()
    if (charset := aliases.get(known, known)) not in CHARSETS:
        raise invalid([("body", "is in a charset that is not read here: send UTF-8")])
    return charset
