"""PATCH changes a record in one step: another one takes its place, and keeps what isn't named."""

from __future__ import annotations

from typing import Any

import pytest

from bot.attendance import changing
from bot.runtime.services import Services
from storage.database import Database
from tests.api.conftest import ADA, ANA, KEYS, Client, Reply
from tests.api.test_webhooks import OPERATOR, other_settings, receiver, register
from tests.builders import NobodyElse
from tests.receiver import Receiver

__all__ = ["other_settings", "receiver"]

WHY = {"reason": "The train was late"}


ASKED = {"kind": "change", "userId": ANA}


async def patch(api: Client, event_id: str, *, who: str = "admin", **fields: Any) -> Reply:
    return await api.call("PATCH", f"/attendance-events/{event_id}", who=who, json=WHY | fields)


async def test_a_change_answers_both_events_of_the_record_in_its_place(api: Client) -> None:
    was = (await api.create(officeId="hq", clockInComment="early", clockOutComment="late")).body

    reply = await patch(api, was["clockOut"]["id"], clockOutTimestampUtc="2026-11-20T17:10:00Z")

    assert reply.status == 200
    came, left = reply.body["clockIn"], reply.body["clockOut"]
    assert list(came) == list(left) == KEYS
    assert left["timestamp"] == "2026-11-20T17:10:00.000000"
    kept = ("userId", "createByUserId", "officeId", "date", "momentCreated", "timestamp", "type", "comment")
    assert {key: came[key] for key in kept} == {key: was["clockIn"][key] for key in kept}
    assert (left["comment"], left["officeId"], left["createByUserId"]) == ("late", "hq", ADA)
    assert [event["id"] for event in (await api.query()).body] == [came["id"], left["id"]]


async def test_null_removes_an_office_and_a_comment(api: Client) -> None:
    was = (await api.create(officeId="hq", clockInComment="early")).body
    reply = await patch(api, was["clockIn"]["id"], officeId=None, clockInComment=None)
    assert {(event["officeId"], event["comment"]) for event in reply.body.values()} == {(None, None)}


async def test_the_work_date_follows_the_clock_in_unless_it_is_named(api: Client) -> None:
    was = (await api.create()).body
    moved = {"clockInTimestampUtc": "2026-11-19T08:00:00Z", "clockOutTimestampUtc": "2026-11-19T16:00:00Z"}
    now = (await patch(api, was["clockIn"]["id"], **moved)).body
    assert now["clockIn"]["date"] == "2026-11-19"
    named = (await patch(api, now["clockIn"]["id"], date="2026-11-20")).body
    assert {event["date"] for event in named.values()} == {"2026-11-20"}


@pytest.mark.parametrize(
    ("fields", "faults"),
    [
        ({"reason": ""}, {"reason": "is empty"}),
        ({"reason": None}, {"reason": "must be a string"}),
        ({"date": "yesterday"}, {"date": "must be a date like 2026-11-23"}),
        ({"date": "2026-11-25"}, {"date": ...}),
        ({"clockOutTimestampUtc": "2026-11-20T07:00:00Z"}, {"clockInTimestampUtc": ..., "clockOutTimestampUtc": ...}),
    ],
)
async def test_a_change_that_can_not_be_names_its_parameters(
    api: Client, fields: dict[str, Any], faults: dict[str, Any]
) -> None:
    was = (await api.create()).body
    reply = await patch(api, was["clockIn"]["id"], **fields)
    assert (reply.status, reply.code) == (400, "invalid-parameter")
    assert reply.faults.keys() == faults.keys()
    assert all(said in (..., reply.faults[name]) for name, said in faults.items())
    assert (await api.query()).body == [was["clockIn"], was["clockOut"]]


async def test_a_start_in_the_future_is_refused_by_the_name_under_which_it_was_sent(api: Client) -> None:
    came = (await api.clock_in()).body
    for path, method, kind in ((f"/attendance-events/{came['id']}", "PATCH", {}), ("/corrections", "POST", ASKED)):
        body = {"reason": "The train was late", "clockInTimestampUtc": "2026-11-23T10:00:00Z"} | kind
        reply = await api.call(method, path, json=body | ({"eventId": came["id"]} if kind else {}))
        assert (reply.status, list(reply.faults)) == (400, ["clockInTimestampUtc"])


async def test_a_change_to_what_the_record_says_already_writes_nothing(api: Client) -> None:
    was = (await api.create(officeId="hq")).body
    reply = await patch(api, was["clockIn"]["id"], officeId="hq", clockOutTimestampUtc="2026-11-20T16:00:00Z")
    assert (reply.status, reply.body) == (200, was)
    assert len((await api.call("GET", f"/attendance-events/{was['clockIn']['id']}/history")).body) == 1


