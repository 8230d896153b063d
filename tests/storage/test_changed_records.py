"""A record that was changed and the one in its place: the database keeps them apart, and `verify` finds what it can't
refuse."""

from __future__ import annotations

from datetime import date, timedelta

import pytest

from bot.attendance import changing, erasure, recording
from bot.attendance.changing import ChangedRecord
from bot.attendance.recording import NewRecord
from bot.attendance.wanted_records import Wanted
from bot.runtime.services import Services
from storage import audit, record_parts
from storage.audit import Action, Kind, Via
from storage.database import Database, Transaction
from storage.errors import ChangeUndone, WasChanged
from storage.verify import verify
from tests.builders import ADMIN, raw_pair_on, utc, workplace
from tests.conftest import WORKSPACE, Clock
from tests.storage.raw import Raw, Refused, but_for_the_rules

ANA = "U0ANA"
START, END = utc("2026-11-20T08:00"), utc("2026-11-20T16:00")


@pytest.fixture
async def services(database: Database, clock: Clock) -> Services:
    clock.set("2026-11-23T08:00")
    return await workplace(database, {ANA: "UTC"})


async def changed(services: Services) -> ChangedRecord:
    pair = (await recording.record(services, ADMIN, NewRecord(ANA, START, END))).pair
    longer = Wanted(out_at=END + timedelta(hours=1))
    return await changing.change(services, ADMIN, pair.clock_in.id, longer, "was longer")


async def test_one_entry_names_both_records(services: Services) -> None:
    done = await changed(services)
    (entry,) = await services.database.read(
        lambda tx: audit.about(tx.connection, WORKSPACE, Kind.RECORD, [done.pair.clock_in.id])
    )
    told = entry.told()
    assert (entry.action, told["in_id"], told["replaces_id"], told["reason"]) == (
        "change",
        done.pair.clock_in.id,
        done.before.clock_in.id,
        "was longer",
    )
    assert done.before.replaced_by == done.pair.clock_in.id
    assert await services.database.read(lambda tx: list(verify(tx.connection))) == []


async def test_records_that_are_said_to_have_come_of_each_other_are_looked_up_once(services: Services) -> None:
    def write(tx: Transaction) -> dict[str, str]:
        for one, former in (("one", "two"), ("two", "one"), ("self", "self")):
            audit.record(
                *(tx.connection, WORKSPACE),
                at=tx.now,
                actor=ANA,
                via=Via.API,
                action=Action.CREATE,
                subject=one,
                facts={audit.REPLACES: former},
            )
        return record_parts.first_of(tx.connection, WORKSPACE, ["one", "two", "self"])

    assert await services.database.write(write) == {"one": "one", "two": "two", "self": "self"}


async def test_of_two_records_one_comes_back(services: Services) -> None:
    done = await changed(services)
    with pytest.raises(WasChanged):
        await recording.restore(services, ADMIN, done.before.clock_in.id)
    await recording.delete(services, ADMIN, done.pair.clock_in.id)
    with pytest.raises(WasChanged):
        await recording.restore(services, ADMIN, done.before.clock_in.id)
    await recording.restore(services, ADMIN, done.pair.clock_in.id)
    await changing.undo_change(services, ADMIN, done.pair.clock_in.id)
    with pytest.raises(ChangeUndone):
        await recording.restore(services, ADMIN, done.pair.clock_in.id)
    assert await services.database.read(lambda tx: list(verify(tx.connection))) == []


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pairs SET deleted_at = NULL, deleted_by = NULL, replaced_by_id = NULL WHERE in_id = '{before}'",
        "UPDATE pairs SET deleted_at = NULL, deleted_by = NULL WHERE in_id = '{before}'",
        "UPDATE pairs SET replaced_by_id = NULL WHERE in_id = '{before}'",
        "UPDATE pairs SET replaced_by_id = 'x' WHERE in_id = '{before}'",
        "UPDATE pairs SET replaces_id = NULL WHERE in_id = '{now}'",
        "UPDATE pairs SET replaces_id = 'x' WHERE in_id = '{now}'",
        "UPDATE pairs SET replaced_by_id = 'x' WHERE in_id = '{now}'",
    ],
)
async def test_the_database_keeps_them_apart(services: Services, raw: Raw, statement: str) -> None:
    done = await changed(services)
    ids = {"before": done.before.clock_in.id, "now": done.pair.clock_in.id}
    with pytest.raises(Refused):
        raw.execute(statement.format(**ids))


async def test_the_database_takes_one_record_in_the_place_of_another(services: Services, raw: Raw) -> None:
    done = await changed(services)
    another = raw_pair_on(date(2026, 12, 23))
    for former in (done.before.clock_in.id, done.pair.clock_in.id):
        for verb in raw.verbs:
            with pytest.raises(Refused):
                raw.insert(another | {"replaces_id": former}, verb)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE pairs SET replaced_by_id = NULL WHERE in_id = '{before}'",
        "UPDATE pairs SET replaced_by_id = 'x' WHERE in_id = '{before}'",
        "UPDATE pairs SET replaces_id = NULL WHERE in_id = '{now}'",
        "UPDATE pairs SET replaces_id = 'x' WHERE in_id = '{now}'",
        "DELETE FROM pairs WHERE in_id = '{before}'",
    ],
)
async def test_verify_finds_what_was_done_behind_the_rules(services: Services, raw: Raw, statement: str) -> None:
    done = await changed(services)
    raw.let_anything_through()
    raw.execute(statement.format(before=done.before.clock_in.id, now=done.pair.clock_in.id))
    found = but_for_the_rules(await services.database.read(lambda tx: list(verify(tx.connection))))
    assert {"rule 7", "rule 8"} & {fault.rule for fault in found}
    assert any(fault.rule == "rule 7" for fault in found)


async def test_a_persons_erasure_takes_the_reason_as_well(services: Services) -> None:
    done = await changed(services)
    await erasure.erase_person(services, ADMIN, ANA)
    (entry,) = await services.database.read(
        lambda tx: audit.about(tx.connection, WORKSPACE, Kind.RECORD, [done.pair.clock_in.id])
    )
    assert "was longer" not in f"{entry}"
    assert await services.database.read(lambda tx: list(verify(tx.connection))) == []
