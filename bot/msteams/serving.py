"""Serves Microsoft Teams: its requests, and what the background jobs need of it."""

from __future__ import annotations

from contextlib import AsyncExitStack
from functools import partial

import aiohttp
from aiohttp import web

from bot.chat.features import router
from bot.msteams.answering import Answering
from bot.msteams.channels import Channels, group_reader
from bot.msteams.connection import connected_to_teams
from bot.msteams.deliveries import TO_TEAMS, post_messages
from bot.msteams.directory import TeamsDirectory
from bot.msteams.endpoint import Endpoint, mount
from bot.msteams.first_admins import FirstAdmins
from bot.msteams.limits import noted
from bot.msteams.nightly_check import people_pages
from bot.msteams.people import People
from bot.msteams.signing import Signer
from bot.msteams.verification import Verifier
from bot.notifications.rounds import ServedPlatform
from bot.operations.metrics import Metrics
from bot.runtime.budgets import DirectCalls
from bot.runtime.services import Directory, Services
from bot.runtime.settings import ServeSettings
from bot.webhooks.network_policy import guarded_socket
from bot.workspaces.served_workspaces import NamedWorkspaces, ensure_workspace
from storage.database import Database
from storage.people import Platform

PATIENT_SECONDS = 20.0  # for what nobody waits for: given up early, a call that Teams took after all is made twice


class Teams:
    """The tenants that the settings name."""

    platform: Platform = Platform.TEAMS

    def __init__(self, settings: ServeSettings, database: Database, session: aiohttp.ClientSession) -> None:
        self._settings, self._session = settings, session
        self._side = connected_to_teams(settings, session)
        self._rosters = TeamsDirectory(database, self._side.connector)
        self.directory: Directory = self._rosters
        self.directory_in_time: Directory = TeamsDirectory(database, self._side.connector, in_time=True)

    async def answers(self) -> None:
        """Raises if Microsoft doesn't answer, or refuses the bot's secret. The service itself can't be asked."""
        await self._side.tokens.current()
        async with self._session.get(self._settings.teams_openid_url) as answer:
            answer.raise_for_status()

    async def serve(
        self, stack: AsyncExitStack, app: web.Application, services: Services, metrics: Metrics
    ) -> ServedPlatform:
        """Answers what the service sends."""
        connector, tenants = self._side.connector, self._settings.teams_tenant_id
        admins = FirstAdmins(services, self._settings.teams_admins)
        for tenant in tenants:
            await ensure_workspace(services, tenant)
            await admins.appoint_known(tenant)
        workspaces, direct = NamedWorkspaces(tenants), DirectCalls()
        people, channels = People(services, self._rosters, admins), Channels(services)
        note = noted(direct, services.database.clock)
        timeout = aiohttp.ClientTimeout(total=PATIENT_SECONDS)
        patient = await stack.enter_async_context(aiohttp.ClientSession(timeout=timeout))
        outside = aiohttp.TCPConnector(socket_factory=partial(guarded_socket, self._settings.webhooks_may_reach))
        uploading = await stack.enter_async_context(aiohttp.ClientSession(connector=outside, timeout=timeout))
        assert self._settings.teams_app_id is not None
        assert self._settings.teams_app_secret is not None
        answering = Answering(
            services,
            workspaces,
            connector,
            people,
            channels,
            metrics.teams,
            router(),
            note,
            Signer(self._settings.teams_app_secret),
            connector.on(uploading),
        )
        verifier = Verifier(self._session, self._settings.teams_app_id, self._settings.teams_openid_url)
        mount(app, Endpoint(verifier, tenants, answering.answer))
        return ServedPlatform(
            platform=self.platform,
            served=workspaces.served,
            post=post_messages(services, connector.on(patient), direct),
            way=TO_TEAMS,
            direct=direct,
            count=metrics.teams.message,
            read_group=group_reader(services.database, connector),
            pages=people_pages(services.database, self._rosters),
        )
