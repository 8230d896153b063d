"""A typed minute means the whole minute. It moves by seconds to fit the records around it."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.calendar.worktime import SKEW_ALLOWED, TimeOfDay, first_after, instants_of, work_date
from storage import pairs
from storage.database import Transaction
from storage.pairs import Pair

MINUTE = timedelta(minutes=1)
SECOND = timedelta(seconds=1)
SMALLEST = timedelta(microseconds=1)


def fitting_start(tx: Transaction, pair: Pair) -> Pair:
    """The pair. If the one before it ended in the same minute, it starts then."""
    before = pairs.overlapping(tx.connection, pair)
    if before is None or before.clock_out is None:
        return pair
    ended, begun = before.clock_out.at, pair.clock_in.at
    is_over = pair.clock_out is not None and pair.clock_out.at <= ended
    if is_over or ended >= begun + MINUTE:
        return pair
    return replace(pair, clock_in=replace(pair.clock_in, at=ended))


def fitting_end(at: TimeOfDay, in_at: datetime, now: datetime, zone: ZoneInfo) -> datetime:
    """The first such time after the clock-in.

    If that is in the future and reads the same as the clock-in's own minute, that minute is meant. If it is tomorrow,
    the time before the clock-in is meant, which is refused. Raises what `first_after` raises.
    """
    end, start = first_after(at, in_at, zone), in_at.astimezone(zone)
    is_same_minute = (start.hour, start.minute) == (at.time.hour, at.time.minute)
    if end <= now + SKEW_ALLOWED:
        return end
    if not is_same_minute or at.offset not in (None, start.utcoffset()):
        before = instants_of(start.date(), at, zone) if work_date(now, zone) == start.date() else []
        return before[0] if before and before[0] <= in_at and work_date(end, zone) > start.date() else end
    return _later_that_minute(in_at, now)


def fitting_end_so_long_ago(at: datetime, in_at: datetime, now: datetime) -> datetime:
    """The time itself. If it is in the clock-in's own minute, but before it, a moment after the clock-in: `2 min ago`
    means minutes."""
    is_same_minute = at.replace(second=0, microsecond=0) == in_at.replace(second=0, microsecond=0)
    return _later_that_minute(in_at, now) if is_same_minute and at <= in_at else at


def _later_that_minute(in_at: datetime, now: datetime) -> datetime:
    last_second = in_at.replace(second=0, microsecond=0) + MINUTE - SECOND
    return max(min(now, last_second), in_at + SMALLEST)
