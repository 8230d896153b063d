"""`make scale`: what each answer costs in a workspace of 100, 1,000 and 10,000 people after a year.

Most answers are about one person, one record or one page, so they may take at most 1.5 times as long in ten times the
workspace. And in the largest one, `/clockin` waits at most 250 ms beside twelve managers' year reports and five
people's own files.

SCALE_ENGINE is sqlite, postgresql, or both (the default). SCALE_RECORDS is how many records each person has in the
year; 500 are two each working day.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
import tempfile
import time
from collections.abc import AsyncIterator, Awaitable, Callable, Collection, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from functools import partial
from pathlib import Path
from statistics import median
from urllib.parse import urlencode

import aiohttp
from aiohttp import web
from aiohttp.test_utils import TestServer
from markupsafe import Markup

from benchmarks.crowd import crowd, steadily
from benchmarks.scale_ledger import BOSS, ZONE, Year, fill, is_in, manager, place_at
from benchmarks.serving import ADMIN, NobodyElse, Prepared, replicas, slack, user_id
from bot.api import routes
from bot.chat.features import router
from bot.chat.home import home
from bot.chat.routing import Ask
from bot.chat.views import Files, Message
from bot.people.user_groups import Group
from bot.permissions import Caller, Via
from bot.practice.people import Member
from bot.practice.workspace import Workspace
from bot.runtime.services import Services
from bot.wording import Reader
from storage.database import Database, open_database
from storage.events import Position
from tests.postgresql_server import Server, serving

SIZES = [int(number) for number in (os.environ.get("SCALE_PEOPLE") or "100 1000 10000").split()]
ENGINES = {"both": ("sqlite", "postgresql")}.get(engine := os.environ.get("SCALE_ENGINE") or "both", (engine,))
RECORDS = int(os.environ.get("SCALE_RECORDS") or 500)
TURNS, ENOUGH_SECONDS = 11, 8.0
MOST_GROWTH = 1.5
NOT_WORTH_COUNTING = 0.002  # seconds by which an answer may grow anyway: less than one request differs from the next
MANAGERS, OWN_FILES = 12, 5
RATE, BESIDE_SECONDS = 10.0, float(os.environ.get("SCALE_BESIDE_SECONDS") or 20)
WORST_SECONDS = 0.25
EMPLOYEE = user_id(17)  # isn't a manager, and is out
YEAR_OF_EVERYBODY, MONTH_OF_EVERYBODY = "`report` of a year, admin", "worked time of a month by person (API)"
ABOUT_EVERYBODY = {YEAR_OF_EVERYBODY, MONTH_OF_EVERYBODY}
"""Answers that may grow with the people: each has a row."""
WORKED_TIME = "/reports/worked-time"


@dataclass(frozen=True, slots=True)
class Line:
    """An answer, and how to ask for it. `needs`: how many people there have to be."""

    what: str
    ask: Callable[[], Awaitable[object]]
    needs: int = 0


class Reading:
    """Asks for each answer on one ledger: in a chat, without drawing it for Slack, and over HTTP."""

    def __init__(
        self, ready: Prepared, database: Database, address: str, http: aiohttp.ClientSession, year: Year
    ) -> None:
        self._workspace_id, self._year = ready.workspace.team_id, year
        self._services, self._router = Services(database, NobodyElse()), router()
        self._address, self._http = address, http
        self._headers = {"Authorization": f"Bearer {ready.token}"}
        self._days = {"startDate": f"{year.days.first}", "endDate": f"{year.days.last}"}

    def lines(self, place: Position) -> list[Line]:
        """Every answer. `place` is in the middle of the year's events."""
        since = f"{datetime.now(UTC) - timedelta(minutes=1):%Y-%m-%dT%H:%M:%S}"
        changed = {"startDate": "2000-01-01", "endDate": "2100-01-01", "updatedSince": since}
        month = {"startDate": f"{self._year.worked[0]}", "endDate": f"{self._year.worked[0] + timedelta(days=29)}"}
        page = self._days | {"limit": "100", "cursor": f"{place[0]}~{place[1]}"}
        year = f"{self._year.days.first} to {self._year.days.last}"
        return [
            Line("history of one event (API)", partial(self._get, f"/attendance-events/{place[1]}/history")),
            Line("`history last month`, an employee", partial(self._type, EMPLOYEE, "history last month")),
            Line("`updatedSince` a minute ago, all days", partial(self._get, "/attendance-events", **changed)),
            Line("a page of 100 events of everybody", partial(self._get, "/attendance-events", **page)),
            Line("`report` of a year, an employee", partial(self._type, EMPLOYEE, f"report {year}")),
            Line("`report` of a year, manager of ten", partial(self._type, manager(1), f"report {year}")),
            Line("`report` of a year, manager of 500", partial(self._type, BOSS, f"report {year}"), needs=500),
            Line(YEAR_OF_EVERYBODY, partial(self._type, ADMIN, f"report {year}")),
            Line("`events` of a year, admin", partial(self._type, ADMIN, f"events {year}")),
            Line("Home tab, manager of ten", partial(self._home, manager(1))),
            Line("Home tab, admin", partial(self._home, ADMIN)),
            Line("`who`, admin", partial(self._type, ADMIN, "who")),
            Line("`team`, admin", partial(self._type, ADMIN, "team")),
            Line("`mine` of a year", partial(self._type, EMPLOYEE, f"mine {year}")),
            Line(MONTH_OF_EVERYBODY, partial(self._get, WORKED_TIME, **month)),
        ]

    async def change(self) -> None:
        """Makes what changed in the last minute: five people come."""
        for number in (3, 5, 7, 9, 13):
            await self._type(user_id(number), "clockin")

    async def _type(self, who: str, line: str) -> None:
        word, _, words = line.partition(" ")
        await self._router.typed(self._ask(who, words), word)

    async def _home(self, who: str) -> None:
        await home(self._ask(who))

    def _ask(self, who: str, words: str = "") -> Ask:
        reader = Reader(who, self._services.database.clock(), zone=ZONE)
        return Ask(self._services, Caller(self._workspace_id, who, Via.SLACK), reader, words, _Nowhere())

    async def _get(self, path: str, **asked: str) -> None:
        async with self._http.get(self._address + path, params=asked, headers=self._headers) as response:
            answer = await response.text()
            if response.status != 200:
                raise RuntimeError(f"{path} got {response.status}: {answer[:200]}")


