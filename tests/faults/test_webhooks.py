"""Three replicas call a receiver that fails, hangs and returns, and one of them dies meanwhile: every event arrives, in
order for each person, signed. `make webhook-test` does it with many more."""

from __future__ import annotations

import asyncio
import os
import random
import time
from collections import defaultdict
from collections.abc import AsyncIterator
from contextlib import AsyncExitStack, asynccontextmanager, suppress
from datetime import UTC, datetime, timedelta
from functools import partial
from ipaddress import ip_network

import pytest
from aiohttp import web

from bot.api.webhook_client import sender
from bot.attendance import recording
from bot.runtime.background_jobs import run_forever
from bot.runtime.services import Services
from bot.webhooks import deliveries
from storage.database import open_database
from storage.verify import SKEW_ALLOWED, verify
from tests.builders import OPERATOR, NobodyElse, caller, workplace
from tests.postgresql_server import TIMELESS, Server
from tests.receiver import Received, Receiver, is_genuine, receiving

LONG = os.environ.get("WEBHOOKS") == "long"
PEOPLE = [f"U0P{number}" for number in range(60 if LONG else 12)]
SHIFTS = 40 if LONG else 6
REPLICAS = 3
LOOPBACK = (ip_network("127.0.0.0/8"),)
FAST = 120  # a minute's pause lasts half a second


def fast_clock() -> datetime:
    return START + timedelta(seconds=FAST * (time.monotonic() - BEGAN))


START, BEGAN = datetime(2026, 11, 23, 8, tzinfo=UTC), time.monotonic()


class Moody(Receiver):
    """Fails at first, then hangs, then takes most of what comes."""

    def __init__(self) -> None:
        super().__init__()
        self.chance = random.Random(7)
        self.answer = self.in_its_mood

    def in_its_mood(self, call: Received) -> web.StreamResponse | None:
        if len(self.came) <= 30:
            return web.Response(status=500)
        if self.hanging < 25:
            return None
        return web.Response(status=self.chance.choice([200, 200, 204, 503]))


@asynccontextmanager
async def replica(url: str) -> AsyncIterator[Services]:
    """What `attendance serve` does about webhooks, on connections of its own. Leaving the block is its death: nothing
    under way is finished."""
    async with AsyncExitStack() as stack:
        database = await open_database(url, clock=fast_clock, serving=True)
        stack.push_async_callback(database.close)
        services = Services(database, NobodyElse())
        send = await stack.enter_async_context(sender(LOOPBACK, fast_clock, timeout_seconds=0.3))
        call_due = partial(deliveries.call_due, services, send, None)
        calls = asyncio.create_task(run_forever("not-called", deliveries.with_due(services), call_due, 0.02))
        yield services
        calls.cancel()
        with suppress(asyncio.CancelledError):
            await calls


async def work(services: list[Services], user_id: str) -> list[str]:
    """Clocks in and out, each time through another replica. Returns what was done, in order, as receivers get it."""
    done = []
    for turn in range(SHIFTS):
        by = services[(turn + int(user_id[3:])) % len(services)]
        pair = (await recording.clock_in(by, caller(user_id), user_id)).pair
        done.append(f"attendance.clocked-in {pair.clock_in.id}")
        closed = (await recording.clock_out(by, caller(user_id), user_id)).pair
        assert closed.clock_out is not None
        done.append(f"attendance.clocked-out {closed.clock_out.id}")
    return done


def told_of(call: Received) -> str:
    return f"{call.told['type']} {call.told['attendanceEvents'][-1]['id']}"


async def test_every_event_arrives_in_order_for_each_person_whatever_the_receiver_and_a_replica_do(
    postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.verify.SKEW_ALLOWED", FAST * SKEW_ALLOWED)
    url = postgresql.url(postgresql.database(TIMELESS))
    async with AsyncExitStack() as stack:
        receiver = await stack.enter_async_context(receiving(Moody()))
        dying = await stack.enter_async_context(AsyncExitStack())
        doomed = await dying.enter_async_context(replica(url))
        lasting = [await stack.enter_async_context(replica(url)) for _ in range(REPLICAS - 1)]
        await workplace(doomed.database, dict.fromkeys(PEOPLE, "UTC"))
        _, secret = await deliveries.add(doomed, OPERATOR, receiver.address, may_reach=LOOPBACK, sealer=None)

        done = dict(zip(PEOPLE, await asyncio.gather(*(work([doomed, *lasting], one) for one in PEOPLE)), strict=True))
        await receiver.until(lambda: receiver.hanging > 10, seconds=30)
        await dying.aclose()  # with calls of its own left hanging

        expected = {event for events in done.values() for event in events}
        await receiver.until(
            lambda: {told_of(call) for call in receiver.taken} == expected, seconds=600 if LONG else 60
        )
        faults = await lasting[0].database.read(lambda tx: list(verify(tx.connection)))

    arrived: dict[str, list[str]] = defaultdict(list)
    for call in receiver.taken:
        if told_of(call) not in arrived[call.person]:
            arrived[call.person].append(told_of(call))
    assert arrived == done
    assert all(is_genuine(secret, call.headers, call.body) for call in receiver.came)
    ids = {told_of(call): call.told["id"] for call in receiver.came}
    assert {(told_of(call), call.told["id"]) for call in receiver.came} == set(ids.items()), "an event keeps its id"
    assert receiver.hanging >= 25
    assert faults == []
    print(
        f"\n{len(expected)} events of {len(PEOPLE)} people, {REPLICAS} replicas: {len(receiver.came)} calls, "
        f"{receiver.hanging} of them left hanging, {len(receiver.taken)} taken, "
        f"{len(receiver.taken) - len(expected)} of them twice"
    )
