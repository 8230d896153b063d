"""Compares what keeps the rules in a database, such as triggers, functions and constraints, with what the migrations
make. Whoever owns the tables can switch a rule off, or add one of their own.

`migrations/schema_*.json` tell what the migrations make: `python -m tests.schema_objects` writes them, and a test fails
while they are old.
"""

from __future__ import annotations

import hashlib
import json
import re
from collections.abc import Iterable, Iterator, Mapping, Sequence
from functools import cache

from sqlalchemy import Connection

from storage import migrations
from storage.errors import UnusableDatabase

Objects = Mapping[str, str]
"""By name, such as "trigger pairs_keep_their_identity of pairs": the digest of its definition. Of constraints, the name
tells it all."""

REMEDY = (
    "Go back to a backup of before (attendance restore), or put it back as the files in storage/migrations have it. "
    "attendance verify tells what was written meanwhile."
)
MOST_NAMED = 5
_ADDED_TO_HARM = ("trigger", "rule", "operator", "row security")
"""What changes the meaning of others. An index, a column or a table that somebody adds takes no rule away."""


def differences(connection: Connection) -> list[str]:
    """What is otherwise than the migrations make it, and how."""
    return unlike(connection.dialect.name, connection.exec_driver_sql(QUERIES[connection.dialect.name]))


def require_all(connection: Connection) -> None:
    """Raises UnusableDatabase if anything is otherwise: such a database must take no records."""
    if said := differences(connection):
        raise UnusableDatabase(f"The rules in the database aren't this program's: {_some(said)}. {REMEDY}")


def _some(said: list[str]) -> str:
    more = f", and {len(said) - MOST_NAMED} more" if len(said) > MOST_NAMED else ""
    return ", ".join(said[:MOST_NAMED]) + more


def finding_of(dialect: str, rows: Iterable[Sequence[str]]) -> str:
    """What doctor says of the rows of the query for that dialect; nothing where all is as it should be."""
    said = unlike(dialect, rows)
    return f"they aren't this program's: {_some(said)}" if said else ""


def unlike(dialect: str, rows: Iterable[Sequence[str]]) -> list[str]:
    """The same by the rows of the query for that dialect."""
    expected, there = made_by_migrations(dialect), found(dialect, rows)
    said = []
    for name in sorted(expected.keys() | there.keys()):
        if name not in there:
            said.append(f"{name} is missing")
        elif name in expected and there[name] != expected[name]:
            said.append(f"{name} was changed")
        elif name not in expected and name.startswith(_ADDED_TO_HARM):
            said.append(f"{name} isn't part of this program")
    return said


@cache
def made_by_migrations(dialect: str) -> Objects:
    """What there is after the newest migration."""
    objects: Objects = json.loads((migrations.FOLDER / f"schema_{dialect}.json").read_text(encoding="utf-8"))
    return objects


def found(dialect: str, rows: Iterable[Sequence[str]]) -> Objects:
    """What there is, by the rows of the query for that dialect."""
    return dict(_of_sqlite(rows) if dialect == "sqlite" else _of_postgresql(rows))


def _of_sqlite(rows: Iterable[Sequence[str]]) -> Iterator[tuple[str, str]]:
    """A table that was altered has its columns in another order, so they are told one by one."""
    for kind, name, table, sql in rows:
        plain = _plain(sql)
        if kind == "trigger":
            yield f"trigger {name} of {table}", _digest(plain)
        elif kind == "index" and plain.startswith("create unique"):
            yield f"index {name} of {table}", _digest(plain)
        elif kind == "table" and name != "alembic_version" and not name.startswith("sqlite_"):
            start, end = plain.index("("), plain.rindex(")")
            yield f"table {name}", ",".join(sorted(plain[end + 1 :].replace(" ", "").split(",")))
            for part in _parts(plain[start + 1 : end]):
                yield f"{part} of {name}", ""


def _of_postgresql(rows: Iterable[Sequence[str]]) -> Iterator[tuple[str, str]]:
    for name, definition in rows:
        if name.startswith("constraint "):
            yield _bare(name), ""
        else:
            yield name, _digest(definition)


