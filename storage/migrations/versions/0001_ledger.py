"""The ledger as first released: one row per pair, with rules 1 to 4 kept by the database itself.

Instants are integers of microseconds since 1970 in UTC, calendar days are ISO text.
"""

from alembic import op

revision = "0001"
down_revision = None

APPLICATION_ID = 0x41544E44  # "ATND" in SQLite's file header tells our files from others'.

TABLES = (
    """
    CREATE TABLE workspaces (
        workspace_id TEXT NOT NULL PRIMARY KEY CHECK (workspace_id <> ''),
        zone         TEXT NOT NULL,
        met_at       INTEGER NOT NULL
    ) STRICT
    """,
    """
    CREATE TABLE people (
        workspace_id TEXT NOT NULL REFERENCES workspaces,
        user_id      TEXT NOT NULL CHECK (user_id <> ''),
        name         TEXT NOT NULL,
        zone         TEXT,
        chat_admin   INTEGER NOT NULL CHECK (chat_admin IN (0, 1)),
        guest        INTEGER NOT NULL CHECK (guest IN (0, 1)),
        bot          INTEGER NOT NULL CHECK (bot IN (0, 1)),
        deactivated  INTEGER NOT NULL CHECK (deactivated IN (0, 1)),
        refreshed_at INTEGER NOT NULL,
        PRIMARY KEY (workspace_id, user_id)
    ) STRICT
    """,
    """
    CREATE TABLE offices (
        workspace_id TEXT NOT NULL REFERENCES workspaces,
        office_id    TEXT NOT NULL CHECK (office_id <> ''),
        name         TEXT NOT NULL CHECK (name <> ''),
        zone         TEXT NOT NULL,
        PRIMARY KEY (workspace_id, office_id)
    ) STRICT
    """,
    """
    CREATE TABLE teams (
        workspace_id TEXT NOT NULL REFERENCES workspaces,
        name         TEXT NOT NULL CHECK (name <> ''),
        PRIMARY KEY (workspace_id, name)
    ) STRICT
    """,
    """
    CREATE TABLE team_people (
        workspace_id TEXT NOT NULL,
        team         TEXT NOT NULL,
        user_id      TEXT NOT NULL,
        part         TEXT NOT NULL CHECK (part IN ('manager', 'member')),
        PRIMARY KEY (workspace_id, team, user_id, part),
        FOREIGN KEY (workspace_id, team) REFERENCES teams (workspace_id, name),
        FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id)
    ) STRICT
    """,
    "CREATE INDEX team_people_by_user ON team_people (workspace_id, user_id, part)",
    """
    CREATE TABLE tokens (
        workspace_id TEXT NOT NULL,
        token_id     TEXT NOT NULL,
        digest       TEXT NOT NULL,
        user_id      TEXT NOT NULL,
        role         TEXT NOT NULL CHECK (role IN ('employee', 'manager', 'admin')),
        name         TEXT,
        created_at   INTEGER NOT NULL,
        revoked_at   INTEGER,
        PRIMARY KEY (workspace_id, token_id),
        FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id)
    ) STRICT
    """,
    # The one index that no workspace leads: a token is all that a program sends, so it has to find the workspace.
    "CREATE UNIQUE INDEX tokens_by_digest ON tokens (digest)",
    """
    CREATE TABLE pairs (
        workspace_id    TEXT NOT NULL,
        in_id           TEXT NOT NULL CHECK (in_id <> ''),
        in_at           INTEGER NOT NULL,
        in_recorded_at  INTEGER NOT NULL,
        in_by           TEXT NOT NULL,
        in_via          TEXT NOT NULL CHECK (in_via IN ('slack', 'api', 'form', 'cli', 'system')),
        in_zone         TEXT NOT NULL,
        in_office_id    TEXT,
        in_ip           TEXT,
        in_comment      TEXT,
        user_id         TEXT NOT NULL,
        work_date       TEXT NOT NULL,
        out_id          TEXT CHECK (out_id <> '' AND out_id <> in_id),
        out_at          INTEGER,
        out_recorded_at INTEGER,
        out_by          TEXT,
        out_via         TEXT CHECK (out_via IN ('slack', 'api', 'form', 'cli', 'system')),
        out_zone        TEXT,
        out_office_id   TEXT,
        out_ip          TEXT,
        out_comment     TEXT,
        deleted_at      INTEGER,
        deleted_by      TEXT,
        PRIMARY KEY (workspace_id, in_id),
        FOREIGN KEY (workspace_id, user_id) REFERENCES people (workspace_id, user_id),
        CONSTRAINT out_half_is_whole CHECK (
            (out_id IS NULL AND out_at IS NULL AND out_recorded_at IS NULL AND out_by IS NULL AND out_via IS NULL
             AND out_zone IS NULL AND out_office_id IS NULL AND out_ip IS NULL AND out_comment IS NULL)
            OR (out_id IS NOT NULL AND out_at IS NOT NULL AND out_recorded_at IS NOT NULL AND out_by IS NOT NULL
                AND out_via IS NOT NULL AND out_zone IS NOT NULL)),
        CONSTRAINT out_after_in CHECK (out_at > in_at),
        CONSTRAINT at_most_24_hours CHECK (out_at - in_at <= 86400000000),
        CONSTRAINT work_date_is_a_day CHECK (work_date IS date(work_date)),
        CONSTRAINT work_date_near CHECK (
            abs(julianday(work_date) - julianday(date(in_at / 1000000.0, 'unixepoch'))) <= 1),
        CONSTRAINT deletion_is_whole CHECK ((deleted_at IS NULL) = (deleted_by IS NULL))
    ) STRICT
    """,
    "CREATE UNIQUE INDEX pairs_by_out_id ON pairs (workspace_id, out_id) WHERE out_id IS NOT NULL",
    """
    CREATE UNIQUE INDEX pairs_one_open ON pairs (workspace_id, user_id)
    WHERE out_id IS NULL AND deleted_at IS NULL
    """,
    "CREATE INDEX pairs_by_user ON pairs (workspace_id, user_id, in_at) WHERE deleted_at IS NULL",
    """
    CREATE INDEX pairs_by_date ON pairs (workspace_id, work_date, user_id, in_at, out_at)
    WHERE deleted_at IS NULL
    """,
    "CREATE INDEX pairs_by_deletion ON pairs (workspace_id, deleted_at) WHERE deleted_at IS NOT NULL",
    """
    CREATE TABLE audit_entries (
        workspace_id  TEXT NOT NULL,
        sequence      INTEGER NOT NULL CHECK (sequence > 0),
        at            INTEGER NOT NULL,
        actor         TEXT NOT NULL,
        via           TEXT NOT NULL,
        action        TEXT NOT NULL,
        subject       TEXT NOT NULL,
        facts         TEXT NOT NULL,
        previous_hash TEXT NOT NULL,
        hash          TEXT NOT NULL,
        PRIMARY KEY (workspace_id, sequence)
    ) STRICT, WITHOUT ROWID
    """,
    """
    CREATE TABLE outbox (
        workspace_id TEXT NOT NULL,
        message_id   TEXT NOT NULL,
        user_id      TEXT NOT NULL,
        text         TEXT NOT NULL,
        due_at       INTEGER NOT NULL,
        created_at   INTEGER NOT NULL,
        attempts     INTEGER NOT NULL,
        sent_at      INTEGER,
        given_up_at  INTEGER,
        PRIMARY KEY (workspace_id, message_id)
    ) STRICT
    """,
    # No workspace leads this index either: the sender serves all of them, oldest first.
    "CREATE INDEX outbox_due ON outbox (due_at) WHERE sent_at IS NULL AND given_up_at IS NULL",
)

