"""Many records at once: each written or refused on its own, or all of them, or none."""

from __future__ import annotations

import asyncio
import tracemalloc
from collections import Counter
from typing import Any
from urllib.parse import urlsplit

import pytest

from bot.api import batch
from bot.api.batch import MOST_WAITING
from bot.api.bodies import arrived
from bot.attendance import batches
from bot.permissions import Caller
from bot.practice.model import Call, Fault
from bot.runtime.services import Services
from storage import audit, prepared, verify
from storage.database import Database
from storage.errors import Unavailable
from tests.api.conftest import ANA, BEN, KEYS, MARCO, Client, Reply, on_sqlite
from tests.conftest import WORKSPACE, RunningBot

PATH = "/attendance-events/batch"


def record(user_id: str = ANA, day: str = "2026-11-20", **more: Any) -> dict[str, Any]:
    return {
        "userId": user_id,
        "date": day,
        "clockInTimestampUtc": f"{day}T08:00:00",
        "clockOutTimestampUtc": f"{day}T16:00:00",
    } | more


async def send(api: Client, *records: Any, who: str = "admin", key: str | None = None, **more: Any) -> Reply:
    headers = {"Idempotency-Key": key} if key else {}
    return await api.call("POST", PATH, who=who, json={"records": list(records), **more}, headers=headers)


MIXED = (
    record(),
    record(clockInTimestampUtc="2026-11-20T09:00:00"),
    record("U0NOBODY"),
    record(officeId="nowhere"),
    {"userId": ANA},
    record(BEN, clockOutTimestampUtc="2026-11-20T07:00:00"),
    record("U0GUS"),
    record(BEN),
)
CODES = [None, "overlap", "unknown-user", "unknown-office", *["invalid-parameter"] * 2, "forbidden", None]


async def test_each_record_is_answered_in_its_place(api: Client) -> None:
    reply = await send(api, *MIXED)
    assert (reply.status, reply.body["created"], reply.body["refused"]) == (200, 2, 6)
    results = reply.body["results"]
    assert [result.get("code") for result in results] == CODES
    assert [result["status"] for result in results] == [200, 409, 404, 404, 400, 400, 403, 200]
    assert results[1]["conflictingEventId"] == results[0]["clockIn"]["id"]
    assert [fault["parameter"] for fault in results[5]["errors"]] == ["clockInTimestampUtc", "clockOutTimestampUtc"]
    assert tuple(results[0]["clockIn"]) == tuple(KEYS)
    written = [result[half] for result in results if "clockIn" in result for half in ("clockIn", "clockOut")]
    assert sorted((await api.query()).body, key=str) == sorted(written, key=str)


async def test_all_or_nothing_writes_nothing_if_one_is_refused(api: Client, behind: Database) -> None:
    reply = await send(api, *MIXED, allOrNothing=True)
    assert (reply.status, reply.code) == (409, "batch-refused")
    assert [result and result["code"] for result in reply.body["results"]] == CODES
    assert reply.body["results"][1]["conflictingEventId"] is None, "what was not written can't be looked up"
    assert (await api.query()).body == []
    entries = await behind.read(lambda tx: list(audit.entries(tx.connection)))
    assert [entry for entry in entries if entry.via == "api"] == []
    assert (await send(api, record(), record(BEN), allOrNothing=True)).body["created"] == 2


@pytest.mark.parametrize("values", [prepared.MOST_VALUES, 50])
async def test_a_batch_has_the_same_traces_as_its_records_one_by_one(
    api: Client, behind: Database, monkeypatch: pytest.MonkeyPatch, values: int
) -> None:
    monkeypatch.setattr(prepared, "MOST_VALUES", values)
    await send(api, record(), record(day="2026-11-19"), record(BEN))
    entries = await behind.read(lambda tx: [e for e in audit.entries(tx.connection) if e.action == "create"])
    assert [(entry.actor, entry.via) for entry in entries] == [("U0ADA", "api")] * 3
    assert await behind.read(lambda tx: list(verify.verify(tx.connection))) == []


async def test_a_key_makes_a_batch_happen_once(api: Client) -> None:
    first = await send(api, *MIXED, key="k1")
    again = await send(api, *MIXED, key="k1")
    assert (again.body, again.headers["Idempotency-Replayed"]) == (first.body, "true")
    assert len((await api.query()).body) == 4
    assert (await send(api, *MIXED[:-1], key="k1")).code == "idempotency-key-reused"
    assert (await send(api, *MIXED, key="k1", allOrNothing=True)).code == "idempotency-key-reused"


