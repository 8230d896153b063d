"""What PostgreSQL adds: a role that can't undo the rules, replicas that start together, and a server that goes away."""

from __future__ import annotations

import asyncio
import io
import random
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager, suppress
from datetime import timedelta
from zoneinfo import ZoneInfo

import psycopg
import pytest
from sqlalchemy import text
from sqlalchemy.util import await_only

from bot.attendance import recording
from bot.calendar.ranges import DateRange
from bot.documents import exports
from bot.runtime.services import Services
from storage import pairs_at_once, people, postgresql
from storage.database import Database, Transaction, machine_clock, open_database
from storage.errors import AlreadyClockedIn, NotClockedIn, OutcomeUnknown, Unavailable, UnusableDatabase
from storage.ids import new_id
from storage.pairs import Pair, PairEvent
from storage.postgresql import migrate_as_owner
from storage.verify import verify
from tests.builders import ADMIN, caller, utc, workplace
from tests.conftest import Clock
from tests.postgresql_server import OWNER, SERVING, TIMELESS, Server
from tests.storage.raw import Raw

ANA, BEN = "U0ANA", "U0BEN"


@pytest.fixture
def engine() -> str:
    return "postgresql"


@pytest.mark.parametrize(
    "attack",
    [
        "DELETE FROM pairs",
        "TRUNCATE pairs CASCADE",
        "ALTER TABLE pairs DISABLE TRIGGER ALL",
        "ALTER TABLE pairs DROP CONSTRAINT pairs_never_overlap",
        "DROP TABLE audit_entries",
        "DROP TRIGGER audit_entries_are_not_changed ON audit_entries",
        "UPDATE audit_entries SET actor = 'somebody else'",
        "DELETE FROM audit_entries",
        "DELETE FROM audit_heads",
        "SET session_replication_role = replica",
        "CREATE OR REPLACE FUNCTION audit_entries_are_not_changed() RETURNS trigger LANGUAGE sql AS 'SELECT NULL'",
    ],
)
async def test_the_role_that_serves_can_not_undo_the_rules(
    services: Services, postgresql: Server, database_url: str, attack: str
) -> None:
    """It may not at all; or, as what is old is erased by it, only where an entry of the audit says so."""
    by_trigger = attack in ("DELETE FROM pairs", "DELETE FROM audit_entries")
    errors = psycopg.errors
    refusal = errors.IntegrityConstraintViolation if by_trigger else errors.InsufficientPrivilege
    await recording.clock_in(services, caller(ANA), ANA)
    with psycopg.connect(database_url) as connection, pytest.raises(refusal):
        connection.execute(attack)
    assert await services.database.read(lambda tx: list(verify(tx.connection))) == []


async def test_the_serving_role_can_not_redirect_the_triggers(services: Services, database_url: str) -> None:
    """Temporary tables come first where a name is looked up, unless a function says where to look."""
    await recording.clock_in(services, caller(ANA), ANA)
    begun = "CREATE TEMP TABLE audit_starts AS SELECT workspace_id, 1000000::bigint AS sequence FROM workspaces"
    for shadowed, aim in (("audit_entries", "pairs"), ("pairs", "audit_entries")):
        with psycopg.connect(database_url) as connection:
            connection.execute(begun)
            connection.execute(f"CREATE TEMP TABLE {shadowed} (LIKE public.{shadowed})")
            with pytest.raises(psycopg.errors.IntegrityConstraintViolation):
                connection.execute(f"DELETE FROM public.{aim}")
    assert await services.database.read(lambda tx: list(verify(tx.connection))) == []


async def test_replicas_may_start_together_on_an_empty_database(postgresql: Server) -> None:
    url = postgresql.url(postgresql.database("empty_template"), OWNER)
    opened = await asyncio.gather(*(open_database(url, serving=True) for _ in range(4)))
    services = await workplace(opened[0], {ANA: "UTC"})
    await recording.clock_in(services, caller(ANA), ANA)
    for database in opened:
        await database.close()


