"""A request that is repeated with its Idempotency-Key has one effect and one answer."""

from __future__ import annotations

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

import pytest

from bot.api.operations import OPERATIONS
from bot.attendance import erasure
from bot.people import archive, tokens
from bot.people.teams_and_offices import set_team
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Services
from storage.database import Database
from tests.api.conftest import ADA, ANA, BEN, MARCO, Client, on_sqlite
from tests.builders import NobodyElse
from tests.conftest import WORKSPACE, Clock

IN, OUT, CREATE = "/attendance-events/clock-in", "/attendance-events/clock-out", "/attendance-events/create"
CORRECTIONS = "/corrections"
OPERATOR = Caller(WORKSPACE, "cli:test", Via.CLI, Role.ADMIN)
SECRET = "between us"
RECORD = {
    "userId": ANA,
    "date": "2026-11-20",
    "clockInTimestampUtc": "2026-11-20T08:00:00",
    "clockOutTimestampUtc": "2026-11-20T16:00:00",
}


async def send(api: Client, path: str, key: str, who: str = "admin", **body: Any) -> tuple[int, bytes, str | None]:
    """The status, the body to the byte, and whether it was replayed."""
    headers = {"Authorization": f"Bearer {api.tokens[who]}", "Idempotency-Key": key}
    method = "PATCH" if "reason" in body and path != CORRECTIONS else "POST"
    async with api.http.request(method, api.address + path, headers=headers, json=body) as response:
        return response.status, await response.read(), response.headers.get("Idempotency-Replayed")


@pytest.mark.parametrize(("path", "body"), [(IN, {"userId": ANA, "comment": "ä"}), (CREATE, RECORD)])
async def test_the_first_answer_is_replayed_to_the_byte(api: Client, clock: Clock, path: str, body: Any) -> None:
    first = await send(api, path, "k1", **body)
    clock.advance(hours=23)
    again = await send(api, path, "k1", **body)
    assert first == (200, first[1], None)
    assert again == (200, first[1], "true")
    assert len((await api.query()).body) == (1 if path == IN else 2)


async def test_a_clock_out_is_replayed_although_nobody_is_in_any_more(api: Client, clock: Clock) -> None:
    await api.clock_in()
    clock.advance(hours=8)
    first = await send(api, OUT, "k1", userId=ANA)
    assert await send(api, OUT, "k1", userId=ANA) == (200, first[1], "true")
    assert (await send(api, OUT, "k2", userId=ANA))[0] == 409


async def test_the_same_request_as_json_and_as_a_form_on_either_prefix_is_the_same(api: Client) -> None:
    first = await send(api, IN, "k1", userId=ANA)
    headers = {"Authorization": f"Bearer {api.tokens['admin']}", "Idempotency-Key": "k1"}
    async with api.http.post(f"{api.address}/2.0{IN}", headers=headers, data={"userId": ANA}) as response:
        assert (response.status, await response.read()) == (200, first[1])


async def test_the_same_key_with_another_request_is_refused(api: Client) -> None:
    await send(api, IN, "k1", userId=ANA)
    for path, body in ((IN, {"userId": BEN}), (IN, {"userId": ANA, "comment": "x"}), (OUT, {"userId": ANA})):
        status, text, _ = await send(api, path, "k1", **body)
        assert (status, b'"idempotency-key-reused"' in text) == (409, True)


async def test_keys_belong_to_the_tokens_user(api: Client) -> None:
    await send(api, IN, "k1", "admin", userId=BEN)
    assert (await send(api, IN, "k1", "employee", userId=ANA))[0] == 200


async def test_a_token_with_fewer_rights_gets_no_replay_of_another_tokens_answer(api: Client, behind: Database) -> None:
    services = Services(behind, NobodyElse())
    api.tokens["less"] = await tokens.create(services, OPERATOR, ADA, Role.EMPLOYEE, None)
    assert (await send(api, IN, "k1", userId=BEN, comment="between us"))[0] == 200
    for key in ("k1", "k2"):
        status, text, _ = await send(api, IN, key, "less", userId=BEN, comment="between us")
        assert (status, b'"forbidden"' in text, b"between us" in text) == (403, True, False)


async def test_a_key_is_forgotten_after_a_day(api: Client, clock: Clock) -> None:
    await send(api, CREATE, "k1", **RECORD)
    clock.advance(hours=24)
    status, text, _ = await send(api, CREATE, "k1", **RECORD)
    assert (status, b'"overlap"' in text) == (409, True)


async def test_a_refused_request_can_be_sent_again_under_its_key(api: Client) -> None:
    assert (await send(api, OUT, "k1", userId=ANA))[0] == 409
    await api.clock_in(timestampUtc="2026-11-23T07:00:00")
    assert (await send(api, OUT, "k1", userId=ANA))[0] == 200


async def test_fifty_repeats_at_once_have_one_effect_and_one_answer(api: Client) -> None:
    answers = await asyncio.gather(*(send(api, IN, "k1", userId=ANA) for _ in range(50)))
    assert {status for status, _, _ in answers} == {200}
    assert len({body for _, body, _ in answers}) == 1
    assert [replayed for _, _, replayed in answers].count(None) == 1
    assert len((await api.query()).body) == 1


