"""Background tasks, which are waited for when the program ends."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Coroutine
from typing import Any, TypeVar

T = TypeVar("T")

CLOSE_WITHIN_SECONDS = FINISH_WITHIN_SECONDS = 2.0  # of the 10 that SIGTERM allows
TELL_WITHIN_SECONDS = 1.0


class Tasks:
    """Tasks under way. A key is for tasks that must not run twice at once."""

    def __init__(self) -> None:
        self._under_way: dict[object, asyncio.Task[Any]] = {}

    def __contains__(self, key: object) -> bool:
        return key in self._under_way

    def __getitem__(self, key: object) -> asyncio.Task[Any]:
        return self._under_way[key]

    def start(self, work: Coroutine[Any, Any, Any], key: object = None) -> asyncio.Task[Any]:
        """Runs it beside the caller."""
        task = asyncio.create_task(work)
        key = key or task
        self._under_way[key] = task
        task.add_done_callback(lambda done: self._under_way.pop(key, None))
        return task

    async def close(self) -> None:
        """Waits for the tasks, at most 2 seconds, and cancels the rest, which get another second to tell somebody."""
        for seconds in (CLOSE_WITHIN_SECONDS, TELL_WITHIN_SECONDS):
            if self._under_way:
                await asyncio.wait(self._under_way.values(), timeout=seconds)
            for task in self._under_way.values():
                task.cancel()


async def is_done_within(seconds: float, work: asyncio.Task[Any]) -> bool:
    """Waits for the task so long at most. It goes on in any case."""
    done, _ = await asyncio.wait({work}, timeout=seconds)
    return bool(done)


async def finish_despite_cancel(work: Awaitable[T]) -> T:
    """Runs work that must not stop half way, for example sending and marking as sent. A cancelled caller waits for its
    end, for at most 2 seconds."""
    task = asyncio.ensure_future(work)
    try:
        return await asyncio.shield(task)
    except asyncio.CancelledError:
        await asyncio.wait([task], timeout=FINISH_WITHIN_SECONDS)
        if not task.cancel() and not task.cancelled():
            task.exception()  # the caller is gone, and asyncio would warn about an error that nobody reads
        raise
