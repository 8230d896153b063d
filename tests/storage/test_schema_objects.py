"""What keeps the rules is what the migrations make. If not, `verify`, `doctor` and a restore say so, and nothing is
served."""

from __future__ import annotations

from pathlib import Path

import pytest

from bot.operations.maintenance import back_up_ledger, restore_ledger
from storage import schema_objects
from storage.checkup import State, check_database
from storage.database import open_database
from storage.errors import UnusableDatabase
from storage.verify import verify
from tests import schema_objects as written
from tests.conftest import Clock
from tests.postgresql_server import OWNER, Server
from tests.storage.raw import Raw, raw_connection
from tests.storage.test_transfer import no_progress

HOW = "python -m tests.schema_objects writes storage/migrations/schema_*.json again"

CHANGES = {
    "sqlite": [
        ("DROP TRIGGER pairs_are_written_once", "trigger pairs_are_written_once of pairs is missing"),
        ("DROP INDEX pairs_one_open", "index pairs_one_open of pairs is missing"),
        (
            "CREATE TRIGGER mine AFTER INSERT ON pairs BEGIN INSERT INTO appointed_admins VALUES"
            " (NEW.workspace_id, 'U0BEN', 'U0ADMIN', 0); END",
            "trigger mine of pairs isn't part of this program",
        ),
        (
            "DROP TRIGGER audit_heads_are_not_removed; CREATE TRIGGER audit_heads_are_not_removed"
            " BEFORE DELETE ON audit_heads WHEN 0"
            " BEGIN SELECT RAISE(ABORT, 'the head of the audit is never removed'); END",
            "trigger audit_heads_are_not_removed of audit_heads was changed",
        ),
        (
            "PRAGMA writable_schema = 1; UPDATE sqlite_schema SET sql = replace(sql, 'CHECK (out_at > in_at)',"
            " 'CHECK (out_at IS NOT 1)') WHERE name = 'pairs'; PRAGMA writable_schema = RESET",
            "constraint out_after_in check(out_at > in_at) of pairs is missing",
        ),
    ],
    "postgresql": [
        (
            "ALTER TABLE pairs DISABLE TRIGGER pairs_are_written_once",
            "trigger pairs_are_written_once of pairs was changed",
        ),
        ("ALTER TABLE tokens DISABLE TRIGGER ALL", "trigger of foreign keys of tokens isn't part of this program"),
        (
            "DROP TRIGGER audit_entries_are_dated ON audit_entries",
            "trigger audit_entries_are_dated of audit_entries is missing",
        ),
        ("ALTER TABLE pairs DROP CONSTRAINT out_after_in", "constraint CHECK out_at > in_at of pairs is missing"),
        ("ALTER TABLE pairs DROP CONSTRAINT pairs_never_overlap", "constraint EXCLUDE"),
        (
            "ALTER TABLE team_people DROP CONSTRAINT team_people_workspace_id_team_fkey",
            "constraint FOREIGN KEY workspace_id, team",
        ),
        ("ALTER TABLE pairs ALTER in_by DROP NOT NULL", "column in_by of pairs was changed"),
        ("DROP INDEX pairs_one_open", "index pairs_one_open of pairs is missing"),
        (
            "CREATE OR REPLACE FUNCTION pairs_are_not_removed() RETURNS trigger LANGUAGE plpgsql AS"
            " $$ BEGIN RETURN OLD; END $$",
            "function pairs_are_not_removed() was changed",
        ),
        ("ALTER FUNCTION pairs_are_not_removed() RESET search_path", "function pairs_are_not_removed() was changed"),
        (
            "CREATE OR REPLACE FUNCTION is_dated_now(dated timestamptz, began timestamptz) RETURNS boolean LANGUAGE sql"
            " AS 'SELECT dated > began'",
            "function is_dated_now",
        ),
        (
            "CREATE TRIGGER mine BEFORE UPDATE ON pairs FOR EACH ROW EXECUTE FUNCTION"
            " suppress_redundant_updates_trigger()",
            "trigger mine of pairs isn't part of this program",
        ),
        (
            "CREATE RULE mine AS ON DELETE TO tokens DO INSTEAD NOTHING",
            "rule mine of tokens isn't part of this program",
        ),
        ("ALTER TABLE pairs ENABLE ROW LEVEL SECURITY", "row security of pairs isn't part of this program"),
        (
            "CREATE FUNCTION same(text, varchar) RETURNS text LANGUAGE sql AS 'SELECT $1';"
            " CREATE OPERATOR || (FUNCTION = same, LEFTARG = text, RIGHTARG = varchar)",
            "operator ||(text,character varying) isn't part of this program",
        ),
    ],
}


