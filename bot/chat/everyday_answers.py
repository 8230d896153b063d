"""The answers to what people say instead of a command, in a direct message and after `/attendance`."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

from markupsafe import Markup

from bot import wording
from bot.attendance import missing_clock_outs
from bot.attendance.recording import Pair
from bot.calendar.clock_words import Clocking
from bot.calendar.vocabulary import in_english
from bot.calendar.worktime import first_after, work_date
from bot.chat import everyday_words
from bot.chat.add_record import press_add
from bot.chat.clock_buttons import ClockIn, clock_in_button, clock_out_button, start_break_button
from bot.chat.correcting_others import correcting_others
from bot.chat.did_you_mean import label_of, line_button
from bot.chat.everyday_words import Topic
from bot.chat.leaving import left_at, question
from bot.chat.offered_readings import offer
from bot.chat.reminders import Late, not_today
from bot.chat.routing import Ask
from bot.chat.typed_line import read_line
from bot.chat.vague_times import other_starts, which_end
from bot.chat.views import Button, Buttons, Message, Text
from bot.errors import NoSuchTime, NotACommand, RepeatedTime
from bot.reports import worked_time
from bot.wording.catalogue import _
from bot.wording.markup import code, sentence
from bot.workspaces import workspace_settings
from storage.errors import NotClockedIn


async def answered(ask: Ask, words: str) -> Message | None:
    """None for words that it doesn't know. Raises NotACommand, with `in` or `out`, for words such as `done`."""
    if word := everyday_words.begins_or_ends(words):
        command = "" if not ask.opens_forms else ask.command("")
        raise NotACommand(words, [word], line=words, command=command, typed_directly=not ask.opens_forms)
    match everyday_words.topic_of(words):
        case Topic.THANKS:
            return Message([Text(sentence(_("You're welcome!")))])
        case Topic.BREAK:
            return await _about_breaks(ask)
        case Topic.FORGOTTEN_IN:
            return _about_a_forgotten_clock_in(ask)
        case Topic.FORGOTTEN_OUT:
            return await _about_a_forgotten_clock_out(ask)
        case Topic.CORRECTION:
            return await correcting_others(ask, words) or _about_corrections(ask)
        case Topic.ABSENCE:
            return _about_absences(ask, words)
    around = await worked_time.caller_context(ask.services, ask.caller)
    if read := everyday_words.time_alone(words, around.today):
        return await _about_a_time(ask, words, read, around.zone)
    return None


async def break_line(ask: Ask, words: str) -> str | None:
    """The line that starts or ends a break, for words that say so in other ways."""
    kinds = (await workspace_settings.get(ask.services, ask.caller.workspace_id)).break_kinds
    return everyday_words.break_line(words, kinds)


async def about_not_working(ask: Ask, words: str) -> Message | None:
    """The answer to `lunch` and `sick today`. None for other words."""
    match everyday_words.topic_of(words):
        case Topic.BREAK:
            return await _about_breaks(ask)
        case Topic.ABSENCE:
            return _about_absences(ask, words)
    return None


async def _about_breaks(ask: Ask) -> Message:
    """Whether they start one, with the button for it."""
    pair = await _open_pair(ask)
    if isinstance(pair, Message):
        return pair
    if pair is None:
        text = sentence(_("You're not clocked in, so there's no break to start."))
        return Message([Text(text), Buttons([clock_in_button()])])
    text = sentence(
        _("Do you want to start a break? You've been clocked in {since}."),
        since=wording.since(pair.clock_in, ask.reader),
    )
    return Message([Text(text), Buttons([start_break_button(pair)])])


def _about_a_forgotten_clock_in(ask: Ask) -> Message:
    said = _("Type {example} with the time you came. For another day, add the whole record.")
    text = sentence(said, example=code(f"{ask.command('in')} at 8:30"))
    return _with(text, [press_add.button(_("Add a record"))])


