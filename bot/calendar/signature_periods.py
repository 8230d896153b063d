"""The periods that people sign: each week, every two weeks, or each month. The kind is a setting: `two weeks from
2026-11-16`."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Literal

from bot.calendar.ranges import DateRange, month_of
from bot.errors import NotReadable

WEEK = timedelta(days=7)
A_MONDAY = date(2024, 1, 1)
"""Where two weeks begin unless an admin says otherwise."""
_PERIOD = re.compile(
    r"(?:a |each |every |the )?(?:(?P<week>week|weekly)|(?P<month>month|monthly)"
    r"|(?:two|2) ?-?weeks?(?: from (?P<from>\d{4}-\d{2}-\d{2}))?)",
    re.IGNORECASE | re.ASCII,
)


@dataclass(frozen=True, slots=True)
class SignaturePeriod:
    """How long each period is. Weeks begin on Monday; two weeks on `start`, and every other week from there."""

    kind: Literal["week", "two weeks", "month"]
    start: date = A_MONDAY

    def __str__(self) -> str:
        """As it is stored and typed."""
        return f"{self.kind} from {self.start}" if self.kind == "two weeks" and self.start != A_MONDAY else self.kind

    def holding(self, day: date) -> DateRange:
        """The period with that day. Raises OverflowError at the ends of the calendar."""
        if self.kind == "month":
            return month_of(day.year, day.month)
        length = WEEK if self.kind == "week" else 2 * WEEK
        first = day - (day - (A_MONDAY if self.kind == "week" else self.start)) % length
        return DateRange(first, first + length - timedelta(days=1))

    def latest_over(self, today: date) -> DateRange:
        """The latest period that is over."""
        return self.holding(self.holding(today).first - timedelta(days=1))


def parse_signature_period(text: str) -> SignaturePeriod:
    """Reads `week`, `two weeks`, `two weeks from 2026-11-16` or `month`. Raises NotReadable."""
    found = _PERIOD.fullmatch(" ".join(text.split()))
    try:
        start = date.fromisoformat(found["from"]) if found and found["from"] else A_MONDAY
    except ValueError:
        found = None
    if found is None:
        raise NotReadable("signature period", text)
    return SignaturePeriod("week" if found["week"] else "month" if found["month"] else "two weeks", start)


DEFAULT = SignaturePeriod("month")
