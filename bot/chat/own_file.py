"""`/attendance mine`: one's own file as PDF and CSV, in a direct message."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import date
from pathlib import Path

from bot.calendar.ranges import DateRange, parse_range
from bot.chat.exporting import file_name, file_title
from bot.chat.routing import Ask, Feature
from bot.chat.views import Files, Message, Text
from bot.documents import paper, personal_file
from bot.documents.drawing import draw
from bot.reports import worked_time
from bot.wording import records
from bot.wording.catalogue import _
from bot.wording.markup import sentence

own_file = Feature("own_file")


@own_file.word("mine")
async def send(ask: Ask) -> Message:
    """`/attendance mine [RANGE]`: this year so far if no range is named."""
    today = (await worked_time.caller_context(ask.services, ask.caller)).today
    days = parse_range(ask.words, today) if ask.words else DateRange(date(today.year, 1, 1), today)
    own = await personal_file.gather(ask.services, ask.caller, days)
    with tempfile.TemporaryDirectory(prefix="attendance-mine-") as folder:
        pdf, rows = (Path(folder) / file_name(days, kind) for kind in ("pdf", "csv"))
        await draw(paper.write_pdf, await asyncio.to_thread(personal_file.as_paper, own), pdf)
        with rows.open("w", encoding=personal_file.FOR_PEOPLE, newline="") as out:
            await personal_file.write_csv(ask.services, ask.caller, own, out)
        await ask.here.send(Files(file_title(days, ask.reader), [pdf, rows]))
    said = _("✅ <b>Sent to you in a direct message:</b> your file for {days}, as PDF and CSV.")
    return Message([Text(sentence(said, days=records.title(days, ask.reader)))])
