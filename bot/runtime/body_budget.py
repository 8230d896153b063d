"""Bounds the bytes of request bodies that arrive at the same time."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable


class MadeWay(Exception):
    """The body was dropped, because others needed its room."""


class BodyBudget:
    """Holds at most `most` bytes of bodies on their way. If a new one doesn't fit, others go: those of the largest size
    class (a power of two) first, and among them the one that has taken longest.

    So a small body that is sent in one go stays, however many large or slow ones come.
    """

    def __init__(self, most: int) -> None:
        self._most = most
        self._arriving: dict[asyncio.Timeout, int] = {}
        """The sizes as announced, in the order of arrival."""

    async def read(self, size: int, within_seconds: float, read: Callable[[], Awaitable[bytes]]) -> bytes:
        """Runs `read`, which gets a body of `size` bytes. Raises MadeWay, TimeoutError, or what `read` raises."""
        self._make_room(size)
        patience = asyncio.timeout(within_seconds)
        self._arriving[patience] = size
        try:
            async with patience:
                return await read()
        except TimeoutError:
            if patience in self._arriving:
                raise
        finally:
            self._arriving.pop(patience, None)
        raise MadeWay  # not from the error, whose traceback holds what was read

    def _make_room(self, size: int) -> None:
        now = asyncio.get_running_loop().time()
        while self._arriving and sum(self._arriving.values()) + size > self._most:
            one = max(self._arriving, key=lambda one: self._arriving[one].bit_length())  # the first of the largest
            del self._arriving[one]
            if not one.expired():  # its task, which comes next, gives up already
                one.reschedule(now)
