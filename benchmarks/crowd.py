"""Many people who type commands in Slack at set times, whether or not those before them were answered.

A wait is counted from when the person typed, so that a server that falls behind can't hide it.
"""

from __future__ import annotations

import asyncio
import random
import time
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp

from benchmarks.serving import user_id
from bot.practice.workspace import Workspace

PATIENCE_SECONDS = 30.0
ANSWERS = {"/clockin": "*Clocked in at ", "/clockout": "*Clocked out at "}  # in JSON, where ✅ is escaped


@dataclass
class Waits:
    """How long answers took, in seconds, and what was not as it should be."""

    seconds: list[float] = field(default_factory=list)
    wrong: list[str] = field(default_factory=list)

    def within(self, share: float) -> float:
        """So many of all answers took at most this long: 0.99 gives the 99th percentile."""
        known = sorted(self.seconds)
        return known[min(len(known) - 1, int(len(known) * share))] if known else 0.0

    def __str__(self) -> str:
        middle, late, last = (self.within(share) * 1000 for share in (0.5, 0.99, 1.0))
        return (
            f"{len(self.seconds)} answers, median {middle:.0f} ms, 99 of 100 within {late:.0f} ms, last {last:.0f} ms"
        )


class Crowd:
    """People `U0BENCH0`, `U0BENCH1` and so on, at one server's `/slack/events`."""

    def __init__(self, workspace: Workspace, port: int, http: aiohttp.ClientSession) -> None:
        self._workspace = workspace
        self._url = f"http://127.0.0.1:{port}/slack/events"
        self._http = http

    async def type(self, command: str, numbers: Sequence[int], moments: Sequence[float]) -> Waits:
        """Each of the people types it, `moments[i]` seconds from now."""
        waits, begin = Waits(), time.perf_counter()
        async with asyncio.TaskGroup() as group:
            for number, moment in zip(numbers, moments, strict=True):
                if (pause := begin + moment - time.perf_counter()) > 0:
                    await asyncio.sleep(pause)
                group.create_task(self._one(command, number, begin + moment, waits))
        return waits

    async def _one(self, command: str, number: int, typed_at: float, waits: Waits) -> None:
        form = {
            "command": command,
            "text": "",
            "team_id": self._workspace.team_id,
            "user_id": user_id(number),
            "channel_id": "C0GENERAL",
            "response_url": "",
            "trigger_id": "1",
        }
        body = urlencode(form).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | self._workspace.sign(body)
        try:
            async with self._http.post(self._url, data=body, headers=headers) as response:
                answer = await response.text()
        except (aiohttp.ClientError, OSError, TimeoutError) as error:
            waits.wrong.append(f"{command}: {type(error).__name__}")
            return
        waits.seconds.append(time.perf_counter() - typed_at)
        if response.status != 200 or ANSWERS[command] not in answer:
            waits.wrong.append(f"{command}: {response.status} {answer[:100]}")


@asynccontextmanager
async def crowd(workspace: Workspace, port: int, *, connections: int = 0) -> AsyncIterator[Crowd]:
    """Over connections that are kept, as many as it takes where no number is given."""
    connector = aiohttp.TCPConnector(limit=connections)
    timeout = aiohttp.ClientTimeout(total=PATIENCE_SECONDS)
    async with aiohttp.ClientSession(connector=connector, timeout=timeout) as http:
        yield Crowd(workspace, port, http)


def steadily(rate: float, number: int) -> list[float]:
    """The moments of so many, `rate` of them in each second."""
    return [i / rate for i in range(number)]


def at_nine(number: int, seconds: float) -> Iterator[float]:
    """The moments of so many who come within that time, twice as dense in its middle as on average."""
    return iter(sorted(random.triangular(0, seconds) for _ in range(number)))
