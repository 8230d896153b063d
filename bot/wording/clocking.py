"""Answers to clocking in and out, and one's own state."""

from __future__ import annotations

from bot import wording
from bot.attendance import ClockedOut, Half, Pair
from bot.reports import Status
from bot.wording import Reader
from bot.worktime import is_forgotten

CLOCK_IN, CLOCK_OUT = "Clock in", "Clock out"
LONGEST_COMMENT_SHOWN = 200  # characters: what was typed should not bury what happened


def clocked_in(pair: Pair, office: str | None, reader: Reader) -> str:
    """`In at 09:02 (Berlin), office Berlin Mitte. “good morning”`; `office` by its name."""
    half = pair.clock_in
    who = "In" if reader.is_you(pair.user_id) else f"{reader.who(pair.user_id)} is in"
    place = f", office {reader.escape(office)}" if office else ""
    return f"{who} at {wording.clock_with_zone(half)}{place}.{quoted(half, reader)}"


def clocked_out(result: ClockedOut, reader: Reader) -> str:
    """`Out at 17:30 (Berlin) after 8 h 28 min.` with the day's total."""
    pair = result.pair
    assert pair.clock_out is not None
    assert pair.worked is not None
    who = "Out" if reader.is_you(pair.user_id) else f"{reader.who(pair.user_id)} is out"
    out = f"{who} at {wording.clock_with_zone(pair.clock_out)} after {wording.duration(pair.worked)}."
    whole_day = f"{wording.day(pair.work_date)}: {wording.duration(result.day_total)} in all."
    changes = "".join(f" {wording.clock_change(change)}" for change in result.clock_changes)
    return f"{out} {whole_day}{changes}{quoted(pair.clock_out, reader)}"


def quoted(half: Half, reader: Reader) -> str:
    """What somebody typed, in quotes and escaped, or nothing."""
    if not half.comment:
        return ""
    shown = half.comment
    if len(shown) > LONGEST_COMMENT_SHOWN:
        shown = shown[: LONGEST_COMMENT_SHOWN - 1] + "…"
    return f" “{reader.escape(shown)}”"


def state(status: Status, reader: Reader) -> str:
    """Whole records add up; the time since an open clock-in is told beside them."""
    pair = status.open_pair
    if pair and is_forgotten(pair.clock_in.at, reader.now):
        now = wording.unresolved(f"you, {wording.since_day(pair)}")
        now += f" When did you leave on {wording.clock_in_day(pair):%A}? Type {reader.code('/clockout at 17:30')}."
    elif pair:
        now = f"You are in {wording.since(pair.clock_in, reader)}: {wording.duration(status.so_far)} so far."
    else:
        now = "You are out."
    today, week = wording.duration(status.today), wording.duration(status.week)
    beside = " in finished records" if pair else ""
    changes = "".join(f"\n{wording.clock_change(change)}" for change in status.clock_changes)
    return f"{now}\nToday: {today}{beside}. This week: {week}.{changes}"