class _Nowhere:
    """A chat that shows nothing to anybody."""

    async def post_here(self, message: Message) -> None: ...

    async def direct(self, message: Message) -> None: ...

    async def tell(self, text: Markup) -> None: ...

    async def send(self, files: Files) -> None: ...

    async def place(self) -> str | None:
        return None

    async def groups(self) -> Sequence[Group] | None:
        return None

    async def group_members(self, workspace_id: str, group_id: str) -> Collection[str]:
        return ()


Cells = dict[str, dict[int, float]]
"""Seconds by answer and number of people."""


async def measure(engine: str, cells: Cells, server: Server | None, folder: Path) -> bool:
    """Fills a ledger of each size and measures; tells whether nobody waited long for a clock-in in the last one."""
    kept = True
    for people in SIZES:
        path = folder / f"{people}.db"
        url = server.url(server.database()) if server else f"sqlite:///{path}"
        members = [Member(user_id(n), f"bench{n}", f"Bench {n}", ZONE) for n in _readers()]
        year, started = Year.of_records(RECORDS), time.perf_counter()
        async with contextlib.AsyncExitStack() as stack:
            settings = await stack.enter_async_context(slack(workspace := Workspace(bot_url="", members=members)))
            ready = await fill(url, people, year, workspace, server)
            print(f"{people} people, {engine}: filled in {time.perf_counter() - started:.0f} s.", flush=True)
            http = await stack.enter_async_context(aiohttp.ClientSession())
            database = await stack.enter_async_context(_opened(url))
            reading = Reading(ready, database, await stack.enter_async_context(_api(database)), http, year)
            await reading.change()
            for line in reading.lines(place_at(year, people)):
                if people >= line.needs:
                    seconds = cells.setdefault(line.what, {})[people] = await _median(line.ask)
                    print(f"  {line.what}: {seconds * 1000:.1f} ms", flush=True)
            if people == SIZES[-1] and BESIDE_SECONDS and server is None:
                (port,) = await stack.enter_async_context(replicas(url, settings))
                kept = await _beside(workspace, port, http, people, year)
        await asyncio.to_thread(_remove, folder, people)
    return kept


def _remove(folder: Path, people: int) -> None:
    for file in folder.glob(f"{people}.db*"):
        file.unlink()


@contextlib.asynccontextmanager
async def _api(database: Database) -> AsyncIterator[str]:
    """The API over HTTP, in this process: its address."""
    app = web.Application()
    routes.register(app, Services(database, NobodyElse()), (), chats={"slack": _yes}, stopping=asyncio.Event())
    async with TestServer(app) as server:
        yield f"http://127.0.0.1:{server.port}"


async def _yes() -> bool:
    return True


