"""A file that is damaged while the bot serves from it is found, reported, and replaced by a backup."""

from __future__ import annotations

import asyncio
import sqlite3
import subprocess
from contextlib import closing
from pathlib import Path

import pytest
from structlog.testing import capture_logs

from tests.command_line import environment_of, run
from tests.faults.conftest import ANA, BEN, KEI, TRY_AGAIN_SOON, Day, at_work, token_of_an_admin
from tests.faults.findings import findings, listed_by
from tests.faults.load import Journal

EVERYTHING = "%"


def damage(file: Path, tables: str) -> None:
    """Overwrites the page at which each of the tables and their indexes begins, but for the schema's version: so that
    the file can be opened. By another program, because closing the file in this one would drop SQLite's locks."""
    log = file.with_name(f"{file.name}-wal")
    with closing(sqlite3.connect(file, isolation_level=None)) as ledger:
        while not ledger.in_transaction:
            ledger.execute("PRAGMA wal_checkpoint(TRUNCATE)")
            ledger.execute("BEGIN IMMEDIATE")
            if log.exists() and log.stat().st_size:  # the bot has written in between, and keeps the pages it read
                ledger.execute("ROLLBACK")
        ((size,),) = ledger.execute("PRAGMA page_size")
        roots = ledger.execute(
            "SELECT rootpage FROM sqlite_master"
            " WHERE tbl_name LIKE ? AND tbl_name <> 'alembic_version' AND rootpage > 1",
            [tables],
        ).fetchall()
        assert roots
        for (page,) in roots:
            where = [f"bs={size}", f"seek={page - 1}", "count=1", "conv=notrunc", "status=none"]
            subprocess.run(["dd", "if=/dev/urandom", f"of={file}", *where], check=True)
        ledger.execute("ROLLBACK")


async def a_few_records(day: Day) -> None:
    for number in range(5):
        assert (await day.record(number)).status == 200


@pytest.mark.parametrize("tables", ["pairs", "audit_entries", "people", EVERYTHING])
async def test_a_damaged_file_is_answered_with_try_again_and_logged(tmp_path: Path, tables: str) -> None:
    url = f"sqlite:///{tmp_path}/attendance.db"
    async with at_work(url, tmp_path, await token_of_an_admin(url)) as day:
        await a_few_records(day)
        assert (await day.type(KEI, "/attendance")).startswith("*You haven't clocked in today*")
        await asyncio.to_thread(damage, tmp_path / "attendance.db", tables)
        with capture_logs() as lines:
            told, reply = await asyncio.gather(day.type(KEI, "/clockin"), day.clock_in(BEN, "k"))
            queried = await day.query()
        assert told == TRY_AGAIN_SOON
        assert (reply.status, reply.code) == (503, "unavailable")
        assert queried.status in (200, 503)
        assert {line["reason"] for line in lines if line["event"] == "not-done"} == {"database disk image is malformed"}
        assert not {"request-failed", "listener-failed"} & {line["event"] for line in lines}
        if tables == EVERYTHING:
            assert await day.ready() == (503, "can't be read")


@pytest.mark.parametrize("tables", ["pairs", "audit_entries", EVERYTHING])
async def test_verify_reports_the_damaged_file(tmp_path: Path, tables: str) -> None:
    url = f"sqlite:///{tmp_path}/attendance.db"
    async with at_work(url, tmp_path, await token_of_an_admin(url)) as day:
        await a_few_records(day)
        environment = environment_of(day.workspace, day.workspace.address, tmp_path)
        assert (await run(environment, tmp_path, "verify")).returncode == 0
        await asyncio.to_thread(damage, tmp_path / "attendance.db", tables)
        ended = await run(environment, tmp_path, "verify")
    assert ended.returncode == 1
    assert "malformed" in ended.stdout or "integrity check" in ended.stdout
    assert "Traceback" not in ended.stderr


async def test_a_backup_replaces_a_damaged_ledger(tmp_path: Path) -> None:
    url = f"sqlite:///{tmp_path}/attendance.db"
    token = await token_of_an_admin(url)
    async with at_work(url, tmp_path, token) as day:
        await a_few_records(day)
        journal = Journal(acknowledged=day.told)
        environment = environment_of(day.workspace, day.workspace.address, tmp_path)
        assert (await run(environment, tmp_path, "backup", "copy.db")).returncode == 0
        await asyncio.to_thread(damage, tmp_path / "attendance.db", EVERYTHING)
        assert (await day.clock_in(ANA, "k1")).status == 503
    broken = tmp_path / "broken"
    broken.mkdir()
    for file in tmp_path.glob("attendance.db*"):
        file.rename(broken / file.name)
    restored = await run(environment, tmp_path, "restore", "copy.db")
    assert (restored.returncode, restored.stdout.splitlines()[0]) == (0, "Restored from copy.db.")
    async with at_work(url, tmp_path, token) as day:
        listed = await listed_by(day.address, token)
        assert not (await findings(journal, listed, url)).wrong
        assert (await day.clock_in(ANA, "k1")).status == 200