async def _about_a_forgotten_clock_out(ask: Ask) -> Message:
    """The question when they left; of today's clock-in too, because they may have left earlier."""
    pair = await _open_pair(ask)
    if isinstance(pair, Message):
        return pair
    if pair is None:
        text = sentence(_("You're not missing a clock-out. If a whole record is missing, add it."))
        return _with(text, [press_add.button(_("Add a record"))])
    since = wording.since(pair.clock_in, ask.reader)
    text = sentence(_("You've been clocked in {since}. When did you leave?"), since=since)
    another = left_at.button(_("I left at…"), ClockIn(pair.user_id, pair.clock_in.id))
    return _with(text, [another, clock_out_button(pair)])


async def _open_pair(ask: Ask) -> Pair | Message | None:
    """The running record; or the question about one of another day, which isn't running any more."""
    try:
        asked = await missing_clock_outs.question(ask.services, ask.caller, ask.caller.user_id)
    except NotClockedIn:
        return None
    return question(asked, ask.reader) if asked.is_about_another_day else asked.pair


def _about_corrections(ask: Ask) -> Message:
    said = _("{undo} takes back what you entered in the last ten minutes. You can ask for a change of the rest.")
    undoing = line_button(label_of("undo"), "undo", ask.typed_at, directly=not ask.opens_forms)
    fixing = line_button(label_of("fix"), "fix", ask.typed_at, directly=not ask.opens_forms)
    return _with(sentence(said, undo=code(ask.command("undo"))), [undoing, fixing])


def _about_absences(ask: Ask, words: str) -> Message:
    said = _("I only keep working hours. Tell your manager about days off. {help} shows what I can do.")
    text = sentence(said, help=code(ask.command("help")))
    if everyday_words.is_not_today(words):
        return _with(text, [not_today.button(_("Not today"), Late(ask.reader.today))])
    return _with(text, [])


async def _about_a_time(ask: Ask, words: str, read: Clocking, zone: ZoneInfo) -> Message:
    """`8:30`: somebody who is clocked in may have left then, anybody else may have come."""
    try:
        came = (await missing_clock_outs.question(ask.services, ask.caller, ask.caller.user_id)).pair.clock_in
    except NotClockedIn:
        came = None
    english = in_english(words)
    said = english if read.day or read.ago else _at(english)
    if read.is_vague:
        typed = await read_line(replace(ask, words=said))
        if came and (asked := await which_end(ask, typed)):
            return asked
        if not came and (starts := other_starts(ask, typed)):
            return offer(ask, typed, starts)
    when = (
        wording.time_of_day(read.at.time) if read.at else wording.clock(ask.typed_at - (read.ago or timedelta()), zone)
    )
    day = read.day or (_day_of_the_end(ask, read, came.at, zone) if came else None)
    if day and day != ask.reader.today:
        label = _("Clock out at {time} on {day}") if came else _("Add a record from {time} on {day}…")
    else:
        label = _("Clock out at {time}") if came else _("Clock in at {time}")
    label = label.format(time=when, day=wording.day(day or ask.reader.today, ask.reader))
    text = sentence(_("What do you mean by {words}?"), words=f'"{words}"')
    return _with(text, [line_button(label, f"{'out' if came else 'in'} {said}", ask.typed_at)])


def _day_of_the_end(ask: Ask, read: Clocking, in_at: datetime, zone: ZoneInfo) -> date | None:
    """None where that is still to come, or a clock change took or doubled the time."""
    try:
        end = first_after(read.at, in_at, zone) if read.at else ask.typed_at - (read.ago or timedelta())
    except (NoSuchTime, RepeatedTime):
        return None
    return work_date(end, zone) if end <= ask.typed_at else None


def _at(words: str) -> str:
    return words if words.lower().startswith(("at ", "@")) else f"at {words}"


def _with(text: Markup, buttons: Sequence[Button]) -> Message:
    return Message([Text(text), *([Buttons(list(buttons))] if buttons else [])])
