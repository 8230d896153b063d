"""`/clockin …` and `/clockout …`: done where the words mean one thing; where not, a button for each likely reading."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

from bot.attendance import missing_clock_outs
from bot.calendar.doubts import Doubt
from bot.calendar.worktime import SKEW_ALLOWED, TimeOfDay, on_day, shift_times
from bot.chat.add_record import open_form
from bot.chat.asked_breaks import asked_break, offered_form
from bot.chat.break_before_end import asked_break_before_end
from bot.chat.clock_readings import (
    Reading,
    end,
    ends_after_its_day,
    first_or_second,
    start,
    type_again,
    typed_clocking,
    was_typed_before_today,
)
from bot.chat.leaving import question
from bot.chat.offered_readings import offer
from bot.chat.routing import Ask
from bot.chat.somebody_not_in import not_in
from bot.chat.typed_line import Typed, as_draft, as_span, read_line
from bot.chat.vague_times import other_starts, which_end
from bot.chat.views import Outcome
from bot.chat.which_reading import which
from bot.errors import NotAnOffice, NotANote, RepeatedTime, TooLong
from bot.wording.catalogue import _
from bot.wording.markup import sentence
from storage.errors import NotClockedIn

__all__ = ["typed_clocking"]


@typed_clocking.word("clockin", "in")
async def clock_in(ask: Ask) -> Outcome:
    """`/clockin [@person] [at HH:MM] [in OFFICE] [comment]`"""
    typed = await read_line(ask, office_first=not ask.opens_forms)
    if (spanning := as_span(ask.words)) and not typed.read.until:
        typed = await _with_its_end(ask, typed, spanning)
    read = typed.read
    if outcome := await _of_another_day(ask, typed):
        return outcome
    if read.doubts:
        return await which(ask, typed, leaves=False)
    if not (read.at or read.ago) and was_typed_before_today(ask, typed.zone, ask.typed_at):
        return type_again(ask, typed.zone, ask.typed_at)
    if offered := other_starts(ask, typed):
        return offer(ask, typed, offered)
    at = ask.typed_at - read.ago if read.ago else read.at
    try:
        return await start(ask, typed.user_id, at, typed.today, read.office_id, read.comment, typed.offices)
    except RepeatedTime as error:
        return first_or_second(ask, _now(ask, typed, leaves=False), error)


@typed_clocking.word("clockout", "out")
async def clock_out(ask: Ask) -> Outcome:
    """`/clockout [@person] [at HH:MM] [comment]`; with `yesterday at 17:30` it ends yesterday's record."""
    typed = await read_line(ask, names_offices=False)
    try:
        return await _leave(ask, typed)
    except NotClockedIn as error:
        if ask.reader.is_you(error.user_id):
            raise
        at = typed.read.at
        return await not_in(ask, [error], typed.read.day or typed.today, at.time if at else None)


async def _leave(ask: Ask, typed: Typed) -> Outcome:
    read = typed.read
    is_earlier = read.day is not None and read.day < typed.today and not read.until
    if not is_earlier and (outcome := await _of_another_day(ask, typed)):
        return outcome
    if asked := await asked_break_before_end(ask, typed):
        return asked
    if read.doubts - {Doubt.AWAY}:
        return await which(ask, typed, leaves=True)
    if is_earlier and not read.at:
        return question(await missing_clock_outs.question(ask.services, ask.caller, typed.user_id), ask.reader)
    is_exact = read.ago or (read.day and read.at)
    if not is_exact and await ends_after_its_day(ask, typed.user_id, read.at, typed.zone, ask.typed_at):
        return type_again(ask, typed.zone, ask.typed_at)
    if asked := await which_end(ask, typed):
        return asked
    at: datetime | TimeOfDay | None = ask.typed_at - read.ago if read.ago else read.at
    try:
        if read.day and read.at:
            at = on_day(read.day, read.at, typed.zone)
        return await end(ask, typed.user_id, at, read.comment, is_sure=isinstance(at, datetime) and not read.ago)
    except RepeatedTime as error:
        return first_or_second(ask, _now(ask, typed, leaves=True), error)
    except TooLong:  # of a clock-out that has been missing for days, typed with another day
        asked_again = await missing_clock_outs.question(ask.services, ask.caller, typed.user_id)
        if not asked_again.is_about_another_day:
            raise
        return question(asked_again, ask.reader)


async def _of_another_day(ask: Ask, typed: Typed) -> Outcome:
    """The answer to a day to come; and to a range or an earlier day, which are whole records."""
    read = typed.read
    if not read.until and read.day in (None, typed.today):
        return None
    draft = as_draft(typed, ask)
    if asked := asked_break(typed, draft, ask.reader):
        return asked
    if ask.opens_forms:
        return await open_form(ask, draft)
    said = sentence(_("That's a whole record, with a start and an end. Add it here:"))
    return offered_form(draft, said, _("Add the record…"))


async def _with_its_end(ask: Ask, typed: Typed, spanning: str) -> Typed:
    """`at 9 out at 12` as `9-12`. An end still to come isn't one, but a comment: they'll be out then."""
    read = replace(ask, words=spanning)
    try:
        whole = await read_line(read, office_first=not ask.opens_forms)
    except NotAnOffice as error:  # `9-12 in 13 out 17`
        first, _in, second = spanning.partition(" in ")
        if as_span(second) is None:
            raise
        raise NotANote(f"in {second}", before=first.rstrip(" ,;")) from error
    if not (whole.read.at and whole.read.until):
        return typed
    _start, end = shift_times(whole.read.day or whole.today, whole.read.at, whole.read.until, whole.zone)
    has_ended = any(instant <= ask.typed_at + SKEW_ALLOWED for instant in end.instants)
    return whole if has_ended else typed


def _now(ask: Ask, typed: Typed, *, leaves: bool) -> Reading:
    """What was typed, without its time."""
    read = typed.read
    return Reading(leaves, typed.user_id, ask.typed_at, office_id=read.office_id, comment=read.comment or "")
