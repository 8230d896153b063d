"""Private facts stand apart in the audit, so that they can be erased; and a chain may begin where older entries were.

What was written before keeps its hash, which covers its private facts. A seal over what stays is bound by an entry.
"""

import json
from dataclasses import replace
from datetime import UTC, datetime
from itertools import groupby

from alembic import op
from sqlalchemy import Connection, and_, bindparam, or_, select, update

from storage import audit
from storage.audit import Action, Entry, Via
from storage.migrations.schema_0004 import _raise, _trigger
from storage.tables import audit_entries

revision = "0008"
down_revision = "0007"

ROWS_AT_ONCE = 1000


def upgrade() -> None:
    connection = op.get_bind()
    is_sqlite = connection.dialect.name == "sqlite"
    for column in ("private", "salt", "seal"):
        connection.exec_driver_sql(f"ALTER TABLE audit_entries ADD COLUMN {column} {'TEXT' if is_sqlite else 'text'}")
    for statement in SQLITE_TABLES if is_sqlite else POSTGRESQL_TABLES:
        connection.exec_driver_sql(statement)
    _seal(connection)
    for statement in SQLITE_TRIGGERS if is_sqlite else POSTGRESQL_TRIGGERS:
        connection.exec_driver_sql(statement)


def _seal(connection: Connection) -> None:
    seals: dict[str, tuple[int, str]] = {}
    after = ("", 0)
    while rows := _some_after(connection, after):
        changes = []
        for workspace_id, of_one in groupby(rows, key=lambda entry: entry.workspace_id):
            for entry in of_one:
                before = seals[workspace_id][1] if workspace_id in seals else None
                changed = _apart(entry)
                seal = audit.seal(changed, before)
                seals[workspace_id] = entry.sequence, seal
                key = {"w": workspace_id, "s": entry.sequence}
                changes.append(
                    key | {"f": changed.facts, "private": changed.private, "salt": changed.salt, "seal": seal}
                )
        connection.execute(_CHANGE, changes)
        after = (rows[-1].workspace_id, rows[-1].sequence)
    for workspace_id, (sequence, seal) in seals.items():
        facts = {"through": sequence, "seal": seal}
        how = {"actor": "", "via": Via.SYSTEM, "action": Action.SEAL, "subject": "entries before"}
        audit.record(connection, workspace_id, at=datetime.now(UTC), facts=facts, **how)  # type: ignore[arg-type]


def _some_after(connection: Connection, after: tuple[str, int]) -> list[Entry]:
    columns = [audit_entries.c[name] for name in Entry.__slots__[:10]]
    key = (audit_entries.c.workspace_id, audit_entries.c.sequence)
    query = (
        select(*columns)
        .where(or_(key[0] > after[0], and_(key[0] == after[0], key[1] > after[1])))
        .order_by(*key)
        .limit(ROWS_AT_ONCE)
    )
    return [Entry(*row) for row in connection.execute(query)]


def _apart(entry: Entry) -> Entry:
    """The entry with its private facts apart, unless they could not be put back to the byte."""
    try:
        facts, private, salt = audit.apart(json.loads(entry.facts))
    except (ValueError, AttributeError):
        return entry
    changed = replace(entry, facts=facts, private=private, salt=salt)
    return changed if audit.canonical(changed.told()) == entry.facts else entry


_CHANGE = (
    update(audit_entries)
    .where(audit_entries.c.workspace_id == bindparam("w"), audit_entries.c.sequence == bindparam("s"))
    .values(facts=bindparam("f"), private=bindparam("private"), salt=bindparam("salt"), seal=bindparam("seal"))
)

_TABLE = """
    CREATE TABLE audit_starts (
        workspace_id text NOT NULL PRIMARY KEY REFERENCES workspaces,
        sequence     {integer} NOT NULL CHECK (sequence > 0),
        hash         text NOT NULL,
        seal         text
    ){options}"""

