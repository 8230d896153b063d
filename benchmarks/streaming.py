"""A year of everybody's events over the API, in each format: how long it takes, and what the server holds meanwhile.

A month of them on PostgreSQL, whose constraints make a year take too long to write.
"""

from __future__ import annotations

import asyncio
import os
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
from tests.postgresql_server import OWNER, Server

FORMATS = {"JSON": "application/json", "CSV": "text/csv", "NDJSON": "application/x-ndjson"}
MONTH_DAYS = 30
EVENTS_A_DAY = 4 * large_ledger.PEOPLE
AT_ONCE = 1 << 20


async def measure(folder: Path, server: Server) -> list[Result]:
    """On either engine; the ledgers take a while to write."""
    async with slack(workspace := Workspace(bot_url="")) as settings:
        year = await _filled(folder / "year.db", workspace, YEAR.days)
        month = await _filled(folder / "month.db", workspace, MONTH_DAYS)
        database = server.database()
        url = server.url(database)
        copying = [sys.executable, "-m", "bot", "move-to-postgres", "--to", server.url(database, OWNER)]
        environment = os.environ | settings | {"ATTENDANCE_DATABASE_URL": month.url}
        await asyncio.to_thread(subprocess.run, copying, env=environment, check=True, stdout=subprocess.DEVNULL)
        found = await _of(year, settings, "a year, SQLite", YEAR.days)
        return found + await _of(Prepared(url, workspace, month.token), settings, "a month, PostgreSQL", MONTH_DAYS)


async def _filled(path: Path, workspace: Workspace, days: int) -> Prepared:
    ready = await prepare(f"sqlite:///{path}", large_ledger.PEOPLE, workspace)
    await asyncio.to_thread(large_ledger.fill, path, workspace.team_id, days)
    return ready


async def _of(ready: Prepared, settings: dict[str, str], what: str, days: int) -> list[Result]:
    port = free_port()
    environment = settings | {"ATTENDANCE_DATABASE_URL": ready.url, "ATTENDANCE_PORT": str(port)}
    async with process([sys.executable, "-m", "bot", "serve"], environment, port) as serving:
        return await asyncio.to_thread(lambda: list(_turns(ready, port, serving.pid, what, days)))


def _turns(ready: Prepared, port: int, pid: int, what: str, days: int) -> Iterator[Result]:
    _ask(
        ready, port, "application/json", "2020-01-01", "2020-01-01"
    )  # what a first answer loads, is at rest from then on
    idle = peak_mib(pid)
    for name, kind in FORMATS.items():
        started, busy = time.perf_counter(), processor_seconds(pid)
        octets, ends = _ask(ready, port, kind, str(YEAR.first), str(YEAR.last))
        seconds, more = time.perf_counter() - started, peak_mib(pid) - idle
        busy = processor_seconds(pid) - busy
        if ends != days * EVENTS_A_DAY:
            raise RuntimeError(f"{ends:,} events in {name}: the answer is not whole")
        yield Result(
            f"{what}: {ends // 2:,} pairs ({octets / 1e6:,.0f} MB) over the API as {name}",
            f"{seconds:.1f} s ({busy:.1f} s of the server's processor time), {more:.0f} MiB above idle",
            "",
            "",
            f"at most {MOST_MEMORY_MIB} MiB above idle",
            more <= MOST_MEMORY_MIB,
        )


def processor_seconds(pid: int) -> float:
    """What a process has used so far, in its own code and in the kernel's."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


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
