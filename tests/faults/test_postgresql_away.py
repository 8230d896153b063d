"""A PostgreSQL that stops, crashes or cuts connections while the bot serves from it."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from tests.faults.conftest import BEN, CLIENTS, KEI, NORA, TRY_AGAIN_SOON, Day, at_work, token_of_an_admin
from tests.faults.findings import findings, listed_by
from tests.faults.load import load
from tests.faults.servers import start_again
from tests.postgresql_server import Server

FEW = CLIENTS[:10]


async def test_nothing_is_lost_and_service_resumes_without_help(
    own_server: Server, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    url = own_server.url(own_server.database())
    token = await token_of_an_admin(url)
    async with at_work(url, tmp_path, token) as day:
        for user_id in (KEI, NORA):
            assert (await day.type(user_id, "/attendance")).startswith("*You haven't clocked in today*")
        async with load([day.address], token, FEW) as journal:
            for go_away in (own_server.stop, lambda: own_server.stop("immediate"), own_server.kill):
                await asyncio.to_thread(go_away)
                refused = await day.until_it_refuses()
                await is_told_to_try_again(day)
                await asyncio.to_thread(start_again, own_server)
                assert (await day.record(refused)).status == 200
                await day.until_ready()
                monkeypatch.setattr("storage.postgresql.TRY_AGAIN_FOR_SECONDS", 0.5)  # once as it is will do
            assert (await day.clock_in(BEN, "ben")).status == 200
            assert (await day.type(KEI, "/clockin")).startswith("✅ *Clocked in at ")
        assert journal.unavailable > 0
        listed = await listed_by(day.address, token)
        in_slack = [event for event in listed if event["userId"] == KEI]
        assert len(in_slack) == 1
        journal.acknowledged |= day.told | {event["id"]: event for event in in_slack}
    assert not (await findings(journal, listed, url)).wrong


async def is_told_to_try_again(day: Day) -> None:
    """All at once, programs and people; nothing can be read either."""
    told, reply, looked, queried, ready = await asyncio.gather(
        day.type(KEI, "/clockin"),
        day.clock_in(BEN, "ben"),
        day.type(NORA, "/attendance"),
        day.query(),
        day.ready(),
    )
    assert told == looked == TRY_AGAIN_SOON
    assert (reply.status, reply.code) == (503, "unavailable")
    assert (queried.status, queried.code) == (503, "unavailable")
    assert ready[0] == 503


async def test_connections_cut_in_mid_transaction_lose_nothing_and_double_nothing(
    postgresql: Server, tmp_path: Path
) -> None:
    database = postgresql.database()
    url = postgresql.url(database)
    token = await token_of_an_admin(url)

    def cut_some() -> int:
        with postgresql.connected(database) as connection:
            ended = connection.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE application_name = 'attendance-bot' AND datname = current_database() AND random() < 0.1"
            ).fetchone()
        assert ended is not None
        return int(str(ended[0]))

    async with at_work(url, tmp_path, token) as day:
        async with load([day.address], token, FEW) as journal:
            cut = seen = 0
            while cut < 30 or len(journal.acknowledged) < 150:
                if len(journal.acknowledged) > seen:  # cut by the clock, a busy machine has no time for a transaction
                    seen = len(journal.acknowledged)
                    cut += await asyncio.to_thread(cut_some)
                await asyncio.sleep(0.005)
        listed = await listed_by(day.address, token)
    assert not (await findings(journal, listed, url)).wrong
