"""What goes by its age is as old as was set, whoever says otherwise: the database sees to it, and `verify`."""

from __future__ import annotations

import asyncio
import contextlib
from datetime import date, datetime, timedelta
from typing import Any

import pytest
from sqlalchemy import Connection

from bot.attendance import erasure, recording, signatures
from bot.attendance.recording import NewRecord
from bot.operations.maintenance import verify_ledger
from bot.runtime.services import Services
from bot.workspaces import workspace_settings
from storage import audit, erasing
from storage.audit import Action, Anchor, Via
from storage.database import Transaction
from storage.erasing import erased_by_age
from storage.verify import verify
from tests.builders import ADMIN, caller, utc
from tests.conftest import WORKSPACE, Clock
from tests.storage.raw import Raw, Refused, but_for_the_rules
from tests.storage.test_database import Gate
from tests.storage.test_erasing import ANA, record
from tests.storage.test_transfer import no_progress

NOW = "2026-11-20T18:00"


async def faults(services: Services) -> set[tuple[str, str]]:
    found = but_for_the_rules(await services.database.read(lambda tx: list(verify(tx.connection))))
    return {(fault.where, fault.what) for fault in found}


async def head(services: Services) -> Anchor:
    (newest,) = await services.database.read(lambda tx: audit.heads(tx.connection))
    return newest


async def say(services: Services, *, at: datetime, years: int, before: datetime, last: Anchor | None = None) -> Anchor:
    """Appends an entry of the very form that erasing has: whoever serves can. Gives the last one that it lets go, which
    is the newest before it where none is named."""
    gone = last or await head(services)
    facts = {"entries": gone.sequence, "before": before, "keep_records_for_years": years}
    await append(services, Action.ERASE_OLD, f"{gone.sequence}:{gone.hash}:", facts, at)
    return gone


async def append(services: Services, action: Action, subject: str, facts: dict[str, Any], at: datetime) -> None:
    def write(tx: Transaction) -> None:
        whose = (tx.connection, WORKSPACE)
        audit.record(*whose, at=at, actor="", via=Via.SYSTEM, action=action, subject=subject, facts=facts)

    await services.database.write(write)


def begin_after(raw: Raw, last: Anchor) -> None:
    raw.execute("INSERT INTO audit_starts VALUES (?, ?, ?)", [WORKSPACE, last.sequence, last.hash])


def set_years(raw: Raw, years: str) -> None:
    raw.execute("DELETE FROM settings WHERE name = 'keep_records_for_years'")
    raw.execute("INSERT INTO settings VALUES (?, 'keep_records_for_years', ?)", [WORKSPACE, years])


@pytest.fixture
async def young(services: Services, clock: Clock) -> Services:
    """Records of the last days."""
    for day in (16, 17, 18):
        clock.set(f"2026-11-{day}T18:00")
        await record(services, ANA, f"2026-11-{day}")
    clock.set(NOW)
    return services


@pytest.mark.parametrize("years", [None, "1", "0", "-9", "4"])
@pytest.mark.parametrize("later", [timedelta(), timedelta(days=36500)], ids=["now", "dated far ahead"])
async def test_the_database_keeps_young_records_even_if_an_entry_erases_them(
    young: Services, raw: Raw, years: str | None, later: timedelta
) -> None:
    at = utc(NOW) + later
    last = await say(young, at=at, years=1, before=at - timedelta(days=800))
    if years:
        set_years(raw, years)
    with pytest.raises(Refused):
        begin_after(raw, last)
    with pytest.raises(Refused):
        raw.execute("DELETE FROM audit_entries WHERE sequence = 1")
    with pytest.raises(Refused):
        raw.execute("DELETE FROM pairs")
    assert raw.count() == 3


async def test_the_database_keeps_records_of_every_kept_year(services: Services, raw: Raw, clock: Clock) -> None:
    clock.set("2023-11-18T18:00")
    await record(services, ANA, "2023-11-18")
    clock.set(NOW)
    for years, before in ((1, "2025-11-01T00:00"), (3, "2023-11-20T00:00"), (4, "2022-11-20T00:00")):
        last = await say(services, at=utc(NOW), years=years, before=utc(before))
        set_years(raw, "4")
        with pytest.raises(Refused):
            begin_after(raw, last)


