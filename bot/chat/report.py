"""`/attendance report`: worked time over a range, with pages, exports, and sharing in the channel."""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import date
from functools import partial

from bot.calendar.typed import mention as typed_mention
from bot.chat import whom
from bot.chat.exporting import export_buttons
from bot.chat.report_query import ReportQuery, chosen
from bot.chat.report_view import report_message
from bot.chat.routing import Ask, Feature
from bot.chat.typed_report import read_report
from bot.chat.views import Button, Buttons, Confirm, Message, Note, Outcome, Text
from bot.reports import worked_time
from bot.reports.findings import Found
from bot.reports.worked_time import Report
from bot.wording import Reader
from bot.wording.catalogue import _
from bot.wording.markup import length, mention, sentence

LONGEST_CARRIED = 2000  # characters: more don't fit into a button

report = Feature("report")


@dataclass(frozen=True, slots=True)
class DayOfOne:
    """A day of one person."""

    day: date
    user_id: str


@report.word("report")
async def show(ask: Ask) -> Outcome:
    """`/attendance report [RANGE] [@people…] [TEAM] [in OFFICE]`; with `csv` or `excel`, the file."""
    typed = await read_report(ask)
    if len(typed.choices) > 1:
        shows = typed.file or turn
        return whom.which([shows.button(name, asked) for name, asked in typed.choices])
    asked = typed.choices[0][1]
    if typed.file:
        return await typed.file.run(ask, asked)
    made = await _with_buttons(ask, asked)
    if typed.only_self:
        note = _("You only see your own hours here. Managers see their teams, admins see everyone.")
        return replace(made, pieces=[*made.pieces, Note(sentence(note))])
    return made


@report.action
async def turn(ask: Ask, asked: ReportQuery) -> Message:
    """**Previous** and **Next** replace the report with the one that they carry."""
    return replace(await _with_buttons(ask, asked), replaces=True)


@report.action
async def show_report(ask: Ask, asked: ReportQuery) -> Message:
    """**Show the report** of a summary."""
    return await _with_buttons(ask, asked)


@report.action
async def change_day(ask: Ask, day: DayOfOne) -> Message:
    """**Change…** beside a day: its records, with what can be done with each."""
    found = await ask.type("events", f"{day.day} {typed_mention(day.user_id)}")
    assert isinstance(found, Message)
    return found


@report.action
async def fix_day(ask: Ask, day: date) -> Message:
    """**Ask for a change** below a day of one's own: its records, with **Change…** beside each."""
    found = await ask.type("fix", str(day))
    assert isinstance(found, Message)
    return found


@report.action
async def share(ask: Ask, asked: ReportQuery) -> Message:
    """**Share in channel**: reads the report again, so that it has only what the sharer may see now."""
    made = await _report(ask, asked, shared=True)
    by = Note(sentence(_("{who} shared this report."), who=mention(ask.caller.user_id)))
    await ask.here.post_here(replace(made, pieces=[by, *made.pieces]))
    return Message([Text(sentence(_("✅ <b>Shared in this channel.</b>")))])


async def _with_buttons(ask: Ask, asked: ReportQuery) -> Message:
    """The report with its buttons."""
    made = await _report(ask, asked)
    if length(turn.pack(asked)) > LONGEST_CARRIED:
        note = _("That's too many people for buttons. Name a team, or leave the people out.")
        return replace(made, pieces=[*made.pieces, Text(sentence(note))])
    turning = []
    if (before := asked.days.before()) is not None:
        turning.append(turn.button(_("Previous"), replace(asked, days=before)))
    if (after := asked.days.after()) is not None and after.first <= ask.reader.today:
        turning.append(turn.button(_("Next"), replace(asked, days=after)))
    sure = Confirm(
        title=_("Share this report?"),
        question=_("Everyone in this channel will see these people's hours."),
        yes=_("Share"),
        no=_("Keep private"),
    )
    sharing = share.button(_("Share in channel"), asked, confirm=sure)
    return replace(made, pieces=[*made.pieces, Buttons([*turning, *export_buttons(asked), sharing])])


async def _report(ask: Ask, asked: ReportQuery, *, shared: bool = False) -> Message:
    """The report itself, with **Change…** beside each day of a person whose records the reader may change, or **Ask for
    a change** below a day of their own; if it's shared, the hours alone. Raises Forbidden, UnknownUser or
    UnknownOffice."""
    about = await chosen(ask, asked)
    found = await worked_time.worked_time(ask.services, ask.caller, asked.days, about.user_ids, about.office)
    if shared:
        found = _without_words(found)
    change = None
    if not shared and found.days_of_one and found.people:
        user_id = found.people[0].user_id
        if await worked_time.correctable(ask.services, ask.caller, [user_id]):
            change = partial(_change, user_id)
    made = report_message(found, ask.reader, about.team.name if about.team else None, change)
    if not shared and not change and _is_own_day(found, ask.reader):
        return replace(made, pieces=[*made.pieces, Buttons([fix_day.button(_("Ask for a change"), found.days.first)])])
    return made


def _without_words(found: Report) -> Report:
    """Without who changed which record and what people said, which isn't meant for a channel."""
    figures = {user_id: [Found(one.finding, None) for one in several] for user_id, several in found.findings.items()}
    return replace(found, changed=(), removed=(), findings=figures)


def _is_own_day(found: Report, reader: Reader) -> bool:
    is_a_day = found.days.first == found.days.last and bool(found.days_of_one)
    return is_a_day and reader.is_you(found.people[0].user_id)


def _change(user_id: str, day: date) -> Button:
    return change_day.button(_("Change…"), DayOfOne(day, user_id))
