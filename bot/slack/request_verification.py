"""Lets genuine requests from Slack through to Bolt. All others get a status from 400 to 499, whatever they hold."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from urllib.parse import parse_qs

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

log = structlog.get_logger(__name__)

READ_WITHIN_SECONDS = 10.0


def slack_events(app: AsyncApp, signing_secret: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The handler of `POST /slack/events`. Slack's own verifier decides; it refuses what is older than 5 minutes.

    What it or Bolt stumbles over is refused too, and never a 500.
    """
    verifier = SignatureVerifier(signing_secret)

    async def handle(request: web.Request) -> web.StreamResponse:
        raw = await _body(request)
        try:
            body = raw.decode("utf-8")
            is_genuine = verifier.is_valid_request(body, dict(request.headers))
        except (ValueError, TypeError, OverflowError):  # it reads headers in good faith
            is_genuine = False
        if not is_genuine:
            if "X-Slack-Signature" in request.headers:
                log.warning("signature-refused", remedy="check SLACK_SIGNING_SECRET, and this machine's clock")
            elif parse_qs(raw.decode("utf-8", "replace")).get("ssl_check") == ["1"]:
                return web.Response()  # Slack looks now and then whether the address answers, and signs nothing then
            raise web.HTTPUnauthorized(text="not signed by Slack, or too long ago")
        try:
            bolt_request = AsyncBoltRequest(body=body, query=request.query_string, headers=dict(request.headers))
            well_formed = isinstance(bolt_request.body, dict) and isinstance(bolt_request.body.get("event", {}), dict)
        except (ValueError, TypeError, AttributeError, RecursionError) as error:  # Bolt reads payloads in good faith
            raise web.HTTPBadRequest(text="not a request that Slack sends") from error
        if not well_formed:
            raise web.HTTPBadRequest(text="not a request that Slack sends")
        return await to_aiohttp_response(await app.async_dispatch(bolt_request))

    return handle


async def _body(request: web.Request) -> bytes:
    try:
        async with asyncio.timeout(READ_WITHIN_SECONDS):
            return await request.read()
    except TimeoutError as error:
        raise web.HTTPRequestTimeout(text=f"not arrived within {READ_WITHIN_SECONDS:g} seconds") from error
    except (web.RequestPayloadError, ConnectionResetError) as error:  # bad chunks; or a sender who hung up
        raise web.HTTPUnauthorized(text="not signed by Slack: the body can't be read") from error
