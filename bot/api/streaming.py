"""Long answers: read on one snapshot and sent as they are read, in flat memory. What is short goes out whole.

A snapshot is held while its reader takes the answer, so whoever stalls is cut off, and only so many may be long at
once: one for each token, so that none shuts out the others.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
import struct
from collections.abc import Awaitable, Callable, Generator, Sequence
from dataclasses import dataclass, field
from typing import TypeVar

import structlog
from aiohttp import web

from bot.access import Caller
from bot.api.formats import Format
from bot.api.problems import Problem
from bot.api.requests import Networks, client_address, living, secret_of
from bot.people import meeting_whom_it_names
from bot.querying import state
from bot.services import Services, Transaction
from bot.tokens import Token, caller_by, note_use, token_in
from storage.errors import UnknownUser

log = structlog.get_logger(__name__)

T = TypeVar("T")
Parts = Generator[bytes, None, "End"]

LONG_AT_ONCE = 3  # of the readers that there are; everybody else's questions are short
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
    secret, ip = secret_of(request), client_address(request, trusted_proxies)
    sending, loop = _Sending(request, long, asked[1]), asyncio.get_running_loop()
    seen: list[Token] = []

    def read(tx: Transaction) -> Parts:
        found, is_due = token_in(tx, secret)
        token = living(found)
        caller = caller_by(token, ip)
        if is_due and not seen:
            loop.call_soon_threadsafe(note_use, services, token)
        seen[:] = [token]
        sending.token_id = token.token_id
        sending.tag = _tag(state(tx, caller), caller, asked) if tagged else None
        if sending.tag and _matches(request.headers.getall("If-None-Match", []), sending.tag):
            return End(None)
        return (yield from work(tx, caller))

    async def run() -> End:
        return await services.database.stream(read, sending.take)

    try:
        try:
            end = await run()
        except UnknownUser:
            end = await meeting_whom_it_names(services, seen[0].workspace_id, run)
        return await sending.finish(end)
    except Exception as error:
        if sending.response is None:
            raise
        return sending.cut(error)
    finally:
        sending.done()


class _Sending:
    """An answer on its way to a client."""

    def __init__(self, request: web.Request, long: Long, form: Format) -> None:
        self.tag: str | None = None
        self.token_id = ""
        self.response: web.StreamResponse | None = None
        self._holds_a_place = False
        self._request = request
        self._long = long
        self._form = form
        self._until = asyncio.get_running_loop().time() + LONGEST_SECONDS

    async def take(self, part: bytes) -> None:
        """Sends a part. Raises a Problem where too many answers are long already, TimeoutError or OSError."""
        response = await self._begun() if self.response is None else self.response
        if self._request.method == "HEAD":
            raise ConnectionResetError("who asks for the head alone takes no body")
        await self._bounded(response.write(part))

    async def _begun(self) -> web.StreamResponse:
        another = self.token_id in self._long.to
        if another or len(self._long.to) >= LONG_AT_ONCE:
            why = "A long answer is on its way to this token" if another else "Too many long answers are on their way"
            told = f"{why}: ask again in a moment, or for less."
            raise Problem("rate-limited", told, headers={"Retry-After": "5"})
        if self._request.method != "HEAD":  # the head alone is no long answer
            self._long.to.add(self.token_id)
            self._holds_a_place = True
        self.response = response = web.StreamResponse(headers=self._headers())
        await response.prepare(self._request)
        return response

    async def finish(self, end: End) -> web.StreamResponse:
        """The last part, or all of it."""
        if self.response is not None:
            await self._bounded(self.response.write(end.body or b""))
            await self._bounded(self.response.write_eof())
            return self.response
        if end.body is None:
            return web.Response(status=304, headers=self._about())
        return web.Response(body=end.body, headers=self._headers() | end.headers)

    def cut(self, error: Exception) -> web.StreamResponse:
        """Breaks an answer off so that nobody takes it for whole."""
        assert self.response is not None
        if self._request.method != "HEAD":
            if not isinstance(error, OSError):  # a client who hung up or stalled is no news; TimeoutError is one too
                log.warning("answer-cut-off", kind=type(error).__name__, reason=str(error), path=self._request.path)
            if (transport := self._request.transport) is not None:
                # With a reset: over HTTP/1.0, as some proxies speak it, an orderly end is the end of a whole answer.
                transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
                transport.abort()
        return self.response

    def done(self) -> None:
        """Makes room for others."""
        if self._holds_a_place:
            self._long.to.discard(self.token_id)

    def _headers(self) -> dict[str, str]:
        kind = self._form.value if self._form is Format.NDJSON else f"{self._form.value}; charset=utf-8"
        return {"Content-Type": kind} | self._about()

    def _about(self) -> dict[str, str]:
        about = {"Vary": "Accept, Authorization, gd-api-token", "Cache-Control": "private, no-cache"}
        return about | {"ETag": self.tag} if self.tag else about

    async def _bounded(self, sending: Awaitable[None]) -> None:
        left = self._until - asyncio.get_running_loop().time()
        async with asyncio.timeout(min(PATIENCE_SECONDS, max(left, 0.0))):
            await sending


def _tag(state_of_workspace: str, caller: Caller, asked: Sequence[str]) -> str:
    told = "\n".join([state_of_workspace, caller.workspace_id, caller.user_id, str(caller.role), *asked])
    return f'"{hashlib.sha256(told.encode()).hexdigest()[:32]}"'


def _matches(lines: Sequence[str], tag: str) -> bool:
    """RFC 9110, section 13.1.2: by the weak comparison, any of a list."""
    given = [one.strip().removeprefix("W/") for one in ",".join(lines).split(",")]
    return tag in given or "*" in given
