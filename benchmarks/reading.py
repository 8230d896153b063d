"""Reports, queries and exports at a million pairs, beside raw SQL on the same file."""

from __future__ import annotations

import asyncio
import csv
import json
import os
import sqlite3
import subprocess
import sys
import time
from collections import defaultdict
from collections.abc import Awaitable, Callable
from contextlib import closing, suppress
from dataclasses import dataclass
from datetime import date
from functools import partial
from http.client import HTTPConnection
from pathlib import Path
from statistics import median

from benchmarks import large_ledger
from benchmarks.results import Result, at_most
from benchmarks.serving import NobodyElse, Prepared, prepare, replicas, slack, user_id
from bot.calendar.ranges import DateRange
from bot.chat.report_view import report_message
from bot.permissions import Caller, Role, Via
from bot.practice.workspace import Workspace
from bot.reports import findings, periods, worked_time
from bot.reports.periods import GroupBy
from bot.runtime.services import Services
from bot.wording import Reader
from storage import settings
from storage.database import Transaction, open_database
from storage.pairs import Scope

MONTH = DateRange(date(2025, 3, 1), date(2025, 3, 31))
YEAR = DateRange(date(2025, 1, 1), date(2025, 12, 16))  # 350 days of 2,000 pairs
TURNS = 9
MOST_MEMORY_MIB = 50
UNKNOWN_LAW = "BR"  # a country without a rule pack

# What a report asks of the pairs: hours, days, records and breaks of each person, and the zones of their clock-ins.
HOURS_PER_PERSON = (
    "SELECT user_id, sum(worked), count(*) FILTER (WHERE gap IS NULL), count(*),"
    " sum(CASE WHEN gap < 10800000000 THEN gap END) FROM ("
    " SELECT user_id, out_at - in_at worked,"
    " in_at - lag(out_at) OVER (PARTITION BY work_date, user_id ORDER BY in_at) gap FROM pairs"
    " WHERE workspace_id = ? AND work_date BETWEEN ? AND ? AND deleted_at IS NULL"
    ") GROUP BY user_id"
)
ZONES = "SELECT DISTINCT in_zone FROM pairs WHERE workspace_id = ? AND work_date BETWEEN ? AND ? AND deleted_at IS NULL"
# With the clock-in's bounds, as an index wants it: each row becomes two events of eleven keys.
MONTH_OF_ONE = (
    "SELECT in_id, out_id, user_id, in_by, in_office_id, work_date, in_recorded_at, in_at, in_ip, 'CLOCK-IN',"
    " in_comment, out_id, in_id, user_id, out_by, out_office_id, work_date, out_recorded_at, out_at, out_ip,"
    " 'CLOCK-OUT', out_comment FROM pairs WHERE workspace_id = ? AND user_id = ? AND in_at >= ? AND in_at < ?"
    " AND work_date BETWEEN ? AND ? AND deleted_at IS NULL ORDER BY in_at"
)
KEYS = (
    *("id", "linkedAttendanceEventId", "userId", "createByUserId", "officeId", "date", "momentCreated", "timestamp"),
    *("ipAddress", "type", "comment"),
)
ALL_OF_A_YEAR = (
    "SELECT work_date, user_id, in_at, out_at, in_recorded_at, out_recorded_at, in_by, out_by, in_office_id, in_zone,"
    " in_comment, out_comment FROM pairs WHERE workspace_id = ? AND work_date BETWEEN ? AND ? AND deleted_at IS NULL"
    " ORDER BY work_date, user_id, in_at"
)


@dataclass(frozen=True, slots=True)
class Run:
    """A process from its start to its end."""

    seconds: float
    memory_mib: float


def run(command: list[str], environment: dict[str, str], out: Path) -> Run:
    """Runs a command with its output in a file. Raises RuntimeError where it fails."""
    started = time.perf_counter()
    peak = 0.0
    with out.open("wb") as file:
        process = subprocess.Popen(command, env=os.environ | environment, stdout=file)
        while process.poll() is None:
            peak = max(peak, peak_mib(process.pid))
            time.sleep(0.01)
    if process.returncode:
        raise RuntimeError(f"{command} ended with {process.returncode}")
    return Run(time.perf_counter() - started, peak)


