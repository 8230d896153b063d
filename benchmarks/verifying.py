"""`attendance verify` over 100,000 audit entries, on both engines: seconds and peak memory. There is no goal."""

from __future__ import annotations

import asyncio
import os
import sys
from contextlib import nullcontext
from datetime import UTC, datetime, timedelta
from pathlib import Path

from benchmarks.reading import run
from benchmarks.results import Result
from benchmarks.serving import NobodyElse, prepare, user_id
from bot.attendance import batches
from bot.attendance.recording import NewRecord
from bot.operations.maintenance import move_ledger
from bot.permissions import Caller, Role, Via
from bot.practice.workspace import Workspace
from bot.runtime.services import Services
from storage.database import open_database
from tests.postgresql_server import OWNER, Server

ENTRIES = 100_000
PEOPLE, AT_ONCE = 500, 1000


async def measure(folder: Path, server: Server) -> list[Result]:
    """One entry a record; the ledger on PostgreSQL is a copy of the other."""
    ready = await prepare(f"sqlite:///{folder}/verified.db", PEOPLE, Workspace(bot_url=""))
    database = await open_database(ready.url)
    services = Services(database, NobodyElse())
    everybody = Caller(ready.workspace.team_id, "cli:bench", Via.CLI, Role.ADMIN)
    for first in range(0, ENTRIES, AT_ONCE):
        await batches.add_all(services, everybody, [_record(number) for number in range(first, first + AT_ONCE)])
    await database.close()
    name = server.database()
    copy = server.url(name)
    os.environ["ATTENDANCE_DATABASE_URL"] = ready.url
    await move_ledger(server.url(name, OWNER), lambda line: None, lambda title, steps: nullcontext(lambda: None))
    return [await asyncio.to_thread(_verify, "SQLite", ready.url), await asyncio.to_thread(_verify, "PostgreSQL", copy)]


def _record(number: int) -> NewRecord:
    """A day of each in turn."""
    start = datetime(2025, 1, 1, 8, tzinfo=UTC) + timedelta(days=number // PEOPLE)
    return NewRecord(user_id(number % PEOPLE), start, start + timedelta(hours=8), in_comment="early")


def _verify(engine: str, url: str) -> Result:
    done = run([sys.executable, "-m", "bot", "verify"], {"ATTENDANCE_DATABASE_URL": url}, Path(os.devnull))
    idle = run([sys.executable, "-m", "bot", "verify", "--help"], {}, Path(os.devnull))
    ours = f"{done.seconds:.1f} s, peak {done.memory_mib:.0f} MiB ({idle.memory_mib:.0f} MiB for --help)"
    return Result(f"{ENTRIES:,} audit entries and their pairs verified, {engine}", ours, "", "", "", None)
