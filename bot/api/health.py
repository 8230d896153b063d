"""`/healthz`: the process lives. `/readyz`: the database and the chat platforms answer."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Awaitable, Callable, Mapping

from aiohttp import web

from bot.api.problems import invalid, response
from bot.runtime.services import Services
from storage.errors import Unavailable

PATIENCE_SECONDS = 2.0
ASKED_EVERY_SECONDS = 10.0

Check = Callable[[], Awaitable[object]]


def register(app: web.Application, services: Services, chats: Mapping[str, Check], stopping: asyncio.Event) -> None:
    """`chats`: for each platform what raises if it doesn't answer. Once `stopping` is set, `/readyz` is never ready.

    Load balancers should ask `/readyz?of=database`. When Slack is slow, it is slow for every replica, and
    dropping them all would take the API down too, and the other chat.
    """
    asked_chats = {name: _Remembered(check) for name, check in chats.items()}

    async def ready(request: web.Request) -> web.Response:
        asked = request.query.getall("of", [])
        if asked not in ([], ["database"]):
            return response(invalid([("of", "must be database")]))
        if stopping.is_set():
            return web.json_response({"status": "stopping"}, status=503)
        if asked:
            states = {"database": await _state(services.database.ready)}
        else:
            checks = [_state(services.database.ready), *(chat.state() for chat in asked_chats.values())]
            states = dict(zip(("database", *asked_chats), await asyncio.gather(*checks), strict=True))
        return web.json_response(states, status=200 if set(states.values()) == {"ok"} else 503)

    async def healthy(request: web.Request) -> web.Response:
        return web.json_response({"status": "ok"})

    app.router.add_get("/healthz", healthy)
    app.router.add_get("/readyz", ready)


class _Remembered:
    """Asks a chat platform at most every 10 seconds, however often a load balancer looks."""

    def __init__(self, check: Check) -> None:
        self._check = check
        self._lock = asyncio.Lock()
        self._last: tuple[float, str] | None = None

    async def state(self) -> str:
        async with self._lock:
            now = time.monotonic()
            if self._last is None or now - self._last[0] > ASKED_EVERY_SECONDS:
                self._last = now, await _state(self._check)
            return self._last[1]


async def _state(check: Check) -> str:
    try:
        async with asyncio.timeout(PATIENCE_SECONDS):
            await check()
    except TimeoutError:
        return "does not answer"
    except Unavailable:
        return "can't be read"
    except Exception as error:  # any error of the client means not ready
        return f"fails: {type(error).__name__}"
    return "ok"
