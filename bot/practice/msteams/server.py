"""The practice service on the wire: login, keys, Bot Connector and uploads, on one address."""

from __future__ import annotations

import asyncio
import json
import time
from collections.abc import AsyncIterator, Awaitable, Callable
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot.practice.failure_modes import MOODS
from bot.practice.msteams.connector import Connector
from bot.practice.msteams.login import Login
from bot.practice.msteams.model import Refused
from bot.practice.msteams.service import Call, TeamsService

Handler = Callable[[web.Request], Awaitable[web.StreamResponse]]


class Server:
    """Answers the bot's calls."""

    def __init__(self, service: TeamsService) -> None:
        self._service = service

    def application(self) -> web.Application:
        """Everything that Microsoft's servers are for the bot."""
        app = web.Application(client_max_size=1 << 23)
        login, connector, chat = Login(self._service), Connector(self._service), "/connector/v3/conversations"
        app.router.add_get("/v1/.well-known/openidconfiguration", self._open("metadata", login.metadata))
        app.router.add_get("/v1/.well-known/keys", self._open("keys", login.keys))
        app.router.add_post("/login/{tenant}/oauth2/v2.0/token", self._open("token", login.token))
        app.router.add_post(chat, self._called("create", connector.create))
        app.router.add_post(f"{chat}/{{chat}}/activities", self._called("send", connector.send))
        app.router.add_post(f"{chat}/{{chat}}/activities/{{id}}", self._called("send", connector.send))
        app.router.add_put(f"{chat}/{{chat}}/activities/{{id}}", self._called("update", connector.update))
        app.router.add_delete(f"{chat}/{{chat}}/activities/{{id}}", self._called("delete", connector.delete))
        app.router.add_get(f"{chat}/{{chat}}/members/{{who}}", self._called("members", connector.member))
        app.router.add_get(f"{chat}/{{chat}}/pagedMembers", self._called("members", connector.members))
        app.router.add_put("/upload/{name}", self._open("upload", self._upload))
        return app

    def _open(self, kind: str, handler: Handler) -> Handler:
        """Needs no token."""

        async def handle(request: web.Request) -> web.StreamResponse:
            self._service.calls.append(Call(kind, "", None))
            if self._service.latency:
                await asyncio.sleep(self._service.latency)
            return await self._struck(kind) or await handler(request)

        return handle

    def _called(self, kind: str, handler: Callable[[web.Request, Any], Awaitable[web.Response]]) -> Handler:
        """The Bot Connector's: with the bot's token, within the limits."""

        async def handle(request: web.Request) -> web.StreamResponse:
            service, chat_id = self._service, request.match_info.get("chat", "").partition(";")[0]
            if service.latency:
                await asyncio.sleep(service.latency)
            body = _read(await request.read())
            service.calls.append(Call(kind, chat_id, body))
            if service.tokens.get(request.headers.get("Authorization", "").removeprefix("Bearer "), 0) < time.time():
                return _error(Refused(401, "Unauthorized", "Authorization has been denied for this request."))
            if struck := await self._struck(kind):
                return struck
            counted = kind if kind in ("create", "members") else "send"
            if service.limits and (wait := service.limits.retry_after(counted, chat_id, service.tenant_id)):
                return _error(Refused(429, "TooManyRequests", "API calls quota exceeded"), wait)
            try:
                return await handler(request, body)
            except Refused as refused:
                return _error(refused)

        return handle

    async def _struck(self, kind: str) -> web.Response | None:
        """The answer of a fault, or of the mood. None without one, or if it only waits."""
        faults = self._service.faults
        fault = faults.get(kind) or MOODS[self._service.mood]
        if fault is None:
            return None
        if fault.times is not None:
            fault.times -= 1
            if fault.times <= 0:
                del faults[kind]
        if fault.hold is not None:
            await fault.hold.wait()
        if fault.delay:
            await asyncio.sleep(fault.delay)
        if fault.status is None:
            return None
        return _error(Refused(fault.status, fault.error or "ServiceError"), fault.retry_after)

    async def _upload(self, request: web.Request) -> web.Response:
        data = await request.read()
        if "Authorization" in request.headers:
            return web.Response(status=401)
        if request.headers.get("Content-Range") != f"bytes 0-{len(data) - 1}/{len(data)}":
            return web.Response(status=400)
        self._service.files[request.match_info["name"]] = data
        self._service.changed()
        return web.json_response({"id": "driveItem", "size": len(data)}, status=201)


def _read(raw: bytes) -> Any:
    try:
        return json.loads(raw) if raw else None
    except ValueError:
        return None


def _error(refused: Refused, retry_after: int | None = None) -> web.Response:
    headers = {} if retry_after is None else {"Retry-After": str(retry_after)}
    body = {"error": {"code": refused.code, "message": refused.message}}
    return web.json_response(body, status=refused.status, headers=headers)


@asynccontextmanager
async def serve(service: TeamsService, host: str = "127.0.0.1", port: int = 0) -> AsyncIterator[str]:
    """Serves it until the block ends. Yields its address, for example http://127.0.0.1:41234."""
    runner = web.AppRunner(Server(service).application(), access_log=None, shutdown_timeout=0.5)
    await runner.setup()
    try:
        await web.TCPSite(runner, host, port).start()
        service.address = f"http://{host}:{runner.addresses[0][1]}"
        yield service.address
    finally:
        await runner.cleanup()
