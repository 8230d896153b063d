"""The five operations, as a client of the original knows them."""

from __future__ import annotations

import asyncio
import re
from datetime import date
from itertools import product

import pytest

from bot.attendance import rules
from bot.permissions import Caller, Role, Via
from bot.practice.model import Call
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import offices
from storage.database import Database
from tests.api.conftest import ADA, ANA, BEN, KEYS, MARCO, Client, on_sqlite
from tests.builders import NobodyElse
from tests.conftest import WORKSPACE, Clock, RunningBot

MOMENT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}\.\d{6}")


async def test_a_clock_in_answers_the_event_with_all_its_keys(api: Client) -> None:
    reply = await api.clock_in(comment="good morning", officeId="hq")
    assert reply.status == 200
    assert list(reply.body) == KEYS
    event_id = reply.body.pop("id")
    assert re.fullmatch(r"[0-9a-f]{8}-[0-9a-f]{4}-7[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}", event_id)
    assert reply.body == {
        "linkedAttendanceEventId": None,
        "userId": ANA,
        "createByUserId": ADA,
        "officeId": "hq",
        "date": "2026-11-23",
        "momentCreated": "2026-11-23T08:02:00.000000",
        "timestamp": "2026-11-23T08:02:00.000000",
        "ipAddress": "127.0.0.1",
        "type": "CLOCK-IN",
        "comment": "good morning",
    }


async def test_a_clock_out_is_linked_to_its_clock_in_in_both_directions(api: Client, clock: Clock) -> None:
    clocked_in = (await api.clock_in()).body
    clock.advance(hours=8, microseconds=561027)
    clocked_out = (await api.clock_out(comment="bye")).body
    assert clocked_out["type"] == "CLOCK-OUT"
    assert clocked_out["timestamp"] == "2026-11-23T16:02:00.561027"
    assert clocked_out["linkedAttendanceEventId"] == clocked_in["id"]
    assert (await api.query()).body == [clocked_in | {"linkedAttendanceEventId": clocked_out["id"]}, clocked_out]


async def test_a_night_shift_belongs_to_the_day_on_which_it_began(api: Client, clock: Clock) -> None:
    clock.set("2026-11-23T21:00")
    await api.clock_in()
    clock.set("2026-11-24T05:00")
    assert (await api.clock_out()).body["date"] == "2026-11-23"


async def test_create_answers_both_events(api: Client) -> None:
    reply = await api.create(officeId="hq", clockInComment="early", clockOutComment="late")
    assert reply.status == 200
    assert list(reply.body) == ["clockIn", "clockOut"]
    clock_in, clock_out = reply.body["clockIn"], reply.body["clockOut"]
    assert [clock_in["type"], clock_out["type"]] == ["CLOCK-IN", "CLOCK-OUT"]
    assert [clock_in["comment"], clock_out["comment"]] == ["early", "late"]
    assert clock_in["linkedAttendanceEventId"] == clock_out["id"]
    assert clock_out["linkedAttendanceEventId"] == clock_in["id"]
    assert {clock_in["date"], clock_out["date"]} == {"2026-11-20"}
    for event in (clock_in, clock_out):
        assert MOMENT.fullmatch(event["timestamp"])
        assert MOMENT.fullmatch(event["momentCreated"])


async def test_records_older_than_the_ledger_keeps_are_refused(api: Client, behind: Database, clock: Clock) -> None:
    """Otherwise it would stay for as many years more, because records are erased by the time when they were entered."""
    span = {"clockInTimestampUtc": "2022-11-20T23:59:59", "clockOutTimestampUtc": "2022-11-21T08:00:00"}
    old = {"userId": ANA, "date": "2022-11-20", **span}
    assert (await api.create(**old)).status == 200
    await api.clock_in(BEN, timestampUtc="2022-11-20T23:59:59")

    operator = Caller(WORKSPACE, ADA, Via.CLI, Role.ADMIN)
    await workspace_settings.change(Services(behind, NobodyElse()), operator, keep_records_for_years=4)
    why = "Records are only kept for 4 years. Choose a later day."
    refused = await api.create(**old | {"userId": MARCO})
    assert (refused.status, refused.code, refused.body["detail"]) == (400, "invalid-parameter", why)
    assert [fault["parameter"] for fault in refused.body["errors"]] == ["clockInTimestampUtc"]
    many = await api.call("POST", "/attendance-events/batch", json={"records": [old | {"userId": MARCO}]})
    assert [result["detail"] for result in many.body["results"]] == [why]
    clocked_in = await api.clock_in(MARCO, timestampUtc="2022-11-20T23:59:59")
    assert (clocked_in.code, clocked_in.body["errors"][0]["parameter"]) == ("invalid-parameter", "timestampUtc")

    assert (await api.clock_out(BEN, timestampUtc="2022-11-21T08:00:00")).status == 200, "what began can be ended"
    kept = {"clockInTimestampUtc": "2022-11-21T00:00:00", "clockOutTimestampUtc": "2022-11-21T08:00:00"}
    assert (await api.create(MARCO, date="2022-11-21", **kept)).status == 200


