"""A ledger moves from SQLite to PostgreSQL and back, the same in every row or not at all."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import nullcontext
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy.util import await_only

from bot.attendance import batches, recording, signatures
from bot.attendance.recording import NewRecord
from bot.operations.maintenance import back_up_ledger, move_ledger, restore_ledger, verify_ledger
from bot.people import teams_and_offices, tokens
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Services
from bot.runtime.settings import InvalidSettings
from storage import installations, msteams, own_days, transfer, working_conditions
from storage.database import Database, Transaction, open_database
from storage.errors import UnusableDatabase
from storage.msteams import Channel, Contact
from storage.own_days import OwnDay, Part
from storage.tables import metadata
from storage.verify import verify
from storage.working_conditions import WorkingConditions
from tests.builders import ADMIN, caller, utc, workplace
from tests.conftest import WORKSPACE, Clock
from tests.postgresql_server import OWNER, TIMELESS, Server
from tests.storage import test_breaks
from tests.storage.raw import Refused, raw_connection

ANA, BEN = "U0ANA", "U0BEN"


def no_progress(title: str, steps: int) -> nullcontext[Callable[[], None]]:
    return nullcontext(lambda: None)


@pytest.fixture
def engine() -> str:
    return "sqlite"


async def fill(database: Database, clock: Clock) -> None:
    """Something in every table."""
    services = await workplace(database, {ANA: "Europe/Berlin", BEN: "UTC"})
    await teams_and_offices.set_office(services, ADMIN, "hq", "Größe & Co", "Europe/Berlin")
    await teams_and_offices.set_team(services, ADMIN, "Support", [BEN], [ANA])
    await tokens.create(services, ADMIN, ANA, Role.EMPLOYEE, None)
    for day in range(1, 20):
        start = utc(f"2026-11-{day:02}T08:00")
        new = NewRecord(ANA, start, start.replace(hour=16), office_id="hq", in_comment="früh, „zitiert“ 🕗")
        pair = (await recording.record(services, ADMIN, new)).pair
        if day % 5 == 0:
            await recording.delete(services, ADMIN, pair.clock_in.id)
    await test_breaks.end_day(services, await test_breaks.on_break(services))
    opened = await recording.clock_in(services, Caller(WORKSPACE, BEN, Via.SLACK, Role.ADMIN), ANA)
    await test_breaks.start(services, opened.pair, 0)
    await test_breaks.say(services)
    october = utc("2026-10-01T00:00").date(), utc("2026-10-31T00:00").date()
    await signatures.sign(services, caller(ANA), *october)
    await signatures.approve(services, ADMIN, ANA, *october)
    await database.write(_own_day_and_conditions)
    clock.advance(hours=1)
    await recording.clock_in(services, caller(BEN), BEN)
    await database.write(_reached_in_teams)


def _own_day_and_conditions(tx: Transaction) -> None:
    own_days.put(tx.connection, OwnDay(WORKSPACE, "hq", utc("2026-12-24T00:00").date(), Part.HALF, "Heiligabend"))
    working_conditions.put(tx.connection, WorkingConditions(WORKSPACE, BEN, night_worker=True))


def _reached_in_teams(tx: Transaction) -> None:
    address = "https://smba.example/emea/"
    msteams.remember_person(tx.connection, WORKSPACE, ANA, Contact("29:ana", address, "a:ana"))
    msteams.remember_channel(tx.connection, WORKSPACE, Channel("19:oven", address, "Oven", "19:bakery"))


@pytest.fixture
def environment(monkeypatch: pytest.MonkeyPatch, database_url: str) -> None:
    monkeypatch.setenv("ATTENDANCE_DATABASE_URL", database_url)


async def test_a_ledger_moves_to_postgresql_whole(
    services: Services, environment: None, postgresql: Server, clock: Clock
) -> None:
    await fill(services.database, clock)
    target = postgresql.url(postgresql.database(), OWNER)
    said: list[str] = []
    await move_ledger(target, said.append, no_progress)
    assert said[0].startswith("Done: every row is the same in both.")
    opened = await open_database(target, clock=clock)
    assert await opened.read(lambda tx: list(verify(tx.connection))) == []
    moved = Services(opened, services.directory)
    clock.advance(hours=1)
    assert (await recording.clock_out(moved, caller(BEN), BEN)).pair.worked
    await opened.close()


async def test_the_triggers_of_a_copy_do_not_read_the_whole_table_for_each_record(
    services: Services, postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(transfer, "ROWS_AT_ONCE", 300)
    await workplace(services.database, {ANA: "UTC"})
    days = [utc("2020-01-01T08:00") + timedelta(days=day) for day in range(600)]
    records = [NewRecord(ANA, day, day + timedelta(hours=8)) for day in days]
    await batches.add_all(services, ADMIN, records)
    opened = await open_database(postgresql.url(postgresql.database(), OWNER))

    def copied(source: Transaction) -> int:
        def write(target: Transaction) -> int:
            transfer.copy(source.connection, target.connection)
            of_pairs = "SELECT idx_tup_fetch + seq_tup_read FROM pg_stat_xact_user_tables WHERE relname = 'pairs'"
            return int(target.connection.exec_driver_sql(of_pairs).scalar_one())

        return await_only(opened.write(write))

    read = await services.database.read(copied)
    await opened.close()
    assert read < 300 * 300, "only for the first part are there no statistics yet"


async def test_a_ledger_moves_with_secrets_that_an_older_version_sealed(
    services: Services, environment: None, postgresql: Server, clock: Clock, database_url: str
) -> None:
    await fill(services.database, clock)
    with raw_connection(database_url) as raw, raw.rule_off("installations_begin_bound", "installations"):
        raw.execute("INSERT INTO installations VALUES (?, 'gAAAA', 'U0ANA', 0, NULL, NULL)", [WORKSPACE])
    target = postgresql.url(postgresql.database(), OWNER)
    await move_ledger(target, lambda line: None, no_progress)
    opened = await open_database(target, clock=clock, read_only=True)
    assert await opened.read(lambda tx: installations.find(tx.connection, WORKSPACE)) == (WORKSPACE, "gAAAA")
    await opened.close()
    with raw_connection(target) as raw, pytest.raises(Refused):
        raw.execute(
            "INSERT INTO installations SELECT 'T0OTHER', 'gAAAA', NULL, installed_at, NULL, NULL FROM installations"
        )


async def test_existing_rows_are_left_alone(
    services: Services, environment: None, postgresql: Server, clock: Clock
) -> None:
    await fill(services.database, clock)
    target = postgresql.url(postgresql.database(), OWNER)
    await move_ledger(target, lambda line: None, no_progress)
    with pytest.raises(UnusableDatabase, match="There are records already"):
        await move_ledger(target, lambda line: None, no_progress)


async def test_a_row_that_arrives_changed_undoes_the_move(
    services: Services, environment: None, postgresql: Server, clock: Clock
) -> None:
    """Here a trigger of somebody else's changes it on the way."""
    await fill(services.database, clock)
    target = postgresql.url(postgresql.database(), OWNER)
    with raw_connection(target) as raw:
        raw.execute(
            "CREATE FUNCTION meddle() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN NEW.in_comment = 'other'; RETURN NEW; END $$"
        )
        raw.execute("CREATE TRIGGER meddle BEFORE INSERT ON pairs FOR EACH ROW EXECUTE FUNCTION meddle()")
        with pytest.raises(UnusableDatabase, match=r"I removed it:\npairs: .*in_id.* is not the same in both"):
            await move_ledger(target, lambda line: None, no_progress)
        assert [raw.count(table) for table in ("pairs", "workspaces", "audit_entries")] == [0, 0, 0]


