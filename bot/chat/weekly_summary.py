"""The weekly summary for managers, with a button for the whole report."""

from __future__ import annotations

from datetime import timedelta

from markupsafe import Markup

from bot import wording
from bot.attendance.change_notifications import Kind
from bot.calendar.ranges import DateRange
from bot.chat.report import show_report
from bot.chat.report_query import ReportQuery
from bot.chat.report_view import MOST_FINDINGS_NAMED, named_findings, named_since
from bot.chat.routing import Ask, Feature
from bot.chat.views import Buttons, Message, Text
from bot.notifications import weekly_summary as core
from bot.notifications.weekly_summary import WeeklySummary
from bot.wording import Reader, holidays
from bot.wording.catalogue import _, ngettext
from bot.wording.markup import mention, sentence

MOST_NAMED = 50
MOST_UNRESOLVED_NAMED = 10  # so that all of it fits into one paragraph

weekly_summary = Feature("weekly_summary")


@weekly_summary.notice(Kind.WEEKLY_SUMMARY)
async def summary(ask: Ask, days: DateRange) -> Message | None:
    """Unless the recipient manages no team any more."""
    found = await core.weekly_summary(ask.services, ask.caller, days)
    if found is None:
        return None
    show = show_report.button(_("Show the report"), ReportQuery(days, managed=True))
    lines = named_findings(found.findings, MOST_FINDINGS_NAMED, ask.reader)
    below = [Text(Markup("\n").join([sentence(_("<b>Breaks and rest</b>")), *lines]))] if lines else []
    return Message([Text(summary_text(found, ask.reader)), *below, Buttons([show])])


def summary_text(found: WeeklySummary, reader: Reader) -> Markup:
    """The total, hours per person, and missing clock-outs."""
    title = _("<b>Your teams' week</b> · {days}")
    lines = [sentence(title, days=wording.days(found.days.first, found.days.last, reader))]
    whole = sum((total.worked for total in found.worked), timedelta())
    said = _("{total} in all") if found.worked else _("No records.")
    lines.append(sentence(said, total=wording.duration(whole)))
    for total in found.worked[:MOST_NAMED]:
        on_days = ngettext("{who}: {length} on {count} day", "{who}: {length} on {count} days", total.days)
        length = wording.duration(total.worked)
        lines.append(sentence(on_days, who=mention(total.user_id), length=length, count=total.days))
    if (more := len(found.worked) - MOST_NAMED) > 0:
        lines.append(sentence(_("and {count} more"), count=more))
    if found.unresolved:
        named = named_since(found.unresolved, MOST_UNRESOLVED_NAMED, reader)
        lines.append(sentence(_("Missing clock-out: {named}."), named=named))
    lines += map(Markup.escape, holidays.in_sentences(found.holidays, reader))
    return Markup("\n").join(lines)
