"""The words of a person's own file. Plain text: it is read on paper, and in spreadsheets."""

from __future__ import annotations

from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

from bot.attendance.history import Action, Change
from bot.calendar.ranges import DateRange
from bot.reports.worked_time import Report
from bot.wording import Reader, clock_change, day_and_span, days, duration, since_day

CHANGES = "What was written, changed, deleted and restored"
DEEDS = {
    Action.CLOCK_IN: "clocked in",
    Action.CLOCK_OUT: "clocked out",
    Action.CREATE: "added",
    Action.DELETE: "deleted",
    Action.RESTORE: "restored",
}


def title(name: str) -> str:
    """Above all."""
    return f"Working time of {name}"


def about(range_: DateRange, user_id: str, zone: str, total: timedelta) -> list[str]:
    """What the file is about."""
    return [f"{days(range_.first, range_.last)} · {user_id} · times as in {zone}", f"{duration(total)} in all"]


def unresolved(report: Report) -> list[str]:
    """What is not in the total."""
    still = [f"Still in {since_day(pair)}." for pair in report.still_in]
    return still + [f"Unresolved {since_day(pair)}: the clock-out is missing." for pair in report.unresolved]


def clock_changes(report: Report) -> list[str]:
    """Days of 23 or 25 hours."""
    return [clock_change(change) for change in report.clock_changes]


def change_columns(zone: str) -> list[str]:
    """Of the changes."""
    return [f"When ({zone})", "By", "What", "Through", "The record as it stood then"]


def change_cells(change: Change, zone: ZoneInfo) -> list[str]:
    """A row of the changes, with the comments of the record."""
    said = [half.comment for half in (change.pair.clock_in, change.pair.clock_out) if half and half.comment]
    record = day_and_span(change.pair) + "".join(f" “{comment}”" for comment in said)
    when = f"{change.at.astimezone(zone):%Y-%m-%d %H:%M:%S}"
    return [when, change.actor, DEEDS[change.action], change.via, record]


def nothing(reader: Reader) -> str:
    """Where nothing was written."""
    return "Nothing was written for these days."


def foot(name: str, range_: DateRange, made_at: datetime, page: int) -> str:
    """At the foot of every page."""
    return f"{name} · {range_.first} to {range_.last} · made {made_at:%Y-%m-%d %H:%M} UTC · page {page}"
