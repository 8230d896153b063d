"""Everything at once: replicas are killed, PostgreSQL crashes, Slack's API is limited, slow and fails, one clock is
wrong, and people go on.

`make chaos` does it for five minutes with 200 people; CHAOS_SECONDS says otherwise.
"""

from __future__ import annotations

import asyncio
import os
import random
import time
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks.serving import LATENCY_SECONDS, prepare
from bot.practice.limits import Limits
from bot.practice.model import Fault
from bot.practice.people import Member
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from tests.command_line import environment_of
from tests.conftest import WORKSPACE
from tests.faults.findings import findings, listed_by
from tests.faults.load import Event, Journal, load
from tests.faults.replicas import Replica
from tests.faults.servers import crash
from tests.faults.slack_load import Balancer, Told, typing, user_ids
from tests.postgresql_server import Server

SECONDS = float(os.environ.get("CHAOS_SECONDS") or 6)
PEOPLE = int(os.environ.get("CHAOS_PEOPLE") or (200 if SECONDS >= 60 else 40))
PAUSE_SECONDS = PEOPLE / 100  # so that two cores keep up with so many
METHODS = ("users.info", "auth.test", "chat.postMessage", "views.publish")


async def test_each_acknowledged_event_is_stored_once_whatever_fails(tmp_path: Path, own_server: Server) -> None:
    typists = list(user_ids(PEOPLE // 2))
    members = [Member(user_id, user_id.lower(), user_id.title(), "Etc/UTC") for user_id in typists]
    workspace = Workspace(bot_url="", team_id=WORKSPACE, members=members)
    database_url = own_server.url(own_server.database())
    ready = await prepare(database_url, PEOPLE // 2, workspace, typists)
    workspace.limits, workspace.latency = Limits(), LATENCY_SECONDS
    programs = [f"U0BENCH{n}" for n in range(PEOPLE // 2)]
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(serve(workspace))
        environment = environment_of(workspace, slack, tmp_path) | {"ATTENDANCE_DATABASE_URL": database_url}
        modules = ("bot", "bot", "tests.faults.two_minutes_off")
        replicas = [Replica(environment, tmp_path, module) for module in modules]
        for replica in replicas:
            stack.push_async_callback(replica.kill)
        await asyncio.gather(*(replica.start() for replica in replicas))
        balancer = await stack.enter_async_context(Balancer([one.address for one in replicas]).looking())
        async with (
            typing(balancer, workspace, typists, pause=PAUSE_SECONDS) as told,
            load(balancer, ready.token, programs, pause=PAUSE_SECONDS) as journal,
        ):
            kills, crashes, faults = await mischief(replicas, own_server, workspace, SECONDS)
        listed = await listed_by(replicas[0].address, ready.token)
    wrong_counts = heard_of(listed, told, journal)
    found = await findings(journal, listed, database_url)
    print(
        f"\nChaos, {SECONDS:g} s, {PEOPLE} people, 3 replicas (one 2 minutes ahead): {kills} kills, "
        f"{crashes} crashes of PostgreSQL, {faults} faults of Slack's API.\n  Slack: {told}.\n  API: {found}."
    )
    assert not found.wrong
    assert not wrong_counts
    assert not told.contradictions
    assert not told.unanswered
    assert len(told.waits) > PEOPLE / 2
    assert found.acknowledged > PEOPLE


async def mischief(
    replicas: list[Replica], server: Server, workspace: Workspace, seconds: float
) -> tuple[int, int, int]:
    """Breaks one thing after the other; how many replicas were killed, crashes there were, and faults of Slack's."""
    end = time.monotonic() + seconds
    kills = crashes = faults = 0
    while time.monotonic() < end:
        name = random.choice(METHODS)
        status, retry_after = random.choice(((429, 1), (500, None)))
        workspace.faults[name] = Fault(status=status, retry_after=retry_after, times=random.randrange(1, 30))
        faults += 1
        await asyncio.sleep(random.uniform(0.2, min(4.0, seconds / 4)))
        replica = random.choice(replicas)
        await replica.kill()
        kills += 1
        if kills % 5 == 1:
            await asyncio.to_thread(crash, server)
            crashes += 1
        await replica.start()
    workspace.faults.clear()
    return kills, crashes, faults


def heard_of(listed: list[Event], told: Told, journal: Journal) -> list[str]:
    """Whose events are not as many as they were told. Slack shows people no ids: the journal has them from here on."""
    wrong = []
    theirs: dict[str, list[Event]] = {}
    for event in listed:
        theirs.setdefault(event["userId"], []).append(event)
    for user_id in told.ins | told.outs:
        events = theirs.get(user_id, [])
        ins = sum(event["type"] == "CLOCK-IN" for event in events)
        if (ins, len(events) - ins) != (told.ins[user_id], told.outs[user_id]):
            wrong.append(f"{user_id} was told of {told.ins[user_id]} in, {told.outs[user_id]} out, and has {events}")
        journal.acknowledged |= {event["id"]: event for event in events}
    return wrong
