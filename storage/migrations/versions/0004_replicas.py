"""PostgreSQL begins here, with the whole schema; SQLite gets what was learnt by then.

The head of each audit chain is kept beside it: a tail that was cut off shows, and PostgreSQL's writers lock it.
"""

from alembic import op
from sqlalchemy import Connection

from storage.migrations.schema_0004 import POSTGRESQL

revision = "0004"
down_revision = "0003"


def upgrade() -> None:
    if op.get_context().dialect.name == "sqlite":
        _rebuild_pairs(op.get_bind())
        for statement in SQLITE:
            op.execute(statement)
    else:
        for statement in POSTGRESQL:
            op.get_bind().exec_driver_sql(statement)


def _rebuild_pairs(connection: Connection) -> None:
    """A check can't be changed in place: SQLite's own way is a new table, with everything that hung on the old one."""
    hung_on_it = connection.exec_driver_sql(
        "SELECT sql FROM sqlite_master WHERE tbl_name = 'pairs' AND type IN ('index', 'trigger') AND sql IS NOT NULL"
    )
    again = [sql for (sql,) in hung_on_it]
    (table,) = connection.exec_driver_sql("SELECT sql FROM sqlite_master WHERE name = 'pairs'").one()
    rounding, whole = "date(in_at / 1000000.0, 'unixepoch')", f"date({WHOLE_SECONDS}, 'unixepoch')"
    if rounding not in table or not table.startswith("CREATE TABLE pairs ("):
        raise RuntimeError("the table of pairs is not the one that was released")
    for statement in (
        table.replace(rounding, whole).replace("CREATE TABLE pairs (", "CREATE TABLE pairs_0004 ("),
        "INSERT INTO pairs_0004 SELECT * FROM pairs",
        "DROP TABLE pairs",
        "ALTER TABLE pairs_0004 RENAME TO pairs",
        *again,
    ):
        connection.exec_driver_sql(statement)


# Rule 6 asks for the UTC day of an instant. Divided as a fraction, 23:59:59.9999 was rounded up into the next day, and
# SQLite's whole division rounds towards 1970.
WHOLE_SECONDS = "(in_at - ((in_at % 1000000) + 1000000) % 1000000) / 1000000"

SQLITE = (
    # INSERT OR REPLACE with a rowid of its own would remove whichever pair has that one.
    """
    CREATE TRIGGER pairs_are_not_replaced_by_rowid BEFORE INSERT ON pairs
    WHEN EXISTS (SELECT 1 FROM pairs WHERE rowid = NEW.rowid)
    BEGIN SELECT RAISE(ABORT, 'a pair is in that place'); END
    """,
    """
    CREATE TABLE audit_heads (
        workspace_id TEXT NOT NULL PRIMARY KEY REFERENCES workspaces,
        sequence     INTEGER NOT NULL CHECK (sequence >= 0),
        hash         TEXT NOT NULL
    ) STRICT, WITHOUT ROWID
    """,
    """
    INSERT INTO audit_heads SELECT w.workspace_id, coalesce(e.sequence, 0), coalesce(e.hash, printf('%064d', 0))
    FROM workspaces w LEFT JOIN audit_entries e ON e.workspace_id = w.workspace_id AND e.sequence = (
        SELECT max(sequence) FROM audit_entries WHERE workspace_id = w.workspace_id)
    """,
    """
    CREATE TRIGGER audit_begins AFTER INSERT ON workspaces
    BEGIN INSERT INTO audit_heads VALUES (NEW.workspace_id, 0, printf('%064d', 0)); END
    """,
    "DROP TRIGGER audit_entries_only_grow",
    """
    CREATE TRIGGER audit_entries_only_grow BEFORE INSERT ON audit_entries
    WHEN NOT EXISTS (SELECT 1 FROM audit_heads WHERE workspace_id = NEW.workspace_id
                     AND sequence = NEW.sequence - 1 AND hash = NEW.previous_hash)
    BEGIN SELECT RAISE(ABORT, 'an audit entry follows the last one'); END
    """,
    """
    CREATE TRIGGER audit_heads_follow AFTER INSERT ON audit_entries
    BEGIN
        UPDATE audit_heads SET sequence = NEW.sequence, hash = NEW.hash WHERE workspace_id = NEW.workspace_id;
    END
    """,
    """
    CREATE TRIGGER audit_heads_only_follow BEFORE UPDATE ON audit_heads
    WHEN NOT EXISTS (SELECT 1 FROM audit_entries WHERE workspace_id = NEW.workspace_id
                     AND sequence = NEW.sequence AND hash = NEW.hash AND previous_hash = OLD.hash)
    BEGIN SELECT RAISE(ABORT, 'the head of the audit follows its entries'); END
    """,
    """
    CREATE TRIGGER audit_heads_are_not_removed BEFORE DELETE ON audit_heads
    BEGIN SELECT RAISE(ABORT, 'the head of the audit is never removed'); END
    """,
    # A message may go to a channel too, and one with a key is sent once, however many replicas think of it.
    "ALTER TABLE outbox RENAME COLUMN user_id TO recipient",
    "ALTER TABLE outbox ADD COLUMN key TEXT",
    "CREATE UNIQUE INDEX outbox_by_key ON outbox (workspace_id, key)",
    """
    CREATE TABLE settings (
        workspace_id TEXT NOT NULL REFERENCES workspaces,
        name         TEXT NOT NULL,
        value        TEXT NOT NULL,
        PRIMARY KEY (workspace_id, name)
    ) STRICT, WITHOUT ROWID
    """,
    # Reports name the zones of their range: from the index alone, like their sums.
    "DROP INDEX pairs_by_date",
    """
    CREATE INDEX pairs_by_date ON pairs (workspace_id, work_date, user_id, in_at, out_at, in_zone)
    WHERE deleted_at IS NULL
    """,
    # Each workspace's messages are sent with its own token.
    "DROP INDEX outbox_due",
    "CREATE INDEX outbox_due ON outbox (workspace_id, due_at) WHERE sent_at IS NULL AND given_up_at IS NULL",
    "CREATE INDEX outbox_sent ON outbox (workspace_id, sent_at) WHERE sent_at IS NOT NULL",
)