SQLITE_TABLES = (
    _TABLE.format(integer="INTEGER", options=" STRICT, WITHOUT ROWID"),
    "DROP TRIGGER audit_entries_are_not_changed",
)
POSTGRESQL_TABLES = (
    _TABLE.format(integer="bigint", options=""),
    "DROP TRIGGER audit_entries_are_not_changed ON audit_entries",
    "DROP FUNCTION audit_entries_are_not_changed()",
    "DROP TRIGGER audit_entries_are_not_removed ON audit_entries",
    "DROP FUNCTION audit_entries_are_not_removed()",
    "DROP TRIGGER pairs_are_not_removed ON pairs",
    "DROP FUNCTION pairs_are_not_removed()",
    "DROP TRIGGER audit_heads_only_follow ON audit_heads",
    "DROP FUNCTION audit_heads_only_follow()",
    "DROP TRIGGER audit_entries_only_grow ON audit_entries",
    "DROP FUNCTION audit_entries_only_grow()",
)

# Private facts may go once a later entry says so; nothing else of an entry ever changes.
_KEPT = (
    *("workspace_id", "sequence", "at", "actor", "via", "action", "subject", "facts", "previous_hash", "hash", "seal"),
)
_ERASED = """
    EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND action = 'erase'
            AND sequence > OLD.sequence AND subject = (
                SELECT user_id FROM pairs WHERE workspace_id = OLD.workspace_id AND in_id = OLD.subject))"""
# A chain may begin later once an entry of it says so, or where it is still empty: a copy begins so.
_SAID = """
    EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = NEW.workspace_id AND sequence > NEW.sequence
            AND action = 'erase-old' AND subject = NEW.sequence || ':' || NEW.hash || ':' || coalesce(NEW.seal, ''))"""
_EMPTY = "EXISTS (SELECT 1 FROM audit_heads WHERE workspace_id = NEW.workspace_id AND sequence = 0)"
_BEFORE_THE_START = "EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = OLD.workspace_id AND sequence >= {number})"
_TOLD_OF = "EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = OLD.workspace_id AND subject = OLD.in_id)"
_BEGINS = """
    EXISTS (SELECT 1 FROM audit_starts WHERE workspace_id = NEW.workspace_id
            AND sequence = {sequence} AND hash = {hash})"""

NOT_CHANGED, NOT_REMOVED = "audit entries are never changed", "audit entries are never removed"
PAIRS_NOT_REMOVED = "pairs are marked as deleted, never removed"
ONLY_SAID = "the audit begins where an entry says so"


def _sqlite(name: str, when: str, table: str, unless: str, sentence: str) -> str:
    return (
        f"CREATE TRIGGER {name} {when} ON {table} WHEN NOT coalesce({unless}, 0) "
        f"BEGIN SELECT RAISE(ABORT, '{sentence}'); END"
    )


SQLITE_TRIGGERS = (
    _sqlite(
        "audit_entries_are_not_changed",
        "BEFORE UPDATE",
        "audit_entries",
        "(NEW.private IS NULL AND NEW.salt IS NULL AND "
        + " AND ".join(f"NEW.{name} IS OLD.{name}" for name in _KEPT)
        + f" AND {_ERASED})",
        NOT_CHANGED,
    ),
    "DROP TRIGGER audit_entries_are_not_removed",
    _sqlite(
        "audit_entries_are_not_removed",
        "BEFORE DELETE",
        "audit_entries",
        _BEFORE_THE_START.format(number="OLD.sequence"),
        NOT_REMOVED,
    ),
    "DROP TRIGGER pairs_are_not_removed",
    _sqlite(
        "pairs_are_not_removed",
        "BEFORE DELETE",
        "pairs",
        f"(NOT {_TOLD_OF} AND {_BEFORE_THE_START.format(number='1')})",
        PAIRS_NOT_REMOVED,
    ),
    _sqlite("audit_starts_are_said", "BEFORE INSERT", "audit_starts", f"({_SAID} OR {_EMPTY})", ONLY_SAID),
    _sqlite(
        "audit_starts_move_on",
        "BEFORE UPDATE",
        "audit_starts",
        f"(NEW.workspace_id = OLD.workspace_id AND NEW.sequence > OLD.sequence AND {_SAID})",
        ONLY_SAID,
    ),
    _sqlite("audit_starts_are_not_removed", "BEFORE DELETE", "audit_starts", "0", ONLY_SAID),
    "DROP TRIGGER audit_heads_only_follow",
    _sqlite(
        "audit_heads_only_follow",
        "BEFORE UPDATE",
        "audit_heads",
        "(EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = NEW.workspace_id AND sequence = NEW.sequence "
        "AND hash = NEW.hash AND previous_hash = OLD.hash) OR (OLD.sequence = 0 AND "
        + _BEGINS.format(sequence="NEW.sequence", hash="NEW.hash")
        + "))",
        "the head of the audit follows its entries",
    ),
    """
    CREATE TRIGGER audit_begins_later AFTER INSERT ON audit_starts
    BEGIN
        UPDATE audit_heads SET sequence = NEW.sequence, hash = NEW.hash
        WHERE workspace_id = NEW.workspace_id AND sequence = 0;
    END
    """,
)


