"""Replicas restarted one after the other under load: nobody meets a closed door, and nothing is lost."""

from __future__ import annotations

import asyncio
from contextlib import AsyncExitStack
from pathlib import Path

from benchmarks.serving import prepare
from bot.practice.people import Member
from bot.practice.server import serve
from bot.practice.workspace import Workspace
from tests.command_line import environment_of
from tests.conftest import WORKSPACE
from tests.faults.findings import findings, listed_by
from tests.faults.load import load
from tests.faults.replicas import Replica
from tests.faults.slack_load import Balancer, typing, user_ids
from tests.faults.test_chaos import heard_of
from tests.postgresql_server import Server

PEOPLE = 5  # and as many programs; twice as many overload a slow machine beside other tests
MUST_END_WITHIN_SECONDS = 10.0


async def test_replicas_restarted_one_by_one_under_load_answer_everything_at_the_first_try(
    tmp_path: Path, postgresql: Server
) -> None:
    typists = list(user_ids(PEOPLE))
    members = [Member(user_id, user_id.lower(), user_id.title(), "Etc/UTC") for user_id in typists]
    workspace = Workspace(bot_url="", team_id=WORKSPACE, members=members)
    database_url = postgresql.url(postgresql.database())
    ready = await prepare(database_url, PEOPLE, workspace)
    programs = [f"U0BENCH{n}" for n in range(PEOPLE)]
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(serve(workspace))
        environment = environment_of(workspace, slack, tmp_path) | {"ATTENDANCE_DATABASE_URL": database_url}
        replicas = [Replica(environment, tmp_path) for _ in range(2)]
        for replica in replicas:
            stack.push_async_callback(replica.kill)
        await asyncio.gather(*(replica.start() for replica in replicas))
        balancer = await stack.enter_async_context(Balancer([one.address for one in replicas]).looking())
        async with (
            typing(balancer, workspace, typists, pause=0.1) as told,
            load(balancer, ready.token, programs, pause=0.1) as journal,
        ):
            ended_within = [await restarted(replica, balancer) for replica in replicas]
        listed = await listed_by(replicas[0].address, ready.token)
    wrong_counts = heard_of(listed, told, journal)
    found = await findings(journal, listed, database_url)
    ends = ", ".join(f"{seconds:.1f} s" for seconds in ended_within)
    print(f"\nRolling restart of 2 replicas, ended within {ends}.\n  Slack: {told}.\n  API: {found}.")
    assert not found.wrong
    assert not wrong_counts
    assert (found.lost, journal.refused, told.failed_tries, told.left_waiting) == (0, 0, 0, 0)
    assert not told.contradictions
    assert not told.unanswered
    assert max(ended_within) < MUST_END_WITHIN_SECONDS
    assert len(told.waits) > PEOPLE
    assert found.acknowledged > PEOPLE


async def restarted(replica: Replica, balancer: Balancer) -> float:
    """Stops it, and starts it again; how long it took to end. Returns once people are sent there."""
    took = await replica.stop()
    await replica.start()
    await balancer.until_it_sends_to(replica.address)
    return took