@on_sqlite
@pytest.mark.parametrize("day", ["1969-12-31", "1900-01-01", "0002-01-02"])
async def test_a_day_before_1970_is_refused_at_every_door(
    api: Client, behind: Database, monkeypatch: pytest.MonkeyPatch, day: str
) -> None:
    why = "Records can't be of a day before 1970. Choose a later day."
    old = {"date": day, "clockInTimestampUtc": f"{day}T08:00:00", "clockOutTimestampUtc": f"{day}T16:00:00"}
    created = await api.create(**old)
    assert (created.code, list(created.faults)) == ("invalid-parameter", ["date", "clockInTimestampUtc"])
    clocked_in = await api.clock_in(timestampUtc=f"{day}T08:00:00")
    assert (clocked_in.code, list(clocked_in.faults)) == ("invalid-parameter", ["timestampUtc"])
    many = await api.call("POST", "/attendance-events/batch", json={"records": [old | {"userId": ANA}]})
    assert [result["detail"] for result in many.body["results"]] == [why]

    monkeypatch.setattr(rules, "FIRST_DAY", date.min)  # as when earlier versions wrote it
    event_id = (await api.create(**old)).body["clockIn"]["id"]
    await api.delete(event_id)
    monkeypatch.undo()
    restored = await api.call("POST", f"/attendance-events/{event_id}/restore")
    assert (restored.code, restored.body["detail"], list(restored.faults)) == ("invalid-parameter", why, ["id"])