@on_sqlite
@pytest.mark.parametrize("key", ["", "a b", "x" * 256])
async def test_a_malformed_key_is_refused(api: Client, key: str) -> None:
    status, text, _ = await send(api, IN, key, userId=ANA)
    assert (status, b"Idempotency-Key" in text) == (400, True)


async def removal(api: Client) -> dict[str, Any]:
    """Asks to remove a record of Ana's."""
    event_id = (await api.create()).body["clockIn"]["id"]
    return {"kind": "remove", "userId": ANA, "eventId": event_id, "reason": SECRET}


async def replayable(api: Client, operation: str) -> tuple[str, dict[str, Any]]:
    """A request about Ana that may be repeated: its path and its body. What it needs is there already."""
    match operation:
        case "clock-in":
            return IN, {"userId": ANA, "comment": SECRET}
        case "clock-out":
            await api.clock_in(timestampUtc="2026-11-23T07:00:00")
            return OUT, {"userId": ANA, "comment": SECRET}
        case "break":
            await api.clock_in(timestampUtc="2026-11-23T07:00:00")
            return "/attendance-events/break", {"userId": ANA, "comment": SECRET}
        case "back":
            await api.clock_in(timestampUtc="2026-11-23T07:00:00")
            started = {"userId": ANA, "timestampUtc": "2026-11-23T07:30:00"}
            await api.call("POST", "/attendance-events/break", json=started)
            return "/attendance-events/back", {"userId": ANA, "comment": SECRET}
        case "create":
            return CREATE, RECORD | {"clockInComment": SECRET}
        case "batch":
            of_marco = RECORD | {"userId": MARCO}
            return "/attendance-events/batch", {"records": [of_marco, RECORD | {"clockInComment": SECRET}]}
        case "change":
            event_id = (await api.create()).body["clockIn"]["id"]
            return f"/attendance-events/{event_id}", {"reason": "the train was late", "clockInComment": SECRET}
        case "restore":
            event_id = (await api.create(clockInComment=SECRET)).body["clockIn"]["id"]
            await api.delete(event_id)
            return f"/attendance-events/{event_id}/restore", {}
        case "ask":
            return CORRECTIONS, await removal(api)
        case "answer":
            asked = await api.call("POST", CORRECTIONS, who="employee", json=await removal(api))
            return f"{CORRECTIONS}/{asked.body['id']}/answer", {"answer": "no", "text": SECRET}
        case "withdraw":
            asked = await api.call("POST", CORRECTIONS, who="manager", json=await removal(api))
            return f"{CORRECTIONS}/{asked.body['id']}/withdraw", {}
    raise AssertionError(f"{operation} can be replayed, and is not in this table")


LOST: dict[str, Callable[[Services], Awaitable[object]]] = {
    "the person left the team": lambda services: set_team(services, OPERATOR, "Support", [MARCO], [ADA]),
    "somebody else manages the team": lambda services: set_team(services, OPERATOR, "Support", [ADA], [ANA]),
    "the team is archived": lambda services: archive.archive_team(services, OPERATOR, "Support"),
}


@pytest.mark.parametrize("operation", [one.name for one in OPERATIONS if one.once])
async def test_an_answer_is_given_again_only_to_those_who_may_do_it_still(
    api: Client, behind: Database, operation: str
) -> None:
    path, body = await replayable(api, operation)
    first = await send(api, path, "k1", "manager", **body)
    assert (first[0], SECRET.encode() in first[1]) == (200, True)
    assert await send(api, path, "k1", "manager", **body) == (200, first[1], "true")

    services = Services(behind, NobodyElse())
    for why, lose in LOST.items():
        await lose(services)
        status, text, replayed = await send(api, path, "k1", "manager", **body)
        assert (status, b'"forbidden"' in text, SECRET.encode() in text, replayed) == (403, True, False, None), why

        if "archived" in why:
            await archive.bring_back_team(services, OPERATOR, "Support")
        await set_team(services, OPERATOR, "Support", [MARCO], [ANA])
        assert await send(api, path, "k1", "manager", **body) == (200, first[1], "true"), why


@on_sqlite
async def test_after_an_erasure_no_answer_about_the_person_is_given_to_another_request(
    api: Client, behind: Database
) -> None:
    first = await send(api, CREATE, "k1", **RECORD, clockInComment=SECRET)
    ben = await send(api, CREATE, "k2", **RECORD | {"userId": BEN})
    own = await send(api, IN, "k3", "employee", userId=ANA)
    assert (first[0], ben[0], own[0]) == (200, 200, 200)
    await erasure.erase_person(Services(behind, NobodyElse()), OPERATOR, ANA)

    another = RECORD | {"date": "2026-11-19"}
    another |= {"clockInTimestampUtc": "2026-11-19T08:00:00", "clockOutTimestampUtc": "2026-11-19T16:00:00"}
    for path, key, who, body in ((CREATE, "k1", "admin", another), (IN, "k3", "employee", {"userId": ANA})):
        status, text, _ = await send(api, path, key, who, **body)
        assert (status, b'"idempotency-key-reused"' in text) == (409, True)
    assert (await send(api, CREATE, "k4", **another))[0] == 200
    assert await send(api, CREATE, "k2", **RECORD | {"userId": BEN}) == (200, ben[1], "true")
