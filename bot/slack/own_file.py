"""`/attendance mine`: one's own file as CSV and PDF, in a direct message."""

from __future__ import annotations

import asyncio
import tempfile
from datetime import date
from pathlib import Path

import structlog

from bot import reports, wording
from bot.ranges import DateRange, parse_range
from bot.slack.blocks import Answer
from bot.slack.client import UNREACHABLE
from bot.slack.files import send_files
from bot.slack.listener import Ask
from bot.wording import edge
from bot.wording import reports as sentences

log = structlog.get_logger(__name__)


async def show(ask: Ask) -> Answer:
    """`/attendance mine [RANGE]`: this year so far where none is named."""
    from bot import own_file  # its PDFs bring 30 MiB of libraries along, for what is asked for now and then

    today = (await reports.surroundings(ask.services, ask.caller)).today
    days = parse_range(ask.words, today) if ask.words else DateRange(date(today.year, 1, 1), today)
    own = await own_file.gather(ask.services, ask.caller, days)
    with tempfile.TemporaryDirectory(prefix="attendance-mine-") as folder:
        paths = [Path(folder) / f"attendance {days.first} to {days.last}.{kind}" for kind in ("pdf", "csv")]
        await asyncio.to_thread(own_file.write_pdf, own, paths[0])
        with paths[1].open("w", encoding="utf-8", newline="") as out:
            await own_file.write_csv(ask.services, ask.caller, own, out)
        first_to_last = wording.days(days.first, days.last)
        try:
            await send_files(ask.client, ask.caller.user_id, sentences.export_title(first_to_last), paths)
        except UNREACHABLE as error:
            log.warning("file-not-taken", reason=type(error).__name__)
            return Answer(edge.FILE_NOT_TAKEN)
    return Answer(sentences.own_file_is_there(first_to_last))
