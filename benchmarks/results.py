"""What a measurement says, and the table that they make."""

from __future__ import annotations

import os
import platform
import sqlite3
import subprocess
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

RESULTS = Path(__file__).parent / "RESULTS.md"


@dataclass(frozen=True, slots=True)
class Result:
    """One line: `value` is what the goal speaks of (a ratio as a rule), `kept` None where there is no goal."""

    what: str
    ours: str
    floor: str
    value: str
    goal: str
    kept: bool | None

    @property
    def cells(self) -> tuple[str, ...]:
        said = {True: "kept", False: "**missed**", None: ""}[self.kept]
        return (self.what, self.ours, self.floor, self.value, self.goal, said)


def at_least(what: str, ours: tuple[float, str], floor: tuple[float, str], goal: float) -> Result:
    """Rates a second: ours may be so much less than the floor's."""
    ratio = ours[0] / floor[0]
    shown = (f"{ours[0]:,.0f}/s {ours[1]}".strip(), f"{floor[0]:,.0f}/s {floor[1]}".strip())
    return Result(what, *shown, f"{ratio:.2f}", f"at least {goal:g}", ratio >= goal)


def at_most(what: str, ours: tuple[float, str], floor: tuple[float, str], goal: float) -> Result:
    """Seconds: ours may be so many times the floor's."""
    ratio = ours[0] / floor[0]
    shown = (f"{_seconds(ours[0])} {ours[1]}".strip(), f"{_seconds(floor[0])} {floor[1]}".strip())
    return Result(what, *shown, f"{ratio:.2f}", f"at most {goal:g}", ratio <= goal)


def _seconds(value: float) -> str:
    return f"{value * 1000:.2f} ms" if value < 1 else f"{value:.2f} s"


def table(results: Sequence[Result]) -> str:
    """In Markdown."""
    header = ("what", "measured", "floor", "ratio", "goal", "")
    rows = [header, ("---",) * len(header), *(result.cells for result in results)]
    return "\n".join(f"| {' | '.join(row)} |" for row in rows)


def write(results: Sequence[Result], postgresql: str) -> None:
    """Writes the table with the machine that it was measured on."""
    cpu = next(
        (line.partition(":")[2].strip() for line in _lines("/proc/cpuinfo") if line.startswith("model name")), "?"
    )
    memory = next((line.split()[1] for line in _lines("/proc/meminfo") if line.startswith("MemTotal")), "0")
    commit = subprocess.run(["git", "rev-parse", "--short", "HEAD"], capture_output=True, text=True, check=False)
    machine = (
        f"{os.cpu_count()} cores ({cpu}), {int(memory) // 1024**2} GiB, {platform.system()} {platform.release()}, "
        f"Python {platform.python_version()}, SQLite {sqlite3.sqlite_version}, PostgreSQL {postgresql}"
    )
    RESULTS.write_text(
        "# Measured by `make bench`\n\n"
        f"{datetime.now(UTC):%Y-%m-%d}, commit {commit.stdout.strip()}, {machine}.\n\n"
        "Each floor was measured in the same run, in turns with ours where that is possible; figures are medians. The\n"
        "clients share the machine with what they measure.\n\n"
        f"{table(results)}\n"
    )


def _lines(path: str) -> list[str]:
    try:
        return Path(path).read_text().splitlines()
    except OSError:
        return []
