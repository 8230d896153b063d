"""Serves Slack: its requests, and what the background jobs need of it."""

from __future__ import annotations

from collections.abc import Coroutine, Iterator
from contextlib import AsyncExitStack
from functools import partial
from typing import Any

import aiohttp
from aiohttp import web

from bot.notifications.rounds import ServedPlatform
from bot.operations.metrics import Metrics
from bot.runtime.background_jobs import run_forever
from bot.runtime.budgets import DirectCalls
from bot.runtime.services import Directory, Services
from bot.runtime.settings import ServeSettings
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
from bot.slack.connection import connect
from bot.slack.limits import noted, way_to_slack
from bot.slack.user_groups import group_reader
from bot.workspaces import installations
from bot.workspaces.installations import InstalledWorkspaces
from bot.workspaces.served_workspaces import HomeWorkspace
from storage.database import Database
from storage.people import Platform

TO_SLACK = way_to_slack(slack.DELIVERIES)


class Slack:
    """One workspace by its token, or all that installed the bot."""

    platform: Platform = Platform.SLACK

    def __init__(self, settings: ServeSettings, database: Database, session: aiohttp.ClientSession) -> None:
        self._settings = settings
        self._side = connect(settings, database, session)
        self.directory: Directory = SlackDirectory(self._side.clients)
        self.directory_in_time: Directory = SlackDirectory(self._side.clients, in_time=True)

    async def answers(self) -> None:
        """Raises if Slack doesn't answer, or refuses the token."""
        client = self._side.client
        await (client.api_test() if self._side.installed else client.auth_test())

    async def serve(
        self, stack: AsyncExitStack, app: web.Application, services: Services, metrics: Metrics
    ) -> ServedPlatform:
        """Answers requests until the stack closes. Raises InvalidSettings for a token or key that can't be used."""
        side, clock, direct = self._side, services.database.clock, DirectCalls()
        workspaces = await self._workspaces(services)
        answering = counted(side.clients, noted(direct, clock))
        door = slack.Door(services, workspaces, answering, side.client, metrics)
        self._mount(app, door, services)
        if self._settings.slack_app_token:
            sockets = slack.socket_mode(door, self._settings.slack_app_token, self._settings.slack_api_url)
            await stack.enter_async_context(sockets)
        patient = await stack.enter_async_context(http_session(PATIENT_SECONDS))
        return ServedPlatform(
            platform=self.platform,
            served=workspaces.served,
            post=post_messages(services, side.clients, slack.DELIVERIES, patient),
            way=TO_SLACK,
            direct=direct,
            count=metrics.slack.message,
            read_group=group_reader(side.clients),
            pages=people_pages(side.clients, clock),
            others=partial(_own_rounds, workspaces),
        )

    async def _workspaces(self, services: Services) -> HomeWorkspace | InstalledWorkspaces:
        if installed := self._side.installed:
            await installed.check_key()
            return installed
        home = HomeWorkspace(services, partial(workspace_of, self._side.client))
        await slack.introduce(home)
        return home

    def _mount(self, app: web.Application, door: slack.Door, services: Services) -> None:
        settings, side = self._settings, self._side
        if settings.slack_signing_secret:
            slack.mount(app, door, settings.slack_signing_secret)
        if side.installed:
            assert settings.slack_client_id is not None
            assert settings.slack_client_secret is not None
            app_secrets = (settings.slack_client_id, settings.slack_client_secret)
            flow = installing.oauth_flow(side.installed, side.client, *app_secrets, services.database.clock)
            installing.mount(app, flow)


def _own_rounds(workspaces: HomeWorkspace | InstalledWorkspaces) -> Iterator[Coroutine[Any, Any, None]]:
    if isinstance(workspaces, HomeWorkspace):
        yield workspaces.ask_until_known()
    else:
        every = installations.LOOK_EVERY_SECONDS
        yield run_forever("token-not-renewed", workspaces.token_holders, workspaces.renew, every)
