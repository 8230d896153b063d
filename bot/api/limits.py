"""How much one token may ask of one process, so that a program gone wild leaves room for the others.

60,000 requests a minute: whoever has been quiet may send them at any speed, and then a thousand a second. Whoever meets
the limit has asked more than that for a minute on end: a loop that never rests, and nobody's use.
"""

from __future__ import annotations

import hashlib
import math
import time
from collections import OrderedDict
from collections.abc import Callable
from dataclasses import dataclass

from aiohttp import web

from bot.api.problems import Handler, Problem, response
from bot.api.requests import carried_secret

REQUESTS, SECONDS = 60_000, 60
TOKENS_REMEMBERED = 10_000  # whoever invents tokens fills no memory; a token not heard of for so long is full anyway
LIMITED: web.RequestKey[tuple[int, int]] = web.RequestKey("limited", tuple[int, int])


@dataclass(slots=True)
class Bucket:
    """What a token has left, as of a moment."""

    left: float
    at: float


class Limits:
    """A bucket a token: it holds a minute's requests, and fills up as time passes."""

    def __init__(
        self, requests: int = REQUESTS, seconds: float = SECONDS, clock: Callable[[], float] = time.monotonic
    ) -> None:
        self._requests = requests
        self._seconds = seconds
        self._clock = clock
        self._buckets: OrderedDict[str, Bucket] = OrderedDict()
        self.policy = f'"token";q={requests};w={seconds:g}'

    def take(self, token: str) -> tuple[int, int] | None:
        """How many requests the token has left after this one, and in how many seconds it has all of them again; None
        where it had none left."""
        now, rate = self._clock(), self._requests / self._seconds
        bucket = self._buckets.setdefault(token, Bucket(self._requests, now))
        self._buckets.move_to_end(token)
        if len(self._buckets) > TOKENS_REMEMBERED:
            self._buckets.popitem(last=False)
        bucket.left = min(self._requests, bucket.left + (now - bucket.at) * rate)
        bucket.at = now
        if bucket.left < 1:
            return None
        bucket.left -= 1
        return int(bucket.left), math.ceil((self._requests - bucket.left) / rate)

    def wait(self, token: str) -> int:
        """After how many seconds a token that had none left may try again."""
        missing = 1 - self._buckets[token].left
        return max(1, math.ceil(missing * self._seconds / self._requests))


def register(app: web.Application, limits: Limits) -> None:
    """Counts every request that carries a token, and tells its sender in the `RateLimit` headers
    (https://datatracker.ietf.org/doc/draft-ietf-httpapi-ratelimit-headers/, the tenth draft)."""

    @web.middleware
    async def counted(request: web.Request, handler: Handler) -> web.StreamResponse:
        secret = carried_secret(request)
        if not secret:
            return await handler(request)
        token = hashlib.sha256(secret.encode("utf-8", "surrogatepass")).hexdigest()  # as short as any, and no secret
        found = limits.take(token)
        request[LIMITED] = found or (0, limits.wait(token))
        if found is None:
            wait = str(limits.wait(token))
            told = f"One token may ask {limits.policy} of a process: try again in {wait} s."
            return response(Problem("rate-limited", told, headers={"Retry-After": wait}))
        return await handler(request)

    async def tell(request: web.Request, answer: web.StreamResponse) -> None:
        if found := request.get(LIMITED):
            answer.headers["RateLimit-Policy"] = limits.policy
            answer.headers["RateLimit"] = f'"token";r={found[0]};t={found[1]}'

    app.middlewares.append(counted)
    app.on_response_prepare.append(tell)
