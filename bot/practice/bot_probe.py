"""Checks if the bot can be reached, without sending it a request."""

import asyncio
from contextlib import suppress
from urllib.parse import urlsplit

from bot.practice.workspace import Workspace

CONNECT_SECONDS = 1.0


async def answers(workspace: Workspace) -> bool:
    """Whether the bot has a web socket open, or listens at its address."""
    if workspace.sockets.open:
        return True
    address = urlsplit(workspace.bot_url)
    if not address.hostname:
        return False
    port = address.port or {"https": 443}.get(address.scheme, 80)
    with suppress(OSError, TimeoutError):
        async with asyncio.timeout(CONNECT_SECONDS):
            _, writer = await asyncio.open_connection(address.hostname, port)
        writer.close()
        return True
    return False
