"""`verify` on what admins set: a change behind the code's back is found in whichever column of whichever table."""

from __future__ import annotations

from ipaddress import ip_network

import pytest

from bot import administration, admins, erasing, reminders, tokens, webhooks, workspace_settings
from bot.access import Role
from bot.services import Services
from bot.working_hours import parse_working_hours
from storage.tables import metadata
from storage.verify import verify
from tests.builders import ADMIN, caller
from tests.conftest import WORKSPACE, Clock
from tests.storage.raw import AUDITED, Raw

ANA, BEN = "U0ANA", "U0BEN"
SET_BY_ADMINS = AUDITED[3:]
ANYWHERE = [ip_network("0.0.0.0/0")]
NOBODYS_WORD = {("tokens", "last_used_at")}  # written by use, not by admins
COLUMNS = [
    (table, column.name)
    for table in SET_BY_ADMINS
    for column in metadata.tables[table].columns
    if (table, column.name) not in NOBODYS_WORD
]


async def found(services: Services) -> set[tuple[str, str]]:
    faults = await services.database.read(lambda tx: list(verify(tx.connection)))
    return {(fault.rule, fault.where) for fault in faults}


@pytest.fixture(params=["told", "told again, for the entries went by their age"])
async def ledger(services: Services, raw: Raw, clock: Clock, request: pytest.FixtureRequest) -> Services:
    """Two of everything that admins set, each changed since; and what was set and taken back."""
    is_old = request.param != "told"
    if is_old:
        clock.set("2010-06-02T08:00")

    async def who_is_in(workspace_id: str, group_id: str) -> list[str]:
        return [BEN]

    nine = parse_working_hours("mon-fri 09:00-17:00")
    for name in ("Berlin", "Berlin Mitte"):
        await administration.set_office(services, ADMIN, "hq", name, "Europe/Berlin")
        await administration.set_team(
            services, ADMIN, "Support", [ANA], [BEN], ["S0SUPPORT"], nine, read_group=who_is_in
        )
    await administration.set_office(services, ADMIN, "tokyo", "Tokyo", "Asia/Tokyo")
    await administration.set_team(services, ADMIN, "Night", [BEN], [ANA])
    for user_id, name in ((ANA, "kiosk"), (BEN, "payroll")):
        await tokens.create(services, ADMIN, user_id, Role.MANAGER, name)
    (kiosk, _) = await tokens.all_of(services, ADMIN)
    await tokens.revoke(services, ADMIN, kiosk.token_id)
    for address in ("https://192.0.2.1/a", "https://192.0.2.1/b"):
        webhook, _ = await webhooks.add(services, ADMIN, address, may_reach=ANYWHERE, sealer=None)
    await webhooks.remove(services, ADMIN, webhook.webhook_id)
    await admins.appoint(services, ADMIN, ANA)
    await admins.appoint(services, ADMIN, BEN)
    await admins.dismiss(services, ADMIN, BEN)
    await workspace_settings.change(services, ADMIN, zone="Europe/Berlin", working_hours=nine, reminders=True)
    await workspace_settings.change(services, ADMIN, reminders=False)
    await reminders.switch(services, caller(BEN), on=False)
    assert await found(services) == set()
    if is_old:
        await workspace_settings.change(services, ADMIN, keep_records_for_years=1)
        for year in (2012, 2014):  # what was told again goes as well, and is told once more
            clock.set(f"{year}-06-02T08:00")
            while await erasing.erase_old(services, WORKSPACE):
                pass
            assert raw.execute("SELECT count(*) FROM audit_entries").fetchone() == (2,)
            assert await found(services) == set()
    raw.let_anything_through()
    raw.another_workspace()
    return services


@pytest.mark.parametrize(("table", "column"), COLUMNS, ids=[f"{table}.{column}" for table, column in COLUMNS])
async def test_a_change_in_any_column_is_found(ledger: Services, raw: Raw, table: str, column: str) -> None:
    key = next(iter(metadata.tables[table].primary_key.columns[1:])).name
    first = f"(SELECT min({key}) FROM {table})"
    assert raw.execute(f"UPDATE {table} SET {changed(raw, table, column)} WHERE {key} = {first}").rowcount
    assert await found(ledger)


def changed(raw: Raw, table: str, column: str) -> str:
    """An assignment that makes the column another than it is."""
    if column == "revoked_at":
        return "revoked_at = NULL"
    if column in ("expires_at", "last_used_at", "removed_at"):
        return f"{column} = {'1' if raw.is_sqlite else 'now()'}"
    if column.endswith("_at"):
        return f"{column} = {raw.later(column, 1)}"
    known = {"workspace_id": "T0OTHER", "user_id": ADMIN.user_id, "role": "admin", "zone": "Asia/Tokyo"}
    known |= {"working_hours": "mon 08:00-09:00"}
    if (table, column) == ("team_people", "part"):
        return "part = CASE part WHEN 'manager' THEN 'member' ELSE 'manager' END"
    return f"{column} = '{known.get(column, 'changed')}'"


async def test_hours_that_come_out_as_the_usual_ones_are_no_setting(services: Services, raw: Raw) -> None:
    hours = workspace_settings.typed("ask_after", "10.00001")
    await workspace_settings.change(services, ADMIN, ask_after=hours)
    assert raw.count("settings") == 0
    assert await found(services) == set()


@pytest.mark.parametrize("table", SET_BY_ADMINS)
async def test_a_row_that_was_removed_is_found(ledger: Services, raw: Raw, table: str) -> None:
    assert raw.execute(f"DELETE FROM {table}").rowcount
    assert any(rule == "rule 8" for rule, _ in await found(ledger))


@pytest.mark.parametrize(
    ("statement", "where"),
    [
        ("UPDATE people SET chat_admin = {yes} WHERE user_id = 'U0BEN'", "role of U0BEN"),
        ("UPDATE workspaces SET zone = 'Asia/Tokyo' WHERE workspace_id = 'T0PRACTICE'", "the workspace"),
        ("INSERT INTO settings VALUES ('T0PRACTICE', 'log_channel', 'C0MINE')", "setting log_channel"),
        ("INSERT INTO offices VALUES ('T0PRACTICE', 'moon', 'Moon', 'UTC')", "office moon"),
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
    ],
)
async def test_what_was_slipped_in_is_named(ledger: Services, raw: Raw, statement: str, where: str) -> None:
    raw.execute(statement.format(yes="1" if raw.is_sqlite else "true"))
    assert await found(ledger) == {("rule 8", where)}
