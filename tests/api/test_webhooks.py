"""Webhooks as integrators use them: registered over the API, called over HTTP, checked by their signature."""

from __future__ import annotations

from collections.abc import AsyncIterator
from ipaddress import ip_network

import pytest

from bot.attendance import recording
from bot.attendance.undo import undo
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Services
from storage.database import Database
from tests.api.conftest import ADA, ANA, BEN, KEYS, Client
from tests.builders import NobodyElse
from tests.conftest import WORKSPACE, Clock
from tests.receiver import Receiver, is_genuine, receiving

OPERATOR = Caller(WORKSPACE, "cli:test", Via.CLI, Role.ADMIN)
LOOPBACK = (ip_network("127.0.0.0/8"),)


@pytest.fixture
def other_settings() -> dict[str, object]:
    return {"webhooks_may_reach": LOOPBACK}


@pytest.fixture
async def receiver() -> AsyncIterator[Receiver]:
    async with receiving() as opened:
        yield opened


async def register(api: Client, url: str, who: str = "admin") -> dict[str, str]:
    reply = await api.call("POST", "/webhooks", who=who, json={"url": url})
    assert reply.status == 200
    return dict(reply.body)


async def test_each_kind_of_event_arrives_signed_with_the_records_as_the_api_shows_them(
    api: Client, receiver: Receiver, behind: Database, clock: Clock
) -> None:
    made = await register(api, receiver.address)
    assert list(made) == ["id", "url", "createByUserId", "momentCreated", "secret"]
    clock_in = (await api.clock_in(comment="früh")).body
    clock.advance(hours=8)
    clock_out = (await api.clock_out()).body
    record = (await api.create(BEN)).body
    await api.delete(record["clockIn"]["id"])
    await recording.restore(Services(behind, NobodyElse()), OPERATOR, record["clockOut"]["id"])
    await receiver.until(lambda: len(receiver.taken) == 5)

    ana = [call.told for call in receiver.taken if call.person == ANA]
    ben = [call.told for call in receiver.taken if call.person == BEN]
    assert [told["type"] for told in ana] == ["attendance.clocked-in", "attendance.clocked-out"]
    assert [told["type"] for told in ben] == ["attendance.created", "attendance.deleted", "attendance.restored"]
    assert ana[0] == {
        "id": ana[0]["id"],
        "type": "attendance.clocked-in",
        "time": "2026-11-23T08:02:00.000000",
        "workspace": WORKSPACE,
        "attendanceEvents": [clock_in],
    }
    assert ana[1]["attendanceEvents"] == [clock_in | {"linkedAttendanceEventId": clock_out["id"]}, clock_out]
    both = [record["clockIn"], record["clockOut"]]
    created, deleted, restored = (told["attendanceEvents"] for told in ben)
    assert created == restored == both
    assert deleted == [
        event | {"momentDeleted": "2026-11-23T16:02:00.000000", "deletedByUserId": ADA} for event in both
    ]
    assert all(list(event)[: len(KEYS)] == KEYS for told in ana + ben for event in told["attendanceEvents"])
    assert len({told["id"] for told in ana + ben}) == 5
    for call in receiver.taken:
        assert call.headers["Webhook-Id"] == call.told["id"]
        assert is_genuine(made["secret"], call.headers, call.body)
        assert not is_genuine(made["secret"], call.headers, call.body + b" ")
        later = dict(call.headers) | {"Webhook-Timestamp": str(int(call.headers["Webhook-Timestamp"]) + 1)}
        assert not is_genuine(made["secret"], later, call.body)


async def test_an_undone_clock_out_is_sent_as_a_deleted_record_and_a_new_clock_in(
    api: Client, receiver: Receiver, behind: Database, clock: Clock
) -> None:
    await register(api, receiver.address)
    services, ana = Services(behind, NobodyElse()), Caller(WORKSPACE, ANA, Via.SLACK)
    came = (await recording.clock_in(services, ana, ANA)).pair.clock_in
    clock.advance(hours=3)
    left = (await recording.clock_out(services, ana, ANA)).pair.clock_out
    assert left is not None
    undone = await undo(services, ana, left.id)
    assert undone.reopened is not None
    await receiver.until(lambda: len(receiver.taken) == 4)

    *_, deleted, opened = (call.told for call in receiver.taken)
    assert (deleted["type"], opened["type"]) == ("attendance.deleted", "attendance.clocked-in")
    assert [event["id"] for event in deleted["attendanceEvents"]] == [came.id, left.id]
    (event,) = opened["attendanceEvents"]
    assert event["id"] == undone.reopened.clock_in.id
    assert event["timestamp"] == event["momentCreated"] == "2026-11-23T08:02:00.000000"


async def test_webhooks_are_listed_without_their_secrets_and_removed(api: Client, receiver: Receiver) -> None:
    made = await register(api, receiver.address)
    listed = await api.call("GET", "/2.0/webhooks")
    assert listed.body == [{name: made[name] for name in ("id", "url", "createByUserId", "momentCreated")}]
    removed = await api.call("DELETE", f"/webhooks/{made['id']}")
    assert (removed.status, removed.body) == (200, "Ok")
    assert (await api.call("GET", "/webhooks")).body == []
    again = await api.call("DELETE", f"/webhooks/{made['id']}")
    assert (again.status, again.code) == (404, "unknown-webhook")


async def test_an_address_that_can_not_be_called_is_refused_and_a_malformed_id_is_unknown(api: Client) -> None:
    for body, reason in (
        ({}, "is missing"),
        ({"url": 7}, "must be a string"),
        ({"url": "https://10.0.0.1/"}, "is in a private network"),
        ({"url": "x" * 3000}, "String should have at most 2000 characters"),
        ({"url": "https://\x00/"}, "isn't a web address"),
        ({"url": "https://\ud800/"}, "Input should be a valid string"),
    ):
        reply = await api.call("POST", "/webhooks", json=body)
        assert (reply.status, reply.code) == (400, "invalid-parameter")
        assert reply.faults["url"].startswith(reason)
    for webhook_id in ("%00", "%FF", "a%0Ab", "é", "01", "x" * 500):
        reply = await api.call("DELETE", f"/webhooks/{webhook_id}")
        assert (reply.status, reply.code) == (404, "unknown-webhook")


async def test_only_admins_of_the_workspace_reach_its_webhooks(api: Client, receiver: Receiver) -> None:
    made = await register(api, receiver.address)
    path = f"/webhooks/{made['id']}"
    for prefix in ("", "/2.0"):
        for method, address, body in (
            ("POST", f"{prefix}/webhooks", {"url": receiver.address}),
            ("GET", f"{prefix}/webhooks", None),
            ("DELETE", f"{prefix}{path}", None),
        ):
            for who in ("employee", "manager"):
                reply = await api.call(method, address, who=who, json=body)
                assert (reply.status, reply.code) == (403, "forbidden")
            assert (await api.call(method, address, who=None, json=body)).status == 401
        assert (await api.call("GET", f"{prefix}/webhooks", who="stranger")).body == []
        stranger = await api.call("DELETE", f"{prefix}{path}", who="stranger")
        assert (stranger.status, stranger.code) == (404, "unknown-webhook")
    assert [one["id"] for one in (await api.call("GET", "/webhooks")).body] == [made["id"]]
    theirs = await register(api, receiver.address, who="stranger")
    assert theirs["id"] not in str((await api.call("GET", "/webhooks")).body)