async def test_an_open_clock_in_of_before_1970_can_be_ended(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(rules, "FIRST_DAY", date.min)  # as when earlier versions wrote it
    await api.clock_in(timestampUtc="1969-06-02T08:00:00")
    monkeypatch.undo()
    assert (await api.clock_out(timestampUtc="1969-06-02T16:00:00")).status == 200


@pytest.mark.parametrize("key", ["clockIn", "clockOut"])
async def test_either_id_deletes_both_events_and_answers_ok(api: Client, key: str) -> None:
    created = (await api.create()).body
    reply = await api.delete(created[key]["id"])
    assert (reply.status, reply.body) == (200, "Ok")
    assert (await api.query()).body == []
    assert (await api.delete(created["clockIn"]["id"])).code == "unknown-event"


async def test_an_open_clock_in_can_be_deleted(api: Client) -> None:
    event = (await api.clock_in()).body
    assert (await api.delete(event["id"])).body == "Ok"
    assert (await api.clock_in()).status == 200


async def test_a_query_is_oldest_first_and_includes_both_of_its_days(api: Client) -> None:
    for day in ("2026-11-18", "2026-11-20", "2026-11-19", "2026-11-21"):
        span = {"clockInTimestampUtc": f"{day}T08:00:00", "clockOutTimestampUtc": f"{day}T16:00:00"}
        await api.create(date=day, **span)
    found = (await api.query(startDate="2026-11-19", endDate="2026-11-20")).body
    assert [event["date"] for event in found] == ["2026-11-19"] * 2 + ["2026-11-20"] * 2
    assert [event["type"] for event in found] == ["CLOCK-IN", "CLOCK-OUT"] * 2


async def test_a_query_names_one_person_several_or_nobody(api: Client) -> None:
    for user_id in (ANA, BEN, MARCO):
        await api.create(user_id)

    async def found(**parameters: str) -> set[str]:
        return {event["userId"] for event in (await api.query(**parameters)).body}

    assert await found() == {ANA, BEN, MARCO}
    assert await found(userId=ANA) == {ANA}
    assert await found(userIds=f"{ANA}, {BEN}") == {ANA, BEN}
    assert await found(userId=ANA, userIds=BEN) == {ANA, BEN}
    assert await found(userId=ANA, userIds=ANA) == {ANA}
    assert await found(who="manager") == {ANA, MARCO}
    assert await found(who="employee") == {ANA}


@on_sqlite
async def test_the_original_addresses_headers_and_bodies_work(api: Client) -> None:
    secret = api.tokens["admin"]
    headers_of_both = ({"Authorization": f"bearer {secret}"}, {"gd-api-token": secret})
    parameters = {"userId": ANA, "comment": "zwölf\nUhr"}
    span = {"startDate": "2026-11-23", "endDate": "2026-11-23"}
    for prefix, headers, body in product(("", "/2.0"), headers_of_both, ("json", "data")):
        path = f"{prefix}/attendance-events/clock-in"
        reply = await api.call("POST", path, who=None, headers=headers, **{body: parameters})
        assert (reply.status, reply.body["comment"]) == (200, "zwölf\nUhr")
        found = await api.call("GET", f"{prefix}/attendance-events", who=None, headers=headers, params=span)
        assert [event["id"] for event in found.body] == [reply.body["id"]]
        gone = await api.call("DELETE", f"{prefix}/attendance-events/{reply.body['id']}", who=None, headers=headers)
        assert gone.body == "Ok"


async def test_a_comment_is_kept_as_it_was_sent(api: Client) -> None:
    comment = "  zwölf Uhr,\n\tmittags <!channel> & =1+1 🕛  "
    assert (await api.clock_in(comment=comment)).body["comment"] == comment


async def test_an_office_of_an_earlier_version_may_have_any_words_as_its_id(api: Client, behind: Database) -> None:
    office = offices.Office(WORKSPACE, "Büro Süd", "Süd", "Europe/Berlin")
    await behind.write(lambda tx: offices.put(tx.connection, office))
    assert (await api.clock_in(officeId="Büro Süd")).body["officeId"] == "Büro Süd"


@on_sqlite
async def test_a_proxys_own_authorization_leaves_room_for_the_tokens_header(api: Client) -> None:
    headers = {"Authorization": "Basic cHJveHk6eA==", "gd-api-token": api.tokens["admin"]}
    span = {"startDate": "2026-11-23", "endDate": "2026-11-23"}
    assert (await api.call("GET", "/attendance-events", who=None, headers=headers, params=span)).status == 200


async def test_earlier_times_are_stored_in_utc(api: Client) -> None:
    for given, kept in (
        ("2026-11-23T07:30:00", "2026-11-23T07:30:00.000000"),
        ("2026-11-23T07:30:00Z", "2026-11-23T07:30:00.000000"),
        ("2026-11-23T08:30:00+01:00", "2026-11-23T07:30:00.000000"),
        ("2026-11-23T08:30:00.5+0100", "2026-11-23T07:30:00.500000"),
        ("2026-11-23T07:30", "2026-11-23T07:30:00.000000"),
        ("2026-11-23T07:30:00.1234567", "2026-11-23T07:30:00.123456"),
        ("2026-11-23T08:02:59", "2026-11-23T08:02:59.000000"),  # within the minute of skew that rule 5 allows
    ):
        reply = await api.clock_in(timestampUtc=given)
        assert reply.body["timestamp"] == kept, given
        assert reply.body["momentCreated"] == "2026-11-23T08:02:00.000000"
        await api.delete(reply.body["id"])


async def test_events_made_in_slack_have_no_address(api: Client, bot: RunningBot) -> None:
    await bot.workspace.command(ANA, "/clockin", "from Slack")
    (event,) = (await api.query()).body
    assert (event["ipAddress"], event["createByUserId"]) == (None, ANA)


async def test_a_person_not_met_before_is_looked_up_in_slack_once(api: Client, bot: RunningBot) -> None:
    def lookups() -> int:
        return bot.workspace.calls.count(Call("users.info", {"user": BEN, "include_locale": "1"}))

    await api.clock_in(BEN)
    await api.clock_out(BEN)
    assert lookups() == 1


async def test_a_hundred_clock_ins_at_once_give_one_event(api: Client) -> None:
    replies = await asyncio.gather(*(api.clock_in() for _ in range(100)))
    assert sorted(reply.status for reply in replies) == [200] + [409] * 99
    (event,) = (await api.query()).body
    assert {reply.body["conflictingEventId"] for reply in replies if reply.status == 409} == {event["id"]}
