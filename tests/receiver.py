"""Somebody else's program, which is called by webhooks: it takes what comes, or fails, or hangs."""

from __future__ import annotations

import asyncio
import json
from collections.abc import AsyncIterator, Callable, Mapping
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime
from typing import Any
from unittest.mock import patch

from aiohttp import web
from standardwebhooks import Webhook, WebhookVerificationError


@dataclass
class Received:
    """A call as it came."""

    headers: Mapping[str, str]
    body: bytes

    @property
    def told(self) -> Any:
        return json.loads(self.body)

    @property
    def person(self) -> str:
        return str(self.told["attendanceEvents"][0]["userId"])


def is_genuine(secret: str, headers: Mapping[str, str], body: bytes) -> bool:
    """Whether the reference library of Standard Webhooks takes the call, at the time of its own timestamp."""
    moment = datetime.fromtimestamp(int(headers["Webhook-Timestamp"]), UTC)
    with patch("standardwebhooks.webhooks.datetime", wraps=datetime) as clock:
        clock.now.return_value = moment
        try:
            Webhook(secret).verify(body, dict(headers))
        except WebhookVerificationError:
            return False
    return True


def ok(call: Received) -> web.Response:
    return web.Response(status=204)


@dataclass
class Receiver:
    """`answer` decides what a call is answered, None to hang; `taken` are those answered with success, in order."""

    address: str = ""
    answer: Callable[[Received], web.StreamResponse | None] = ok
    came: list[Received] = field(default_factory=list)
    taken: list[Received] = field(default_factory=list)
    hanging: int = 0
    _something_came: asyncio.Event = field(default_factory=asyncio.Event)

    async def handle(self, request: web.Request) -> web.StreamResponse:
        call = Received(request.headers, await request.read())
        self.came.append(call)
        answer = self.answer(call)
        if answer is None:
            self.hanging += 1
            self._something_came.set()
            await asyncio.Event().wait()
            raise AssertionError("nobody sets it")
        if answer.status < 300:
            self.taken.append(call)
        self._something_came.set()
        return answer

    async def until(self, holds: Callable[[], bool], seconds: float = 10.0) -> None:
        """Waits until something has come that makes it hold."""
        async with asyncio.timeout(seconds):
            while not holds():
                self._something_came.clear()
                await self._something_came.wait()


@asynccontextmanager
async def receiving(receiver: Receiver | None = None) -> AsyncIterator[Receiver]:
    """A receiver on a port of its own, while the block runs."""
    receiver = receiver or Receiver()
    app = web.Application()
    app.router.add_route("*", "/{path:.*}", receiver.handle)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1, handler_cancellation=True)
    await runner.setup()
    try:
        site = web.TCPSite(runner, "127.0.0.1", 0)
        await site.start()
        receiver.address = f"http://127.0.0.1:{runner.addresses[0][1]}/hook"
        yield receiver
    finally:
        await runner.cleanup()
