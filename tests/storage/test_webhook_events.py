"""An event is one row of the outbox until it is spread over the webhooks; on both engines."""

from __future__ import annotations

import asyncio
import json
from collections import Counter
from datetime import timedelta
from itertools import pairwise
from typing import Any

import pytest

from bot.attendance import batches, changing, erasure, recording
from bot.attendance.recording import NewRecord
from bot.attendance.wanted_records import Wanted
from bot.runtime.services import Services
from bot.webhooks import deliveries
from storage import webhook_events
from storage.database import Transaction
from tests.builders import OPERATOR, caller, utc
from tests.conftest import WORKSPACE
from tests.storage.raw import Raw
from tests.storage.test_webhooks import ANA, BEN, Elsewhere, add, call_all, spread

CALLS = "outbox WHERE kind = 'webhook'"


async def add_records(services: Services, number: int) -> None:
    """A batch: of Ana and Ben in turn, a day later each time, with comments."""
    starts = [utc("2026-06-01T08:00") + timedelta(days=day) for day in range(number)]
    rows = [
        NewRecord((ANA, BEN)[start.toordinal() % 2], start, start + timedelta(hours=8), in_comment="früh")
        for start in starts
    ]
    await batches.add_all(services, OPERATOR, rows)


def calls_about(raw: Raw, user_id: str) -> list[dict[str, Any]]:
    """The records that wait, in their order."""
    query = f"SELECT facts FROM {CALLS} AND ordering_key = ? ORDER BY number"
    return [json.loads(facts)["pair"] for (facts,) in raw.execute(query, [user_id]).fetchall()]


async def test_an_event_is_one_row_until_it_is_spread_over_the_webhooks_in_small_commits(
    services: Services, raw: Raw
) -> None:
    for _ in range(8):
        await add(services)
    await add_records(services, 20)
    counts = [raw.count(CALLS)]
    while await spread(services):
        counts.append(raw.count(CALLS))
    assert counts[0] == 20
    assert max(later - earlier for earlier, later in pairwise(counts)) <= webhook_events.MOST_CALLS
    assert raw.count(CALLS) == 20 * 8
    send = Elsewhere()
    await call_all(services, send)
    assert set(Counter((where, whose) for where, whose, _ in send.taken).values()) == {10}


async def test_an_event_goes_to_the_webhooks_of_its_time(services: Services) -> None:
    """Though it is spread later, and the clock stood still."""
    stays, goes = await add(services), await add(services)
    await recording.clock_in(services, caller(ANA), ANA)
    comes = await add(services)
    await recording.clock_in(services, caller(BEN), BEN)
    assert await deliveries.log_of(services, OPERATOR, None, 10) == []
    await deliveries.remove(services, OPERATOR, goes)
    send = Elsewhere()
    await call_all(services, send)
    assert sorted(send.taken) == sorted((*who, "clocked-in") for who in [(stays, ANA), (stays, BEN), (comes, BEN)])


async def test_replicas_that_spread_at_once_spread_each_event_once_and_in_its_place(
    services: Services, raw: Raw
) -> None:
    await add(services)
    await add_records(services, 120)
    while any(await asyncio.gather(*(spread(services) for _ in range(4)))):
        pass
    for user_id in (ANA, BEN):
        days = [pair["work_date"] for pair in calls_about(raw, user_id)]
        assert len(days) == 60
        assert days == sorted(days)
    assert raw.count(f"{CALLS} AND recipient = 'all'") == 0


async def test_a_comment_that_is_erased_while_an_event_waits_is_sent_to_nobody(services: Services, raw: Raw) -> None:
    await add(services)
    await add_records(services, 2)
    await erasure.erase_person(services, OPERATOR, ANA)
    await spread(services)
    comments = [pair["in_comment"] for user_id in (ANA, BEN) for pair in calls_about(raw, user_id)]
    assert comments == [None, "früh"]


async def test_erasing_takes_both_comments_out_of_a_call_about_a_change(services: Services, raw: Raw) -> None:
    await add(services)
    start = utc("2026-06-01T08:00")
    new = NewRecord(ANA, start, start + timedelta(hours=8), in_comment="früh")
    pair = (await recording.record(services, OPERATOR, new)).pair
    await changing.change(services, OPERATOR, pair.clock_in.id, Wanted(in_comment="spät"), "the wrong comment")
    await erasure.erase_person(services, OPERATOR, ANA)
    created, changed = (json.loads(facts) for (facts,) in raw.execute(f"SELECT facts FROM {CALLS} ORDER BY number"))
    assert created["pair"]["in_comment"] is None
    assert (changed["pair"]["in_comment"], changed["before"]["in_comment"]) == (None, None)


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_spreading_finds_its_rows_by_their_keys_however_many_wait(services: Services) -> None:
    """Two thousand waiting calls of a person once made each portion slower than the one before."""
    await add(services)
    await add_records(services, 2)

    def plans(tx: Transaction) -> list[str]:
        asked: list[str] = []
        driver: Any = tx.connection.connection.dbapi_connection
        driver.set_trace_callback(asked.append)
        webhook_events.spread(tx.connection, WORKSPACE)
        driver.set_trace_callback(None)
        of_outbox = [one for one in asked if "outbox" in one and not one.startswith("--")]
        return [str(tx.connection.exec_driver_sql(f"EXPLAIN QUERY PLAN {one}").all()) for one in of_outbox]

    found = await services.database.write(plans)
    _, last, _, *ended = found
    by_key = "INDEX sqlite_autoindex_outbox_1 (workspace_id=? AND message_id=? AND recipient=?)"
    assert by_key in last
    assert "outbox_by_number (workspace_id=? AND ordering_key=? AND recipient=?)" in last
    assert ended
    assert all(by_key in plan for plan in ended), ended