def peak_mib(pid: int) -> float:
    """The most memory a process has held so far. What wait4 tells would include its parent's, from before the exec."""
    with suppress(FileNotFoundError, ProcessLookupError):
        for line in Path(f"/proc/{pid}/status").read_text().splitlines():
            if line.startswith("VmHWM:"):
                return int(line.split()[1]) / 1024
    return 0.0  # it has just ended


async def measure(folder: Path) -> list[Result]:
    """All three; the ledgers take a while to write."""
    async with slack(workspace := Workspace(bot_url="")) as settings:
        small = await prepare(f"sqlite:///{folder}/small.db", large_ledger.PEOPLE, workspace)
        large = await prepare(f"sqlite:///{folder}/large.db", large_ledger.PEOPLE, workspace)
        for path, days in ((folder / "small.db", 100), (folder / "large.db", 500)):
            await asyncio.to_thread(large_ledger.fill, path, workspace.team_id, days)
        found = await _hours_per_person(small, large, folder)
        lawful = await prepare(f"sqlite:///{folder}/lawful.db", large_ledger.PEOPLE, workspace)
        await asyncio.to_thread(
            partial(large_ledger.fill, folder / "lawful.db", workspace.team_id, 200, weekends=False)
        )
        found += await _findings(lawful)
        async with replicas(large.url, settings) as (port,):
            found.append(await asyncio.to_thread(_month_of_one, large, folder / "large.db", port))
        found += await asyncio.to_thread(_export, large, settings, folder)
    return found


async def _hours_per_person(small: Prepared, large: Prepared, folder: Path) -> list[Result]:
    ours: dict[str, list[float]] = {"small": [], "large": []}
    floor: list[float] = []
    caller = Caller(small.workspace.team_id, "cli:bench", Via.CLI, Role.ADMIN)
    databases = {"small": await open_database(small.url), "large": await open_database(large.url)}
    with closing(sqlite3.connect(folder / "large.db")) as raw:
        for _ in range(TURNS):
            floor.append(_timed(lambda: _raw_hours(raw, _scope(large, MONTH))))
            for name, database in databases.items():
                started = time.perf_counter()
                report = await worked_time.worked_time(Services(database, NobodyElse()), caller, MONTH)
                ours[name].append(time.perf_counter() - started)
                if len(report.people) != large_ledger.PEOPLE or report.people[0].pairs != 62:
                    raise RuntimeError("the report is not whole")
    for database in databases.values():
        await database.close()
    what = "hours per person, one month, 1,000 people, 1,000,000 pairs"
    return [
        at_most(what, (median(ours["large"]), ""), (median(floor), "the same SQL, raw"), 1.5),
        at_most(f"{what}", (median(ours["large"]), ""), (median(ours["small"]), "itself at 200,000 pairs"), 1.1),
    ]


async def _findings(ready: Prepared) -> list[Result]:
    """A month's reports with what the law of Germany finds, to the same in a country whose law isn't known."""
    workspace_id = ready.workspace.team_id
    caller = Caller(workspace_id, "cli:bench", Via.CLI, Role.ADMIN)
    database = await open_database(ready.url)
    services = Services(database, NobodyElse())

    async def set_country(country: str) -> None:
        await database.write(lambda tx: settings.put(tx.connection, workspace_id, "country", country))

    async def in_a_chat() -> None:
        found = await worked_time.worked_time(services, caller, MONTH)
        report_message(found, Reader(user_id(0), found.now))
        if found.findings:
            raise RuntimeError("there is nothing to find")

    def to_a_program(by: GroupBy, tx: Transaction) -> None:
        rows = list(periods.worked_time(tx, caller, MONTH, by, None, None))
        if findings.findings(tx, Scope(workspace_id, MONTH.first, MONTH.last)) or not rows:
            raise RuntimeError("there is nothing to find")

    reports: dict[str, Callable[[], Awaitable[None]]] = {
        "in a chat": in_a_chat,
        "by day": partial(database.read, partial(to_a_program, GroupBy.DAY)),
        "by person": partial(database.read, partial(to_a_program, GroupBy.PERSON)),
    }
    seconds: dict[tuple[str, str], list[float]] = defaultdict(list)
    for _ in range(TURNS):
        for country in (UNKNOWN_LAW, "DE"):
            await set_country(country)
            for which, report in reports.items():
                started = time.perf_counter()
                await report()
                seconds[which, country].append(time.perf_counter() - started)
    await database.close()
    return [
        at_most(
            f"a month's report {which}, 1,000 people, 42,000 pairs, with findings",
            (median(seconds[which, "DE"]), ""),
            (median(seconds[which, UNKNOWN_LAW]), "the same without them"),
            2,
        )
        for which in reports
    ]


