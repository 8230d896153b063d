"""Lets genuine requests from Slack through to Bolt. All others get a status from 400 to 499, whatever they hold, or 503
where too many send at the same time.

Until the signature is checked, a request may cost little: its headers must look like Slack's before its body is read.
"""

from __future__ import annotations

import json
import re
import time
from collections.abc import Awaitable, Callable
from typing import Any
from urllib.parse import parse_qs, parse_qsl

import structlog
from aiohttp import web
from slack_bolt.adapter.aiohttp import to_aiohttp_response
from slack_bolt.async_app import AsyncApp
from slack_bolt.request.async_request import AsyncBoltRequest
from slack_sdk.signature import SignatureVerifier

from bot.slack.payload_shape import OddPayload, checked
from bot.slack.unsigned_bodies import UnsignedBodies

log = structlog.get_logger(__name__)

FRESH_SECONDS = 300  # docs.slack.dev/authentication/verifying-requests-from-slack
MOST_BYTES = 1024 * 1024  # the form of all settings, each as long as it gets and written as \uXXXX
MOST_UNSIGNED_BYTES = 512
MOST_FIELDS = 100
NOT_SIGNED = "not signed by Slack, or too long ago"
_TIMESTAMP = re.compile(r"[0-9]{1,12}", re.ASCII)
_SIGNATURE = re.compile(r"v0=[0-9a-f]{64}", re.ASCII)


def slack_events(app: AsyncApp, signing_secret: str) -> Callable[[web.Request], Awaitable[web.StreamResponse]]:
    """The handler of `POST /slack/events`. Slack's own verifier decides; it refuses what is older than 5 minutes."""
    verifier = SignatureVerifier(signing_secret)
    bodies = UnsignedBodies()

    async def handle(request: web.Request) -> web.StreamResponse:
        if "X-Slack-Signature" not in request.headers:
            return await _answer_unsigned(request, bodies)
        if not _could_be_signed(request):
            raise _refused()
        text = _text(await bodies.read(request, MOST_BYTES))
        if text is None or not verifier.is_valid_request(text, dict(request.headers)):
            raise _refused()
        try:
            payload = checked(_parsed(text, request.content_type))
        except OddPayload as error:
            log.warning("odd-payload", reason=str(error))
            raise web.HTTPBadRequest(text="not a request that Slack sends") from error
        if payload.get("type") == "app_rate_limited":  # docs.slack.dev/apis/events-api, "Rate limiting"
            log.warning("events-dropped", workspace_id=payload["team_id"], minute=payload["minute_rate_limited"])
            return web.Response()
        # The mode is that of web sockets, because only there Bolt takes a body that is parsed already.
        return await to_aiohttp_response(await app.async_dispatch(AsyncBoltRequest(body=payload, mode="socket_mode")))

    return handle


async def _answer_unsigned(request: web.Request, bodies: UnsignedBodies) -> web.Response:
    """Slack looks now and then whether the address answers, and signs nothing then. All else is refused."""
    text = _text(await bodies.read(request, MOST_UNSIGNED_BYTES))
    if text is not None and parse_qs(text).get("ssl_check") == ["1"]:
        return web.Response()
    raise web.HTTPUnauthorized(text=NOT_SIGNED)


def _refused() -> web.HTTPUnauthorized:
    log.warning("signature-refused", remedy="check SLACK_SIGNING_SECRET, and this machine's clock")
    return web.HTTPUnauthorized(text=NOT_SIGNED)


def _could_be_signed(request: web.Request) -> bool:
    """Whether the headers look like Slack's, which is known before the body is read."""
    timestamps = request.headers.getall("X-Slack-Request-Timestamp", [])
    signatures = request.headers.getall("X-Slack-Signature", [])
    return (
        len(timestamps) == len(signatures) == 1
        and _SIGNATURE.fullmatch(signatures[0]) is not None
        and _TIMESTAMP.fullmatch(timestamps[0]) is not None
        and abs(time.time() - int(timestamps[0])) <= FRESH_SECONDS
    )


def _text(raw: bytes) -> str | None:
    try:
        return raw.decode("utf-8")
    except UnicodeDecodeError:
        return None


def _parsed(text: str, content_type: str) -> Any:
    """Slack sends events as JSON, and all else as a form: a command's fields, or JSON in the field `payload`.

    Raises OddPayload.
    """
    try:
        if content_type == "application/json":
            return json.loads(text)
        fields = parse_qsl(text, keep_blank_values=True, errors="strict", max_num_fields=MOST_FIELDS)
        form = dict(fields)
        if len(form) < len(fields):
            raise OddPayload("a field was sent twice")
        return json.loads(form["payload"]) if "payload" in form and "command" not in form else form
    except (ValueError, RecursionError) as error:
        raise OddPayload(type(error).__name__) from error
