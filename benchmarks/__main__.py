"""`make bench`: one line a measurement."""

from __future__ import annotations

import asyncio
import sys

from benchmarks import clockin


def main() -> None:
    """Prints the ratios; exits with 1 where a goal is missed."""
    ratio = asyncio.run(clockin.measure())
    kept = ratio.ratio <= ratio.goal
    print(
        f"{ratio.name}: {ratio.seconds * 1000:.2f} ms, {ratio.floor_name}: {ratio.floor_seconds * 1000:.2f} ms, "
        f"ratio {ratio.ratio:.2f} (goal: at most {ratio.goal:g}){'' if kept else ' MISSED'}"
    )
    sys.exit(0 if kept else 1)


if __name__ == "__main__":
    main()
