"""Calls webhooks: signed, with a time limit, and never into a private network.

Signed as Standard Webhooks describes (https://www.standardwebhooks.com), with libraries for most languages.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import json
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from datetime import datetime
from functools import partial

import aiohttp

from bot.api.answers import Call as CallBody
from bot.api.correction_body import correction_body
from bot.api.events import break_event, events_with_deletion, moment
from bot.api.signatures import signature_body
from bot.runtime.outbox_sender import Message, NotSent
from bot.runtime.services import Clock
from bot.webhooks.calls import before_of, break_of, correction_of, pair_of, signature_of
from bot.webhooks.deliveries import PREFIX, Send
from bot.webhooks.network_policy import Networks, guarded_socket
from storage.webhooks import Webhook

TIMEOUT_SECONDS = 10.0
READ_AT_MOST = 4096  # bytes of an answer to buffer: only its status matters


@asynccontextmanager
async def sender(
    may_be_reached: Networks, clock: Clock, *, timeout_seconds: float = TIMEOUT_SECONDS
) -> AsyncIterator[Send]:
    """Yields a function that makes calls."""

    connected = partial(guarded_socket, may_be_reached)
    connector = aiohttp.TCPConnector(socket_factory=connected, force_close=True, limit=0)
    timeout = aiohttp.ClientTimeout(total=timeout_seconds)
    async with aiohttp.ClientSession(
        connector=connector,
        timeout=timeout,
        cookie_jar=aiohttp.DummyCookieJar(),
        auto_decompress=False,
        read_bufsize=READ_AT_MOST,
    ) as session:

        async def send(webhook: Webhook, call: Message, secret: str) -> str:
            body = body_of(call)
            return await _post(session, webhook.url, body, signed(secret, call.message_id, body, clock()))

        yield send


async def _post(session: aiohttp.ClientSession, url: str, body: bytes, headers: dict[str, str]) -> str:
    try:
        async with session.post(url, data=body, headers=headers, allow_redirects=False) as answer:
            status = answer.status
            answer.close()  # the body isn't read
    except TimeoutError as error:
        raise NotSent("did not answer in time") from error
    except aiohttp.ClientConnectorError as error:
        raise NotSent(f"can't be connected to: {error.os_error.strerror or type(error).__name__}") from error
    except (aiohttp.ClientError, ValueError, OSError) as error:
        raise NotSent(f"broke off: {type(error).__name__}") from error
    if not 200 <= status < 300:
        raise NotSent(str(status))  # a redirection too: it could lead anywhere
    return str(status)


def body_of(call: Message) -> bytes:
    """The body: the same bytes for every attempt and address."""
    body: CallBody = {
        "id": call.message_id,
        "type": call.facts["type"],
        "time": moment(call.created_at),
        "workspace": call.workspace_id,
        "attendanceEvents": events_with_deletion(pair) if (pair := pair_of(call)) else [],
    }
    if before := before_of(call):
        body["replacedAttendanceEvents"] = events_with_deletion(before)
    if on := break_of(call):
        body["attendanceBreak"] = break_event(on)
    if signature := signature_of(call):
        body["signature"] = signature_body(signature)
    if correction := correction_of(call):
        body["correction"] = correction_body(correction)
    return json.dumps(body).encode()


def signed(secret: str, event_id: str, body: bytes, now: datetime) -> dict[str, str]:
    """The headers of a call, with the HMAC-SHA256 of `id.timestamp.body`."""
    timestamp = str(int(now.timestamp()))
    key = base64.b64decode(secret.removeprefix(PREFIX))
    signature = hmac.new(key, f"{event_id}.{timestamp}.".encode() + body, hashlib.sha256).digest()
    return {
        "Content-Type": "application/json",
        "User-Agent": "attendance-bot",
        "Webhook-Id": event_id,
        "Webhook-Timestamp": timestamp,
        "Webhook-Signature": f"v1,{base64.b64encode(signature).decode()}",
    }
