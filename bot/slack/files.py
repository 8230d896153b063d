"""Sends files to people."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import aiohttp
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.client import UNREACHABLE

UPLOAD_SECONDS = 300


async def send_files(client: AsyncWebClient, user_id: str, title: str, paths: Sequence[Path]) -> None:
    """Sends files with a title to a person in a direct message, streamed from the disk.

    Raises what slack_sdk raises, and then leaves no title without files. Slack needs three steps for this
    (docs.slack.dev, "Working with files"). The message with the title tells the channel.
    """
    files: list[dict[str, str | None]] = []
    for path in paths:
        place = await client.files_getUploadURLExternal(filename=path.name, length=path.stat().st_size)
        timeout = aiohttp.ClientTimeout(total=UPLOAD_SECONDS)
        session = client.session
        assert session is not None
        with path.open("rb") as content:
            async with session.post(place["upload_url"], data=content, timeout=timeout) as answer:
                answer.raise_for_status()
        files.append({"id": place["file_id"], "title": path.name})
    posted = await client.chat_postMessage(channel=user_id, text=title, unfurl_links=False)
    try:
        await client.files_completeUploadExternal(files=files, channel_id=posted["channel"])
    except UNREACHABLE:
        await client.chat_delete(channel=posted["channel"], ts=posted["ts"])
        raise
