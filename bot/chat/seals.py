"""Seals of the audit chain, published in a channel each day and sent to each person each week."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta

from bot import wording
from bot.chat.routing import Ask, Feature
from bot.chat.views import Message, Text
from bot.notifications.audit_heads import Kind
from bot.wording.catalogue import _, ngettext
from bot.wording.markup import code, sentence

seals = Feature("seals")


@dataclass(frozen=True, slots=True)
class Head:
    """The head of the chain, as `attendance verify --against` takes it."""

    anchor: str


@dataclass(frozen=True, slots=True)
class Week:
    """A person's week, and the head of the chain to check it with."""

    first: date
    last: date
    worked_seconds: float
    days: int
    anchor: str


@seals.notice(Kind.DAY)
async def of_the_day(ask: Ask, head: Head) -> Message:
    """For a channel."""
    said = _(
        "<b>Today's seal of the attendance records</b>\n{anchor}\n"
        "With it, {command} can show whether records were changed in the database later."
    )
    return Message([Text(sentence(said, anchor=code(head.anchor), command=code("attendance verify --against")))])


@seals.notice(Kind.WEEK)
async def of_the_week(ask: Ask, week: Week) -> Message:
    """For a person."""
    said = ngettext(
        "<b>Your week</b> · {days}\n{worked} on 1 day\nSeal of these records: {anchor}\n"
        "Keep this message. It can show whether somebody changed them later.",
        "<b>Your week</b> · {days}\n{worked} on {count} days\nSeal of these records: {anchor}\n"
        "Keep this message. It can show whether somebody changed them later.",
        week.days,
    )
    text = sentence(
        said,
        days=wording.days(week.first, week.last, ask.reader),
        worked=wording.duration(timedelta(seconds=week.worked_seconds)),
        count=week.days,
        anchor=code(week.anchor),
    )
    return Message([Text(text)])
