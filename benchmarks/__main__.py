"""`make bench`: every measurement, or those that are named; exits with 1 where a goal is missed."""

from __future__ import annotations

import asyncio
import subprocess
import sys
import tempfile
from collections.abc import Awaitable, Callable
from pathlib import Path

from benchmarks import clockin, durable_writes, process, reading, results, streaming, teams, verifying
from benchmarks.results import Result
from tests.postgresql_server import Server, serving

Measurement = Callable[[Path, Server], Awaitable[list[Result]]]


async def _one(result: Awaitable[Result]) -> list[Result]:
    return [await result]


MEASUREMENTS: dict[str, Measurement] = {
    "writes": lambda folder, server: durable_writes.on_sqlite(folder),
    "clockin": lambda folder, server: _one(clockin.measure(folder)),
    "teams": lambda folder, server: teams.measure(folder),
    "reading": lambda folder, server: reading.measure(folder),
    "streaming": streaming.measure,
    "process": lambda folder, server: process.measure(folder),
    "postgresql": lambda folder, server: _one(durable_writes.on_postgresql(server)),
    "verifying": verifying.measure,
}


def main() -> None:
    """Prints a line a measurement as it is made, and writes them all to RESULTS.md."""
    names = sys.argv[1:] or list(MEASUREMENTS)
    # In a folder on the disk, not in a file system in memory: what is durable is measured.
    with serving() as server, tempfile.TemporaryDirectory(dir=Path.cwd(), prefix="bench-") as folder:
        asked = subprocess.run([server.programs / "postgres", "--version"], capture_output=True, text=True, check=True)
        found: list[Result] = []
        for name in names:
            for result in asyncio.run(_measured(MEASUREMENTS[name], Path(folder), server)):
                print(" | ".join(result.cells), flush=True)
                found.append(result)
    if names == list(MEASUREMENTS):
        results.write(found, asked.stdout.split()[2])
    sys.exit(any(result.kept is False for result in found))


async def _measured(measurement: Measurement, folder: Path, server: Server) -> list[Result]:
    return await measurement(folder, server)


if __name__ == "__main__":
    main()
