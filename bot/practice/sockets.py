"""Socket Mode: requests to the bot over web sockets that the bot opened, answered by envelope id.

Slack gives every request to one of the open connections (https://docs.slack.dev/apis/events-api/using-socket-mode).
"""

import asyncio
import itertools
import json
import random
import time
from collections.abc import Callable
from contextlib import suppress
from typing import Any

from aiohttp import WSMsgType, web

from bot.practice.json_input import object_of
from bot.practice.model import Delivery, Json, Refused


class Sockets:
    """The connections a bot holds, and the envelopes that wait for their answer."""

    def __init__(self, changed: Callable[[], object]) -> None:
        self._changed = changed
        self.open: list[web.WebSocketResponse] = []
        self._waiting: dict[str, asyncio.Future[Json]] = {}
        self._numbers = itertools.count(1)

    async def serve(self, request: web.Request) -> web.WebSocketResponse:
        """Holds one connection until either side ends it."""
        socket = web.WebSocketResponse()
        await socket.prepare(request)
        self.open.append(socket)
        self._changed()
        try:
            await socket.send_json({"type": "hello", "num_connections": len(self.open)})
            async for message in socket:
                if message.type is WSMsgType.TEXT:
                    with suppress(Refused):  # junk gets no answer, as at Slack
                        self._answered(object_of(message.data))
        finally:
            self.open.remove(socket)
        return socket

    async def deliver(self, kind: str, payload: Json, patience: float) -> Delivery:
        """Sends a request of `kind` ("slash_commands", "interactive", "events_api") over one of the connections."""
        envelope_id, started = f"envelope-{next(self._numbers)}", time.perf_counter()
        answer = self._waiting[envelope_id] = asyncio.get_running_loop().create_future()
        envelope = {"type": kind, "envelope_id": envelope_id, "payload": payload, "accepts_response_payload": True}
        try:
            async with asyncio.timeout(patience):
                await random.choice(self.open).send_json(envelope)  # noqa: S311  # Slack chooses at random too
                given: Any = (await answer).get("payload")
        except TimeoutError:
            return Delivery(0, "", None, time.perf_counter() - started, "operation_timeout")
        except ConnectionError:
            return Delivery(0, "", None, time.perf_counter() - started, "dispatch_failed")
        finally:
            del self._waiting[envelope_id]
        body = given if isinstance(given, str) else json.dumps(given) if given else ""
        return Delivery(200, body, given if isinstance(given, dict) else None, time.perf_counter() - started)

    async def refresh(self, socket: web.WebSocketResponse) -> None:
        """Asks for a new connection in place of this one, as Slack does every few hours."""
        await socket.send_json({"type": "disconnect", "reason": "refresh_requested"})

    async def close(self) -> None:
        """Ends every connection."""
        for socket in list(self.open):
            await socket.close()

    def _answered(self, envelope: Json) -> None:
        waiting = self._waiting.get(str(envelope.get("envelope_id")))
        if waiting is not None and not waiting.done():
            waiting.set_result(envelope)
