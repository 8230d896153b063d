"""Places that workspaces share: nobody waits for the others of one that has many."""

from __future__ import annotations

import asyncio
from collections.abc import Callable
from contextlib import suppress
from functools import partial

import pytest

from storage.shares import Shares


class Crowd:
    """Asks for places, and notes who has got one, in order."""

    def __init__(self, shares: Shares) -> None:
        self.shares = shares
        self.inside: list[str] = []
        self._leave: dict[str, asyncio.Event] = {}
        self._tasks: dict[str, asyncio.Task[None]] = {}

    async def comes(self, *names: str) -> None:
        """Each is of the workspace that its first letter says."""
        for name in names:
            self._leave[name] = asyncio.Event()
            self._tasks[name] = asyncio.create_task(self._stay(name))
        await self._settle()

    async def leaves(self, *names: str) -> None:
        for name in names:
            self._leave[name].set()
        await self._settle()

    async def hangs_up(self, name: str) -> None:
        self._tasks[name].cancel()
        await self._settle()

    async def _stay(self, name: str) -> None:
        async with self.shares.place(name[:1]):
            self.inside.append(name)
            try:
                await self._leave[name].wait()
            finally:
                self.inside.remove(name)

    async def _settle(self) -> None:
        for _ in range(20):
            await asyncio.sleep(0)

    async def close(self) -> None:
        for task in self._tasks.values():
            task.cancel()
            with suppress(asyncio.CancelledError):
                await task


async def test_one_workspace_takes_no_more_than_its_share() -> None:
    crowd = Crowd(Shares(4, 3))
    await crowd.comes("a1", "a2", "a3", "a4", "a5")
    assert crowd.inside == ["a1", "a2", "a3"]
    await crowd.comes("b1")
    assert crowd.inside == ["a1", "a2", "a3", "b1"]
    await crowd.leaves("a2")
    assert crowd.inside == ["a1", "a3", "b1", "a4"]
    await crowd.close()


async def test_the_only_workspace_takes_all_but_what_the_program_needs_until_another_comes() -> None:
    crowd = Crowd(Shares(4, 2, 3))
    await crowd.comes("a1", "a2", "a3", "a4")
    assert crowd.inside == ["a1", "a2", "a3"]
    await crowd.comes("")
    assert crowd.inside == ["a1", "a2", "a3", ""]
    await crowd.leaves("")
    await crowd.comes("b1", "b2")
    assert crowd.inside == ["a1", "a2", "a3", "b1"]
    await crowd.leaves("a1")
    assert crowd.inside == ["a2", "a3", "b1", "b2"]
    await crowd.leaves("b1", "b2")
    assert crowd.inside == ["a2", "a3"]
    await crowd.close()


async def test_a_free_place_goes_to_the_workspace_with_the_fewest() -> None:
    crowd = Crowd(Shares(3, 3))
    await crowd.comes("a1", "a2", "b1", "a3", "a4", "b2", "c1")
    assert crowd.inside == ["a1", "a2", "b1"]
    await crowd.leaves("a1")
    assert crowd.inside == ["a2", "b1", "c1"]
    await crowd.leaves("b1")
    assert crowd.inside == ["a2", "c1", "b2"]
    await crowd.close()


async def test_a_thousand_who_wait_before_somebody_of_another_workspace_are_one_before_them() -> None:
    crowd = Crowd(Shares(1, 1))
    await crowd.comes(*(f"a{number}" for number in range(1000)), "b1")
    await crowd.leaves("a0")
    assert crowd.inside == ["b1"]
    await crowd.leaves("b1")
    assert crowd.inside == ["a1"]
    await crowd.close()


async def test_a_place_that_rests_is_free_for_all_others() -> None:
    shares = Shares(1, 1)
    loop, later = asyncio.get_running_loop(), list[tuple[float, Callable[[], None]]]()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(loop, "call_later", lambda seconds, do, *args: later.append((seconds, partial(do, *args))))
        async with shares.place("a") as place:
            place.rests_for_seconds = 7.0
    crowd = Crowd(shares)
    await crowd.comes("a1", "b1")
    assert crowd.inside == ["b1"]
    await crowd.leaves("b1")
    assert crowd.inside == []
    ((seconds, rested),) = later
    rested()
    await crowd.comes("b2")
    assert (seconds, crowd.inside) == (7.0, ["a1"])
    await crowd.close()


async def test_who_hangs_up_keeps_no_place_and_nobody_from_one() -> None:
    crowd = Crowd(Shares(1, 1))
    await crowd.comes("a1", "b1", "c1")
    await crowd.hangs_up("b1")
    await crowd.hangs_up("a1")
    assert crowd.inside == ["c1"]
    await crowd.leaves("c1")
    await crowd.comes("d1")
    assert crowd.inside == ["d1"]
    await crowd.close()


async def test_who_hangs_up_at_the_moment_of_their_turn_gives_it_on() -> None:
    shares = Shares(1, 1)
    entered: list[str] = []

    async def enter(name: str) -> None:
        async with shares.place(name):
            entered.append(name)

    async with shares.place("a"):
        tasks = [asyncio.create_task(enter(name)) for name in ("b", "c")]
        await asyncio.sleep(0)
    tasks[0].cancel()  # it has its turn, and does not know yet
    await asyncio.gather(*tasks, return_exceptions=True)

    assert entered == ["c"]
    async with asyncio.timeout(10), shares.place("d"):
        assert shares.waiting("d") == 0
