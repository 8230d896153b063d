"""Only what Microsoft signed for this bot, in a tenant that it serves, does anything."""

from __future__ import annotations

import asyncio
import base64
import json
import time
from typing import Any

import aiohttp
import jwt
import pytest
from structlog.testing import capture_logs

from bot.msteams import endpoint, verification
from bot.msteams.verification import KeysUnavailable, Verifier
from bot.practice.model import Fault
from bot.practice.msteams.people import ANA, APP_ID, ELSEWHERE
from bot.practice.msteams.service import GENERAL, TeamsService
from tests.msteams.conftest import Door, Seconds

HOUR = 3600


def unsigned(header: bytes, claims: dict[str, Any]) -> str:
    parts = (header, json.dumps(claims).encode(), b"x")
    return ".".join(base64.urlsafe_b64encode(part).decode().rstrip("=") for part in parts)


async def test_what_teams_sends_is_done(door: Door) -> None:
    delivery = await door.teams.type(ANA.user_id, "clockin")
    assert (delivery.status, delivery.body) == (200, "")
    (came,) = door.came
    assert (came.text, came.user_id, came.tenant_id) == ("clockin", ANA.user_id, door.teams.tenant_id)
    assert (came.is_personal, came.is_private, came.time_zone) == (True, True, "Europe/Berlin")


@pytest.mark.parametrize(
    ("why", "forged"),
    [
        ("a stranger's key under the name of a good one", {"stolen_name": "key-1"}),
        ("an unknown key", {"kid": "key-9"}),
        ("another bot", {"aud": "b0700000-0000-4000-8000-000000000002"}),
        ("no bot", {"aud": None}),
        ("another issuer", {"iss": "https://sts.windows.net/7e4a0000-0000-4000-8000-000000000001/"}),
        ("no issuer", {"iss": None}),
        ("ended", {"exp": int(time.time()) - HOUR}),
        ("without end", {"exp": None}),
        ("an expiry that isn't a time", {"exp": "never"}),
        ("not yet begun", {"nbf": int(time.time()) + HOUR}),
        ("another service address", {"serviceurl": "https://elsewhere.example/"}),
        ("no service address", {"serviceurl": None}),
        ("a service address that isn't text", {"serviceurl": ["https://elsewhere.example/"]}),
    ],
)
async def test_a_forged_or_stale_token_is_refused(door: Door, why: str, forged: dict[str, Any]) -> None:
    activity = door.teams.activity("message", ANA.user_id, text="clockin")
    assert (await door.teams.send(activity, **forged)).status == 401, why
    assert door.came == []


async def test_what_is_no_token_is_refused(door: Door) -> None:
    claims = {"aud": APP_ID, "iss": verification.ISSUER, "exp": time.time() + 60, "serviceurl": door.teams.service_url}
    good = door.teams.signer.token(APP_ID, door.teams.service_url)
    for token in (
        "",
        "x",
        "x.y.z",
        unsigned(b'{"alg":"none","kid":"key-1"}', claims),
        jwt.encode(claims, "secret" * 10, algorithm="HS256", headers={"kid": "key-1"}),
        unsigned(b'{"alg":"RS256","kid":7}', claims),
        unsigned(b'{"alg":"RS256","kid":"key-1","crit":["x"]}', claims),
        unsigned(b"[" * 5000, claims),
        unsigned(b"[]", claims),
        unsigned(b"\xff", claims),
        good + "é",
        good[:-10],
        good.replace(".", "..", 1),
    ):
        activity = door.teams.activity("message", ANA.user_id, text="clockin")
        assert (await door.teams.send(activity, token=token)).status == 401, token[:60]
    assert door.came == []


async def test_a_token_may_be_five_minutes_late(door: Door) -> None:
    now = int(time.time())
    activity = door.teams.activity("message", ANA.user_id, text="clockin")
    assert (await door.teams.send(activity, exp=now - 240, nbf=now + 240, iat=now + 240)).status == 200
    assert (await door.teams.send(activity, exp=now - 310)).status == 401


