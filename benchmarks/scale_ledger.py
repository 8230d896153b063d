"""A workspace of any size after a year: records, an audit as long, teams of ten, offices, and today's clock-ins.

Written past the code and its triggers: only reading is measured here. The entries' hashes are made up, so `verify`
would refuse such a ledger. On PostgreSQL the constraint against overlaps is left out, because it takes longer than
everything else to build.
"""

from __future__ import annotations

import asyncio
import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from sqlalchemy import make_url

from benchmarks.large_ledger import add_up
from benchmarks.serving import Prepared, prepare, user_id
from bot.calendar.ranges import DateRange, month_of
from bot.practice.workspace import Workspace
from storage.audit import canonical
from storage.column_types import EPOCH, MICROSECOND
from tests.postgresql_server import OWNER, Server

BOSS = "U0BENCHBOSS"
"""Manages 50 teams: 500 people, where there are as many."""
TEAM, BOSS_TEAMS, OFFICES = 10, 50, 20
ZONE = "Europe/Berlin"
SHIFTS = ((7, 11), (14, 17))  # UTC; each person begins up to 10,000 s later
HALF = ("id", "at", "recorded_at", "by", "via", "zone", "office_id")
PAIR = ("workspace_id", "user_id", "work_date", *(f"{half}_{name}" for half in ("in", "out") for name in HALF))
ENTRY = ("workspace_id", "sequence", "at", "actor", "via", "action", "subject", "facts", "previous_hash", "hash")
NOT_TOLD = {f"{half}_{name}": None for half in ("in", "out") for name in ("ip", "comment")} | {
    "deleted_at": None,
    "deleted_by": None,
}
HOUR = timedelta(hours=1)

Row = Sequence[object]
Tables = dict[str, tuple[Sequence[str], Iterable[Row]]]


