"""A ledger that commit cfe810d wrote is opened, migrated and used, and nothing of it is lost on the way."""

from __future__ import annotations

import json
from collections.abc import AsyncIterator
from datetime import datetime
from typing import Any

import pytest

from bot.attendance import recording
from bot.permissions import Caller, Role, Via
from bot.runtime.services import Services
from storage import migrations, tokens
from storage.database import Database, open_database
from storage.errors import UnusableDatabase
from storage.pair_queries import stream_all
from storage.verify import verify
from tests.builders import NobodyElse, raw_pair, utc
from tests.conftest import Clock
from tests.older_ledger import WRITTEN_UNTIL, connected, rows_of
from tests.storage.raw import but_for_the_rules, microseconds, raw_connection

RECORDS = [
    ("U0EVA", "10-01 09:00", "10-01 17:00", "cli", "hq", None, "out", None),
    ("U0EVA", "10-02 09:00", "10-02 12:15", "cli", None, None, "half a day", None),
    ("U0ANA", "11-16 08:00", "11-16 15:30", "slack", "hq", "früh, „slack“ 🕗", "<!channel> *bye* & thanks", None),
    ("U0ANA", "11-17 08:00", "11-17 15:30", "api", "hq", "früh, „api“ 🕗", None, None),
    ("U0ANA", "11-18 08:00", "11-18 15:30", "form", "hq", "früh, „form“ 🕗", None, None),
    ("U0DAN", "11-18 08:00", "11-18 16:00", "cli", None, None, None, None),
    ("U0LEO", "11-18 09:00", "11-18 10:00", "api", None, None, None, None),
    ("U0BEN", "11-18 14:00", "11-18 15:00", "form", None, "by mistake", None, "U0MEI"),
    ("U0ANA", "11-19 08:00", "11-19 15:30", "cli", "hq", "früh, „cli“ 🕗", None, None),
    ("U0BEN", "11-19 22:00", "11-20 06:00", "form", "ny", "nights", "home", "U0MEI"),
    ("U0ANA", "11-20 08:00", "11-20 15:30", "system", "hq", "früh, „system“ 🕗", None, None),
    ("U0EVA", "11-23 08:00", "11-23 16:30", "api", None, None, None, None),
    ("U0BEN", "11-23 14:00", "11-23 22:00", "form", "ny", None, None, None),
    ("U0DAN", "11-24 07:30", None, "slack", "hq", None, None, None),
    ("U0BEN", "11-24 22:00", None, "slack", "ny", "night", None, None),
    ("U0ANA", "11-25 09:15", "11-25 09:15", "slack", "hq", "at the door", None, None),
    ("U0ANA", "11-25 09:15", None, "api", None, None, None, None),
    ("U0LIN", "11-25 09:15", None, "slack", None, None, None, None),
]
"""Every record: its person, its times (UTC), through what, its office and comments, and who deleted it."""


@pytest.fixture
async def opened(ledger_of_cfe810d: str, clock: Clock) -> AsyncIterator[Database]:
    clock.now = WRITTEN_UNTIL
    database = await open_database(ledger_of_cfe810d, clock=clock)
    yield database
    await database.close()


def call_before(row: dict[str, Any]) -> str:
    """A call in its table of its own, as it stood in schema 0009."""
    names = "workspace_id webhook_id event_id user_id number created_at queued_at due_at taken_at given_up_at attempts"
    return str([*(row[name] for name in names.split()), row["answer"], row["event_type"], json.loads(row["facts"])])


def call_after(row: dict[str, Any]) -> str:
    """The same as a row of the outbox."""
    names = "workspace_id recipient message_id ordering_key number created_at queued_at due_at sent_at given_up_at"
    facts = json.loads(row["facts"])
    return str([*(row[name] for name in names.split()), row["attempts"], row["answer"], facts["type"], facts["pair"]])


async def faults_of(database: Database) -> set[tuple[str, str]]:
    """But for the warning that the clock was set back: the migration's entry has the machine's time."""
    found = but_for_the_rules(await database.read(lambda tx: list(verify(tx.connection))))
    return {(fault.where, fault.what) for fault in found if not fault.is_warning}


def minute(at: datetime | None) -> str | None:
    return f"{at:%m-%d %H:%M}" if at else None


async def test_every_row_is_there_after_migrating(as_left: str, clock: Clock) -> None:
    before = rows_of(as_left)
    assert all(before.values()), "a table of the fixture is empty"
    clock.now = WRITTEN_UNTIL
    await (await open_database(as_left, clock=clock)).close()
    after = rows_of(as_left)
    calls = before.pop("webhook_calls")
    queued = [row for row in after["outbox"] if row["kind"] == "webhook"]
    assert sorted(map(call_before, calls)) == sorted(map(call_after, queued))
    after["outbox"] = [row for row in after["outbox"] if row not in queued]
    for row in after["outbox"]:
        row["facts"] = json.loads(row["facts"] or "{}")
    for row in before["outbox"]:
        row["facts"] = {"text": row["text"]} if row["kind"] == "text" else json.loads(row["facts"] or "{}")
    del before["audit_heads"]  # one entry further where there is somebody who isn't a full member, or a group
    entries = after["audit_entries"]
    assert [row["action"] for row in entries if (row["workspace_id"], row["sequence"]) == ("T0HQ", 54)] == [
        "tell-again"
    ]
    after["audit_entries"] = [row for row in entries if (row["workspace_id"], row["sequence"]) != ("T0HQ", 54)]
    for table, rows in before.items():
        kept = rows[0].keys() & after[table][0].keys()
        expected = [{name: row[name] for name in kept} for row in rows]
        assert [{name: row[name] for name in kept} for row in after[table]] == expected, table


