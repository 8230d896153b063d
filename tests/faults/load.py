"""Programs that use the API at the same time, repeat unanswered requests with the same key, and keep the answers."""

from __future__ import annotations

import asyncio
import json
import random
from collections import Counter
from collections.abc import AsyncIterator, Callable, Mapping, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any, Protocol

import aiohttp

ANSWERED_WITHIN_SECONDS = 120.0  # counted over every repetition, and over the faults in between
PAUSE_SECONDS = 0.05
FIRST_RECORD = datetime(2024, 1, 1, tzinfo=UTC)

Event = Mapping[str, Any]


class Unanswered(Exception):
    """A request got no answer in time. The text says what came instead, and how often."""


@dataclass
class Journal:
    """What the clients were told."""

    answers: asyncio.Semaphore = field(default_factory=lambda: asyncio.Semaphore(0))
    """Released by each answer."""
    acknowledged: dict[str, Event] = field(default_factory=dict)
    deleted: set[str] = field(default_factory=set)
    contradictions: list[str] = field(default_factory=list)
    """Answers that no server gives which keeps what it acknowledged, and does once what carries one key."""
    lost: int = 0
    """Requests that got no answer: nobody knows what became of them until they are repeated."""
    done_unheard: int = 0
    """Those of them that had been done, as the answer to the repetition showed."""
    replayed: int = 0
    unavailable: int = 0
    refused: int = 0


@dataclass
class Request:
    """What is sent under one key, once or more often."""

    path: str
    body: dict[str, Any]
    key: str
    answer: bytes | None = None
    method: str = "POST"

    @property
    def events(self) -> list[Event]:
        return events_in(json.loads(self.answer)) if self.answer else []


def events_in(answer: Any) -> list[Event]:
    """The one event, or two, of an answer to what writes."""
    return [answer["clockIn"], answer["clockOut"]] if "clockIn" in answer else [answer]


