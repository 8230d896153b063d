"""The Home page: a person's state and week, and to managers who is in. Each chat has a place of its own for it."""

from __future__ import annotations

from datetime import timedelta

from markupsafe import Markup

from bot import wording
from bot.chat.add_record import press_add
from bot.chat.clocking import clock_in_button, clock_out_button, time_buttons
from bot.chat.refused import refused
from bot.chat.report_chart import hours_chart
from bot.chat.routing import Ask
from bot.chat.views import Buttons, Divider, Heading, Message, Note, Piece, Text
from bot.chat.who import who_is_in
from bot.reports import home_tab
from bot.reports.home_tab import Home
from bot.reports.worked_time import DayTotal
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.clocking import state, totals, when_did_you_leave
from bot.wording.markup import code, plain, sentence
from storage.errors import Refusal


async def home(ask: Ask, *, opened: bool = False) -> Message:
    """The caller's, or why there is none; `opened` where they look at it now."""
    try:
        found = await home_tab.home(ask.services, ask.caller, opened=opened)
    except Refusal as error:
        return refused(error, ask.reader)
    if not found.is_employee:
        said = _("Guests and apps have no working hours here. Ask an admin if that is wrong.")
        return Message([Text(sentence(said))])
    by_typing = sentence(
        _("The same by typing: {clockin}, {clockout}, {help}."),
        clockin=code("/clockin"),
        clockout=code("/clockout"),
        help=code("/attendance help"),
    )
    who = who_is_in(found.who, ask.reader) if found.who is not None else []
    return Message([*_now(found, ask.reader), *_week(found, ask.reader), *who, Note(by_typing)])


def _now(found: Home, reader: Reader) -> list[Piece]:
    """The state, what has to be answered before anything else, and the buttons that fit."""
    pair, question = found.status.open_pair, found.question
    pieces: list[Piece] = [Heading(plain(state(found.status, reader)))]
    if question:
        asked = Markup("⚠️ {}").format(when_did_you_leave(question.pair, reader))
        pieces += [Text(asked), Buttons(time_buttons(question))]
    is_unresolved = question is not None and question.is_forgotten
    clock = clock_in_button() if pair is None or is_unresolved else clock_out_button(pair)
    return [*pieces, Buttons([clock, press_add.button(_("Add a record"))]), Note(totals(found.status, reader))]


def _week(found: Home, reader: Reader) -> list[Piece]:
    days = [found.monday + timedelta(days=number) for number in range(7)]
    by_day = {total.work_date: total for total in found.week}
    worked = [(f"{day:%a} {day.day} {day:%b}", by_day[day].worked if day in by_day else timedelta()) for day in days]
    chart = hours_chart(_("Hours this week"), worked)
    lines = [_line(total, found, reader) for total in found.week]
    heading = Markup("<b>{}</b>").format(wording.days(days[0], days[-1], reader))
    text = Text(Markup("\n").join([heading, *(lines or [_("Nothing yet.")])]))
    return [Divider(), chart, text] if chart else [Divider(), text]


def _line(total: DayTotal, found: Home, reader: Reader) -> str:
    """`Mon 23 Nov 2026: 09:02 to 17:30, 7 h 28 min, breaks 1 h`"""
    came, left = wording.day_times(total, found.now)
    said = _("{day}: {came} to {left}, {worked}")
    if total.breaks:
        said = _("{day}: {came} to {left}, {worked}, breaks {breaks}")
    return said.format(
        day=wording.day(total.work_date, reader),
        came=came,
        left=left,
        worked=wording.duration(total.worked),
        breaks=wording.duration(total.breaks or timedelta()),
    )