def test_the_list_is_what_the_migrations_make(request: pytest.FixtureRequest, tmp_path: Path, engine: str) -> None:
    if engine == "sqlite":
        made = written.made(f"sqlite:///{tmp_path}/new.db")
    else:
        made = written.on_postgresql(request.getfixturevalue("postgresql"))
    assert dict(schema_objects.made_by_migrations(engine)) == dict(made), HOW


async def test_an_older_ledger_that_was_migrated_has_the_same(ledger_of_cfe810d: str, clock: Clock) -> None:
    database = await open_database(ledger_of_cfe810d, clock=clock)
    assert await database.read(lambda tx: schema_objects.differences(tx.connection)) == []
    await database.close()


@pytest.fixture
def url(request: pytest.FixtureRequest, engine: str) -> str:
    """The address, for the owner."""
    if engine == "sqlite":
        return str(request.getfixturevalue("database_url"))
    server: Server = request.getfixturevalue("postgresql")
    return server.url(server.database(), OWNER)


def change(raw: Raw, statements: str) -> None:
    for statement in statements.replace("; END", ", END").split("; "):
        raw.execute(statement.replace(", END", "; END"))


@pytest.mark.parametrize(
    ("engine", "statements", "says"),
    [(engine, *each) for engine, changes in CHANGES.items() for each in changes],
)
async def test_a_change_is_found_and_nothing_is_served(url: str, engine: str, statements: str, says: str) -> None:
    with raw_connection(url) as raw:
        change(raw, statements)
    database = await open_database(url)
    faults = await database.read(lambda tx: list(verify(tx.connection)))
    await database.close()
    assert any(fault.rule == "database" and says in fault.what for fault in faults), faults
    (found,) = [one for one in await check_database(url) if one.name == "rules"]
    assert (found.state, says in found.says) == (State.BROKEN, True)
    with pytest.raises(UnusableDatabase, match="aren't this program's"):
        await open_database(url, serving=True)


@pytest.mark.parametrize("engine", ["sqlite", "postgresql"])
async def test_an_index_or_a_table_that_somebody_adds_does_no_harm(url: str, engine: str) -> None:
    with raw_connection(url) as raw:
        change(raw, "CREATE INDEX mine ON pairs (in_by); CREATE TABLE notes (text text)")
    database = await open_database(url, serving=True)
    assert await database.read(lambda tx: list(verify(tx.connection))) == []
    await database.close()


@pytest.mark.parametrize("engine", ["sqlite"])
async def test_a_restored_backup_with_another_trigger_is_said_to_have_it(
    url: str, engine: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with raw_connection(url) as raw:
        change(raw, CHANGES["sqlite"][2][0])
    monkeypatch.setenv("ATTENDANCE_DATABASE_URL", url)
    await back_up_ledger(tmp_path / "backup.db", no_progress)
    monkeypatch.setenv("ATTENDANCE_DATABASE_URL", f"sqlite:///{tmp_path}/restored.db")
    said: list[str] = []
    assert await restore_ledger(tmp_path / "backup.db", said.append, no_progress) == 1
    assert said[1] == (
        "The rules in the database aren't this program's: trigger mine of pairs isn't part of this program. "
        "[database, rules]"
    )
