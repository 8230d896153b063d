"""Long answers of several workspaces: one of them may have every place, until another needs one."""

from __future__ import annotations

import asyncio
from collections.abc import AsyncIterator
from contextlib import suppress
from datetime import UTC, datetime

import pytest

from bot.api import streaming
from bot.api.problems import Problem
from bot.api.streaming import LONG_AT_ONCE, Long
from bot.people.tokens import Token

NOW = datetime(2026, 11, 23, tzinfo=UTC)


class Readers:
    """Clients that take long answers. The first letter of a name is the workspace."""

    def __init__(self) -> None:
        self.long = Long()
        self.tasks: dict[str, asyncio.Task[None]] = {}
        self.take: dict[str, asyncio.Event] = {}

    async def begin(self, *names: str) -> None:
        """Raises a Problem where there is no place."""
        for name in names:
            self.take[name] = asyncio.Event()
            self.tasks[name] = asyncio.create_task(self._read(name))
            for _ in range(5):
                await asyncio.sleep(0)
            if self.tasks[name].done():
                self.tasks.pop(name).result()

    async def reading(self) -> list[str]:
        for _ in range(5):
            await asyncio.sleep(0)
        return [name for name, task in self.tasks.items() if not task.done()]

    async def _read(self, name: str) -> None:
        token = Token(name[0], name, f"U0{name}", "admin", None, NOW, None, None, None, None)
        with self.long.place(token) as sending:
            async with sending.deadline:
                while True:
                    await sending.part(self._taken(name))

    async def _taken(self, name: str) -> None:
        await self.take[name].wait()
        self.take[name].clear()

    async def close(self) -> None:
        for task in self.tasks.values():
            task.cancel()
            with suppress(asyncio.CancelledError, TimeoutError):
                await task


@pytest.fixture
async def readers() -> AsyncIterator[Readers]:
    found = Readers()
    yield found
    await found.close()


async def test_a_workspace_that_has_all_places_gives_one_to_another(readers: Readers) -> None:
    await readers.begin("a1", "a2", "a3")
    assert len(await readers.reading()) == LONG_AT_ONCE
    await readers.begin("b1")
    assert len(left := await readers.reading()) == LONG_AT_ONCE
    assert "b1" in left
    await readers.begin("c1")
    assert {name[0] for name in await readers.reading()} == {"a", "b", "c"}


async def test_a_workspace_never_takes_a_place_that_another_needs_as_much(readers: Readers) -> None:
    await readers.begin("a1", "a2", "b1")
    with pytest.raises(Problem) as refused:
        await readers.begin("b2")
    assert (refused.value.code, refused.value.headers) == ("rate-limited", {"Retry-After": "5"})
    with pytest.raises(Problem):
        await readers.begin("a3")
    assert await readers.reading() == ["a1", "a2", "b1"]


async def test_of_several_the_slowest_client_is_cut_off(readers: Readers) -> None:
    await readers.begin("a1", "a2", "a3")
    readers.take["a1"].set()
    readers.take["a3"].set()
    await readers.reading()
    for sending in readers.long._sending:
        sending.waited = 0.0
    readers.long._sending[1].waited = 5.0
    await readers.begin("b1")
    assert await readers.reading() == ["a1", "a3", "b1"]


async def test_who_stalls_makes_room_for_a_workspace_that_has_none(
    readers: Readers, monkeypatch: pytest.MonkeyPatch
) -> None:
    await readers.begin("a1", "b1", "c1")
    with pytest.raises(Problem):
        await readers.begin("d1")
    monkeypatch.setattr(streaming, "STALLED_SECONDS", -1.0)  # as if they had
    await readers.begin("d1")
    assert "d1" in await readers.reading()
    assert len(await readers.reading()) == LONG_AT_ONCE


async def test_a_place_is_free_again_once_its_answer_ends(readers: Readers) -> None:
    await readers.begin("a1", "b1", "c1")
    readers.tasks["b1"].cancel()
    assert await readers.reading() == ["a1", "c1"]
    await readers.begin("a2")
    assert await readers.reading() == ["a1", "c1", "a2"]


async def test_one_token_has_one_place(readers: Readers) -> None:
    await readers.begin("a1")
    with pytest.raises(Problem), readers.long.place(Token("a", "a1", "U0", "admin", None, NOW, None, None, None, None)):
        pass