@pytest.mark.parametrize("endorsements", [None, [], ["webchat", "directline"]])
async def test_a_key_that_is_not_endorsed_for_teams_is_refused(door: Door, endorsements: list[str] | None) -> None:
    door.teams.signer.endorsements = endorsements
    door.teams.signer.rotate("key-2")
    door.seconds.now += 61.0
    assert (await door.teams.type(ANA.user_id, "clockin")).status == 401
    assert door.came == []


async def test_another_chat_of_microsofts_where_people_choose_who_they_are_is_refused(door: Door) -> None:
    door.teams.signer.endorsements = ["msteams", "webchat"]
    for channel in ("webchat", "directline", "emulator", ""):
        activity = door.teams.activity("message", ANA.user_id, text="clockin", channelId=channel)
        assert (await door.teams.send(activity)).status == 401, channel
    assert door.came == []


async def test_another_tenant_is_refused(door: Door) -> None:
    own = {"conversationType": "personal", "id": "a:1"}
    for conversation, channel_data in (
        ({**own, "tenantId": ELSEWHERE}, {"tenant": {"id": door.teams.tenant_id}}),
        (own, {"tenant": {"id": ELSEWHERE}}),
        (own, {}),
        (own, {"tenant": None}),
    ):
        fields: dict[str, Any] = {"text": "clockin", "conversation": conversation, "channelData": channel_data}
        activity = door.teams.activity("message", ANA.user_id, **fields)
        assert (await door.teams.send(activity)).status == 403
    assert door.came == []


async def test_a_tenant_is_the_same_in_capitals(door: Door) -> None:
    tenant = {"tenant": {"id": door.teams.tenant_id.upper()}}
    activity = door.teams.activity("message", ANA.user_id, conversation={"id": "a:1"}, channelData=tenant)
    assert (await door.teams.send(activity)).status == 200
    assert [one.tenant_id for one in door.came] == [door.teams.tenant_id]


async def test_strangers_with_unknown_keys_cost_one_fetch_a_minute(door: Door) -> None:
    await door.teams.type(ANA.user_id, "clockin")
    activity = door.teams.activity("message", ANA.user_id, text="clockin")
    for minute in range(3):
        door.seconds.now += 61.0
        statuses = [(await door.teams.send(activity, kid=f"key-{minute}-{number}")).status for number in range(10)]
        assert statuses == [401] * 10
        assert door.teams.count("keys") == 2 + minute


async def test_a_new_key_is_known_a_minute_later_at_most(door: Door) -> None:
    await door.teams.type(ANA.user_id, "clockin")
    door.teams.signer.rotate("key-2")
    assert (await door.teams.type(ANA.user_id, "clockin")).status == 401
    door.seconds.now += 61.0
    assert (await door.teams.type(ANA.user_id, "clockin")).status == 200


