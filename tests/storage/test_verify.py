"""What `verify` finds: damage done with every trigger out of the way, and nothing where there is none."""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime

import pytest
from sqlalchemy import Table

from bot.attendance import recording
from bot.attendance.recording import NewRecord
from bot.people import tokens
from bot.permissions import Role
from bot.runtime.services import Services
from storage import audit
from storage.audit import Anchor
from storage.tables import audit_entries, audit_heads, pairs
from storage.verify import Fault, verify
from tests.builders import ADMIN, caller, raw_pair, utc
from tests.conftest import Clock
from tests.storage.raw import Raw, but_for_the_rules, microseconds

ANA, BEN = "U0ANA", "U0BEN"


async def found(services: Services) -> list[Fault]:
    return but_for_the_rules(await services.database.read(lambda tx: list(verify(tx.connection))))


@pytest.fixture
async def ledger(services: Services, clock: Clock, raw: Raw) -> Services:
    """A few days of two people: closed, open, deleted and restored pairs, in offices and with comments."""
    for user_id in (ANA, BEN):
        for day in ("2026-11-18", "2026-11-19", "2026-11-20"):
            new = NewRecord(user_id, utc(f"{day}T08:00"), utc(f"{day}T16:00"), in_comment="early")
            pair = (await recording.record(services, ADMIN, new)).pair
        await recording.delete(services, ADMIN, pair.clock_in.id)
        await recording.restore(services, ADMIN, pair.clock_in.id)
        await recording.clock_in(services, caller(user_id), user_id)
    await tokens.create(services, ADMIN, ANA, Role.EMPLOYEE, "kiosk")
    assert await found(services) == []
    raw.let_anything_through()
    return services


async def test_a_whole_ledger_has_no_fault(ledger: Services) -> None:
    assert await found(ledger) == []


def changed(raw: Raw, column: str) -> str:
    """An assignment that changes the column, as subtly as its type allows."""
    if column.endswith("_at") or column == "at":
        return f"{column} = {raw.later(column, 1)}" if column != "deleted_at" else "deleted_at = in_at"
    if column == "work_date":
        return "work_date = '2026-11-21'"
    if column == "sequence":
        return "sequence = sequence + 1000"
    return f"{column} = " + {"workspace_id": "'T0OTHER'", "user_id": "'U0ADMIN'"}.get(column, "'changed'")


def names_of(table: Table) -> list[str]:
    return [column.name for column in table.columns]


async def test_a_change_in_any_column_of_a_pair_is_found(ledger: Services, raw: Raw) -> None:
    raw.another_workspace()
    for column in names_of(pairs):
        change = changed(raw, column)
        with raw.put_back("pairs"):
            done = raw.execute(f"UPDATE pairs SET {change} WHERE user_id = 'U0ANA' AND work_date = '2026-11-20'")
            assert done.rowcount == 1
            assert await found(ledger), column
    assert await found(ledger) == []


async def test_a_change_in_any_column_of_an_audit_entry_is_found(ledger: Services, raw: Raw) -> None:
    for column in names_of(audit_entries):
        with raw.put_back("audit_entries"):
            assert raw.execute(f"UPDATE audit_entries SET {changed(raw, column)} WHERE sequence = 3").rowcount == 1
            assert any(fault.rule == "audit chain" for fault in await found(ledger)), column
    assert await found(ledger) == []


async def test_a_change_in_any_column_of_the_head_is_found(ledger: Services, raw: Raw) -> None:
    for column in names_of(audit_heads):
        with raw.put_back("audit_heads"):
            raw.execute(f"UPDATE audit_heads SET {changed(raw, column)}")
            assert {fault.where for fault in await found(ledger)} == {"head"}, column
    assert await found(ledger) == []


async def test_a_tail_that_was_cut_off_is_found(ledger: Services, raw: Raw) -> None:
    raw.execute("DELETE FROM audit_entries WHERE sequence = (SELECT max(sequence) FROM audit_entries)")
    assert ("audit chain", "head") in {(fault.rule, fault.where) for fault in await found(ledger)}


async def test_an_unreadable_row_is_a_fault_and_the_rest_is_checked(ledger: Services, raw: Raw) -> None:
    if not raw.is_sqlite:
        return  # PostgreSQL's types hold no such thing
    raw.execute("UPDATE pairs SET in_at = 1 << 62 WHERE user_id = 'U0ANA' AND work_date = '2026-11-20'")
    raw.execute("DELETE FROM audit_entries WHERE sequence = 5")
    faults = await found(ledger)
    assert ("file", "pairs") in {(fault.rule, fault.where) for fault in faults}
    assert "entry 6" in {fault.where for fault in faults}


async def test_a_removed_entry_is_named(ledger: Services, raw: Raw) -> None:
    raw.execute("DELETE FROM audit_entries WHERE sequence = 5")
    assert Fault(
        "T0PRACTICE", "audit chain", "entry 6", "follows entry 4: entries are missing in between"
    ) in await found(ledger)


async def test_two_swapped_entries_are_found(ledger: Services, raw: Raw) -> None:
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
    ledger: Services, raw: Raw, rule: str, row: dict[str, object]
) -> None:
    plain = {name: microseconds(value) if isinstance(value, datetime) else value for name, value in row.items()}
    raw.insert(raw_pair(**plain))
    assert rule in {fault.rule for fault in await found(ledger)}


async def test_a_tail_that_was_rewritten_is_found_by_an_anchor_kept_elsewhere(ledger: Services, raw: Raw) -> None:
    """Anyone who can write the file can hash a changed chain again. Only a head kept elsewhere shows it."""
    (kept,) = await ledger.database.read(lambda tx: audit.heads(tx.connection))
    assert Anchor.parse(str(kept)) == kept
    raw.execute("UPDATE audit_entries SET actor = 'U0SOMEBODY' WHERE sequence = 2")
    previous = ""
    for entry in await ledger.database.read(lambda tx: list(audit.entries(tx.connection))):
        sealed = replace(entry, previous_hash=previous or entry.previous_hash)
        previous = audit.digest(sealed)
        raw.execute(
            "UPDATE audit_entries SET previous_hash = ?, hash = ? WHERE sequence = ?",
            (sealed.previous_hash, previous, entry.sequence),
        )
    raw.execute("UPDATE audit_heads SET hash = ?", [previous])
    assert await found(ledger) == []
    assert not await ledger.database.read(lambda tx: kept.holds(tx.connection))


async def test_a_removed_pair_is_found(ledger: Services, raw: Raw) -> None:
    raw.execute("DELETE FROM pairs WHERE user_id = 'U0BEN' AND out_id IS NULL")
    sums, record = await found(ledger)
    assert record.what == "is in the audit trail, but gone: it was removed outside the bot"
    assert sums.rule == "monthly sums"


async def test_a_damaged_index_is_found_by_the_files_own_check(ledger: Services, raw: Raw) -> None:
    if not raw.is_sqlite:
        return  # PostgreSQL's own check is its data checksums
    raw.execute("PRAGMA writable_schema = 1")
    raw.execute(
        "UPDATE sqlite_master SET sql = replace(sql, 'user_id, in_at', 'user_id, out_at') WHERE name = ?",
        ["pairs_by_user"],
    )
    raw.execute("PRAGMA writable_schema = RESET")
    assert ("file", "integrity check") in {(fault.rule, fault.where) for fault in await found(ledger)}
