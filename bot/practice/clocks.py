"""The practice workspace's clock: the machine's time or another start, until somebody moves it forward."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

LAST = datetime(2200, 1, 1, tzinfo=UTC)
"""Later than this, zone rules are unknown and sums of time leave the calendar."""


class MovableClock:
    """Runs at normal speed. Once it runs it can be moved forward, never back."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        """How far it is ahead of the machine's clock; negative if it's behind."""
        self.when_moved: list[Callable[[], object]] = []
        """Called after each move."""

    def start_at(self, at: datetime) -> None:
        """Sets it, also back, before anything happens."""
        self.ahead = at - datetime.now(UTC)

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(UTC) + self.ahead

    def seconds(self) -> float:
        """The same as seconds of Unix time."""
        return self.now().timestamp()

    def move_to(self, at: datetime) -> None:
        """Moves to `at` (aware). ValueError if that is in the past or later than `LAST`."""
        now = self.now()
        if at.tzinfo is None or not now <= at <= LAST:
            raise ValueError(f"the clock only goes forward, to {LAST.year} at most. It is {now.isoformat()}")
        self.ahead += at - now
        for tell in self.when_moved:
            tell()
