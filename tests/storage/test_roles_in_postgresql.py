"""Who may do what in PostgreSQL: nobody but the owner creates anything beside the tables, and verify only reads."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import AbstractContextManager, nullcontext
from pathlib import Path

import psycopg
import pytest
from structlog.testing import capture_logs

from bot.attendance import recording
from bot.operations import maintenance
from bot.runtime.services import Services
from storage import checkup
from storage.checkup import Finding, State
from storage.database import open_database
from storage.errors import UnusableDatabase
from storage.postgresql import migrate_as_owner
from tests.builders import caller, workplace
from tests.postgresql_server import OWNER, SERVING, Server

ANA = "U0ANA"
READER = "reader"
GRANTED_AS_IN_13 = "GRANT CREATE ON SCHEMA public TO PUBLIC"


@pytest.fixture
def engine() -> str:
    return "postgresql"


@pytest.fixture
def name(database_url: str) -> str:
    """Of the database, with PostgreSQL 13's rights."""
    return database_url.rpartition("/")[2]


@pytest.fixture
def as_in_13(postgresql: Server, name: str) -> None:
    with postgresql.connected(name) as connection:
        connection.execute(GRANTED_AS_IN_13)


@pytest.fixture
def reader(postgresql: Server) -> str:
    with postgresql.connected("postgres") as connection:
        connection.execute(f"DROP ROLE IF EXISTS {READER}")
        connection.execute(f"CREATE ROLE {READER} LOGIN")
    return READER


def make_an_operator(url: str, trace: Path | str) -> None:
    """One that fits `text || varchar` better than PostgreSQL's own, and leaves a trace as whoever runs it."""
    with psycopg.connect(url, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION public.joined(text, varchar) RETURNS text LANGUAGE plpgsql AS $$ BEGIN "
            f"COPY (SELECT current_user) TO PROGRAM 'cat > {trace}'; RETURN $1 OPERATOR(pg_catalog.||) $2::text; END $$"
        )
        connection.execute("CREATE OPERATOR public.|| (FUNCTION = public.joined, LEFTARG = text, RIGHTARG = varchar)")


async def verified(url: str, monkeypatch: pytest.MonkeyPatch) -> int:
    monkeypatch.setenv("ATTENDANCE_DATABASE_URL", url)
    said: list[str] = []
    return await maintenance.verify_ledger(said.append, nothing_shown)


def nothing_shown(title: str, steps: int) -> AbstractContextManager[Callable[[], None]]:
    return nullcontext(lambda: None)


async def rights(server: Server, name: str, role: str = SERVING) -> Finding:
    found = await checkup.check_database(server.url(name, role))
    return next(one for one in found if one.name == "rights")


@pytest.mark.parametrize("role", ["superuser", OWNER])
async def test_an_operator_of_the_serving_role_is_never_run_by_the_owner(
    services: Services,
    postgresql: Server,
    database_url: str,
    name: str,
    as_in_13: None,
    monkeypatch: pytest.MonkeyPatch,
    role: str,
) -> None:
    trace = postgresql.folder / f"run-by-{role}"
    await recording.clock_in(services, caller(ANA), ANA)
    make_an_operator(database_url, trace)
    owner = postgresql.url(name, role)
    with psycopg.connect(owner) as attacked:  # so the attack is real
        if role == "superuser":
            attacked.execute("SELECT facts || 'x'::varchar FROM audit_entries")
            assert trace.exists()
            trace.unlink()
    with pytest.raises(UnusableDatabase, match="REVOKE CREATE ON SCHEMA public FROM PUBLIC"):
        await verified(owner, monkeypatch)
    with pytest.raises(UnusableDatabase, match=r"public\.\|\|\(text,character varying\)"):
        await migrate_as_owner(owner, serve_as=SERVING)
    with pytest.raises(UnusableDatabase, match=r"public\.joined"):
        await verified(owner, monkeypatch)
    assert not trace.exists()
    assert (await rights(postgresql, name)).state is State.BROKEN
    with postgresql.connected(name) as connection:
        connection.execute("DROP OPERATOR public.|| (text, varchar)")
        connection.execute("DROP FUNCTION public.joined")
    await migrate_as_owner(owner, serve_as=SERVING)
    assert await verified(owner, monkeypatch) == 0
    with pytest.raises(psycopg.errors.InsufficientPrivilege):
        make_an_operator(database_url, trace)


