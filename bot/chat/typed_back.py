"""`/back [at HH:MM] [comment]`: ends the break that somebody is on."""

from __future__ import annotations

from datetime import datetime
from zoneinfo import ZoneInfo

from bot import wording
from bot.attendance import breaks as core
from bot.attendance.breaks import Break
from bot.calendar.back_words import in_how_long, without_the_break
from bot.calendar.clock_words import Clocking, read_clocking
from bot.calendar.typed import in_quotes
from bot.calendar.worktime import SKEW_ALLOWED, TimeOfDay, first_after, instants_of, on_day, work_date, zone_named
from bot.chat.breaks import back_message
from bot.chat.clock_readings import type_again, was_typed_before_today
from bot.chat.did_you_mean import fits_a_button, line_button
from bot.chat.possible_times import both
from bot.chat.routing import Ask
from bot.chat.typed_breaks import typed_breaks
from bot.chat.views import Buttons, Message, Outcome, Text
from bot.chat.words_after_break import about_a_person
from bot.errors import BackBeforeBreak, NotOnABreak
from bot.wording.catalogue import _
from bot.wording.markup import sentence
from bot.wording.refusal_parts import quoted
from bot.workspaces import workspace_settings

__all__ = ["typed_breaks"]


@typed_breaks.word("back")
async def back(ask: Ask) -> Outcome:
    """`/back [@person] [from KIND] [at HH:MM] [comment]`"""
    kinds = (await workspace_settings.get(ask.services, ask.caller.workspace_id)).break_kinds
    words = without_the_break(ask.words.strip(), kinds)
    if (length := in_how_long(words)) is not None:
        return await ask.type("break", length, ask.typed_before)
    zone = zone_named(ask.reader.zone or "UTC")
    today = work_date(ask.typed_at, zone)
    read = read_clocking(words, today, None)
    is_another_day = read.at is None and read.day not in (None, today)
    may_be_a_sentence = bool(ask.sentence and read.comment)
    if read.doubts or read.until or is_another_day or may_be_a_sentence:
        return _comment_or_not(ask, words, read.user_id)
    if read.comment and read.comment == words and (asked := await about_a_person(ask, words)):
        return asked
    user_id = read.user_id or ask.caller.user_id
    try:
        on = await core.current(ask.services, ask.caller, user_id)
    except NotOnABreak as error:
        if ask.reader.is_you(user_id) and (asked := _otherwise(ask, words, read, zone, is_in=bool(error.open_pair))):
            return asked
        raise
    if not (read.at or read.ago) and ask.typed_before and was_typed_before_today(ask, zone, ask.typed_at):
        return type_again(ask, zone, ask.typed_at)
    at = ask.typed_at - read.ago if read.ago else _at(read, on, ask.typed_at)
    if at and at <= on.at:
        raise BackBeforeBreak(on.at, at, zone_named(on.zone))
    result = await core.back(ask.services, ask.caller, user_id, at=at, comment=read.comment, expected_id=on.id)
    return back_message(result, ask.reader)


def _at(read: Clocking, on: Break, now: datetime) -> datetime | None:
    """The first such time after the break began; in the half of the day in which it has been. Raises what
    `first_after` raises."""
    if read.at is None:
        return None
    zone = zone_named(on.zone)
    halves = [TimeOfDay(one) for one in both(read.at.time)] if read.is_vague else [read.at]
    found = [on_day(read.day, one, zone) if read.day else first_after(one, on.at, zone) for one in halves]
    likely = min(found, key=lambda at: (at > now + SKEW_ALLOWED, at <= on.at, at))
    today = instants_of(work_date(now, zone), halves[0], zone)
    is_before = likely > now + SKEW_ALLOWED and bool(today) and today[0] <= on.at
    return today[0] if is_before else likely


def _comment_or_not(ask: Ask, words: str, user_id: str | None) -> Message:
    """Words that look like more than a comment. About somebody else, no button guesses whose break is meant."""
    asked = Text(sentence(_("What do you mean by {words}?"), words=quoted(words)))
    if user_id or '"' in words or not fits_a_button(words):
        return Message([asked])
    button = line_button(_("Back now, with that as comment"), f'back "{words}"', ask.typed_at)
    return Message([asked, Buttons([button])])


def _otherwise(ask: Ask, words: str, read: Clocking, zone: ZoneInfo, *, is_in: bool) -> Message | None:
    """What `back at 13:00` may mean to somebody who isn't on a break: a clock-in then, or a break until then. None
    where it's neither."""
    if read.at is None or read.day:
        return None
    time, is_to_come = wording.time_of_day(read.at.time), read.at.time > ask.typed_at.astimezone(zone).time()
    if is_in is not is_to_come:
        return None
    said = in_quotes(read.comment) if read.comment and fits_a_button(read.comment) else ""
    label, line = _("Clock in at {time}"), f"in at {time} {said}"
    if is_in:
        label, line = _("Start a break until {time}"), f"break until {time} {said}"
    asked = sentence(_("You're not on a break. What do you mean by {words}?"), words=quoted(f"back {words}"))
    return Message([Text(asked), Buttons([line_button(label.format(time=time), line, ask.typed_at)])])
