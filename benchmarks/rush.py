"""`make rush`: nine o'clock, and five o'clock. 10,000 people clock in, and then out, each within what would be five
minutes, and nobody waits 3 seconds."""

from __future__ import annotations

import asyncio
import os
import sys
import tempfile
from collections import Counter
from pathlib import Path

from benchmarks.crowd import Crowd, at_nine, crowd
from benchmarks.serving import prepare, replicas, slack
from bot.practice.limits import A_MINUTE
from bot.practice.workspace import Workspace

PEOPLE = int(os.environ.get("RUSH_PEOPLE") or 10_000)
SECONDS = float(os.environ.get("RUSH_SECONDS") or 60)
"""Into which the five minutes are pressed: twice the mean rate at their middle."""
SLACK_WAITS_SECONDS = 3.0


async def main() -> bool:
    """Prints what it found; tells whether everybody was answered in time."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix="bench-") as folder:
        url = f"sqlite:///{folder}/rush.db"
        async with slack(workspace := Workspace(bot_url="")) as settings:
            await prepare(url, PEOPLE, workspace)
            async with replicas(url, settings) as (port,), crowd(workspace, port) as people:
                print(
                    f"Rush: {PEOPLE} people within {SECONDS:g} s ({PEOPLE / SECONDS:.0f} a second, "
                    f"{2 * PEOPLE / SECONDS:.0f} at its height; five minutes pressed {300 / SECONDS:.0f} times), "
                    f"one replica on SQLite. Slack keeps its limits, and takes {workspace.latency * 1000:g} ms a call."
                )
                done = all([await _rush(people, command) for command in ("/clockin", "/clockout")])
            print(_calls(workspace))
            return done


def _calls(workspace: Workspace) -> str:
    """The bot's calls of Slack's API, and how many of them were refused."""
    assert workspace.limits is not None
    taken, refused, busiest = workspace.limits.taken, workspace.limits.refused, workspace.limits.busiest
    lines = [
        f"  {method}: {taken[method]} taken, at most {busiest[method]} of {A_MINUTE[method]} in a minute, "
        f"{refused[method]} refused"
        for method in sorted(taken | refused)
    ]
    return "\n".join(["Calls of Slack's API:", *lines])


async def _rush(people: Crowd, command: str) -> bool:
    waits = await people.type(command, range(PEOPLE), list(at_nine(PEOPLE, SECONDS)))
    print(f"{command}: {waits}, {len(waits.wrong)} not done.")
    for wrong, times in Counter(waits.wrong).most_common(3):
        print(f"  {times} times {wrong}")
    return waits.within(1.0) < SLACK_WAITS_SECONDS and not waits.wrong and len(waits.seconds) == PEOPLE


if __name__ == "__main__":
    sys.exit(not asyncio.run(main()))
