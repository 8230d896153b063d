"""`/clockin` answered with its result, one at a time, against a bare Bolt acknowledgement.

Both run as processes of their own and take the same signed request over a kept connection, turn by turn.
"""

from __future__ import annotations

import asyncio
import json
import statistics
import sys
import time
from http.client import HTTPConnection
from pathlib import Path
from urllib.parse import urlencode

from benchmarks.results import Result, at_most
from benchmarks.serving import free_port, process, replicas, slack
from bot.practice.people import Member
from bot.practice.workspace import Workspace

PEOPLE = 20
ROUNDS = 60
WARM_UP = 5


async def measure(folder: Path) -> Result:
    """The medians of 1,200 clock-ins and as many bare acknowledgements."""
    members = [Member(f"U0BENCH{n}", f"bench{n}", f"Bench {n}", "Europe/Berlin") for n in range(PEOPLE)]
    workspace = Workspace(bot_url="", members=members)
    bare_port = free_port()
    bare = [sys.executable, "-m", "benchmarks.bare_bolt", workspace.signing_secret, str(bare_port)]
    async with (
        slack(workspace) as settings,
        replicas(f"sqlite:///{folder}/clockin.db", settings) as (bot_port,),
        process(bare, {}, bare_port),
    ):
        return await asyncio.to_thread(_take_turns, workspace, list(workspace.members), bot_port, bare_port)


def _take_turns(workspace: Workspace, user_ids: list[str], bot_port: int, bare_port: int) -> Result:
    bot, bare = HTTPConnection("127.0.0.1", bot_port), HTTPConnection("127.0.0.1", bare_port)
    times: dict[str, list[float]] = {"bot": [], "bare": []}
    for turn in range(WARM_UP + ROUNDS):
        for user_id in user_ids:
            bare_seconds, _ = _send(workspace, bare, user_id, "/clockin")
            bot_seconds, answer = _send(workspace, bot, user_id, "/clockin")
            if not answer.get("text", "").startswith("✅ *Clocked in at "):
                raise RuntimeError(f"not clocked in: {answer}")
            _send(workspace, bot, user_id, "/clockout")
            if turn >= WARM_UP:
                times["bot"].append(bot_seconds)
                times["bare"].append(bare_seconds)
    medians = {name: statistics.median(found) for name, found in times.items()}
    ours, floor = (medians["bot"], ""), (medians["bare"], "bare Bolt acknowledgement")
    return at_most("`/clockin` answered with its result, one at a time", ours, floor, 3)


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