async def test_a_role_that_may_not_create_tables_gets_the_command_to_run(postgresql: Server) -> None:
    url = postgresql.url(postgresql.database("empty_template"))
    with pytest.raises(UnusableDatabase, match="run attendance migrate as their owner"):
        await open_database(url)


async def test_a_missing_extension_is_named_with_both_ways_to_get_it(postgresql: Server) -> None:
    """Here the role may create tables but not the extension; a server without it says so in the same place."""
    name = postgresql.database("empty_template")
    with postgresql.connected(name) as connection:
        connection.execute(f"GRANT CREATE ON SCHEMA public TO {SERVING}")
    with pytest.raises(UnusableDatabase, match=r"install postgresql-contrib .* CREATE EXTENSION btree_gist"):
        await open_database(postgresql.url(name))


async def test_an_owner_can_migrate_and_grant_repeatedly(postgresql: Server) -> None:
    name = postgresql.database("empty_template")
    for _ in range(2):
        await migrate_as_owner(postgresql.url(name, OWNER), serve_as=SERVING)
    database = await open_database(postgresql.url(name))
    services = await workplace(database, {ANA: "UTC"})
    assert (await recording.clock_in(services, caller(ANA), ANA)).pair.user_id == ANA
    await database.close()


async def test_a_newer_schema_is_left_alone(postgresql: Server) -> None:
    name = postgresql.database()
    with postgresql.connected(name) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '9999'")
    with pytest.raises(UnusableDatabase, match="written by a newer version"):
        await open_database(postgresql.url(name))


@pytest.mark.parametrize(
    "url", ["postgresql://attendance@127.0.0.1:1/x", "postgresql://attendance@127.0.0.1:{port}/nowhere"]
)
async def test_an_unusable_server_is_named_with_what_to_check(postgresql: Server, url: str) -> None:
    with pytest.raises(UnusableDatabase, match="Check ATTENDANCE_DATABASE_URL"):
        await open_database(url.format(port=postgresql.port))


async def test_two_writers_in_a_deadlock_both_finish(services: Services) -> None:
    """The server ends the deadlock by refusing one of them, who is let try again."""
    both_hold_one = asyncio.Barrier(2)

    def lock(first: str, second: str) -> Callable[[Transaction], str]:
        tries = 0

        def work(tx: Transaction) -> str:
            nonlocal tries
            tries += 1
            people.get_for_update(tx.connection, "T0PRACTICE", first)
            if tries == 1:
                await_only(both_hold_one.wait())
            people.get_for_update(tx.connection, "T0PRACTICE", second)
            return first

        return work

    both = (services.database.write(lock(ANA, BEN)), services.database.write(lock(BEN, ANA)))
    assert list(await asyncio.gather(*both)) == [ANA, BEN]


async def test_the_ledgers_clock_is_the_servers(database_url: str, monkeypatch: pytest.MonkeyPatch) -> None:
    """On a replica whose own clock is two hours fast."""
    monkeypatch.setattr(postgresql, "machine_clock", lambda: machine_clock() + timedelta(hours=2))
    database = await open_database(database_url)
    services = await workplace(database, {ANA: "UTC"})
    pair = (await recording.clock_in(services, caller(ANA), ANA)).pair
    assert abs(pair.clock_in.at - machine_clock()) < timedelta(minutes=1)
    assert abs(database.clock() - machine_clock()) < timedelta(minutes=1)
    await database.close()


async def test_a_clock_out_that_waited_for_its_clock_in_is_later_than_it(services: Services, database_url: str) -> None:
    """Each replica reads the time once it holds the person's row: who waited is later."""
    database = await open_database(database_url)
    real = Services(database, services.directory)

    async def shift() -> None:
        try:
            await recording.clock_in(real, caller(ANA), ANA)
        except AlreadyClockedIn:
            with suppress(NotClockedIn):  # somebody else was faster
                await recording.clock_out(real, caller(ANA), ANA)

    await asyncio.gather(*(shift() for _ in range(40)))
    assert await database.read(lambda tx: list(verify(tx.connection))) == []
    await database.close()


