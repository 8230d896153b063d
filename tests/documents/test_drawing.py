"""PDFs and workbooks are drawn in a process of their own."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path

import pytest

from bot.documents.drawing import DrawingFailed, draw
from bot.errors import TooManySheets


async def test_a_document_is_drawn_in_another_process_without_the_secrets_of_the_server(
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("SLACK_BOT_TOKEN", "xoxb-secret")
    assert await draw(os.getpid) != os.getpid()
    assert await draw(os.getenv, "SLACK_BOT_TOKEN") is None


def refuse() -> None:
    raise TooManySheets(200)


async def test_what_the_drawing_raises_comes_back() -> None:
    with pytest.raises(TooManySheets) as refused:
        await draw(refuse)
    assert refused.value.most == 200
    with pytest.raises(MemoryError):
        await draw(bytes, 2 << 30)


async def test_a_process_that_dies_is_an_error_and_the_next_document_is_drawn() -> None:
    with pytest.raises(DrawingFailed, match="ended with 3"):
        await draw(os._exit, 3)
    assert await draw(int, "7") == 7


def draw_for_a_minute(begun: Path) -> None:
    begun.write_text(str(os.getpid()))
    time.sleep(60)


async def test_a_drawing_that_nobody_waits_for_any_more_is_killed(tmp_path: Path) -> None:
    begun = tmp_path / "begun"
    os.mkfifo(begun)
    drawing = asyncio.create_task(draw(draw_for_a_minute, begun))
    pid = int(await asyncio.to_thread(begun.read_text))
    drawing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await drawing
    with pytest.raises(ProcessLookupError):
        os.kill(pid, 0)


def test_the_process_loads_no_library_of_the_database_or_of_chats() -> None:
    code = "import bot.documents.workbooks, bot.documents.pages, bot.documents.paper, sys; print(*sys.modules)"
    loaded = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True).stdout.split()
    assert not {"sqlalchemy", "pydantic", "slack_sdk", "aiohttp", "bot.wording"} & set(loaded)