def _unless(condition: str, sentence: str, *, returns: str = "NEW") -> str:
    return f"IF ({condition}) IS NOT TRUE THEN {_raise(sentence)} END IF; RETURN {returns};"


POSTGRESQL_TRIGGERS = (
    *_trigger(
        "audit_entries_are_not_changed",
        "BEFORE UPDATE",
        "audit_entries",
        _unless(
            "NEW.private IS NULL AND NEW.salt IS NULL AND "
            + " AND ".join(f"NEW.{name} IS NOT DISTINCT FROM OLD.{name}" for name in _KEPT)
            + f" AND {_ERASED}",
            NOT_CHANGED,
        ),
    ),
    *_trigger(
        "audit_entries_are_not_removed",
        "BEFORE DELETE",
        "audit_entries",
        _unless(_BEFORE_THE_START.format(number="OLD.sequence"), NOT_REMOVED, returns="OLD"),
    ),
    *_trigger(
        "pairs_are_not_removed",
        "BEFORE DELETE",
        "pairs",
        _unless(f"NOT {_TOLD_OF} AND {_BEFORE_THE_START.format(number='1')}", PAIRS_NOT_REMOVED, returns="OLD"),
    ),
    *_trigger("audit_starts_are_said", "BEFORE INSERT", "audit_starts", _unless(f"{_SAID} OR {_EMPTY}", ONLY_SAID)),
    *_trigger(
        "audit_starts_move_on",
        "BEFORE UPDATE",
        "audit_starts",
        _unless(
            f"NEW.workspace_id = OLD.workspace_id AND NEW.sequence > OLD.sequence AND {_SAID}",
            ONLY_SAID,
        ),
    ),
    *_trigger("audit_starts_are_not_removed", "BEFORE DELETE", "audit_starts", _raise(ONLY_SAID)),
    *_trigger("audit_starts_are_not_emptied", "BEFORE TRUNCATE", "audit_starts", _raise(ONLY_SAID), each="STATEMENT"),
    *_trigger(
        "audit_heads_only_follow",
        "BEFORE UPDATE",
        "audit_heads",
        _unless(
            "EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = NEW.workspace_id AND sequence = NEW.sequence "
            "AND hash = NEW.hash AND sequence > OLD.sequence) OR (OLD.sequence = 0 AND "
            + _BEGINS.format(sequence="NEW.sequence", hash="NEW.hash")
            + ")",
            "the head of the audit follows its entries",
        ),
    ),
    *_trigger(
        "audit_entries_only_grow",
        "BEFORE INSERT",
        "audit_entries",
        _unless(
            "(NEW.sequence = 1 AND NEW.previous_hash = repeat('0', 64)) OR EXISTS (SELECT 1 FROM audit_entries "
            "WHERE workspace_id = NEW.workspace_id AND sequence = NEW.sequence - 1 AND hash = NEW.previous_hash) OR "
            + _BEGINS.format(sequence="NEW.sequence - 1", hash="NEW.previous_hash"),
            "an audit entry follows the last one",
        ),
    ),
    *_trigger(
        "audit_begins_later",
        "AFTER INSERT",
        "audit_starts",
        "UPDATE audit_heads SET sequence = NEW.sequence, hash = NEW.hash "
        "WHERE workspace_id = NEW.workspace_id AND sequence = 0; RETURN NULL;",
    ),
)
