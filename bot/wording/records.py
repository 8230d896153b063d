"""The list of records, the form that adds one, and its history."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, timedelta

from bot import wording
from bot.history import Action, Change
from bot.ranges import DateRange
from bot.reports import Pair
from bot.wording import Reader
from bot.wording.clocking import quoted
from bot.worktime import is_forgotten

DELETE, UNDO, KEEP, NEWER, OLDER = "Delete", "Undo", "Keep", "Newer", "Older"
DELETE_TITLE = "Delete this record?"
NO_RECORDS = "No records in this range."

ADD_TITLE, ADD, CANCEL = "Add a record", "Add", "Cancel"
PERSON, OFFICE, DATE, START, END = "Person", "Office", "Date", "Start", "End"
DATE_HINT = "The day on which the work began."
START_HINT = "In the office's time where one is chosen, else in the person's own."
END_HINT = "Earlier than the start means the next day."
IN_COMMENT, OUT_COMMENT = "Comment on the start", "Comment on the end"

NO_CHANGES = "Nothing was written for these days."
EARLIER_LEFT_OUT = "Earlier changes are left out here: name fewer days."

_DEEDS = {
    Action.CLOCK_IN: "clocked in",
    Action.CLOCK_OUT: "clocked out",
    Action.CREATE: "added the record",
    Action.DELETE: "deleted the record",
    Action.RESTORE: "restored the record",
}
_THROUGH = {"slack": "in Slack", "form": "with the form", "api": "over the API", "cli": "on the command line"}


def list_title(days: DateRange) -> str:
    """Above the records of these days."""
    return f"Records, {wording.days(days.first, days.last)}"


def row(pair: Pair, offices: Sequence[str], reader: Reader) -> str:
    """A record that stands: who, when, how long, where (`offices` by name), and what was said."""
    halves = [pair.clock_in, pair.clock_out] if pair.clock_out else [pair.clock_in]
    place = "".join(f" · {reader.escape(name)}" for name in offices)
    by_others = dict.fromkeys(half.by for half in halves if half.by != pair.user_id)
    written = f" · written by {', '.join(reader.who(user_id) for user_id in by_others)}" if by_others else ""
    notes = wording.worked_through_clock_change(pair) + "".join(quoted(half, reader) for half in halves)
    line = f"{reader.who(pair.user_id)} · *{wording.day_and_span(pair)}* · {_worked(pair, reader)}{place}{written}"
    return line + (f"\n{notes.strip()}" if notes else "")


def changes_not_in_words(count: int) -> str:
    """Where a notification takes no more of them."""
    return f"{count} earlier {'change is' if count == 1 else 'changes are'} left out in these words: name fewer days."


def deleted_row(pair: Pair, reader: Reader) -> str:
    """A record that was deleted, by whom and when."""
    assert pair.deleted_at is not None
    assert pair.deleted_by is not None
    zone = pair.clock_in.zone
    at = f"{wording.moment(pair.deleted_at, wording.zone_of(zone), reader)} ({wording.zone_label(zone)})"
    struck = f"~{reader.who(pair.user_id)} · {wording.day_and_span(pair)}~"
    return f"{struck}\nDeleted by {reader.who(pair.deleted_by)} at {at}."


def delete_question(pair: Pair, name: str) -> str:
    """Names person, day and hours."""
    hours = f", {wording.duration(pair.worked)}" if pair.worked is not None else ""
    return f"Delete the record of {name}: {wording.day_and_span(pair)}{hours}?"


def deleted_but_not_shown(pair: Pair, reader: Reader) -> str:
    """The deed is done, and the list behind it can't be read."""
    return _but_not_shown("deleted", pair, reader)


def restored_but_not_shown(pair: Pair, reader: Reader) -> str:
    """The same after **Undo**."""
    return _but_not_shown("restored", pair, reader)


def recorded(pair: Pair, reader: Reader) -> str:
    """After the form."""
    whose = "Recorded" if reader.is_you(pair.user_id) else f"Recorded for {reader.who(pair.user_id)}"
    length = wording.duration(pair.worked or timedelta())
    said = "".join(quoted(half, reader) for half in (pair.clock_in, pair.clock_out) if half)
    return f"{whose}: {wording.day_and_span(pair)}, {length}.{wording.worked_through_clock_change(pair)}{said}"


def no_such_day(day: date) -> str:
    """For a day at the end of the calendar, from which nothing can be worked out."""
    return f"{wording.day(day)} is a day that no record can be of"


def which_one(label: str) -> str:
    """Asks about a time that a clock change repeats; `label` is START or END."""
    return f"{label}: this time came twice that night. Which one?"


def one_of_two(is_first: bool, time_of_day: str, offset: timedelta) -> str:
    """`The first 02:30 (UTC+2)`"""
    hours, minutes = divmod(abs(int(offset.total_seconds())) // 60, 60)
    signed = f"{'-' if offset < timedelta() else '+'}{hours}" + (f":{minutes:02}" if minutes else "")
    return f"The {'first' if is_first else 'second'} {time_of_day} (UTC{signed})"


def history_title(days: DateRange) -> str:
    """Above what was written for these days."""
    return f"History, {wording.days(days.first, days.last)}"


def change(changed: Change, reader: Reader) -> str:
    """Who did what, when and through what; and the record as it stood then."""
    pair = changed.pair
    zone = pair.clock_in.zone
    when = f"{wording.day(changed.at.astimezone(wording.zone_of(zone)).date())}, {wording.clock(changed.at, zone)}"
    through = _THROUGH.get(changed.via, "by itself")
    deed = f"{reader.who(changed.actor)} {_DEEDS[changed.action]} ({through})"
    return f"*{when} ({wording.zone_label(zone)})* · {deed}\n{wording.day_and_span(pair)}"


def _worked(pair: Pair, reader: Reader) -> str:
    if pair.worked is not None:
        return wording.duration(pair.worked)
    return "unresolved: the clock-out is missing" if is_forgotten(pair.clock_in.at, reader.now) else "still in"


def _but_not_shown(deed: str, pair: Pair, reader: Reader) -> str:
    record = f"{reader.who(pair.user_id)}, {wording.day_and_span(pair)}"
    return f"The record is {deed}: {record}. The list can't be shown just now."
