"""Records as another system has them, before the ledger's rules are applied, and what an import does with each."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, datetime
from enum import StrEnum

from storage.errors import Refusal


@dataclass(frozen=True, slots=True)
class Event:
    """A clock-in or clock-out in the source.

    `at` and `recorded_at` (when it was entered) are UTC, `by` is the source's id of a person, `zone` an IANA name,
    `office` an id or a name.
    """

    at: datetime
    id: str | None = None
    by: str | None = None
    recorded_at: datetime | None = None
    zone: str | None = None
    office: str | None = None
    ip: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class PaidBreak:
    """A paid break in the source, of its kind. Open until it has an end."""

    kind: str
    start: Event
    end: Event | None


@dataclass(frozen=True, slots=True)
class Record:
    """A pair in the source, or an open clock-in. `where` it is there, for example `line 12`. `out_break`: the kind of
    break that its clock-out started; `paid_breaks`: those inside it."""

    where: str
    user_id: str
    clock_in: Event
    clock_out: Event | None
    work_date: date | None = None
    out_break: str | None = None
    paid_breaks: Sequence[PaidBreak] = ()


@dataclass(frozen=True, slots=True)
class Refused:
    """What can't be imported, and why."""

    where: str
    why: Refusal


Read = Record | Refused
"""What a reader returns for each record of its source."""


class Outcome(StrEnum):
    """What happened to a record."""

    WRITTEN = "written"
    THERE_ALREADY = "there already"
    REFUSED = "refused"
