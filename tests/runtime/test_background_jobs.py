"""Background jobs reach every workspace, whatever happens in one of them."""

from __future__ import annotations

import asyncio
from collections import Counter
from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager, suppress

import pytest

from bot.errors import DirectoryUnavailable
from bot.runtime.background_jobs import AT_ONCE, OF_EACH, Served, Work, run_forever
from storage.errors import Unavailable


@asynccontextmanager
async def going_round(served: Served, work: Work) -> AsyncIterator[asyncio.Task[None]]:
    task = asyncio.create_task(run_forever("test", served, work, 0))
    try:
        async with asyncio.timeout(5):
            yield task
    finally:
        task.cancel()
        with suppress(asyncio.CancelledError):
            await task


class Visits:
    """Counts the visits; `done` is set once the workspace "T0FINE" has had five."""

    def __init__(self) -> None:
        self.count: Counter[str] = Counter()
        self.done = asyncio.Event()

    async def served(self) -> Sequence[str]:
        return ["T0ODD", "T0FINE"]

    def note(self, workspace_id: str) -> None:
        self.count[workspace_id] += 1
        if self.count["T0FINE"] >= 5:
            self.done.set()


async def test_a_slow_workspace_is_skipped_and_delays_no_other() -> None:
    visits, never = Visits(), asyncio.Event()

    async def work(workspace_id: str) -> None:
        visits.note(workspace_id)
        if workspace_id == "T0ODD":
            await never.wait()

    async with going_round(visits.served, work):
        await visits.done.wait()

    assert visits.count["T0ODD"] == 1


async def test_workspaces_with_much_to_do_have_one_round_and_then_it_is_the_next_ones_turn() -> None:
    busy, rounds, came = [f"T{number}" for number in range(AT_ONCE)], Counter[str](), asyncio.Event()
    due = [*busy]

    async def served() -> Sequence[str]:
        return due

    async def work(workspace_id: str) -> bool:
        await asyncio.sleep(0)
        rounds[workspace_id] += 1
        if workspace_id == "T0URGENT":
            came.set()
        elif min(rounds[one] for one in busy) == 10:
            due[:] = [*busy, "T0URGENT"]
        return workspace_id in busy

    async with going_round(served, work):
        await came.wait()

    assert sum(rounds.values()) < 20 * AT_ONCE


async def test_what_one_workspace_has_of_a_kind_takes_only_its_share_of_the_places() -> None:
    hanging, never, came = 0, asyncio.Event(), asyncio.Event()

    async def served() -> Sequence[str]:
        return [*(f"T0ODD {number}" for number in range(3 * AT_ONCE)), "T0FINE 1"]

    async def work(one: str) -> None:
        nonlocal hanging
        if one == "T0FINE 1":
            came.set()
            return
        hanging += 1
        await never.wait()

    async with going_round(served, work):
        await came.wait()

    assert hanging == OF_EACH


@pytest.mark.parametrize("fault", [DirectoryUnavailable("auth.test"), Unavailable("locked"), KeyError("a bug")])
async def test_after_an_error_every_workspace_is_visited_again(fault: Exception) -> None:
    visits = Visits()

    async def work(workspace_id: str) -> None:
        visits.note(workspace_id)
        if workspace_id == "T0ODD":
            raise fault

    async with going_round(visits.served, work) as rounds:
        await visits.done.wait()
        assert not rounds.done()

    assert visits.count["T0ODD"] > 1


@pytest.mark.parametrize("fault", [DirectoryUnavailable("auth.test"), Unavailable("locked"), KeyError("a bug")])
async def test_a_failing_query_for_workspaces_is_repeated(fault: Exception) -> None:
    visits, faults = Visits(), [fault, fault]

    async def served() -> Sequence[str]:
        if faults:
            raise faults.pop()
        return ["T0FINE"]

    async def work(workspace_id: str) -> None:
        visits.note(workspace_id)

    async with going_round(served, work):
        await visits.done.wait()


async def test_only_a_few_are_visited_at_once_and_all_end_with_the_job() -> None:
    visited, ended, full, never = 0, 0, asyncio.Event(), asyncio.Event()

    async def served() -> Sequence[str]:
        return [f"T{number}" for number in range(3 * AT_ONCE)]

    async def work(workspace_id: str) -> None:
        nonlocal visited, ended
        visited += 1
        if visited == AT_ONCE:
            full.set()
        try:
            await never.wait()
        finally:
            ended += 1

    async with going_round(served, work):
        await full.wait()
        for _ in range(20):
            await asyncio.sleep(0)  # let others in, if they may
        assert visited == AT_ONCE

    assert ended == AT_ONCE