async def test_a_table_that_waits_for_a_later_version_is_not_taken_for_the_owners(
    postgresql: Server, name: str, as_in_13: None
) -> None:
    """Its defaults would run as whoever adds a row. Migrations leave a table that is there as it is."""
    with postgresql.connected(name) as connection:
        connection.execute("DROP TABLE prompts")
        connection.execute("UPDATE alembic_version SET version_num = '0011'")
    with psycopg.connect(postgresql.url(name), autocommit=True) as connection:
        connection.execute("CREATE TABLE public.prompts (at text DEFAULT pg_read_file('/etc/passwd'))")
    with pytest.raises(UnusableDatabase, match=r"public\.prompts"):
        await migrate_as_owner(postgresql.url(name, OWNER), serve_as=SERVING)


@pytest.mark.parametrize("to", ["PUBLIC", SERVING])
async def test_migrate_takes_the_right_to_create_objects_away(
    postgresql: Server, name: str, to: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with postgresql.connected(name) as connection:
        connection.execute(f"GRANT CREATE ON SCHEMA public TO {to}")
        connection.execute(f"GRANT CREATE ON DATABASE {name} TO {to}")
    found = await rights(postgresql, name)
    assert (found.state, f"{to} may create objects in the schema public" in found.says) == (State.BROKEN, True)
    assert f"REVOKE CREATE ON SCHEMA public FROM {to};" in found.remedy
    await migrate_as_owner(postgresql.url(name, OWNER), serve_as=SERVING)
    assert (await rights(postgresql, name)).state is State.OK
    for statement in ("CREATE TABLE mine (a int)", "CREATE SCHEMA mine"):
        with psycopg.connect(postgresql.url(name)) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
            connection.execute(statement)


async def test_doctor_asks_nothing_that_somebody_elses_functions_could_answer(
    services: Services, postgresql: Server, database_url: str, name: str, as_in_13: None
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(
            "CREATE FUNCTION public.has_table_privilege(text, varchar) RETURNS boolean LANGUAGE plpgsql AS "
            "$$ BEGIN RAISE 'run as %', current_user; END $$"
        )
    with postgresql.connected(name) as connection:
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    found = await checkup.check_database(postgresql.url(name, OWNER))
    assert [(one.name, one.state) for one in found] == [("reachable", State.OK), ("rights", State.BROKEN)]
    assert "public.has_table_privilege(text,character varying)" in found[1].says


async def test_doctor_names_the_right_to_create_schemas(postgresql: Server, name: str) -> None:
    with postgresql.connected(name) as connection:
        connection.execute(f"GRANT CREATE ON DATABASE {name} TO {SERVING}")
    found = await rights(postgresql, name)
    assert (found.state, found.remedy) == (State.WARNING, f"Run attendance migrate --serve-as {SERVING} as the owner.")


async def test_an_owner_who_may_not_close_the_schema_is_told_what_a_superuser_has_to_run(
    postgresql: Server, name: str
) -> None:
    """As in a database that PostgreSQL 13 made: the schema belongs to the superuser."""
    with postgresql.connected(name) as connection:
        connection.execute("ALTER SCHEMA public OWNER TO superuser")
        connection.execute("GRANT ALL ON SCHEMA public TO PUBLIC")
    with pytest.raises(UnusableDatabase, match="as a superuser: REVOKE CREATE ON SCHEMA public FROM PUBLIC;"):
        await migrate_as_owner(postgresql.url(name, OWNER), serve_as=SERVING)
    with postgresql.connected(name) as connection:
        connection.execute("REVOKE CREATE ON SCHEMA public FROM PUBLIC")
    await migrate_as_owner(postgresql.url(name, OWNER), serve_as=SERVING)


async def test_people_go_on_clocking_in_while_the_schema_is_open_to_others(database_url: str, as_in_13: None) -> None:
    with capture_logs() as lines:
        database = await open_database(database_url, serving=True)
    services = await workplace(database, {ANA: "UTC"})
    await recording.clock_in(services, caller(ANA), ANA)
    await database.close()
    (line,) = (line for line in lines if line["event"] == "schema-not-safe")
    assert "PUBLIC may create objects" in line["reason"]


async def test_a_role_that_sets_its_own_search_path_confuses_nobody(
    services: Services, postgresql: Server, database_url: str, name: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    with psycopg.connect(database_url, autocommit=True) as connection:
        connection.execute(f"ALTER ROLE {SERVING} SET search_path = nowhere")
    try:
        assert (await rights(postgresql, name)).state is State.OK
        database = await open_database(database_url, serving=True)
        await recording.clock_in(Services(database, services.directory), caller(ANA), ANA)
        await database.close()
        assert await verified(database_url, monkeypatch) == 0
    finally:
        with psycopg.connect(database_url, autocommit=True) as connection:
            connection.execute(f"ALTER ROLE {SERVING} RESET search_path")


async def test_the_ledger_may_stand_in_a_schema_that_the_address_names(
    postgresql: Server, monkeypatch: pytest.MonkeyPatch
) -> None:
    name = postgresql.database("empty_template")
    with postgresql.connected(name, OWNER) as connection:
        connection.execute("CREATE SCHEMA hours")
    owner = f"{postgresql.url(name, OWNER)}?search_path=hours"
    await migrate_as_owner(owner, serve_as=SERVING)
    with postgresql.connected(name, OWNER) as connection:
        connection.execute(f"GRANT USAGE ON SCHEMA hours TO {SERVING}")
    database = await open_database(f"{postgresql.url(name)}?search_path=hours")
    await recording.clock_in(await workplace(database, {ANA: "UTC"}), caller(ANA), ANA)
    await database.close()
    assert await verified(owner, monkeypatch) == 0


async def test_a_role_that_may_only_read_verifies(
    services: Services, postgresql: Server, name: str, reader: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    await recording.clock_in(services, caller(ANA), ANA)
    url = postgresql.url(name, reader)
    with pytest.raises(UnusableDatabase):
        await verified(url, monkeypatch)
    await migrate_as_owner(postgresql.url(name, OWNER), verify_as=reader)
    assert await verified(url, monkeypatch) == 0
    assert (await rights(postgresql, name, reader)).says.startswith("reader may only read")
    with psycopg.connect(url) as connection, pytest.raises(psycopg.errors.InsufficientPrivilege):
        connection.execute("UPDATE pairs SET user_id = 'U0BEN'")
    with postgresql.connected(name, OWNER) as connection:
        connection.execute(f"REVOKE SELECT ON prompts FROM {reader}")  # as a table of a newer version
    found = await rights(postgresql, name, reader)
    assert found.says == "reader lacks rights that verify needs: SELECT ON prompts."
    assert found.remedy == "Run attendance migrate --verify-as reader as the owner."


async def test_verify_can_not_write_whoever_runs_it(services: Services, postgresql: Server, name: str) -> None:
    database = await open_database(postgresql.url(name, OWNER), read_only=True)
    try:
        with pytest.raises(Exception, match="read-only"):
            await recording.clock_in(Services(database, services.directory), caller(ANA), ANA)
    finally:
        await database.close()


async def test_verify_does_not_migrate(postgresql: Server, name: str, monkeypatch: pytest.MonkeyPatch) -> None:
    with postgresql.connected(name) as connection:
        connection.execute("UPDATE alembic_version SET version_num = '0012'")
    with pytest.raises(UnusableDatabase, match="Run attendance migrate as their owner"):
        await verified(postgresql.url(name, OWNER), monkeypatch)


async def test_doctor_says_to_verify_as_somebody_else_than_the_owner(postgresql: Server, name: str) -> None:
    for role in (OWNER, "superuser"):
        found = await rights(postgresql, name, role)
        assert (found.state, "verify as one that may only read" in found.remedy) == (State.WARNING, True)
