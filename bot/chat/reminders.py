"""What the bot says without being asked, drawn when it is sent; and `/attendance reminders on|off`."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot import wording
from bot.attendance import missing_clock_outs
from bot.attendance.change_notifications import Kind
from bot.chat.clocking import clock_in_button
from bot.chat.clocking import still_working as still_working_question
from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Message, Note, Text
from bot.errors import Forbidden
from bot.notifications import reminders as core
from bot.wording.catalogue import _
from bot.wording.markup import code, mention, sentence
from storage.errors import NotClockedIn

reminders = Feature("reminders")


@dataclass(frozen=True, slots=True)
class Open:
    """One's own open clock-in."""

    event_id: str


@dataclass(frozen=True, slots=True)
class Late:
    """The day on which one is expected."""

    day: date


@dataclass(frozen=True, slots=True)
class Missing:
    """The clock-in whose end is missing; `asked`: whether the person was asked, which earlier versions don't say."""

    user_id: str
    event_id: str
    asked: bool = True


@reminders.word("reminders")
async def switch(ask: Ask) -> Message:
    """`/attendance reminders on`, `… off`: one's own."""
    on, off = code("/attendance reminders on"), code("/attendance reminders off")
    match ask.words.strip().lower():
        case "on":
            await core.switch(ask.services, ask.caller, on=True)
            said = sentence(_("I will remind you by your working hours."))
        case "off":
            await core.switch(ask.services, ask.caller, on=False)
            said = sentence(_("I will not remind you any more. Type {on} to have it again."), on=on)
        case _other:
            said = sentence(_("Type {on} or {off}."), on=on, off=off)
    return Message([Text(said)])


@reminders.notice(Kind.STILL_WORKING)
async def still_working(ask: Ask, about: Open) -> Message | None:
    """`Still working?`, unless that was settled meanwhile."""
    try:
        question = await missing_clock_outs.question(ask.services, ask.caller, ask.caller.user_id, about.event_id)
    except NotClockedIn:
        return None
    return still_working_question(question, ask.reader)


@reminders.notice(Kind.REMIND_IN)
async def not_clocked_in(ask: Ask, late: Late) -> Message | None:
    """Unless the person came meanwhile, or it is late by now."""
    if not await core.should_come(ask.services, ask.caller, late.day):
        return None
    hint = sentence(_("Your reminders: {off}."), off=code("/attendance reminders off"))
    said = sentence(_("Good day. You are not clocked in yet."))
    return Message([Text(said), Buttons([clock_in_button()]), Note(hint)])


@reminders.notice(Kind.FORGOTTEN)
async def missing_clock_out(ask: Ask, missing: Missing) -> Message | None:
    """To a manager, unless it was settled meanwhile or is their business no more."""
    try:
        question = await missing_clock_outs.question(ask.services, ask.caller, missing.user_id, missing.event_id)
    except (Forbidden, NotClockedIn):
        return None
    if missing.asked:
        said = _(
            "Unresolved, the clock-out is missing: {who} {since}.\nThey were asked. You can answer for them: {command}."
        )
    else:
        said = _(
            "Unresolved, the clock-out is missing: {who} {since}.\n"
            "They can't be asked. You can answer for them: {command}."
        )
    who, since = mention(question.pair.user_id), wording.since_day(question.pair, ask.reader)
    return Message([Text(sentence(said, who=who, since=since, command=code("/clockout @person")))])