def _raw_hours(raw: sqlite3.Connection, scope: list[str]) -> None:
    for statement in (HOURS_PER_PERSON, ZONES):
        raw.execute(statement, scope).fetchall()


def _month_of_one(ready: Prepared, path: Path, port: int) -> Result:
    connection = HTTPConnection("127.0.0.1", port)
    address = f"/attendance-events?startDate={MONTH.first}&endDate={MONTH.last}&userId="
    headers = {"Authorization": f"Bearer {ready.token}"}

    def ask(who: str) -> None:
        connection.request("GET", address + who, headers=headers)
        answer = connection.getresponse()
        if len(json.loads(answer.read())) != 124:
            raise RuntimeError("the answer is not whole")

    def raw_month(raw: sqlite3.Connection, values: list[object]) -> None:
        rows = raw.execute(MONTH_OF_ONE, values).fetchall()
        json.dumps([dict(zip(KEYS, half, strict=True)) for row in rows for half in (row[:11], row[11:])])

    ours, floor = [], []
    epoch, day = date(1970, 1, 1), 24 * large_ledger.HOUR
    around = [((MONTH.first - epoch).days - 1) * day, ((MONTH.last - epoch).days + 2) * day]
    with closing(sqlite3.connect(path)) as raw:
        for turn in range(200):
            who = user_id(turn % large_ledger.PEOPLE)
            values = [ready.workspace.team_id, who, *around, str(MONTH.first), str(MONTH.last)]
            floor.append(_timed(partial(raw_month, raw, values)))
            ours.append(_timed(partial(ask, who)))
    connection.close()
    what = "one person's month of events over the API at 1,000,000 pairs"
    return at_most(what, (median(ours), ""), (median(floor), "raw SQL and json.dumps"), 5)


def _export(ready: Prepared, settings: dict[str, str], folder: Path) -> list[Result]:
    environment = settings | {"ATTENDANCE_DATABASE_URL": ready.url}
    command = [sys.executable, "-m", "bot", "export", f"{YEAR.first} to {YEAR.last}"]
    floor_command = [sys.executable, "-m", "benchmarks.reading", str(folder / "large.db"), ready.workspace.team_id]
    ours, floors = [], []
    for _ in range(3):
        floors.append(run(floor_command, {}, folder / "floor.csv"))
        ours.append(run(command, environment, folder / "export.csv"))
    idle = run([sys.executable, "-m", "bot", "export", "2020-01-01"], environment, folder / "nothing.csv")
    with (folder / "export.csv").open(newline="") as file:
        if sum(1 for _ in csv.reader(file)) != 700_001:
            raise RuntimeError("the export is not whole")
    what = "export of a year (700,000 pairs) as CSV"
    seconds = median(run.seconds for run in ours), median(run.seconds for run in floors)
    more = max(run.memory_mib for run in ours) - idle.memory_mib
    return [
        at_most(what, (seconds[0], ""), (seconds[1], "raw fetch and csv.writer"), 4),
        Result(
            f"{what}: memory above idle",
            f"{more:.0f} MiB",
            "",
            "",
            f"at most {MOST_MEMORY_MIB} MiB",
            more <= MOST_MEMORY_MIB,
        ),
    ]


def _scope(ready: Prepared, days: DateRange) -> list[str]:
    return [ready.workspace.team_id, str(days.first), str(days.last)]


def _timed(work: Callable[[], object]) -> float:
    started = time.perf_counter()
    work()
    return time.perf_counter() - started


def floor_of_the_export(path: str, workspace_id: str) -> None:
    """The least that a program can do: fetch the rows as they are, and write them."""
    with closing(sqlite3.connect(path)) as connection:
        found = connection.execute(ALL_OF_A_YEAR, [workspace_id, str(YEAR.first), str(YEAR.last)])
        csv.writer(sys.stdout).writerows(found)


if __name__ == "__main__":
    floor_of_the_export(*sys.argv[1:])
