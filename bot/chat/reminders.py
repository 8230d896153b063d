"""Reminders, questions about long clock-ins and missing clock-outs, and `/attendance reminders on|off`.

Each is drawn when it is sent, and again when it is answered elsewhere.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date

from markupsafe import Markup

from bot import wording
from bot.attendance import missing_clock_outs
from bot.attendance.change_notifications import Kind
from bot.attendance.missing_clock_outs import MissingClockOut
from bot.attendance.recording import Pair
from bot.calendar.words import MENTION
from bot.calendar.worktime import zone_named
from bot.chat.clock_buttons import ClockIn, clock_in_button
from bot.chat.leaving import left_at
from bot.chat.leaving import still_working as still_working_question
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Buttons, Message, Outcome, Text
from bot.errors import Forbidden
from bot.notifications import reminders as core
from bot.wording import Reader, formats, records
from bot.wording.catalogue import _
from bot.wording.markup import code, mention, sentence
from storage.errors import NotClockedIn, UnknownEvent

reminders = Feature("reminders")


@dataclass(frozen=True, slots=True)
class Open:
    """The recipient's own open clock-in."""

    event_id: str


@dataclass(frozen=True, slots=True)
class Late:
    """The day on which the recipient is expected."""

    day: date


@dataclass(frozen=True, slots=True)
class Missing:
    """The clock-in without a clock-out. `asked`: whether the person was asked, which earlier versions don't say."""

    user_id: str
    event_id: str
    asked: bool = True


@reminders.word("reminders")
async def switch(ask: Ask) -> Outcome:
    """`/attendance reminders on`, `… off`: the person's own."""
    wanted = ask.words.strip().lower()
    if wanted in ("on", "off"):
        return await _switched(ask, on=wanted == "on")
    if _others(ask):
        return await remind(ask)
    return _how_to_switch(ask, _("Type {on} or {off}."))


@reminders.word("remind")
async def remind(ask: Ask) -> Outcome:
    """`/attendance remind @person`: nobody is reminded on request."""
    if others := _others(ask):
        said = _("I send reminders by working hours, not on request. Please write to {people} yourself.")
        return Message([Text(sentence(said, people=Markup(", ").join(map(mention, others))))])
    if ask.words.strip().lower() in ("", "on", "off"):
        return await switch(ask)
    said = _("I send reminders by working hours, not on request. For your own, type {on} or {off}.")
    return _how_to_switch(ask, said)


def _others(ask: Ask) -> list[str]:
    """The people named with `@`, besides the typist."""
    return [one[1] for one in MENTION.finditer(ask.words) if one[1] != ask.caller.user_id]


def _how_to_switch(ask: Ask, said: str) -> Message:
    on, off = code(ask.command("reminders on")), code(ask.command("reminders off"))
    return Message([Text(sentence(said, on=on, off=off)), Buttons([_on_button(), _off_button()])])


@reminders.action
async def turn_on(ask: Ask) -> Message:
    """**Turn on reminders**"""
    return replace(await _switched(ask, on=True), replaces=True)


@reminders.action
async def turn_off(ask: Ask) -> Message:
    """**Turn off reminders**"""
    return replace(await _switched(ask, on=False), replaces=True)


@reminders.action
async def not_today(ask: Ask, late: Late) -> Message:
    """**Not today**: no more reminders on that day."""
    await core.pause(ask.services, ask.caller, late.day)
    return Message([Text(sentence(_("OK, no more reminders today."))), Buttons([clock_in_button()])], replaces=True)


async def _switched(ask: Ask, *, on: bool) -> Message:
    await core.switch(ask.services, ask.caller, on=on)
    if on:
        said = _("✅ <b>Reminders are on.</b> They follow your working hours.")
        return Message([Text(sentence(said)), Buttons([_off_button()])])
    return Message([Text(sentence(_("✅ <b>Reminders are off.</b>"))), Buttons([_on_button()])])


@reminders.notice(Kind.REMIND_IN)
async def not_clocked_in(ask: Ask, late: Late) -> Message | None:
    """Unless the person came meanwhile, or it is too late now."""
    return _reminder(ask, late) if await core.is_still_expected(ask.services, ask.caller, late.day) else None


@reminders.update(Kind.REMIND_IN)
async def clocked_in(ask: Ask, late: Late) -> Message:
    """After they came."""
    if (pair := await core.arrival(ask.services, ask.caller, late.day)) is None:
        return _reminder(ask, late)
    half = pair.clock_in
    time = wording.moment(half.at, zone_named(half.zone), ask.reader)
    if ask.reader.is_you(half.by):
        said = _("✅ <b>You clocked in at {time}.</b>")
    else:
        said = _("✅ <b>{by} clocked you in at {time}.</b>")
    return Message([Text(sentence(said, by=mention(half.by), time=time))])


