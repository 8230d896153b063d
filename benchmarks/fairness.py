"""`make fairness`: one workspace does its worst of each kind at once, while people of another clock in and out, and
their programs call the API. 99 of 100 are answered within 100 ms, and all within a second.

A minute of each, because one answer in a hundred has to be many answers to say something.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator
from datetime import UTC, datetime
from ipaddress import ip_network
from itertools import count
from pathlib import Path

import aiohttp
from aiohttp import web
from cryptography.fernet import Fernet

from benchmarks.crowd import Crowd, Waits, crowd, steadily
from benchmarks.hostile import PEOPLE, RECORDS, STALLED, TEAM_ID, ZONES, records
from benchmarks.serving import ADMIN, LATENCY_SECONDS, NobodyElse, free_port, prepare, process, user_id
from bot.attendance import batches
from bot.people import teams_and_offices, tokens
from bot.permissions import Caller, Role, Via
from bot.practice.limits import Limits
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from bot.runtime.encryption import Sealer
from bot.runtime.services import Services
from bot.webhooks import deliveries
from bot.workspaces import workspace_settings
from bot.workspaces.installations import Credentials, InstalledWorkspaces
from storage.database import open_database
from tests.postgresql_server import serving

SECONDS = float(os.environ.get("FAIR_SECONDS") or 60)
ENGINE = os.environ.get("FAIR_ENGINE") or "sqlite"
RATE = 10.0  # commands in a second, and calls of the API
GOAL_SECONDS, WORST_SECONDS = 0.1, 1.0
IN_SLACK = int(RATE * SECONDS / 2)
TARPITS = deliveries.MOST


class Program:
    """A program of the other workspace that clocks people in and out, and asks for the day."""

    def __init__(self, port: int, secret: str, http: aiohttp.ClientSession) -> None:
        self._address, self._http = f"http://127.0.0.1:{port}/attendance-events", http
        self._headers = {"Authorization": f"Bearer {secret}"}

    async def calls(self, seconds: float) -> Waits:
        """At a steady rate, whether or not those before were answered."""
        waits, begin = Waits(), time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number, moment in enumerate(steadily(RATE, int(RATE * seconds))):
                if (pause := begin + moment - time.perf_counter()) > 0:
                    await asyncio.sleep(pause)
                group.create_task(self._one(number, begin + moment, waits))
        return waits

    async def _one(self, number: int, due_at: float, waits: Waits) -> None:
        today = f"{datetime.now(UTC).date()}"
        try:
            if number % 2:
                days = {"startDate": today, "endDate": today}
                call = self._http.get(self._address, params=days, headers=self._headers)
            else:
                whom, what = {"userId": user_id(IN_SLACK + number // 4 % PEOPLE)}, "out" if number % 4 else "in"
                call = self._http.post(f"{self._address}/clock-{what}", json=whom, headers=self._headers)
            async with call as response:
                answer = await response.text()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            waits.wrong.append(type(error).__name__)
            return
        waits.seconds.append(time.perf_counter() - due_at)
        if response.status != 200:
            waits.wrong.append(f"{response.status} {answer[:100]}")


async def _set_up(url: str, mine: Workspace, theirs: Workspace, key: str, tarpit: str) -> tuple[str, list[str]]:
    """Both workspaces installed; the token of the first one, and those of the second."""
    ready = await prepare(url, IN_SLACK + PEOPLE, mine)
    await prepare(url, PEOPLE, theirs)
    database = await open_database(url)
    try:
        services = Services(database, NobodyElse())
        installed = InstalledWorkspaces(database, Sealer(key), _never_renewed)
        for workspace in (mine, theirs):
            await installed.install(workspace.team_id, Credentials(workspace.bot_token), ADMIN)
        operator = Caller(theirs.team_id, "cli:bench", Via.CLI, Role.ADMIN)
        for number, zone in enumerate(ZONES):
            await teams_and_offices.set_office(services, operator, f"o{number}", f"Office {number}", zone)
        await workspace_settings.change(services, operator, log_channel="C0GENERAL")
        secrets = [
            await tokens.create(services, operator, ADMIN, Role.ADMIN, f"t{number}") for number in range(STALLED + 1)
        ]
        numbers = count()
        for _ in range(RECORDS // 1000):
            await batches.add_all(services, operator, records(numbers, 1000))
        for _ in range(TARPITS):
            await deliveries.add(services, operator, tarpit, may_reach=[ip_network("127.0.0.0/8")], sealer=None)
    finally:
        await database.close()
    return ready.token, secrets


async def _never_renewed(refresh_token: str) -> Credentials:
    raise AssertionError("tokens don't rotate here")


@contextlib.asynccontextmanager
async def _tarpit() -> AsyncIterator[str]:
    """A receiver of webhooks that never answers."""

    async def hang(request: web.Request) -> web.Response:
        await asyncio.sleep(3600)
        return web.Response()

    app = web.Application()
    app.router.add_post("/", hang)
    runner = web.AppRunner(app, access_log=None, shutdown_timeout=0.1)
    await runner.setup()
    try:
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        yield f"http://127.0.0.1:{runner.addresses[0][1]}/"
    finally:
        await runner.cleanup()


@contextlib.contextmanager
def _ledger(folder: str) -> Iterator[str]:
    if ENGINE == "sqlite":
        yield f"sqlite:///{folder}/fairness.db"
        return
    with serving() as server:
        yield server.url(server.database())


async def main(url: str) -> bool:
    """Prints what it found; tells whether the goals were kept."""
    mine, theirs = Workspace(bot_url=""), Workspace(bot_url="", team_id=TEAM_ID, bot_token="xoxb-hostile")
    mine.neighbours.append(theirs)
    for workspace in (mine, theirs):
        workspace.limits, workspace.latency = Limits(), LATENCY_SECONDS
    key = Fernet.generate_key().decode()
    async with contextlib.AsyncExitStack() as stack:
        slack = await stack.enter_async_context(serve(mine))
        tarpit = await stack.enter_async_context(_tarpit())
        token, secrets = await _set_up(url, mine, theirs, key, tarpit)
        settings = {
            "SLACK_CLIENT_ID": mine.client_id,
            "SLACK_CLIENT_SECRET": mine.client_secret,
            "SLACK_SIGNING_SECRET": mine.signing_secret,
            "SLACK_API_URL": f"{slack}/api/",
            "ATTENDANCE_ENCRYPTION_KEY": key,
            "ATTENDANCE_WEBHOOKS_MAY_REACH": "127.0.0.0/8",
            "ATTENDANCE_LOG_LEVEL": "error",
        }
        port = free_port()
        settings |= {"ATTENDANCE_DATABASE_URL": url, "ATTENDANCE_PORT": str(port)}
        server = await stack.enter_async_context(process([sys.executable, "-m", "bot", "serve"], settings, port))
        people = await stack.enter_async_context(crowd(mine, port))
        http = await stack.enter_async_context(aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)))
        program = Program(port, token, http)
        for command in ("/clockin", "/clockout"):
            await people.type(command, range(10), steadily(RATE, 10))  # the first ones load code
        print(f"Fairness on {ENGINE}, {SECONDS:g} s, load {os.getloadavg()[0]:.1f} before.", flush=True)
        await _measured("alone", people, program)
        async with _a_workspace_at_its_worst(port, secrets) as theirs_got:
            await asyncio.sleep(min(3.0, SECONDS))  # until all of it is under way
            used = _processor_seconds(server.pid)
            kept = await _measured("beside a workspace at its worst", people, program)
            used = _processor_seconds(server.pid) - used
        for what, counted in theirs_got.items():
            print(f"The other workspace, {what}: {', '.join(f'{one} {times}' for one, times in counted.items())}")
        print(f"The server used {used:.1f} s of the processor in these {SECONDS:g} s.")
        print(f"Load {os.getloadavg()[0]:.1f} after.")
    return kept


@contextlib.asynccontextmanager
async def _a_workspace_at_its_worst(port: int, secrets: list[str]) -> AsyncIterator[dict[str, dict[str, int]]]:
    """What it got done and was refused is known after the block."""
    command = [sys.executable, "-m", "benchmarks.hostile"]
    other = await asyncio.create_subprocess_exec(
        *command, stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE
    )
    assert other.stdin is not None
    assert other.stdout is not None
    got: dict[str, dict[str, int]] = {}
    try:
        other.stdin.write(json.dumps({"port": port, "secrets": secrets}).encode() + b"\n")
        await other.stdout.readline()  # once it has begun
        yield got
    finally:
        other.stdin.close()  # which tells it to stop
        printed, _ = await other.communicate()
        got |= json.loads(printed)


def _processor_seconds(pid: int) -> float:
    """What the process has used so far."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


async def _measured(when: str, people: Crowd, program: Program) -> bool:
    """Clocks everybody in and out again, half the time each, beside the program's calls."""
    moments = steadily(RATE, IN_SLACK)
    calling = asyncio.create_task(program.calls(SECONDS))
    typed = Waits()
    for command in ("/clockin", "/clockout"):
        waits = await people.type(command, range(IN_SLACK), moments)
        typed.seconds += waits.seconds
        typed.wrong += waits.wrong
    kept = True
    for what, waits in (("commands", typed), ("API", await calling)):
        print(f"{what}, {when}: {waits}, {len(waits.wrong)} not done.", flush=True)
        for wrong, times in Counter(waits.wrong).most_common(3):
            print(f"  {times} times {wrong}")
        kept &= waits.within(0.99) <= GOAL_SECONDS and waits.within(1.0) <= WORST_SECONDS and not waits.wrong
    return kept


if __name__ == "__main__":
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix="bench-") as folder, _ledger(folder) as address:
        sys.exit(not asyncio.run(main(address)))
