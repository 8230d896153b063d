"""The words of reports, exports and sharing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date

from bot.reports import Report
from bot.wording import Reader, duration, escape, zone_label

PREVIOUS, NEXT = "Previous", "Next"
EXPORT_CSV, EXPORT_EXCEL, SHARE_IN_CHANNEL = "Export CSV", "Export Excel", "Share in channel"
SHARE, KEEP_PRIVATE = "Share", "Keep private"
BY_DAY, BY_WEEK, HOURS = "Hours by day", "Hours by week", "Hours"


def table_title(heading: str) -> str:
    """For screen readers, which name a table before they read it."""
    return f"Worked time, {heading}"


def week_of(monday: date) -> str:
    """`Week of 23 Nov 26`"""
    return f"Week of {monday.day} {monday:%b %y}"


def and_more(named: Sequence[str], left_out: int) -> str:
    """Names with commas between, and how many are not named."""
    return ", ".join(named) + (f" and {left_out} more" if left_out > 0 else "")


def summary(report: Report) -> str:
    """The total, of whom, where, and by whose clocks."""
    total = f"*{duration(report.total)}* in all"
    if report.days_of_one is not None and report.people:
        whom = escape(report.people[0].name)
    else:
        whom = f"{len(report.people)} people" if len(report.people) != 1 else "1 person"
    where = f" at {escape(report.office.name)}" if report.office else ""
    zones = ", ".join(zone_label(zone) for zone in report.zones[:5])
    more = f" and {len(report.zones) - 5} more" if len(report.zones) > 5 else ""
    nothing = "" if any(row.pairs for row in report.people) else "\nNo records in this range."
    return f"{total} · {whom}{where} · days as in {zones}{more}{nothing}"


def person_columns(report: Report) -> list[str]:
    """Without breaks in a report of one office: at others people may have worked in the gaps."""
    breaks = [] if report.office else ["Breaks"]
    return ["Person", "Worked", "Days", *breaks, "Records", "Entered later", "Unresolved"]


def day_columns(report: Report) -> list[str]:
    """The same for the days of one person."""
    return ["Day", "First in", "Last out", "Worked", *([] if report.office else ["Breaks"]), "Entered later"]


def chart_of_people(shown: int, of: int) -> str:
    """A chart's title has at most 50 characters."""
    return "Hours by person" if shown == of else f"Hours by person, the {shown} longest"


def rows_left_out(count: int) -> str:
    """Where Slack's table takes no more."""
    return f"{count} more rows are left out here, but counted in the total and in the exports."


def rows_not_in_words(count: int) -> str:
    """Where a notification takes no more of the table."""
    return f"{count} more rows are left out in these words, but counted in the total."


def still_in(named: str) -> str:
    """Of clock-ins of today."""
    return f"Still in, and not in the total yet: {named}."


def more_clock_changes(count: int) -> str:
    """After the first ones, in words of their own."""
    return f"So did {count} more days."


def shared_by(user_id: str, reader: Reader) -> str:
    """Above a report that somebody showed to a channel."""
    return f"{reader.who(user_id)} shared this report."


SHARE_TITLE = "Share this report?"
SHARE_QUESTION = "Everybody in this channel will see these people's hours."
SHARED = "Shared in this channel."
NOT_IN_CHANNEL = "I am not in this channel, so I can't share there. Type `/invite @Attendance` first, and try again."
TOO_MANY_FOR_BUTTONS = "Too many people are named for the buttons. Ask for a team's office, or for everybody."


def export_begins(count: int) -> str:
    """While a long file is made."""
    return f"Working on it: {count:,} records. The file comes as a direct message."


def export_is_there(count: int) -> str:
    """When the file has been sent."""
    return f"It is in your direct messages: {count:,} {'record' if count == 1 else 'records'}."


def export_title(report_days: str) -> str:
    """What the file is called where it is shown."""
    return f"Attendance, {report_days}"


EXPORT_NOT_TAKEN = "Slack did not take the file just now. Try again in a minute."


def own_file_is_there(first_to_last: str) -> str:
    """After `/attendance mine`."""
    return f"Your file for {first_to_last} is in your direct messages, as PDF and CSV."
