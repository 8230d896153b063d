"""`/attendance` and `/attendance status`: whether somebody is clocked in or on a break, and their hours of today and
this week."""

from __future__ import annotations

from dataclasses import dataclass, replace

from markupsafe import Markup

from bot.attendance import missing_clock_outs
from bot.calendar.typed import mention as person
from bot.calendar.typed import one_person_in
from bot.calendar.worktime import is_forgotten
from bot.chat import whom
from bot.chat.clock_buttons import next_buttons
from bot.chat.guests import refuse_guests
from bot.chat.leaving import time_buttons
from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Message, Note, Piece, Text
from bot.errors import NotACommand
from bot.people import working_conditions
from bot.reports.status import Status
from bot.reports.status import status as status_of
from bot.wording.catalogue import _
from bot.wording.clocking import state, totals, when_did_you_leave
from bot.wording.markup import sentence
from bot.wording.working_conditions import in_words

status = Feature("status")


@dataclass(frozen=True, slots=True)
class Whose:
    """The person whose status is shown."""

    user_id: str


@status.word("", "status")
async def show(ask: Ask) -> Message:
    """`/attendance status`, or with `@person` or a name for people who may see theirs."""
    user_id, words = one_person_in(ask.words)
    if words:
        found = [] if user_id else await whom.named(ask, words, ask.reader.today, teams=False)
        if not found:
            raise NotACommand(f"status {ask.words}", [f"status {person(user_id)}" if user_id else "status"])
        if len(found) > 1:
            return whom.which([show_theirs.button(one.name, Whose(one.user_id or "")) for one in found])
        user_id = found[0].user_id
    return await _status(ask, user_id)


@status.action
async def show_theirs(ask: Ask, whose: Whose) -> Message:
    """One of the people whom a name fits."""
    return replace(await _status(ask, whose.user_id), replaces=True)


async def _status(ask: Ask, user_id: str | None) -> Message:
    now = await status_of(ask.services, ask.caller, user_id or ask.caller.user_id)
    if now.open_pair is None and ask.reader.is_you(now.user_id):
        await refuse_guests(ask.services, ask.caller, with_records=True)
    heading = Text(Markup("<b>{}</b>").format(state(now, ask.reader)))
    notes = [Note(totals(now, ask.reader)), *await _conditions(ask, now)]
    return Message([heading, *notes, *await _next_step(ask, now)])


async def _conditions(ask: Ask, now: Status) -> list[Note]:
    """What working-time rules know of the reader, if anything."""
    if not ask.reader.is_you(now.user_id):
        return []
    conditions = await working_conditions.own(ask.services, ask.caller)
    if not (said := in_words(conditions, ask.reader)):
        return []
    return [Note(sentence(_("Your working conditions: {conditions}."), conditions=said))]


async def _next_step(ask: Ask, now: Status) -> list[Piece]:
    """What the reader can do now: answer for a missing clock-out; clock in or out, or end a break, themselves."""
    pair = now.open_pair
    if pair and is_forgotten(pair.clock_in.at, ask.reader.now):
        asked = await missing_clock_outs.question(ask.services, ask.caller, pair.user_id, pair.clock_in.id)
        return [Text(when_did_you_leave(pair, ask.reader)), Buttons(time_buttons(asked))]
    if not ask.reader.is_you(now.user_id):
        return []
    return [Buttons(next_buttons(now, ask.reader))]