def _plain(sql: str) -> str:
    """Without comments, in small letters, and with one space between words."""
    words = " ".join(re.sub(r"--[^\n]*", " ", sql).split()).lower()
    return re.sub(r" ?([(),;]) ?", r"\1", words)


def _parts(inside: str) -> Iterator[str]:
    """Columns and constraints of a table."""
    depth, start = 0, 0
    for place, char in enumerate(inside + ","):
        depth += (char == "(") - (char == ")")
        if char == "," and depth == 0:
            yield inside[start:place]
            start = place + 1


def _bare(definition: str) -> str:
    """Without the parentheses and casts that versions of PostgreSQL write otherwise."""
    return re.sub(r"::(text|bpchar)|[()]", "", definition)


def _digest(definition: str) -> str:
    return hashlib.sha256(definition.encode()).hexdigest()[:32]


QUERIES = {
    "sqlite": "SELECT type, name, tbl_name, sql FROM sqlite_schema WHERE sql IS NOT NULL",
    "postgresql": r"""
WITH here AS (SELECT current_schema()::regnamespace::oid AS oid, quote_ident(current_schema()) AS name),
     tables AS (SELECT c.oid, c.relname, c.relrowsecurity FROM pg_class c, here
                WHERE c.relnamespace = here.oid AND c.relkind IN ('r', 'p') AND c.relname <> 'alembic_version')
SELECT 'trigger ' || tgname || ' of ' || relname,
       tgenabled::text || ' ' || replace(pg_get_triggerdef(t.oid), here.name || '.', '')
FROM pg_trigger t JOIN tables ON tables.oid = tgrelid, here WHERE NOT tgisinternal
UNION ALL
SELECT 'trigger of foreign keys of ' || relname, tgenabled::text
FROM pg_trigger t JOIN tables ON tables.oid = tgrelid WHERE tgisinternal AND tgenabled NOT IN ('O', 'A')
UNION ALL
SELECT 'function ' || p.oid::regprocedure::text,
       prosrc || ' ' || lanname || ' ' || prorettype::regtype::text || ' ' || prosecdef::text
       || ' ' || coalesce(replace(array_to_string(proconfig, ' '), '=' || here.name || ',', '=,'), '')
FROM pg_proc p JOIN pg_language l ON l.oid = prolang, here
WHERE pronamespace = here.oid
  AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = p.oid AND d.deptype = 'e')
UNION ALL
SELECT 'constraint ' || pg_get_constraintdef(k.oid) || ' of ' || relname, ''
FROM pg_constraint k JOIN tables ON tables.oid = conrelid WHERE contype IN ('c', 'f', 'p', 'u', 'x') AND convalidated
UNION ALL
SELECT 'index ' || i.relname || ' of ' || tables.relname, replace(pg_get_indexdef(i.oid), here.name || '.', '')
FROM pg_index x JOIN pg_class i ON i.oid = indexrelid JOIN tables ON tables.oid = indrelid, here
WHERE indisunique AND indisvalid AND NOT EXISTS (SELECT 1 FROM pg_constraint WHERE conindid = i.oid)
UNION ALL
SELECT 'column ' || attname || ' of ' || relname, format_type(atttypid, atttypmod) || ' ' || attnotnull::text
FROM pg_attribute JOIN tables ON tables.oid = attrelid WHERE attnum > 0 AND NOT attisdropped
UNION ALL
SELECT 'rule ' || rulename || ' of ' || relname, 'there' FROM pg_rewrite JOIN tables ON tables.oid = ev_class
UNION ALL
SELECT 'row security of ' || relname, 'on' FROM tables WHERE relrowsecurity
UNION ALL
SELECT 'operator ' || o.oid::regoperator::text, 'there' FROM pg_operator o, here
WHERE oprnamespace = here.oid AND NOT EXISTS (SELECT 1 FROM pg_depend d WHERE d.objid = o.oid AND d.deptype = 'e')
""",
}
