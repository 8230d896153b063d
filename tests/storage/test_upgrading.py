"""A ledger of every schema that was released comes up to date with every record in it, and goes on from there."""

from __future__ import annotations

import json
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from datetime import datetime
from ipaddress import ip_network
from pathlib import Path
from typing import Any

import pytest
from alembic import command
from alembic.config import Config
from alembic.script import ScriptDirectory
from sqlalchemy import Connection, create_engine, inspect, make_url, text

from bot import administration, admins, attendance, tokens, webhooks, workspace_settings
from bot import erasing as bot_erasing
from bot.access import Role
from bot.services import Services
from storage import erasing, migrations
from storage.audit import FIRST_PREVIOUS_HASH, Action, Entry, canonical, digest
from storage.database import open_database
from storage.tables import metadata
from storage.verify import verify
from tests.builders import ADMIN, NobodyElse, caller, workplace
from tests.conftest import WORKSPACE, Clock
from tests.postgresql_server import Server
from tests.storage.raw import instant, raw_connection
from tests.storage.test_transfer import BEN, fill

BEFORE_0004 = {"recipient": "user_id"}  # a column of the outbox, by its name then
FOLLOW_BY_THEMSELVES = {"audit_heads"}

Rows = dict[str, list[dict[str, Any]]]


def alembic() -> Config:
    config = Config()
    config.set_main_option("script_location", str(Path(migrations.__file__).parent))
    return config


def released() -> list[str]:
    """Every revision but the newest, oldest first."""
    walked = ScriptDirectory.from_config(alembic()).walk_revisions()
    return sorted(script.revision for script in walked)[:-1]


CASES = [
    *(("sqlite", revision) for revision in released()),
    *(("postgresql", revision) for revision in released() if revision >= "0004"),
]


@pytest.fixture
def addresses(request: pytest.FixtureRequest, tmp_path: Path, engine: str) -> tuple[str, str]:
    """Of a ledger with today's schema, and of an empty database."""
    if engine == "sqlite":
        return f"sqlite:///{tmp_path}/source.db", f"sqlite:///{tmp_path}/ledger.db"
    server: Server = request.getfixturevalue("postgresql")
    return server.url(server.database()), server.url(server.database("empty_template"), "owner")


@contextmanager
def connected(url: str) -> Iterator[Connection]:
    """A plain connection in one transaction."""
    engine = create_engine(make_url(url).set(drivername="postgresql+psycopg") if "postgresql" in url else url)
    try:
        with engine.begin() as connection:
            yield connection
    finally:
        engine.dispose()


def rows_of(connection: Connection) -> Rows:
    """Everything, as the driver gives it, in an order that foreign keys allow."""
    inspector = inspect(connection)
    found: Rows = {}
    for table in metadata.tables.values():
        if inspector.has_table(table.name):
            keys = ", ".join(column.name for column in table.primary_key)
            answer = connection.execute(text(f"SELECT * FROM {table.name} ORDER BY {keys}"))
            found[table.name] = [dict(row) for row in answer.mappings()]
    return found


def put(connection: Connection, rows: Rows) -> Rows:
    """Writes what this schema has a place for; gives what was written, under today's names."""
    inspector = inspect(connection)
    written: Rows = {}
    for table, whole in rows.items():
        if not inspector.has_table(table) or table in FOLLOW_BY_THEMSELVES:
            continue
        there = {column["name"] for column in inspector.get_columns(table)}
        was = {name: BEFORE_0004.get(name, name) if name not in there else name for name in (whole or [{}])[0]}
        kept = {name: then for name, then in was.items() if then in there}
        statement = text(
            f"INSERT INTO {table} ({', '.join(kept.values())}) VALUES ({', '.join(f':{n}' for n in kept)})"
        )
        written[table] = [{name: row[name] for name in kept} for row in whole]
        for row in written[table]:
            connection.execute(statement, row)
    return written


def entry_of(row: dict[str, Any]) -> Entry:
    at = row["at"]
    columns: dict[str, Any] = {name: row.get(name) for name in Entry.__slots__}
    return Entry(**columns | {"at": at if isinstance(at, datetime) else instant(at)})


def told(row: dict[str, Any]) -> dict[str, Any]:
    return entry_of(row).told()


def with_private_facts_inside(entries: list[dict[str, Any]]) -> list[dict[str, Any]]:
    """The same chain as it was sealed before 0008, when the facts held the private ones."""
    heads: dict[str, str] = {}
    found = []
    for row in entries:
        entry = replace(entry_of(row), facts=canonical(told(row)))
        entry = replace(entry, previous_hash=heads.get(entry.workspace_id, FIRST_PREVIOUS_HASH))
        heads[entry.workspace_id] = digest(entry)
        sealed = {"facts": entry.facts, "previous_hash": entry.previous_hash, "hash": digest(entry)}
        found.append(row | sealed)
    return found