@pytest.mark.parametrize("said", [4, 1])
async def test_lowering_the_setting_for_a_moment_hides_nothing(
    services: Services, raw: Raw, clock: Clock, said: int
) -> None:
    """An entry that names the years that should stand is refused; one that names those that do is found."""
    clock.set("2025-06-18T18:00")
    await record(services, ANA, "2025-06-18")
    last = await head(services)
    clock.set(NOW)
    await workspace_settings.change(services, ADMIN, keep_records_for_years=4)
    await say(services, at=utc(NOW), years=said, before=utc(f"{2026 - said}-11-01T00:00"), last=last)
    set_years(raw, "1")
    if said == 4:
        with pytest.raises(Refused):
            begin_after(raw, last)
        return
    begin_after(raw, last)
    raw.execute("DELETE FROM audit_entries WHERE sequence <= ?", [last.sequence])
    raw.execute("DELETE FROM pairs")
    set_years(raw, "4")
    assert await faults(services) == {
        ("entry 3", "erased records that were 1 year old, although they are kept for 4 years")
    }


@pytest.mark.parametrize("told_again", [False, True])
async def test_entries_about_settings_are_erased_only_once_restated(
    services: Services, raw: Raw, clock: Clock, told_again: bool
) -> None:
    """A program of before 0009 that still runs while replicas are replaced is refused it."""
    clock.set("2019-06-02T18:00")
    await workspace_settings.change(services, ADMIN, keep_records_for_years=4)
    newest = await head(services)
    clock.set("2025-06-02T18:00")
    if told_again:
        standing = {"setting keep_records_for_years": {"value": "4"}}
        await append(services, Action.TELL_AGAIN, audit.WHAT_STANDS, {"standing": standing}, clock())
    await say(services, at=clock(), years=4, before=utc("2021-05-01T00:00"), last=newest)
    with contextlib.nullcontext() if told_again else pytest.raises(Refused):
        begin_after(raw, newest)


@pytest.mark.parametrize(
    ("years", "before", "told"),
    [
        (None, "2025-11-01T00:00", "isn't in the audit trail, although records were erased after 1 year"),
        (1, "2026-11-19T00:00", "erased records that weren't 1 year old"),
        (4, "2025-11-01T00:00", "erased records that were 1 year old, although they are kept for 4 years"),
    ],
)
async def test_without_the_triggers_verify_names_what_was_erased_too_early(
    young: Services, raw: Raw, years: int | None, before: str, told: str
) -> None:
    anchored = await head(young)
    if years:
        await workspace_settings.change(young, ADMIN, keep_records_for_years=years)
    setting = raw.execute("SELECT * FROM audit_entries WHERE action = 'change-settings'").fetchall()
    last = await say(young, at=utc(NOW), years=1, before=utc(before))
    raw.let_anything_through()
    begin_after(raw, anchored if setting else last)
    raw.execute("DELETE FROM audit_entries WHERE sequence <= ?", [anchored.sequence])
    raw.execute("DELETE FROM pairs")
    assert told in {what for _, what in await faults(young)}
    doubt = await young.database.read(lambda tx: anchored.mismatch(tx.connection))
    assert doubt == (
        "was erased by its age: the audit trail now begins at entry 4. Check a newer anchor, "
        "from a time for which records are still kept"
    )


