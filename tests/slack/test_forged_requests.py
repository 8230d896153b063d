"""What does not come from Slack gets 401, and never a 500, whatever it holds."""

from __future__ import annotations

import asyncio
import time

import pytest

from tests.conftest import RunningBot

BODY = b"command=%2Fclockin&text=&team_id=T0PRACTICE&user_id=U0ANA&response_url=&trigger_id="
FORM = {"Content-Type": "application/x-www-form-urlencoded"}


@pytest.mark.parametrize(
    ("why", "timestamp", "signature"),
    [
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
    ],
)
async def test_a_request_is_refused_with(
    bot: RunningBot, why: str, timestamp: str | None, signature: str | None
) -> None:
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


async def test_a_signature_holds_for_its_own_body_alone(bot: RunningBot) -> None:
    signed = bot.workspace.sign(BODY)
    assert (await bot.workspace.deliver_raw(BODY + b"&text=other", FORM | signed)).status == 401


async def test_a_body_that_is_not_text_is_refused_even_if_it_is_signed(bot: RunningBot) -> None:
    body = b"\xff\xfe\x00command"
    assert (await bot.workspace.deliver_raw(body, FORM | bot.workspace.sign(body))).status == 401


@pytest.mark.parametrize(
    ("body", "content_type"),
    [
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
    ],
)
async def test_a_signed_body_that_slack_never_sends_is_no_server_error(
    bot: RunningBot, body: bytes, content_type: str
) -> None:
    headers = {"Content-Type": content_type} | bot.workspace.sign(body)
    assert 400 <= (await bot.workspace.deliver_raw(body, headers)).status < 500


async def test_a_body_past_one_mebibyte_is_refused(bot: RunningBot) -> None:
    body = b"text=" + b"x" * (1024 * 1024)
    assert (await bot.workspace.deliver_raw(body, FORM | bot.workspace.sign(body))).status == 413


async def test_slack_may_verify_the_address_when_the_app_is_set_up(bot: RunningBot) -> None:
    body = b'{"type": "url_verification", "challenge": "3eZbrw1aB1", "token": "x"}'
    headers = {"Content-Type": "application/json"} | bot.workspace.sign(body)
    assert "3eZbrw1aB1" in (await bot.workspace.deliver_raw(body, headers)).body


async def test_somebody_from_another_workspace_is_refused_kindly_and_nothing_is_written(bot: RunningBot) -> None:
    bot.workspace.team_id = "T0ELSEWHERE"
    delivery = await bot.workspace.command("U0ANA", "/clockin")
    assert delivery.messages[0].text.startswith("Working hours are kept here for members of this workspace only.")


async def test_many_forged_requests_at_once_do_not_keep_the_genuine_one_waiting(bot: RunningBot) -> None:
    forged = [bot.workspace.deliver_raw(BODY, FORM) for _ in range(50)]
    genuine = bot.workspace.command("U0ANA", "/clockin")
    *refused, delivery = await asyncio.gather(*forged, genuine)
    assert {answer.status for answer in refused} == {401}
    assert delivery.messages[0].text == "In at 09:02 (Berlin)."
