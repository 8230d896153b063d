"""A copy that is taken while people clock in holds a whole ledger of one moment."""

from __future__ import annotations

import asyncio
from pathlib import Path

import pytest

from bot.attendance import recording
from bot.runtime.services import Services
from storage.backup import back_up, restore
from storage.database import open_database
from storage.errors import UnusableDatabase
from storage.pair_queries import stream_all
from storage.verify import verify
from tests.builders import caller
from tests.conftest import Clock

ANA = "U0ANA"


@pytest.fixture
def engine() -> str:
    return "sqlite"


async def test_copies_taken_under_load_are_whole(services: Services, clock: Clock, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"

    async def work() -> None:
        for _ in range(60):
            await recording.clock_in(services, caller(ANA), ANA)
            clock.advance(minutes=1)
            await recording.clock_out(services, caller(ANA), ANA)

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
        opened = await open_database(f"sqlite:///{target}", clock=clock)
        assert await opened.read(lambda tx: list(verify(tx.connection))) == []
        pairs.append(await opened.read(lambda tx: len(list(stream_all(tx.connection)))))
        await opened.close()
    assert pairs == sorted(pairs)


def test_a_failed_copy_leaves_no_file_behind(services: Services, tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path / 'ledger.db'}"
    before = {entry.name for entry in tmp_path.iterdir()}
    for target in (tmp_path / "nowhere" / "copy.db", tmp_path / "ledger.db"):
        with pytest.raises(UnusableDatabase):
            back_up(url, target)
    text = tmp_path / "diary.txt"
    text.write_text("Dear diary, " * 100)
    with pytest.raises(UnusableDatabase, match=r"isn't a readable SQLite database.*\. Use another backup"):
        restore(text, f"sqlite:///{tmp_path / 'new.db'}")
    for no_file in (tmp_path / "nothing.db", tmp_path):
        with pytest.raises(UnusableDatabase, match=f"There's no backup at {no_file}. Name the file"):
            restore(no_file, f"sqlite:///{tmp_path / 'new.db'}")
    assert {entry.name for entry in tmp_path.iterdir()} == before | {"diary.txt"}


@pytest.mark.parametrize("suffix", ["-wal", "-shm", "-journal"])
def test_files_of_an_earlier_database_are_named_and_not_overwritten(
    services: Services, tmp_path: Path, suffix: str
) -> None:
    """SQLite would take a stale log for the restored file's own, and spoil it while it says that all is well."""
    back_up(f"sqlite:///{tmp_path / 'ledger.db'}", tmp_path / "backup.db")
    beside = tmp_path / f"new.db{suffix}"
    beside.write_bytes(b"of another database")
    with pytest.raises(UnusableDatabase, match=f"new.db{suffix} is left over"):
        restore(tmp_path / "backup.db", f"sqlite:///{tmp_path / 'new.db'}")
    assert not (tmp_path / "new.db").exists()
    assert beside.read_bytes() == b"of another database"


async def test_nobody_else_on_the_machine_may_read_a_ledger_or_its_backup(services: Services, tmp_path: Path) -> None:
    await recording.clock_in(services, caller(ANA), ANA)
    back_up(f"sqlite:///{tmp_path / 'ledger.db'}", tmp_path / "backup.db")
    rights = {file.name: file.stat().st_mode & 0o077 for file in tmp_path.iterdir()}
    assert rights == {"ledger.db": 0, "ledger.db-wal": 0, "ledger.db-shm": 0, "backup.db": 0}
