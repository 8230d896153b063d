"""The question `Back?` after the minutes of a break, and the answers to what `/clockout` asks during one."""

from __future__ import annotations

from dataclasses import dataclass, replace

from bot import wording
from bot.attendance import breaks
from bot.attendance.change_notifications import Kind
from bot.calendar.worktime import zone_named
from bot.chat.clocking import clock_out_button, clocked_out
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Buttons, Message, Text
from bot.errors import NotOnABreak
from bot.wording.catalogue import _
from bot.wording.markup import sentence
from storage.breaks import Break

back_question = Feature("back-question")


@dataclass(frozen=True, slots=True)
class About:
    """The recipient's own break."""

    break_id: str


@back_question.notice(Kind.BACK)
async def are_you_back(ask: Ask, about: About) -> Message | None:
    """The question, unless the break has ended meanwhile."""
    try:
        on = await breaks.current(ask.services, ask.caller, ask.caller.user_id, about.break_id)
    except NotOnABreak:
        return None
    since = wording.since_moment(on.at, zone_named(on.zone), ask.reader)
    text = sentence(_("Back? You've been on a break {since}."), since=since)
    buttons = [press_back.button(_("Back"), about, style="primary"), done.button(_("I'm done for today"), about)]
    return Message([Text(text), Buttons(buttons)])


def answers(on: Break) -> list[Button]:
    """To the question of `/clockout`, whether they left then or are back: **I left at 12:31**, **Back**."""
    about = About(on.id)
    left = done.button(_("I left at {time}").format(time=wording.clock(on.at, on.zone)), about)
    return [left, press_back.button(_("Back"), about)]


@back_question.action
async def press_back(ask: Ask, about: About) -> Message:
    """**Back**: now."""
    result = await breaks.back(ask.services, ask.caller, ask.caller.user_id, expected_id=about.break_id)
    assert result.was.ended_at
    text = sentence(_("✅ <b>Back at {time}.</b>"), time=wording.clock(result.was.ended_at, result.was.zone))
    return Message([Text(text), Buttons([clock_out_button(result.pair)])], replaces=True)


@back_question.action
async def done(ask: Ask, about: About) -> Message:
    """**I'm done for today**, **I left at 12:31**: the day ended when the break began."""
    result = await breaks.end_day(ask.services, ask.caller, ask.caller.user_id, expected_id=about.break_id)
    return replace(clocked_out(result, ask.reader), replaces=True)
