"""A disk that is full, a file that can't be written to or is locked, while the bot serves from it on SQLite."""

from __future__ import annotations

import asyncio
import os
import shutil
import sqlite3
import subprocess
import tempfile
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AbstractAsyncContextManager, asynccontextmanager, closing, suppress
from pathlib import Path

import pytest

from storage.errors import UnusableDatabase
from tests.faults.conftest import ANA, BEN, CLIENTS, KEI, NORA, TRY_AGAIN_SOON, Day, at_work, token_of_an_admin
from tests.faults.findings import findings, listed_by
from tests.faults.load import load

Fault = Callable[[Path], AbstractAsyncContextManager[None]]
FEW = CLIENTS[:5]


@asynccontextmanager
async def full(ledger: Path) -> AsyncIterator[None]:
    filler = ledger.with_name("filler")
    with filler.open("wb", buffering=0) as file, suppress(OSError):
        while True:
            file.write(bytes(4096))
    yield
    filler.unlink()


@asynccontextmanager
async def read_only(ledger: Path) -> AsyncIterator[None]:
    """Neither the rights of a file nor a mount bind who has it open already, so it is made immutable."""
    files = [str(ledger), f"{ledger}-wal"]
    system("chattr", "+i", *files)
    try:
        yield
    finally:
        system("chattr", "-i", *files)


@asynccontextmanager
async def locked(ledger: Path) -> AsyncIterator[None]:
    with closing(sqlite3.connect(ledger, isolation_level=None, timeout=10, check_same_thread=False)) as other:
        await asyncio.to_thread(other.execute, "BEGIN EXCLUSIVE")
        yield
        other.execute("ROLLBACK")


def system(*command: str) -> None:
    subprocess.run(command, check=True)


FAULTS = [full, read_only, locked]


@pytest.fixture
def small_disk(tmp_path: Path) -> Iterator[Path]:
    folder = tmp_path / "disk"
    folder.mkdir()
    mounted = subprocess.run(
        ["mount", "-t", "tmpfs", "-o", "size=32m", "tmpfs", folder], check=False, capture_output=True
    )
    if mounted.returncode != 0:
        pytest.skip("mounting a small disk needs root: run it as root, as in `sudo make test` or a container")
    yield folder
    subprocess.run(["umount", "--lazy", folder], check=True)  # a reader may close its file a moment later


@pytest.fixture
def ledger(request: pytest.FixtureRequest, tmp_path: Path, fault: Fault) -> Iterator[Path]:
    """Where the ledger is to be, on a disk on which the fault can be made."""
    if fault is full:
        yield request.getfixturevalue("small_disk") / "ledger.db"
    elif fault is read_only:
        # Temporary files may lie in memory, whose files can't be made immutable; those in /var/tmp outlive a restart.
        with tempfile.TemporaryDirectory(dir="/var/tmp") as folder:
            if not binds_who_has_it_open(Path(folder)):
                pytest.skip("an immutable file needs root, and /var/tmp on ext4: run it as root on such a disk")
            yield Path(folder) / "ledger.db"
    else:
        yield tmp_path / "ledger.db"


def binds_who_has_it_open(folder: Path) -> bool:
    """Whether `chattr +i` is there, allowed, and heeded by this file system for files that are open."""
    tried = folder / "immutable"
    with tried.open("wb", buffering=0) as file:
        if not shutil.which("chattr") or subprocess.run(["chattr", "+i", tried], check=False).returncode != 0:
            return False
        try:
            file.write(b"x")
        except OSError:
            return True
        finally:
            subprocess.run(["chattr", "-i", tried], check=True)
    return False


@pytest.mark.parametrize("fault", FAULTS)
async def test_nothing_is_lost_and_service_resumes_without_help(
    ledger: Path, fault: Fault, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.sqlite.BUSY_TIMEOUT_SECONDS", 1.0)
    url = f"sqlite:///{ledger}"
    token = await token_of_an_admin(url)
    async with at_work(url, tmp_path, token) as day:
        async with load([day.address], token, FEW) as journal:
            async with fault(ledger):
                refused = await day.until_it_refuses()
                await is_told_to_try_again(day)
            assert (await day.record(refused)).status == 200
            assert (await day.clock_in(BEN, "ben")).status == 200
            assert (await day.type(KEI, "/clockin")).startswith("✅ *Clocked in at ")
            await day.until_ready()
        assert journal.unavailable > 0
        in_slack = [event for event in await listed_by(day.address, token) if event["userId"] == KEI]
        assert len(in_slack) == 1
        journal.acknowledged |= day.told | {event["id"]: event for event in in_slack}
        listed = await listed_by(day.address, token)
    assert not (await findings(journal, listed, url)).wrong


async def is_told_to_try_again(day: Day) -> None:
    """All at once, programs and people; what only reads still works."""
    told, reply, looked, queried = await asyncio.gather(
        day.type(KEI, "/clockin"), day.clock_in(BEN, "ben"), day.type(NORA, "/attendance"), day.query()
    )
    assert told == TRY_AGAIN_SOON
    assert (reply.status, reply.code) == (503, "unavailable")
    assert looked.startswith("*You haven't clocked in today*")
    assert queried.status == 200


@pytest.mark.parametrize("fault", FAULTS)
async def test_a_ledger_that_can_not_be_written_to_is_not_ready(ledger: Path, fault: Fault, tmp_path: Path) -> None:
    """Nobody can clock in there, so monitoring has to notice."""
    url = f"sqlite:///{ledger}"
    async with at_work(url, tmp_path, await token_of_an_admin(url)) as day:
        async with fault(ledger):
            await day.until_it_refuses()
            status, _ = await day.ready()
            assert status == 503
        await day.until_ready()


async def test_a_bot_refuses_to_start_on_a_read_only_disk_and_starts_once_it_is_writable(
    small_disk: Path, tmp_path: Path
) -> None:
    url = f"sqlite:///{small_disk}/ledger.db"
    token = await token_of_an_admin(url)
    system("mount", "-o", "remount,ro", str(small_disk))
    with pytest.raises(UnusableDatabase, match=r"I can't read and write .*\. Change its permissions\."):
        async with at_work(url, tmp_path, token):
            pass
    assert os.listdir(small_disk) == ["ledger.db"]
    system("mount", "-o", "remount,rw", str(small_disk))
    async with at_work(url, tmp_path, token) as day:
        assert (await day.clock_in(ANA, "k1")).status == 200
