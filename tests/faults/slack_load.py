"""People who clock in and out by typing in Slack, all at once, through a load balancer; and what each was told.

Slack repeats no command: whoever gets no answer types it again, as people do.
"""

from __future__ import annotations

import asyncio
import json
import random
import time
from collections import Counter
from collections.abc import AsyncIterator, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from urllib.parse import urlencode

import aiohttp
from aiohttp import web

from bot.practice.workspace import Workspace
from bot.slack.sentences import ONE_MOMENT, STILL_WRITING

SLACK_WAITS_SECONDS = 3.0
GIVE_UP_SECONDS = 15.0  # on one try: longer than Slack waits, so that what comes late is seen to be late
FOLLOW_UP_SECONDS = 15.0
ANSWERED_WITHIN_SECONDS = 60.0
PAUSE_SECONDS = 0.1


class Balancer(Sequence[str]):
    """The addresses of those replicas that say they are ready, as a load balancer keeps them."""

    LOOK_EVERY_SECONDS = 0.2

    def __init__(self, addresses: Sequence[str]) -> None:
        self._all, self._ready = list(addresses), list(addresses)
        self._turn = 0

    def __len__(self) -> int:
        return len(self._ready or self._all)

    def __getitem__(self, index):  # type: ignore[no-untyped-def]
        return (self._ready or self._all)[index]

    def next(self) -> str:
        """One after the other."""
        self._turn += 1
        return str(self[self._turn % len(self)])

    async def until_it_sends_to(self, address: str) -> None:
        """Raises TimeoutError after half a minute."""
        async with asyncio.timeout(30):
            while True:
                if address in self._ready:
                    return
                await asyncio.sleep(self.LOOK_EVERY_SECONDS)

    @asynccontextmanager
    async def looking(self) -> AsyncIterator[Balancer]:
        """Asks each of them again and again while the block runs."""
        async with aiohttp.ClientSession(timeout=aiohttp.ClientTimeout(total=3)) as http:
            task = asyncio.create_task(self._look(http))
            try:
                yield self
            finally:
                task.cancel()

    async def _look(self, http: aiohttp.ClientSession) -> None:
        while True:
            states = await asyncio.gather(*(self._is_ready(http, address) for address in self._all))
            self._ready = [address for address, ready in zip(self._all, states, strict=True) if ready]
            await asyncio.sleep(self.LOOK_EVERY_SECONDS)

    async def _is_ready(self, http: aiohttp.ClientSession, address: str) -> bool:
        try:
            async with http.get(f"{address}/readyz") as response:
                if response.status == 200:
                    return True
                states = await response.json()
        except (aiohttp.ClientError, OSError, TimeoutError, ValueError):
            return False
        return bool(states.get("database") == "ok")  # while only Slack is away, people can still be answered


@dataclass
class Told:
    """What people were told, by person, and how long it took them to be."""

    ins: Counter[str] = field(default_factory=Counter)
    outs: Counter[str] = field(default_factory=Counter)
    acknowledgements: list[float] = field(default_factory=list)
    """Seconds until Slack had its answer, of every try that got one."""
    waits: list[float] = field(default_factory=list)
    """Seconds from the first try until the person knew."""
    contradictions: list[str] = field(default_factory=list)
    unanswered: list[str] = field(default_factory=list)
    failed_tries: int = 0
    """Where Slack would say that the command failed: nobody listened, or the connection broke."""
    left_waiting: int = 0
    """Got a "one moment" from a replica that was killed then."""
    told_to_try_again: int = 0
    late: int = 0
    """Tries that Slack would have given up on before their answer came."""

    def __str__(self) -> str:
        known = sorted(self.waits) or [0.0]
        return (
            f"{len(self.waits)} commands typed in Slack, each answered; the longest wait {known[-1]:.1f} s with every "
            f"try in it, 99 of 100 within {known[int(len(known) * 0.99)]:.2f} s; {self.failed_tries} tries broken by "
            f"kills, {self.left_waiting} left waiting by them, {self.told_to_try_again} told to try again, "
            f"{self.late} acknowledged later than {SLACK_WAITS_SECONDS:g} s; contradictory answers "
            f"{len(self.contradictions)}, without an answer {len(self.unanswered)}"
        )


class FollowUps:
    """Where answers go that come after the acknowledgement: Slack's response URLs."""

    def __init__(self) -> None:
        self.address = ""
        self._waiting: dict[str, asyncio.Future[str]] = {}
        self._numbers = iter(range(1, 10**9))

    @asynccontextmanager
    async def serving(self) -> AsyncIterator[FollowUps]:
        """Takes answers while the block runs."""
        app = web.Application()
        app.router.add_post("/{key}", self._take)
        runner = web.AppRunner(app, access_log=None)
        await runner.setup()
        await web.TCPSite(runner, "127.0.0.1", 0).start()
        self.address = f"http://127.0.0.1:{runner.addresses[0][1]}"
        try:
            yield self
        finally:
            await runner.cleanup()

    def url(self) -> tuple[str, asyncio.Future[str]]:
        """A new address, and what it answers."""
        key = str(next(self._numbers))
        self._waiting[key] = asyncio.get_running_loop().create_future()
        return f"{self.address}/{key}", self._waiting[key]

    async def _take(self, request: web.Request) -> web.Response:
        answer = await request.json()
        waiting = self._waiting.pop(request.match_info["key"], None)
        if waiting is not None and not waiting.done():
            waiting.set_result(str(answer.get("text")))
        return web.json_response({"ok": True})


