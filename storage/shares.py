"""Places that workspaces share: readers of the database, background rounds, batches. None of them can take them all."""

from __future__ import annotations

import asyncio
from collections import Counter, deque
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass


@dataclass(slots=True)
class Place:
    """A place that a workspace has. `rests_for_seconds`: so long it counts as taken by the workspace afterwards, while
    others may have it."""

    rests_for_seconds: float = 0.0


class Shares:
    """A number of `places`. One workspace gets at most `each`, or `alone` while no other has asked for any.

    The next free place goes to the workspace that has the fewest, and among equals to the one that has waited longest
    since its last.
    """

    def __init__(self, places: int, each: int, alone: int | None = None) -> None:
        self._free, self._each, self._alone = places, each, alone or each
        self._known: set[str] = set()
        self._taken: Counter[str] = Counter()
        self._waiting: dict[str, deque[asyncio.Future[None]]] = {}

    def waiting(self, workspace_id: str) -> int:
        """How many of the workspace wait for a place."""
        return len(self._waiting.get(workspace_id, ()))

    @property
    def by_several(self) -> bool:
        """Whether more than one workspace has asked for a place."""
        return len(self._known) > 1

    @asynccontextmanager
    async def place(self, workspace_id: str, within_seconds: float | None = None) -> AsyncIterator[Place]:
        """Waits for a place, and keeps it for the block. Raises TimeoutError if there is none in time."""
        if workspace_id:  # empty: of nobody, as what the program itself reads
            self._known.add(workspace_id)
        turn, taken = asyncio.get_running_loop().create_future(), Place()
        self._waiting.setdefault(workspace_id, deque()).append(turn)
        self._let_in()
        try:
            if not turn.done():  # as a rule it is, and a timer would cost more than the rest
                async with asyncio.timeout(within_seconds):
                    await turn
            yield taken
        finally:
            self._leave(workspace_id, turn, taken.rests_for_seconds)

    def _let_in(self) -> None:
        while self._free and (workspace_id := self._next()) is not None:
            turn = self._waiting[workspace_id].popleft()
            self._line_up_again(workspace_id)
            if not turn.done():  # its task was cancelled
                turn.set_result(None)
                self._free -= 1
                self._taken[workspace_id] += 1

    def _next(self) -> str | None:
        able = [one for one in self._waiting if self._taken[one] < self._most(one)]
        return min(able, key=self._taken.__getitem__, default=None)

    def _most(self, workspace_id: str) -> int:
        return self._alone if workspace_id and not self.by_several else self._each

    def _leave(self, workspace_id: str, turn: asyncio.Future[None], rests_for_seconds: float) -> None:
        if turn.cancelled():
            turns = self._waiting.get(workspace_id, deque())
            if turn in turns:
                turns.remove(turn)
                self._line_up_again(workspace_id)
            return
        self._free += 1
        if rests_for_seconds:
            asyncio.get_running_loop().call_later(rests_for_seconds, self._rested, workspace_id)
            self._let_in()
        else:
            self._rested(workspace_id)

    def _rested(self, workspace_id: str) -> None:
        self._taken[workspace_id] -= 1
        if not self._taken[workspace_id]:
            del self._taken[workspace_id]
        self._line_up_again(workspace_id)
        self._let_in()

    def _line_up_again(self, workspace_id: str) -> None:
        """Behind all others, if anybody of the workspace still waits."""
        if turns := self._waiting.pop(workspace_id, None):
            self._waiting[workspace_id] = turns
