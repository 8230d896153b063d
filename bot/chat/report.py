"""`/attendance report`: worked time over a range, leafed through, exported, and shared on purpose."""

from __future__ import annotations

from dataclasses import replace

from bot.calendar.ranges import parse_range
from bot.calendar.typed import office_in, people_in
from bot.chat.exporting import export_buttons
from bot.chat.report_query import ReportQuery, office_of
from bot.chat.report_view import report_message
from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Confirm, Message, Note, Text
from bot.reports import worked_time
from bot.wording.catalogue import _
from bot.wording.markup import length, mention, sentence

LONGEST_CARRIED = 2000  # characters: a chat takes no more of a button

report = Feature("report")


@report.word("report")
async def show(ask: Ask) -> Message:
    """`/attendance report [RANGE] [@people…] [in OFFICE]`"""
    around = await worked_time.caller_context(ask.services, ask.caller)
    user_ids, words = people_in(ask.words)
    office, words = office_in(words, "/attendance report", around.every_office)
    asked = ReportQuery(parse_range(words, around.today), user_ids, office.office_id if office else None)
    return await _with_buttons(ask, asked)


@report.action
async def turn(ask: Ask, asked: ReportQuery) -> Message:
    """**Previous** and **Next** carry the report that they lead to, which takes the place of the one shown."""
    return replace(await _with_buttons(ask, asked), replaces=True)


@report.action
async def show_report(ask: Ask, asked: ReportQuery) -> Message:
    """**Show the report** of a summary."""
    return await _with_buttons(ask, asked)


@report.action
async def share(ask: Ask, asked: ReportQuery) -> Message:
    """**Share in channel**: made anew, so that it holds what the sharer may see now."""
    made = await _report(ask, asked)
    by = Note(sentence(_("{who} shared this report."), who=mention(ask.caller.user_id)))
    await ask.here.post_here(replace(made, pieces=[by, *made.pieces]))
    return Message([Text(sentence(_("Shared in this channel.")))])


async def _with_buttons(ask: Ask, asked: ReportQuery) -> Message:
    """The report with what leads on from it."""
    made = await _report(ask, asked)
    if length(turn.pack(asked)) > LONGEST_CARRIED:
        note = _("Too many people are named for the buttons. Ask for a team's office, or for everybody.")
        return replace(made, pieces=[*made.pieces, Text(sentence(note))])
    beside = ((_("Previous"), asked.days.before()), (_("Next"), asked.days.after()))
    leafing = [turn.button(label, replace(asked, days=days)) for label, days in beside if days is not None]
    sure = Confirm(
        title=_("Share this report?"),
        question=_("Everybody in this channel will see these people's hours."),
        yes=_("Share"),
        no=_("Keep private"),
    )
    sharing = share.button(_("Share in channel"), asked, confirm=sure)
    return replace(made, pieces=[*made.pieces, Buttons([*leafing, *export_buttons(asked), sharing])])


async def _report(ask: Ask, asked: ReportQuery) -> Message:
    """The report itself. Raises Forbidden, UnknownUser or UnknownOffice."""
    office = await office_of(ask, asked)
    found = await worked_time.worked_time(ask.services, ask.caller, asked.days, asked.user_ids or None, office)
    return report_message(found, ask.reader)
