"""`/clockout` during a break: **I left at 12:02**, **I was back at…**, **Back**. Only the person knows."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from zoneinfo import ZoneInfo

from bot.attendance import breaks as core
from bot.calendar.clock_times import is_of_either_half, read_time
from bot.calendar.typed import LONGEST_COMMENT, comment
from bot.calendar.worktime import SKEW_ALLOWED, TimeOfDay, first_after, instants_of, work_date, zone_named
from bot.chat.clock_answers import clocked_out
from bot.chat.clock_buttons import back_button, left_button
from bot.chat.findings import with_findings
from bot.chat.form_faults import Check
from bot.chat.leaving_form import LONGEST_TIME
from bot.chat.possible_times import both
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Form, Message, Text, TextField
from bot.errors import (
    AlreadyOnABreak,
    BackBeforeBreak,
    InFuture,
    InvalidText,
    LeftBeforeBack,
    NotATime,
    NotOnABreak,
)
from bot.wording import Reader
from bot.wording.breaks import on_a_break
from bot.wording.catalogue import _
from storage.breaks import LONGEST_AWAY, Break

left_or_back = Feature("left_or_back")


@dataclass(frozen=True, slots=True)
class Leaving:
    """The break that a clock-out came in, and what was typed with it: the local time, and a comment."""

    user_id: str
    break_id: str
    left: str = ""
    comment: str = ""


@dataclass(frozen=True, slots=True)
class Times:
    """What was entered in the form."""

    back: str = ""
    left: str = ""
    comment: str = ""


def answers(on: Break, reader: Reader, left: str = "", said: str = "") -> list[Button]:
    """To the question of a clock-out during this break; `left` is the time that was typed, and `said` a comment."""
    return [left_button(on, reader), was_back_button(on, reader, left, said), back_button(on, reader)]


def was_back_button(on: Break, reader: Reader, left: str = "", said: str = "") -> Button:
    """Opens the form that asks when they came back and left."""
    label = _("I was back at…") if reader.is_you(on.user_id) else _("They were back at…")
    return was_back.button(label, Leaving(on.user_id, on.id, left, said))


@left_or_back.action
async def was_back(ask: Ask, leaving: Leaving) -> Form:
    """**I was back at…**"""
    on = await core.current(ask.services, ask.caller, leaving.user_id, leaving.break_id)
    you = ask.reader.is_you(on.user_id)
    left = TextField(
        name="left",
        label=_("You left at") if you else _("They left at"),
        hint=_("For example 17:30. Leave empty for now.") if _is_today(on, ask.reader) else _("For example 17:30."),
        value=leaving.left,
        required=not _is_today(on, ask.reader),
        longest=LONGEST_TIME,
    )
    return Form(
        title=_("When were you back?") if you else _("When were they back?"),
        submit=_("Clock out"),
        cancel=_("Cancel"),
        action=save,
        carries=leaving,
        answers_message=True,
        body=[
            Text(on_a_break(on, ask.reader)),
            TextField(
                name="back",
                label=_("You were back at") if you else _("They were back at"),
                hint=_("For example 13:00."),
                longest=LONGEST_TIME,
            ),
            left,
            TextField(
                name="comment",
                label=_("Comment"),
                required=False,
                value=leaving.comment,
                longest=LONGEST_COMMENT,
                multiline=True,
            ),
        ],
    )


def _field_of(error: Exception, fields: object) -> str:
    if isinstance(error, InvalidText):
        return "comment"
    return "back" if isinstance(error, NotOnABreak | AlreadyOnABreak) else "left"


@left_or_back.form(_field_of)
async def save(ask: Ask, leaving: Leaving, times: Times) -> Message:
    """Ends the break, and clocks out."""
    on = await core.current(ask.services, ask.caller, leaving.user_id, leaving.break_id)
    now, zone, check = ask.reader.now, zone_named(on.zone), Check()
    back_at = left_at = now
    with check.at("back"):
        back_at = _time(times.back, on.at, min(now, on.at + LONGEST_AWAY), now, zone, BackBeforeBreak)
    with check.at("left"):
        if times.left.strip() or not _is_today(on, ask.reader):
            left_at = _time(times.left, back_at, now, now, zone, LeftBeforeBack)
    check.done()
    result = await core.back_and_out(
        ask.services,
        ask.caller,
        leaving.user_id,
        back_at=back_at,
        left_at=left_at,
        expected_id=leaving.break_id,
        comment=comment(times.comment),
    )
    return await with_findings(ask, replace(clocked_out(result, ask.reader), replaces=True), result)


def _is_today(on: Break, reader: Reader) -> bool:
    zone = zone_named(on.zone)
    return work_date(on.at, zone) == work_date(reader.now, zone)


def _time(
    words: str,
    after: datetime,
    likely_until: datetime,
    now: datetime,
    zone: ZoneInfo,
    too_early: type[BackBeforeBreak] | type[LeftBeforeBack],
) -> datetime:
    """The first such time after that one; in the half of the day in which it's likely, where it may be in either.
    Raises NotATime, `too_early`, InFuture, NoSuchTime or RepeatedTime."""
    if not words.strip():
        raise NotATime(words)
    at = read_time(words)
    halves: Sequence[TimeOfDay] = [TimeOfDay(one) for one in both(at.time)] if is_of_either_half(words) else [at]
    found = [first_after(one, after, zone) for one in halves]
    found = [one for one in found if one <= likely_until + SKEW_ALLOWED] or found
    if found[0] <= now + SKEW_ALLOWED:
        return found[0]
    before = instants_of(work_date(after, zone), at, zone)
    if before and before[0] <= after:
        raise too_early(after, before[0], zone)
    raise InFuture(found[0], now, zone)
