"""Every error answer: its status, its code, and what a program can read from it."""

from __future__ import annotations

from typing import Any

import pytest

from bot.practice.model import Fault
from bot.practice.people import Member
from tests.api.conftest import ANA, BEN, ENGINES, Client
from tests.conftest import Clock, RunningBot
from tests.storage.raw import raw_connection

TODAY, OUT_AT = {"date": "2026-11-23"}, "clockOutTimestampUtc"
IN, OUT, CREATE = "/attendance-events/clock-in", "/attendance-events/clock-out", "/attendance-events/create"


@pytest.fixture
def engine() -> str:
    return "sqlite"  # most is refused before the ledger is asked


async def test_a_problem_has_the_members_of_rfc_9457_and_a_code(api: Client) -> None:
    reply = await api.clock_out()
    assert reply.status == 409
    assert set(reply.body) >= {"type", "title", "status", "detail", "code"}
    assert (reply.body["status"], reply.code) == (409, "not-clocked-in")


async def test_every_refused_token_gets_the_same_answer(api: Client) -> None:
    for headers in (
        {},
        {"Authorization": "Bearer att_unknown"},
        {"Authorization": "Basic YTpi"},
        {"Authorization": "Bearer"},
        {"gd-api-token": "att_unknown"},
        {"gd-api-token": ""},
        {"Authorization": "Bearer tökén"},
    ):
        for method, path in (("POST", IN), ("POST", OUT), ("POST", CREATE), ("DELETE", "/attendance-events/x")):
            reply = await api.call(method, path, who=None, headers=headers)
            assert (reply.status, reply.code) == (401, "unauthenticated"), headers
            assert reply.headers["WWW-Authenticate"] == "Bearer"


async def test_a_token_in_the_address_is_refused_even_beside_a_good_one(api: Client) -> None:
    names = ("token", "access_token", "gd-api-token", "GD-API-Token", "gd_api_token", "api_token", "bearer")
    for name in names:
        reply = await api.query(**{name: api.tokens["admin"]})
        assert (reply.status, reply.code) == (401, "unauthenticated"), name
        assert "header" in reply.body["detail"]


async def test_every_fault_is_named(api: Client) -> None:
    wrong = {"date": "20.11.2026", "clockOutTimestampUtc": 7, "clockInComment": "a\0b"}
    reply = await api.call("POST", CREATE, json=wrong)
    assert (reply.status, reply.code) == (400, "invalid-parameter")
    assert reply.faults == {
        "date": "must be a date like 2026-11-23",
        "clockInTimestampUtc": "is missing",
        "clockOutTimestampUtc": "must be a string",
        "userId": "is missing",
        "clockInComment": "holds control characters, so leave them out",
    }


WRONG_RECORDS: list[tuple[dict[str, Any], list[str]]] = [
    ({"date": "2026-02-30"}, ["date"]),
    ({"date": "2026-11-17"}, ["date"]),
    ({"clockInTimestampUtc": "2026-11-20"}, ["clockInTimestampUtc"]),
    ({"clockInTimestampUtc": "2026-11-20T25:00:00"}, ["clockInTimestampUtc"]),
    ({"clockInTimestampUtc": "0000-01-01T00:00:00"}, ["clockInTimestampUtc"]),
    ({"clockInTimestampUtc": "0001-01-01T00:00:00+14:00"}, ["clockInTimestampUtc"]),
    ({"clockInTimestampUtc": "0001-01-01T00:00:00"}, ["clockInTimestampUtc"]),  # no day before it in New York
    ({"clockOutTimestampUtc": "9999-12-31T23:59:59"}, ["clockOutTimestampUtc"]),  # nor after it in Kiritimati
    ({"clockInTimestampUtc": "2026-11-20T08:00:60"}, ["clockInTimestampUtc"]),
    ({"clockInTimestampUtc": "٢٠٢٦-11-20T08:00:00"}, ["clockInTimestampUtc"]),
    ({"clockOutTimestampUtc": "2026-11-20T08:00:00"}, ["clockInTimestampUtc", "clockOutTimestampUtc"]),
    ({"clockOutTimestampUtc": "2026-11-20T07:00:00"}, ["clockInTimestampUtc", "clockOutTimestampUtc"]),
    ({"clockOutTimestampUtc": "2026-11-21T08:00:01"}, ["clockInTimestampUtc", "clockOutTimestampUtc"]),
    (
        {"clockInTimestampUtc": "2026-11-23T07:00:00", "clockOutTimestampUtc": "2026-11-23T08:03:01"} | TODAY,
        [OUT_AT],
    ),
    ({"clockInComment": "x" * 2001}, ["clockInComment"]),
    ({"clockOutComment": "\ud800"}, ["clockOutComment"]),
    ({"clockOutComment": 7}, ["clockOutComment"]),
    ({"userId": None}, ["userId"]),
    ({"userId": ""}, ["userId"]),
    ({"userId": ["U0ANA"]}, ["userId"]),
    ({"officeId": "a\nb"}, ["officeId"]),
]


