"""The head of the audit chain, published in a channel each day and to each person each week."""

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
    """A person's week as it stands, and the head of the chain that vouches for it."""

    first: date
    last: date
    worked_seconds: float
    days: int
    anchor: str


@seals.notice(Kind.DAY)
async def of_the_day(ask: Ask, head: Head) -> Message:
    """For a channel."""
    said = _(
        "Seal of the attendance records: {anchor}\n"
        "It stays here so that a change behind the bot's back can be shown: {command} takes it."
    )
    return Message([Text(sentence(said, anchor=code(head.anchor), command=code("attendance verify --against")))])


@seals.notice(Kind.WEEK)
async def of_the_week(ask: Ask, week: Week) -> Message:
    """For a person."""
    said = ngettext(
        "Your week, {days}: {worked} on 1 day.\n"
        "Seal of the records as they stand: {anchor}. Keep this message: it shows if anybody changes them later.",
        "Your week, {days}: {worked} on {count} days.\n"
        "Seal of the records as they stand: {anchor}. Keep this message: it shows if anybody changes them later.",
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
