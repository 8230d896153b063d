"""Erased data leaves no trace, the chain stays whole, and tampering is still found."""

from __future__ import annotations

import json
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from sqlalchemy import Connection

from bot.attendance import erasure, history, recording
from bot.attendance.history import Change
from bot.attendance.recording import NewRecord
from bot.attendance.rules import oldest_kept
from bot.calendar.ranges import DateRange
from bot.permissions import Caller, Role, Via
from bot.runtime.background_jobs import workspaces_matching
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import audit, idempotency, outbox, people, transfer
from storage.audit import Anchor
from storage.database import Database, open_database
from storage.verify import Fault, verify
from tests.builders import ADMIN, caller, utc
from tests.conftest import WORKSPACE, Clock
from tests.storage.raw import Raw, Refused, but_for_the_rules

ANA, BEN = "U0ANA", "U0BEN"
SECRET = "at the oncologist"
ADDRESS = "203.0.113.7"


async def faults(database: Database) -> list[Fault]:
    return but_for_the_rules(await database.read(lambda tx: list(verify(tx.connection))))


async def record(services: Services, user_id: str, day: str, comment: str | None = SECRET) -> str:
    who = Caller(WORKSPACE, user_id, Via.API, Role.ADMIN, ADDRESS)
    new = NewRecord(user_id, utc(f"{day}T08:00"), utc(f"{day}T16:00"), in_comment=comment, out_comment=comment)
    return (await recording.record(services, who, new)).pair.clock_in.id


def everything(raw: Raw) -> str:
    tables = ("pairs", "audit_entries", "outbox", "idempotency_keys", "people")
    return str([raw.rows(table) for table in tables])


async def test_erasing_a_person_removes_every_comment_and_keeps_hours_and_chain(services: Services, raw: Raw) -> None:
    for day in ("2026-11-18", "2026-11-19"):
        await record(services, ANA, day)
    await record(services, BEN, "2026-11-18", "ben's own")
    deleted = await record(services, ANA, "2026-11-17")
    await recording.delete(services, ADMIN, deleted)
    answer = json.dumps({"userId": ANA, "comment": SECRET, "ipAddress": ADDRESS, "id": "1"})
    key = (WORKSPACE, ANA, "key")

    def keep(tx: object) -> None:
        connection: Connection = tx.connection  # type: ignore[attr-defined]
        idempotency.claim(connection, *key, "request")
        idempotency.remember(connection, *key, answer, services.database.clock())
        outbox.add(connection, WORKSPACE, ANA, outbox.TEXT, services.database.clock(), facts={"text": SECRET})

    await services.database.write(keep)
    before = everything(raw)
    assert (await erasure.erase_person(services, ADMIN, ANA, dry_run=True)).records == 3
    assert everything(raw) == before
    assert await erasure.erase_person(services, ADMIN, ANA) == erasure.Traces(3, 2, 1)
    left = everything(raw)
    assert SECRET not in left
    assert "U0Ana" not in left
    assert "ben's own" in left
    assert await faults(services.database) == []
    days = DateRange(utc("2026-11-17T00:00").date(), utc("2026-11-19T00:00").date())
    changes = await history.person_history(services, ADMIN, ANA, days)
    assert [isinstance(one, Change) and (one.action, one.pair.clock_in.comment) for one in changes] == [
        ("create", None),
        ("create", None),
        ("create", None),
        ("delete", None),
    ]
    await recording.restore(services, ADMIN, deleted)
    await recording.clock_in(services, caller(ANA), ANA, comment="back")
    assert await faults(services.database) == []


async def test_an_erased_name_does_not_come_back_from_the_platform(services: Services) -> None:
    await record(services, ANA, "2026-11-18")
    await erasure.erase_person(services, ADMIN, ANA)
    known = await services.database.read(lambda tx: people.find(tx.connection, WORKSPACE, ANA))
    left = replace(known, name="Ana Again", deactivated=True)
    await services.database.write(lambda tx: people.upsert_profile(tx.connection, left, tx.now))
    assert (await services.database.read(lambda tx: people.find(tx.connection, WORKSPACE, ANA))).name == ANA


