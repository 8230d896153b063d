"""The practice workspace refuses what Slack would refuse for its number."""

from __future__ import annotations

from collections.abc import AsyncIterator
from typing import Any

import aiohttp
import pytest

from bot.practice.limits import A_MINUTE, Limits
from bot.practice.model import GENERAL
from bot.practice.people import ANA, BEN
from bot.practice.server import serve
from bot.practice.webapi import METHODS
from bot.practice.workspace import Workspace


class Seconds:
    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def seconds() -> Seconds:
    return Seconds()


@pytest.fixture
def limits(seconds: Seconds) -> Limits:
    return Limits(seconds)


def test_every_method_has_its_limit() -> None:
    assert A_MINUTE.keys() >= METHODS.keys()


@pytest.mark.parametrize("method", sorted(A_MINUTE.keys() - {"chat.postMessage"}))
def test_a_method_takes_its_number_of_calls_in_any_minute(limits: Limits, seconds: Seconds, method: str) -> None:
    assert not any(limits.retry_after(method, "") for _ in range(A_MINUTE[method]))
    seconds.now = 20.5
    assert limits.retry_after(method, "") == 40
    assert limits.retry_after("api.test" if method != "api.test" else "users.info", "") == 0, "another has its own"
    seconds.now = 60.5
    assert limits.retry_after(method, "") == 0


def test_a_channel_takes_a_message_a_second_and_the_workspace_300_a_minute(limits: Limits, seconds: Seconds) -> None:
    post = "chat.postMessage"
    assert (limits.retry_after(post, "C1"), limits.retry_after(post, "C1"), limits.retry_after(post, "C2")) == (0, 1, 0)
    seconds.now = 1.0
    assert limits.retry_after(post, "C1") == 0
    assert not any(limits.retry_after(post, f"D{number}") for number in range(297))
    assert limits.retry_after(post, "D300") == 59
    assert (limits.taken[post], limits.refused[post], limits.busiest[post]) == (300, 2, 300)


@pytest.fixture
async def call() -> AsyncIterator[Any]:
    workspace = Workspace(bot_url="")
    workspace.limits = Limits()
    async with serve(workspace) as address, aiohttp.ClientSession() as http:

        async def call(method: str, **arguments: str) -> tuple[int, str | None, Any]:
            headers = {"Authorization": f"Bearer {workspace.bot_token}"}
            async with http.post(f"{address}/api/{method}", data=arguments, headers=headers) as response:
                return response.status, response.headers.get("Retry-After"), await response.json()

        yield call


async def test_too_many_messages_get_429_with_the_seconds_to_wait(call: Any) -> None:
    assert (await call("chat.postMessage", channel=GENERAL, text="one"))[0] == 200
    status, retry_after, answer = await call("chat.postMessage", channel=GENERAL, text="two")
    assert (status, retry_after, answer["error"]) == (429, "1", "ratelimited")
    assert (await call("chat.postMessage", channel=ANA.id, text="to a person"))[0] == 200
    assert (await call("chat.postMessage", channel=BEN.id, text="to another"))[0] == 200


async def test_people_are_listed_in_pages(call: Any) -> None:
    everybody, cursor, pages = [], "", 0
    while pages == 0 or cursor:
        _, _, answer = await call("users.list", limit="3", cursor=cursor)
        everybody += [member["id"] for member in answer["members"]]
        cursor, pages = answer["response_metadata"]["next_cursor"], pages + 1
    assert everybody == list(Workspace(bot_url="").members)
    assert pages == -(-len(everybody) // 3)
    assert (await call("users.list", cursor="x"))[2]["error"] == "invalid_cursor"