@contextlib.asynccontextmanager
async def _opened(url: str) -> AsyncIterator[Database]:
    database = await open_database(url)
    try:
        yield database
    finally:
        await database.close()


async def _median(ask: Callable[[], Awaitable[object]]) -> float:
    """In seconds, after one that counts for nothing."""
    await ask()
    seconds: list[float] = []
    while len(seconds) < TURNS and sum(seconds) < ENOUGH_SECONDS:
        started = time.perf_counter()
        await ask()
        seconds.append(time.perf_counter() - started)
    return median(seconds)


def _readers() -> list[int]:
    """Who asks for year reports, and then who asks for their own files."""
    return [*range(0, 10 * MANAGERS, 10), *range(3, 10 * OWN_FILES, 10)]


async def _beside(workspace: Workspace, port: int, http: aiohttp.ClientSession, people: int, year: Year) -> bool:
    """People come while others read; tells whether nobody waited long."""
    coming = [number for number in range(people) if not is_in(number) and number > 10 * MANAGERS]
    coming = coming[: int(RATE * BESIDE_SECONDS)]
    words = f"{year.days.first} to {year.days.last}"
    async with crowd(workspace, port) as people_in_slack:
        half = len(coming) // 2
        moments = steadily(RATE, half)
        alone = await people_in_slack.type("/clockin", coming[:half], moments)
        print(f"/clockin alone: {alone}, {len(alone.wrong)} not done.", flush=True)
        done: list[str] = []

        async def again_and_again(number: int, text: str) -> None:
            while True:
                form = {
                    "command": "/attendance",
                    "text": text,
                    "team_id": workspace.team_id,
                    "user_id": user_id(number),
                }
                form |= {"channel_id": "C0GENERAL", "response_url": "", "trigger_id": "1"}
                body = urlencode(form).encode()
                headers = {"Content-Type": "application/x-www-form-urlencoded"} | workspace.sign(body)
                async with http.post(f"http://127.0.0.1:{port}/slack/events", data=body, headers=headers) as response:
                    await response.read()
                    done.append(f"{text.split()[0]} {response.status}")

        readers = _readers()
        async with asyncio.TaskGroup() as group:
            asking = [group.create_task(again_and_again(number, f"report {words}")) for number in readers[:MANAGERS]]
            asking += [group.create_task(again_and_again(number, f"mine {words}")) for number in readers[MANAGERS:]]
            await asyncio.sleep(1)
            waits = await people_in_slack.type("/clockin", coming[half : 2 * half], moments)
            for task in asking:
                task.cancel()
        print(
            f"/clockin beside {MANAGERS} managers' year reports and {OWN_FILES} own files: {waits}, "
            f"{len(waits.wrong)} not done, {len(done)} others answered. At most {WORST_SECONDS * 1000:.0f} ms.",
            flush=True,
        )
        return waits.within(1.0) <= WORST_SECONDS and not waits.wrong


def table(cells: Cells) -> tuple[str, bool]:
    """In Markdown, and whether nothing grew that should not."""
    rows = [["answer", *(f"{people:,} people" for people in SIZES), "grows", "goal"], ["---"] * (len(SIZES) + 3)]
    kept = True
    for what, seconds in cells.items():
        shown = [f"{seconds[people] * 1000:.1f} ms" if people in seconds else "" for people in SIZES]
        measured = [seconds[people] for people in SIZES[-2:] if people in seconds]
        grows, said = "", ""
        if len(measured) == 2:
            before, after = measured
            grows = f"{after / before:.1f} times"
            if what not in ABOUT_EVERYBODY:
                fine = after <= before * MOST_GROWTH or after - before <= NOT_WORTH_COUNTING
                said, kept = f"{MOST_GROWTH} times{'' if fine else ', **missed**'}", kept and fine
        rows.append([what, *shown, grows, said])
    return "\n".join(f"| {' | '.join(row)} |" for row in rows), kept


def main() -> bool:
    """Prints what it found; tells whether the goals were kept."""
    kept = True
    with contextlib.ExitStack() as stack:
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory(dir=Path.cwd(), prefix="bench-")))
        print(f"{RECORDS} records of each person in a year; load {os.getloadavg()[0]:.1f} before.", flush=True)
        for engine in ENGINES:
            server = stack.enter_context(serving()) if engine == "postgresql" else None
            cells: Cells = {}
            kept &= asyncio.run(measure(engine, cells, server, folder))
            said, grew_little = table(cells)
            print(f"\n{engine}\n\n{said}\n", flush=True)
            kept &= grew_little
    return kept


if __name__ == "__main__":
    sys.exit(not main())
