"""What `verify` finds: damage done with every trigger out of the way, and nothing where there is none."""

from __future__ import annotations

import sqlite3
from dataclasses import replace

import pytest

from bot import attendance, tokens
from bot.access import Role
from bot.attendance import NewRecord
from bot.services import Services
from storage import audit
from storage.audit import Anchor
from storage.tables import pairs
from storage.verify import Fault, verify
from tests.builders import ADMIN, caller, inserted, raw_pair, utc
from tests.conftest import Clock

ANA, BEN = "U0ANA", "U0BEN"


async def found(services: Services) -> list[Fault]:
    return await services.database.read(lambda tx: list(verify(tx.connection)))


@pytest.fixture
async def ledger(services: Services, clock: Clock, raw: sqlite3.Connection) -> Services:
    """A few days of two people: closed, open, deleted and restored pairs, in offices and with comments."""
    for user_id in (ANA, BEN):
        for day in ("2026-11-18", "2026-11-19", "2026-11-20"):
            new = NewRecord(user_id, utc(f"{day}T08:00"), utc(f"{day}T16:00"), in_comment="early")
            pair = (await attendance.record(services, ADMIN, new)).pair
        await attendance.delete(services, ADMIN, pair.clock_in.id)
        await attendance.restore(services, ADMIN, pair.clock_in.id)
        await attendance.clock_in(services, caller(user_id), user_id)
    await tokens.create(services, ADMIN, ANA, Role.EMPLOYEE, "kiosk")
    names = raw.execute("SELECT name FROM sqlite_master WHERE type = 'trigger' OR sql LIKE '%UNIQUE%'").fetchall()
    assert await found(services) == []
    for (name,) in names:
        kind = "TRIGGER" if name.startswith("pairs_") and "one_open" not in name and "by_" not in name else "INDEX"
        kind = "TRIGGER" if name.startswith("audit_") else kind
        raw.execute(f"DROP {kind} IF EXISTS {name}")
    raw.execute("PRAGMA ignore_check_constraints = 1")
    return services


async def test_a_whole_ledger_has_no_fault(ledger: Services) -> None:
    assert await found(ledger) == []


CHANGES = {
    "in_at": "in_at - 1",
    "in_recorded_at": "in_recorded_at + 1",
    "out_at": "out_at + 1",
    "out_recorded_at": "out_recorded_at + 1",
    "work_date": "'2026-11-21'",
    "deleted_at": "1",
    "deleted_by": "'U0BEN'",
    "workspace_id": "'T0OTHER'",
    "user_id": "'U0ADMIN'",
}


@pytest.mark.parametrize("column", [column.name for column in pairs.columns])
async def test_a_change_in_any_column_of_a_pair_is_found(
    ledger: Services, raw: sqlite3.Connection, column: str
) -> None:
    raw.execute("INSERT INTO workspaces VALUES ('T0OTHER', 'UTC', 0)")
    change = CHANGES.get(column, "'changed'")
    raw.execute(f"UPDATE pairs SET {column} = {change} WHERE user_id = 'U0ANA' AND work_date = '2026-11-20'")
    assert raw.execute("SELECT changes()").fetchone() == (1,)
    assert await found(ledger)


@pytest.mark.parametrize(
    "column",
    ["workspace_id", "sequence", "at", "actor", "via", "action", "subject", "facts", "previous_hash", "hash"],
)
async def test_a_change_in_any_column_of_an_audit_entry_is_found(
    ledger: Services, raw: sqlite3.Connection, column: str
) -> None:
    change = {"sequence": "sequence + 1000", "at": "at + 1"}.get(column, "'changed'")
    raw.execute(f"UPDATE audit_entries SET {column} = {change} WHERE sequence = 3")
    faults = await found(ledger)
    assert any(fault.rule == "audit chain" for fault in faults)


async def test_a_removed_entry_is_named(ledger: Services, raw: sqlite3.Connection) -> None:
    raw.execute("DELETE FROM audit_entries WHERE sequence = 5")
    assert Fault(
        "T0PRACTICE", "audit chain", "entry 6", "follows entry 4: entries are missing in between"
    ) in await found(ledger)


async def test_two_swapped_entries_are_found(ledger: Services, raw: sqlite3.Connection) -> None:
    for old, new in ((4, 9000), (5, 4), (9000, 5)):
        raw.execute("UPDATE audit_entries SET sequence = ? WHERE sequence = ?", (new, old))
    assert {"entry 4", "entry 5"} <= {fault.where for fault in await found(ledger)}


@pytest.mark.parametrize(
    ("rule", "row"),
    [
        ("rule 1", {f"out_{name}": None for name in ("id", "at", "recorded_at", "by", "via", "zone")}),
        ("rule 2", {"in_at": utc("2026-11-20T15:59"), "out_at": utc("2026-11-20T17:00"), "work_date": "2026-11-20"}),
        ("rule 3", {"in_at": utc("2026-11-10T08:00"), "out_at": utc("2026-11-11T08:01"), "work_date": "2026-11-10"}),
        ("rule 3", {"in_at": utc("2026-11-10T08:00"), "out_at": utc("2026-11-10T08:00"), "work_date": "2026-11-10"}),
        ("rule 4", {"user_id": "U0NOBODY"}),
        ("rule 4", {"in_id": "twice", "out_id": "twice", "in_at": utc("2026-11-10T08:00"), "work_date": "2026-11-10"}),
        ("rule 5", {"in_at": utc("2027-11-10T08:00"), "out_at": utc("2027-11-10T09:00"), "work_date": "2027-11-10"}),
        ("rule 6", {"in_at": utc("2026-11-10T08:00"), "out_at": utc("2026-11-10T09:00"), "work_date": "2026-11-13"}),
        ("rule 8", {"in_at": utc("2026-11-10T08:00"), "out_at": utc("2026-11-10T09:00"), "work_date": "2026-11-10"}),
    ],
)
async def test_a_pair_that_breaks_a_rule_is_found(
    ledger: Services, raw: sqlite3.Connection, rule: str, row: dict[str, object]
) -> None:
    plain = {
        name: int(value.timestamp() * 1_000_000) if hasattr(value, "timestamp") else value
        for name, value in row.items()
    }
    raw.execute(*inserted(raw_pair(**plain)))
    assert rule in {fault.rule for fault in await found(ledger)}


async def test_a_tail_that_was_rewritten_is_found_by_an_anchor_kept_elsewhere(
    ledger: Services, raw: sqlite3.Connection
) -> None:
    """Whoever can write the file can seal a changed chain anew: only what was kept elsewhere tells."""
    (kept,) = await ledger.database.read(lambda tx: audit.heads(tx.connection))
    assert Anchor.parse(str(kept)) == kept
    raw.execute("UPDATE audit_entries SET actor = 'U0SOMEBODY' WHERE sequence = 2")
    previous = None
    for entry in await ledger.database.read(lambda tx: list(audit.entries(tx.connection))):
        sealed = replace(entry, previous_hash=previous or entry.previous_hash)
        previous = audit.digest(sealed)
        raw.execute(
            "UPDATE audit_entries SET previous_hash = ?, hash = ? WHERE sequence = ?",
            (sealed.previous_hash, previous, entry.sequence),
        )
    assert await found(ledger) == []
    assert not await ledger.database.read(lambda tx: kept.holds(tx.connection))


async def test_a_removed_pair_is_found(ledger: Services, raw: sqlite3.Connection) -> None:
    raw.execute("DELETE FROM pairs WHERE user_id = 'U0BEN' AND out_id IS NULL")
    (fault,) = await found(ledger)
    assert fault.what == "the audit tells of this pair, but it is gone"
