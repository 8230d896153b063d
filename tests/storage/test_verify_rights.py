"""`verify` on what carries rights: a change behind the code's back is found, whichever column it is in."""

from __future__ import annotations

from datetime import date
from importlib import import_module
from ipaddress import ip_network
from typing import Any

import pytest
from alembic.migration import MigrationContext
from alembic.operations import Operations

from bot.attendance import erasure
from bot.calendar.ranges import DateRange
from bot.people import admins, reading_tokens, teams_and_offices, tokens
from bot.people.reading_tokens import NewReader
from bot.permissions import ReadingRole, Role
from bot.runtime.services import Services
from bot.webhooks import deliveries
from bot.workspaces import workspace_settings
from storage import audited_rights
from storage.database import Transaction
from storage.tables import metadata
from storage.verify import verify
from tests.builders import ADMIN
from tests.conftest import WORKSPACE, Clock
from tests.storage.raw import Raw, but_for_the_rules

ANA, BEN = "U0ANA", "U0BEN"
ANYWHERE = [ip_network("0.0.0.0/0")]
NOT_COMPARED = {("tokens", "last_used_at"), ("webhooks", "created_at"), ("webhooks", "secret")}
"""Written by use, without a right, and compared as a seal."""
COLUMNS = [
    (table, column.name)
    for table in ("team_people", "tokens", "appointed_admins", "webhooks")
    for column in metadata.tables[table].columns
    if (table, column.name) not in NOT_COMPARED
]


async def found(services: Services) -> set[tuple[str, str]]:
    faults = but_for_the_rules(await services.database.read(lambda tx: list(verify(tx.connection))))
    return {(fault.rule, fault.where) for fault in faults}


@pytest.fixture(params=["as entries say", "as restated, for the entries went by their age"])
async def ledger(services: Services, raw: Raw, clock: Clock, request: pytest.FixtureRequest) -> Services:
    """Everything that carries rights, given and taken back."""
    is_old = request.param != "as entries say"
    if is_old:
        clock.set("2010-06-02T08:00")
    await teams_and_offices.set_team(services, ADMIN, "Support", [ANA, BEN], [])
    await teams_and_offices.set_team(services, ADMIN, "Empty", [BEN], [ANA])
    await teams_and_offices.set_team(services, ADMIN, "Empty", [], [])
    for user_id, name in ((ANA, "kiosk"), (BEN, "payroll")):
        await tokens.create(services, ADMIN, user_id, Role.MANAGER, name)
    await teams_and_offices.set_team(services, ADMIN, "Support", [ANA], [])
    (kiosk, _) = await tokens.all_of(services, ADMIN)
    await tokens.revoke(services, ADMIN, kiosk.token_id)
    for name in ("payroll", "wiki"):
        await deliveries.add(services, ADMIN, f"https://192.0.2.1/{name}", may_reach=ANYWHERE, sealer=None)
    (payroll, _) = await deliveries.all_of(services, ADMIN)
    await deliveries.remove(services, ADMIN, payroll.webhook_id)
    await admins.appoint(services, ADMIN, ANA)
    await admins.appoint(services, ADMIN, BEN)
    week = DateRange(date(2010, 5, 17), date(2010, 5, 23))
    visit = NewReader(ReadingRole.INSPECTOR, BEN, [ANA], week, lives=7, reason="a visit")
    await reading_tokens.create(services, ADMIN, visit)
    await admins.dismiss(services, ADMIN, BEN)
    assert await found(services) == set()
    if is_old:
        await workspace_settings.change(services, ADMIN, keep_records_for_years=1)
        for year in (2012, 2014):  # what was restated goes as well, and is restated once more
            clock.set(f"{year}-06-02T08:00")
            while await erasure.erase_old(services, WORKSPACE):
                pass
            assert raw.execute("SELECT count(*) FROM audit_entries").fetchone() == (2,)
            assert await found(services) == set()
    raw.let_anything_through()
    raw.another_workspace()
    return services


async def test_a_change_in_any_column_is_found(ledger: Services, raw: Raw) -> None:
    for table, column in COLUMNS:
        key = next(iter(metadata.tables[table].primary_key.columns[1:])).name
        first = f"(SELECT min({key}) FROM {table})"
        with raw.put_back(table):
            assert raw.execute(f"UPDATE {table} SET {changed(raw, table, column)} WHERE {key} = {first}").rowcount
            assert await found(ledger), (table, column)
    assert await found(ledger) == set()