async def test_an_impossible_record_is_refused(api: Client) -> None:
    for parameters, named in WRONG_RECORDS:
        reply = await api.create(**parameters)
        assert (reply.status, reply.code) == (400, "invalid-parameter"), parameters
        assert list(reply.faults) == named, parameters
    assert (await api.query()).body == []


WRONG_QUERIES: list[tuple[dict[str, str], list[str]]] = [
    ({"startDate": "2026-11-30", "endDate": "2026-11-01"}, ["startDate", "endDate"]),
    ({"startDate": "today"}, ["startDate"]),
    ({"userIds": ""}, ["userIds"]),
    ({"userIds": f"{ANA},,{BEN}"}, ["userIds"]),
    ({"startDate": "2026-12-01", "userIds": ""}, ["startDate", "endDate", "userIds"]),
    ({"startDate": "today", "userId": ANA, "userIds": ""}, ["startDate", "userIds"]),
]


async def test_a_contradictory_query_is_refused(api: Client) -> None:
    for parameters, named in WRONG_QUERIES:
        reply = await api.query(**parameters)
        assert (reply.status, list(reply.faults)) == (400, named), parameters


async def test_a_query_without_days_names_both(api: Client) -> None:
    assert list((await api.call("GET", "/attendance-events")).faults) == ["startDate", "endDate"]


async def test_times_more_than_a_minute_ahead_are_refused(api: Client) -> None:
    reply = await api.clock_in(timestampUtc="2026-11-23T08:03:01")
    assert (reply.status, list(reply.faults)) == (400, ["timestampUtc"])


async def test_a_refusal_is_worded_in_any_zone(api: Client, bot: RunningBot) -> None:
    for zone in ("America/New_York", "Pacific/Kiritimati", "Etc/GMT+12"):
        far = f"U0{zone[:3].upper()}"
        bot.workspace.members[far] = Member(far, far.lower(), "Far Away", zone)
        assert (await api.clock_in(far, timestampUtc="2026-11-23T10:00:00")).code == "invalid-parameter"
        assert (await api.create(far, clockOutTimestampUtc="2026-11-20T07:00:00")).code == "invalid-parameter"
        await api.clock_in(far)
        assert (await api.clock_in(far)).code == "already-clocked-in"


@pytest.mark.parametrize("engine", ENGINES)
async def test_the_ledgers_refusals_name_the_other_event(api: Client, clock: Clock) -> None:
    clocked_in = (await api.clock_in()).body
    again = await api.clock_in()
    assert (again.status, again.code) == (409, "already-clocked-in")
    assert again.body["conflictingEventId"] == clocked_in["id"]
    clock.advance(hours=8)
    await api.clock_out()
    span = {"clockInTimestampUtc": "2026-11-23T07:00:00", "clockOutTimestampUtc": "2026-11-23T08:02:01"}
    overlap = await api.create(date="2026-11-23", **span)
    assert (overlap.status, overlap.code) == (409, "overlap")
    assert overlap.body["conflictingEventId"] == clocked_in["id"]
    assert (await api.create(date="2026-11-23", **span | {"clockOutTimestampUtc": "2026-11-23T08:02:00"})).status == 200


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_forgotten_clock_out_is_ended_only_by_saying_when(api: Client, clock: Clock) -> None:
    clocked_in = (await api.clock_in()).body
    clock.advance(hours=24, microseconds=1)
    reply = await api.clock_out()
    assert (reply.status, reply.code) == (409, "forgotten-clock-out")
    assert reply.body["conflictingEventId"] == clocked_in["id"]
    late = await api.clock_out(timestampUtc="2026-11-24T08:02:00.000001")
    assert (late.status, list(late.faults)) == (400, ["timestampUtc"])
    assert (await api.clock_out(timestampUtc="2026-11-23T16:30:00")).status == 200


@pytest.mark.parametrize("engine", ENGINES)
async def test_unknown_people_offices_and_events_are_404(api: Client) -> None:
    assert (await api.clock_in("U0NOBODY")).code == "unknown-user"
    assert (await api.clock_in("not-a-slack-id")).code == "unknown-user"
    assert (await api.clock_in("Änne Bell")).code == "unknown-user"
    assert (await api.query(userId="U0NOBODY")).code == "unknown-user"
    assert (await api.clock_in(officeId="nowhere")).code == "unknown-office"
    assert (await api.delete("nothing")).code == "unknown-event"
    assert (await api.delete("x" * 5000)).code == "unknown-event"


