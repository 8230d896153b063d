"""`make soak`: half an hour of steady load. Memory, open files, threads, tasks and latency have to stay as they are."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from statistics import mean

import aiohttp

from benchmarks.crowd import Crowd, Waits, crowd, steadily
from benchmarks.serving import free_port, prepare, process, slack
from bot.practice.workspace import Workspace

SECONDS = float(os.environ.get("SOAK_SECONDS") or 1800)
RATE = float(os.environ.get("SOAK_RATE") or 50)
STEPS = 30
PEOPLE = max(10, min(200, int(RATE * SECONDS / (STEPS + 1) / 2)))
CONNECTIONS = 20


@dataclass(frozen=True, slots=True)
class Sample:
    """What the process took at the end of a step, and how fast it had answered in it."""

    memory_mib: float
    files: int
    threads: int
    tasks: int
    median_ms: float
    late_ms: float
    """The 99th percentile."""

    def __str__(self) -> str:
        return (
            f"{self.memory_mib:.1f} MiB, {self.files} files, {self.threads} threads, {self.tasks} tasks, "
            f"median {self.median_ms:.1f} ms, 99 of 100 within {self.late_ms:.0f} ms"
        )


async def main() -> bool:
    """Prints each step and the verdict; tells whether everything stayed flat."""
    samples: list[Sample] = []
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix="bench-") as folder:
        async with slack(workspace := Workspace(bot_url="")) as settings:
            ready = await prepare(f"sqlite:///{folder}/soak.db", PEOPLE, workspace)
            port = free_port()
            environment = settings | {"ATTENDANCE_DATABASE_URL": ready.url, "ATTENDANCE_PORT": str(port)}
            command = [sys.executable, "-m", "bot", "serve"]
            async with (
                process(command, environment, port) as server,
                crowd(workspace, port, connections=CONNECTIONS) as people,
            ):
                for number in range(STEPS + 1):  # the first warms up
                    waits = await _step(people, SECONDS / (STEPS + 1))
                    wrong += waits.wrong
                    sample = await _sample(server.pid, port, waits)
                    print(f"  {number:>2}: {sample}", flush=True)
                    if number:
                        samples.append(sample)
                    workspace.calls.clear()
                    workspace.messages.clear()
    grown = _grown(samples)
    print(
        f"Soak: {SECONDS:g} s at {RATE:g} commands a second, one replica on SQLite: at first {_mean(samples[:10])}; "
        f"at last {_mean(samples[-10:])}; {len(wrong)} wrong answers; "
        f"{'grown: ' + ', '.join(grown) if grown else 'flat'}."
    )
    return not grown and not wrong


async def _step(people: Crowd, seconds: float) -> Waits:
    """Everybody in and out again and again; half of the rate each."""
    every, all_waits = PEOPLE / RATE, Waits()
    for _ in range(max(1, round(seconds / (2 * every)))):
        for command in ("/clockin", "/clockout"):
            waits = await people.type(command, range(PEOPLE), steadily(RATE, PEOPLE))
            all_waits.seconds += waits.seconds
            all_waits.wrong += waits.wrong
    return all_waits


async def _sample(pid: int, port: int, waits: Waits) -> Sample:
    async with aiohttp.ClientSession() as http, http.get(f"http://127.0.0.1:{port}/metrics") as response:
        lines = (await response.text()).splitlines()
    (tasks,) = (float(line.split()[1]) for line in lines if line.startswith("attendance_tasks "))
    memory_mib, files, threads = _process(pid)
    return Sample(memory_mib, files, threads, int(tasks), waits.within(0.5) * 1000, waits.within(0.99) * 1000)


def _process(pid: int) -> tuple[float, int, int]:
    """Its resident memory in MiB, open files, and threads."""
    status = dict(line.split(":", 1) for line in Path(f"/proc/{pid}/status").read_text().splitlines())
    files = len(list(Path(f"/proc/{pid}/fd").iterdir()))
    return int(status["VmRSS"].split()[0]) / 1024, files, int(status["Threads"])


def _mean(samples: Sequence[Sample]) -> Sample:
    return Sample(
        mean(sample.memory_mib for sample in samples),
        round(mean(sample.files for sample in samples)),
        round(mean(sample.threads for sample in samples)),
        round(mean(sample.tasks for sample in samples)),
        mean(sample.median_ms for sample in samples),
        mean(sample.late_ms for sample in samples),
    )


def _grown(samples: Sequence[Sample]) -> list[str]:
    """What is not as at first in the last third: by more than chance and Python's own ways with memory explain."""
    first, last = _mean(samples[:10]), _mean(samples[-10:])
    limits = {
        "memory": last.memory_mib > 1.1 * first.memory_mib + 5,
        "files": last.files > first.files + 10,
        "threads": last.threads > first.threads + 2,
        "tasks": last.tasks > first.tasks + 20,
        "median": last.median_ms > 1.5 * first.median_ms + 5,
        "99th percentile": last.late_ms > 2 * first.late_ms + 50,
    }
    return [name for name, has_grown in limits.items() if has_grown]


if __name__ == "__main__":
    sys.exit(not asyncio.run(main()))