async def count(database: Database, what: str = "pairs") -> int:
    return int(await database.read(lambda tx: tx.connection.execute(text(f"SELECT count(*) FROM {what}")).scalar_one()))


async def test_connections_cut_in_mid_transaction_lose_nothing_and_double_nothing(
    services: Services, raw: Raw, clock: Clock
) -> None:
    acknowledged: list[str] = []
    done = asyncio.Event()
    cuts = 0

    async def cut() -> None:
        """Once for each event that got through: connections cut by the clock leave a busy machine no time for one."""
        nonlocal cuts
        seen = 0
        while not done.is_set():
            await asyncio.sleep(random.random() * 0.02)
            if len(acknowledged) > seen:
                seen = len(acknowledged)
                killed = await asyncio.to_thread(
                    raw.execute,
                    "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                    " WHERE application_name = 'attendance-bot' AND datname = current_database() AND random() < 0.3",
                )
                cuts += killed.fetchone()[0]

    cutting = asyncio.ensure_future(cut())
    while cuts <= 10 or len(acknowledged) < 120:
        for user_id in (ANA, BEN):
            acknowledged.append((await recording.clock_in(services, caller(user_id), user_id)).pair.clock_in.id)
        clock.advance(minutes=1)
        ended = [recording.clock_out(services, caller(user_id), user_id) for user_id in (ANA, BEN)]
        acknowledged += [result.pair.clock_out.id for result in await asyncio.gather(*ended) if result.pair.clock_out]
        clock.advance(minutes=1)
    done.set()
    await cutting
    stored = {str(row[0]) for row in raw.execute("SELECT in_id FROM pairs UNION ALL SELECT out_id FROM pairs")}
    assert stored == set(acknowledged)
    assert len(acknowledged) == len(stored)
    assert await services.database.read(lambda tx: list(verify(tx.connection))) == []


async def test_a_connection_lost_half_way_ends_an_export_and_no_record_is_in_it_twice(
    services: Services, raw: Raw
) -> None:
    def cut() -> None:
        raw.execute(
            "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
            " WHERE application_name = 'attendance-bot' AND datname = current_database()"
        )

    class Paper(io.StringIO):
        writes = 0

        def write(self, text: str) -> int:
            self.writes += 1
            if self.writes == 1:
                cut()
            return super().write(text)

    first, several = utc("2016-01-01T08:00"), 2500  # more than are read at once
    new = []
    for start in (first + timedelta(days=number) for number in range(several)):
        began, ended = (PairEvent(new_id(), at, at, ANA, "api", "UTC") for at in (start, start + timedelta(hours=8)))
        new.append(Pair(ADMIN.workspace_id, ANA, start.date(), began, ended))
    await services.database.write(lambda tx: pairs_at_once.add_each(tx.connection, new))
    days = DateRange(first.date(), new[-1].work_date)
    out = Paper()
    with pytest.raises(Unavailable):
        await exports.write(services, ADMIN, days, ZoneInfo("UTC"), out)
    written = out.getvalue().splitlines()
    assert 10 < len(written) == len(set(written)) < several
    cut()  # a connection that is dead before anything is written is replaced without a word
    assert await exports.write(services, ADMIN, days, ZoneInfo("UTC"), io.StringIO()) == several


