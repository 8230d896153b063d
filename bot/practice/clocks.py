"""The time in the practice workspace: the machine's, until a visitor moves it on."""

from collections.abc import Callable
from datetime import UTC, datetime, timedelta

LAST = datetime(2200, 1, 1, tzinfo=UTC)
"""Beyond it no zone's rules are worth anything, and sums of time run into the end of the calendar."""


class MovableClock:
    """Goes as the machine's clock goes, from wherever it was moved to. Time that has passed never comes back."""

    def __init__(self) -> None:
        self.ahead = timedelta()
        """How far it is before the machine's clock."""
        self.when_moved: list[Callable[[], object]] = []
        """Called after each move."""

    def now(self) -> datetime:
        """The time, in UTC."""
        return datetime.now(UTC) + self.ahead

    def seconds(self) -> float:
        """The same as seconds of Unix time."""
        return self.now().timestamp()

    def move_to(self, at: datetime) -> None:
        """Makes it `at` (aware). ValueError where that is past already, or later than `LAST`."""
        now = self.now()
        if at.tzinfo is None or not now <= at <= LAST:
            raise ValueError(f"the clock goes forward alone, to {LAST.year} at most: it is {now.isoformat()}")
        self.ahead += at - now
        for tell in self.when_moved:
            tell()
