"""The composition root: puts ledger, API and Slack into one aiohttp application, and serves it."""

from __future__ import annotations

import asyncio
import contextlib
import signal
from collections.abc import AsyncIterator, Awaitable, Callable, Coroutine, Iterator
from contextlib import asynccontextmanager
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import Any

import aiohttp
from aiohttp import web

from bot.api import routes, webhook_client
from bot.api.bodies import LARGEST_BODY
from bot.attendance import erasure
from bot.http import install_request_logging
from bot.notifications import audit_heads, reminders
from bot.operations import witness
from bot.operations.metrics import Metrics
from bot.operations.older_seals import bind_older_seals
from bot.people import nightly_list, user_groups
from bot.runtime import outbox_sender
from bot.runtime.background_jobs import run_forever, served_workspaces_matching, workspaces_matching
from bot.runtime.budgets import DirectCalls
from bot.runtime.encryption import Sealer
from bot.runtime.outbox_sender import Way
from bot.runtime.services import Services
from bot.runtime.settings import InvalidSettings, ServeSettings
from bot.slack import app as slack
from bot.slack import installing
from bot.slack.client import (
    PATIENT_SECONDS,
    SlackDirectory,
    counted,
    http_session,
    people_pages,
    post_messages,
    workspace_of,
)
from bot.slack.connection import Connection, connect
from bot.slack.limits import noted, way_to_slack
from bot.slack.user_groups import group_reader
from bot.webhooks import deliveries
from bot.workspaces import installations
from bot.workspaces.served_workspaces import HomeWorkspace, Workspaces
from storage.database import Clock, Database, open_database

IDLE_SECONDS = 630.0  # longer than usual proxies keep a connection open, or they would send a request into a closed one
LEAVE_SECONDS = 2.0  # for load balancers to notice that this replica is leaving
TO_SLACK = way_to_slack(slack.DELIVERIES)
SHUTDOWN_SECONDS = (
    3.0  # for requests in flight; with 2 for tasks and those of the database it stays below the 10 that SIGTERM allows
)


@asynccontextmanager
async def running(
    settings: ServeSettings,
    *,
    clock: Clock | None = None,
    stopping: asyncio.Event | None = None,
    way: Way = TO_SLACK,
) -> AsyncIterator[str]:
    """Serves until the block ends, then finishes what is in flight. Yields the address, for example
    `http://127.0.0.1:3000`.

    Once `stopping` is set it still serves, but `/readyz` says that it isn't ready. Raises UnusableDatabase,
    InvalidSettings or OSError (for example for a port in use).
    """
    stopping = stopping or asyncio.Event()
    async with contextlib.AsyncExitStack() as stack:
        database = await open_database(settings.database_url, clock=clock, serving=True)
        stack.push_async_callback(database.close)
        session = await stack.enter_async_context(http_session())
        if settings.sealer:
            await bind_older_seals(database, settings.sealer)
        slack_side = connect(settings, database, session)
        services = Services(database, SlackDirectory(slack_side.clients))
        stack.push_async_callback(services.tasks.close)
        workspaces = await _workspaces(services, slack_side)
        metrics = Metrics(database)
        direct = DirectCalls()
        answering = counted(slack_side.clients, noted(direct, database.clock))
        door = slack.Door(services, workspaces, answering, slack_side.client, metrics)
        app = web.Application(client_max_size=LARGEST_BODY)
        _add_api(app, settings, services, slack_side, stopping)
        install_request_logging(app, metrics, settings.trusted_proxies, stopping, services.answering)
        _add_slack(app, settings, door, slack_side, database.clock)
        send = await stack.enter_async_context(webhook_client.sender(settings.webhooks_may_reach, database.clock))
        witness_told = await _told_to_witness(settings, database, stack)
        calls = _webhook_calls(services, send, settings.sealer, metrics)
        patient = await stack.enter_async_context(http_session(PATIENT_SECONDS))
        rounds = _rounds(services, workspaces, slack_side, metrics, patient, way, direct)
        end_rounds = await stack.enter_async_context(in_background(calls, *rounds, *witness_told))
        if settings.slack_app_token:
            await stack.enter_async_context(slack.socket_mode(door, settings.slack_app_token, settings.slack_api_url))
        runner = _runner(app)
        await runner.setup()

        async def leave() -> None:
            await asyncio.gather(runner.cleanup(), end_rounds())  # each takes seconds, so both at once

        stack.push_async_callback(leave)
        await web.TCPSite(runner, settings.host, settings.port).start()
        host, port = runner.addresses[0][:2]
        yield f"http://{f'[{host}]' if ':' in host else host}:{port}"


