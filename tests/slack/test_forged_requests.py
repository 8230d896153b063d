"""What does not come from Slack gets 401, and never a 500, whatever it holds."""

from __future__ import annotations

import asyncio
import gzip
import time
from urllib.parse import urlsplit

import pytest

from bot.slack import request_verification, unsigned_bodies
from tests.conftest import Clock, RunningBot

BODY = b"command=%2Fclockin&text=&team_id=T0PRACTICE&user_id=U0ANA&response_url=&trigger_id="
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


async def test_a_request_that_slack_did_not_sign_is_refused(bot: RunningBot) -> None:
    for why, timestamp, signature in (
        ("no signature at all", None, None),
        ("no timestamp", None, "v0=" + "0" * 64),
        ("no signature", "now", None),
        ("another secret's signature", "now", "v0=" + "0" * 64),
        ("a timestamp of words", "yesterday", "v0=" + "0" * 64),
        ("a timestamp with a fraction", "1700000000.5", "v0=" + "0" * 64),
        ("a timestamp past all numbers", "9" * 400, "v0=" + "0" * 64),
        ("a timestamp below zero", "-1", "v0=" + "0" * 64),
        ("a timestamp in other digits", "١٧٠٠٠٠٠٠٠٠", "v0=" + "0" * 64),
        ("an empty timestamp", "", "v0=" + "0" * 64),
        ("a signature that is not ASCII", "now", "v0=é"),
        ("a signature of another version", "now", "v1=" + "0" * 64),
        ("an empty signature", "now", ""),
    ):
        headers = dict(FORM)
        if timestamp is not None:
            headers["X-Slack-Request-Timestamp"] = str(int(time.time())) if timestamp == "now" else timestamp
        if signature is not None:
            headers["X-Slack-Signature"] = signature
        assert (await bot.workspace.deliver_raw(BODY, headers)).status == 401, why


async def test_a_signature_grows_stale_after_five_minutes(bot: RunningBot) -> None:
    for age, status in ((0, 200), (240, 200), (310, 401), (-310, 401)):
        signed = bot.workspace.sign(BODY, int(time.time()) - age)
        assert (await bot.workspace.deliver_raw(BODY, FORM | signed)).status == status


async def test_a_signature_is_only_valid_for_its_own_body(bot: RunningBot) -> None:
    signed = bot.workspace.sign(BODY)
    assert (await bot.workspace.deliver_raw(BODY + b"&text=other", FORM | signed)).status == 401


async def test_a_body_that_is_not_text_is_refused_even_if_it_is_signed(bot: RunningBot) -> None:
    body = b"\xff\xfe\x00command"
    assert (await bot.workspace.deliver_raw(body, FORM | bot.workspace.sign(body))).status == 401


async def test_a_signed_body_that_slack_never_sends_is_no_server_error(bot: RunningBot) -> None:
    for body, content_type in (
        (b"payload=%7Bnot+json", "application/x-www-form-urlencoded"),
        (b"payload=7", "application/x-www-form-urlencoded"),
        (b"payload=%5B%5D", "application/x-www-form-urlencoded"),
        (b"payload=" + b"%5B" * 100_000, "application/x-www-form-urlencoded"),
        (b"{broken", "application/json"),
        (b"[]", "application/json"),
        (b"7", "application/json"),
        (b'{"type": "event_callback", "event": 7}', "application/json"),
        (b"", "application/json"),
        (b"", "application/x-www-form-urlencoded"),
    ):
        headers = {"Content-Type": content_type} | bot.workspace.sign(body)
        assert 400 <= (await bot.workspace.deliver_raw(body, headers)).status < 500, body[:50]


async def test_a_body_larger_than_slack_sends_is_refused(bot: RunningBot) -> None:
    body = b"text=" + b"x" * request_verification.MOST_BYTES
    assert (await bot.workspace.deliver_raw(body, FORM | bot.workspace.sign(body))).status == 413


async def test_what_is_signed_is_read_as_it_came_and_never_unpacked(bot: RunningBot) -> None:
    for encoding in ("gzip", "deflate", "nonsense"):
        headers = FORM | {"Content-Encoding": encoding} | bot.workspace.sign(BODY)
        assert (await bot.workspace.deliver_raw(BODY, headers)).status == 200, encoding


async def test_a_small_body_that_would_unpack_to_a_large_one_is_refused(bot: RunningBot) -> None:
    body = gzip.compress(b" " * 50_000_000)
    headers = FORM | {"Content-Encoding": "gzip"} | bot.workspace.sign(body)
    assert (await bot.workspace.deliver_raw(body, headers)).status == 401


