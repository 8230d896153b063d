"""A workspace that does its worst, in a process of its own, so that its work isn't taken for the server's.

`benchmarks.fairness` starts it: `python -m benchmarks.hostile`. It reads where and with what tokens from the first line
of its input, says when it has begun, goes on until the input ends, and prints what it got.
"""

from __future__ import annotations

import asyncio
import contextlib
import json
import os
import socket
import sys
from collections import Counter
from collections.abc import AsyncIterator, Awaitable, Callable, Iterator
from datetime import UTC, datetime, timedelta
from itertools import count
from urllib.parse import urlencode

import aiohttp

from benchmarks.serving import ADMIN, user_id
from bot.attendance.recording import NewRecord
from bot.practice.workspace import Workspace

TEAM_ID = "T0HOSTILE"
PEOPLE = 50
RECORDS = int(os.environ.get("FAIR_RECORDS") or 8_000)  # before it begins
EVERYTHING = "startDate=0001-01-01&endDate=9999-12-31"
REPORTS, STALLED, BATCHES = 8, 6, 6
HELD_SECONDS = 3.0  # for each stalled connection
ZONES = ("Europe/Berlin", "America/New_York", "America/Sao_Paulo", "Asia/Gaza", "Africa/Cairo", "Asia/Tehran")


def records(numbers: Iterator[int], how_many: int) -> list[NewRecord]:
    """Short ones from 1970 on, of everybody in turn."""
    found = []
    for _ in range(how_many):
        number = next(numbers)
        in_at = datetime(1970, 1, 2, 8, tzinfo=UTC) + timedelta(minutes=2 * (number // PEOPLE) * 60)
        found.append(
            NewRecord(
                user_id(number % PEOPLE), in_at, in_at + timedelta(minutes=30), office_id=f"o{number % len(ZONES)}"
            )
        )
    return found


class Hostile:
    """A workspace that does its worst. `done` counts what it got done, `refused` what it was refused."""

    def __init__(self, port: int, secrets: list[str], http: aiohttp.ClientSession) -> None:
        self._workspace, self._secrets, self._http = Workspace(bot_url="", team_id=TEAM_ID), secrets, http
        self._port, self._address = port, f"http://127.0.0.1:{port}"
        self._next = count(RECORDS)
        self.done, self.refused = Counter[str](), Counter[str]()

    @contextlib.asynccontextmanager
    async def at_its_worst(self) -> AsyncIterator[None]:
        """Everything at once, again and again until the block ends."""
        works = [self._report] * REPORTS + [self._batch] * BATCHES
        async with asyncio.TaskGroup() as group:
            tasks = [group.create_task(self._again_and_again(work, number)) for number, work in enumerate(works)]
            tasks += [group.create_task(self._stall(secret)) for secret in self._secrets]
            yield
            for task in tasks:
                task.cancel()

    async def _again_and_again(self, work: Callable[[int], Awaitable[int]], number: int) -> None:
        while True:
            try:
                status = await work(number)
            except (aiohttp.ClientError, OSError, TimeoutError) as error:
                self.refused[f"{work.__name__} {type(error).__name__}"] += 1
            else:
                (self.done if status == 200 else self.refused)[f"{work.__name__} {status}"] += 1
                if status != 200:
                    await asyncio.sleep(0.05)

    async def _report(self, number: int) -> int:
        """As wide as the calendar."""
        form = {"command": "/attendance", "text": "report 0001-01-01 to 9999-12-31", "team_id": self._workspace.team_id}
        form |= {"user_id": ADMIN, "channel_id": "C0GENERAL", "response_url": "", "trigger_id": "1"}
        body = urlencode(form).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | self._workspace.sign(body)
        async with self._http.post(f"{self._address}/slack/events", data=body, headers=headers) as response:
            await response.read()
            return response.status

    async def _batch(self, number: int) -> int:
        body = {"records": [_as_json(new) for new in records(self._next, 1000)], "allOrNothing": True}
        headers = {"Authorization": f"Bearer {self._secrets[0]}"}
        async with self._http.post(f"{self._address}/attendance-events/batch", json=body, headers=headers) as response:
            await response.read()
            return response.status

    async def _stall(self, secret: str) -> None:
        """Asks for everything, takes nothing of it, and asks again."""
        loop = asyncio.get_running_loop()
        while True:
            with socket.socket() as connection:
                connection.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
                connection.setblocking(False)
                await loop.sock_connect(connection, ("127.0.0.1", self._port))
                lines = [
                    f"GET /attendance-events?{EVERYTHING} HTTP/1.1",
                    "Host: bot",
                    f"gd-api-token: {secret}",
                    "",
                    "",
                ]
                await loop.sock_sendall(connection, "\r\n".join(lines).encode())
                with contextlib.suppress(OSError):
                    answered = await loop.sock_recv(connection, 12)
                    self.done[f"_stall {answered[-3:].decode()}"] += 1
                    await asyncio.sleep(HELD_SECONDS)
            await asyncio.sleep(0.05)


def _as_json(new: NewRecord) -> dict[str, str]:
    return {
        "userId": new.user_id,
        "date": f"{new.in_at.date()}",
        "clockInTimestampUtc": f"{new.in_at:%Y-%m-%dT%H:%M:%S}",
        "clockOutTimestampUtc": f"{new.out_at:%Y-%m-%dT%H:%M:%S}",
    }


async def main() -> None:
    loop = asyncio.get_running_loop()
    asked = json.loads(await loop.run_in_executor(None, sys.stdin.readline))
    async with aiohttp.ClientSession(connector=aiohttp.TCPConnector(limit=0)) as http:
        hostile = Hostile(asked["port"], asked["secrets"], http)
        async with hostile.at_its_worst():
            print("begun", flush=True)
            await loop.run_in_executor(None, sys.stdin.read)
    print(json.dumps({"done": hostile.done, "refused": hostile.refused}))


if __name__ == "__main__":
    asyncio.run(main())
