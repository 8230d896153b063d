"""The ledger written to behind the code's back: by a plain connection of each engine, which knows nothing of us."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import datetime, timedelta
from typing import Any

import psycopg
from sqlalchemy import make_url

from storage.column_types import EPOCH, MICROSECOND
from storage.verify import Fault

AUDITED = (
    *(
        "pairs",
        "paid_breaks",
        "remarks",
        "signatures",
        "corrections",
        "audit_entries",
        "audit_heads",
        "offices",
        "teams",
        "team_people",
        "team_groups",
    ),
    *("tokens", "appointed_admins", "settings", "webhooks"),
)
"""The tables that only audited changes may change, and those of the audit itself."""

ENTRY = "workspace_id, sequence, at, actor, via, action, subject, facts, previous_hash, hash"

Refused = (sqlite3.IntegrityError, psycopg.IntegrityError, psycopg.DataError)
"""How either engine refuses a row."""


@contextmanager
def raw_connection(url: str) -> Iterator[Raw]:
    """Knows nothing of this program: SQLite with its foreign keys off, PostgreSQL as superuser."""
    address = make_url(url)
    if address.get_backend_name() == "sqlite":
        with closing(sqlite3.connect(address.database or "", isolation_level=None, timeout=60)) as connection:
            yield Raw(connection)
    else:
        with psycopg.connect(address.set(username="superuser").render_as_string(), autocommit=True) as other:
            yield Raw(other)


class Raw:
    """Takes statements with `?` and instants as microseconds, whatever the engine."""

    def __init__(self, connection: sqlite3.Connection | psycopg.Connection[Any]) -> None:
        self.connection = connection
        self.is_sqlite = isinstance(connection, sqlite3.Connection)

    @property
    def verbs(self) -> list[str]:
        """The ways to insert that the engine knows."""
        return ["INSERT", "INSERT OR REPLACE", "INSERT OR FAIL", "REPLACE"] if self.is_sqlite else ["INSERT"]

    def another_workspace(self) -> None:
        """With somebody in it who has the same id as somebody here."""
        at, no = self.value("met_at", 0), 0 if self.is_sqlite else False
        self.execute("INSERT INTO workspaces VALUES ('T0OTHER', 'UTC', ?, 'slack')", [at])
        named = "workspace_id, user_id, name, zone, chat_admin, guest, bot, deactivated, refreshed_at"
        values = "'T0OTHER', 'U0ANA', 'Ana', NULL, ?, ?, ?, ?, ?"
        self.execute(f"INSERT INTO people ({named}) VALUES ({values})", [no, no, no, no, at])

    def add_entry(self, sequence: int, previous_hash: str, hash_: str, verb: str = "INSERT") -> None:
        """Writes a row of `audit_entries`."""
        facts = ["U", "api", "create", "s", "{}"]
        values = ["T0PRACTICE", sequence, self.value("met_at", 0), *facts, previous_hash, hash_]
        self.execute(f"{verb} INTO audit_entries ({ENTRY}) VALUES ({', '.join('?' * len(values))})", values)

    def execute(self, statement: str, values: Sequence[object] = ()) -> Any:
        if self.is_sqlite:
            return self.connection.execute(statement, values)
        if not values:
            return self.connection.execute(statement)
        return self.connection.execute(statement.replace("?", "%s"), values)

    def insert(self, row: dict[str, object], verb: str = "INSERT") -> None:
        """Writes a row of `pairs`."""
        marks = ", ".join("?" * len(row))
        values = [self.value(name, value) for name, value in row.items()]
        self.execute(f"{verb} INTO pairs ({', '.join(row)}) VALUES ({marks})", values)

    def value(self, column: str, value: object) -> object:
        """As the engine keeps it."""
        is_instant = column.endswith("_at") and isinstance(value, int)
        return instant(value) if is_instant and not self.is_sqlite else value  # type: ignore[arg-type]

    def later(self, column: str, microseconds: int) -> str:
        """An expression: the column's instant, so much later."""
        return f"{column} + {microseconds}" if self.is_sqlite else f"{column} + interval '{microseconds} microseconds'"

    def rows(self, table: str) -> list[tuple[object, ...]]:
        """The whole table, by its first two columns."""
        return list(self.execute(f"SELECT * FROM {table} ORDER BY 1, 2").fetchall())

    @contextmanager
    def put_back(self, table: str) -> Iterator[None]:
        """Afterwards the table is as it was before."""
        self.execute(f"CREATE TEMP TABLE kept AS SELECT * FROM {table}")
        yield
        self.execute(f"DELETE FROM {table}")
        self.execute(f"INSERT INTO {table} SELECT * FROM kept")
        self.execute("DROP TABLE kept")

    @contextmanager
    def rule_off(self, name: str, table: str) -> Iterator[None]:
        """Without one trigger, as before the migration that made it."""
        if self.is_sqlite:
            (rule,) = self.execute("SELECT sql FROM sqlite_master WHERE name = ?", [name]).fetchone()
            self.execute(f"DROP TRIGGER {name}")
            yield
            self.execute(rule)
        else:
            self.execute(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
            yield
            self.execute(f"ALTER TABLE {table} ENABLE TRIGGER {name}")

    def count(self, table: str = "pairs") -> int:
        return int(self.execute(f"SELECT count(*) FROM {table}").fetchone()[0])

    def let_anything_through(self) -> None:
        """Disables every trigger, constraint and unique index, as the owner of the machine can."""
        if self.is_sqlite:
            self._let_anything_through_sqlite()
        else:
            self._let_anything_through_postgresql()

    def _let_anything_through_sqlite(self) -> None:
        found = self.execute("SELECT type, name FROM sqlite_master WHERE type = 'trigger' OR sql LIKE '%UNIQUE%'")
        for kind, name in found.fetchall():
            self.execute(f"DROP {kind} {name}")
        self.execute("PRAGMA ignore_check_constraints = 1")

    def _let_anything_through_postgresql(self) -> None:
        self.execute("SET session_replication_role = replica")
        found = self.execute(
            "SELECT conrelid::regclass, conname FROM pg_constraint WHERE conrelid::regclass::text"
            f" IN ({', '.join(repr(name) for name in AUDITED)}) ORDER BY position(contype::text IN 'cuxfp')"
        )
        for table, name in found.fetchall():
            self.execute(f"ALTER TABLE {table} DROP CONSTRAINT IF EXISTS {name} CASCADE")
        for index in (
            "pairs_by_out_id",
            "pairs_one_open",
            "paid_breaks_one_open",
            "signatures_stand_once",
            "corrections_wait_once",
        ):
            self.execute(f"DROP INDEX {index}")
        for column in ("out_id", "in_at", "work_date"):
            self.execute(f"ALTER TABLE pairs ALTER {column} DROP NOT NULL")


def but_for_the_rules(faults: Iterable[Fault]) -> list[Fault]:
    """Without what `verify` says of the rules that a test took out of the way."""
    return [fault for fault in faults if fault.rule != "database"]


def instant(microseconds: int) -> datetime:
    return EPOCH + microseconds * MICROSECOND


def microseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)
