"""**Export CSV** and **Export Excel**: the whole report as a file, made beside everything else, in a direct message."""

from __future__ import annotations

import tempfile
from pathlib import Path

import aiohttp
import structlog
from slack_bolt.async_app import AsyncApp
from slack_sdk.web.async_client import AsyncWebClient

from bot import exports, reports, wording
from bot.exports import Format
from bot.slack.blocks import Answer
from bot.slack.client import UNREACHABLE
from bot.slack.listener import Ask, Edge, Handler
from bot.slack.reporting import Action, Asked, office_of
from bot.wording import reports as sentences

log = structlog.get_logger(__name__)

TELL_FROM = 20_000  # records: fewer are there before anybody wonders
UPLOAD_SECONDS = 300


def register(app: AsyncApp, edge: Edge) -> None:
    """The feature's table of contents."""
    app.action(Action.EXPORT_CSV)(edge.action(_export(Format.CSV)))
    app.action(Action.EXPORT_EXCEL)(edge.action(_export(Format.XLSX)))


def _export(form: Format) -> Handler:
    async def export(ask: Ask) -> Answer:
        asked = Asked.unpack(ask.value)
        office = await office_of(ask, asked)
        zone = (await reports.surroundings(ask.services, ask.caller)).zone
        expected = await exports.how_many(ask.services, ask.caller, asked.days, asked.user_ids, office)
        if expected >= TELL_FROM:
            await ask.tell(sentences.export_begins(expected))
        with tempfile.TemporaryDirectory(prefix="attendance-export-") as folder:
            path = Path(folder) / f"attendance {asked.days.first} to {asked.days.last}.{form}"
            with path.open("wb") if form is Format.XLSX else path.open("w", encoding="utf-8", newline="") as out:
                count = await exports.write(
                    ask.services,
                    ask.caller,
                    asked.days,
                    zone,
                    out,
                    form,
                    asked.user_ids,
                    office,
                    a_sheet_each=asked.user_ids is not None and len(asked.user_ids) > 1,
                )
            title = sentences.export_title(wording.days(asked.days.first, asked.days.last))
            try:
                await send_files(ask.client, ask.caller.user_id, title, [path])
            except UNREACHABLE as error:
                log.warning("file-not-taken", reason=type(error).__name__)
                return Answer(sentences.EXPORT_NOT_TAKEN)
        return Answer(sentences.export_is_there(count))

    return export


async def send_files(client: AsyncWebClient, user_id: str, title: str, paths: list[Path]) -> None:
    """Sends files to a person as a direct message, each streamed from the disk. Raises what slack_sdk raises.

    Slack's way in three steps (docs.slack.dev, "Working with files"). The message beforehand tells the channel's id.
    """
    channel = (await client.chat_postMessage(channel=user_id, text=title, unfurl_links=False))["channel"]
    files = []
    for path in paths:
        place = await client.files_getUploadURLExternal(filename=path.name, length=path.stat().st_size)
        timeout = aiohttp.ClientTimeout(total=UPLOAD_SECONDS)
        session = client.session
        assert session is not None
        with path.open("rb") as content:
            async with session.post(place["upload_url"], data=content, timeout=timeout) as answer:
                answer.raise_for_status()
        files.append({"id": place["file_id"], "title": path.name})
    await client.files_completeUploadExternal(files=files, channel_id=channel)
