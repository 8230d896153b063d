"""The API as programs use it: a real server, tokens of every role, and two workspaces in one ledger."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import date
from typing import Any

import aiohttp
import pytest

from bot.calendar.ranges import DateRange
from bot.people import admins, reading_tokens, teams_and_offices, tokens
from bot.people.reading_tokens import NewReader
from bot.permissions import Caller, ReadingRole, Role, Via
from bot.runtime.services import Services
from bot.slack.client import SlackDirectory, one_client, web_client
from bot.workspaces.served_workspaces import ensure_workspace
from storage.database import Database, open_database
from storage.people import Profile, upsert_profile
from tests.conftest import WORKSPACE, Clock, RunningBot

ANA, BEN, MARCO, ADA = "U0ANA", "U0BEN", "U0MARCO", "U0ADA"
ENGINES = ["sqlite", "postgresql"]
on_sqlite = pytest.mark.parametrize("engine", ["sqlite"])
"""For what is decided before the ledger is asked, so that no engine can change it."""
KEYS = [
    "id",
    "linkedAttendanceEventId",
    "userId",
    "createByUserId",
    "officeId",
    "date",
    "momentCreated",
    "timestamp",
    "ipAddress",
    "type",
    "comment",
]


@dataclass
class Reply:
    status: int
    headers: Mapping[str, str]
    body: Any

    @property
    def code(self) -> str | None:
        return self.body.get("code") if isinstance(self.body, dict) else None

    @property
    def faults(self) -> dict[str, str]:
        """The parameters that a 400 names, each with its reason."""
        return {fault["parameter"]: fault["reason"] for fault in self.body["errors"]}


@dataclass
class Client:
    """Calls the API with a token."""

    address: str
    http: aiohttp.ClientSession
    tokens: dict[str, str] = field(default_factory=dict)

    async def call(
        self, method: str, path: str, *, who: str | None = "admin", headers: Mapping[str, str] | None = None, **how: Any
    ) -> Reply:
        headers = dict(headers or {})
        if who is not None:
            headers.setdefault("Authorization", f"Bearer {self.tokens[who]}")
        async with self.http.request(method, self.address + path, headers=headers, **how) as response:
            if response.status >= 400:
                assert response.headers["Content-Type"] == "application/problem+json"
            if response.content_type == "application/x-ndjson":
                return Reply(response.status, response.headers, json.loads((await response.text()).splitlines()[-1]))
            return Reply(response.status, response.headers, await response.json(content_type=None))

    async def clock_in(self, user_id: str = ANA, *, who: str = "admin", **parameters: Any) -> Reply:
        return await self.call("POST", "/attendance-events/clock-in", who=who, json={"userId": user_id, **parameters})

    async def clock_out(self, user_id: str = ANA, *, who: str = "admin", **parameters: Any) -> Reply:
        return await self.call("POST", "/attendance-events/clock-out", who=who, json={"userId": user_id, **parameters})

    async def create(self, user_id: str = ANA, *, who: str = "admin", **parameters: Any) -> Reply:
        asked = {
            "userId": user_id,
            "date": "2026-11-20",
            "clockInTimestampUtc": "2026-11-20T08:00:00",
            "clockOutTimestampUtc": "2026-11-20T16:00:00",
        } | parameters
        asked = {name: value for name, value in asked.items() if value is not ...}
        return await self.call("POST", "/attendance-events/create", who=who, json=asked)

    async def delete(self, event_id: str, *, who: str = "admin") -> Reply:
        return await self.call("DELETE", f"/attendance-events/{event_id}", who=who)

    async def query(self, *, who: str = "admin", **parameters: str) -> Reply:
        span = {"startDate": "2026-11-01", "endDate": "2026-11-30"} | parameters
        return await self.call("GET", "/attendance-events", who=who, params=span)


@pytest.fixture(params=ENGINES)
def engine(request: pytest.FixtureRequest) -> str:
    return str(request.param)


@pytest.fixture
async def behind(bot: RunningBot, clock: Clock) -> AsyncIterator[Database]:
    """The same ledger, opened beside the server as the command line does."""
    opened = await open_database(bot.settings.database_url, clock=clock)
    yield opened
    await opened.close()


@pytest.fixture
async def api(bot: RunningBot, behind: Database) -> AsyncIterator[Client]:
    """Tokens of an employee (Ana), a manager (Marco, of Ana), an admin (Ada), an inspector and a representative who may
    read Ana's November, and the admin of another workspace."""
    async with aiohttp.ClientSession() as http:
        slack = web_client(bot.settings.slack_bot_token or "", bot.settings.slack_api_url, http)
        services = Services(behind, SlackDirectory(one_client(slack)))
        operator = Caller(WORKSPACE, "cli:test", Via.CLI, Role.ADMIN)
        made = {
            "employee": await tokens.create(services, operator, ANA, Role.EMPLOYEE, None),
            "admin": await tokens.create(services, operator, ADA, Role.ADMIN, "payroll"),
        }
        await teams_and_offices.set_team(services, operator, "Support", [MARCO], [ANA])
        made["manager"] = await tokens.create(services, operator, MARCO, Role.MANAGER, None)
        await teams_and_offices.set_office(services, operator, "hq", "Berlin Mitte", "Europe/Berlin")
        november = DateRange(date(2026, 11, 1), date(2026, 11, 30))
        for role in ReadingRole:
            reader = NewReader(role, ADA, [ANA], november, lives=7, reason="a visit", name=role.value)
            made[role.value] = await reading_tokens.create(services, operator, reader)
        await ensure_workspace(services, "T0OTHER")
        stranger = Profile("T0OTHER", "U0OTHER", "Other", "UTC", False, False, False, False, behind.clock())
        await behind.write(lambda tx: upsert_profile(tx.connection, stranger, tx.now))
        elsewhere = Caller("T0OTHER", "cli:test", Via.CLI, Role.ADMIN)
        await admins.appoint(services, elsewhere, "U0OTHER")
        made["stranger"] = await tokens.create(services, elsewhere, "U0OTHER", Role.ADMIN, None)
        await teams_and_offices.set_office(services, elsewhere, "theirs", "Elsewhere", "UTC")
        yield Client(bot.address, http, made)