async def test_raising_the_setting_later_does_not_make_earlier_erasures_suspicious(
    services: Services, raw: Raw, clock: Clock
) -> None:
    """The settings' own entries go with the rest, in batches of any size; nothing that was done by them is a fault."""
    kept = 1
    for month in range(60):
        clock.set(f"{2018 + month // 12}-{month % 12 + 1:02}-15T18:00")
        await record(services, ANA, clock().date().isoformat())
        if month % 7 == 0:
            kept = 3 - kept
            await workspace_settings.change(services, ADMIN, keep_records_for_years=kept)
        if month % 25 == 24:
            await workspace_settings.change(services, ADMIN, keep_records_for_years=None)
        while await erasure.erase_old(services, WORKSPACE):
            pass
        assert await faults(services) == set(), clock()
    (erased,) = await services.database.read(lambda tx: erased_by_age(tx.connection))
    first = raw.execute("SELECT min(sequence) FROM audit_entries").fetchone()
    assert (erased.workspace_id, erased.through + 1) == (WORKSPACE, *first)
    assert erased.before < erased.at - timedelta(days=365)


async def test_verify_says_up_to_which_entry_records_were_erased(
    services: Services, clock: Clock, database_url: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("ATTENDANCE_DATABASE_URL", database_url)
    clock.set("2019-06-02T18:00")
    await record(services, ANA, "2019-06-02")
    await workspace_settings.change(services, ADMIN, keep_records_for_years=4)
    clock.set("2025-06-02T18:00")
    assert await erasure.erase_old(services, WORKSPACE)
    said: list[str] = []
    assert await verify_ledger(said.append, no_progress) == 0
    assert said == [
        "T0PRACTICE: records from before 2021-05-31 and their audit entries, up to 2, were erased because of their "
        "age, as audit entry 4 of 2025-06-02 says.",
        "No problems found. Every record keeps the rules, and the audit trail is complete.",
    ]


async def test_the_sums_of_a_month_hold_both_what_is_erased_and_what_is_added_meanwhile(
    services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set("2025-11-08T18:00")
    await record(services, ANA, "2025-11-08")
    clock.set("2026-11-20T18:00")
    await workspace_settings.change(services, ADMIN, keep_records_for_years=1)
    gate = Gate()

    def erase_and_wait(connection: Connection, workspace_id: str, old: Any) -> int:
        erased = erase(connection, workspace_id, old)
        gate.wait(Transaction(connection, clock))
        return erased

    erase = erasing.erase_old
    monkeypatch.setattr(erasing, "erase_old", erase_and_wait)
    erased = asyncio.ensure_future(erasure.erase_old(services, WORKSPACE))
    async with asyncio.timeout(10):
        await gate.reached.wait()
    added = asyncio.ensure_future(record(services, ANA, "2025-11-25"))
    await asyncio.wait([added], timeout=0.2)
    gate.open()
    await asyncio.gather(erased, added)
    assert await faults(services) == set()


NOVEMBER = date(2023, 11, 1), date(2023, 11, 30)


async def sign_november(services: Services, clock: Clock, at: str) -> None:
    """Ana's only record of it was added when it ended."""
    clock.set("2023-11-14T16:00")
    new = NewRecord(ANA, utc("2023-11-14T08:00"), utc("2023-11-14T16:00"))
    await recording.record(services, caller(ANA), new)
    clock.set(at)
    await signatures.sign(services, caller(ANA), *NOVEMBER)
    await signatures.approve(services, ADMIN, ANA, *NOVEMBER)


async def erase_at(services: Services, clock: Clock, at: str) -> None:
    await workspace_settings.change(services, ADMIN, keep_records_for_years=2)
    clock.set(at)
    while await erasure.erase_old(services, WORKSPACE):
        pass


async def test_signatures_go_by_their_age_with_the_records_that_they_lock(
    services: Services, raw: Raw, clock: Clock
) -> None:
    await sign_november(services, clock, "2023-12-04T08:00")
    await erase_at(services, clock, "2026-06-10T12:00")
    assert [raw.count(table) for table in ("pairs", "signatures")] == [0, 0]
    assert await faults(services) == set()


async def test_an_approval_outlives_records_that_went_by_their_age(services: Services, raw: Raw, clock: Clock) -> None:
    await sign_november(services, clock, "2024-02-01T08:00")
    await erase_at(services, clock, "2025-12-01T12:00")
    assert [raw.count(table) for table in ("pairs", "signatures")] == [0, 2]
    assert await faults(services) == set()