@pytest.mark.parametrize(
    "tampering",
    [
        "UPDATE audit_entries SET private = NULL, salt = NULL WHERE sequence = 3",
        "UPDATE audit_entries SET private = replace(private, 'oncologist', 'dentist') WHERE sequence = 3",
        "UPDATE audit_entries SET private = NULL, salt = NULL, facts = '{}' WHERE sequence = 1",
        "DELETE FROM audit_entries WHERE sequence = 1",
        "INSERT INTO audit_starts VALUES ('T0PRACTICE', 1, 'x')",
        "UPDATE audit_heads SET sequence = 2",
        "DELETE FROM pairs WHERE user_id = 'U0BEN'",
    ],
)
async def test_nothing_is_erased_that_no_entry_accounts_for(services: Services, raw: Raw, tampering: str) -> None:
    """The triggers refuse it; and with the triggers out of the way, `verify` finds it."""
    await record(services, ANA, "2026-11-18")
    await record(services, ANA, "2026-11-19")
    await record(services, BEN, "2026-11-18")  # entry 3
    await erasure.erase_person(services, ADMIN, ANA)
    before = [raw.rows(table) for table in ("pairs", "audit_entries", "audit_starts")]
    with pytest.raises(Refused):
        raw.execute(tampering)
    assert [raw.rows(table) for table in ("pairs", "audit_entries", "audit_starts")] == before
    assert await faults(services.database) == []
    raw.let_anything_through()
    raw.execute(tampering)
    assert await faults(services.database)


async def test_an_erasure_can_not_change_hours(services: Services, raw: Raw) -> None:
    await record(services, ANA, "2026-11-18")
    await erasure.erase_person(services, ADMIN, ANA)
    raw.let_anything_through()
    raw.execute("UPDATE audit_entries SET facts = replace(facts, '16:00', '17:00') WHERE sequence = 1")
    raw.execute(f"UPDATE pairs SET out_at = {raw.later('out_at', 3_600_000_000)}")
    assert "entry 1" in {fault.where for fault in await faults(services.database)}


@pytest.fixture
async def old_and_new(services: Services, clock: Clock) -> list[str]:
    """A record a year from 2018 to 2025, written when it happened; one of 2019 deleted in 2024; four years are kept."""
    made = []
    for year in range(2018, 2026):
        clock.set(f"{year}-06-02T18:00")
        made.append(await record(services, ANA, f"{year}-06-02"))
        if year == 2024:
            await recording.delete(services, ADMIN, made[1])
    await workspace_settings.change(services, ADMIN, keep_records_for_years=4)
    return made


async def erase_all(services: Services) -> None:
    while await erasure.erase_old(services, WORKSPACE):
        pass


async def doubt(services: Services, anchor: Anchor) -> str | None:
    return await services.database.read(lambda tx: anchor.mismatch(tx.connection))


async def test_records_older_than_the_setting_are_erased_and_the_chain_begins_later(
    services: Services, raw: Raw, clock: Clock, old_and_new: list[str]
) -> None:
    (kept,) = await services.database.read(lambda tx: audit.heads(tx.connection))
    hashes = raw.execute("SELECT hash FROM audit_entries ORDER BY sequence").fetchall()
    await erase_all(services)
    left = {row[0] for row in raw.execute("SELECT in_id FROM pairs").fetchall()}
    assert left == {*old_and_new[1:2], *old_and_new[3:]}  # 2019 was changed in 2024; 2021-06-02 is four years ago
    assert await faults(services.database) == []
    assert await services.database.read(lambda tx: kept.holds(tx.connection))
    assert raw.execute("SELECT min(sequence) FROM audit_entries").fetchone() == (4,)
    older = [Anchor(WORKSPACE, number, hashes[number - 1][0]) for number in (2, 3, 4)]
    by_age = (
        "was erased by its age: the audit trail now begins at entry 4. Check a newer anchor, "
        "from a time for which records are still kept"
    )
    assert [await doubt(services, one) for one in older] == [by_age, by_age, None]
    for number in (3, 4):
        assert await doubt(services, Anchor(WORKSPACE, number, "0" * 64)) == "isn't the one that was anchored"
    newest = (await services.database.read(lambda tx: audit.heads(tx.connection)))[0].sequence
    told = "The rest was cut off, or this is an older copy or another database"
    assert await doubt(services, Anchor(WORKSPACE, newest + 1, "0" * 64)) == (
        f"is missing: the audit trail ends at {newest}. {told}"
    )
    assert await doubt(services, Anchor("T0OTHER", 1, "0" * 64)) == (
        f"is missing: T0OTHER has no audit trail here. {told}"
    )
    clock.advance(days=370)
    await erase_all(services)
    assert old_and_new[3] not in {row[0] for row in raw.execute("SELECT in_id FROM pairs").fetchall()}
    await record(services, ANA, "2026-06-01")
    assert await faults(services.database) == []


