"""Long work lets everybody else of the program run in between: they wait for about a stretch of it, not for all."""

from __future__ import annotations

import asyncio
import time
from collections.abc import Iterable, Iterator
from itertools import islice
from typing import TypeVar

from sqlalchemy.util import await_only

T = TypeVar("T")

STRETCH_SECONDS = 0.004
LONGEST_PAUSE_SECONDS = 0.05
ALONE_SECONDS = 0.0005  # what it takes to ask whether others want to run, where there are none
ITEMS_AT_ONCE = 50


def considerately(items: Iterable[T]) -> Iterator[T]:
    """The items, for work that a Database reads."""
    let_others_run, each = Considerate(), iter(items)
    while some := list(islice(each, ITEMS_AT_ONCE)):
        yield from some
        let_others_run()


class Considerate:
    """To be called often. After each stretch others run, and then go on undisturbed for twice as long as they took: so
    several long works together leave most of the time to short ones. Where nobody else is there, it takes no time."""

    def __init__(self) -> None:
        self._since = time.monotonic()

    def __call__(self) -> None:
        """Within work that a Database reads."""
        if (now := time.monotonic()) - self._since > STRETCH_SECONDS:
            await_only(asyncio.sleep(0))
            if (others_took := time.monotonic() - now) > ALONE_SECONDS:
                await_only(asyncio.sleep(min(2 * others_took, LONGEST_PAUSE_SECONDS)))
            self._since = time.monotonic()
