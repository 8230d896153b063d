"""The composition root: puts ledger, API and the chats into one aiohttp application, and serves it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator, Sequence
from contextlib import AsyncExitStack, asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any, Protocol

import aiohttp
from aiohttp import web

from bot.api import routes, webhook_client
from bot.api.bodies import LARGEST_BODY
from bot.attendance import erasure
from bot.http import install_request_logging
from bot.notifications.rounds import ServedPlatform, rounds_of
from bot.operations import witness
from bot.operations.metrics import Metrics
from bot.operations.older_seals import bind_older_seals
from bot.people.directories import Directories
from bot.rules.packs import packs
from bot.runtime.background_jobs import run_forever, workspaces_matching
from bot.runtime.encryption import Sealer
from bot.runtime.outbox_sender import Way
from bot.runtime.services import Directory, Services
from bot.runtime.settings import InvalidSettings, ServeSettings
from bot.webhooks import deliveries
from storage.database import Clock, Database, open_database
from storage.people import Platform

IDLE_SECONDS = 630.0  # longer than usual proxies keep a connection open, or they would send a request into a closed one
LEAVE_SECONDS = 2.0  # for load balancers to notice that this replica is leaving
MOST_TO_A_HOST = 80  # connections, of 100: a host that hangs leaves some for a platform's other hosts
CALL_SECONDS = 10.0  # for calls that somebody waits for
SHUTDOWN_SECONDS = (
    3.0  # for requests in flight; with 3 for tasks and those of the database it stays below the 10 that SIGTERM allows
)


class ChatPlatform(Protocol):
    """A chat platform that the settings name. `directory_in_time` gives up sooner, because programs do."""

    platform: Platform
    directory: Directory
    directory_in_time: Directory

    async def answers(self) -> object:
        """Raises if it doesn't answer."""
        ...

    async def serve(
        self, stack: AsyncExitStack, app: web.Application, services: Services, metrics: Metrics
    ) -> ServedPlatform:
        """Answers its requests until the stack closes. Raises InvalidSettings."""
        ...


@asynccontextmanager
async def running(
    settings: ServeSettings,
    *,
    clock: Clock | None = None,
    stopping: asyncio.Event | None = None,
    way: Callable[[Way], Way] = lambda way: way,
) -> AsyncIterator[str]:
    """Serves until the block ends, then finishes what is in flight. Yields the address, for example
    `http://127.0.0.1:3000`.

    Once `stopping` is set it still serves, but `/readyz` says that it isn't ready. `way` may change how messages are
    sent. Raises UnusableDatabase, InvalidSettings, WrongPack or OSError (for example for a port in use).
    """
    packs()
    stopping = stopping or asyncio.Event()
    async with AsyncExitStack() as stack:
        database = await open_database(settings.database_url, clock=clock, serving=True)
        stack.push_async_callback(database.close)
        if settings.sealer:
            await bind_older_seals(database, settings.sealer)
        # Each has its own connections: one that hangs would take those of the other.
        platforms = [
            make(settings, database, await stack.enter_async_context(_http_session())) for make in _platforms(settings)
        ]
        services = Services(database, Directories({one.platform: one.directory for one in platforms}))
        stack.push_async_callback(services.tasks.close)
        metrics, app = Metrics(database), web.Application(client_max_size=LARGEST_BODY)
        _add_api(app, settings, services, platforms, stopping)
        install_request_logging(app, metrics, settings.trusted_proxies, stopping, services.answering)
        chats = [await one.serve(stack, app, services, metrics) for one in platforms]
        send = await stack.enter_async_context(webhook_client.sender(settings.webhooks_may_reach, database.clock))
        witness_told = await _told_to_witness(settings, database, stack)
        calls = _webhook_calls(services, send, settings.sealer, metrics)
        rounds = [job for chat in chats for job in rounds_of(replace(chat, way=way(chat.way)), services)]
        work = in_background(calls, *rounds, _erasing(services), *witness_told)
        end_rounds = await stack.enter_async_context(work)
        runner = _runner(app)
        await runner.setup()

        async def leave() -> None:
            await asyncio.gather(runner.cleanup(), end_rounds())  # each takes seconds, so both at once

        stack.push_async_callback(leave)
        await web.TCPSite(runner, settings.host, settings.port).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _platforms(
    settings: ServeSettings,
) -> Iterator[Callable[[ServeSettings, Database, aiohttp.ClientSession], ChatPlatform]]:
    """Those that the settings name. Only these are imported: each takes time and memory."""
    if settings.slack_bot_token or settings.slack_client_id:
        from bot.slack.serving import Slack

        yield Slack
    if settings.teams_app_id:
        from bot.msteams.serving import Teams

        yield Teams


