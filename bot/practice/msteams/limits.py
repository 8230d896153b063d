"""The limits of the Teams service: https://learn.microsoft.com/microsoftteams/platform/bots/how-to/rate-limit."""

import math
import time
from collections import Counter, deque
from collections.abc import Callable, Sequence

Windows = Sequence[tuple[int, float]]
"""So many calls within so many seconds."""

IN_CONVERSATION: dict[str, Windows] = {
    "send": ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0)),
    "create": ((7, 1.0), (8, 2.0), (60, 30.0), (1800, 3600.0)),
    "members": ((14, 1.0), (16, 2.0), (120, 30.0), (3600, 3600.0)),
}
IN_TENANT: Windows = ((50, 1.0),)
LARGEST_MESSAGE = 100 * 1024
"""Bytes of the whole message as UTF-16."""


class Limits:
    """Counts the calls of one bot. `clock` is in seconds. `taken` and `refused` are counts by kind."""

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._calls: dict[tuple[str, str], deque[float]] = {}
        self.taken, self.refused = Counter[str](), Counter[str]()

    def retry_after(self, kind: str, conversation_id: str, tenant_id: str) -> int:
        """How many whole seconds to wait, 0 for a call that is taken, and counted."""
        now = self._clock()
        places = {(kind, conversation_id): IN_CONVERSATION[kind], ("tenant", tenant_id): IN_TENANT}
        wait = max(_wait(self._calls.setdefault(place, deque()), windows, now) for place, windows in places.items())
        if wait > 0:
            self.refused[kind] += 1
            return math.ceil(wait)
        for place in places:
            self._calls[place].append(now)
        self.taken[kind] += 1
        return 0


def _wait(calls: deque[float], windows: Windows, now: float) -> float:
    while calls and calls[0] <= now - windows[-1][1]:
        calls.popleft()
    return max((calls[-most] + seconds - now if len(calls) >= most else 0.0) for most, seconds in windows)
