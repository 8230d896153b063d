"""The questions at the end of a period: to each person if their days are right, to managers if they approve them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from bot.calendar.ranges import DateRange
from bot.chat import signing_team
from bot.chat.routing import Ask, Feature
from bot.chat.signing import fix, sign
from bot.chat.signing_view import PeriodQuery, about_person, day_lines, state_sentence
from bot.chat.views import Buttons, Message, Text
from bot.notifications.period_ends import Kind
from bot.reports import signing
from bot.reports.signing import State
from bot.wording.catalogue import _

period_ends = Feature("period_ends")


@dataclass(frozen=True, slots=True)
class Period:
    """The days."""

    first: date
    last: date


@period_ends.notice(Kind.PERIOD_OVER)
async def over(ask: Ask, period: Period) -> Message | None:
    """Unless they have signed it meanwhile."""
    days, me = DateRange(period.first, period.last), ask.caller.user_id
    one = await signing.person_period(ask.services, ask.caller, me, days)
    if one.person or one.state is State.APPROVED or not one.records.records:
        return None
    query = PeriodQuery(days, me, one.records.digest)
    buttons = [fix.button(_("Fix…"), query)]
    if one.state not in (State.NOT_RESOLVED, State.WAITING):
        buttons.insert(0, sign.button(_("It's right"), query, style="primary"))
    pieces = [*await about_person(ask, one), Text(state_sentence(one, ask.reader)), *day_lines(one, ask)]
    return Message([*pieces, Buttons(buttons)])


@period_ends.notice(Kind.TO_APPROVE)
async def to_approve(ask: Ask, period: Period) -> Message | None:
    """Who has signed. Unless all is approved."""
    return await signing_team.to_approve(ask, DateRange(period.first, period.last))
