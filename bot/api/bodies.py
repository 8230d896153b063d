"""Lets the body of a request arrive, in bounded time and memory whoever sends it."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable, Collection, Mapping
from contextlib import AsyncExitStack, asynccontextmanager
from typing import Any, TypeVar
from weakref import WeakValueDictionary

from aiohttp import HttpVersion11, web

from bot.access import Caller
from bot.api import decoding
from bot.api.problems import Problem, invalid

T = TypeVar("T")

LARGEST_BODY, LARGEST_BATCH = 1024**2, 10 * 1024**2  # PRODUCT.md section 2
PATIENCE_SECONDS = 30.0  # for a body on its way: who stalls may not hold a connection for ever
LARGE = 256 * 1024  # a batch beyond it takes a turn; 1,000 plain records are about as long
LARGE_AT_ONCE = 8
_FORMS = ("application/x-www-form-urlencoded", "multipart/form-data")
_WAITS = web.RequestKey("waits", bool)


def register(app: web.Application) -> None:
    """Hangs up on those who wait to be told to send their body, and are told something else."""

    async def hang_up(request: web.Request, answer: web.StreamResponse) -> None:
        if request.get(_WAITS):  # what they send next is that body, or another request: nobody can tell
            answer.force_close()
            answer.headers["Connection"] = "close"

    app.on_response_prepare.append(hang_up)


async def not_yet(request: web.Request) -> None:
    """In place of aiohttp's answer to `Expect: 100-continue`, which invites before it is known who asks, and for what.

    Reading the body does it then.
    """
    says_so = request.version >= HttpVersion11 and request.headers["Expect"].lower() == "100-continue"
    request[_WAITS] = says_so and _has_body(request)


async def parameters(request: web.Request) -> Mapping[str, Any]:
    """The parameters of a POST: a JSON object or a form. Raises a 400, 413 or 415 Problem."""
    body = await _read(request, LARGEST_BODY, _FORMS)
    if request.content_type in _FORMS:
        return await decoding.form(request, body)
    return decoding.json_object(body, decoding.MOST_VALUES)


class Batches:
    """The bodies of batches, which may be large and hold much.

    They are parsed one after the other, and others are answered in between. Those that are large take their memory
    until they are answered: one for each person at a time, so that none shuts out the others, and so many in all.
    """

    def __init__(self) -> None:
        self._parsing = asyncio.Lock()
        self._large = asyncio.Semaphore(LARGE_AT_ONCE)
        self._large_of: WeakValueDictionary[tuple[str, str], asyncio.Lock] = WeakValueDictionary()

    @asynccontextmanager
    async def turn(self, request: web.Request, caller: Caller) -> AsyncIterator[None]:
        """While it is the request's turn to be read and worked on. Raises a 429 Problem."""
        async with AsyncExitStack() as held:
            if request.content_length is None or request.content_length > LARGE:
                await self._take(held, caller)
            yield

    async def read(self, request: web.Request, make: Callable[[Mapping[str, Any]], T]) -> T:
        """What is made of the parameters of a POST of up to 10 MiB, JSON alone. Raises a 400, 413 or 415 Problem."""
        body = await _read(request, LARGEST_BATCH)
        async with self._parsing:
            await asyncio.sleep(0)  # a lock that is free lets nobody else run
            return make(decoding.json_object(body, decoding.MOST_VALUES_OF_BATCH))

    async def _take(self, held: AsyncExitStack, caller: Caller) -> None:
        lock = self._large_of.setdefault((caller.workspace_id, caller.user_id), asyncio.Lock())
        try:
            async with asyncio.timeout(PATIENCE_SECONDS):
                await held.enter_async_context(lock)
                await held.enter_async_context(self._large)
        except TimeoutError as error:
            told = "Other large batches are on their way: send one after the other, or smaller ones."
            raise Problem("rate-limited", told, headers={"Retry-After": "5"}) from error


async def _read(request: web.Request, at_most: int, forms: Collection[str] = ()) -> bytes:
    _refuse_unread(request, at_most, forms)
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            if request.get(_WAITS):
                request[_WAITS] = False
                await request.writer.write(b"HTTP/1.1 100 Continue\r\n\r\n")
                request.writer.output_size = 0  # the answer itself has not begun
            return await request.clone(client_max_size=at_most).read()
    except web.HTTPRequestEntityTooLarge as error:
        raise _too_large(at_most) from error
    except TimeoutError as error:
        raise invalid([("body", f"did not arrive within {PATIENCE_SECONDS:g} seconds")]) from error
    except (web.RequestPayloadError, ConnectionResetError) as error:  # bad chunks; or a sender who hung up
        raise invalid([("body", "did not arrive whole")]) from error


def _refuse_unread(request: web.Request, at_most: int, forms: Collection[str]) -> None:
    """Raises a 413 or 415 Problem for what need not arrive to be refused."""
    if request.headers.get("Content-Encoding", "").strip().lower() not in ("", "identity"):
        # What is small to send may take long to unpack, and everybody else would wait.
        told = "Send the body uncompressed, without Content-Encoding."
        raise Problem("unsupported-media-type", told, headers={"Accept-Encoding": "identity"})
    if (request.content_length or 0) > at_most:
        raise _too_large(at_most)
    kind = request.content_type
    is_known = kind in forms or kind == "application/json" or kind.endswith("+json")
    if not is_known and _has_body(request):
        told = "Send application/json, or a form." if forms else "Send application/json."
        raise Problem("unsupported-media-type", told)


def _has_body(request: web.Request) -> bool:
    return request.body_exists and request.content_length != 0


def _too_large(at_most: int) -> Problem:
    return Problem("too-large", f"A body holds at most {at_most // 1024**2} MiB here.")
