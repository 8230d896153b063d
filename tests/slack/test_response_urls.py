"""Answers go to Slack alone, whatever address a signed request names."""

from __future__ import annotations

import aiohttp
import pytest
from slack_sdk.web.async_client import AsyncWebClient

from bot.slack.response_urls import respond

ELSEWHERE = (
    "", "https://hooks.slack.com.evil.example/x", "https://evil.example/hooks.slack.com", "https://slack.com/api/x",
    "http://hooks.slack.com/x", "https://hooks.slack.com@evil.example/", "https://evil.example\\@hooks.slack.com/",
    "https://evil.example#@hooks.slack.com/", "https://hooks.slack.com:pw@evil.example", "//hooks.slack.com/x",
    "https://HOOKS.slack.com.\n.evil.example/", "file:///etc/passwd", "http://127.0.0.1/", "http://169.254.169.254/",
    "https://hooks.slack.com/x?y=http://evil.example", "https://hooks\uff0eslack.com/x", "https://[::1]/", "x" * 5000,
)  # fmt: skip


@pytest.fixture
async def called(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    urls: list[str] = []

    async def call(self: object, method: str, url: str, **how: object) -> None:
        urls.append(url)
        raise aiohttp.ClientError

    monkeypatch.setattr(aiohttp.ClientSession, "_request", call)
    return urls


async def _respond(url: str, api_url: str) -> None:
    async with aiohttp.ClientSession() as session:
        await respond(AsyncWebClient(session=session, base_url=api_url), url, {"text": "in"})


async def test_an_address_outside_slack_is_never_called(called: list[str]) -> None:
    for url in ELSEWHERE:
        await _respond(url, "https://slack.com/api/")
    assert called == []


@pytest.mark.parametrize(
    ("url", "api_url"),
    [
        ("https://hooks.slack.com/commands/T1/2/x-Y_z", "https://slack.com/api/"),
        ("https://hooks.slack-gov.com/actions/T1/2/x", "https://slack-gov.com/api/"),
        ("http://127.0.0.1:4711/response/abc", "http://127.0.0.1:4000/api/"),
        ("http://[::1]:4711/response/abc", "http://[::1]:4000/api/"),
    ],
)
async def test_slack_is_called_wherever_its_web_api_is(called: list[str], url: str, api_url: str) -> None:
    await _respond(url, api_url)
    assert called == [url]
    await _respond(url, "https://slack.example/api/")
    assert called == [url]
