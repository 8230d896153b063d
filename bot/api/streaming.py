"""Long answers: read on one snapshot and sent as they are read, in flat memory. What is short goes out whole.

A snapshot is held while its reader takes the answer, so whoever stalls is cut off, and only so many may be long at
once: one for each token, so that none shuts out the others.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
import struct
from collections.abc import AsyncIterator, Awaitable, Callable, Generator, Iterator, Sequence
from contextlib import aclosing, contextmanager
from dataclasses import dataclass, field

import structlog
from aiohttp import web

from bot.api.authentication import Authentication
from bot.api.formats import Format
from bot.api.problems import Problem
from bot.api.requests import Networks
from bot.attendance.event_queries import state_of_records
from bot.permissions import Caller
from bot.runtime.services import Services, Transaction

log = structlog.get_logger(__name__)

Parts = Generator[bytes, None, "End"]

LONG_AT_ONCE = 3  # fewer than `storage.database.READERS`: everybody else's questions are short
PATIENCE_SECONDS = 30.0  # for a part to be taken
LONGEST_SECONDS = 900.0  # for the whole
_RESET = struct.pack("ii", 1, 0)  # to linger for no time


@dataclass(frozen=True, slots=True)
class End:
    """The last part of an answer, and what stands in its head where it is the only one. None: nothing has changed."""

    body: bytes | None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(slots=True)
class Long:
    """The long answers that are on their way, by the token that each goes to."""

    to: set[str] = field(default_factory=set)

    @contextmanager
    def place(self, token_id: str) -> Iterator[None]:
        """Room for one more. Raises a Problem where there is none, or the token has one on its way."""
        if token_id in self.to or len(self.to) >= LONG_AT_ONCE:
            one = token_id in self.to
            why = "A long answer is on its way to this token" if one else "Too many long answers are on their way"
            told = f"{why}: ask again in a moment, or for less."
            raise Problem("rate-limited", told, headers={"Retry-After": "5"})
        self.to.add(token_id)
        try:
            yield
        finally:
            self.to.discard(token_id)


async def answer(
    request: web.Request,
    services: Services,
    trusted_proxies: Networks,
    long: Long,
    asked: tuple[str, Format],
    work: Callable[[Transaction, Caller], Parts],
    *,
    tagged: bool = True,
) -> web.StreamResponse:
    """Finds out who asks, and answers what `work` makes, all in one transaction.

    `asked` tells, besides the caller and the workspace's state, everything that the answer depends on; where time does
    too, it has no tag. Raises a Problem, or what `work` raises before its first part.
    """
    asking = Authentication(request, services, trusted_proxies)
    tag: str | None = None

    def read(tx: Transaction) -> Generator[bytes | End, None, None]:
        nonlocal tag
        caller = asking.caller(tx)
        tag = _tag(state_of_records(tx, caller), caller, asked) if tagged else None
        if tag and _matches(request.headers.getall("If-None-Match", []), tag):
            yield End(None)
        else:
            yield (yield from work(tx, caller))

    async def run() -> web.StreamResponse:
        async with aclosing(services.database.stream(read)) as parts:
            first = await anext(parts)
            assert asking.token is not None
            about = {"Vary": "Accept, Authorization, gd-api-token", "Cache-Control": "private, no-cache"}
            about |= {"ETag": tag} if tag else {}
            if isinstance(first, End) and first.body is None:
                return web.Response(status=304, headers=about)
            headers = about | {"Content-Type": _content_type(asked[1])}
            if isinstance(first, End):
                return web.Response(body=first.body, headers=headers | first.headers)
            with long.place(asking.token.token_id):
                return await _send(request, headers, first, parts)

    return await asking.run(run)


async def _send(
    request: web.Request, headers: dict[str, str], first: bytes, others: AsyncIterator[bytes | End]
) -> web.StreamResponse:
    response = web.StreamResponse(headers=headers)
    await response.prepare(request)
    if request.method == "HEAD":
        return response
    try:
        async with asyncio.timeout(LONGEST_SECONDS):
            await _taken(response.write(first))
            async for part in others:
                await _taken(response.write(part if isinstance(part, bytes) else part.body or b""))
            await _taken(response.write_eof())
    except Exception as error:
        _cut_off(request, error)
    return response


async def _taken(sending: Awaitable[None]) -> None:
    async with asyncio.timeout(PATIENCE_SECONDS):
        await sending


def _cut_off(request: web.Request, error: Exception) -> None:
    """Breaks an answer off so that nobody takes it for whole."""
    if not isinstance(error, OSError):  # a client who hung up or stalled is no news; TimeoutError is one too
        log.warning("answer-cut-off", kind=type(error).__name__, reason=str(error), path=request.path)
    if (transport := request.transport) is not None:
        # With a reset: over HTTP/1.0, as some proxies speak it, an orderly end is the end of a whole answer.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()


def _content_type(form: Format) -> str:
    return form.value if form is Format.NDJSON else f"{form.value}; charset=utf-8"


def _tag(state_of_workspace: str, caller: Caller, asked: Sequence[str]) -> str:
    told = "\n".join([state_of_workspace, caller.workspace_id, caller.user_id, str(caller.role), *asked])
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def _matches(lines: Sequence[str], tag: str) -> bool:
    """RFC 9110, section 13.1.2: by the weak comparison, any of a list."""
    given = [one.strip().removeprefix("W/") for one in ",".join(lines).split(",")]
    return tag in given or "*" in given
