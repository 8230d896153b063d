"""`attendance serve` as processes of their own, on a ledger that holds people and a token."""

from __future__ import annotations

import asyncio
import contextlib
import os
import socket
import sys
from collections.abc import AsyncIterator, Iterable
from dataclasses import dataclass
from datetime import datetime

from bot.people import admins, tokens
from bot.permissions import Caller, Role, Via
from bot.practice.limits import Limits
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from bot.runtime.services import Profile, Services
from storage import people
from storage.database import Transaction, open_database

ADMIN = "U0BENCHADMIN"
LATENCY_SECONDS = float(os.environ.get("LATENCY") or 0.12)
"""How long each call of Slack's API takes; Slack's own take 0.1 to 0.3."""


class NobodyElse:
    """A directory for a ledger whose people are known."""

    async def look_up(self, workspace_id: str, user_id: str, now: datetime) -> Profile | None:
        return None


def user_id(number: int) -> str:
    return f"U0BENCH{number}"


@dataclass(frozen=True, slots=True)
class Prepared:
    """A ledger with so many people in it, and an admin's token."""

    url: str
    workspace: Workspace
    token: str


async def prepare(url: str, number_of_people: int, workspace: Workspace, also: Iterable[str] = ()) -> Prepared:
    """Makes the ledger at `url`, which knows these people and `also` those."""
    database = await open_database(url)
    team_id = workspace.team_id

    def write(tx: Transaction) -> None:
        people.add_workspace_if_new(
            tx.connection, team_id, platform=people.Platform.SLACK, zone="Europe/Berlin", at=tx.now
        )
        for id_ in (ADMIN, *map(user_id, range(number_of_people)), *also):
            known = Profile(team_id, id_, id_.title(), "Europe/Berlin", False, False, False, False, tx.now)
            people.upsert_profile(tx.connection, known, tx.now)

    await database.write(write)
    operator = Caller(team_id, "cli:bench", Via.CLI, Role.ADMIN)
    services = Services(database, NobodyElse())
    await admins.appoint(services, operator, ADMIN)
    token = await tokens.create(services, operator, ADMIN, Role.ADMIN, "bench")
    await database.close()
    return Prepared(url, workspace, token)


@contextlib.asynccontextmanager
async def slack(workspace: Workspace) -> AsyncIterator[dict[str, str]]:
    """The practice workspace, as limited and as slow as Slack, and the settings that lead to it."""
    workspace.limits, workspace.latency = Limits(), LATENCY_SECONDS
    async with serve(workspace) as address:
        yield {
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_SIGNING_SECRET": workspace.signing_secret,
            "SLACK_API_URL": f"{address}/api/",
            "ATTENDANCE_LOG_LEVEL": "error",
        }


@contextlib.asynccontextmanager
async def replicas(url: str, settings: dict[str, str], number: int = 1) -> AsyncIterator[list[int]]:
    """So many servers on the ledger; gives their ports."""
    async with contextlib.AsyncExitStack() as stack:
        ports = [free_port() for _ in range(number)]
        for port in ports:
            environment = settings | {"ATTENDANCE_DATABASE_URL": url, "ATTENDANCE_PORT": str(port)}
            command = [sys.executable, "-m", "bot", "serve"]
            await stack.enter_async_context(process(command, environment, port))
        yield ports


@contextlib.asynccontextmanager
async def process(
    command: list[str], environment: dict[str, str], port: int
) -> AsyncIterator[asyncio.subprocess.Process]:
    """A server, from when it listens."""
    started = await asyncio.create_subprocess_exec(
        *command, env=os.environ | environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await _until_it_listens(started, port)
        yield started
    finally:
        if started.returncode is None:
            started.terminate()
        await started.wait()


async def _until_it_listens(started: asyncio.subprocess.Process, port: int) -> None:
    async with asyncio.timeout(30):
        while started.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.01)
            else:
                writer.close()
                return
    raise RuntimeError("a server ended before it served")


def free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])