async def test_a_chain_that_begins_later_is_copied_to_another_ledger_whole(
    services: Services, old_and_new: list[str], tmp_path: Path, clock: Clock
) -> None:
    await erase_all(services)
    target = await open_database(f"sqlite:///{tmp_path / 'copy.db'}", clock=clock)
    await target.close()
    from storage.sqlite import exclusive_connection

    def copy(tx: object) -> None:
        with exclusive_connection(tmp_path / "copy.db", writing=True) as to:
            transfer.copy(tx.connection, to)  # type: ignore[attr-defined]
            assert list(transfer.differences(tx.connection, to)) == []  # type: ignore[attr-defined]
            assert list(verify(to)) == []

    await services.database.read(copy)


async def test_a_cut_off_beginning_disguised_as_erased_is_found(
    services: Services, raw: Raw, old_and_new: list[str]
) -> None:
    await erase_all(services)
    raw.let_anything_through()
    sequence, hash_ = raw.execute("SELECT sequence, hash FROM audit_entries ORDER BY sequence LIMIT 1").fetchone()
    raw.execute("DELETE FROM audit_entries WHERE sequence = ?", [sequence])
    raw.execute("UPDATE audit_starts SET sequence = ?, hash = ?", [sequence, hash_])
    assert {fault.where for fault in await faults(services.database)} >= {"start"}


async def test_without_the_setting_nothing_is_erased(services: Services, raw: Raw, clock: Clock) -> None:
    clock.set("1999-06-02T18:00")
    await record(services, ANA, "1999-06-02")
    clock.set("2026-06-02T18:00")
    await erase_all(services)
    assert raw.count() == 1


async def test_expired_messages_and_answers_are_deleted_everywhere(services: Services, raw: Raw, clock: Clock) -> None:
    def keep(tx: object) -> None:
        connection: Connection = tx.connection  # type: ignore[attr-defined]
        idempotency.claim(connection, WORKSPACE, ANA, "key", "request")
        idempotency.remember(connection, WORKSPACE, ANA, "key", "{}", clock())
        outbox.add(connection, WORKSPACE, ANA, outbox.TEXT, clock())
        outbox.give_up_all(connection, WORKSPACE, clock())

    await services.database.write(keep)
    due = workspaces_matching(erasure.workspaces_with_old_data, services)
    assert await due() == []
    clock.advance(days=31)
    assert await due() == [WORKSPACE]
    await erase_all(services)
    assert (raw.count("outbox"), raw.count("idempotency_keys"), await due()) == (0, 0, [])


@pytest.mark.parametrize("years", [1, 4, 100])
@pytest.mark.parametrize("today", ["2024-02-29", "2026-12-31", "2026-01-01"])
def test_no_day_of_the_kept_years_is_erased(years: int, today: str) -> None:
    now = datetime.fromisoformat(f"{today}T23:59:59").replace(tzinfo=UTC)
    kept_since = oldest_kept(now, years)
    day = 28 if now.month == 2 else now.day
    assert now.replace(year=now.year - years, day=day) - kept_since >= timedelta(days=2)