def _http_session() -> aiohttp.ClientSession:
    connector = aiohttp.TCPConnector(limit_per_host=MOST_TO_A_HOST)
    return aiohttp.ClientSession(connector=connector, timeout=aiohttp.ClientTimeout(total=CALL_SECONDS))


def _add_api(
    app: web.Application,
    settings: ServeSettings,
    services: Services,
    platforms: Sequence[ChatPlatform],
    stopping: asyncio.Event,
) -> None:
    in_time = Directories({one.platform: one.directory_in_time for one in platforms})
    routes.register(
        app,
        replace(services, directory=in_time),
        settings.trusted_proxies,
        chats={one.platform: one.answers for one in platforms},
        stopping=stopping,
        webhooks_may_reach=settings.webhooks_may_reach,
        sealer=settings.sealer,
    )


def _runner(app: web.Application) -> web.AppRunner:
    return web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=SHUTDOWN_SECONDS,
        keepalive_timeout=IDLE_SECONDS,
        auto_decompress=False,  # aiohttp would unpack before the sender is known, and a megabyte can hold a gigabyte
    )


async def _told_to_witness(
    settings: ServeSettings, database: Database, stack: AsyncExitStack
) -> list[Coroutine[Any, Any, None]]:
    """Empty without a witness. Raises InvalidSettings."""
    if settings.witness is None or settings.witness_key is None:
        return []
    try:
        key = witness.read_key(Path(settings.witness_key))
    except witness.NotAKey as error:
        remedy = "Make one with attendance witness-key."
        raise InvalidSettings(f"ATTENDANCE_WITNESS_KEY: {error}. {remedy}") from error
    session = await stack.enter_async_context(_http_session())
    return [witness.run(database, key, witness.writer_to(settings.witness, session))]


def _webhook_calls(
    services: Services, send: deliveries.Send, sealer: Sealer | None, metrics: Metrics
) -> Coroutine[Any, Any, None]:
    return run_forever(
        "webhooks-not-called",
        deliveries.with_due(services),
        partial(deliveries.call_due, services, send, sealer, count=metrics.call),
        deliveries.LOOK_EVERY_SECONDS,
        at_once=deliveries.ADDRESSES_AT_ONCE,
    )


def _erasing(services: Services) -> Coroutine[Any, Any, None]:
    """Also where nobody can ask for it any more, because the workspace removed the bot."""
    return run_forever(
        "old-records-not-erased",
        workspaces_matching(erasure.workspaces_with_old_data, services),
        partial(erasure.erase_old, services),
        erasure.LOOK_EVERY_SECONDS,
    )


async def until_told_to_stop(stopping: asyncio.Event) -> None:
    """Waits for SIGTERM or SIGINT, and sets `stopping`. After SIGTERM, load balancers get a moment to notice; a second
    signal ends that."""
    signals: asyncio.Queue[signal.Signals] = asyncio.Queue()
    loop = asyncio.get_running_loop()
    for signal_ in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(signal_, signals.put_nowait, signal_)
    first = await signals.get()
    stopping.set()
    if first is signal.SIGTERM:
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(LEAVE_SECONDS):
                await signals.get()


@asynccontextmanager
async def in_background(*works: Coroutine[Any, Any, None]) -> AsyncIterator[Callable[[], Awaitable[None]]]:
    """Runs the works beside the block. Cancels them when the block ends, or when the yielded function is called."""
    tasks = [asyncio.create_task(work) for work in works]

    async def end() -> None:
        for task in tasks:
            task.cancel()
        for task in tasks:
            with contextlib.suppress(asyncio.CancelledError):
                await task

    try:
        yield end
    finally:
        await end()
