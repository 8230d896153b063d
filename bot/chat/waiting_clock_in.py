"""`/clockin at 8:30` while yesterday's clock-out is missing: that comes first, and then a button clocks in as it was
typed."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta

from bot import wording
from bot.attendance import recording, waiting_clock_ins
from bot.attendance.missing_clock_outs import MissingClockOut
from bot.attendance.recording import Moment, Pair
from bot.attendance.waiting_clock_ins import WaitingClockIn
from bot.calendar.typed import in_quotes, mention
from bot.calendar.worktime import TimeOfDay, instants_of, work_date
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Message, Note, Outcome, Text
from bot.permissions import Operation
from bot.wording.catalogue import _
from bot.wording.markup import sentence

waiting_clock_in = Feature("waiting_clock_in")


@dataclass(frozen=True, slots=True)
class Arrival:
    """A clock-in that was typed: whose, when, where, and its comment."""

    user_id: str
    at: Moment = None
    day: date | None = None
    office_id: str | None = None
    comment: str | None = None


@dataclass(frozen=True, slots=True)
class Ended:
    """The record whose end was asked about first, by the id of its clock-in."""

    event_id: str


@waiting_clock_in.action(opens_form=lambda ended: False)
async def clock_in_as_typed(ask: Ask, ended: Ended) -> Outcome:
    """**Clock in at 08:30**"""
    found = await waiting_clock_ins.find(ask.services, ask.caller, ended.event_id, ask.reader.now)
    if found is None:
        return Message([Text(sentence(_("That was a while ago. Type it again.")))], replaces=True)
    at = found.typed_at if found.time else None
    outcome = await ask.type("clockin", found.words, at, directly=found.directly)
    return replace(outcome, replaces=True) if isinstance(outcome, Message) else outcome


async def wait(ask: Ask, asked: MissingClockOut, arrival: Arrival) -> Note:
    """Keeps what was typed, and says that it comes afterwards. A plain clock-in leaves what was typed before."""
    event_id = asked.pair.clock_in.id
    if not (arrival.at or arrival.office_id or arrival.comment):
        waiting = await waiting_clock_ins.find(ask.services, ask.caller, event_id, ask.reader.now)
    else:
        waiting = await _waiting(ask, arrival)
        await waiting_clock_ins.keep(ask.services, ask.caller, event_id, waiting)
    time = waiting.time if waiting else ""
    if not ask.reader.is_you(arrival.user_id):
        said = _("That clock-out comes first. After that you can clock them in.")
    elif time:
        said = _("That clock-out comes first. After that you can clock in at {time}.")
    else:
        said = _("That clock-out comes first. After that you can clock in.")
    return Note(sentence(said, time=time))


async def waiting_button(ask: Ask, ended: Pair) -> Button | None:
    """**Clock in at 08:30**, as it was typed before that record had ended."""
    found = await waiting_clock_ins.find(ask.services, ask.caller, ended.clock_in.id, ask.reader.now)
    if found is None:
        return None
    you = ask.reader.is_you(ended.user_id)
    if found.time:
        label = (_("Clock in at {time}") if you else _("Clock them in at {time}")).format(time=found.time)
    else:
        label = _("Clock in") if you else _("Clock them in")
    return clock_in_as_typed.button(label, Ended(ended.clock_in.id), style="primary")


async def _waiting(ask: Ask, arrival: Arrival) -> WaitingClockIn:
    """As a line that has one meaning only."""
    zone = await recording.zone_of_event(ask.services, ask.caller, Operation.CLOCK, arrival.user_id, arrival.office_id)
    at, typed_at, time, when = arrival.at, ask.typed_at, "", ""
    if isinstance(at, TimeOfDay) and arrival.day not in (None, work_date(typed_at, zone)):
        at = next(iter(instants_of(arrival.day, at, zone)), at)
    if isinstance(at, TimeOfDay):
        time, when = wording.time_of_day(at.time), f"at {_exactly(at)}"
    elif isinstance(at, datetime):
        minutes = (typed_at - at) // timedelta(minutes=1)
        time, when, typed_at = wording.clock(at, zone), f"{minutes} min ago", at + timedelta(minutes=minutes)
    whom = "" if ask.reader.is_you(arrival.user_id) else mention(arrival.user_id)
    office = f"in {arrival.office_id}" if arrival.office_id else ""
    words = " ".join(part for part in (whom, when, office, in_quotes(arrival.comment or "")) if part)
    return WaitingClockIn(words, typed_at, time, not ask.opens_forms)


def _exactly(at: TimeOfDay) -> str:
    """`8:30 am`, which isn't in the evening; with an offset where one was typed."""
    if at.offset is None:
        return f"{at.time.hour % 12 or 12}:{at.time.minute:02} {'am' if at.time.hour < 12 else 'pm'}"
    hours, minutes = divmod(abs(at.offset) // timedelta(minutes=1), 60)
    return f"{at.time:%H:%M}{'-' if at.offset < timedelta() else '+'}{hours:02}:{minutes:02}"
