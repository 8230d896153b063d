"""What a workbook shows beside its records. Imports little, because each file is drawn in a new process."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime


@dataclass(frozen=True, slots=True)
class Words:
    """What the sheets say beside the records, and how they show days and moments, for their reader."""

    about: str
    records: str
    person: str
    user_id: str
    worked: str
    seconds: str
    total: str
    first_day: str
    last_day: str
    zone: str
    office: str
    all_offices: str
    exported_at: str
    exported_by: str
    day_format: str
    moment_format: str


@dataclass(frozen=True, slots=True)
class About:
    """What the first sheet says: the range, the zone of all times, and who exported it when (UTC)."""

    first: date
    last: date
    zone: str
    office: str | None
    made_at: datetime
    made_by: str
