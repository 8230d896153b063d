"""A year of everybody's events over the API, in each format: how long it takes, and what the server holds meanwhile."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import time
from collections.abc import Iterator
from http.client import HTTPConnection
from pathlib import Path

from benchmarks import large_ledger
from benchmarks.reading import MOST_MEMORY_MIB, YEAR, peak_mib
from benchmarks.results import Result
from benchmarks.serving import Prepared, free_port, prepare, process, slack
from bot.practice.workspace import Workspace
from tests.postgresql_server import Server

FORMATS = {"JSON": "application/json", "CSV": "text/csv", "NDJSON": "application/x-ndjson"}
EVENTS = 1_400_000
AT_ONCE = 1 << 20


async def measure(folder: Path, server: Server) -> list[Result]:
    """On either engine; the ledgers take a while to write."""
    async with slack(workspace := Workspace(bot_url="")) as settings:
        path = folder / "streaming.db"
        light = await prepare(f"sqlite:///{path}", large_ledger.PEOPLE, workspace)
        await asyncio.to_thread(large_ledger.fill, path, workspace.team_id, YEAR.days)
        found = await _of(light, settings, "SQLite")
        url = server.url(server.database())
        copying = [sys.executable, "-m", "bot", "copy", "--to", url]
        environment = settings | {"ATTENDANCE_DATABASE_URL": light.url}
        await asyncio.to_thread(subprocess.run, copying, env=environment, check=True, stdout=subprocess.DEVNULL)
        return found + await _of(Prepared(url, workspace, light.token), settings, "PostgreSQL")


async def _of(ready: Prepared, settings: dict[str, str], engine: str) -> list[Result]:
    port = free_port()
    environment = settings | {"ATTENDANCE_DATABASE_URL": ready.url, "ATTENDANCE_PORT": str(port)}
    async with process([sys.executable, "-m", "bot", "serve"], environment, port) as serving:
        return await asyncio.to_thread(lambda: list(_turns(ready, port, serving.pid, engine)))


def _turns(ready: Prepared, port: int, pid: int, engine: str) -> Iterator[Result]:
    _ask(
        ready, port, "application/json", "2020-01-01", "2020-01-01"
    )  # what a first answer loads, is at rest from then on
    idle = peak_mib(pid)
    for name, kind in FORMATS.items():
        started = time.perf_counter()
        octets, ends = _ask(ready, port, kind, str(YEAR.first), str(YEAR.last))
        seconds, more = time.perf_counter() - started, peak_mib(pid) - idle
        if ends != EVENTS:
            raise RuntimeError(f"{ends:,} events in {name}: the answer is not whole")
        yield Result(
            f"a year (700,000 pairs, {octets / 1e6:,.0f} MB) over the API as {name}, {engine}",
            f"{seconds:.1f} s, {more:.0f} MiB above idle",
            "",
            "",
            f"at most {MOST_MEMORY_MIB} MiB above idle",
            more <= MOST_MEMORY_MIB,
        )


def _ask(ready: Prepared, port: int, kind: str, first: str, last: str) -> tuple[int, int]:
    """How many octets came, and how many events."""
    connection = HTTPConnection("127.0.0.1", port)
    headers = {"Authorization": f"Bearer {ready.token}", "Accept": kind}
    connection.request("GET", f"/attendance-events?startDate={first}&endDate={last}", headers=headers)
    answer = connection.getresponse()
    if answer.status != 200:
        raise RuntimeError(f"answered {answer.status}")
    octets, ends, rest = 0, 0, b""
    while some := answer.read(AT_ONCE):
        octets += len(some)
        ends += (rest + some).count(b"CLOCK-")
        rest = some[-5:]
    connection.close()
    return octets, ends
