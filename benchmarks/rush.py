"""`make rush`: nine o'clock, and five o'clock. 10,000 people clock in, and then out, each within what would be five
minutes, while Slack keeps its limits. Nobody waits 3 seconds, and Slack refuses nothing."""

from __future__ import annotations

import asyncio
import os
import re
import sys
import tempfile
import time
from collections import Counter
from collections.abc import AsyncIterator, Callable, Iterator
from contextlib import AsyncExitStack, asynccontextmanager, contextmanager
from pathlib import Path

from benchmarks.crowd import Crowd, Waits, at_nine, crowd
from benchmarks.serving import ADMIN, NobodyElse, prepare, replicas, slack, user_id
from bot.permissions import Caller, Role, Via
from bot.practice.limits import A_MINUTE
from bot.practice.model import GENERAL
from bot.practice.people import Member
from bot.practice.workspace import Workspace
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import home_tabs
from storage.database import Transaction, open_database
from tests.postgresql_server import serving

PEOPLE = int(os.environ.get("RUSH_PEOPLE") or 10_000)
SECONDS = float(os.environ.get("RUSH_SECONDS") or 60)
"""Into which the five minutes are pressed: twice the mean rate at their middle."""
ENGINES = (os.environ.get("RUSH_ENGINE") or "sqlite postgresql").split()
REPLICAS = {"sqlite": 1, "postgresql": 2}
TABS = min(200, PEOPLE // 10)
"""People who look at their Home tab. One in twenty of them is a manager, and sees who is in."""
SLACK_WAITS_SECONDS = 3.0
TRUTH_WITHIN_SECONDS = 1800
IN_THE_LOG = {"/clockin": " clocked in at ", "/clockout": " – "}
ON_THE_TAB = {"/clockin": "You've been clocked in since", "/clockout": "You're clocked out"}
_WHO = re.compile(r"\*(\w+)\*")


def main() -> bool:
    """Prints what it found on each engine; tells whether everybody was answered in time and Slack refused nothing."""
    with tempfile.TemporaryDirectory(dir=Path.cwd(), prefix="bench-") as folder:
        done = []
        for engine in ENGINES:
            with _ledger(engine, folder) as url:
                done.append(asyncio.run(_rush(engine, url)))
        return all(done)


@contextmanager
def _ledger(engine: str, folder: str) -> Iterator[str]:
    if engine == "sqlite":
        yield f"sqlite:///{folder}/rush.db"
        return
    with serving() as server:
        yield server.url(server.database())


async def _rush(engine: str, url: str) -> bool:
    async with slack(workspace := _workspace()) as settings:
        await prepare(url, PEOPLE, workspace)
        await _show_everything(url, workspace)
        number = REPLICAS[engine]
        async with replicas(url, settings, number) as ports, _crowds(workspace, ports) as crowds:
            print(
                f"Rush: {PEOPLE} people within {SECONDS:g} s ({PEOPLE / SECONDS:.0f} a second, "
                f"{2 * PEOPLE / SECONDS:.0f} at its height; five minutes pressed {300 / SECONDS:.0f} times), on "
                f"{engine} with {number} {'replica' if number == 1 else 'replicas'}. {TABS} look at their Home tab. "
                f"Slack keeps its limits, and takes {workspace.latency * 1000:g} ms a call.",
                flush=True,
            )
            done = [await _one_way(crowds, workspace, command) for command in ("/clockin", "/clockout")]
        assert workspace.limits is not None
        print(_calls(workspace), flush=True)
        return all(done) and not workspace.limits.refused


def _workspace() -> Workspace:
    return Workspace(
        bot_url="", members=[Member(user_id(i), user_id(i), user_id(i), "Europe/Berlin") for i in range(TABS)]
    )


async def _show_everything(url: str, workspace: Workspace) -> None:
    """A log channel, and open Home tabs."""

    def write(tx: Transaction) -> None:
        for number in range(TABS):
            sees_others = number % 20 == 0
            home_tabs.opened(tx.connection, workspace.team_id, user_id(number), tx.now, sees_others=sees_others)

    database = await open_database(url)
    operator = Caller(workspace.team_id, ADMIN, Via.CLI, Role.ADMIN)
    await workspace_settings.change(Services(database, NobodyElse()), operator, log_channel=GENERAL)
    await database.write(write)
    await database.close()


@asynccontextmanager
async def _crowds(workspace: Workspace, ports: list[int]) -> AsyncIterator[list[Crowd]]:
    async with AsyncExitStack() as stack:
        yield [await stack.enter_async_context(crowd(workspace, port)) for port in ports]


async def _one_way(crowds: list[Crowd], workspace: Workspace, command: str) -> bool:
    moments, share = list(at_nine(PEOPLE, SECONDS)), len(crowds)
    typing = (
        people.type(command, range(place, PEOPLE, share), moments[place::share]) for place, people in enumerate(crowds)
    )
    each = await asyncio.gather(*typing)
    waits = Waits([one for some in each for one in some.seconds], [one for some in each for one in some.wrong])
    print(f"{command}: {waits}, {len(waits.wrong)} not done.", flush=True)
    for wrong, times in Counter(waits.wrong).most_common(3):
        print(f"  {times} times {wrong}")
    truths = await asyncio.gather(
        _until_true("the log channel", lambda: _logged(workspace, command) >= PEOPLE),
        _until_true(f"{TABS} open Home tabs", lambda: _drawn(workspace, command) >= TABS),
    )
    in_time = waits.within(1.0) < SLACK_WAITS_SECONDS and not waits.wrong and len(waits.seconds) == PEOPLE
    return in_time and all(truths)


async def _until_true(what: str, is_true: Callable[[], bool]) -> bool:
    """Whether it shows the truth, and after how many minutes."""
    begin, found = time.monotonic(), False
    for _ in range(TRUTH_WITHIN_SECONDS):
        if found := is_true():
            break
        await asyncio.sleep(1)
    minutes = (time.monotonic() - begin) / 60
    print(f"  {what} {'showed' if found else 'did NOT show'} the truth {minutes:.1f} minutes later.", flush=True)
    return found


def _logged(workspace: Workspace, command: str) -> int:
    """The people whose line in the log channel says so."""
    posts = [message for message in workspace.messages if message.channel_id == GENERAL and message.visible_to is None]
    lines = [block["text"]["text"] for post in posts for block in post.blocks if block["type"] == "section"]
    return len({who[1] for line in lines if IN_THE_LOG[command] in line and (who := _WHO.match(line))})


def _drawn(workspace: Workspace, command: str) -> int:
    return sum(ON_THE_TAB[command] in view.shown for view in workspace.homes.values())


def _calls(workspace: Workspace) -> str:
    """The bot's calls of Slack's API, and how many of them were refused."""
    assert workspace.limits is not None
    taken, refused, busiest = workspace.limits.taken, workspace.limits.refused, workspace.limits.busiest
    lines = [
        f"  {method}: {taken[method]} taken, at most {busiest[method]} of {A_MINUTE[method]} in a minute, "
        f"{refused[method]} refused"
        for method in sorted(taken | refused)
    ]
    return "\n".join(["Calls of Slack's API:", *lines, f"429s: {sum(refused.values())}"])


if __name__ == "__main__":
    sys.exit(not main())
