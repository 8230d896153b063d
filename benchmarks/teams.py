"""Microsoft Teams: `clockin` typed in the chat, against a bare handler that verifies the same token, one at a time; and
what Teams adds to the process.

Both run as processes of their own and take the same signed request over a kept connection, turn by turn. Teams is
answered once the record is written; the message that says so follows, and is waited for before the next turn.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from http.client import HTTPConnection
from pathlib import Path

from benchmarks.process import resident_mib
from benchmarks.results import Result, at_most
from benchmarks.serving import free_port, process, replicas, slack
from bot.practice.msteams.people import Person
from bot.practice.msteams.server import serve
from bot.practice.msteams.service import TeamsService
from bot.practice.workspace import Workspace

PEOPLE = 20
ROUNDS = 60
WARM_UP = 5
STARTS = 7


@asynccontextmanager
async def teams(service: TeamsService) -> AsyncIterator[dict[str, str]]:
    """Serves the practice service, and gives the settings that lead to it. It answers at once: a wait between the turns
    would leave nothing of ours in the processor's caches."""
    async with serve(service):
        yield {
            "TEAMS_APP_ID": service.app_id,
            "TEAMS_APP_SECRET": service.app_secret,
            "TEAMS_TENANT_ID": service.tenant_id,
            "TEAMS_LOGIN_URL": service.login_url,
            "TEAMS_OPENID_URL": service.openid_url,
            "ATTENDANCE_LOG_LEVEL": "error",
        }


async def measure(folder: Path) -> list[Result]:
    """The medians of 1,200 clock-ins and as many bare answers; the starts and the memory with Teams and without."""
    return [await _clock_ins(folder), *await _processes(folder)]


async def _clock_ins(folder: Path) -> Result:
    ids = [f"c0000000-0000-4000-8000-{number:012}" for number in range(PEOPLE)]
    service = TeamsService(people=[Person(one, f"Bench {one[-2:]}", f"bench{one[-2:]}") for one in ids])
    bare_port = free_port()
    async with teams(service) as settings, replicas(f"sqlite:///{folder}/teams.db", settings) as (bot_port,):
        keys_url = f"{service.address}/v1/.well-known/keys"
        bare = [sys.executable, "-m", "benchmarks.bare_teams", service.app_id, keys_url, str(bare_port)]
        async with process(bare, {}, bare_port):
            return await _take_turns(service, ids, bot_port, bare_port)


async def _take_turns(service: TeamsService, ids: list[str], bot_port: int, bare_port: int) -> Result:
    bot, bare = HTTPConnection("127.0.0.1", bot_port), HTTPConnection("127.0.0.1", bare_port)
    times: dict[str, list[float]] = {"bot": [], "bare": []}
    for turn in range(WARM_UP + ROUNDS):
        for user_id in ids:
            bare_seconds = await asyncio.to_thread(_send, service, bare, user_id, "clockin")
            bot_seconds = await asyncio.to_thread(_send, service, bot, user_id, "clockin")
            await _answered(service, user_id, "Clocked in at ")
            await asyncio.to_thread(_send, service, bot, user_id, "clockout")
            await _answered(service, user_id, "Clocked out at ")
            if turn >= WARM_UP:
                times["bot"].append(bot_seconds)
                times["bare"].append(bare_seconds)
    medians = {name: statistics.median(found) for name, found in times.items()}
    ours, floor = (medians["bot"], ""), (medians["bare"], "a bare handler that verifies the token")
    return at_most("`clockin` in Teams, done and answered with 200, one at a time", ours, floor, 3)


def _send(service: TeamsService, connection: HTTPConnection, user_id: str, words: str) -> float:
    body = json.dumps(service.activity("message", user_id, text=words)).encode()
    token = service.signer.token(service.app_id, service.service_url)
    headers = {"Content-Type": "application/json", "Authorization": f"Bearer {token}"}
    started = time.perf_counter()
    connection.request("POST", "/teams/messages", body, headers)
    response = connection.getresponse()
    response.read()
    seconds = time.perf_counter() - started
    if response.status != 200:
        raise RuntimeError(f"{words} got {response.status}")
    return seconds


async def _answered(service: TeamsService, user_id: str, saying: str) -> None:
    """Waits for the answer, and forgets it: thousands would make each search for the next one longer."""
    await service.until(lambda: service.posts)
    said = service.words(user_id, service.posts[-1])
    service.posts.clear()
    if saying not in said:
        raise RuntimeError(f"not done: {said}")


async def _processes(folder: Path) -> list[Result]:
    """Slack alone, against Slack with Teams."""
    starts: dict[bool, list[float]] = {False: [], True: []}
    memory: dict[bool, list[float]] = {False: [], True: []}
    async with slack(Workspace(bot_url="")) as with_slack, teams(TeamsService()) as with_teams:
        for _ in range(STARTS):
            for both in (False, True):
                port, url = free_port(), f"sqlite:///{folder}/both.db"
                settings = (with_slack | with_teams if both else with_slack) | {"ATTENDANCE_PORT": str(port)}
                command, started = [sys.executable, "-m", "bot", "serve"], time.perf_counter()
                async with process(command, settings | {"ATTENDANCE_DATABASE_URL": url}, port) as serving:
                    starts[both].append(time.perf_counter() - started)
                    memory[both].append(resident_mib(serving.pid))
    seconds = {both: statistics.median(found) for both, found in starts.items()}
    mib = {both: statistics.median(found) for both, found in memory.items()}
    added = f"{(seconds[True] - seconds[False]) * 1000:.0f} ms, {mib[True] - mib[False]:.0f} MiB"
    figures = [f"{seconds[both]:.2f} s, {mib[both]:.0f} MiB" for both in (True, False)]
    return [
        Result("start and memory with Teams beside Slack", figures[0], f"{figures[1]} Slack alone", added, "", None)
    ]
