"""`kill -9` at random moments under load. `make kill-test` does it 200 times on SQLite and 50 on PostgreSQL."""

from __future__ import annotations

import asyncio
import os
import random
from collections.abc import Sequence
from contextlib import AsyncExitStack
from dataclasses import replace
from pathlib import Path

from bot.practice.server import serve
from bot.practice.workspace import Workspace
from tests.command_line import environment_of
from tests.conftest import WORKSPACE
from tests.faults.conftest import CLIENTS, MEMBERS, token_of_an_admin
from tests.faults.correcting_load import (
    CORRECTING_MEMBERS,
    correcting,
    corrections_are_asked,
    wrong_corrections,
)
from tests.faults.findings import Findings, findings, listed_by
from tests.faults.load import Journal, load
from tests.faults.replicas import Replica
from tests.faults.servers import crash
from tests.faults.signing_load import SIGNING_MEMBERS, signing, weeks_are_signed, wrong_signatures
from tests.postgresql_server import Server

LONG = os.environ.get("KILLS") == "long"


async def killed(
    database_url: str, folder: Path, *, times: int, module: str = "bot", replicas: int = 1, server: Server | None = None
) -> Findings:
    """Kills one of the replicas at a time, and in every fifth round (at least the last) the database server too."""
    token = await token_of_an_admin(database_url)
    await weeks_are_signed(database_url)
    made = await corrections_are_asked(database_url)
    workspace = Workspace(bot_url="", team_id=WORKSPACE, members=[*MEMBERS, *SIGNING_MEMBERS, *CORRECTING_MEMBERS])
    crash_every = min(times, 5)
    async with AsyncExitStack() as stack:
        slack = await stack.enter_async_context(serve(workspace))
        environment = environment_of(workspace, slack, folder) | {"ATTENDANCE_DATABASE_URL": database_url}
        started = [Replica(environment, folder, module) for _ in range(replicas)]
        for replica in started:
            stack.push_async_callback(replica.kill)
        await asyncio.gather(*(replica.start() for replica in started))
        addresses = [replica.address for replica in started]
        async with (
            load(addresses, token, CLIENTS) as journal,
            signing(addresses, token, workspace, journal) as signed,
            correcting(addresses, token, made, journal) as corrected,
        ):
            for round_ in range(1, times + 1):
                await one_round(started, journal, server if round_ % crash_every == 0 else None)
        listed = await listed_by(started[0].address, token)
    found = await findings(journal, listed, database_url)
    wrong = await wrong_signatures(signed, database_url)
    not_so = await wrong_corrections(corrected, database_url)
    return replace(
        found, signed=len(signed.signed), signatures=wrong, corrected=len(corrected.ended), corrections=not_so
    )


async def one_round(replicas: Sequence[Replica], journal: Journal, server: Server | None) -> None:
    """The random moment is counted in answers: on a slow machine, a server that lived for half a second would give
    none."""
    for _ in range(random.randrange(8 * len(CLIENTS))):
        await journal.answers.acquire()
    await asyncio.sleep(random.uniform(0, 0.02))
    replica = random.choice(replicas)
    await replica.kill()
    if server is not None:
        await asyncio.to_thread(crash, server)
    await replica.start()


async def test_a_killed_bot_on_sqlite_keeps_what_it_confirmed(tmp_path: Path) -> None:
    times = 200 if LONG else 3
    found = await killed(f"sqlite:///{tmp_path}/ledger.db", tmp_path, times=times)
    print(f"\nSQLite, {times} kills: {found}")
    assert not found.wrong
    assert found.acknowledged > 10 * times
    assert found.lost > times
    assert found.signed
    assert found.corrected


async def test_killed_replicas_and_a_crashing_postgresql_keep_what_they_confirmed(
    tmp_path: Path, own_server: Server
) -> None:
    times = 50 if LONG else 2
    database_url = own_server.url(own_server.database())
    found = await killed(database_url, tmp_path, times=times, replicas=3, server=own_server)
    print(f"\nPostgreSQL, {times} kills of one of 3 replicas, {times // min(times, 5)} crashes of the server: {found}")
    assert not found.wrong
    assert found.acknowledged > 10 * times
    assert found.lost > times
    assert found.signed
    assert found.corrected


async def test_a_server_that_answers_before_the_commit_is_found_out(tmp_path: Path) -> None:
    found = await killed(f"sqlite:///{tmp_path}/ledger.db", tmp_path, times=3, module="tests.faults.answers_early")
    print(f"\nAnswers before the commit, 3 kills: {found}")
    assert found.missing


async def test_a_server_that_ignores_keys_is_found_out(tmp_path: Path) -> None:
    found = await killed(f"sqlite:///{tmp_path}/ledger.db", tmp_path, times=1, module="tests.faults.forgets_keys")
    print(f"\nIgnores keys, 1 kill: {found}")
    assert found.doubled
    assert found.contradictions
