"""The services and helpers that every handler of the API uses."""

from __future__ import annotations

import hashlib
import re
from collections import defaultdict
from collections.abc import Awaitable, Callable
from dataclasses import dataclass, field, replace
from typing import Any, TypeVar

from aiohttp import web

from bot.api.authentication import Authentication
from bot.api.bodies import LARGEST_BODY, parameters
from bot.api.problems import Problem
from bot.api.requests import Networks, authenticated, idempotency_key, secret_of, valid_caller
from bot.api.schema import Parameters, read
from bot.api.streaming import Long
from bot.attendance.idempotency import IdempotentRequest
from bot.errors import ConsentNeeded, NeedsCorrection
from bot.permissions import Caller, Operation
from bot.runtime.body_budget import BodyBudget
from bot.runtime.encryption import Sealer
from bot.runtime.services import Services, Transaction
from storage.corrections import Correction
from storage.errors import UnknownEvent
from storage.shares import Shares

T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Opened:
    """What was asked for waits: this correction was opened instead."""

    correction: Correction


Form = TypeVar("Form", bound=Parameters)

MOST_TOKENS_KNOWN = 10_000
BATCHES_AT_ONCE = 2  # and one of a workspace: each takes as long as thousands of clock-ins
LARGE_BODIES = 4 * LARGEST_BODY  # of a workspace, that arrive at the same time
LARGE = 16 * 1024  # bytes of a body; a clock-in has a few hundred
_ID = re.compile(r"[!-~]{1,100}", re.ASCII)


@dataclass(frozen=True, slots=True)
class Door:
    """Everything a handler needs besides its request."""

    services: Services
    trusted_proxies: Networks
    webhooks_may_reach: Networks = ()
    sealer: Sealer | None = None
    long: Long = field(default_factory=Long)
    batches: Shares = field(default_factory=lambda: Shares(BATCHES_AT_ONCE, 1))
    bodies: defaultdict[str, BodyBudget] = field(default_factory=lambda: defaultdict(lambda: BodyBudget(LARGE_BODIES)))
    """For large bodies, by workspace."""
    valid_before: set[str] = field(default_factory=set)
    """Digests of tokens that were valid once. `write` checks all others with a read first."""

    async def caller(self, request: web.Request) -> Caller:
        """The caller behind the request's token. Raises a 401 Problem."""
        return await authenticated(request, self.services, self.trusted_proxies)

    async def check_token(self, request: web.Request) -> None:
        """Raises a 401 Problem. For a request with another fault: a wrong token is the first thing to report."""
        await valid_caller(request, self.services, self.trusted_proxies)

    async def asked(self, request: web.Request, form: type[Form]) -> Form:
        """The parameters for `write`, which also checks the token. This checks it earlier if the body is large or has
        a fault, so that a wrong token is reported first. Raises a Problem."""
        secret_of(request)
        if request.body_exists and (request.content_length or LARGE) >= LARGE:
            caller = await self.caller(request)
            return read(form, await parameters(request, self.bodies[caller.workspace_id]))
        try:
            return read(form, await parameters(request))
        except Problem:
            await self.caller(request)
            raise

    async def write(
        self,
        request: web.Request,
        operation: str,
        right: Operation,
        asked: Parameters | str,
        work: Callable[[Transaction, Caller], T],
        render: Callable[[T], str],
        instead: Callable[[Transaction, Caller], Correction] | None = None,
    ) -> web.Response:
        """Authenticates and does `work` in one transaction; only once for an Idempotency-Key, whose answer is given
        again to those who have the `right`. Where somebody has to agree first, `instead` asks them. Raises a Problem,
        ConsentNeeded, or what `work` raises."""
        asking = Authentication(request, self.services, self.trusted_proxies)
        await self._refuse_made_up(request, asking.secret)

        def kept(result: T | Opened) -> str | None:
            return None if isinstance(result, Opened) else render(result)

        def once(tx: Transaction, caller: Caller) -> T | Opened:
            try:
                return work(tx, caller)
            except NeedsCorrection as needed:
                if instead is None or needed.kind == "break":
                    raise
                return Opened(instead(tx, caller))

        def write(tx: Transaction) -> T | Opened:
            caller = asking.caller(tx)
            services = self.once(request, caller, operation, right, asked, kept)
            return services.wrapped(lambda tx: once(tx, caller))(tx)

        result = await asking.run(lambda: self.services.database.write(write))
        if isinstance(result, Opened):
            raise ConsentNeeded(result.correction)
        return web.json_response(text=render(result))

    def asking_again(self, request: web.Request, caller: Caller, services: Services | None = None) -> Services:
        """Services for writes of a caller who was found before: the body, or others, may have taken their time. In
        their transaction they raise a Problem if the token doesn't work any more, or reaches less or more."""
        asking, inner = Authentication(request, self.services, self.trusted_proxies), services or self.services

        def wrap(work: Callable[[Transaction], T]) -> Callable[[Transaction], T]:
            def write(tx: Transaction) -> T:
                if asking.caller(tx).role is not caller.role:
                    raise Problem("forbidden", "What this token may do has just changed. Send the request again.")
                return inner.wrapped(work)(tx)

            return write

        return replace(inner, wrap=wrap)

    async def _refuse_made_up(self, request: web.Request, secret: str) -> None:
        """Checks a token that was never valid here with a read, so that made-up tokens don't queue for the writer."""
        digest = hashlib.sha256(secret.encode()).hexdigest()
        if digest in self.valid_before:
            return
        await self.caller(request)
        if len(self.valid_before) >= MOST_TOKENS_KNOWN:
            self.valid_before.clear()
        self.valid_before.add(digest)

    def once(
        self,
        request: web.Request,
        caller: Caller,
        operation: str,
        right: Operation,
        asked: Parameters | str,
        render: Callable[[Any], str | None],
    ) -> Services:
        """Services that run the operation only once if the request has an Idempotency-Key."""
        key = idempotency_key(request)
        if key is None:
            return self.services
        content = asked if isinstance(asked, str) else asked.model_dump_json()
        digest = hashlib.sha256(f"{operation} {content}".encode("utf-8", "surrogatepass")).hexdigest()
        return IdempotentRequest(caller, key, digest, render, right).services(self.services)


Answering = Callable[[Door, web.Request], Awaitable[web.StreamResponse]]


def event_id(request: web.Request) -> str:
    """The id in the address. Raises UnknownEvent for anything else: PostgreSQL refuses a NUL in text."""
    given = request.match_info["id"]
    if not _ID.fullmatch(given):
        raise UnknownEvent(given)
    return given
