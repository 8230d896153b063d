"""Reads bodies of senders who haven't proven yet that they are Slack, within one bound for all of them together."""

from __future__ import annotations

from aiohttp import web

from bot.runtime.body_budget import BodyBudget, MadeWay

READ_WITHIN_SECONDS = 10.0
MOST_BYTES = 4 * 1024 * 1024
"""Of all bodies that are being read at the same time."""
RETRY_AFTER_SECONDS = 5


class UnsignedBodies:
    """Holds at most `MOST_BYTES`. A sender whose room is needed gets 503 at once: never Slack, whose bodies are small
    and come in one go."""

    def __init__(self) -> None:
        self._budget = BodyBudget(MOST_BYTES)

    async def read(self, request: web.Request, most: int) -> bytes:
        """The body of up to `most` bytes. Raises HTTPException for one that can't be had."""
        size = _announced_size(request, most)
        why: web.HTTPException
        try:
            return await self._budget.read(size, READ_WITHIN_SECONDS, request.read)
        except MadeWay:
            why = _busy()
        except TimeoutError:
            why = _too_slow()
        except (web.RequestPayloadError, ConnectionResetError):  # bad chunks; or a sender who hung up
            why = web.HTTPUnauthorized(text="not signed by Slack: the body can't be read")
        raise why  # not from the error, whose traceback holds what was read


def _announced_size(request: web.Request, most: int) -> int:
    """In bytes. What is too large, or doesn't say how large it is, is refused unread."""
    size = request.content_length
    if size is None:
        raise web.HTTPLengthRequired(text="Content-Length is missing")
    if size > most:
        raise web.HTTPRequestEntityTooLarge(most, size)
    return size


def _busy() -> web.HTTPServiceUnavailable:
    return web.HTTPServiceUnavailable(
        text="too much arrives at the same time", headers={"Retry-After": str(RETRY_AFTER_SECONDS)}
    )


def _too_slow() -> web.HTTPRequestTimeout:
    return web.HTTPRequestTimeout(text=f"not arrived within {READ_WITHIN_SECONDS:g} seconds")
