"""`/attendance report`: worked time over a range, with pages, exports, and sharing in the channel."""

from __future__ import annotations

from dataclasses import replace

from bot.calendar.ranges import parse_range
from bot.calendar.typed import office_in, people_in
from bot.chat import whom
from bot.chat.exporting import export_buttons
from bot.chat.report_query import ReportQuery, chosen
from bot.chat.report_view import report_message
from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Confirm, Message, Note, Text
from bot.chat.whom import Named
from bot.errors import NotADateRange
from bot.reports import worked_time
from bot.wording.catalogue import _
from bot.wording.markup import length, mention, sentence

LONGEST_CARRIED = 2000  # characters: more don't fit into a button

report = Feature("report")


@report.word("report")
async def show(ask: Ask) -> Message:
    """`/attendance report [RANGE] [@people…] [TEAM] [in OFFICE]`"""
    around = await worked_time.caller_context(ask.services, ask.caller)
    user_ids, words = people_in(ask.words)
    office, words = office_in(words, around.every_office)
    office_id = office.office_id if office else None
    try:
        asked = ReportQuery(parse_range(words, around.today), user_ids, office_id)
    except NotADateRange:
        found = [] if user_ids else await whom.named(ask, words, around.today, teams=True)
        if not found:
            if not user_ids:
                await whom.refuse_team(ask, words, around.today)
            raise
        if len(found) > 1:
            return whom.which([turn.button(one.name, _query(one, office_id)) for one in found])
        asked = _query(found[0], office_id)
    return await _with_buttons(ask, asked)


@report.action
async def turn(ask: Ask, asked: ReportQuery) -> Message:
    """**Previous** and **Next** replace the report with the one that they carry."""
    return replace(await _with_buttons(ask, asked), replaces=True)


@report.action
async def show_report(ask: Ask, asked: ReportQuery) -> Message:
    """**Show the report** of a summary."""
    return await _with_buttons(ask, asked)


@report.action
async def share(ask: Ask, asked: ReportQuery) -> Message:
    """**Share in channel**: reads the report again, so that it has only what the sharer may see now."""
    made = await _report(ask, asked)
    by = Note(sentence(_("{who} shared this report."), who=mention(ask.caller.user_id)))
    await ask.here.post_here(replace(made, pieces=[by, *made.pieces]))
    return Message([Text(sentence(_("✅ <b>Shared in this channel.</b>")))])


def _query(one: Named, office_id: str | None) -> ReportQuery:
    if one.team is not None:
        return ReportQuery(one.days, office_id=office_id, team=one.team.key)
    return ReportQuery(one.days, [one.user_id] if one.user_id else [], office_id)


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


async def _report(ask: Ask, asked: ReportQuery) -> Message:
    """The report itself. Raises Forbidden, UnknownUser or UnknownOffice."""
    about = await chosen(ask, asked)
    found = await worked_time.worked_time(ask.services, ask.caller, asked.days, about.user_ids, about.office)
    return report_message(found, ask.reader, about.team.name if about.team else None)
