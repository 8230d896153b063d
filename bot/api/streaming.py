"""Long answers: read from one snapshot and sent part by part, in flat memory. Short answers are sent whole.

A snapshot stays open until its client has read the answer. So a client that stalls is cut off, and few long answers run
at once: one for a token. One workspace may have all of them until another needs a place: then the slowest client of
the workspace with the most is cut off.
"""

from __future__ import annotations

import asyncio
import hashlib
import socket
import struct
import time
from collections import Counter
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
from bot.people.tokens import Token
from bot.permissions import Caller
from bot.runtime.services import Services, Transaction

log = structlog.get_logger(__name__)

Parts = Generator[bytes, None, "End"]

LONG_AT_ONCE = 3  # fewer than `storage.database.READERS`: leaves some for short answers
STALLED_SECONDS = 1.0  # by then, a client that reads has taken a part
PATIENCE_SECONDS = 30.0  # for the client to take a part
LONGEST_SECONDS = 900.0  # for the whole answer
_RESET = struct.pack("ii", 1, 0)  # SO_LINGER of 0 s


@dataclass(frozen=True, slots=True)
class End:
    """The last part of an answer, and its headers if it is the only part. None: nothing has changed."""

    body: bytes | None
    headers: dict[str, str] = field(default_factory=dict)


@dataclass(eq=False, slots=True)
class Sending:
    """A long answer that is being sent, until the `deadline`."""

    token_id: str
    workspace_id: str
    deadline: asyncio.Timeout
    waited: float = 0.0
    """How many seconds the client took for the parts so far."""
    waits_since: float | None = None
    """When the part was offered that the client hasn't taken yet."""

    async def part(self, taken: Awaitable[None]) -> None:
        """Waits until the client has taken the part. Raises TimeoutError."""
        self.waits_since = time.monotonic()
        async with asyncio.timeout(PATIENCE_SECONDS):
            await taken
        self.waited += self.stalls
        self.waits_since = None

    @property
    def stalls(self) -> float:
        """For how many seconds the client hasn't taken the part."""
        return 0.0 if self.waits_since is None else time.monotonic() - self.waits_since


class Long:
    """The long answers now being sent."""

    def __init__(self) -> None:
        self._sending: list[Sending] = []

    @contextmanager
    def place(self, token: Token) -> Iterator[Sending]:
        """Takes a place. Raises a Problem if this token has one already, or nobody has to give one up."""
        if refusal := self.refusal(token):
            raise refusal
        if len(self._sending) >= LONG_AT_ONCE and (loser := self._loser(token.workspace_id)):
            loser.deadline.reschedule(0)
            self._sending.remove(loser)
        sending = Sending(token.token_id, token.workspace_id, asyncio.timeout(LONGEST_SECONDS))
        self._sending.append(sending)
        try:
            yield sending
        finally:
            if sending in self._sending:
                self._sending.remove(sending)

    def refusal(self, token: Token) -> Problem | None:
        """Why this token gets no place now."""
        if any(one.token_id == token.token_id for one in self._sending):
            return _busy("This token is")
        if len(self._sending) >= LONG_AT_ONCE and self._loser(token.workspace_id) is None:
            return _busy("Others are")
        return None

    def _loser(self, workspace_id: str) -> Sending | None:
        """Who has to give up a place: the slowest client of the workspace with the most places, if it has at least two
        more than this one. One more is enough if its client stalls."""
        places = Counter(one.workspace_id for one in self._sending)
        losers = [
            one
            for one in self._sending
            if places[one.workspace_id] - places[workspace_id] > (0 if one.stalls > STALLED_SECONDS else 1)
            and not one.deadline.expired()
        ]
        return max(losers, key=lambda one: (places[one.workspace_id], one.waited + one.stalls), default=None)


def _busy(who: str) -> Problem:
    detail = f"{who} still receiving a long answer. Try again in a moment, or ask for fewer days."
    return Problem("rate-limited", detail, headers={"Retry-After": "5"})


