"""Bodies that arrive at the same time: small ones stay, and whoever holds the most room for longest makes way."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import suppress

import pytest

from bot.runtime.body_budget import BodyBudget, MadeWay

LONG = 60.0

Begin = Callable[..., asyncio.Task[bytes]]


async def never() -> bytes:
    await asyncio.Event().wait()
    return b""


async def at_once() -> bytes:
    return b"arrived"


async def settle() -> None:
    for _ in range(10):
        await asyncio.sleep(0)


@pytest.fixture
async def begin() -> AsyncIterator[Begin]:
    """Begins to read a body that stays away."""
    tasks: list[asyncio.Task[bytes]] = []

    def begin(budget: BodyBudget, size: int, within_seconds: float = LONG) -> asyncio.Task[bytes]:
        tasks.append(asyncio.create_task(budget.read(size, within_seconds, never)))
        return tasks[-1]

    yield begin
    for task in tasks:
        task.cancel()
        with suppress(asyncio.CancelledError, TimeoutError, MadeWay):
            await task


async def test_the_longest_of_equals_makes_way(begin: Begin) -> None:
    budget = BodyBudget(100)
    first, second = begin(budget, 50), begin(budget, 50)
    await settle()
    assert await budget.read(50, LONG, at_once) == b"arrived"
    await settle()
    assert isinstance(first.exception(), MadeWay)
    assert not second.done()


@pytest.mark.parametrize("size", [3, 12, 25, 50, 99])
async def test_a_small_body_stays_however_many_larger_ones_come_after_it(begin: Begin, size: int) -> None:
    budget = BodyBudget(100)
    small = begin(budget, 1)
    for _ in range(500):
        begin(budget, size)
    await settle()
    assert not small.done()


async def test_a_thousand_small_ones_let_a_larger_one_in(begin: Begin) -> None:
    budget = BodyBudget(100)
    crowd = [begin(budget, 1) for _ in range(1000)]
    await settle()
    assert await budget.read(3, LONG, at_once) == b"arrived"
    await settle()
    assert [task.done() for task in crowd] == [True] * 903 + [False] * 97


@pytest.mark.parametrize("turns_of_the_loop", range(5))
async def test_those_whose_time_runs_out_at_that_very_moment_do_no_harm(begin: Begin, turns_of_the_loop: int) -> None:
    budget = BodyBudget(100)
    for _ in range(2):
        begin(budget, 50, 0)
    for _ in range(turns_of_the_loop):
        await asyncio.sleep(0)
    assert await budget.read(50, LONG, at_once) == b"arrived"


async def test_who_takes_too_long_is_told_so() -> None:
    with pytest.raises(TimeoutError):
        await BodyBudget(100).read(50, 0.01, never)