def _add_api(
    app: web.Application, settings: ServeSettings, services: Services, slack_side: Connection, stopping: asyncio.Event
) -> None:
    routes.register(
        app,
        replace(services, directory=SlackDirectory(slack_side.clients, in_time=True)),
        settings.trusted_proxies,
        slack_answers=slack_side.client.api_test if slack_side.installed else slack_side.client.auth_test,
        stopping=stopping,
        webhooks_may_reach=settings.webhooks_may_reach,
        sealer=settings.sealer,
    )


def _add_slack(
    app: web.Application, settings: ServeSettings, door: slack.Door, slack_side: Connection, clock: Clock
) -> None:
    if settings.slack_signing_secret:
        slack.mount(app, door, settings.slack_signing_secret)
    if slack_side.installed:
        assert settings.slack_client_id is not None
        assert settings.slack_client_secret is not None
        app_secrets = (settings.slack_client_id, settings.slack_client_secret)
        installing.mount(app, installing.oauth_flow(slack_side.installed, slack_side.client, *app_secrets, clock))


def _runner(app: web.Application) -> web.AppRunner:
    return web.AppRunner(
        app,
        access_log=None,
        shutdown_timeout=SHUTDOWN_SECONDS,
        keepalive_timeout=IDLE_SECONDS,
        auto_decompress=False,  # aiohttp would unpack before the sender is known, and a megabyte can hold a gigabyte
    )


async def _workspaces(services: Services, slack_side: Connection) -> Workspaces:
    if slack_side.installed:
        await slack_side.installed.check_key()
        return slack_side.installed
    home = HomeWorkspace(services, lambda: workspace_of(slack_side.client))
    await slack.introduce(home)
    return home


async def _told_to_witness(
    settings: ServeSettings, database: Database, stack: contextlib.AsyncExitStack
) -> list[Coroutine[Any, Any, None]]:
    """Empty without a witness. Raises InvalidSettings."""
    if settings.witness is None or settings.witness_key is None:
        return []
    try:
        key = witness.read_key(Path(settings.witness_key))
    except witness.NotAKey as error:
        remedy = "Make one with attendance witness-key."
        raise InvalidSettings(f"ATTENDANCE_WITNESS_KEY: {error}. {remedy}") from error
    session = await stack.enter_async_context(http_session())
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


def _rounds(
    services: Services,
    workspaces: Workspaces,
    slack_side: Connection,
    metrics: Metrics,
    patient: aiohttp.ClientSession,
    way: Way,
    direct: DirectCalls,
) -> Iterator[Coroutine[Any, Any, None]]:
    """The background jobs, each for every workspace."""
    read_group = group_reader(slack_side.clients)
    post = post_messages(services, slack_side.clients, slack.DELIVERIES, patient)
    served = workspaces.served
    yield run_forever(
        "anchors-not-published",
        served_workspaces_matching(audit_heads.workspaces_publishing, services, served),
        partial(audit_heads.publish, services),
        audit_heads.LOOK_EVERY_SECONDS,
    )
    yield run_forever(
        "reminders-not-looked-at",
        served_workspaces_matching(reminders.workspaces_with_due_reminders, services, served),
        partial(reminders.queue_due_reminders, services),
        reminders.LOOK_EVERY_SECONDS,
    )
    yield run_forever(
        "groups-not-read",
        served_workspaces_matching(user_groups.workspaces_following_groups, services, served),
        partial(user_groups.read_again, services, read_group),
        user_groups.READ_AGAIN_SECONDS,
    )
    yield run_forever(
        "people-not-listed",
        served_workspaces_matching(nightly_list.workspaces_due, services, served),
        partial(nightly_list.list_people, services, people_pages(slack_side.clients, services.database.clock)),
        nightly_list.LOOK_EVERY_SECONDS,
    )
    yield run_forever(
        "outbox-not-sent",
        served_workspaces_matching(outbox_sender.with_due, services, served),
        partial(outbox_sender.send_due, services, post=post, count=metrics.message, way=way, direct=direct),
        outbox_sender.LOOK_EVERY_SECONDS,
        at_once=outbox_sender.WORKSPACES_AT_ONCE,
    )
    yield run_forever(
        "old-records-not-erased",
        workspaces_matching(
            erasure.workspaces_with_old_data, services
        ),  # nobody in a workspace that removed the bot can ask for it any more
        partial(erasure.erase_old, services),
        erasure.LOOK_EVERY_SECONDS,
    )
    if isinstance(workspaces, HomeWorkspace):
        yield workspaces.ask_until_known()
    if slack_side.installed:
        yield run_forever(
            "token-not-renewed",
            slack_side.installed.token_holders,
            slack_side.installed.renew,
            installations.LOOK_EVERY_SECONDS,
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