@dataclass
class Typist:
    """One person, who clocks in and out again and again."""

    user_id: str
    workspace: Workspace
    balancer: Balancer
    http: aiohttp.ClientSession
    follow_ups: FollowUps
    told: Told
    pause: float = 0.0
    """At most so many seconds between one answer and the next command."""

    async def work(self, stop: asyncio.Event) -> None:
        """Until the stop. What was typed before is answered."""
        while not stop.is_set():
            await self._typed("/clockin", ("✅ *Clocked in at ",), "⚠️ You're already clocked in ", self.told.ins)
            await self._rest(stop)
            await self._typed("/clockout", ("✅ *Clocked out at ",), "⚠️ You're not clocked in.", self.told.outs)
            await self._rest(stop)

    async def _rest(self, stop: asyncio.Event) -> None:
        if self.pause and not stop.is_set():
            await asyncio.sleep(random.uniform(0, self.pause))

    async def _typed(self, command: str, done: tuple[str, ...], done_before: str, count: Counter[str]) -> None:
        """Types it until there is an answer that says what became of it."""
        started, tries = time.monotonic(), 0
        while time.monotonic() - started < ANSWERED_WITHIN_SECONDS:
            tries += 1
            text = await self._try(command)
            if text is None:
                await asyncio.sleep(PAUSE_SECONDS)
                continue
            if text.startswith(done) or (tries > 1 and text.startswith(done_before)):
                count[self.user_id] += 1
                self.told.waits.append(time.monotonic() - started)
                return
            if "try again" not in text.lower():
                self.told.contradictions.append(f"{self.user_id} {command}: {text}")
                return
            self.told.told_to_try_again += 1
            await asyncio.sleep(PAUSE_SECONDS)
        self.told.unanswered.append(f"{self.user_id} {command}")

    async def _try(self, command: str) -> str | None:
        """What the person reads in the end; None where Slack would tell of a failure, or nothing comes."""
        url, later = self.follow_ups.url()
        body = urlencode(_form(self.workspace, self.user_id, command, url)).encode()
        headers = {"Content-Type": "application/x-www-form-urlencoded"} | self.workspace.sign(body)
        started = time.monotonic()
        try:
            async with self.http.post(f"{self.balancer.next()}/slack/events", data=body, headers=headers) as response:
                answer, is_json = await response.text(), response.content_type == "application/json"
                if response.status != 200:
                    self.told.contradictions.append(f"{self.user_id} {command}: {response.status} {answer!r}")
                    return None
        except (aiohttp.ClientError, OSError, TimeoutError):
            self.told.failed_tries += 1
            return None
        took = time.monotonic() - started
        self.told.acknowledgements.append(took)
        self.told.late += took > SLACK_WAITS_SECONDS
        text = str(json.loads(answer).get("text", "")) if is_json else answer
        if text not in (ONE_MOMENT(), STILL_WRITING()):
            return text
        try:
            async with asyncio.timeout(FOLLOW_UP_SECONDS):
                return await later
        except TimeoutError:
            self.told.left_waiting += 1
            return None


def _form(workspace: Workspace, user_id: str, command: str, url: str) -> dict[str, str]:
    return {
        "command": command,
        "text": "",
        "team_id": workspace.team_id,
        "user_id": user_id,
        "channel_id": "C0GENERAL",
        "response_url": url,
        "trigger_id": "1",
    }


@asynccontextmanager
async def typing(
    balancer: Balancer, workspace: Workspace, user_ids: Sequence[str], *, pause: float = 0.0
) -> AsyncIterator[Told]:
    """A typist for each person, at work until the block is left. What each typed last is answered by then."""
    told, stop = Told(), asyncio.Event()
    connector = aiohttp.TCPConnector(limit=0)
    timeout = aiohttp.ClientTimeout(total=GIVE_UP_SECONDS)
    async with (
        FollowUps().serving() as follow_ups,
        aiohttp.ClientSession(connector=connector, timeout=timeout) as http,
        asyncio.TaskGroup() as group,
    ):
        for user_id in user_ids:
            typist = Typist(user_id, workspace, balancer, http, follow_ups, told, pause)
            group.create_task(typist.work(stop))
        try:
            yield told
        finally:
            stop.set()


def user_ids(number: int) -> Iterator[str]:
    """Of so many people."""
    return (f"U0TYPIST{n}" for n in range(number))
