"""How much one token may ask: generous, told in every answer, and 429 past it."""

from __future__ import annotations

from itertools import count

import pytest

from bot.api import limits
from bot.api.limits import Limits
from tests.api.conftest import Client


class Watch:
    """Seconds that the test lets pass."""

    def __init__(self) -> None:
        self.now = 0.0

    def __call__(self) -> float:
        return self.now


@pytest.fixture
def engine() -> str:
    return "sqlite"


def test_a_token_may_use_up_what_it_has_and_then_as_much_as_comes_back() -> None:
    watch = Watch()
    counted = Limits(10, 5, watch)
    assert [counted.take("a") for _ in range(11)] == [(9 - n, -(-(n + 1) // 2)) for n in range(10)] + [None]
    assert counted.wait("a") == 1
    watch.now = 0.5
    assert [counted.take("a") is not None for _ in range(2)] == [True, False]
    assert counted.take("b") == (9, 1)  # another's is another's
    watch.now = 60
    assert [counted.take("a") is not None for _ in range(11)] == [True] * 10 + [False]


def test_invented_tokens_fill_no_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(limits, "TOKENS_REMEMBERED", 3)
    counted = Limits(10, 5, Watch())
    for number in range(100):
        counted.take(str(number))
    assert len(counted._buckets) == 3


async def test_every_answer_to_a_token_tells_what_is_left(api: Client) -> None:
    def left(headers: object) -> int:
        return int(str(headers).partition("r=")[2].partition(";")[0])

    replies = [await api.query(), await api.query(startDate="x"), await api.call("GET", "/2.0/nowhere")]
    assert [reply.status for reply in replies] == [200, 400, 404]
    assert {reply.headers["RateLimit-Policy"] for reply in replies} == {'"token";q=60000;w=60'}
    told = [left(reply.headers["RateLimit"]) for reply in replies]
    assert told[0] >= told[1] - 60000 / 60  # it fills up meanwhile
    assert max(told) < 60000
    assert "RateLimit" not in (await api.call("GET", "/attendance-events", who=None)).headers


async def test_past_the_limit_is_429_with_when_to_come_again(api: Client, monkeypatch: pytest.MonkeyPatch) -> None:
    takes = count()
    monkeypatch.setattr(Limits, "take", lambda self, token: (1, 1) if next(takes) < 1 else None)
    monkeypatch.setattr(Limits, "wait", lambda self, token: 7)
    assert (await api.query()).status == 200
    reply = await api.clock_in()
    assert (reply.status, reply.code, reply.headers["Retry-After"]) == (429, "rate-limited", "7")
    assert reply.headers["RateLimit"] == '"token";r=0;t=7'
    async with api.http.get(f"{api.address}/healthz") as response:
        assert response.status == 200
