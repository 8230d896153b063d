"""The Home page: a person's state and week, and for managers, who is in. Each chat has its own place for it."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import timedelta

from markupsafe import Markup

from bot import wording
from bot.calendar.typed import mention as mentioned
from bot.calendar.worktime import is_forgotten
from bot.chat.add_record import press_add
from bot.chat.clock_buttons import clock_in_button, next_buttons, undo_latest
from bot.chat.did_you_mean import label_of, opens_form
from bot.chat.findings import unanswered
from bot.chat.leaving import time_buttons
from bot.chat.refused import refused
from bot.chat.report_chart import hours_chart
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Buttons, Divider, Heading, Message, Note, Outcome, Piece, Text
from bot.chat.who import who_is_in
from bot.permissions import Role
from bot.reports import home_tab
from bot.reports.home_tab import Home
from bot.reports.worked_time import DayTotal
from bot.wording import Reader, formats
from bot.wording.catalogue import _, ngettext
from bot.wording.clocking import state, totals, when_did_you_leave
from bot.wording.markup import plain, sentence
from storage.errors import Refusal

home_page = Feature("home")


@dataclass(frozen=True, slots=True)
class Shortcut:
    """The word of `/attendance` that a button types, and whether it is about the presser's own records."""

    word: str
    words: str = ""
    own: bool = False


@home_page.action(opens_form=lambda shortcut: opens_form(shortcut.word))
async def take(ask: Ask, shortcut: Shortcut) -> Outcome:
    """Runs the command. Home has no room for the answer, so it comes as a direct message."""
    whom = mentioned(ask.caller.user_id) if shortcut.own else ""
    outcome = await ask.type(shortcut.word, f"{shortcut.words} {whom}".strip())
    if not isinstance(outcome, Message) or shortcut.word == "mine":
        return outcome  # a form, or files, which come as a direct message anyway
    await ask.here.direct(outcome)
    return Message([Text(sentence(_("✅ I've sent it to you as a direct message.")))], replaces=True)


async def home(ask: Ask, *, opened: bool = False) -> Message:
    """The caller's Home page, or why there is none. `opened`: they are looking at it now."""
    try:
        found = await home_tab.home(ask.services, ask.caller, opened=opened)
    except Refusal as error:
        return refused(error, ask.reader)
    if not found.is_employee:
        said = _("Guest accounts can't clock in. Ask an admin to make you a full member.")
        return Message([Text(sentence(said))])
    reader = replace(ask.reader, zone=found.zone)
    who = [Divider(), *who_is_in(found.who, reader)] if found.who is not None else []
    asked = unanswered(found.findings, found.week, reader)
    waiting = _waiting(found.waiting)
    return Message([*_now(found, reader), *waiting, *asked, *_shortcuts(found.role), *_week(found, reader), *who])


def _waiting(count: int) -> list[Piece]:
    """How many requests wait for the reader's answer."""
    if not count:
        return []
    said = ngettext("{count} request waits for your answer.", "{count} requests wait for your answer.", count)
    return [Text(sentence(said, count=count), take.button(label_of("requests"), Shortcut("requests")))]


def _now(found: Home, reader: Reader) -> list[Piece]:
    """The state, open questions first, and the buttons that fit."""
    question = found.question
    pieces: list[Piece] = [Heading(plain(state(found.status, reader)))]
    if question:
        asked = Markup("⚠️ {}").format(when_did_you_leave(question.pair, reader))
        pieces += [Text(asked), Buttons(time_buttons(question))]
    is_missing = question is not None and question.is_forgotten
    likeliest, *others = [clock_in_button()] if is_missing else next_buttons(found.status, reader)
    buttons = [replace(likeliest, style="primary"), *others, *_undo(found, reader)]
    buttons.append(press_add.button(_("Add a record")))
    return [*pieces, Note(totals(found.status, reader)), Buttons(buttons)]


def _undo(found: Home, reader: Reader) -> list[Button]:
    """**Undo** for the last entry, shortly after it was made."""
    return undo_latest(found.status, found.newest, found.undoable, reader)


def _shortcuts(role: Role) -> list[Piece]:
    """Each button runs a command."""
    buttons = [
        take.button(_("Report"), Shortcut("report", "this week", own=True)),
        take.button(_("My records"), Shortcut("events", "this week", own=True)),
        take.button(_("My file"), Shortcut("mine")),
        take.button(_("Help"), Shortcut("help")),
    ]
    if role is not Role.EMPLOYEE:
        buttons.insert(1, take.button(_("Team report"), Shortcut("report", "this week")))
    rows: list[Piece] = [Buttons(buttons)]
    if role is Role.ADMIN:
        admin = ((_("Settings"), "settings"), (_("Teams"), "team"), (_("Offices"), "office"))
        rows.append(Buttons([take.button(label, Shortcut(word)) for label, word in admin]))
    return rows


def _week(found: Home, reader: Reader) -> list[Piece]:
    days = [found.monday + timedelta(days=number) for number in range(7)]
    by_day = {total.work_date: total for total in found.week}
    worked = [(formats.day(day), _worked(by_day[day], found) if day in by_day else timedelta()) for day in days]
    chart = hours_chart(_("Hours this week"), worked)
    lines = [_line(total, found, reader) for total in found.week]
    heading = Markup("<b>{}</b>").format(wording.days(days[0], days[-1], reader))
    text = Text(Markup("\n").join([heading, *(lines or [_("Nothing yet.")])]))
    return [Divider(), chart, text] if chart else [Divider(), text]


def _line(total: DayTotal, found: Home, reader: Reader) -> str:
    """`Mon 23 Nov · 09:02 – 17:30 · 7 h 28 min · 1 h break`"""
    came, left = wording.day_times(total, found.now, reader)
    is_running = total.last == found.status.open_pair and not is_forgotten(total.last.clock_in.at, found.now)
    said = _("{day} · {came} – {left} · {worked}")
    if total.breaks:
        said = _("{day} · {came} – {left} · {worked} · {breaks} break")
    return said.format(
        day=wording.day(total.work_date, reader),
        came=came,
        left=_("now") if is_running else left,
        worked=wording.duration(_worked(total, found)),
        breaks=wording.duration(total.breaks or timedelta()),
    )


def _worked(total: DayTotal, found: Home) -> timedelta:
    """With the time of the running shift."""
    return total.worked + (found.status.so_far if total.last == found.status.open_pair else timedelta())
