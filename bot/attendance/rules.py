"""The rules that need no other record: 3 (length), 5 (nothing in the future), 6 (work date), and the age of records."""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta

from bot.calendar.worktime import FIRST_DAY, LONGEST_PAIR, SKEW_ALLOWED, zone_named
from bot.errors import InFuture, OutNotAfterIn, TooLong, TooOld, WorkDateTooFar
from storage.pairs import Pair

SHORTEST_USUAL = timedelta(minutes=5)
"""Shorter records are most likely a slip."""
LONGEST_USUAL = timedelta(hours=13)
"""The most that eleven hours of daily rest leave (Directive 2003/88/EC): 12-hour shifts with a handover aren't asked
about."""
NEVER_EARLY = timedelta(days=2)  # a work date is within a day of its instants


def checked_pair(pair: Pair, now: datetime) -> Pair:
    """The pair. Raises WorkDateTooFar, OutNotAfterIn, TooLong or InFuture."""
    in_at, last = pair.clock_in.at, pair.clock_out or pair.clock_in
    zone = zone_named(last.zone)
    if abs(pair.work_date - in_at.astimezone(UTC).date()) > timedelta(days=1):
        raise WorkDateTooFar(pair.work_date, in_at)
    if pair.clock_out and last.at <= in_at:
        raise OutNotAfterIn(in_at, last.at, zone)
    if last.at - in_at > LONGEST_PAIR:
        raise TooLong(in_at, last.at, zone)
    if last.at > now + SKEW_ALLOWED:
        raise InFuture(last.at, now, zone, is_clock_in=pair.clock_out is None)
    return pair


def is_unusual(length: timedelta) -> bool:
    """Whether a record of that length is most likely a slip."""
    return not SHORTEST_USUAL <= length <= LONGEST_USUAL


def too_old(work_date: date, in_at: datetime, now: datetime, years: int | None) -> TooOld | None:
    """Refuses a new record of before `FIRST_DAY`, or older than the workspace keeps. Records are erased by the age of
    their entries, so this one would stay for years after its neighbours are gone."""
    if work_date < FIRST_DAY:
        return TooOld(None)
    return TooOld(years) if years is not None and in_at < oldest_kept(now, years) else None


def oldest_kept(now: datetime, years: int) -> datetime:
    """What was written before this instant (UTC) is erased. Records of the last `years` years stay."""
    today = now.astimezone(UTC).date()
    leap_day = (today.month, today.day) == (2, 29)
    first = date(today.year - years, today.month, 28 if leap_day else today.day)
    return datetime(first.year, first.month, first.day, tzinfo=UTC) - NEVER_EARLY
