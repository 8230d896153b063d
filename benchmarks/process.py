"""The process itself: how long until it serves, and what it takes while nobody asks."""

from __future__ import annotations

import asyncio
import os
import subprocess
import sys
import time
from pathlib import Path
from statistics import median

from benchmarks.results import Result, at_most
from benchmarks.serving import free_port, prepare, process, slack
from bot.practice.workspace import Workspace

TURNS = 7
MOST_MEMORY_MIB = 120
LIBRARIES = (
    *("aiohttp.web", "alembic", "multidict", "pydantic", "pydantic_settings", "rich.table", "slack_bolt.async_app"),
    *("slack_bolt.adapter.aiohttp", "slack_bolt.adapter.socket_mode.aiohttp", "slack_sdk.web.async_client"),
    *("slackblocks", "sqlalchemy", "structlog", "typer", "uuid_utils", "sqlite3", "zoneinfo"),
)


async def measure(folder: Path) -> list[Result]:
    """On a ledger that exists already."""
    async with slack(workspace := Workspace(bot_url="")) as settings:
        ready = await prepare(f"sqlite:///{folder}/process.db", 20, workspace)
        starts, floors, memory = [], [], []
        for _ in range(TURNS):
            started = time.perf_counter()
            importing = f"import {', '.join(LIBRARIES)}"
            await asyncio.to_thread(subprocess.run, [sys.executable, "-c", importing], check=True)
            floors.append(time.perf_counter() - started)
            port = free_port()
            environment = settings | {"ATTENDANCE_DATABASE_URL": ready.url, "ATTENDANCE_PORT": str(port)}
            started = time.perf_counter()
            async with process([sys.executable, "-m", "bot", "serve"], environment, port) as serving:
                starts.append(time.perf_counter() - started)
                memory.append(resident_mib(serving.pid))
    rest = median(memory)
    goal = f"below {MOST_MEMORY_MIB} MiB"
    return [
        at_most(
            "start to ready on an existing database",
            (median(starts), ""),
            (median(floors), "importing the libraries"),
            1.5,
        ),
        Result("memory at rest", f"{rest:.0f} MiB", "", "", goal, rest < MOST_MEMORY_MIB),
    ]


def resident_mib(pid: int) -> float:
    """What the process takes of the memory."""
    pages = int(Path(f"/proc/{pid}/statm").read_text().split()[1])
    return pages * os.sysconf("SC_PAGE_SIZE") / 1024**2
