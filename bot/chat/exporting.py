"""**Export CSV** and **Export Excel**: the whole report as a file, for the presser alone."""

from __future__ import annotations

import tempfile
from pathlib import Path

from bot.calendar.ranges import DateRange
from bot.chat.report_query import ReportQuery, chosen
from bot.chat.routing import Ask, Feature
from bot.chat.views import Button, Files, Message, Text
from bot.documents import exports
from bot.documents.exports import Format
from bot.reports import worked_time
from bot.wording import Reader, records
from bot.wording.catalogue import _, ngettext
from bot.wording.markup import sentence

TELL_FROM = 20_000  # records: fewer are exported before anybody wonders

exporting = Feature("exporting")


@exporting.action
async def csv(ask: Ask, asked: ReportQuery) -> Message:
    """**Export CSV**"""
    return await _export(ask, asked, Format.CSV)


@exporting.action
async def excel(ask: Ask, asked: ReportQuery) -> Message:
    """**Export Excel**"""
    return await _export(ask, asked, Format.XLSX)


def export_buttons(asked: ReportQuery) -> list[Button]:
    """The export buttons of a report."""
    return [csv.button(_("Export CSV"), asked), excel.button(_("Export Excel"), asked)]


def file_title(days: DateRange, reader: Reader) -> str:
    """The title of a file in a chat."""
    return _("Attendance · {days}").format(days=records.title(days, reader))


def file_name(days: DateRange, kind: str) -> str:
    """`attendance 2026-11-16 to 2026-11-22.csv`. The days are written so that files sort by them."""
    return _("attendance {first} to {last}").format(first=days.first, last=days.last) + f".{kind}"


async def _export(ask: Ask, asked: ReportQuery, form: Format) -> Message:
    about, days = await chosen(ask, asked), asked.days
    zone = (await worked_time.caller_context(ask.services, ask.caller)).zone
    expected = await exports.how_many(ask.services, ask.caller, days, about.user_ids, about.office)
    if expected >= TELL_FROM:
        begins = _("Working on it: {count} records. I'll send you the file in a direct message.")
        await ask.here.tell(sentence(begins, count=f"{expected:,}"))
    with tempfile.TemporaryDirectory(prefix="attendance-export-") as folder:
        path = Path(folder) / file_name(days, form)
        with path.open("wb") if form is Format.XLSX else path.open("w", encoding=exports.FOR_PEOPLE, newline="") as out:
            count = await exports.write(
                ask.services,
                ask.caller,
                days,
                zone,
                out,
                form,
                about.user_ids,
                about.office,
                a_sheet_each=about.user_ids is not None and len(about.user_ids) > 1,
            )
        await ask.here.send(Files(file_title(days, ask.reader), [path]))
    said = ngettext(
        "✅ <b>Sent to you in a direct message:</b> {count} record.",
        "✅ <b>Sent to you in a direct message:</b> {count} records.",
        count,
    )
    return Message([Text(sentence(said, count=f"{count:,}"))])
