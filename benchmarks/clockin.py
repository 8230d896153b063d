"""`/clockin` answered with its result, one at a time, against a bare Bolt acknowledgement.

Both run as processes of their own and take the same signed request over a kept connection, turn by turn.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import statistics
import sys
import tempfile
import time
from collections.abc import AsyncIterator
from dataclasses import dataclass
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from bot.practice.people import Member
from bot.practice.server import serve
from bot.practice.workspace import Workspace

PEOPLE = 20
ROUNDS = 60
WARM_UP = 5


@dataclass(frozen=True, slots=True)
class Ratio:
    """A measurement beside its floor, both in seconds, and how many times the floor it may be."""

    name: str
    floor_name: str
    seconds: float
    floor_seconds: float
    goal: float

    @property
    def ratio(self) -> float:
        return self.seconds / self.floor_seconds


async def measure() -> Ratio:
    """The medians of 1,200 clock-ins and as many bare acknowledgements."""
    members = [Member(f"U0BENCH{n}", f"bench{n}", f"Bench {n}", "Europe/Berlin") for n in range(PEOPLE)]
    workspace = Workspace(bot_url="", members=members)
    async with serve(workspace) as slack, contextlib.AsyncExitStack() as stack:
        folder = stack.enter_context(
            tempfile.TemporaryDirectory(dir=Path.cwd())
        )  # the disk, not a file system in memory
        bot_port, bare_port = _free_port(), _free_port()
        environment = os.environ | {
            "ATTENDANCE_DATABASE_URL": f"sqlite:///{folder}/bench.db",
            "ATTENDANCE_PORT": str(bot_port),
            "SLACK_BOT_TOKEN": workspace.bot_token,
            "SLACK_SIGNING_SECRET": workspace.signing_secret,
            "SLACK_API_URL": f"{slack}/api/",
        }
        bare = [sys.executable, "-m", "benchmarks.bare_bolt", workspace.signing_secret, str(bare_port)]
        await stack.enter_async_context(_process([sys.executable, "-m", "bot", "serve"], environment, bot_port))
        await stack.enter_async_context(_process(bare, dict(os.environ), bare_port))
        return await asyncio.to_thread(_take_turns, workspace, list(workspace.members), bot_port, bare_port)


def _take_turns(workspace: Workspace, user_ids: list[str], bot_port: int, bare_port: int) -> Ratio:
    bot, bare = HTTPConnection("127.0.0.1", bot_port), HTTPConnection("127.0.0.1", bare_port)
    times: dict[str, list[float]] = {"bot": [], "bare": []}
    for turn in range(WARM_UP + ROUNDS):
        for user_id in user_ids:
            bare_seconds, _ = _send(workspace, bare, user_id, "/clockin")
            bot_seconds, answer = _send(workspace, bot, user_id, "/clockin")
            if not answer.get("text", "").startswith("In at "):
                raise RuntimeError(f"not clocked in: {answer}")
            _send(workspace, bot, user_id, "/clockout")
            if turn >= WARM_UP:
                times["bot"].append(bot_seconds)
                times["bare"].append(bare_seconds)
    medians = {name: statistics.median(found) for name, found in times.items()}
    return Ratio("/clockin answered with its result", "bare Bolt acknowledgement", medians["bot"], medians["bare"], 4.0)


def _send(workspace: Workspace, connection: HTTPConnection, user_id: str, command: str) -> tuple[float, dict[str, str]]:
    form = {
        "command": command,
        "text": "",
        "team_id": workspace.team_id,
        "user_id": user_id,
        "channel_id": "C0GENERAL",
        "response_url": "",
        "trigger_id": "1",
    }
    body = urlencode(form).encode()
    headers = {"Content-Type": "application/x-www-form-urlencoded"} | workspace.sign(body)
    started = time.perf_counter()
    connection.request("POST", "/slack/events", body, headers)
    response = connection.getresponse()
    text = response.read()
    seconds = time.perf_counter() - started
    if response.status != 200:
        raise RuntimeError(f"{command} got {response.status}")
    return seconds, json.loads(text) if text else {}


@contextlib.asynccontextmanager
async def _process(command: list[str], environment: dict[str, str], port: int) -> AsyncIterator[None]:
    process = await asyncio.create_subprocess_exec(
        *command, env=environment, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
    )
    try:
        await _until_it_listens(process, port)
        yield
    finally:
        if process.returncode is None:
            process.terminate()
        await process.wait()


async def _until_it_listens(process: asyncio.subprocess.Process, port: int) -> None:
    async with asyncio.timeout(30):
        while process.returncode is None:
            try:
                _, writer = await asyncio.open_connection("127.0.0.1", port)
            except OSError:
                await asyncio.sleep(0.05)
            else:
                writer.close()
                return
    raise RuntimeError("a server ended before it served")


def _free_port() -> int:
    with socket.socket() as chosen:
        chosen.bind(("127.0.0.1", 0))
        return int(chosen.getsockname()[1])