def changed(raw: Raw, table: str, column: str) -> str:
    """An assignment that makes the column another than it is."""
    if column in ("revoked_at", "removed_at"):
        return f"{column} = NULL"
    if column == "expires_at":
        return f"{column} = {'1' if raw.is_sqlite else 'now()'}"
    if column.endswith("_at"):
        return f"{column} = {raw.later(column, 1)}"
    if column in ("reads_from", "reads_until"):
        return f"{column} = '2026-11-05'"
    known = {"workspace_id": "T0OTHER", "user_id": ADMIN.user_id, "role": "admin", "part": "member"}
    return f"{column} = '{known.get(column, 'changed')}'"


async def test_a_row_that_was_removed_is_found(ledger: Services, raw: Raw) -> None:
    for table in ("team_people", "tokens", "appointed_admins", "webhooks"):
        with raw.put_back(table):
            assert raw.execute(f"DELETE FROM {table}").rowcount
            assert any(rule == "rule 8" for rule, _ in await found(ledger)), table
    assert await found(ledger) == set()


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE people SET chat_admin = {yes} WHERE user_id = 'U0BEN'", "role of U0BEN"),
        ("INSERT INTO team_people VALUES ('T0PRACTICE', 'Empty', 'U0BEN', 'manager')", "team Empty"),
        (
            "INSERT INTO appointed_admins SELECT workspace_id, 'U0BEN', appointed_by, appointed_at"
            " FROM appointed_admins",
            "appointment of U0BEN",
        ),
        (
            "INSERT INTO tokens (workspace_id, token_id, digest, user_id, role, created_at)"
            " SELECT workspace_id, 'mine', 'known to me', user_id, 'admin', created_at FROM tokens LIMIT 1",
            "token mine",
        ),
        (
            "INSERT INTO webhooks SELECT workspace_id, 'mine', 'https://192.0.2.2/', '', created_by, created_at, NULL"
            " FROM webhooks LIMIT 1",
            "webhook mine",
        ),
    ],
)
async def test_an_added_row_is_named(ledger: Services, raw: Raw, statement: str, where: str) -> None:
    raw.execute(statement.format(yes="1" if raw.is_sqlite else "true"))
    assert await found(ledger) == {("rule 8", where)}


async def test_webhooks_are_told_once_where_an_older_version_erased_their_entries(
    services: Services, clock: Clock, monkeypatch: pytest.MonkeyPatch
) -> None:
    clock.set("2010-06-02T08:00")
    await workspace_settings.change(services, ADMIN, keep_records_for_years=1)
    await deliveries.add(services, ADMIN, "https://192.0.2.1/a", may_reach=ANYWHERE, sealer=None)
    clock.set("2012-06-02T08:00")
    with monkeypatch.context() as older:
        older.delitem(audited_rights.COLUMNS, "webhook")
        while await erasure.erase_old(services, WORKSPACE):
            pass
    assert len(await found(services)) == 1
    migration: Any = import_module("storage.migrations.versions.0017_webhooks_in_the_audit")

    def upgrade(tx: Transaction) -> None:
        with Operations.context(MigrationContext.configure(tx.connection)):
            migration.upgrade()

    await services.database.write(upgrade)
    assert await found(services) == set()


async def test_every_setting_has_its_entry_and_is_not_compared(services: Services, raw: Raw) -> None:
    await teams_and_offices.set_office(services, ADMIN, "hq", "Berlin", "Europe/Berlin")
    await teams_and_offices.set_team(services, ADMIN, "Support", [], [ANA])
    await deliveries.add(services, ADMIN, "https://192.0.2.1/a", may_reach=ANYWHERE, sealer=None)
    await workspace_settings.change(services, ADMIN, zone="Europe/Berlin", reminders=True)
    written = raw.execute("SELECT action FROM audit_entries ORDER BY sequence").fetchall()
    assert [action for (action,) in written] == ["set-office", "set-team", "add-webhook", "change-settings"]
    raw.execute("UPDATE offices SET zone = 'UTC'")
    assert await found(services) == set()


async def test_working_hours_equal_to_the_workspaces_are_not_stored(services: Services, raw: Raw) -> None:
    hours = workspace_settings.typed("ask_after", "10.00001")
    await workspace_settings.change(services, ADMIN, ask_after=hours)
    assert raw.count("settings") == 0
    assert await found(services) == set()
