"""Requests that are being answered, and drawings that let them go first."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Iterator
from contextlib import asynccontextmanager, contextmanager, suppress

PATIENCE_SECONDS = 2.0
"""So long a drawing waits for a moment in which nobody waits for an answer. There may be none for minutes."""


class Answering:
    """How many requests this process is answering."""

    def __init__(self) -> None:
        self._under_way = 0
        self._nobody_waits = asyncio.Event()
        self._nobody_waits.set()
        self._one_at_a_time = asyncio.Lock()

    @contextmanager
    def request(self) -> Iterator[None]:
        """Somebody waits for an answer until the block ends."""
        self._under_way += 1
        self._nobody_waits.clear()
        try:
            yield
        finally:
            self._under_way -= 1
            if not self._under_way:
                self._nobody_waits.set()

    @asynccontextmanager
    async def afterwards(self) -> AsyncIterator[None]:
        """For a drawing for which nobody waits: begins when nobody waits for an answer, and after other drawings."""
        async with self._one_at_a_time:
            with suppress(TimeoutError):
                async with asyncio.timeout(PATIENCE_SECONDS):
                    while self._under_way:
                        await self._nobody_waits.wait()
            yield
