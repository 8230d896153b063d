"""**Statement (PDF)** and **Statement (CSV)** of a period, with its signatures, in a direct message."""

from __future__ import annotations

import asyncio
import tempfile
from pathlib import Path

from bot.chat.exporting import file_title
from bot.chat.routing import Ask, Feature
from bot.chat.signing_view import PeriodQuery
from bot.chat.views import Button, Files, Message, Text
from bot.documents import paper, statement
from bot.documents.drawing import draw
from bot.documents.exports import FOR_PEOPLE
from bot.reports import signing
from bot.wording import records
from bot.wording.catalogue import _
from bot.wording.markup import sentence

statements = Feature("statements")


@statements.action
async def pdf(ask: Ask, query: PeriodQuery) -> Message:
    """**Statement (PDF)**"""
    return await _send(ask, query, "pdf")


@statements.action
async def csv(ask: Ask, query: PeriodQuery) -> Message:
    """**Statement (CSV)**"""
    return await _send(ask, query, "csv")


def statement_buttons(query: PeriodQuery) -> list[Button]:
    """The buttons of a period."""
    return [pdf.button(_("Statement (PDF)"), query), csv.button(_("Statement (CSV)"), query)]


async def _send(ask: Ask, query: PeriodQuery, kind: str) -> Message:
    sheet = await signing.sheet(ask.services, ask.caller, query.user_id, query.days)
    with tempfile.TemporaryDirectory(prefix="attendance-statement-") as folder:
        name = _("statement {first} to {last}").format(first=query.days.first, last=query.days.last)
        path = Path(folder) / f"{name}.{kind}"
        if kind == "pdf":
            await draw(paper.write_pdf, await asyncio.to_thread(statement.as_paper, sheet), path)
        else:
            with path.open("w", encoding=FOR_PEOPLE, newline="") as out:
                statement.write_csv(sheet, out)
        await ask.here.send(Files(file_title(query.days, ask.reader), [path]))
    said = _("✅ <b>Sent to you in a direct message:</b> the statement for {days}.")
    return Message([Text(sentence(said, days=records.title(query.days, ask.reader)))])
