"""Drawings for which nobody waits let everybody who waits for an answer go first."""

from __future__ import annotations

import asyncio

import pytest

from bot.runtime import answering
from bot.runtime.answering import Answering


async def test_a_drawing_begins_once_nobody_waits_for_an_answer_and_after_other_drawings() -> None:
    requests, done = Answering(), []

    async def draw(number: int) -> None:
        async with requests.afterwards():
            done.append(f"begin {number}")
            await asyncio.sleep(0)
            done.append(f"end {number}")

    with requests.request():
        with requests.request():
            drawings = asyncio.gather(draw(1), draw(2))
            await asyncio.sleep(0)
        await asyncio.sleep(0)
        assert done == []
    await drawings
    assert done == ["begin 1", "end 1", "begin 2", "end 2"]


async def test_a_drawing_is_not_put_off_for_ever(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(answering, "PATIENCE_SECONDS", 0.01)
    requests, drawn = Answering(), False
    with requests.request():
        async with requests.afterwards():
            drawn = True
    assert drawn