@pytest.mark.parametrize(("engine", "revision"), CASES)
async def test_a_ledger_of_a_released_schema_keeps_every_record(
    addresses: tuple[str, str], revision: str, clock: Clock
) -> None:
    source, url = addresses
    filled = await open_database(source, clock=clock)
    await fill(filled, clock)
    await filled.close()
    with connected(source) as connection:
        rows = rows_of(connection)
    if revision < "0008":
        rows["audit_entries"] = with_private_facts_inside(rows["audit_entries"])
    with connected(url) as connection:
        config = alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, revision)
        written = put(connection, rows)
    assert all(written[table] for table in ("pairs", "audit_entries", "people", "tokens", "offices", "outbox"))

    opened = await open_database(url, clock=clock)
    try:
        assert await opened.read(lambda tx: migrations.revision(tx.connection)) == migrations.HEAD
        assert await opened.read(lambda tx: list(verify(tx.connection))) == []
        with connected(url) as connection:
            upgraded = rows_of(connection)
        entries = [row for row in upgraded["audit_entries"] if row["action"] != Action.SEAL]
        upgraded["audit_entries"] = [row | {"facts": told(row)} for row in entries]
        for row in written["audit_entries"]:
            row["facts"] = json.loads(row["facts"]) if revision < "0008" else told(row)
        for table, before in written.items():
            assert [{name: row[name] for name in before[0]} for row in upgraded[table]] == before, table
        clock.advance(hours=1)
        services = Services(opened, NobodyElse())
        assert (await attendance.clock_out(services, caller(BEN), BEN)).pair.worked
        assert await opened.read(lambda tx: list(verify(tx.connection))) == []
    finally:
        await opened.close()


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_what_still_stands_of_entries_that_went_before_0009_is_told_again(
    addresses: tuple[str, str], clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    source, url = addresses
    clock.set("2010-06-02T08:00")
    filled = await open_database(source, clock=clock)
    services = await workplace(filled, {BEN: "UTC"})
    await administration.set_office(services, ADMIN, "hq", "Berlin", "Europe/Berlin")
    await administration.set_team(services, ADMIN, "Support", [BEN], [BEN])
    for name in ("kiosk", "payroll"):
        await tokens.create(services, ADMIN, BEN, Role.ADMIN, name)
    (kiosk, payroll) = await tokens.all_of(services, ADMIN)
    await tokens.revoke(services, ADMIN, kiosk.token_id)
    await webhooks.add(services, ADMIN, "https://192.0.2.1/", may_reach=[ip_network("0.0.0.0/0")], sealer=None)
    await admins.appoint(services, ADMIN, BEN)
    await workspace_settings.change(services, ADMIN, zone="Europe/Berlin", keep_records_for_years=1)
    clock.set("2012-01-02T08:00")  # this entry is kept, and tells of a part of what was told before
    await tokens.revoke(services, ADMIN, payroll.token_id)
    clock.set("2012-06-02T08:00")
    monkeypatch.setattr(erasing, "still_told_by", lambda *of: None)
    with raw_connection(source) as raw:
        raw.execute("DROP TRIGGER audit_starts_are_said" + ("" if raw.is_sqlite else " ON audit_starts"))
    assert await bot_erasing.erase_old(services, WORKSPACE)
    await filled.close()
    with connected(source) as connection:
        rows = rows_of(connection)
    with connected(url) as connection:
        config = alembic()
        config.attributes["connection"] = connection
        command.upgrade(config, "0008")
        put(connection, rows)

    opened = await open_database(url, clock=clock)
    try:
        assert await opened.read(lambda tx: list(verify(tx.connection))) == []
        with raw_connection(url) as raw:
            raw.let_anything_through()
            raw.execute("UPDATE tokens SET revoked_at = NULL WHERE name = 'kiosk'")
            raw.execute("UPDATE tokens SET role = 'employee' WHERE name = 'payroll'")
        faults = await opened.read(lambda tx: list(verify(tx.connection)))
        assert {(fault.where, fault.what) for fault in faults} == {
            (f"token {kiosk.token_id}", "differs from its audit entry in revoked_at"),
            (f"token {payroll.token_id}", "differs from its audit entry in role"),
        }
    finally:
        await opened.close()


def test_every_schema_is_tried() -> None:
    assert [revision for engine, revision in CASES if engine == "sqlite"][:4] == ["0001", "0002", "0003", "0004"]
    assert ("postgresql", "0004") in CASES