class Wire:
    """Between the bot and the server: cuts the connection at the next COMMIT, before or after it has got through."""

    def __init__(self, server: Server) -> None:
        self._server_port = server.port
        self.port = 0
        self.cut: str | None = None
        self.cutting: str | None = None
        self.refuses = False

    async def carry(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        if not self.refuses:
            there_reader, there_writer = await asyncio.open_connection("127.0.0.1", self._server_port)
            back = asyncio.ensure_future(self._back(there_reader, writer))
            await self._forth(reader, there_writer)
            await back
        writer.close()

    async def _forth(self, reader: asyncio.StreamReader, there: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if self.cut and b"COMMIT" in data:
                self.cutting, self.cut = self.cut, None
                if self.cutting == "after":
                    there.write(data)
                    continue  # the server does it, and nobody hears of it
                self.refuses = self.cutting == "for good"
                break
            there.write(data)
        there.close()

    async def _back(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        while data := await reader.read(65536):
            if self.cutting == "after":
                self.cutting = None
                break
            writer.write(data)
        writer.close()


@pytest.fixture
async def wire(postgresql: Server) -> AsyncIterator[Wire]:
    wire = Wire(postgresql)
    server = await asyncio.start_server(wire.carry, "127.0.0.1", 0)
    wire.port = server.sockets[0].getsockname()[1]
    yield wire
    server.close()


@asynccontextmanager
async def over(wire: Wire, database_url: str, postgresql: Server, clock: Clock) -> AsyncIterator[Services]:
    url = database_url.replace(str(postgresql.port), str(wire.port)) + "?sslmode=disable"
    database = await open_database(url, clock=clock)
    try:
        yield await workplace(database, {ANA: "UTC"})
    finally:
        await database.close()


@pytest.mark.parametrize("cut", ["before", "after"])
async def test_a_connection_lost_in_the_commit_ends_with_one_event_and_its_answer(
    wire: Wire, database_url: str, postgresql: Server, clock: Clock, raw: Raw, cut: str
) -> None:
    async with over(wire, database_url, postgresql, clock) as services:
        wire.cut = cut
        pair = (await recording.clock_in(services, caller(ANA), ANA)).pair
        assert not wire.cut, "nothing was cut"
        assert [row[0] for row in raw.execute("SELECT in_id FROM pairs")] == [pair.clock_in.id]


async def test_a_commit_that_can_not_be_looked_up_is_reported_as_unknown(
    wire: Wire, database_url: str, postgresql: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.postgresql.TRY_AGAIN_FOR_SECONDS", 0.3)
    async with over(wire, database_url, postgresql, clock) as services:
        wire.cut = "for good"
        with pytest.raises(OutcomeUnknown):
            await recording.clock_in(services, caller(ANA), ANA)
        wire.refuses = False
        await recording.clock_in(services, caller(ANA), ANA)


async def test_a_stopped_server_is_unavailable_until_it_returns(
    own_server: Server, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("storage.postgresql.TRY_AGAIN_FOR_SECONDS", 0.3)
    database = await open_database(own_server.url(own_server.database(TIMELESS)), clock=clock)
    services = await workplace(database, {ANA: "UTC", BEN: "UTC"})
    await recording.clock_in(services, caller(ANA), ANA)
    for stop in (own_server.stop, lambda: own_server.stop("immediate")):
        await asyncio.to_thread(stop)
        with pytest.raises(Unavailable):
            await recording.clock_in(services, caller(BEN), BEN)
        with pytest.raises(Unavailable):
            await count(database)
        await asyncio.to_thread(own_server.start)
        with pytest.raises(AlreadyClockedIn):
            await recording.clock_in(services, caller(ANA), ANA)
    await recording.clock_in(services, caller(BEN), BEN)
    assert await count(database) == 2
    assert await database.read(lambda tx: list(verify(tx.connection))) == []
    await database.close()


async def test_a_cancelled_reader_of_a_hanging_server_returns(own_server: Server, clock: Clock) -> None:
    database = await open_database(own_server.url(own_server.database(TIMELESS)), clock=clock)
    backend = await database.read(lambda tx: tx.connection.execute(text("SELECT pg_backend_pid()")).scalar_one())
    begun = asyncio.Event()
    loop = asyncio.get_running_loop()

    def work(tx: Transaction) -> None:
        loop.call_later(0.2, begun.set)
        tx.connection.execute(text("SELECT pg_sleep(60)"))

    reading = asyncio.ensure_future(database.read(work))
    await begun.wait()
    with own_server.hanging(backend):
        reading.cancel()
        async with asyncio.timeout(10):
            with pytest.raises(asyncio.CancelledError):
                await reading
    assert await count(database) == 0
    await database.close()
