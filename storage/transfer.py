"""Moves a whole ledger from one engine to the other, and compares two ledgers row by row."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import zip_longest
from typing import Any

from sqlalchemy import Connection, Result, Row, Table, Text, func, insert, select
from sqlalchemy.util import await_only

from storage import tables
from storage.errors import UnusableDatabase
from storage.tables import metadata

ROWS_AT_ONCE = 1000
_OF_NEW_ROWS = {
    "installations_begin_bound": "installations",
    "webhooks_begin_bound": "webhooks",
    "signatures_begin": "signatures",
    "signatures_wait_for_corrections": "signatures",
    "corrections_begin": "corrections",
}
"""Triggers that hold for what is new, by name; each with its table."""

Passed = Callable[[], None]
"""Called for each processed row."""


def rows_to_pass(source: Connection) -> int:
    """How often `passed` will be called by `copy` and `differences` together."""
    counts = (source.execute(select(func.count()).select_from(table)).scalar_one() for table in _tables())
    return 2 * sum(counts)


def copy(source: Connection, target: Connection, passed: Passed = lambda: None) -> None:
    """Writes every row of `source` to `target`, which has a schema but no rows. Raises UnusableDatabase."""
    if target.execute(select(tables.workspaces.c.workspace_id).limit(1)).first():
        raise UnusableDatabase("There are records already where the ledger is to go: choose an empty database.")
    with _rows_as_they_are(target):
        for table in _tables():
            for place, rows in enumerate(_rows(source, table).partitions()):
                _write(target, table, rows)
                if place == 0 and target.dialect.name == "postgresql":
                    # Triggers would go on with the plans they made for an empty table, and read most of a large one.
                    target.exec_driver_sql(f"ANALYZE {table.name}")
                for _ in rows:
                    passed()


@contextmanager
def _rows_as_they_are(target: Connection) -> Iterator[None]:
    """Lets older secrets keep their seals, and audit entries their dates, as the tables' owner may."""
    if target.dialect.name == "sqlite":
        kept = "SELECT sql FROM sqlite_schema WHERE name = ?"
        rules = [target.exec_driver_sql(kept, (name,)).scalar_one() for name in _OF_NEW_ROWS]
        for name in _OF_NEW_ROWS:
            target.exec_driver_sql(f"DROP TRIGGER {name}")
        yield
        for rule in rules:
            target.exec_driver_sql(rule)
        return
    owns = "SELECT pg_has_role(relowner, 'USAGE') FROM pg_class WHERE oid = 'audit_entries'::regclass"
    if not target.exec_driver_sql(owns).scalar():
        raise UnusableDatabase(
            "Copy to PostgreSQL as the owner of its tables: nobody else can write audit entries of the past. Then run "
            "attendance migrate --serve-as with the name of the role that serves."
        )
    for name, table in _OF_NEW_ROWS.items():
        target.exec_driver_sql(f"ALTER TABLE {table} DISABLE TRIGGER {name}")
    yield
    for name, table in _OF_NEW_ROWS.items():
        target.exec_driver_sql(f"ALTER TABLE {table} ENABLE TRIGGER {name}")


def differences(source: Connection, target: Connection, passed: Passed = lambda: None) -> Iterator[str]:
    """For each table, the first row that differs, in words."""
    for table in (*_tables(), tables.audit_heads):
        for ours, theirs in zip_longest(_rows(source, table), _rows(target, table)):
            passed()
            if ours is None or theirs is None or tuple(ours) != tuple(theirs):
                key = {column.name: getattr(ours or theirs, column.name) for column in table.primary_key}
                yield f"{table.name}: {key} is not the same in both"
                break


def _write(target: Connection, table: Table, rows: Sequence[Row[Any]]) -> None:
    if target.dialect.name == "sqlite":
        target.execute(insert(table), [row._asdict() for row in rows])
        return
    # COPY, because a statement for each row would take a hundred times as long.
    driver: Any = target.connection.driver_connection
    names = [column.name for column in table.columns]
    await_only(driver.copy_records_to_table(table.name, records=[tuple(row) for row in rows], columns=names))


def _tables() -> list[Table]:
    """The tables in an order that foreign keys allow. Triggers write the heads of the audit, and the monthly sums."""
    by_triggers = (tables.audit_heads, tables.monthly_sums)
    return [table for table in metadata.tables.values() if table not in by_triggers]


def _rows(connection: Connection, table: Table) -> Result[Any]:
    """By primary key, byte by byte whatever the database's collation; streamed."""
    is_postgresql = connection.dialect.name == "postgresql"
    keys = [
        column.collate("C") if is_postgresql and isinstance(column.type, Text) else column
        for column in table.primary_key
    ]
    return connection.execution_options(yield_per=ROWS_AT_ONCE).execute(select(table).order_by(*keys))