async def test_the_role_that_serves_is_told_to_let_the_owner_copy(
    services: Services, environment: None, postgresql: Server, clock: Clock
) -> None:
    await fill(services.database, clock)
    with pytest.raises(UnusableDatabase, match="as the owner of its tables"):
        await move_ledger(postgresql.url(postgresql.database()), lambda line: None, no_progress)


@pytest.mark.parametrize("to", ["sqlite:///elsewhere.db", "mysql://u@h/n", "postgresql://", "words"])
async def test_an_address_of_another_database_is_refused(environment: None, to: str) -> None:
    with pytest.raises(InvalidSettings, match="--to"):
        await move_ledger(to, lambda line: None, no_progress)


async def test_a_backup_of_postgresql_is_a_file_that_either_engine_restores(
    postgresql: Server, clock: Clock, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    source = postgresql.url(postgresql.database(TIMELESS))
    opened = await open_database(source, clock=clock)
    await fill(opened, clock)
    monkeypatch.setenv("ATTENDANCE_DATABASE_URL", source)
    await back_up_ledger(tmp_path / "backup.db", no_progress)
    await opened.close()
    assert [file.name for file in tmp_path.iterdir()] == ["backup.db"]
    assert (tmp_path / "backup.db").stat().st_mode & 0o077 == 0
    with raw_connection(source) as raw:
        expected = {table: raw.count(table) for table in metadata.tables}
        assert all(
            expected[table] for table in ("paid_breaks", "remarks", "signatures", "own_days", "working_conditions")
        )
    for target in (f"sqlite:///{tmp_path}/restored.db", postgresql.url(postgresql.database(), OWNER)):
        monkeypatch.setenv("ATTENDANCE_DATABASE_URL", target)
        assert await restore_ledger(tmp_path / "backup.db", lambda line: None, no_progress) == 0
        with raw_connection(target) as raw:
            assert {table: raw.count(table) for table in expected} == expected
        with pytest.raises(UnusableDatabase):
            await restore_ledger(tmp_path / "backup.db", lambda line: None, no_progress)
        assert await verify_ledger(lambda line: None, no_progress) == 0
