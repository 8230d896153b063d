"""A copy that is taken while people clock in holds a whole ledger of one moment."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot import attendance
from bot.services import Services
from storage.backup import back_up, restore
from storage.database import open_database
from storage.errors import UnusableDatabase
from storage.pairs import every
from storage.verify import verify
from tests.builders import caller
from tests.conftest import Clock

ANA = "U0ANA"


async def test_copies_taken_under_load_are_whole(services: Services, clock: Clock, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"

    async def work() -> None:
        for _ in range(60):
            await attendance.clock_in(services, caller(ANA), ANA)
            clock.advance(minutes=1)
            await attendance.clock_out(services, caller(ANA), ANA)

    working = asyncio.ensure_future(work())
    copies: list[Path] = []
    while not working.done():
        copies.append(tmp_path / f"copy-{len(copies)}.db")
        await asyncio.to_thread(back_up, url, copies[-1])
    await working
    assert len(copies) > 1
    pairs: list[int] = []
    for copy in copies:
        target = copy.with_suffix(".restored")
        restore(copy, f"sqlite:///{target}")
        opened = open_database(f"sqlite:///{target}", clock=clock)
        assert await opened.read(lambda tx: list(verify(tx.connection))) == []
        pairs.append(await opened.read(lambda tx: len(list(every(tx.connection)))))
        await opened.close()
    assert pairs == sorted(pairs)


def test_what_can_not_be_copied_leaves_nothing_behind(services: Services, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    before = {entry.name for entry in tmp_path.iterdir()}
    for target in (tmp_path / "nowhere" / "copy.db", tmp_path / "ledger.db"):
        with pytest.raises(UnusableDatabase):
            back_up(url, target)
    text = tmp_path / "diary.txt"
    text.write_text("Dear diary, " * 100)
    with pytest.raises(UnusableDatabase, match="can't be read as a SQLite database"):
        restore(text, f"sqlite:///{tmp_path / 'new.db'}")
    assert {entry.name for entry in tmp_path.iterdir()} == before | {"diary.txt"}