async def test_its_records_are_read_as_they_were_written(opened: Database) -> None:
    assert await opened.read(lambda tx: migrations.revision(tx.connection)) == migrations.HEAD
    pairs = await opened.read(lambda tx: list(stream_all(tx.connection)))
    read = [
        (
            pair.user_id,
            minute(pair.clock_in.at),
            minute(pair.clock_out.at if pair.clock_out else None),
            pair.clock_in.via,
            pair.clock_in.office_id,
            pair.clock_in.comment,
            pair.clock_out and pair.clock_out.comment,
            pair.deleted_by,
        )
        for pair in sorted(pairs, key=lambda pair: (pair.workspace_id, pair.clock_in.at, pair.user_id))
    ]
    assert sorted(read, key=str) == sorted(RECORDS, key=str)
    assert await faults_of(opened) == set()


async def test_its_workspaces_are_slacks_and_a_new_door_needs_no_migration(
    opened: Database, ledger_of_cfe810d: str
) -> None:
    with raw_connection(ledger_of_cfe810d) as raw:
        assert raw.execute("SELECT DISTINCT platform FROM workspaces").fetchall() == [("slack",)]
        away = utc("2026-09-01T08:00"), utc("2026-09-01T09:00")
        times = {"in_at": microseconds(away[0]), "out_at": microseconds(away[1]), "work_date": "2026-09-01"}
        raw.insert(raw_pair(workspace_id="T0HQ", in_via="msteams", **times))


async def test_a_ledger_with_entries_older_than_0008_is_refused_and_left_as_it_was(as_left: str, clock: Clock) -> None:
    with raw_connection(as_left) as raw:
        raw.execute("DROP TRIGGER audit_entries_are_not_changed" + ("" if raw.is_sqlite else " ON audit_entries"))
        raw.execute("UPDATE audit_entries SET seal = 'x' WHERE workspace_id = 'T0HQ' AND sequence = 1")
    with pytest.raises(UnusableDatabase, match="older than 0008"):
        await open_database(as_left, clock=clock)
    with connected(as_left) as connection:
        assert migrations.revision(connection) == "0009"


async def test_its_people_go_on_clocking_in_and_out(opened: Database, clock: Clock) -> None:
    services = Services(opened, NobodyElse())
    clock.advance(minutes=5)
    eva = Caller("T0HQ", "U0EVA", Via.API, Role.EMPLOYEE, "203.0.113.8")
    await recording.clock_in(services, eva, "U0EVA", office_id="hq", comment="here")
    lin = Caller("T0LAB", "U0LIN", Via.SLACK)
    closed = await recording.clock_out(services, lin, "U0LIN", comment="bye")
    assert minute(closed.pair.clock_out.at if closed.pair.clock_out else None) == "11-25 09:20"
    assert await faults_of(opened) == set()


@pytest.mark.parametrize(
    ("change", "fault"),
    [
        (
            "UPDATE pairs SET in_comment = 'late' WHERE in_id = 'gd-1'",
            "isn't what the audit trail says (in in_comment)",
        ),
        ("DELETE FROM pairs WHERE in_id = 'gd-1'", "is in the audit trail, but gone: it was removed outside the bot"),
        ("UPDATE tokens SET role = 'admin' WHERE name = 'wall display'", "isn't what the audit trail says (in role)"),
        ("DELETE FROM appointed_admins", "is in the audit trail, but gone: it was removed outside the bot"),
    ],
)
async def test_a_change_behind_the_bots_back_is_found(
    opened: Database, ledger_of_cfe810d: str, change: str, fault: str
) -> None:
    with raw_connection(ledger_of_cfe810d) as raw:
        raw.let_anything_through()
        raw.execute(change)
    found = await faults_of(opened)
    of_sums = {where for where, what in found if "add up to" in what}
    assert [what for where, what in found if where not in of_sums] == [fault]
    assert bool(of_sums) == change.startswith("DELETE FROM pairs")


async def test_its_tokens_say_who_made_them_as_far_as_the_audit_trail_tells(opened: Database) -> None:
    found = await opened.read(lambda tx: [tokens.all_of(tx.connection, one) for one in ("T0HQ", "T0LAB")])
    makers = [(token.name, token.created_by) for of_workspace in found for token in of_workspace]
    assert sorted(makers, key=str) == [
        *(("kiosk", None), ("old kiosk", "U0ADA"), ("payroll", "U0ADA"), ("wall display", "U0ADA"), (None, "U0ADA"))
    ]
