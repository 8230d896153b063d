"""`make load`: the highest steady rate of `/clockin` whose 99th percentile stays under 250 ms, and what bounds it."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from benchmarks.crowd import Crowd, Waits, crowd, steadily
from benchmarks.serving import free_port, prepare, process, replicas, slack
from bot.practice.workspace import Workspace
from tests.postgresql_server import serving

SECONDS = float(os.environ.get("LOAD_SECONDS") or 10)
"""How long each rate is held."""
ENGINE = os.environ.get("LOAD_ENGINE") or "sqlite"
LATE_SECONDS = 0.25
PROMPT_SECONDS = 0.05
FIRST_RATE, MOST_RATE = 100.0, 1600.0
FINENESS = 1.07
OF_INTEREST = (
    "bot",
    "storage",
    "slack_bolt",
    "slack_sdk",
    "slackblocks",
    "aiohttp",
    "sqlalchemy",
    "asyncpg",
    "asyncio",
)


def main() -> bool:
    """Prints each step, the rate that was held, and where the time went; tells whether any rate was."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix="bench-") as folder, _ledger(Path(folder)) as url:
        return asyncio.run(_measured(Path(folder), url))


@contextmanager
def _ledger(folder: Path) -> Iterator[str]:
    if ENGINE == "sqlite":
        yield f"sqlite:///{folder}/load.db"
        return
    with serving() as server:
        yield server.url(server.database())


async def _measured(folder: Path, url: str) -> bool:
    async with slack(workspace := Workspace(bot_url="")) as settings:
        await prepare(url, int(MOST_RATE * SECONDS), workspace)
        async with replicas(url, settings) as (port,), crowd(workspace, port) as people:
            await _step(people, FIRST_RATE, seconds=min(SECONDS, 3.0))  # warms up
            best, waits = await _highest(people)
        if best:
            print(
                f"Load on {ENGINE}: {best:.0f} /clockin a second held for {SECONDS:g} s by one replica, beside what "
                f"sends them on {os.cpu_count()} cores: {waits}.",
                flush=True,
            )
            await _profile(folder, url, settings, workspace, 0.9 * best)
    return best > 0


async def _highest(people: Crowd) -> tuple[float, Waits]:
    """Half as much again until it is too much, twice, then halves the gap."""
    low, high, best = 0.0, MOST_RATE * FINENESS, Waits()
    rate = FIRST_RATE
    while rate <= MOST_RATE and high / max(low, 1) > FINENESS:
        kept, waits = await _step(people, rate)
        if not kept:  # a neighbour on the machine may have been busy
            kept, waits = await _step(people, rate)
        if kept:
            low, best = rate, waits
        else:
            high = rate
        rate = low * 1.5 if high > MOST_RATE else (low * high) ** 0.5 if low else rate / 2
        if rate < 1:
            break
    return low, best


async def _step(people: Crowd, rate: float, *, seconds: float = SECONDS) -> tuple[bool, Waits]:
    """Everybody in at this rate, and out again as fast."""
    numbers = range(int(rate * seconds))
    waits = await people.type("/clockin", numbers, steadily(rate, len(numbers)))
    await _caught_up(people)
    out = await people.type("/clockout", numbers, steadily(rate, len(numbers)))
    await _caught_up(people)
    kept = waits.within(0.99) < LATE_SECONDS and not waits.wrong
    print(f"  {rate:.0f} a second: {waits}{'' if kept else ' (too much)'}", flush=True)
    for wrong, times in Counter([*waits.wrong, *out.wrong]).most_common(3):
        print(f"    {times} times {wrong}", flush=True)
    return kept, waits


async def _caught_up(people: Crowd) -> None:
    """Until an answer comes at once again: what a rate that was too much left over would spoil the next one."""
    idle = int(MOST_RATE * SECONDS) - 1  # whose refusal waits its turn among what is written
    while (await people.type("/clockout", [idle], [0.0])).within(1.0) > PROMPT_SECONDS:
        pass


async def _profile(folder: Path, url: str, settings: dict[str, str], workspace: Workspace, rate: float) -> None:
    """The same at nine tenths of that rate, looked at by py-spy: whose lines hold Python's lock, 200 times a second."""
    port, file = free_port(), folder / "profile.txt"
    spy = [str(Path(sys.executable).parent / "py-spy"), "record", "--gil", "--rate", "200", "--nonblocking"]
    command = [*spy, "--format", "raw", "--output", str(file), "--", sys.executable, "-m", "bot", "serve"]
    environment = settings | {"ATTENDANCE_DATABASE_URL": url, "ATTENDANCE_PORT": str(port)}
    async with process(command, environment, port) as server:
        async with crowd(workspace, port) as people:
            before = _processor_seconds(_child(server.pid))
            await _step(people, rate)
            used = (_processor_seconds(_child(server.pid)) - before) / (2 * SECONDS)
        os.kill(_child(server.pid), 15)
        await asyncio.wait_for(server.wait(), 30)
    shares = _shares(file.read_text())
    told = ", ".join(f"{name} {share:.0%}" for name, share in list(shares.items())[:8])
    print(
        f"What bounds it: at {rate:.0f} a second the process used {used:.0%} of the one core that Python's lock lets "
        f"it have. Who held the lock: {told}."
    )


def _child(pid: int) -> int:
    """py-spy's own."""
    return int(Path(f"/proc/{pid}/task/{pid}/children").read_text().split()[0])


def _processor_seconds(pid: int) -> float:
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / os.sysconf("SC_CLK_TCK")


def _shares(profile: str) -> dict[str, float]:
    """Of the samples, largest first, by the package whose line ran; Python's own count for whoever called it."""
    found: Counter[str] = Counter()
    for line in profile.splitlines():
        stack, _, times = line.rpartition(" ")
        named = (_package(frame) for frame in reversed(stack.split(";")))
        found[next((name for name in named if name), "the rest")] += int(times)
    total = sum(found.values()) or 1
    return {name: count / total for name, count in found.most_common()}


def _package(frame: str) -> str | None:
    path = frame.rpartition("(")[2].split(":")[0].replace("site-packages/", "")
    parts = path.split("/")
    return next((name for name in OF_INTEREST if name in parts), None)


if __name__ == "__main__":
    sys.exit(not main())