async def test_a_slow_key_host_delays_nobody_whose_key_is_known(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    await door.teams.type(ANA.user_id, "clockin")
    monkeypatch.setattr(verification, "PATIENCE_SECONDS", 30.0)
    hold = asyncio.Event()
    door.teams.faults["keys"] = Fault(hold=hold)
    door.seconds.now += 2 * 24 * HOUR
    activity = door.teams.activity("message", ANA.user_id, text="clockin")
    stranger = asyncio.create_task(door.teams.send(activity, kid="key-9", patience=60.0))
    for _ in range(3):
        assert (await door.teams.type(ANA.user_id, "clockin")).status == 200
    assert not stranger.done()
    hold.set()
    assert (await stranger).status == 401


async def test_old_keys_serve_while_their_host_is_away(door: Door) -> None:
    await door.teams.type(ANA.user_id, "clockin")
    door.teams.faults["metadata"] = Fault(status=503)
    for _ in range(5):
        door.seconds.now += 24 * HOUR
        assert (await door.teams.type(ANA.user_id, "clockin")).status == 200
    activity = door.teams.activity("message", ANA.user_id, text="clockin")
    delivery = await door.teams.send(activity, kid="key-9")
    assert (delivery.status, delivery.headers["Retry-After"]) == (503, "5"), "nobody knows whether that is a new key"
    assert len(door.came) == 6


async def test_without_any_key_nothing_is_known_until_there_are_some(
    teams: TeamsService, verifier: Verifier, seconds: Seconds
) -> None:
    token = f"Bearer {teams.signer.token(APP_ID, teams.service_url)}"
    teams.faults["metadata"] = Fault(status=500)
    with pytest.raises(KeysUnavailable):
        await verifier.token(token)
    del teams.faults["metadata"]
    seconds.now += 61.0
    assert (await verifier.token(token)).service_url == teams.service_url


@pytest.mark.parametrize(
    "listed",
    [b"<html>", b"{}", b'{"keys": 7}', b'{"keys": []}', b'{"keys": [7, {}, {"kid": "a", "kty": "RSA", "n": 7}]}'],
)
async def test_an_odd_answer_of_the_key_host_changes_nothing(
    door: Door, listed: bytes, monkeypatch: pytest.MonkeyPatch
) -> None:
    await door.teams.type(ANA.user_id, "clockin")
    door.seconds.now += 25 * HOUR

    async def read(url: str) -> Any:
        return {"jwks_uri": "keys"} if url != "keys" else json.loads(listed)

    monkeypatch.setattr(door.verifier, "_read", read)
    with capture_logs() as lines:
        assert (await door.teams.type(ANA.user_id, "clockin")).status == 200
        assert door.verifier._fetch is not None
        await door.verifier._fetch
    assert [line["event"] for line in lines] == ["teams-keys-not-fetched"]
    assert (await door.teams.type(ANA.user_id, "clockin")).status == 200


async def test_a_strangers_body_is_not_even_read(door: Door) -> None:
    address = door.teams.bot_url.removeprefix("http://").partition("/")[0]
    host, _, port = address.partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    writer.write(b"POST /teams/messages HTTP/1.1\r\nHost: bot\r\nContent-Length: 500000\r\n\r\n")
    async with asyncio.timeout(5):
        assert (await reader.readline()).startswith(b"HTTP/1.1 401 ")
    writer.close()


async def test_a_body_larger_than_teams_sends_is_refused(door: Door, http: aiohttp.ClientSession) -> None:
    token = door.teams.signer.token(APP_ID, door.teams.service_url)

    async def chunks() -> Any:
        yield b" " * (endpoint.MOST_BYTES + 1)

    for body in (b" " * (endpoint.MOST_BYTES + 1), chunks()):
        async with http.post(door.teams.bot_url, data=body, headers={"Authorization": f"Bearer {token}"}) as answer:
            assert answer.status == 413


async def test_a_sender_who_stalls_is_disconnected(door: Door, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(endpoint, "READ_WITHIN_SECONDS", 0.05)
    token = door.teams.signer.token(APP_ID, door.teams.service_url)
    host, _, port = door.teams.bot_url.removeprefix("http://").partition("/")[0].partition(":")
    reader, writer = await asyncio.open_connection(host, int(port))
    head = f"POST /teams/messages HTTP/1.1\r\nHost: bot\r\nAuthorization: Bearer {token}\r\nContent-Length: 9\r\n\r\n"
    writer.write(head.encode())
    async with asyncio.timeout(5):
        assert (await reader.readline()).startswith(b"HTTP/1.1 408 ")
    writer.close()


async def test_unknown_activities_and_invokes_do_no_harm(door: Door) -> None:
    for kind, fields, status in (
        ("brandNew", {}, 200),
        ("messageReaction", {"reactionsAdded": [{"type": "like"}]}, 200),
        ("invoke", {"name": "brand/new"}, 501),
        ("invoke", {}, 501),
        ("invoke", {"name": "task/submit", "value": {"data": {}}}, 200),
    ):
        assert (await door.teams.send(door.teams.activity(kind, ANA.user_id, **fields))).status == status


async def test_a_mention_and_a_slash_command_say_who_sees_them(door: Door) -> None:
    await door.teams.mention(ANA.user_id, GENERAL, f"clockin <@{ANA.user_id}>")
    await door.teams.slash(ANA.user_id, GENERAL, "clockin")
    mentioned, typed = door.came
    assert mentioned.text == "<at>Attendance</at>&nbsp;clockin <at>Ana Silva</at>"
    assert [one.mentioned.id for one in mentioned.entities if one.type == "mention"] == [f"28:{APP_ID}", ANA.teams_id]
    assert (mentioned.is_personal, mentioned.is_private) == (False, False)
    assert (typed.text, typed.is_personal, typed.is_private) == ("clockin", False, True)