@reminders.notice(Kind.STILL_WORKING)
async def still_working(ask: Ask, about: Open) -> Message | None:
    """`Still working?`, unless that was answered meanwhile."""
    try:
        question = await missing_clock_outs.question(ask.services, ask.caller, ask.caller.user_id, about.event_id)
    except NotClockedIn:
        return None
    return still_working_question(question, ask.reader)


@reminders.update(Kind.STILL_WORKING)
async def stopped_working(ask: Ask, about: Open) -> Message | None:
    """After it was answered."""
    return await still_working(ask, about) or await _ended(ask, about.event_id)


@reminders.notice(Kind.FORGOTTEN)
async def missing_clock_out(ask: Ask, missing: Missing) -> Message | None:
    """To a manager, unless it was answered meanwhile or the manager may not see it any more."""
    try:
        question = await missing_clock_outs.question(ask.services, ask.caller, missing.user_id, missing.event_id)
    except (Forbidden, NotClockedIn):
        return None
    if missing.asked:
        way_on = _("I've asked {who}. You can also set the time yourself.")
    else:
        way_on = _("I can't ask {who}. Please set the time yourself.")
    pair = question.pair
    lines = [_did_not_clock_out(question, ask.reader), sentence(way_on, who=mention(pair.user_id))]
    button = left_at.button(_("Set clock-out time"), ClockIn(pair.user_id, pair.clock_in.id))
    return Message([Text(Markup("\n").join(lines)), Buttons([button])])


@reminders.update(Kind.FORGOTTEN)
async def clock_out_set(ask: Ask, missing: Missing) -> Message | None:
    """After it was answered."""
    return await missing_clock_out(ask, missing) or await _ended(ask, missing.event_id)


def _reminder(ask: Ask, late: Late) -> Message:
    said = sentence(_("{greeting} You haven't clocked in yet."), greeting=_greeting(ask.reader))
    return Message([Text(said), Buttons([clock_in_button(), not_today.button(_("Not today"), late), _off_button()])])


def _greeting(reader: Reader) -> str:
    hour = reader.now.astimezone(zone_named(reader.zone or "UTC")).hour
    if hour in range(4, 12):
        return _("Good morning!")
    return _("Good afternoon!") if hour in range(12, 18) else _("Good evening!")


def _did_not_clock_out(asked: MissingClockOut, reader: Reader) -> Markup:
    """`@Kei didn't clock out on Sunday (in since 08:02, Tokyo).`"""
    half = asked.pair.clock_in
    since = wording.in_brackets(wording.clock_with_zone(half, reader))
    weekday = formats.weekday(wording.clock_in_day(asked.pair))
    said = _("{who} didn't clock out on {weekday} (in since {since}).")
    return sentence(said, who=mention(asked.pair.user_id), weekday=weekday, since=since)


async def _ended(ask: Ask, event_id: str) -> Message | None:
    """What happened to an open clock-in that was asked about. None if the reader may not see it any more."""
    try:
        pair = await missing_clock_outs.ended(ask.services, ask.caller, event_id)
    except (Forbidden, UnknownEvent):
        return None
    return Message([Text(_outcome_of(pair, ask.reader))])


def _outcome_of(pair: Pair, reader: Reader) -> Markup:
    you = reader.is_you(pair.user_id)
    if pair.deleted_at is not None or pair.clock_out is None:
        by = pair.deleted_by or ""
        others, theirs = (
            _("{by} deleted this record of {who}: {record}."),
            _("{by} deleted their own record: {record}."),
        )
        said = theirs if by == pair.user_id else others
        if you:
            said = _("{by} deleted this record: {record}.")
    else:
        by = pair.clock_out.by
        if you:
            own, others = _("✅ <b>You clocked out:</b> {record}."), _("✅ <b>{by} clocked you out:</b> {record}.")
            if pair.out_break:
                own, others = (
                    _("✅ <b>You went on a break:</b> {record}."),
                    _("✅ <b>{by} entered a break:</b> {record}."),
                )
            said = own if reader.is_you(by) else others
        elif reader.is_you(by):
            said = _("✅ <b>You set the clock-out of {who}:</b> {record}.")
        elif by == pair.user_id:
            said = _("✅ <b>{who} set their own clock-out:</b> {record}.")
        else:
            said = _("✅ <b>{by} set the clock-out of {who}:</b> {record}.")
    return sentence(said, by=mention(by), who=mention(pair.user_id), record=records.entry(pair, reader))


def _on_button() -> Button:
    return turn_on.button(_("Turn on reminders"))


def _off_button() -> Button:
    return turn_off.button(_("Turn off reminders"))