async def test_a_batch_has_at_most_a_thousand_records(api: Client) -> None:
    days = [
        f"20{year:02}-{month:02}-{day:02}" for year in range(23, 26) for month in range(1, 13) for day in range(1, 29)
    ]
    thousand = [record(day=day) for day in days[:1000]]
    assert (await send(api, *thousand)).body["created"] == 1000
    reply = await send(api, *thousand, record())
    assert (reply.status, reply.faults) == (400, {"records": "has more than 1,000 records"})


@on_sqlite
async def test_a_malformed_batch_is_refused(api: Client) -> None:
    refused: list[tuple[dict[str, Any], dict[str, str]]] = [
        ({}, {"records": "is missing"}),
        ({"records": []}, {"records": "is empty"}),
        ({"records": {}}, {"records": "must be an array"}),
        ({"records": [record(), 7]}, {"records.1": "must be an object"}),
        ({"records": [record()], "allOrNothing": "yes"}, {"allOrNothing": "must be true or false"}),
    ]
    for body, faults in refused:
        reply = await api.call("POST", PATH, json=body)
        assert (reply.status, reply.faults) == (400, faults)
    assert (await api.query()).body == []


@on_sqlite
async def test_a_name_twice_in_an_object_is_refused(api: Client) -> None:
    twice = f'{{"userId": "{ANA}", "userId": "{BEN}"}}'
    kind = {"Content-Type": "application/json"}
    reply = await api.call("POST", "/attendance-events/clock-in", data=twice, headers=kind)
    assert reply.faults == {"userId": "was sent more than once"}
    reply = await api.call("POST", PATH, data=f'{{"records": [{twice}]}}', headers=kind)
    (result,) = reply.body["results"]
    assert {"parameter": "userId", "reason": "was sent more than once"} in result["errors"]


async def test_a_stranger_is_looked_up_once_and_only_by_those_who_may(api: Client, bot: RunningBot) -> None:
    days = [record("U0KEI", f"2026-11-{day}") for day in (16, 17, 18)]
    reply = await send(api, *days, who="manager")
    assert [result["code"] for result in reply.body["results"]] == ["forbidden"] * 3
    looked_up = Call("users.info", {"user": "U0KEI", "include_locale": "1"})
    assert bot.workspace.calls.count(looked_up) == 0
    assert (await send(api, *days)).body["created"] == 3
    assert bot.workspace.calls.count(looked_up) == 1


async def test_while_slack_is_away_only_records_of_strangers_are_refused(api: Client, bot: RunningBot) -> None:
    bot.workspace.faults["users.info"] = Fault(error="internal_error")
    reply = await send(api, record(MARCO), record("U0KEI"))
    assert [result["status"] for result in reply.body["results"]] == [200, 503]


async def test_a_record_refused_while_slack_was_away_can_be_sent_again_under_its_key(
    api: Client, bot: RunningBot
) -> None:
    bot.workspace.faults["users.info"] = Fault(error="internal_error")
    first = await send(api, record(), record("U0KEI"), key="k1")
    assert [result["status"] for result in first.body["results"]] == [200, 503]
    bot.workspace.faults.clear()
    again = await send(api, record(), record("U0KEI"), key="k1")
    assert [result["status"] for result in again.body["results"]] == [409, 200]
    assert again.body["results"][0]["conflictingEventId"] == first.body["results"][0]["clockIn"]["id"]
    replayed = await send(api, record(), record("U0KEI"), key="k1")
    assert (replayed.body, replayed.headers["Idempotency-Replayed"]) == (again.body, "true")