async def test_a_stalled_sender_is_disconnected(bot: RunningBot, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(unsigned_bodies, "READ_WITHIN_SECONDS", 0.05)
    address = urlsplit(bot.address)
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    writer.write(b"POST /slack/events HTTP/1.1\r\nHost: bot\r\nContent-Length: 100\r\n\r\ncommand=")
    async with asyncio.timeout(5):
        answer = await reader.readuntil(b"\r\n\r\n")
    assert answer.startswith(b"HTTP/1.1 408 ")
    writer.close()


async def test_slack_may_verify_the_address_when_the_app_is_set_up(bot: RunningBot) -> None:
    body = b'{"type": "url_verification", "challenge": "3eZbrw1aB1", "token": "x"}'
    headers = {"Content-Type": "application/json"} | bot.workspace.sign(body)
    assert "3eZbrw1aB1" in (await bot.workspace.deliver_raw(body, headers)).body


@pytest.mark.parametrize(
    ("why", "request_from", "known_to_slack_in"),
    [
        ("another workspace's request, though the person is one of ours", "T0ELSEWHERE", "T0PRACTICE"),
        ("a stranger in a shared channel of ours", "T0PRACTICE", "T0ELSEWHERE"),
        ("another workspace's own member", "T0ELSEWHERE", "T0ELSEWHERE"),
        ("no workspace at all", "", "T0PRACTICE"),
    ],
)
async def test_somebody_from_another_workspace_gets_a_sentence_and_nothing_is_written(
    bot: RunningBot, why: str, request_from: str, known_to_slack_in: str
) -> None:
    home = bot.workspace.team_id
    bot.workspace.team_id = known_to_slack_in
    body = BODY.replace(b"T0PRACTICE", request_from.encode())
    delivery = await bot.workspace.deliver_raw(body, FORM | bot.workspace.sign(body))
    assert delivery.status == 200
    assert "I only keep hours for members of this workspace." in delivery.body, why
    bot.workspace.team_id = home
    (state,) = (await bot.workspace.command("U0ANA", "/attendance")).messages
    assert state.text.startswith("*You haven't clocked in today*")


async def test_somebody_who_moved_to_another_workspace_is_refused_once_they_were_looked_up(
    bot: RunningBot, clock: Clock
) -> None:
    (state,) = (await bot.workspace.command("U0ANA", "/attendance")).messages
    assert state.text.startswith("*You haven't clocked in today*")
    clock.advance(hours=27)
    bot.workspace.team_id = "T0ELSEWHERE"
    async with asyncio.timeout(10):
        while "Your account is deactivated" not in await answered(bot):
            pass  # that is done beside the answer


async def answered(bot: RunningBot) -> str:
    return (await bot.workspace.deliver_raw(BODY, FORM | bot.workspace.sign(BODY))).body


async def test_another_workspaces_events_change_none_of_our_people(bot: RunningBot) -> None:
    await bot.workspace.command("U0ANA", "/attendance")
    await bot.workspace.command("U0BEN", "/clockin")
    user = {"id": "U0ANA", "team_id": "T0ELSEWHERE", "real_name": "Ana Silva", "is_admin": True}
    assert (await bot.workspace.event({"type": "user_change", "user": user})).status == 200
    (report,) = (await bot.workspace.command("U0ANA", "/attendance", "report")).messages
    assert "Ana Silva" in report.text
    assert "Ben Fischer" not in report.text


async def test_among_many_forged_requests_at_once_each_is_refused_and_the_genuine_one_answered(
    bot: RunningBot,
) -> None:
    forged = [bot.workspace.deliver_raw(BODY, FORM) for _ in range(50)]
    genuine = bot.workspace.command("U0ANA", "/clockin")
    *refused, delivery = await asyncio.gather(*forged, genuine)
    assert {answer.status for answer in refused} == {401}
    assert delivery.messages[0].text == "✅ *Clocked in at 09:02.*"


async def test_slacks_unsigned_check_of_the_address_is_answered_and_does_nothing(bot: RunningBot) -> None:
    assert (await bot.workspace.deliver_raw(b"ssl_check=1&token=abc", FORM)).status == 200
    assert (await bot.workspace.deliver_raw(b"ssl_check=1&" + BODY, FORM)).status == 200
    assert bot.workspace.messages == []
    for no_check in (b"ssl_check=0", b"ssl_check=", b"ssl_check=1&ssl_check=2", b"text=ssl_check%3D1"):
        assert (await bot.workspace.deliver_raw(no_check, FORM)).status == 401
