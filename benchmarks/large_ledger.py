"""A ledger of a million pairs: 1,000 people, two pairs a day each. Written past the code: only reading is measured."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date, timedelta
from pathlib import Path

from sqlalchemy import create_engine

from benchmarks.serving import user_id
from storage import monthly_sums

PEOPLE = 1000
FIRST_DAY = date(2025, 1, 1)
HOUR = 3_600_000_000
COLUMNS = (
    *("workspace_id", "user_id", "work_date"),
    *("in_id", "in_at", "in_recorded_at", "in_by", "in_via", "in_zone", "in_comment"),
    *("out_id", "out_at", "out_recorded_at", "out_by", "out_via", "out_zone"),
)


def fill(path: Path, workspace_id: str, days: int, *, weekends: bool = True) -> None:
    """Writes 2,000 pairs a day to a ledger that holds the people. Indexes and triggers are made again afterwards."""
    with closing(sqlite3.connect(path, isolation_level=None)) as connection:
        connection.execute("PRAGMA synchronous=OFF")
        hung = connection.execute(
            "SELECT type, name, sql FROM sqlite_master WHERE tbl_name = 'pairs' AND type <> 'table' AND sql IS NOT NULL"
        ).fetchall()
        for kind, name, _ in hung:
            connection.execute(f"DROP {kind} {name}")
        connection.execute("BEGIN")
        marks = ", ".join("?" * len(COLUMNS))
        connection.executemany(
            f"INSERT INTO pairs ({', '.join(COLUMNS)}) VALUES ({marks})", _rows(workspace_id, days, weekends)
        )
        connection.execute("COMMIT")
        for _, _, sql in hung:
            connection.execute(sql)
    add_up(f"sqlite:///{path}")


def add_up(url: str) -> None:
    """Makes the sums of what was written past the triggers."""
    engine = create_engine(url)
    with engine.begin() as writing:
        monthly_sums.fill(writing)
    engine.dispose()


def _rows(workspace_id: str, days: int, weekends: bool) -> Iterator[tuple[object, ...]]:
    number = 0
    for day in (FIRST_DAY + timedelta(days=n) for n in range(days)):
        if not weekends and day.weekday() > 4:
            continue
        midnight = (day - date(1970, 1, 1)).days * 24 * HOUR
        for person in range(PEOPLE):
            who = user_id(person)
            for start, end in ((7, 11), (12, 16)):
                number += 1
                in_at = midnight + start * HOUR + person * 1_000_000
                out_at = midnight + end * HOUR + person * 1_000_000
                yield (
                    *(workspace_id, who, day.isoformat()),
                    *(f"{number:032x}-in", in_at, in_at, who, "slack", "Europe/Berlin", "good morning"),
                    *(f"{number:032x}-out", out_at, out_at, who, "slack", "Europe/Berlin"),
                )
