"""What a signature is about: the figures of a person's period, and a digest of the records they come from. The digest
covers neither comments nor addresses, because these can be erased."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any

from sqlalchemy import Connection

from storage import paid_breaks, pair_queries, totals
from storage.audit import canonical, canonical_list
from storage.column_types import EPOCH, MICROSECOND
from storage.paid_breaks import PaidBreak
from storage.pairs import Pair, PairEvent, Scope, minutes_between

MINUTE = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class SignedDay:
    """A work date with records: worked time, breaks between them, and how many there are."""

    day: date
    worked: timedelta
    breaks: timedelta
    records: int


@dataclass(frozen=True, slots=True)
class Figures:
    """What is signed, in whole minutes as people see it. `paid_breaks` are within the worked time."""

    worked: timedelta
    breaks: timedelta
    paid_breaks: timedelta
    days: Sequence[SignedDay]

    def as_text(self) -> str:
        """As it is stored."""
        days = [[str(one.day), one.worked // MINUTE, one.breaks // MINUTE, one.records] for one in self.days]
        sums = {name: getattr(self, name) // MINUTE for name in ("worked", "breaks", "paid_breaks")}
        return canonical({**sums, "days": days})

    @classmethod
    def read(cls, text: str) -> Figures:
        """What `as_text` wrote. Raises ValueError."""
        try:
            told = json.loads(text)
            days = [
                SignedDay(date.fromisoformat(day), worked * MINUTE, breaks * MINUTE, records)
                for day, worked, breaks, records in told["days"]
            ]
            worked, breaks, paid = (told[name] * MINUTE for name in ("worked", "breaks", "paid_breaks"))
            return cls(worked, breaks, paid, days)
        except (KeyError, TypeError) as error:
            raise ValueError(f"these aren't figures: {error}") from error


@dataclass(frozen=True, slots=True)
class PeriodRecords:
    """A person's records and paid breaks in a period, oldest first, without deleted ones."""

    records: Sequence[Pair]
    breaks: Sequence[PaidBreak] = ()

    @property
    def digest(self) -> str:
        """It changes with every time, place, date and break of the records."""
        records = [
            [str(one.work_date), *_half(one.clock_in), *_half(one.clock_out), one.out_break] for one in self.records
        ]
        inside = [
            [one.break_id, one.in_id, one.kind, _at(one.start.at), _at(one.end.at) if one.end else None]
            for one in self.breaks
        ]
        return hashlib.sha256(canonical_list([records, inside])).hexdigest()

    @property
    def figures(self) -> Figures:
        """Added up as reports do."""
        by_day: dict[date, list[Pair]] = {}
        for pair in self.records:
            by_day.setdefault(pair.work_date, []).append(pair)
        found = [totals.day_total(day, of_day, whole=True) for day, of_day in sorted(by_day.items())]
        days = [SignedDay(one.work_date, one.worked, one.breaks or timedelta(), one.pairs) for one in found]
        paid = (minutes_between(one.start.at, one.end.at) for one in self.breaks if one.end)
        worked, breaks = (sum((getattr(one, name) for one in days), timedelta()) for name in ("worked", "breaks"))
        return Figures(worked, breaks, sum(paid, timedelta()), days)


def of_people(
    connection: Connection, workspace_id: str, user_ids: Collection[str], first: date, last: date
) -> Mapping[str, PeriodRecords]:
    """The records of each of these people in the period."""
    scope = Scope(workspace_id, first, last, frozenset(user_ids))
    records: dict[str, list[Pair]] = {user_id: [] for user_id in user_ids}
    breaks: dict[str, list[PaidBreak]] = {user_id: [] for user_id in user_ids}
    for pair in pair_queries.within(connection, scope):
        records[pair.user_id].append(pair)
    for one in paid_breaks.within(connection, scope):
        breaks[one.user_id].append(one)
    return {user_id: PeriodRecords(records[user_id], breaks[user_id]) for user_id in user_ids}


def _half(half: PairEvent | None) -> list[Any]:
    return [half.id, _at(half.at), half.zone, half.office_id] if half else [None] * 4


def _at(at: datetime) -> int:
    return (at - EPOCH) // MICROSECOND