@pytest.mark.parametrize("engine", ENGINES)
async def test_another_workspaces_ids_look_just_as_unknown(api: Client) -> None:
    event = (await api.clock_in()).body
    assert (await api.delete(event["id"], who="stranger")).code == "unknown-event"
    assert (await api.clock_in(officeId="theirs")).code == "unknown-office"
    assert (await api.query(who="stranger")).body == []
    assert (await api.query(userId="U0OTHER")).code == "unknown-user"


async def test_guests_and_bots_do_not_clock_in(api: Client) -> None:
    for user_id in ("U0GUS", "U0BOT"):
        assert (await api.clock_in(user_id)).code == "forbidden"


async def test_a_forbidden_query_does_not_reveal_who_exists(api: Client) -> None:
    for user_id in (BEN, "U0NOBODY"):
        assert (await api.clock_in(user_id, who="employee")).code == "forbidden"


async def test_a_header_that_is_given_twice_is_refused(api: Client) -> None:
    """A proxy's extra header must not decide unnoticed who asks."""
    token = ("gd-api-token", api.tokens["admin"])
    for name, own, others, status in (
        ("Authorization", "Bearer {}", [], 401),
        ("gd-api-token", "{}", [], 401),
        ("Idempotency-Key", "key-{}", [token], 400),
    ):
        headers = [*others, *((name, own.format(api.tokens[who])) for who in ("admin", "employee"))]
        async with api.http.post(f"{api.address}{IN}", json={"userId": ANA}, headers=headers) as response:
            assert response.status == status, name
    assert (await api.query()).body == []


async def test_unknown_addresses_and_methods_are_problems_too(api: Client) -> None:
    for path in ("/attendance-events/a/b/c", "/attendance-events//a/b/c/", "/2.0/attendance-eventsss", "/2.0/userss"):
        assert (await api.call("GET", path)).code == "not-found"
    for path in ("/", "/nope", "/attendence-events", "/3.0/users", "/slack", "/metrics/x"):
        assert (await api.call("GET", path, who=None)).code == "not-found"
    wrong = await api.call("PUT", "/2.0/attendance-events/clock-in")
    assert (wrong.status, wrong.code, wrong.headers["Allow"]) == (405, "method-not-allowed", "POST")


@pytest.mark.parametrize("engine", ENGINES)
async def test_a_database_that_can_not_be_written_to_is_503_and_nothing_is_written(
    api: Client, bot: RunningBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.postgresql.TRY_AGAIN_FOR_SECONDS", 0.1)
    with raw_connection(bot.settings.database_url) as other:
        other.execute("BEGIN IMMEDIATE" if other.is_sqlite else "BEGIN")
        if not other.is_sqlite:
            other.execute("LOCK TABLE people")
        reply = await api.clock_in()
        other.execute("ROLLBACK")
    assert (reply.status, reply.code) == (503, "unavailable")
    assert reply.headers["Retry-After"]
    assert (await api.query()).body == []
    assert (await api.clock_in()).status == 200


async def test_a_made_up_token_takes_no_turn_to_write(api: Client, bot: RunningBot) -> None:
    with raw_connection(bot.settings.database_url) as other:
        other.execute("BEGIN IMMEDIATE")
        for token in ("att_" + "x" * 43, "att_" + "x" * 43, "made-up"):
            async with api.http.post(
                f"{api.address}{IN}", json={"userId": ANA}, headers={"gd-api-token": token}
            ) as response:
                assert response.status == 401
        other.execute("ROLLBACK")


async def test_while_slack_is_away_only_requests_about_strangers_are_503(api: Client, bot: RunningBot) -> None:
    bot.workspace.faults["users.info"] = Fault(error="internal_error")
    assert (await api.clock_in(BEN)).code == "unavailable"
    assert (await api.clock_in(ANA)).status == 200


async def test_health_and_readiness(api: Client, bot: RunningBot) -> None:
    async with api.http.get(f"{bot.address}/healthz") as response:
        assert response.status == 200
    async with api.http.get(f"{bot.address}/readyz") as response:
        assert (response.status, await response.json()) == (200, {"database": "ok", "slack": "ok"})


async def test_a_bot_without_slacks_answer_is_not_ready(api: Client, bot: RunningBot) -> None:
    bot.workspace.faults["auth.test"] = Fault(error="internal_error")
    async with api.http.get(f"{bot.address}/readyz") as response:
        assert response.status == 503
        assert (await response.json())["database"] == "ok"