@dataclass(frozen=True, slots=True)
class Year:
    """Twelve whole months that end with this one, and the days in them on which everybody worked."""

    now: datetime
    days: DateRange
    worked: Sequence[date]

    @classmethod
    def of_records(cls, number: int) -> Year:
        """With so many records of each person: two a day, spread over the year until two days ago."""
        now = datetime.now(UTC)
        first = month_of(now.year - (now.month < 12), now.month % 12 + 1).first
        days = DateRange(first, month_of(now.year, now.month).last)
        span, so_many = (now.date() - first).days - 2, max(1, number // len(SHIFTS))
        return cls(now, days, [first + timedelta(days=span * i // so_many) for i in range(so_many)])


def manager(team: int) -> str:
    """The first of the team's people."""
    return user_id(TEAM * team)


async def fill(url: str, people: int, year: Year, workspace: Workspace, server: Server | None = None) -> Prepared:
    """Makes the ledger at `url`: a file, or a database of the server."""
    ready = await prepare(url, people, workspace, [BOSS])
    tables = _tables(workspace.team_id, people, year, as_text=server is not None)
    if server is None:
        await asyncio.to_thread(_fill_sqlite, str(make_url(url).database), tables)
        await asyncio.to_thread(add_up, url)
    else:
        await asyncio.to_thread(_fill_postgresql, server, str(make_url(url).database), tables)
        owned = server.url(str(make_url(url).database), OWNER)
        await asyncio.to_thread(add_up, owned.replace("postgresql:", "postgresql+psycopg:"))
    return ready


def _tables(workspace_id: str, people: int, year: Year, *, as_text: bool) -> Tables:
    """Columns and rows of each. `as_text`: instants as PostgreSQL reads them, not as SQLite stores them."""
    teams = range(people // TEAM)
    parts = [(team, BOSS, "manager") for team in teams[:BOSS_TEAMS]]
    parts += [(team, manager(team), "manager") for team in teams]
    parts += [(number // TEAM, user_id(number), "member") for number in range(len(teams) * TEAM)]
    return {
        "teams": (("workspace_id", "name", "name_key"), [(workspace_id, f"Team {n}", f"team {n}") for n in teams]),
        "team_people": (
            ("workspace_id", "team", "user_id", "part"),
            [(workspace_id, f"Team {team}", *others) for team, *others in parts],
        ),
        "offices": (
            ("workspace_id", "office_id", "name", "zone", "id_key", "name_key"),
            [(workspace_id, f"o{n}", f"Office {n}", ZONE, f"o{n}", f"office {n}") for n in range(OFFICES)],
        ),
        "settings": (("workspace_id", "name", "value"), [(workspace_id, "working_hours", "mon-sun 00:00-23:59")]),
        "pairs": (PAIR, (_row(workspace_id, pair, as_text) for pair in _pairs(people, year))),
        "audit_entries": (ENTRY, _entries(workspace_id, people, year, as_text)),
    }


@dataclass(frozen=True, slots=True)
class _Pair:
    number: int
    person: int
    day: date
    in_at: datetime
    out_at: datetime | None


def _pairs(people: int, year: Year) -> Iterator[_Pair]:
    """In the order in which they were made. At the end, half of all people are in, and a tenth has left."""
    number = 0
    for day in year.worked:
        midnight = datetime(day.year, day.month, day.day, tzinfo=UTC)
        for start, end in SHIFTS:
            for person in range(people):
                number += 1
                late = timedelta(seconds=person % 10_000)
                yield _Pair(*(number, person, day), midnight + start * HOUR + late, midnight + end * HOUR + late)
    today = year.now.astimezone(ZoneInfo(ZONE)).date()
    in_at, out_at = year.now - timedelta(minutes=20), year.now - timedelta(minutes=5)
    for person in range(people):
        if is_in(person) or person % TEAM == 1:
            number += 1
            yield _Pair(number, person, today, in_at, None if is_in(person) else out_at)


def place_at(year: Year, people: int) -> tuple[int, str]:
    """Timestamp and id of a clock-in in the middle of the year, as the API's cursor has them."""
    number = len(year.worked) // 2 * len(SHIFTS) * people + 1
    day = year.worked[len(year.worked) // 2]
    at = datetime(day.year, day.month, day.day, SHIFTS[0][0], tzinfo=UTC)
    return (at - EPOCH) // MICROSECOND, f"{number:032x}-in"


def is_in(person: int) -> bool:
    """Whether they are clocked in now."""
    return person % 2 == 0


def _row(workspace_id: str, pair: _Pair, as_text: bool) -> Row:
    who = user_id(pair.person)

    def half(name: str, at: datetime) -> Row:
        stored = at.isoformat() if as_text else (at - EPOCH) // MICROSECOND
        return (f"{pair.number:032x}-{name}", stored, stored, who, "slack", ZONE, f"o{pair.person % OFFICES}")

    out = half("out", pair.out_at) if pair.out_at else (None,) * len(HALF)
    return (workspace_id, who, pair.day.isoformat(), *half("in", pair.in_at), *out)


def _entries(workspace_id: str, people: int, year: Year, as_text: bool) -> Iterator[Row]:
    """One about each pair, which tells what `history` reads."""
    for pair in _pairs(people, year):
        at, row = pair.out_at or pair.in_at, _row(workspace_id, pair, as_text=True)
        facts = canonical(dict(zip(PAIR, row, strict=True)) | NOT_TOLD)
        stored = at.isoformat() if as_text else (at - EPOCH) // MICROSECOND
        action = "create" if pair.out_at else "clock-in"
        hashes = f"{pair.number - 1:064x}", f"{pair.number:064x}"
        yield (workspace_id, pair.number, stored, row[1], "slack", action, row[3], facts, *hashes)


def _fill_sqlite(path: str, tables: Tables) -> None:
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA journal_mode=OFF")
        connection.execute("PRAGMA synchronous=OFF")
        aside = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE type IN ('index', 'trigger') AND sql IS NOT NULL"
            " AND tbl_name IN ('pairs', 'audit_entries', 'audit_heads')"
        ).fetchall()
        for kind, name, _ in aside:
            connection.execute(f"DROP {kind} {name}")
        connection.execute("BEGIN")
        connection.execute("DELETE FROM audit_entries")  # of the admin and the token, which no row here reads
        for table, (columns, rows) in tables.items():
            marks = ", ".join("?" * len(columns))
            connection.executemany(f"INSERT INTO {table} ({', '.join(columns)}) VALUES ({marks})", rows)
        connection.execute(MOVE_HEAD)
        connection.execute("COMMIT")
        for _, _, sql in aside:
            connection.execute(sql)
        connection.execute("PRAGMA journal_mode=WAL")


def _fill_postgresql(server: Server, name: str, tables: Tables) -> None:
    with server.connected(name) as connection:
        connection.execute("ALTER TABLE pairs DROP CONSTRAINT pairs_never_overlap")
        connection.execute("SET session_replication_role = replica")  # no triggers
        connection.execute("DELETE FROM audit_entries")
        for table, (columns, rows) in tables.items():
            with connection.cursor().copy(f"COPY {table} ({', '.join(columns)}) FROM STDIN") as copy:
                for row in rows:
                    copy.write_row(row)
        connection.execute(MOVE_HEAD)
        connection.execute("VACUUM ANALYZE")


MOVE_HEAD = (
    "UPDATE audit_heads SET sequence = last.sequence, hash = last.hash"
    " FROM (SELECT sequence, hash FROM audit_entries ORDER BY sequence DESC LIMIT 1) AS last"
)