async def test_a_ledger_that_can_not_be_written_to_is_unavailable_to_a_batch_with_strangers(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def away(*asked: Any) -> None:
        raise Unavailable("locked")

    monkeypatch.setattr(batches, "look_up_profile", away)
    reply = await send(api, record(), record("U0KEI"), record("U0NOBODY"))
    assert (reply.status, reply.code) == (503, "unavailable")


async def test_batches_that_arrive_slowly_hold_up_nobody(api: Client) -> None:
    address = urlsplit(api.address)
    slow = []
    for _ in range(10):
        reader, writer = await asyncio.open_connection(address.hostname, address.port)
        head = [f"POST {PATH} HTTP/1.1", "Host: bot", f"gd-api-token: {api.tokens['admin']}", "Content-Length: 1000"]
        writer.write("\r\n".join([*head, "Content-Type: application/json", "", '{"records": [']).encode())
        await writer.drain()
        slow.append((reader, writer))
    async with asyncio.timeout(20):
        assert (await send(api, record("U0OTHER"), who="stranger")).body["created"] == 1
        assert (await send(api, record())).body["created"] == 1
    for _, writer in slow:
        writer.close()


async def test_a_workspaces_batches_wait_for_each_other_and_delay_no_other_workspaces(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "RESTS", 0)
    begun, go_on, at_once, most = asyncio.Event(), asyncio.Event(), Counter[str](), Counter[str]()
    add_all = batches.add_all

    async def slowly(services: Services, caller: Caller, *asked: Any, **how: Any) -> batches.Added:
        whose = caller.workspace_id
        at_once[whose] += 1
        most[whose] = max(most[whose], at_once[whose])
        begun.set()
        if whose == WORKSPACE:
            await go_on.wait()
        added = await add_all(services, caller, *asked, **how)
        at_once[whose] -= 1
        return added

    monkeypatch.setattr(batches, "add_all", slowly)
    days = [f"2026-11-{day:02}" for day in range(1, 22)]
    sent = [asyncio.create_task(send(api, record(day=day))) for day in days]
    await begun.wait()
    async with asyncio.timeout(20):
        assert (await send(api, record("U0OTHER"), who="stranger")).body["created"] == 1
    go_on.set()
    replies = await asyncio.gather(*sent)
    assert most == {WORKSPACE: 1, "T0OTHER": 1}
    assert {reply.status for reply in replies} <= {200, 429}
    refused = [reply for reply in replies if reply.status == 429]
    assert all((reply.code, reply.headers["Retry-After"]) == ("rate-limited", "5") for reply in refused)
    assert len(replies) - len(refused) > MOST_WAITING


async def test_after_a_batch_its_workspace_waits_for_many_times_as_long_where_others_write_too(
    api: Client, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(batch, "WAITS_FOR_SECONDS", 0.01)
    assert [(await send(api, record(day=day))).status for day in ("2026-11-17", "2026-11-18")] == [200, 200]
    assert (await send(api, record("U0OTHER"), who="stranger")).status == 200
    monkeypatch.setattr(batch, "RESTS", 1_000_000)
    whole = await send(api, record(day="2026-11-19"), record(day="2026-11-19"), allOrNothing=True)
    refused = await send(api, record(day="2026-11-20"))
    assert (whole.code, refused.code, refused.headers["Retry-After"]) == ("batch-refused", "rate-limited", "5")
    assert (await send(api, record("U0OTHER", "2026-11-19"), who="stranger")).status == 200


async def test_batches_that_wait_hold_no_more_than_their_bytes(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    begun, go_on, waiting, have_arrived = asyncio.Event(), asyncio.Event(), 5, asyncio.Event()
    bodies: list[bytes] = []
    add_all = batches.add_all

    async def slowly(*asked: Any, **how: Any) -> batches.Added:
        begun.set()
        await go_on.wait()
        return await add_all(*asked, **how)

    async def counted(*asked: Any) -> bytes:
        bodies.append(await arrived(*asked))
        if len(bodies) == waiting:
            have_arrived.set()
        return bodies[-1]

    monkeypatch.setattr(batches, "add_all", slowly)
    first = asyncio.create_task(send(api, record()))
    await begun.wait()
    monkeypatch.setattr(batch, "arrived", counted)
    tiny = b'{"records": [' + b",".join([b'{"a":0}'] * 130_000) + b"]}"
    headers = {"Content-Type": "application/json"}
    tracemalloc.start()
    try:
        others = [asyncio.create_task(api.call("POST", PATH, data=tiny, headers=headers)) for _ in range(waiting)]
        async with asyncio.timeout(20):
            await have_arrived.wait()
        await asyncio.sleep(0)
        now, _ = tracemalloc.get_traced_memory()
    finally:
        tracemalloc.stop()
    assert now < 4 * waiting * len(tiny)
    go_on.set()
    assert (await first).body["created"] == 1
    assert {reply.status for reply in await asyncio.gather(*others)} == {400}
