"""Answers about a person, a record or a page are found by an index of their own, whatever else the ledger holds."""

from __future__ import annotations

import re
from collections.abc import AsyncIterator, Callable
from datetime import date, timedelta
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from sqlalchemy import Connection, event

from benchmarks.scale_ledger import ZONE, Year, fill
from benchmarks.serving import user_id
from bot.practice.workspace import Workspace
from storage import absence, audit, event_pages, events, pair_queries, presence, totals
from storage.absence import Schedule, Start, Starts, Whose
from storage.audit import Kind
from storage.column_types import EPOCH
from storage.database import Database, Transaction, open_database
from storage.pairs import DAY, Scope
from storage.presence import Among
from storage.verify import verify
from tests.conftest import WORKSPACE
from tests.postgresql_server import Server

EVER = Scope(WORKSPACE, date(2000, 1, 1), date(2100, 1, 1))
FEW = Scope(WORKSPACE, date(2025, 12, 3), date(2026, 12, 20), frozenset({user_id(1), user_id(2), user_id(3)}), "o1")
SECOND = timedelta(seconds=1)


def everybody(tx: Transaction) -> Among:
    return Among(WORKSPACE, None, None, tx.now)


def all_of(tx: Transaction) -> Whose:
    return Whose(WORKSPACE, ZONE, None, tx.now, teams_have_hours=True)


def today(tx: Transaction) -> Starts:
    return {Schedule(ZONE, "", True): Start(tx.now - DAY / 2, is_expected=True)}


# What is asked, and the index that finds it.
ASKED: list[tuple[str, Callable[[Transaction], object], list[str]]] = [
    (
        "history of records",
        lambda tx: audit.about(tx.connection, WORKSPACE, Kind.RECORD, [f"{n:032x}-in" for n in range(1, 50)]),
        ["audit_entries_by_subject"],
    ),
    (
        "changes since a moment",
        lambda tx: list(events.oldest_first(tx.connection, EVER, changed_since=tx.now - SECOND)),
        ["audit_entries_by_moment"],
    ),
    (
        "a page of events",
        lambda tx: event_pages.page_of_events(
            tx.connection, EVER, after=(1_790_000_000_000_000, ""), with_deleted=False, most=10
        ),
        ["pairs_by_clock_in", "pairs_by_clock_out"],
    ),
    (
        "a page of records",
        lambda tx: pair_queries.page(tx.connection, EVER, as_of=tx.now, offset=0, limit=11),
        ["pairs_by_clock_in"],
    ),
    (
        "the records before some",
        lambda tx: pair_queries.records_before(tx.connection, WORKSPACE, [f"{n:032x}-in" for n in (1500, 1600)]),
        ["pairs_by_user|pairs_never_overlap"],
    ),
    (
        "a report of a few people",
        lambda tx: totals.summary(tx.connection, FEW),
        ["pairs_by_user|pairs_never_overlap"],
    ),
    ("open clock-ins", lambda tx: pair_queries.still_open(tx.connection, EVER), ["pairs_open_by_office"]),
    (
        "how many are in",
        lambda tx: presence.counts(tx.connection, everybody(tx)),
        ["pairs_open_by_office", "pairs_by_clock_out|pairs_by_date"],
    ),
    (
        "the first who are in",
        lambda tx: presence.first(tx.connection, everybody(tx), ["o1", None], 20),
        ["pairs_open_by_office"],
    ),
    (
        "the first on a break",
        lambda tx: presence.first_on_unpaid_break(tx.connection, everybody(tx), 20),
        ["pairs_by_clock_out|pairs_by_date"],
    ),
    ("how many aren't in", lambda tx: absence.counts(tx.connection, all_of(tx)), ["pairs_open_by_office"]),
    (
        "the first who have left",
        lambda tx: absence.left(tx.connection, all_of(tx), today(tx), 20),
        ["pairs_by_clock_out", "pairs_open_by_office"],
    ),
    (
        "the first who aren't in yet",
        lambda tx: absence.not_in_yet(tx.connection, all_of(tx), today(tx), 20),
        ["pairs_by_clock_out", "pairs_open_by_office"],
    ),
    (
        "a person's records, deleted ones too",
        lambda tx: pair_queries.page(
            tx.connection,
            Scope(WORKSPACE, EVER.first, EVER.last, frozenset({user_id(1)})),
            as_of=EPOCH,
            offset=0,
            limit=11,
        ),
        ["pairs_by_user|pairs_never_overlap", "pairs_deleted_by_user|pairs_by_deletion"],
    ),
]


@pytest.fixture
def server(request: pytest.FixtureRequest, engine: str) -> Server | None:
    found = request.getfixturevalue("postgresql") if engine == "postgresql" else None
    assert found is None or isinstance(found, Server)
    return found


@pytest.fixture
async def ledger(server: Server | None, tmp_path: Path) -> AsyncIterator[Database]:
    """A hundred people after a year."""
    url = server.url(server.database()) if server else f"sqlite:///{tmp_path}/ledger.db"
    await fill(url, 100, Year.of_records(20), Workspace(bot_url="", team_id=WORKSPACE), server)
    database = await open_database(url)
    yield database
    await database.close()


async def test_what_is_asked_for_is_found_by_its_index(ledger: Database) -> None:
    for what, work, indexes in ASKED:
        plans = await ledger.read(partial(_plans, work))
        for index in indexes:
            assert any(one in plans for one in index.split("|")), f"{what}: no {index} in {plans}"
        assert "SCAN pairs" not in plans, what
        assert "Seq Scan on pairs" not in plans, what
        everything = set(re.findall(r"((?:pairs|audit)_\w+) \(workspace_id=\?\)", plans))
        assert everything <= {"pairs_by_deletion"}, f"{what}: {everything}"


async def test_verify_looks_at_no_record_with_all_entries_of_its_workspace(database: Database) -> None:
    """Nor does SQLite where it has no statistics, as in most ledgers."""
    plans = await database.read(partial(_plans, lambda tx: list(verify(tx.connection))))
    assert "audit_entries USING PRIMARY KEY (workspace_id=?)" not in plans


def _plans(work: Callable[[Transaction], object], tx: Transaction) -> str:
    """How the database finds what the work's statements ask for."""
    ran: list[tuple[str, Any]] = []

    def remember(connection: Connection, cursor: object, statement: str, parameters: Any, *others: object) -> None:
        ran.append((statement, parameters))

    event.listen(tx.connection, "before_cursor_execute", remember)
    work(tx)
    event.remove(tx.connection, "before_cursor_execute", remember)
    explain = "EXPLAIN" if tx.connection.dialect.name == "postgresql" else "EXPLAIN QUERY PLAN"
    rows = [tx.connection.exec_driver_sql(f"{explain} {statement}", given).all() for statement, given in ran]
    return "\n".join(str(row[-1]) for found in rows for row in found)
