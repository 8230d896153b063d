"""One reading of what was typed to clock in or out, the button that records it, and what it may still ask."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from bot import wording
from bot.attendance import missing_clock_outs, recording
from bot.attendance.recording import Moment, Office
from bot.calendar.worktime import SKEW_ALLOWED, TimeOfDay, first_after, on_day, work_date
from bot.chat.asked_breaks import adding
from bot.chat.clock_answers import clocked_in
from bot.chat.clocking import asking_first
from bot.chat.did_you_mean import fits_a_button
from bot.chat.earlier_start import offer_time_before
from bot.chat.findings import with_findings
from bot.chat.leaving import clocked_out_then
from bot.chat.record_form import Draft
from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Message, Text
from bot.chat.waiting_clock_in import Arrival
from bot.errors import NoSuchTime, OnABreak, RepeatedTime
from bot.permissions import Operation
from bot.reports import worked_time
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.markup import sentence
from storage.errors import AlreadyClockedIn

STALE_AFTER = timedelta(hours=16)

typed_clocking = Feature("typed_clocking")


@dataclass(frozen=True, slots=True)
class Reading:
    """One thing that the words may mean; `at` (UTC) for what was so long ago, else a local `wall_time` on `day`.
    `then`: the records that its answer offers to add."""

    leaves: bool
    user_id: str
    asked_at: datetime
    at: datetime | None = None
    wall_time: time | None = None
    day: date | None = None
    office_id: str | None = None
    comment: str = ""
    then: Sequence[Draft] = ()


@typed_clocking.action
async def as_read(ask: Ask, reading: Reading) -> Message:
    """One of the likely readings."""
    if ask.reader.now - reading.asked_at > STALE_AFTER:
        return Message([Text(sentence(_("That was a while ago. Type it again.")))], replaces=True)
    try:
        return replace(await _record(ask, reading), replaces=True)
    except RepeatedTime as error:
        asked = replace(reading, wall_time=None, day=None)
        return replace(first_or_second(ask, asked, error), replaces=True)


async def _record(ask: Ask, reading: Reading) -> Message:
    zone = await recording.zone_of_event(ask.services, ask.caller, Operation.CLOCK, reading.user_id, reading.office_id)
    at: datetime | TimeOfDay | None = reading.at
    if reading.wall_time is not None:
        at = TimeOfDay(reading.wall_time)
        if reading.leaves and reading.day:
            at = on_day(reading.day, at, zone)
    if at is None and was_typed_before_today(ask, zone, reading.asked_at):
        return type_again(ask, zone, reading.asked_at)
    if (
        reading.leaves
        and isinstance(at, TimeOfDay)
        and await ends_after_its_day(ask, reading.user_id, at, zone, reading.asked_at)
    ):
        return type_again(ask, zone, reading.asked_at)
    comment = reading.comment or None
    if reading.leaves:
        is_sure = reading.wall_time is not None or bool(reading.then)
        done = await end(ask, reading.user_id, at, comment, is_sure=is_sure)
        return _with_rest(done, reading.then, ask.reader) if reading.then else done
    offices = (await worked_time.caller_context(ask.services, ask.caller)).offices
    return await start(ask, reading.user_id, at, reading.day, reading.office_id, comment, offices)


def _with_rest(done: Message, then: Sequence[Draft], reader: Reader) -> Message:
    """The clock-out at a break, and what is still to add."""
    said = sentence(_("Now add the time after the break:"))
    buttons = Buttons([adding(one, reader.today, reader) for one in then])
    return replace(done, pieces=[*done.pieces, Text(said), buttons])


async def start(
    ask: Ask,
    user_id: str,
    at: Moment,
    day: date | None,
    office_id: str | None,
    comment: str | None,
    offices: Sequence[Office],
) -> Message:
    """Clocks the person in, and says so. Somebody who is in since later is offered to add the time before."""

    async def work() -> Message:
        result = await recording.clock_in(
            ask.services,
            ask.caller,
            user_id,
            at=at,
            day=day,
            office_id=office_id,
            comment=comment,
            typed_to_the_minute=at is not None,
        )
        return await with_findings(ask, clocked_in(result.pair, offices, ask.reader), result)

    try:
        return await asking_first(ask, user_id, work(), Arrival(user_id, at, day, office_id, comment))
    except AlreadyClockedIn as error:
        if offered := offer_time_before(ask, error, at, day):
            return offered
        raise


async def end(ask: Ask, user_id: str, at: Moment, comment: str | None, *, is_sure: bool) -> Message:
    """Clocks the person out, and says so."""

    async def work() -> Message:
        result = await recording.clock_out(
            ask.services,
            ask.caller,
            user_id,
            at=at,
            comment=comment,
            is_sure=is_sure,
            typed_to_the_minute=at is not None,
        )
        return await clocked_out_then(ask, result)

    try:
        return await asking_first(ask, user_id, work())
    except OnABreak as error:
        error.left_at = _time_of(at, error)
        error.comment = comment if comment and fits_a_button(comment) else ""
        raise


def _time_of(at: Moment, error: OnABreak) -> str:
    """As it reads in a form."""
    if isinstance(at, TimeOfDay):
        return wording.time_of_day(at.time)
    return wording.clock(at, error.on.zone) if at else ""


def first_or_second(ask: Ask, reading: Reading, repeated: RepeatedTime) -> Message:
    """Asks which of the two times is meant that a clock change repeats. Raises RepeatedTime, which says how to type
    either, if a button can't carry the comment."""
    if not fits_a_button(reading.comment):
        raise repeated
    said = _("{time} came twice in {zone} on {day}. Which one do you mean?")
    time, zone = wording.time_of_day(repeated.time), wording.zone_label(repeated.zone)
    text = sentence(said, time=time, zone=zone, day=wording.day(repeated.day, ask.reader))
    labels = (_("Clock in at the first {time}"), _("Clock in at the second {time}"))
    if reading.leaves:
        labels = (_("Clock out at the first {time}"), _("Clock out at the second {time}"))
    buttons = [
        as_read.button(label.format(time=time), replace(reading, at=instant))
        for label, instant in zip(labels, repeated.instants, strict=True)
    ]
    return Message([Text(text), Buttons(buttons)])


def was_typed_before_today(ask: Ask, zone: ZoneInfo, typed_at: datetime) -> bool:
    """Whether `now` and `today` meant another day when it was typed."""
    return work_date(typed_at, zone) < work_date(ask.reader.now, zone)


async def ends_after_its_day(ask: Ask, user_id: str, at: TimeOfDay | None, zone: ZoneInfo, typed_at: datetime) -> bool:
    """Whether a clock-out, typed on an earlier day, would be at a time that was still to come. Raises NotClockedIn."""
    if not was_typed_before_today(ask, zone, typed_at):
        return False
    if at is None:
        return True
    asked = await missing_clock_outs.question(ask.services, ask.caller, user_id)
    try:
        return first_after(at, asked.pair.clock_in.at, zone) > typed_at + SKEW_ALLOWED
    except (NoSuchTime, RepeatedTime):
        return False  # which is refused with a sentence of its own


def type_again(ask: Ask, zone: ZoneInfo, typed_at: datetime) -> Message:
    """The answer to a press of what was meant as of its day."""
    day = wording.day(work_date(typed_at, zone), ask.reader)
    return Message([Text(sentence(_("You typed that on {day}. Type it again."), day=day))])
