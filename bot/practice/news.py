"""Waiting for something to happen in a practice chat."""

import asyncio
from collections.abc import Callable
from typing import TypeVar

T = TypeVar("T")


class News:
    """`version` counts the changes."""

    def __init__(self) -> None:
        self.version = 0
        self._news = asyncio.Event()

    async def until(self, condition: Callable[[], T], seconds: float | None = 20.0) -> T:
        """Waits until `condition` returns something true. TimeoutError after `seconds` (None: never)."""
        async with asyncio.timeout(seconds):
            while not (found := condition()):
                await self._news.wait()
        return found

    def changed(self) -> None:
        """Wakes pages and `until`, which wait for a change."""
        self.version += 1
        self._news.set()
        self._news = asyncio.Event()
