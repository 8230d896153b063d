"""Requests to the bot: signed like Slack's, with a time limit."""

import hashlib
import hmac
import io
import time
from collections.abc import Mapping

import aiohttp

from bot.practice.json_input import object_of
from bot.practice.model import Delivery, Json, Refused


def signed(secret: str, body: bytes, timestamp: int) -> dict[str, str]:
    """The two headers by which the bot knows Slack (https://docs.slack.dev/authentication/verifying-requests-from-slack)."""
    base = b"v0:%d:%s" % (timestamp, body)
    digest = hmac.new(secret.encode(), base, hashlib.sha256).hexdigest()
    return {"X-Slack-Request-Timestamp": str(timestamp), "X-Slack-Signature": f"v0={digest}"}


async def post(url: str, body: bytes, headers: dict[str, str], patience: float) -> Delivery:
    """Posts to the bot, and waits up to `patience` seconds. Never raises for what the bot does."""
    started = time.perf_counter()
    status, text, is_json, failure = 0, "", False, None
    answered: Mapping[str, str] = {}
    timeout = aiohttp.ClientTimeout(total=patience)
    try:
        async with (
            aiohttp.ClientSession(timeout=timeout) as session,
            session.post(url, data=io.BytesIO(body), headers=headers, allow_redirects=False) as response,
        ):
            status, text = response.status, await response.text(errors="replace")
            is_json, answered = response.content_type == "application/json", response.headers
    except TimeoutError:  # before ClientError: aiohttp's timeouts are both
        failure = "operation_timeout"
    except aiohttp.ClientError:
        failure = "dispatch_failed"
    else:
        failure = None if status == 200 else "dispatch_failed"
    seconds = time.perf_counter() - started
    return Delivery(status, text, _object(text) if is_json else None, seconds, failure, headers=answered)


def _object(text: str) -> Json | None:
    try:
        return object_of(text)
    except Refused:
        return None
