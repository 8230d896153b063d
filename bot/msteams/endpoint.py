"""`POST /teams/messages`, where the Teams service sends all that happens.

The token is checked before the body is read, so that strangers' bodies cost nothing.
"""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable, Collection, Mapping
from dataclasses import dataclass
from typing import Any

import structlog
from aiohttp import web
from pydantic import ValidationError

from bot.msteams.activities import Activity
from bot.msteams.verification import KeysUnavailable, Token, Unauthenticated, Verifier

log = structlog.get_logger(__name__)

MOST_BYTES = 512 * 1024
READ_WITHIN_SECONDS = 10.0
RETRY_AFTER_SECONDS = 5

Answer = Callable[[Activity], Awaitable[Mapping[str, Any] | None]]
"""Does what the activity wants. Returns what an invoke is answered with. Raises UnknownInvoke."""


class UnknownInvoke(Exception):
    """An invoke that the bot doesn't know. Teams wants 501 for it."""


@dataclass(frozen=True, slots=True)
class Endpoint:
    """`tenants`: those that are served, by their ids in lower case."""

    verifier: Verifier
    tenants: Collection[str]
    answer: Answer

    async def handle(self, request: web.Request) -> web.Response:
        """Answers the service. Raises HTTPException for what isn't from it or can't be read."""
        token = await self._token(request)
        activity = _parsed(await _body(request))
        self._check(token, activity)
        try:
            found = await self.answer(activity)
        except UnknownInvoke:
            return web.Response(status=501)
        return web.Response() if found is None else web.json_response(found)

    async def _token(self, request: web.Request) -> Token:
        try:
            return await self.verifier.token(request.headers.get("Authorization", ""))
        except Unauthenticated as error:
            raise _refused(error) from error
        except KeysUnavailable as error:
            raise web.HTTPServiceUnavailable(headers={"Retry-After": str(RETRY_AFTER_SECONDS)}) from error

    def _check(self, token: Token, activity: Activity) -> None:
        try:
            token.check(activity)
        except Unauthenticated as error:
            raise _refused(error) from error
        if activity.tenant_id not in self.tenants:
            log.warning(
                "tenant-not-served", tenant_id=activity.tenant_id, remedy="add it to TEAMS_TENANT_ID if it is yours"
            )
            raise web.HTTPForbidden(text="not a tenant that this bot serves")


def mount(app: web.Application, endpoint: Endpoint) -> None:
    """Serves it, and fetches Microsoft's keys at the start."""

    async def fetch_keys(_: web.Application) -> None:
        endpoint.verifier.fetch_soon()

    app.router.add_post("/teams/messages", endpoint.handle)
    app.on_startup.append(fetch_keys)


async def _body(request: web.Request) -> bytes:
    """Up to `MOST_BYTES`. Raises HTTPException for one that can't be had."""
    size = request.content_length
    if size is not None and size > MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(MOST_BYTES, size)
    try:
        async with asyncio.timeout(READ_WITHIN_SECONDS):
            raw = await request.read()
    except TimeoutError as error:
        raise web.HTTPRequestTimeout from error
    except (web.RequestPayloadError, ConnectionResetError) as error:  # bad chunks; or the sender hung up
        raise web.HTTPBadRequest(text="the body can't be read") from error
    if len(raw) > MOST_BYTES:
        raise web.HTTPRequestEntityTooLarge(MOST_BYTES, len(raw))
    return raw


def _parsed(raw: bytes) -> Activity:
    try:
        return Activity.model_validate_json(raw)
    except ValidationError as error:
        log.warning("odd-payload", reason=error.errors(include_input=False, include_url=False)[0]["type"])
        raise web.HTTPBadRequest(text="not an activity") from None


def _refused(error: Unauthenticated) -> web.HTTPUnauthorized:
    remedy = "check TEAMS_APP_ID, and this machine's clock"
    log.warning("signature-refused", reason=str(error), remedy=remedy)
    return web.HTTPUnauthorized(text="not signed by Microsoft Teams for this bot")