@dataclass
class Client:
    """Writes down one person's days, one request after the other, at whichever replica."""

    user_id: str
    addresses: Sequence[str]
    http: aiohttp.ClientSession
    journal: Journal
    pause: float = 0.0
    """At most so many seconds between two shifts."""

    async def work(self, stop: asyncio.Event) -> None:
        """Shift after shift. The running one is finished after the stop."""
        for number in count():
            if stop.is_set():
                return
            await self._shift(number)
            if self.pause and not stop.is_set():
                await asyncio.sleep(random.uniform(0, self.pause))

    async def _shift(self, number: int) -> None:
        clock_in = await self._ask(f"{number}-in", "clock-in")
        await self._ask(f"{number}-out", "clock-out")
        await self._send(clock_in)  # a repetition that comes late opens nothing
        record = await self.record(f"{number}-record", FIRST_RECORD + timedelta(minutes=15 * number))
        if number % 2 and record.events:
            await self._delete(record.events)
        elif number % 4 and record.events:
            await self.change(f"{number}-change", record)
        await self._send(record)  # nor does it bring back what was deleted since then

    async def record(self, name: str, started: datetime) -> Request:
        """Adds one of ten minutes."""
        return await self._ask(
            name,
            "create",
            date=f"{started:%Y-%m-%d}",
            clockInTimestampUtc=started.isoformat(),
            clockOutTimestampUtc=(started + timedelta(minutes=10)).isoformat(),
        )

    async def change(self, name: str, record: Request) -> Request:
        """Another record, of eleven minutes, takes its place."""
        of = random.choice(record.events)["id"]
        ends = datetime.fromisoformat(record.body["clockOutTimestampUtc"]) + timedelta(minutes=1)
        body = {"reason": "A minute longer", "clockOutTimestampUtc": ends.isoformat()}
        request = Request(of, body, f"{self.user_id}-{name}", method="PATCH")
        await self._send(request)
        self.journal.deleted |= {event["id"] for event in record.events}
        return request

    async def _ask(self, name: str, path: str, **body: str) -> Request:
        request = Request(path, {"userId": self.user_id} | body, f"{self.user_id}-{name}")
        await self._send(request)
        return request

    async def _send(self, request: Request) -> None:
        headers = {"Idempotency-Key": request.key}
        status, answer, replayed = await self.answered(
            request.method, f"attendance-events/{request.path}", json=request.body, headers=headers
        )
        self.journal.replayed += replayed
        if status != 200 or request.answer not in (None, answer):
            self.journal.contradictions.append(f"{request}: {status} {answer!r}")
        elif request.answer is None:
            request.answer = answer
            self.journal.done_unheard += replayed
            self.journal.acknowledged |= {event["id"]: event for event in request.events}

    async def _delete(self, events: list[Event]) -> None:
        status, answer, _ = await self.answered("DELETE", f"attendance-events/{random.choice(events)['id']}")
        if status in (200, 404):  # 404: an earlier attempt did it, and its answer was lost
            self.journal.deleted |= {event["id"] for event in events}
        else:
            self.journal.contradictions.append(f"deleting {events}: {status} {answer!r}")

    async def refused(self, record: Request) -> tuple[int, str]:
        """The status and code of the answer to another change of that record, which a lock refuses."""
        of, body = record.events[0]["id"], {"reason": "Two minutes longer", "clockInComment": "no"}
        status, answer, _ = await self.answered("PATCH", f"attendance-events/{of}", json=body)
        return status, str(json.loads(answer).get("code"))

    async def answered(self, method: str, path: str, **how: Any) -> tuple[int, bytes, bool]:
        """Repeats the request until there is an answer; tells whether it was marked as given before."""
        seen: Counter[str] = Counter()
        try:
            async with asyncio.timeout(ANSWERED_WITHIN_SECONDS):
                while True:
                    address = f"{random.choice(self.addresses)}/{path}"
                    try:
                        async with self.http.request(method, address, **how) as response:
                            answer = await response.read()
                    except aiohttp.ClientConnectorError as error:
                        self.journal.refused += 1  # nobody listens, so nothing was sent
                        seen[type(error).__name__] += 1
                    except (aiohttp.ClientError, OSError, TimeoutError) as error:
                        self.journal.lost += 1
                        seen[type(error).__name__] += 1
                    else:
                        if response.status != 503:
                            self.journal.answers.release()
                            return response.status, answer, "Idempotency-Replayed" in response.headers
                        self.journal.unavailable += 1
                        seen[answer.decode()] += 1
                    await asyncio.sleep(PAUSE_SECONDS)
        except TimeoutError as error:
            raise Unanswered(f"{method} {path} {how}: {dict(seen)}") from error


@asynccontextmanager
async def load(
    addresses: Sequence[str], token: str, user_ids: Sequence[str], *, pause: float = 0.0
) -> AsyncIterator[Journal]:
    """A client for each person, at work until the block is left. What each asked for last is answered by then."""
    journal = Journal()
    async with at_work(token, lambda http: [Client(one, addresses, http, journal, pause) for one in user_ids]):
        yield journal


class Worker(Protocol):
    """Works until it's told to stop, and finishes what it has begun."""

    async def work(self, stop: asyncio.Event) -> None: ...


@asynccontextmanager
async def at_work(token: str, workers: Callable[[aiohttp.ClientSession], Sequence[Worker]]) -> AsyncIterator[None]:
    """Each of them at work, over one session with that token, until the block is left."""
    stop, patience = asyncio.Event(), aiohttp.ClientTimeout(total=15)
    headers = {"Authorization": f"Bearer {token}"}
    async with aiohttp.ClientSession(headers=headers, timeout=patience) as http, asyncio.TaskGroup() as group:
        for worker in workers(http):
            group.create_task(worker.work(stop))
        try:
            yield
        finally:
            stop.set()
