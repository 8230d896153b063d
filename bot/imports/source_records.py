"""What an import reads and what becomes of it: records as another system tells them, before the ledger has a say."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from storage.errors import Refusal


@dataclass(frozen=True, slots=True)
class Event:
    """A clock-in or clock-out as told elsewhere: `at` and `recorded_at` (when it was written down) in UTC, `by` and the
    person's ids as the source has them, `zone` by its IANA name, `office` by its id or name."""

    at: datetime
    id: str | None = None
    by: str | None = None
    recorded_at: datetime | None = None
    zone: str | None = None
    office: str | None = None
    ip: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Record:
    """A pair as told elsewhere, or a clock-in that has not ended. `where` it stands there, such as `line 12`."""

    where: str
    user_id: str
    clock_in: Event
    clock_out: Event | None
    work_date: date | None = None


@dataclass(frozen=True, slots=True)
class Refused:
    """What could not be brought in, and why."""

    where: str
    why: Refusal


Read = Record | Refused
"""What a reader makes of each record of its source."""


class Outcome(StrEnum):
    """What became of a record."""

    WRITTEN = "written"
    THERE_ALREADY = "there already"
    REFUSED = "refused"
