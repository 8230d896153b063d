"""Reads bodies of senders who haven't proven yet that they are Slack, within one bound for all of them together."""

from __future__ import annotations

import asyncio

from aiohttp import web

READ_WITHIN_SECONDS = 10.0
MOST_BYTES = 4 * 1024 * 1024
"""Of all bodies that are being read at the same time."""
RETRY_AFTER_SECONDS = 5


class UnsignedBodies:
    """Holds at most `MOST_BYTES`. If a new body doesn't fit, the sender who has taken longest gets 503 at once.

    Slack sends a body in one go, so it is never the one.
    """

    def __init__(self) -> None:
        self._reading: dict[asyncio.Timeout, int] = {}
        """The sizes as announced, in the order of arrival."""

    async def read(self, request: web.Request, most: int) -> bytes:
        """The body of up to `most` bytes. Raises HTTPException for one that can't be had."""
        size = _announced_size(request, most)
        self._make_room(size)
        patience = asyncio.timeout(READ_WITHIN_SECONDS)
        self._reading[patience] = size
        why: web.HTTPException
        try:
            async with patience:
                return await request.read()
        except TimeoutError:
            why = _busy() if patience not in self._reading else _too_slow()
        except (web.RequestPayloadError, ConnectionResetError):  # bad chunks; or a sender who hung up
            why = web.HTTPUnauthorized(text="not signed by Slack: the body can't be read")
        finally:
            self._reading.pop(patience, None)
        raise why  # not from the error, whose traceback holds what was read

    def _make_room(self, size: int) -> None:
        now = asyncio.get_running_loop().time()
        while self._reading and sum(self._reading.values()) + size > MOST_BYTES:
            longest = next(iter(self._reading))
            del self._reading[longest]
            longest.reschedule(now)


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
