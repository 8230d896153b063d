"""The composition root: puts ledger, API and Slack together into one aiohttp application, and serves it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Coroutine
from contextlib import asynccontextmanager
from typing import Any

from aiohttp import web

from bot import anchors, groups, notices, reminders
from bot.api import routes
from bot.services import Services
from bot.settings import ServeSettings
from bot.slack import app as slack
from bot.slack.client import SlackDirectory, http_session, post_message, web_client, workspace_of
from bot.slack.usergroups import group_reader
from bot.workspaces import HomeWorkspace
from storage.database import Clock, open_database

LARGEST_BODY = 1024**2  # PRODUCT.md section 2
SHUTDOWN_SECONDS = 4.0  # for requests in flight; with the edge's 3, of the 10 that SIGTERM allows


@asynccontextmanager
async def running(settings: ServeSettings, *, clock: Clock | None = None) -> AsyncIterator[str]:
    """Serves until the block is left, then finishes what is in flight. Yields the address, such as
    `http://127.0.0.1:3000`. Raises UnusableDatabase, InvalidSettings or OSError (the port is taken)."""
    async with contextlib.AsyncExitStack() as stack:
        database = await open_database(settings.database_url, clock=clock, serving=True)
        stack.push_async_callback(database.close)
        session = await stack.enter_async_context(http_session())
        client = web_client(settings.slack_bot_token or "", settings.slack_api_url, session)
        services = Services(database, SlackDirectory(client))
        home = HomeWorkspace(services, lambda: workspace_of(client))
        await slack.introduce(home)
        door = slack.Door(services, home, client)
        stack.push_async_callback(door.close)

        app = web.Application(client_max_size=LARGEST_BODY)
        routes.register(app, services, settings.trusted_proxies, slack_answers=client.auth_test)
        if settings.slack_signing_secret:
            slack.mount(app, door, settings.slack_signing_secret)
        await stack.enter_async_context(_in_background(anchors.publish_forever(services, home.id)))
        await stack.enter_async_context(_in_background(reminders.look_forever(services, home.id)))
        await stack.enter_async_context(
            _in_background(groups.keep_in_step_forever(services, home.id, group_reader(client)))
        )
        await stack.enter_async_context(
            _in_background(notices.send_forever(services, home.id, post_message(services, client, slack.DELIVERIES)))
        )
        if settings.slack_app_token:
            await stack.enter_async_context(slack.socket_mode(door, settings.slack_app_token))

        runner = web.AppRunner(app, access_log=None, shutdown_timeout=SHUTDOWN_SECONDS)
        await runner.setup()
        stack.push_async_callback(runner.cleanup)
        site = web.TCPSite(runner, settings.host, settings.port)
        await site.start()
        host, port = runner.addresses[0][:2]
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}"


async def until_told_to_stop() -> None:
    """Waits for SIGTERM or SIGINT."""
    stop = asyncio.Event()
    loop = asyncio.get_running_loop()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_, stop.set)
    await stop.wait()


@asynccontextmanager
async def _in_background(work: Coroutine[Any, Any, None]) -> AsyncIterator[None]:
    task = asyncio.create_task(work)
    try:
        yield
    finally:
        task.cancel()
        with contextlib.suppress(asyncio.CancelledError):
            await task