async def test_a_change_into_another_record_is_an_overlap(api: Client) -> None:
    evening = {"clockInTimestampUtc": "2026-11-20T17:00:00Z", "clockOutTimestampUtc": "2026-11-20T18:00:00Z"}
    was, other = (await api.create()).body, (await api.create(**evening)).body
    reply = await patch(api, was["clockIn"]["id"], clockOutTimestampUtc="2026-11-20T17:30:00Z")
    assert (reply.status, reply.code) == (409, "overlap")
    assert reply.body["conflictingEventId"] == other["clockIn"]["id"]


async def test_what_was_changed_is_gone_and_can_not_be_restored(api: Client) -> None:
    was = (await api.create()).body
    now = (await patch(api, was["clockIn"]["id"], date="2026-11-21")).body
    again = await patch(api, was["clockIn"]["id"], date="2026-11-19")
    assert (again.status, again.code) == (404, "unknown-event")
    assert (await api.delete(was["clockIn"]["id"])).status == 404
    back = await api.call("POST", f"/attendance-events/{was['clockIn']['id']}/restore")
    assert (back.status, back.code) == (409, "record-changed")
    assert back.body["conflictingEventId"] == now["clockIn"]["id"]


async def test_a_change_that_was_undone_can_not_be_restored(api: Client, behind: Database) -> None:
    was = (await api.create()).body
    now = (await patch(api, was["clockIn"]["id"], date="2026-11-21")).body
    await changing.undo_change(Services(behind, NobodyElse()), OPERATOR, now["clockIn"]["id"])
    assert (await api.query()).body == [was["clockIn"], was["clockOut"]]
    back = await api.call("POST", f"/attendance-events/{now['clockIn']['id']}/restore")
    assert (back.status, back.code, back.body["conflictingEventId"]) == (409, "record-changed", was["clockIn"]["id"])


async def test_history_goes_back_to_the_first_record_with_the_reason(api: Client) -> None:
    was = (await api.create()).body
    now = (await patch(api, was["clockIn"]["id"], clockOutTimestampUtc="2026-11-20T17:10:00Z")).body
    changes = (await api.call("GET", f"/attendance-events/{now['clockIn']['id']}/history")).body
    assert [(change["action"], change["reason"]) for change in changes] == [("create", None), ("change", WHY["reason"])]
    assert changes[-1]["clockOut"] == now["clockOut"]


async def test_the_same_key_changes_once(api: Client) -> None:
    was = (await api.create()).body
    where, key = f"/attendance-events/{was['clockIn']['id']}", {"Idempotency-Key": "once"}
    first = await api.call("PATCH", where, json=WHY | {"date": "2026-11-21"}, headers=key)
    second = await api.call("PATCH", where, json=WHY | {"date": "2026-11-21"}, headers=key)
    assert (first.status, second.body) == (200, first.body)
    other = await api.call("PATCH", where, json=WHY | {"date": "2026-11-19"}, headers=key)
    assert (other.status, other.code) == (409, "idempotency-key-reused")


async def test_a_webhook_tells_of_both_records_at_once(api: Client, receiver: Receiver) -> None:
    was = (await api.create()).body
    await register(api, receiver.address)
    now = (await patch(api, was["clockIn"]["id"], clockOutTimestampUtc="2026-11-20T17:10:00Z")).body
    await receiver.until(lambda: len(receiver.taken) == 1)
    (call,) = receiver.taken
    assert (call.person, call.told["type"]) == (ANA, "attendance.changed")
    assert call.told["attendanceEvents"] == [now["clockIn"], now["clockOut"]]
    assert [event["id"] for event in call.told["replacedAttendanceEvents"]] == [was[half]["id"] for half in was]
    assert {event["deletedByUserId"] for event in call.told["replacedAttendanceEvents"]} == {ADA}


async def test_programs_that_keep_in_step_see_the_new_record_and_the_end_of_the_old(api: Client) -> None:
    was = (await api.create()).body
    now = (await patch(api, was["clockIn"]["id"], date="2026-11-21")).body
    found = (await api.query(updatedSince="2020-01-01T00:00:00Z", includeDeleted="true")).body
    assert {event["id"] for event in found} == {event["id"] for event in (*was.values(), *now.values())}
    assert {event["id"] for event in found if "momentDeleted" in event} == {event["id"] for event in was.values()}
