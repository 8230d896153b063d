"""The words of the Home tab."""

from __future__ import annotations

from datetime import datetime

from markupsafe import Markup

from bot.forgotten import Question
from bot.reports import DayTotal
from bot.wording import Reader, day, day_times, duration
from bot.wording.clocking import when_did_you_leave

NO_EMPLOYEE = "Guests and apps have no working hours here. Ask an admin if that is wrong."
CHART = "Hours this week"
NOTHING_YET = "Nothing yet."
HELP = "The same by typing: `/clockin`, `/clockout`, `/attendance help`."


def open_question(question: Question, reader: Reader) -> Markup:
    """What has to be answered before anything else."""
    return Markup("⚠️ {}").format(when_did_you_leave(question.pair, reader))


def day_line(total: DayTotal, now: datetime) -> str:
    """`Mon 23 Nov 2026: 09:02 to 17:30, 7 h 28 min, breaks 1 h`"""
    came, left = day_times(total, now)
    breaks = f", breaks {duration(total.breaks)}" if total.breaks else ""
    return f"{day(total.work_date)}: {came} to {left}, {duration(total.worked)}{breaks}"