# Living pairs of a user never overlap, so the one that begins last before the new end is also the one that ends last:
# if it has ended by the new start, all have. One index probe. 9223372036854775807 stands for "not ended yet".
OVERLAP = """
    CREATE TRIGGER {name} BEFORE {event} ON pairs WHEN NEW.deleted_at IS NULL
    BEGIN
        SELECT RAISE(ABORT, 'overlap') WHERE NEW.in_at < (
            SELECT coalesce(out_at, 9223372036854775807) FROM pairs
            WHERE workspace_id = NEW.workspace_id AND user_id = NEW.user_id AND deleted_at IS NULL
              AND in_at < coalesce(NEW.out_at, 9223372036854775807) {but_itself}
            ORDER BY in_at DESC LIMIT 1);
    END
"""

TRIGGERS = (
    OVERLAP.format(name="pairs_overlap_on_insert", event="INSERT", but_itself=""),
    OVERLAP.format(
        name="pairs_overlap_on_update",
        event="UPDATE",
        but_itself="AND NOT (workspace_id = OLD.workspace_id AND in_id = OLD.in_id)",
    ),
    # INSERT OR REPLACE and UPDATE OR REPLACE would delete the row in the way without a word.
    """
    CREATE TRIGGER pairs_are_not_replaced_on_insert BEFORE INSERT ON pairs
    BEGIN
        SELECT RAISE(ABORT, 'event ids are used once') WHERE EXISTS (
            SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND in_id IN (NEW.in_id, NEW.out_id))
        OR EXISTS (
            SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND out_id IN (NEW.in_id, NEW.out_id));
    END
    """,
    """
    CREATE TRIGGER pairs_keep_their_identity BEFORE UPDATE ON pairs
    BEGIN
        SELECT RAISE(ABORT, 'a pair keeps its ids and its user')
        WHERE NEW.workspace_id <> OLD.workspace_id OR NEW.in_id <> OLD.in_id OR NEW.user_id <> OLD.user_id
           OR (OLD.out_id IS NOT NULL AND NEW.out_id IS NOT OLD.out_id);
        SELECT RAISE(ABORT, 'event ids are used once') WHERE OLD.out_id IS NULL AND NEW.out_id IS NOT NULL AND (
            EXISTS (SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND in_id = NEW.out_id)
            OR EXISTS (SELECT 1 FROM pairs WHERE workspace_id = NEW.workspace_id AND out_id = NEW.out_id));
    END
    """,
    """
    CREATE TRIGGER pairs_are_not_removed BEFORE DELETE ON pairs
    BEGIN SELECT RAISE(ABORT, 'pairs are marked as deleted, never removed'); END
    """,
    """
    CREATE TRIGGER audit_entries_only_grow BEFORE INSERT ON audit_entries
    BEGIN
        SELECT RAISE(ABORT, 'an audit entry follows the last one') WHERE NEW.sequence <> 1 + coalesce(
            (SELECT max(sequence) FROM audit_entries WHERE workspace_id = NEW.workspace_id), 0);
    END
    """,
    """
    CREATE TRIGGER audit_entries_are_not_changed BEFORE UPDATE ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'audit entries are never changed'); END
    """,
    """
    CREATE TRIGGER audit_entries_are_not_removed BEFORE DELETE ON audit_entries
    BEGIN SELECT RAISE(ABORT, 'audit entries are never removed'); END
    """,
)


def upgrade() -> None:
    if op.get_context().dialect.name != "sqlite":
        return  # PostgreSQL begins with 0004
    op.execute(f"PRAGMA application_id = {APPLICATION_ID}")
    for statement in TABLES + TRIGGERS:
        op.execute(statement)
