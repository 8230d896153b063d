"""The question about a clock-out that was forgotten."""

from __future__ import annotations

from datetime import datetime

from bot.attendance import Pair
from bot.forgotten import Question
from bot.wording import Reader, clock, clock_in_day, since, since_day, zone_of
from bot.worktime import is_forgotten


def when_did_you_leave(pair: Pair, reader: Reader) -> str:
    """`When did you leave on Monday?`, with since when the record is open."""
    who = "you" if reader.is_you(pair.user_id) else reader.who(pair.user_id)
    missing = ", and the clock-out is missing" if is_forgotten(pair.clock_in.at, reader.now) else ""
    return f"When did {who} leave on {clock_in_day(pair):%A}? In {since_day(pair)}{missing}."


def still_working(pair: Pair, reader: Reader) -> str:
    """`Still working? In since 09:02 (Berlin).`"""
    if is_forgotten(pair.clock_in.at, reader.now):
        return when_did_you_leave(pair, reader)
    return f"Still working? In {since(pair.clock_in, reader)}."


def still_here(question: Question, reader: Reader) -> str:
    """After **Still here**."""
    again = " I will ask again later." if question.comes_again else ""
    return f"All right, you are in {since(question.pair.clock_in, reader)}.{again}"


def form_words(pair: Pair, reader: Reader) -> tuple[str, str]:
    """The form's title, and the label of its time: who is meant stands in the form."""
    if reader.is_you(pair.user_id):
        return "When did you leave?", "You left at"
    return "When did they leave?", "They left at"


def likely(at: datetime, pair: Pair) -> str:
    """A likely end on a button: `17:30`, or `06:00 the next day`."""
    zone = zone_of(pair.clock_in.zone)
    overnight = " the next day" if at.astimezone(zone).date() > clock_in_day(pair) else ""
    return f"{clock(at, zone)}{overnight}"


FORM_HINT = "Such as 17:30: the first such time after the clock-in."
COMMENT_LABEL = "Comment"
SAVE = "Save"
CANCEL = "Cancel"
ANOTHER_TIME = "Another time…"
I_LEFT_AT = "I left at…"
STILL_HERE = "Still here"
CLOCK_OUT_NOW = "Clock out now"
THEN_CLOCK_IN = "You can clock in now."
