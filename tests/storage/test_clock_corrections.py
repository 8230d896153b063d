"""A clock that was wrong for a while, and is right again: only what was written meanwhile carries the wrong time."""

from __future__ import annotations

import sqlite3
from contextlib import closing
from datetime import timedelta
from pathlib import Path

import pytest

from bot.attendance import recording
from bot.attendance.recording import NewRecord
from bot.attendance.undo import undo
from bot.errors import TooLateToUndo
from bot.operations.maintenance import verify_ledger
from bot.people import teams_and_offices
from bot.runtime.services import Services
from storage import audit
from storage.audit import Action, Via
from storage.database import Database, open_database
from storage.verify import Fault, verify
from tests.builders import ADMIN, caller, utc
from tests.conftest import Clock
from tests.older_ledger import WRITTEN_UNTIL, connected, load_into_file
from tests.postgresql_server import Server
from tests.storage.raw import but_for_the_rules
from tests.storage.test_transfer import no_progress

ANA, BEN = "U0ANA", "U0BEN"
OFF_BY = [timedelta(days=30), timedelta(hours=2), timedelta(minutes=2)]
SAYS = "a clock was set back in between, or someone dated the entry back"


async def found(database: Database) -> list[Fault]:
    return but_for_the_rules(await database.read(lambda tx: list(verify(tx.connection))))


@pytest.mark.parametrize("off_by", OFF_BY)
async def test_what_follows_a_wrong_clock_is_dated_by_the_right_one(
    services: Services, clock: Clock, off_by: timedelta
) -> None:
    clock.now += off_by
    await recording.clock_in(services, caller(BEN), BEN)
    clock.now -= off_by
    pair = (await recording.clock_in(services, caller(ANA), ANA)).pair
    assert (pair.clock_in.recorded_at, pair.by_hand) == (clock(), False)
    clock.advance(hours=8)
    pair = (await recording.clock_out(services, caller(ANA), ANA)).pair
    assert pair.clock_out
    assert (pair.clock_out.recorded_at, pair.by_hand) == (clock(), False)
    deleted = (await recording.delete(services, ADMIN, pair.clock_in.id)).pair
    assert deleted.deleted_at == clock()


async def test_undo_ends_on_time_although_a_clock_was_wrong_before(services: Services, clock: Clock) -> None:
    clock.now += timedelta(days=30)
    await recording.clock_in(services, caller(BEN), BEN)
    clock.now -= timedelta(days=30)
    pair = (await recording.clock_in(services, caller(ANA), ANA)).pair
    clock.advance(hours=1)
    with pytest.raises(TooLateToUndo):
        await undo(services, caller(ANA), pair.clock_in.id)


async def test_a_ledger_that_lived_through_corrections_of_the_clock_is_whole_with_a_warning_for_each(
    services: Services, clock: Clock
) -> None:
    for n, off_by in enumerate(OFF_BY):
        clock.now += off_by
        await recording.clock_in(services, caller(BEN), BEN)
        clock.now -= off_by
        await teams_and_offices.set_office(services, ADMIN, f"hq{n}", f"Berlin {n}", "Europe/Berlin")
        clock.now += off_by
        clock.advance(minutes=5)
        pair = (await recording.clock_out(services, caller(BEN), BEN)).pair
        clock.now -= off_by
        start = utc("2026-11-16T08:00") + timedelta(hours=n)
        await recording.record(services, caller(ANA), NewRecord(ANA, start, start + timedelta(minutes=30)))
        await recording.delete(services, ADMIN, pair.clock_in.id)
    warnings = await found(services.database)
    assert [fault.where for fault in warnings if fault.is_warning] == [f"entry {n}" for n in (2, 4, 7, 9, 12, 14)]
    assert all(fault.is_warning and fault.what.endswith(SAYS) for fault in warnings)


async def test_a_warning_is_said_and_is_no_problem(
    services: Services, clock: Clock, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTENDANCE_DATABASE_URL", database_url)
    await recording.clock_in(services, caller(BEN), BEN)
    clock.advance(days=-1)
    await recording.clock_in(services, caller(ANA), ANA)
    said: list[str] = []
    assert await verify_ledger(said.append, no_progress) == 0
    assert said == [
        "Warning: T0PRACTICE: Audit entry 2 is dated 2026-11-22 08:02:00 UTC, and one before it 2026-11-23 08:02:00 "
        f"UTC: {SAYS}. [clock, entry 2]",
        "No problems found. Every record keeps the rules, and the audit trail is complete.",
        "1 warning: look at it.",
    ]


async def test_an_older_ledger_whose_clock_was_set_back_is_migrated_and_goes_on(tmp_path: Path, clock: Clock) -> None:
    path = tmp_path / "older.db"
    url = load_into_file(path)
    with closing(sqlite3.connect(path)) as raw:
        (workspace_id,) = raw.execute("SELECT workspace_id FROM audit_heads WHERE sequence > 0").fetchone()
    with connected(url) as connection, connection.begin():
        for off_by in (timedelta(days=3000), timedelta(), timedelta(days=3000)):
            audit.record(
                connection,
                workspace_id,
                at=WRITTEN_UNTIL + off_by,
                actor="",
                via=Via.CLI,
                action=Action.ERASE,
                subject="U0NOBODY",
                facts={},
            )
    clock.now = WRITTEN_UNTIL + timedelta(hours=1)
    database = await open_database(url, clock=clock)
    try:
        faults = await found(database)
    finally:
        await database.close()
    assert faults
    assert all(fault.is_warning for fault in faults)


@pytest.mark.parametrize(
    ("dated", "began", "is_now"),
    [
        ("0 seconds", "0 seconds", True),
        ("-5 minutes", "-5 minutes", True),
        ("-50 minutes", "-50 minutes", True),
        ("50 seconds", "0 seconds", True),
        ("-2 minutes", "0 seconds", False),
        ("-5 minutes", "-3 minutes", False),
        ("-61 minutes", "-61 minutes", False),
        ("-24 days", "-24 days", False),
        ("2 minutes", "0 seconds", False),
        ("24 days", "-5 minutes", False),
    ],
)
def test_an_entry_may_be_as_old_as_its_transaction_up_to_an_hour(
    postgresql: Server, dated: str, began: str, is_now: bool
) -> None:
    name = postgresql.database()
    with postgresql.connected(name) as connection:
        question = f"is_dated_now(clock_timestamp() + '{dated}'::interval, clock_timestamp() + '{began}'::interval)"
        answer = connection.execute(f"SELECT {question}").fetchone()
        assert answer == (is_now,)
    postgresql.drop(name)