async def answer(
    request: web.Request,
    services: Services,
    trusted_proxies: Networks,
    long: Long,
    asked: tuple[str, Format],
    work: Callable[[Transaction, Caller], Parts],
    *,
    tagged: bool = True,
    takes_long: bool = False,
    surely_long: Callable[[Transaction, Caller], bool] = lambda tx, caller: False,
) -> web.StreamResponse:
    """Authenticates and sends what `work` yields, in one transaction.

    `asked` is everything that the answer depends on, besides the caller and the records. Answers that also depend on
    the time aren't `tagged`. What `takes_long` to read gets one of the few places for that. An answer that is
    `surely_long` and gets no place is refused before anything is read for it, because the first part already takes
    much of the processor. Raises a Problem, or what `work` raises before its first part.
    """
    asking = Authentication(request, services, trusted_proxies)
    tag: str | None = None

    def read(tx: Transaction) -> Generator[bytes | End, None, None]:
        nonlocal tag
        caller = asking.caller(tx)
        tag = _tag(state_of_records(tx, caller), caller, asked) if tagged else None
        if tag and _matches(request.headers.getall("If-None-Match", []), tag):
            yield End(None)
            return
        assert asking.token is not None
        if (refusal := long.refusal(asking.token)) and surely_long(tx, caller):
            raise refusal
        yield (yield from work(tx, caller))

    async def run() -> web.StreamResponse:
        async with aclosing(services.database.stream(read, long=takes_long)) as parts:
            first = await anext(parts)
            assert asking.token is not None
            about = {"Vary": "Accept, Authorization, gd-api-token", "Cache-Control": "private, no-cache"}
            about |= {"ETag": tag} if tag else {}
            if isinstance(first, End) and first.body is None:
                return web.Response(status=304, headers=about)
            headers = about | {"Content-Type": _content_type(asked[1])}
            if isinstance(first, End):
                return web.Response(body=first.body, headers=headers | first.headers)
            with long.place(asking.token) as sending:
                return await _send(request, headers, first, parts, sending)

    return await asking.run(run)


async def _send(
    request: web.Request,
    headers: dict[str, str],
    first: bytes,
    others: AsyncIterator[bytes | End],
    sending: Sending,
) -> web.StreamResponse:
    response = web.StreamResponse(headers=headers)
    try:
        async with sending.deadline:
            await response.prepare(request)
            if request.method == "HEAD":
                return response
            await sending.part(response.write(first))
            async for part in others:
                await sending.part(response.write(part if isinstance(part, bytes) else part.body or b""))
            await sending.part(response.write_eof())
    except Exception as error:
        _cut_off(request, error)
    return response


def _cut_off(request: web.Request, error: Exception) -> None:
    """Breaks the connection, so that the client notices that the answer is incomplete."""
    if not isinstance(error, OSError):  # a client that hung up or stalled (TimeoutError)
        log.warning("answer-cut-off", kind=type(error).__name__, reason=str(error), path=request.path)
    if (transport := request.transport) is not None:
        # A reset, because over HTTP/1.0 (some proxies) an orderly close means a complete answer.
        transport.get_extra_info("socket").setsockopt(socket.SOL_SOCKET, socket.SO_LINGER, _RESET)
        transport.abort()


def _content_type(form: Format) -> str:
    return form.value if form is Format.NDJSON else f"{form.value}; charset=utf-8"


def _tag(state_of_workspace: str, caller: Caller, asked: Sequence[str]) -> str:
    parts = "\n".join([state_of_workspace, caller.workspace_id, caller.user_id, str(caller.role), *asked])
    return f'"{hashlib.sha256(parts.encode()).hexdigest()[:32]}"'


def _matches(lines: Sequence[str], tag: str) -> bool:
    """RFC 9110, section 13.1.2: weak comparison with a list of tags."""
    given = [one.strip().removeprefix("W/") for one in ",".join(lines).split(",")]
    return tag in given or "*" in given
