"""Answers go to Slack alone, whatever address a signed request names."""

from __future__ import annotations

import aiohttp
import pytest
from aiohttp import web
from aiohttp.test_utils import TestServer
from slack_sdk.web.async_client import AsyncWebClient
from structlog.testing import capture_logs

from bot.slack.response_urls import respond

ELSEWHERE = (
    "", "https://hooks.slack.com.evil.example/x", "https://evil.example/hooks.slack.com", "https://slack.com/api/x",
    "http://hooks.slack.com/x", "https://hooks.slack.com@evil.example/", "https://evil.example\\@hooks.slack.com/",
    "https://evil.example#@hooks.slack.com/", "https://hooks.slack.com:pw@evil.example", "//hooks.slack.com/x",
    "https://HOOKS.slack.com.\n.evil.example/", "file:///etc/passwd", "http://127.0.0.1/", "http://169.254.169.254/",
    "https://hooks.slack.com/x?y=http://evil.example", "https://hooks.slack.com:22/x", "https://hooks.slack.com:80/", "https://hooks.slack.com:99999/x",
    "https://hooks\uff0eslack.com/x", "https://[::1]/", "x" * 5000,
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
        ("https://hooks.slack.com:443/commands/T1/2/x", "https://slack.com:443/api/"),
        ("https://hooks.slack-gov.com/actions/T1/2/x", "https://slack-gov.com/api/"),
        ("http://127.0.0.1:4000/response/abc", "http://127.0.0.1:4000/api/"),
        ("http://[::1]:4000/response/abc", "http://[::1]:4000/api/"),
    ],
)
async def test_slack_is_called_wherever_its_web_api_is(called: list[str], url: str, api_url: str) -> None:
    await _respond(url, api_url)
    assert called == [url]
    await _respond(url, "https://slack.example/api/")
    assert called == [url]


async def test_another_port_of_this_machine_is_never_called(called: list[str]) -> None:
    for port in ("", ":22", ":4001", ":99999"):
        await _respond(f"http://127.0.0.1{port}/response/abc", "http://127.0.0.1:4000/api/")
    assert called == ["http://127.0.0.1/response/abc"]


async def test_an_answer_follows_no_redirect() -> None:
    asked: list[str] = []

    async def redirect(request: web.Request) -> web.Response:
        asked.append(request.path)
        raise web.HTTPTemporaryRedirect("/elsewhere")

    app = web.Application()
    app.router.add_route("*", "/{path:.*}", redirect)
    async with TestServer(app) as server:
        with capture_logs() as lines:
            await _respond(str(server.make_url("/response/abc")), str(server.make_url("/api/")))
    assert asked == ["/response/abc"]
    assert [(line["event"], line["status"]) for line in lines] == [("answer-not-delivered", 307)]
