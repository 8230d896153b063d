"""The requests between practice workspace and bot, kept for the page."""

import itertools
import json
import re
import time
from collections import deque
from collections.abc import Callable, Mapping
from dataclasses import dataclass

from aiohttp import web
from aiohttp.typedefs import Handler, Middleware

from bot.practice.model import Json

KEPT = 500
LONGEST_BODY = 20_000
"""Characters kept of a body."""
PATIENCE_MILLISECONDS = 3000
"""How long Slack waits for a bot (https://docs.slack.dev/interactivity/handling-user-interaction)."""

TO_BOT, FROM_BOT = "to-bot", "from-bot"
_FROM_BOT = {"api": "{method}", "response": "response_url", "upload": "upload of a file"}
_TOKEN = re.compile(r"\b(xox[a-z]|xapp)-[\w-]+", re.ASCII)


@dataclass(slots=True)
class Exchange:
    """One request and its answer.

    `at` is in Unix seconds. `request` has method, address, headers and body, `answer` status, headers and body (None
    while it is running, or if none came). `limit` is how many milliseconds Slack waits for it, or None. `failure` is
    Slack's name for the error.
    """

    id: int
    at: float
    direction: str
    kind: str
    request: Json
    answer: Json | None = None
    milliseconds: float | None = None
    limit: int | None = None
    failure: str | None = None


class Exchanges:
    """The newest `KEPT` exchanges. `changed` wakes waiting pages."""

    def __init__(self, clock: Callable[[], float], changed: Callable[[], None]) -> None:
        self._clock, self._changed = clock, changed
        self._kept: deque[Exchange] = deque(maxlen=KEPT)
        self._ids = itertools.count(1)
        self._began: dict[int, float] = {}

    @property
    def kept(self) -> list[Exchange]:
        """Oldest first."""
        return list(self._kept)

    def begin(self, direction: str, kind: str, request: Json) -> Exchange:
        """Adds a request that was sent."""
        limit = PATIENCE_MILLISECONDS if direction == TO_BOT else None
        exchange = Exchange(next(self._ids), self._clock(), direction, kind, request, limit=limit)
        self._kept.append(exchange)
        self._began[exchange.id] = time.perf_counter()
        self._changed()
        return exchange

    def end(self, exchange: Exchange, answer: Json | None, failure: str | None) -> None:
        """Adds its answer, or None if none came."""
        exchange.milliseconds = round((time.perf_counter() - self._began.pop(exchange.id)) * 1000, 1)
        exchange.answer, exchange.failure = answer, failure
        self._changed()

    def fail(self, exchange_id: int, failure: str) -> None:
        """Marks an answer that couldn't be shown."""
        for exchange in self._kept:
            if exchange.id == exchange_id:
                exchange.failure = failure
                self._changed()


def request_of(method: str, address: str, headers: Mapping[str, str], body: str) -> Json:
    """A request as it is kept: secrets masked, the body cut."""
    return {"method": method, "address": address, "headers": shown_headers(headers), "body": shown_body(body)}


def answer_of(status: int, headers: Mapping[str, str], body: str) -> Json:
    return {"status": status, "headers": shown_headers(headers), "body": shown_body(body)}


def shown_headers(headers: Mapping[str, str]) -> dict[str, str]:
    return {name: _header(name, value) for name, value in headers.items()}


def _header(name: str, value: str) -> str:
    if name.lower() == "authorization" and value.startswith("Basic "):
        return "Basic …"
    return _TOKEN.sub(r"\1-…", value)


def shown_body(body: str) -> str:
    left = len(body) - LONGEST_BODY
    kept = body if left <= 0 else f"{body[:LONGEST_BODY]}… and {left} characters more"
    return _TOKEN.sub(r"\1-…", kept)


def recorder(exchanges: Exchanges) -> Middleware:
    """The middleware that keeps every call of the bot."""

    @web.middleware
    async def record(request: web.Request, handler: Handler) -> web.StreamResponse:
        kind = _FROM_BOT.get(request.path.split("/")[1])
        if kind is None:
            return await handler(request)
        asked = await _request(request)
        exchange = exchanges.begin(FROM_BOT, kind.format(**request.match_info), asked)
        answer: Json | None = None
        failure: str | None = "no_answer"  # if the bot hangs up first
        try:
            response = await handler(request)
            body = (response.text or "") if isinstance(response, web.Response) else ""
            answer, failure = answer_of(response.status, response.headers, body), _failure(response.status, body)
        finally:
            exchanges.end(exchange, answer, failure)
        return response

    return record


def _failure(status: int, body: str) -> str | None:
    if body.startswith('{"ok": false'):
        return str(json.loads(body)["error"])
    return f"http_{status}" if status >= 400 else None


async def _request(request: web.Request) -> Json:
    body = ""
    if request.can_read_body:
        is_text = request.content_type in ("application/json", "application/x-www-form-urlencoded")
        body = (await request.read()).decode(errors="replace") if is_text else f"({request.content_type})"
    return request_of(request.method, request.path_qs, request.headers, body)
