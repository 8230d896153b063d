"""The form that adds a record."""

from __future__ import annotations

from datetime import date, timedelta

from markupsafe import Markup

from bot import wording
from bot.reports import Pair
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.clocking import quoted
from bot.wording.markup import mention, sentence

ADD_TITLE, ADD, CANCEL = "Add a record", "Add", "Cancel"
PERSON, OFFICE, DATE, START, END = "Person", "Office", "Date", "Start", "End"
DATE_HINT = "The day on which the work began."
START_HINT = "In the office's time where one is chosen, else in the person's own."
END_HINT = "Earlier than the start means the next day."
IN_COMMENT, OUT_COMMENT = "Comment on the start", "Comment on the end"


def recorded(pair: Pair, reader: Reader) -> Markup:
    """After the form."""
    said = (
        _("Recorded: {record}, {length}.")
        if reader.is_you(pair.user_id)
        else _("Recorded for {who}: {record}, {length}.")
    )
    text = sentence(
        said,
        who=mention(pair.user_id),
        record=wording.day_and_span(pair),
        length=wording.duration(pair.worked or timedelta()),
    )
    quotes = (quoted(half) for half in (pair.clock_in, pair.clock_out) if half)
    return Markup().join([text, wording.worked_through_clock_change(pair), *quotes])


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
