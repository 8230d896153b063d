"""The rules of a record that need no other record: 3 (its length), 5 (nothing in the future), 6 (its work date)."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

from bot.calendar.worktime import LONGEST_PAIR, SKEW_ALLOWED, zone_named
from bot.errors import InFuture, OutNotAfterIn, TooLong, WorkDateTooFar
from storage.pairs import Pair


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
        raise InFuture(last.at, now, zone)
    return pair
